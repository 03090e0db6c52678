"""`relance web`: the HTTP server; for now it only tells whether the system is well."""

import click

from workers.cli.bilingual import command, option
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import with_parent_option

host_option = option(
    "--host", default="127.0.0.1", show_default=True, fr="L’adresse d’écoute.", en="The address to listen on."
)
port_option = option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8620,
    show_default=True,
    fr="Le port d’écoute ; 0 en prend un libre.",
    en="The port to listen on; 0 takes a free one.",
)


@command(
    "web",
    fr="Répond sur HTTP : /healthz pour la surveillance. La console viendra plus tard.",
    en="Answer over HTTP: /healthz for monitoring. The console comes later.",
)
@host_option
@port_option
@with_parent_option
@pass_invocation
def web(invocation: Invocation, host: str, port: int, with_parent: bool) -> None:
    """Run the HTTP server."""
    from workers.cli.failures import Failure  # noqa: PLC0415 - help must not pay for it
    from workers.cli.running import opened  # noqa: PLC0415
    from workers.web.placeholder import HealthServer  # noqa: PLC0415

    with opened(invocation, with_parent=with_parent) as (system, stopping):
        try:
            server = HealthServer(system, host, port)
        except OSError as error:
            why = error.strerror or str(error)
            raise Failure(
                f"{host}:{port} ne peut pas être ouvert ({why}) ; donnez un autre --port",
                f"{host}:{port} cannot be opened ({why}); give another --port",
            ) from error
        invocation.tell(f"à l’écoute sur {server.url}", f"listening on {server.url}")
        server.serve_until(stopping)
