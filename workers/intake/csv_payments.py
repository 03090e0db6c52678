"""From lines of a file to payments received; lines that share a reference are one payment."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from workers.intake.csv_entries import Entry, Rejected, attributes, blamed, built, rejected
from workers.intake.csv_layout import Layout
from workers.intake.csv_rows import Row, read_line, read_ref
from workers.intake.csv_text import Record
from workers.intake.french_values import Decimal, read_amount, read_currency, read_day
from workflows.events import Allocation, PaymentReceived
from workflows.money import Cents, Money, decimal_text


@dataclass(slots=True)
class _Line:
    """One line as read; what is None could not be."""

    row: Row
    creditor: str
    payment_id: str | None
    value_date: date | None
    amount: Cents | None
    whole: Cents | None
    currency: str
    invoice_no: str | None
    debtor_ref: str | None
    method: str | None
    label: str | None


@dataclass(slots=True)
class PaymentReader:
    """Reads payments; keeps the lines of the file until the last one, which may belong to the first one's payment.

    Args:
        layout: of the file.
        creditor: who was paid, where the file does not say.
        now: nothing happens later.
        decimal: sign before the decimals, where the operator says so.
    """

    layout: Layout
    creditor: str
    now: datetime
    decimal: Decimal | None = None
    _seen: Counter[str] = field(default_factory=Counter)

    def read(self, records: Iterable[Record]) -> Iterator[Entry | Rejected]:
        """Each payment as an event, each line that cannot be read with what is wrong with it."""
        payments: dict[tuple[str, str], list[_Line]] = {}
        for record in records:
            row = Row(record, self.layout)
            line = None if row.findings else self._line(row)
            if line is None or line.payment_id is None:
                yield rejected(row)
            else:
                payments.setdefault((line.creditor, line.payment_id), []).append(line)
        for lines in payments.values():
            yield from self._payment(lines)

    def _line(self, row: Row) -> _Line | None:
        line = _Line(
            row,
            creditor=row.may("creditor", read_ref) or self.creditor,
            payment_id=row.may("payment_id", read_ref),
            value_date=row.need("value_date", read_day),
            amount=row.need("amount", self._amount),
            whole=row.may("payment_total", self._amount),
            currency=row.may("currency", read_currency) or "EUR",
            invoice_no=row.may("invoice_no", read_ref),
            debtor_ref=row.may("debtor_ref", read_ref),
            method=row.may("method", read_line),
            label=row.may("label", read_line),
        )
        if line.amount is not None and line.amount <= 0:
            row.refuse(
                "amount",
                "doit être supérieur à zéro ; un rejet ou un remboursement se publie par l’événement payment.reversed",
                "must be above zero; publish a rejected or returned payment with the event payment.reversed",
            )
        if not row.findings and line.payment_id is None:
            line.payment_id = self._made_up(line)
        return line if line.payment_id is not None else None

    def _amount(self, text: str) -> Cents:
        return read_amount(text, self.decimal)

    def _made_up(self, line: _Line) -> str:
        """A reference made of what the line says, and of how often this file has said it."""
        said = f"{line.value_date}/{line.amount}/{line.currency}/{line.invoice_no}/{line.debtor_ref}/{line.label}"
        self._seen[said] += 1
        return "csv-" + hashlib.sha256(f"{said}/{self._seen[said]}".encode()).hexdigest()[:24]

    def _payment(self, lines: list[_Line]) -> Iterator[Entry | Rejected]:
        _agree(lines)
        wrong = next((line.row.findings[0] for line in lines if line.row.findings), None)
        event = self._event(lines) if wrong is None else None
        if event is not None:
            notes = tuple(note for line in lines for note in line.row.notes)
            yield Entry(event, tuple(line.row.record for line in lines), notes)
            return
        wrong = wrong or lines[0].row.findings[0]
        yield from (rejected(line.row) if line.row.findings else blamed(line.row, wrong) for line in lines)

    def _event(self, lines: list[_Line]) -> PaymentReceived | None:
        first = lines[0]
        if first.value_date is None:
            return None
        parts: Counter[str] = Counter()
        for line in lines:
            if line.invoice_no is not None:
                parts[line.invoice_no] += line.amount or 0
        whole = first.whole if first.whole is not None else sum(line.amount or 0 for line in lines)
        facts: dict[str, object] = {
            "payment_id": first.payment_id,
            "amount": Money(amount=whole, currency=first.currency),
            "value_date": first.value_date,
            "allocations": tuple(Allocation(invoice_no=number, amount=amount) for number, amount in parts.items()),
            "debtor_ref": first.debtor_ref,
            "method": first.method,
            "reference": first.label,
        }
        facts |= attributes(first.value_date, first.creditor, self.now)
        return built(first.row, PaymentReceived, facts)


def _agree(lines: list[_Line]) -> None:
    """One payment has one date, one currency, one debtor and one total."""
    first = lines[0]
    for line in lines[1:]:
        for name in ("value_date", "currency", "debtor_ref"):
            if getattr(line, name) != getattr(first, name):
                number = first.row.record.line
                line.row.refuse(
                    name,
                    f"diffère de la ligne {number}, qui a la même référence de paiement ; une référence désigne "
                    "un seul paiement : corrigez l’une des deux",
                    f"differs from line {number}, which has the same payment reference; a reference names one payment: "
                    "correct one of them",
                )
    whole, parts = first.whole, sum(line.amount or 0 for line in lines)
    if whole is not None and whole < parts:
        first.row.refuse(
            "payment_total",
            f"est inférieur à la somme des lignes du paiement ({decimal_text(parts)}) ; corrigez l’un des montants",
            f"is less than the lines of the payment add up to ({decimal_text(parts)}); correct one of the amounts",
        )
