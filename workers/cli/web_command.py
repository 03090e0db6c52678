"""`relance web`: the HTTP server; it tells whether the system is well, and takes the calls of providers."""

import click

from workers.cli.bilingual import command, option
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import with_parent_option

host_option = option(
    "--host",
    default=None,
    fr="L’adresse d’écoute ; sinon web.host des réglages, 127.0.0.1 à défaut.",
    en="The address to listen on; else web.host of the settings, 127.0.0.1 by default.",
)
port_option = option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=None,
    fr="Le port d’écoute ; 0 en prend un libre ; sinon web.port des réglages, 8620 à défaut.",
    en="The port to listen on; 0 takes a free one; else web.port of the settings, 8620 by default.",
)


@command(
    "web",
    fr="Répond sur HTTP : /healthz pour la surveillance, /hooks pour les appels des prestataires (accusés de SMS, "
    "STOP, suivi des courriers). La console viendra plus tard.",
    en="Answer over HTTP: /healthz for monitoring, /hooks for the calls of providers (SMS receipts, STOP, tracking of "
    "letters). The console comes later.",
)
@host_option
@port_option
@with_parent_option
@pass_invocation
def web(invocation: Invocation, host: str | None, port: int | None, with_parent: bool) -> None:
    """Run the HTTP server."""
    from workers.cli.failures import Failure  # noqa: PLC0415 - help must not pay for it
    from workers.cli.running import opened  # noqa: PLC0415
    from workers.web.server import WebServer  # noqa: PLC0415

    with opened(invocation, with_parent=with_parent) as (system, stopping):
        try:
            server = WebServer(system, host, port)
        except OSError as error:
            why = error.strerror or str(error)
            wanted = f"{host or invocation.settings.web.host}:{invocation.settings.web.port if port is None else port}"
            raise Failure(
                f"{wanted} ne peut pas être ouvert ({why}) ; donnez un autre --port",
                f"{wanted} cannot be opened ({why}); give another --port",
            ) from error
        invocation.tell(f"à l’écoute sur {server.url}", f"listening on {server.url}")
        server.serve_until(stopping)
