"""All that can go wrong around the program, looked at one by one; nothing is changed unless `mend` is asked to."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa

from workers.channels.base import ChannelError
from workers.health import look
from workers.hooks import check as hooks
from workers.intake import mailbox_schedule
from workers.ledger import database, schema, store
from workers.operations.overview import queue_lines
from workers.operations.post import waiting
from workers.presets import load_presets
from workers.rates_file import rates_of
from workers.rendering.catalogue import Catalogue
from workers.team.health import looks as looks_at_the_team
from workers.wiring import System
from workflows.rates import Coverage, next_semester

Level = Literal["ok", "warning", "failure"]
#: Seconds by which the clocks of the machine, of PostgreSQL and of Redis may differ.
CLOCKS_MAY_DIFFER_S: Final = 2.0
#: Bytes below which a disk is nearly full, and below which it is full.
LITTLE_ROOM, NO_ROOM = 1_000_000_000, 100_000_000
#: How long a letter may lie before somebody should be told.
POST_WITHIN: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One look: what was looked at, how it is, and what to do, in both languages."""

    name: str
    level: Level
    fr: str
    en: str
    can_be_mended: bool = False


def examine(system: System) -> list[Finding]:
    """Look at everything; a look that fails is a finding of its own."""
    looks: tuple[tuple[str, Callable[[System], Iterator[Finding]]], ...] = (
        ("ledger", _ledger),
        ("timetable", _timetable),
        ("clocks", _clocks),
        ("zones", _zones),
        ("disk", _disk),
        ("channels", _channels),
        ("creditors", _creditors),
        ("scenarios", _scenarios),
        ("rates", _rates),
        ("processes", _processes),
        ("queues", _queues),
        ("payments", _payments),
        ("post", _post),
        ("hooks", lambda system: (Finding("hooks", *said) for said in hooks.look(system))),
        ("team", _team),
        ("mailbox", lambda system: (Finding("mailbox", *said) for said in mailbox_schedule.looks(system))),
    )
    found: list[Finding] = []
    for name, each in looks:
        try:
            found += each(system)
        except Exception as error:  # noqa: BLE001 - a broken part must not hide the others
            text = str(error).strip().partition("\n")[0] or type(error).__name__
            found.append(Finding(name, "failure", text, text))
    return found


def mend(system: System) -> list[str]:
    """Put right what is harmless to put right; returns what was done, by name."""
    done: list[str] = []
    with system.ledger.begin() as connection:
        silent = schema.workers.c.beat_at < sa.func.now() - timedelta(days=1)
        if connection.execute(sa.delete(schema.workers).where(silent)).rowcount:
            done.append("processes")
    client: Any = system.broker.client
    if _policy(client) != "noeviction":
        client.config_set("maxmemory-policy", "noeviction")
        done.append("eviction")
    if client.info("persistence").get("aof_enabled") != 1:
        client.config_set("appendonly", "yes")
        done.append("persistence")
    system.settings.outbox.mkdir(parents=True, exist_ok=True)
    return done


def _ok(name: str, fr: str, en: str) -> Finding:
    return Finding(name, "ok", fr, en)


def _ledger(system: System) -> Iterator[Finding]:
    at, wanted = database.revision_of(system.ledger.url.render_as_string(hide_password=False))
    if at == wanted:
        yield _ok("migrations", f"schéma à jour ({at})", f"schema up to date ({at})")
    elif at is not None and not database.is_known(at):
        fr, en = f"schéma {at}, plus récent que {wanted}", f"schema {at}, newer than {wanted}"
        yield Finding("migrations", "warning", f"{fr} : mettez relance à jour", f"{en}: update relance")
    else:
        fr, en = f"schéma {at}, attendu {wanted}", f"schema {at}, wanted {wanted}"
        yield Finding("migrations", "failure", f"{fr} : relance init", f"{en}: relance init")


def _policy(client: Any) -> str:  # noqa: ANN401 - redis-py does not say what it answers
    return str(client.info("memory").get("maxmemory_policy", "unknown"))


def _timetable(system: System) -> Iterator[Finding]:
    client: Any = system.broker.client
    policy = _policy(client)
    if policy == "noeviction":
        yield _ok("eviction", "maxmemory-policy = noeviction", "maxmemory-policy = noeviction")
    else:
        yield Finding(
            "eviction",
            "failure",
            f"maxmemory-policy = {policy} : Redis peut oublier des messages",
            f"maxmemory-policy = {policy}: Redis may forget messages",
            can_be_mended=True,
        )
    if client.info("persistence").get("aof_enabled") == 1:
        yield _ok("persistence", "fichier AOF actif", "append-only file on")
    else:
        yield Finding(
            "persistence",
            "warning",
            "sans fichier AOF : après un arrêt brutal, le relais reconstruit l’échéancier",
            "no append-only file: after a crash the relay rebuilds the timetable",
            can_be_mended=True,
        )


def _clocks(system: System) -> Iterator[Finding]:
    """Against the machine's clock, also in a stepped run."""
    client: Any = system.broker.client
    seconds, micros = client.time()
    with system.ledger.connect() as connection:
        postgres: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    now_s = time.time()  # noqa: TID251 - the difference of two machines' clocks, not a moment of any case
    for name, other_s in (("Redis", seconds + micros / 1e6), ("PostgreSQL", postgres.timestamp())):
        apart = abs(other_s - now_s)
        level: Level = "ok" if apart <= CLOCKS_MAY_DIFFER_S else "failure"
        yield Finding("clocks", level, f"{name} : {apart:.1f} s d’écart", f"{name}: {apart:.1f} s apart")


def _zones(_system: System) -> Iterator[Finding]:
    for name in ("Europe/Paris", "Indian/Reunion", "America/Martinique"):
        try:
            ZoneInfo(name)
        except ZoneInfoNotFoundError:
            yield Finding(
                "zones", "failure", f"fuseau {name} inconnu : installez tzdata", f"zone {name} unknown: install tzdata"
            )
            return
    yield _ok("zones", "données de fuseaux horaires présentes", "time zone data present")


def _disk(system: System) -> Iterator[Finding]:
    place = system.settings.data_dir
    free = shutil.disk_usage(place if place.exists() else place.parent).free
    level: Level = "ok" if free > LITTLE_ROOM else "warning" if free > NO_ROOM else "failure"
    yield Finding(
        "disk",
        level,
        f"{free // 1_000_000:,} Mo libres dans {place}".replace(",", "\u202f"),
        f"{free // 1_000_000:,} MB free in {place}",
    )


def _channels(system: System) -> Iterator[Finding]:
    for channel, outlet in system.outlets.items():
        try:
            said = outlet.check()
            yield _ok("channels", f"{channel} : {said}", f"{channel}: {said}")
        except ChannelError as error:
            yield Finding("channels", "failure", f"{channel} : {error}", f"{channel}: {error}")


def _creditors(system: System) -> Iterator[Finding]:
    with system.ledger.connect() as connection:
        refs = store.creditor_refs(connection)
    if refs:
        yield _ok("creditors", f"créanciers : {', '.join(refs)}", f"creditors: {', '.join(refs)}")
    else:
        yield Finding(
            "creditors",
            "warning",
            "aucun créancier : déclarez [[creditors]] dans relance.toml",
            "no creditor: declare [[creditors]] in relance.toml",
        )


def _scenarios(system: System) -> Iterator[Finding]:
    presets = load_presets(letters_of(system.catalogue))
    yield _ok("scenarios", f"{len(presets)} scénarios valides", f"{len(presets)} scenarios valid")
    for problem in system.catalogue.check_all():
        yield Finding("letters", "failure", str(problem), str(problem))
    for creditor, own in sorted(system.catalogue.own.items()):
        version = own.version[:12]
        yield _ok(
            "letters", f"lettres de {creditor} acceptées ({version})", f"letters of {creditor} accepted ({version})"
        )


def letters_of(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """Channels of each letter, by its id."""
    return {letter.meta.id: frozenset(map(str, letter.meta.channels)) for letter in catalogue.letters.values()}


def _rates(system: System) -> Iterator[Finding]:
    rates = rates_of(system.settings)
    last = rates.semesters[-1].semester
    add = f"relance rates add {next_semester(last)}"
    match rates.coverage(system.clock.now().astimezone(UTC).date()):
        case Coverage.ENDED:
            yield Finding(
                "rates",
                "failure",
                f"taux connus jusqu’à {last} : les lettres avec intérêts échouent ; ajoutez la suite : {add}",
                f"rates known up to {last}: letters with interest fail; add what follows: {add}",
            )
        case Coverage.ENDS_SOON:
            yield Finding(
                "rates",
                "warning",
                f"taux connus jusqu’à {last}, bientôt dépassé ; ajoutez la suite dès sa publication : {add}",
                f"rates known up to {last}, soon over; add what follows once it is published: {add}",
            )
        case Coverage.ENOUGH:
            yield _ok("rates", f"taux connus jusqu’à {last}", f"rates known up to {last}")


def _processes(system: System) -> Iterator[Finding]:
    health = look(system)
    for kind in ("worker", "relay"):
        alive = sum(each.is_alive for each in health.processes if each.kind == kind)
        level: Level = "ok" if alive else "warning"
        yield Finding("processes", level, f"{alive} {kind}(s) au travail", f"{alive} {kind}(s) at work")
    silent = [each.worker_id for each in health.processes if not each.is_alive]
    if silent:
        names = ", ".join(silent)
        yield Finding("processes", "warning", f"muets : {names}", f"silent: {names}", can_be_mended=True)


def _queues(system: System) -> Iterator[Finding]:
    lines = queue_lines(system)
    stuck = [line.queue for line in lines if line.is_stuck]
    if stuck:
        names = ", ".join(stuck)
        yield Finding("queues", "failure", f"personne ne traite : {names}", f"nothing consumes: {names}")
    else:
        yield _ok("queues", "aucune file à l’abandon", "no queue left alone")
    dead, doubtful = sum(line.dead for line in lines), sum(line.in_doubt for line in lines)
    if dead + doubtful:
        yield Finding(
            "queues",
            "warning",
            f"{dead} mort(s), {doubtful} incertain(s) : relance queues",
            f"{dead} dead, {doubtful} in doubt: relance queues",
        )


def _payments(system: System) -> Iterator[Finding]:
    for feed in look(system).feeds:
        level: Level = "ok" if feed.is_fresh else "warning"
        state = ("à jour", "fresh") if feed.is_fresh else ("périmés, rien ne part", "stale, nothing leaves")
        at = feed.as_of.isoformat(timespec="minutes")
        yield Finding(
            "payments",
            level,
            f"encaissements {feed.creditor} : {state[0]} ({at})",
            f"payments {feed.creditor}: {state[1]} ({at})",
        )


def _post(system: System) -> Iterator[Finding]:
    waits = [each for each in waiting(system) if not each.is_settled and not each.flaw]
    late = [each for each in waits if system.clock.now() - each.written_at > POST_WITHIN]
    if waits:
        level: Level = "warning" if late else "ok"
        count = len(waits)
        yield Finding(
            "post",
            level,
            f"{count} lettre(s) à imprimer : relance post batch",
            f"{count} letter(s) to print: relance post batch",
        )


def _team(system: System) -> Iterator[Finding]:
    for each in looks_at_the_team(system.crew):
        yield Finding("team", each.level, each.fr, each.en)
