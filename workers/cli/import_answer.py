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
#: In French and in English.
_Words = tuple[str, str]
_LINES: Final[tuple[_Words, _Words]] = (("ligne lue", "line read"), ("lignes lues", "lines read"))
#: One and several, each in French and in English, and how a participle ends beside it.
_KINDS: Final = {
    "invoices": (("facture", "invoice", "e"), ("factures", "invoices", "es")),
    "payments": (("règlement", "payment", ""), ("règlements", "payments", "s")),
}


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
    for count, one, several in _counts(report, wanted.kind):
        if count or one == _LINES[0]:
            invocation.show(f"{count:>8}  {say(*(one if count == 1 else several))}")
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


def _counts(report: Report, kind: Kind) -> list[tuple[int, _Words, _Words]]:
    """How many, and the words for one and for several."""
    one, several = _KINDS[kind]
    return [
        (report.lines, *_LINES),
        (report.accepted, (f"{one[0]} enregistré{one[2]}", f"{one[1]} taken in"),
         (f"{several[0]} enregistré{several[2]}", f"{several[1]} taken in")),
        (report.corrected, (f"{one[0]} corrigé{one[2]} (échéance ou total)", f"{one[1]} corrected (due date or total)"),
         (f"{several[0]} corrigé{several[2]} (échéance ou total)", f"{several[1]} corrected (due date or total)")),
        (report.duplicates, (f"{one[0]} déjà connu{one[2]}", f"{one[1]} known already"),
         (f"{several[0]} déjà connu{several[2]}", f"{several[1]} known already")),
        (report.parked, (f"{one[0]} en attente de sa facture", f"{one[1]} waiting for its invoice"),
         (f"{several[0]} en attente de leur facture", f"{several[1]} waiting for their invoice")),
        (len(report.rejected), ("ligne rejetée", "line rejected"), ("lignes rejetées", "lines rejected")),
    ]  # fmt: skip


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
    from workers.cli.words import moment_text  # noqa: PLC0415 - help must not pay for it

    if result.wanted.kind != "payments" or result.wanted.is_rehearsal:
        return
    if result.as_of is not None:
        at = moment_text(result.as_of, invocation.language)
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
