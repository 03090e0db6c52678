"""What an import shows: a summary and each rejected line for people, everything for programs."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from workers.cli.invocation import Invocation
from workers.cli.tables import show_json
from workers.intake.csv_fields import Kind
from workers.intake.csv_import import Import, Report
from workers.intake.findings import Finding

#: Rejected lines, notes and things waited for that are shown to people; the file of rejects has all lines.
_SHOWN: Final = 20


@dataclass(slots=True)
class ImportResult:
    """One import, done.

    Attributes:
        rejects: where the rejected lines were written.
        as_of: the moment up to which payments were declared to be known; None where they were not.
    """

    wanted: Import
    report: Report
    rejects: Path | None = None
    as_of: datetime | None = None


def show_import(invocation: Invocation, result: ImportResult) -> None:
    """Show what became of a file."""
    report, wanted = result.report, result.wanted
    say = invocation.say
    if wanted.is_rehearsal:
        invocation.show(say("Répétition : rien n’a été écrit.", "Rehearsal: nothing was written."))
    for count, fr, en in _counts(report, wanted.kind):
        if count or fr == "lignes lues":
            invocation.show(f"{count:>8}  {say(fr, en)}")
    _show_some(invocation, [note.text(invocation.language) for note in report.notes], say("À noter :", "To note:"))
    _show_some(invocation, _reasons(invocation, report), say("Lignes rejetées :", "Rejected lines:"))
    waiting = sorted(set(report.waiting))
    _show_some(invocation, waiting, say("En attente de :", "Waiting for:"))
    if report.layout.ignored:
        ignored = ", ".join(report.layout.ignored)
        invocation.tell(f"colonnes non lues : {ignored}", f"columns not read: {ignored}")
    if result.rejects is not None:
        invocation.tell(f"lignes à corriger : {result.rejects}", f"lines to be corrected: {result.rejects}")
    _tell_feed(invocation, result)


def show_import_json(invocation: Invocation, result: ImportResult) -> None:
    """Print everything about the import as `relance.import/1`."""
    report, wanted = result.report, result.wanted
    content: dict[str, object] = {
        "file": wanted.file,
        "kind": wanted.kind,
        "creditor": wanted.creditor,
        "dry_run": wanted.is_rehearsal,
        "encoding": report.encoding,
        "delimiter": report.layout.delimiter,
        "columns": {field: report.layout.header(field) for field in report.layout.columns},
        "ignored_columns": report.layout.ignored,
        "lines": report.lines,
        "events": report.events,
        "accepted": report.accepted,
        "corrected": report.corrected,
        "duplicates": report.duplicates,
        "parked": report.parked,
        "waiting_for": sorted(set(report.waiting)),
        "rejected_lines": len(report.rejected),
        "rejects_file": result.rejects,
        "findings": [_finding(each) for each in report.findings],
        "notes": [_finding(each) for each in report.notes],
        "payments_as_of": result.as_of,
    }
    show_json(invocation, "import", content)


def _counts(report: Report, kind: Kind) -> list[tuple[int, str, str]]:
    is_invoices = kind == "invoices"
    fr, en, e = ("factures", "invoices", "e") if is_invoices else ("règlements", "payments", "")
    return [
        (report.lines, "lignes lues", "lines read"),
        (report.accepted, f"{fr} enregistré{e}s", f"{en} taken in"),
        (report.corrected, f"{fr} corrigé{e}s (échéance ou total)", f"{en} corrected (due date or total)"),
        (report.duplicates, f"{fr} déjà connu{e}s", f"{en} known already"),
        (report.parked, f"{fr} en attente de leur facture", f"{en} waiting for their invoice"),
        (len(report.rejected), "lignes rejetées", "lines rejected"),
    ]


def _reasons(invocation: Invocation, report: Report) -> list[str]:
    return [finding.text(invocation.language) for finding in report.findings]


def _show_some(invocation: Invocation, lines: list[str], title: str) -> None:
    if not lines:
        return
    invocation.show(title)
    for line in lines[:_SHOWN]:
        invocation.show(f"  {line}")
    if len(lines) > _SHOWN:
        left = len(lines) - _SHOWN
        invocation.show(invocation.say(f"  … et {left} autres", f"  … and {left} more"))


def _tell_feed(invocation: Invocation, result: ImportResult) -> None:
    if result.wanted.kind != "payments" or result.wanted.is_rehearsal:
        return
    if result.as_of is not None:
        at = result.as_of.isoformat(timespec="minutes")
        invocation.tell(f"règlements à jour au {at}", f"payments up to date as of {at}")
    elif result.report.rejected:
        invocation.tell(
            "règlements non déclarés à jour, car des lignes sont rejetées : les relances attendront ; corrigez-les, ou "
            "ajoutez --feed",
            "payments are not declared up to date, because lines were rejected: reminders will wait; correct them, or "
            "add --feed",
        )


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "line": finding.line,
        "column": finding.column,
        "value": finding.value,
        "fr": finding.fr,
        "en": finding.en,
    }
