"""A CSV file into the ledger: the good lines go in, each bad one is answered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from workers.intake.corrections import advice, change_of, correction, known_invoices
from workers.intake.csv_entries import SOURCE, Entry, Rejected, identified
from workers.intake.csv_fields import Kind
from workers.intake.csv_invoices import InvoiceReader
from workers.intake.csv_layout import SEARCHED, Layout, find_layout
from workers.intake.csv_mapping import Mapping
from workers.intake.csv_payments import PaymentReader
from workers.intake.csv_text import TextFile, open_text
from workers.intake.findings import BadFile, Finding
from workers.intake.french_findings import french
from workers.intake.messages import rehearse_events
from workers.intake.term_notes import notes_of
from workers.orders import Outcome
from workers.rates_file import rates_of
from workflows.events import FeedCompleted, Inbound, InvoiceChange, InvoiceIssued
from workflows.invoice import Invoice, case_id
from workflows.rates import Rates

if TYPE_CHECKING:
    from workers.wiring import System

#: What a line says, what of it differs, and the invoice as the ledger knows it.
_Change: TypeAlias = tuple[InvoiceIssued, InvoiceChange, Invoice]
#: Told after every batch: lines answered so far.
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What to import, and how.

    Attributes:
        creditor: whose file it is; a column of the file overrules it.
        encoding: as told; None finds it.
        batch: events in one transaction.
        may_correct: an invoice that the ledger knows otherwise is corrected instead of rejected.
        is_rehearsal: nothing is written.
    """

    file: Path
    kind: Kind
    creditor: str
    mapping: Mapping = field(default_factory=Mapping)
    encoding: str | None = None
    batch: int = 500
    may_correct: bool = False
    is_rehearsal: bool = False


@dataclass(slots=True, kw_only=True)
class Report:
    """What became of a file.

    Attributes:
        lines: with something on them, the header not counted.
        events: that the lines say; several lines may be one payment.
        duplicates: events that were known already.
        waiting: what parked events wait for.
        corrected: invoices whose due date or total was corrected.
    """

    layout: Layout
    encoding: str
    lines: int = 0
    events: int = 0
    accepted: int = 0
    duplicates: int = 0
    parked: int = 0
    corrected: int = 0
    waiting: list[str] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """Why lines were rejected, in the order of the file."""
        every = (finding for each in self.rejected for finding in each.findings)
        return sorted(every, key=lambda finding: finding.line)


def import_file(system: "System", wanted: Import, progress: Progress = lambda _lines: None) -> Report:
    """Import one file; what was taken in before a crash is recognised when the file is imported again.

    Raises:
        BadFile: nothing of it can be imported.
        sqlalchemy.exc.OperationalError: the ledger went away; import the file again.
    """
    with open_text(wanted.file, wanted.encoding or wanted.mapping.encoding) as text:
        layout = find_layout(text.peek(SEARCHED), wanted.kind, wanted.mapping)
        text.skip(layout.line)
        report = Report(layout=layout, encoding=text.encoding)
        run = _Run(system, wanted, report, rates_of(system.settings))
        batch: list[Entry] = []
        for each in _entries(text, layout, wanted, system.clock.now()):
            if isinstance(each, Rejected):
                run.reject(each)
            else:
                batch.append(each)
            if len(batch) >= wanted.batch:
                run.apply(batch)
                progress(report.lines)
                batch.clear()
        run.apply(batch)
        progress(report.lines)
    return report


def line_count(file: Path) -> int:
    """How many lines a file has, for a progress bar.

    Raises:
        BadFile: it cannot be read.
    """
    try:
        with file.open("rb") as raw:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: raw.read(1 << 20), b""))
    except OSError as error:
        raise BadFile(f"illisible : {error.strerror}", f"cannot be read: {error.strerror}") from None


def complete_feed(system: "System", creditor: str, as_of: datetime, count: int) -> Outcome:
    """Say that the payments of a creditor are known up to `as_of`: what opens the freshness gate."""
    event = FeedCompleted(
        event_id="?", source=SOURCE, at=system.clock.now(), creditor=creditor, feed="payments", as_of=as_of, count=count
    )
    return system.engine.handle(identified(event))


def _entries(text: TextFile, layout: Layout, wanted: Import, now: datetime) -> Iterator[Entry | Rejected]:
    reader = InvoiceReader if wanted.kind == "invoices" else PaymentReader
    records = text.records(layout.delimiter, len(layout.headers))
    return reader(layout, wanted.creditor, now, wanted.mapping.decimal).read(records)


@dataclass(slots=True)
class _Run:
    system: "System"
    wanted: Import
    report: Report
    rates: Rates

    def reject(self, each: Rejected) -> None:
        self.report.lines += 1
        self.report.rejected.append(each)

    def apply(self, batch: list[Entry]) -> None:
        """Take a batch in, in one transaction; then correct what may be corrected."""
        outcomes = self._handle([entry.event for entry in batch])
        changes = self._changes(batch, outcomes)
        for entry, outcome in zip(batch, outcomes, strict=True):
            self.report.lines += len(entry.records)
            self.report.events += 1
            self.report.notes += [*entry.notes, *notes_of(entry, self.report.layout, self.rates)]
            if entry.event.event_id in changes:
                self._correct(entry, *changes[entry.event.event_id])
            else:
                self._count(entry, outcome)

    def _handle(self, events: list[Inbound]) -> list[Outcome]:
        if self.wanted.is_rehearsal:
            return rehearse_events(self.system, events)
        return self.system.engine.handle_many(events)

    def _count(self, entry: Entry, outcome: Outcome) -> None:
        if outcome.status == "accepted":
            self.report.accepted += 1
        elif outcome.status == "duplicate":
            self.report.duplicates += 1
        elif outcome.status == "parked":
            self.report.parked += 1
            self.report.waiting += outcome.waiting_for
        else:
            self._refuse(entry, [(french(words), words) for words in outcome.findings])

    def _refuse(self, entry: Entry, words: list[tuple[str, str]]) -> None:
        for record in entry.records:
            findings = tuple(Finding(line=record.line, fr=fr, en=en) for fr, en in words)
            self.report.rejected.append(Rejected(record, findings))

    def _changes(self, batch: list[Entry], outcomes: list[Outcome]) -> dict[str, _Change]:
        """What lines say otherwise than the ledger, by id of their event."""
        met = {
            entry.event.event_id: entry.event
            for entry, outcome in zip(batch, outcomes, strict=True)
            if isinstance(entry.event, InvoiceIssued) and _met_a_case(outcome)
        }
        if not met:
            return {}
        with self.system.ledger.connect() as connection:
            known = known_invoices(connection, met.values())
        found: dict[str, _Change] = {}
        for event_id, event in met.items():
            invoice = known.get(case_id(event.creditor or "", event.invoice_no))
            change = None if invoice is None else change_of(event, invoice)
            if invoice is not None and change is not None:
                found[event_id] = event, change, invoice
        return found

    def _correct(self, entry: Entry, event: InvoiceIssued, change: InvoiceChange, known: Invoice) -> None:
        if not self.wanted.may_correct:
            self._refuse(entry, [advice(change, known)])
            return
        now = self.system.clock.now()
        mended = correction(event, change, file=self.wanted.file.name, now=now)
        outcome, _ = self._handle([mended, event])
        if outcome.status == "accepted":
            self.report.corrected += 1
        else:
            self._count(entry, outcome)


def _met_a_case(outcome: Outcome) -> bool:
    """Whether the invoice had a case before this event."""
    opened = any(reason.rule == "opened" for decision in outcome.decisions for reason in decision.reasons)
    return outcome.status == "refused" or (outcome.status == "accepted" and not opened)
