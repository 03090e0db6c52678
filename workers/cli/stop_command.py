"""`relance stop`: ends the embedded servers, which otherwise go on."""

from workers.cli.bilingual import command, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation


@command(
    "stop",
    fr="Arrête les serveurs embarqués (Valkey, PostgreSQL) du répertoire de données.",
    en="Stop the embedded servers (Valkey, PostgreSQL) of the data directory.",
)
@option(
    "--force",
    is_flag=True,
    fr="Même si des workers ou des relais travaillent encore.",
    en="Even while workers or relays are still at work.",
)
@pass_invocation
def stop(invocation: Invocation, force: bool) -> ExitCode:
    """End what runs in the data directory."""
    from workers import embedded  # noqa: PLC0415 - help must not pay for it

    settings = invocation.settings
    if not force:
        _refuse_while_at_work(invocation)
    if not embedded.stop(settings.data_dir):
        invocation.tell(
            f"aucun serveur embarqué ne tourne dans {settings.data_dir}",
            f"no embedded server runs in {settings.data_dir}",
        )
        return ExitCode.NOTHING_MATCHED
    invocation.tell(f"serveurs arrêtés : {settings.data_dir}", f"servers stopped: {settings.data_dir}")
    return ExitCode.OK


def _refuse_while_at_work(invocation: Invocation) -> None:
    """Look for signs of life, without starting a server for it."""
    import sqlalchemy as sa  # noqa: PLC0415 - help must not pay for it

    from workers import embedded  # noqa: PLC0415
    from workers.health import processes  # noqa: PLC0415
    from workers.ledger import database  # noqa: PLC0415

    settings = invocation.settings
    _valkey, postgres = embedded.status(settings.data_dir)
    if settings.postgres_url is not None or not postgres.is_running:
        return
    ledger = database.connect(embedded.start_postgres(settings.data_dir), pool_size=1)
    try:
        with ledger.connect() as connection:
            alive = [each for each in processes(connection) if each.is_alive]
    except sa.exc.ProgrammingError:  # a ledger that nobody has prepared yet
        return
    finally:
        ledger.dispose()
    if alive:
        names = ", ".join(each.worker_id for each in alive)
        raise Failure(
            f"encore au travail : {names} ; arrêtez-les d’abord, ou ajoutez --force",
            f"still at work: {names}; stop them first, or add --force",
            ExitCode.GUARDED,
        )
