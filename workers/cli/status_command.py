"""`relance status`: is everything well? Looks only, and starts nothing."""

from typing import TYPE_CHECKING

from workers.cli.bilingual import command, json_option
from workers.cli.exit_codes import ExitCode
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import Column, show_json, show_table

if TYPE_CHECKING:
    from workers.embedded import ServerState
    from workers.health import Health


@command(
    "status",
    fr="Dit si tout va bien : serveurs, processus, fraîcheur des encaissements, suspensions.",
    en="Tell whether all is well: servers, processes, freshness of payments, holds.",
)
@json_option
@pass_invocation
def status(invocation: Invocation, as_json: bool) -> ExitCode:
    """Look once; exit code 6 when a store does not answer."""
    from workers.health import look  # noqa: PLC0415 - help must not pay for it
    from workers.web.health_json import health_json  # noqa: PLC0415
    from workers.wiring import open_system  # noqa: PLC0415

    asleep = _asleep(invocation)
    if asleep:
        return _tell_asleep(invocation, asleep, as_json=as_json)
    system = open_system(invocation.settings, migrate=False)
    try:
        health = look(system)
    finally:
        system.close()
    if as_json:
        show_json(invocation, "status", {key: value for key, value in health_json(health).items() if key != "schema"})
    else:
        _show(invocation, health)
    return ExitCode.OK if health.is_up else ExitCode.UNREACHABLE


def _asleep(invocation: Invocation) -> list["ServerState"]:
    """Embedded servers that the settings need and that do not run."""
    from workers import embedded  # noqa: PLC0415 - help must not pay for it

    settings = invocation.settings
    valkey, postgres = embedded.status(settings.data_dir)
    needed = [valkey] if settings.redis_url is None else []
    needed += [postgres] if settings.postgres_url is None else []
    return [state for state in needed if not state.is_running]


def _tell_asleep(invocation: Invocation, asleep: list["ServerState"], *, as_json: bool) -> ExitCode:
    names = ", ".join(state.name for state in asleep)
    if as_json:
        show_json(invocation, "status", {"status": "down", "not_running": [state.name for state in asleep]})
    invocation.tell(
        f"{names} : ne tourne pas dans {invocation.settings.data_dir} ; relance up ou relance init le démarre",
        f"{names}: not running in {invocation.settings.data_dir}; relance up or relance init starts it",
    )
    return ExitCode.UNREACHABLE


def _show(invocation: Invocation, health: "Health") -> None:
    say = invocation.say
    names = {"ledger": say("registre (PostgreSQL)", "ledger (PostgreSQL)"),
             "timetable": say("échéancier (Valkey/Redis)", "timetable (Valkey/Redis)")}  # fmt: skip
    rows = [
        [names[each.name], say("répond", "answers") if each.is_well else say("ne répond pas", "does not answer"),
         f"{each.took_ms:g} ms" if each.error is None else each.error]
        for each in (health.ledger, health.timetable)
    ]  # fmt: skip
    for kind in ("worker", "relay"):
        alive = [each for each in health.processes if each.kind == kind and each.is_alive]
        silent = [each for each in health.processes if each.kind == kind and not each.is_alive]
        rows.append([f"{kind}s", str(len(alive)), say(f"{len(silent)} muet(s)", f"{len(silent)} silent")])
    for feed in health.feeds:
        fresh = say("à jour", "fresh") if feed.is_fresh else say("périmés : rien ne part", "stale: nothing leaves")
        rows.append([say(f"encaissements {feed.creditor}", f"payments {feed.creditor}"), fresh,
                     feed.as_of.isoformat(timespec="minutes")])  # fmt: skip
    rows += [[say("suspendu", "held"), scope, "relance release"] for scope in health.holds]
    columns = [Column("QUOI", "WHAT"), Column("ÉTAT", "STATE"), Column("DÉTAIL", "DETAIL")]
    show_table(invocation, columns, rows)
