"""The run of one import: creditor, progress, file of rejects, freshness of payments, exit code."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.import_answer import ImportResult, show_import, show_import_json
from workers.cli.import_command import Asked
from workers.cli.invocation import Invocation
from workers.intake.csv_import import Import, Progress, Report, complete_feed, import_file, line_count
from workers.intake.csv_mapping import Mapping, read_mapping
from workers.intake.csv_rejects import own_name, rejects_text
from workers.intake.findings import BadFile, Unfit
from workers.intake.french_values import read_day
from workers.ledger import store

_TIME: Final = re.compile(r"^(?P<day>.+?)[ T]+(?P<hour>\d{1,2})[:h](?P<minute>\d{2})$")
_ZONE: Final = ZoneInfo("Europe/Paris")
#: Without a terminal, a line is written this often.
_TOLD_EVERY: Final = 5_000


def run_import(invocation: Invocation, asked: Asked) -> int:
    """Import the file and show what became of it.

    Raises:
        BadFile: nothing of it can be imported.
        Failure: the command line is wrong.
    """
    if asked.rejects is not None and asked.rejects.absolute() == asked.file.absolute():
        raise Failure("--rejects : nommez un autre fichier", "--rejects: name another file", ExitCode.USAGE)
    lines = line_count(asked.file)
    mapping = Mapping() if asked.mapping is None else read_mapping(asked.mapping, asked.kind)
    as_of = _as_of(invocation, asked.as_of)
    wanted = Import(
        file=asked.file,
        kind=asked.kind,
        creditor=_creditor(invocation, asked.creditor or mapping.constants.get("creditor")),
        mapping=mapping,
        encoding=asked.encoding,
        batch=asked.batch,
        may_correct=asked.may_correct,
        is_rehearsal=asked.dry_run,
    )
    with _progress(invocation, lines) as progress:
        report = import_file(invocation.system, wanted, progress)
    result = ImportResult(wanted, report, _write_rejects(invocation, asked, report))
    is_complete = not report.rejected if asked.feed is None else asked.feed
    if asked.kind == "payments" and is_complete and not asked.dry_run:
        result.as_of = as_of
        complete_feed(invocation.system, wanted.creditor, as_of, report.events)
    (show_import_json if asked.as_json else show_import)(invocation, result)
    return _code(result)


def _code(result: ImportResult) -> ExitCode:
    if result.report.rejected:
        return ExitCode.FAILURE
    return ExitCode.OK if result.report.lines or result.as_of else ExitCode.NOTHING_MATCHED


def _creditor(invocation: Invocation, asked: str | None) -> str:
    with invocation.system.ledger.connect() as connection:
        known = store.creditor_refs(connection)
    if asked is None and len(known) == 1:
        return known[0]
    if not known:
        raise Failure(
            "aucun créancier n’est déclaré ; ajoutez une table [[creditors]] à relance.toml",
            "no creditor is declared; add a table [[creditors]] to relance.toml",
            ExitCode.USAGE,
        )
    if asked is None or asked not in known:
        names = ", ".join(known)
        raise Failure(f"--creditor : choisissez parmi {names}", f"--creditor: choose one of {names}", ExitCode.USAGE)
    return asked


def _as_of(invocation: Invocation, text: str | None) -> datetime:
    now = invocation.system.clock.now()
    if text is None:
        return now
    try:
        as_of = _moment(text)
    except (Unfit, ValueError):
        raise Failure(
            f"--as-of : « {text} » n’est pas un moment ; écrivez 20/11/2026 18:00",
            f"--as-of: '{text}' is no moment; write 2026-11-20T18:00",
            ExitCode.USAGE,
        ) from None
    if as_of > now:
        raise Failure(f"--as-of : « {text} » est dans l’avenir", f"--as-of: '{text}' is in the future", ExitCode.USAGE)
    return as_of


def _moment(text: str) -> datetime:
    """A day or a moment, in Paris unless it has a zone; a day counts from its beginning."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        found = _TIME.match(text)
        time = (
            datetime.min.time()
            if found is None
            else datetime.min.time().replace(int(found["hour"]), int(found["minute"]))
        )
        moment = datetime.combine(read_day(text if found is None else found["day"]), time)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=_ZONE)


def _write_rejects(invocation: Invocation, asked: Asked, report: Report) -> Path | None:
    """Write the file of rejects; a rehearsal writes only where it is told to."""
    if not report.rejected or (asked.dry_run and asked.rejects is None):
        return None
    text = rejects_text(report.rejected, report.layout, invocation.language)
    file = asked.rejects or own_name(asked.file, text)
    try:
        file.write_bytes(text)
    except OSError as error:
        reason = f"{file} ({error.strerror})"
        raise BadFile(
            f"bonnes lignes enregistrées, mais le fichier des rejets ne peut être écrit : {reason} ; donnez --rejects",
            f"the good lines are in, but the rejects cannot be written: {reason}; give --rejects",
        ) from None
    return file


@contextmanager
def _progress(invocation: Invocation, total: int) -> Iterator[Progress]:
    """A bar with the time left on a terminal, now and then a line elsewhere."""
    if not sys.stderr.isatty():
        told = 0

        def tell(done: int) -> None:
            nonlocal told
            if done - told >= _TOLD_EVERY:
                told = done
                invocation.tell(f"{done} lignes sur {total} environ", f"{done} lines of about {total}")

        yield tell
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal pays for it
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(invocation.say("lignes", "lines"), total=total)
        yield lambda done: bar.update(task, completed=done)
