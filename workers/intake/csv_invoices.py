"""From lines of a file to issued invoices."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from workers.intake.csv_entries import Entry, Rejected, attributes, built, rejected
from workers.intake.csv_layout import Layout
from workers.intake.csv_rows import Row, read_line, read_ref
from workers.intake.csv_text import Record
from workers.intake.findings import Unfit
from workers.intake.french_places import read_country, read_email, read_postcode, read_siren
from workers.intake.french_values import (
    Decimal,
    read_amount,
    read_currency,
    read_day,
    read_kind,
    read_language,
)
from workers.intake.phones import read_phone
from workflows.events import InvoiceIssued, NewDebtor
from workflows.invoice import Address, Contact
from workflows.money import Cents, Money

_RATE: Final = re.compile(r"^(\d{1,2})(?:[.,](\d{1,4}))?\s*%?$")
_MULTIPLE: Final = re.compile(r"^([1-9])\s*[xX×]$")


@dataclass(slots=True)
class InvoiceReader:
    """Reads invoices, one a line; remembers the numbers and the contacts of the file.

    Args:
        layout: of the file.
        creditor: whose invoices they are, where the file does not say.
        now: nothing happens later.
        decimal: sign before the decimals, where the operator says so.
    """

    layout: Layout
    creditor: str
    now: datetime
    decimal: Decimal | None = None
    _lines: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    _contacts: dict[tuple[str, str], dict[str, object]] = field(default_factory=dict)

    def read(self, records: Iterable[Record]) -> Iterator[Entry | Rejected]:
        """Each line as an event, or with what is wrong with it."""
        for record in records:
            row = Row(record, self.layout)
            event = None if row.findings else self._event(row)
            if event is None or self._comes_again(row, event):
                yield rejected(row)
            else:
                yield Entry(event, (record,), tuple(row.notes))

    def _event(self, row: Row) -> InvoiceIssued | None:
        creditor = row.may("creditor", read_ref) or self.creditor
        number = row.need("number", read_ref)
        issued_on, due_on = row.need("issue_date", read_day), row.need("due_date", read_day)
        total = row.need("total", self._amount)
        currency = row.may("currency", read_currency) or "EUR"
        debtor = self._debtor(row, creditor)
        more = {
            "scenario": row.may("scenario", read_line),
            "po_number": row.may("po_number", read_line),
            "contract_rate": row.may("contract_rate", _read_rate),
            "document": row.may("document", read_line),
        }
        _check(row, issued_on, due_on, total)
        if row.findings or issued_on is None or total is None:
            return None
        facts: dict[str, object] = {"invoice_no": number, "debtor": debtor, "issue_date": issued_on}
        facts |= {"due_date": due_on, "total": Money(amount=total, currency=currency)}
        facts |= more | attributes(issued_on, creditor, self.now)
        return built(row, InvoiceIssued, facts)

    def _amount(self, text: str) -> Cents:
        return read_amount(text, self.decimal)

    def _debtor(self, row: Row, creditor: str) -> NewDebtor | None:
        name = row.need("debtor_name", read_line)
        ref = row.may("debtor_ref", read_ref) or (None if name is None else name[:80].strip())
        siren = row.may("siren", read_siren)
        if siren is not None and not siren[1]:
            row.note(
                "siren",
                "chiffre de contrôle faux ; repris tel quel, vérifiez-le",
                "its check digit is wrong; taken as it is, check it",
            )
        kind, language = row.may("kind", read_kind), row.may("language", read_language)
        client_since = row.may("client_since", read_day)
        seen = _contact_of(row)
        if row.findings or name is None or ref is None:
            return None
        known = self._contacts.setdefault((creditor, ref), {})
        known |= seen
        return NewDebtor(
            ref=ref,
            name=name,
            kind=kind,
            siren=siren[0] if siren else None,
            language=language,
            contacts=(Contact.model_validate(known),) if known else None,
            client_since=client_since,
        )

    def _comes_again(self, row: Row, event: InvoiceIssued) -> bool:
        """Whether another line of this file gave this invoice otherwise: one of the two is wrong."""
        key = (event.creditor or "", event.invoice_no)
        said = f"{event.debtor.ref}/{event.issue_date}/{event.due_date}/{event.total.amount}{event.total.currency}"
        line, before = self._lines.setdefault(key, (row.record.line, said))
        if said == before:
            return False
        row.refuse(
            "number",
            f"figure déjà ligne {line} avec d’autres valeurs ; une facture tient sur une seule ligne, avec son total",
            f"stands on line {line} already with other values; an invoice is one line, with its total",
        )
        return True


def _check(row: Row, issued_on: date | None, due_on: date | None, total: Cents | None) -> None:
    if issued_on and due_on and due_on < issued_on:
        row.refuse(
            "due_date",
            f"est avant la date d’émission ({issued_on:%d/%m/%Y}) ; corrigez l’une des deux",
            f"is before the issue date ({issued_on:%d/%m/%Y}); correct one of them",
        )
    if total is not None and total <= 0:
        row.refuse(
            "total",
            "doit être supérieur à zéro ; un avoir se publie par l’événement credit_note.issued",
            "must be above zero; publish a credit note with the event credit_note.issued",
        )


def _contact_of(row: Row) -> dict[str, object]:
    """What the line says about how to reach the debtor; silence keeps what is known."""
    country = row.may("country", read_country) or "FR"
    address = _address_of(row, country)
    postcode = None if address is None else address.postcode
    said: dict[str, object | None] = {
        "name": row.may("contact_name", read_line),
        "civility": row.may("civility", read_line),
        "email": row.may("email", read_email),
        "phone": row.may("mobile", lambda text: read_phone(text, postcode, country))
        or row.may("phone", lambda text: read_phone(text, postcode, country)),
        "address": address,
    }
    return {name: value for name, value in said.items() if value is not None}


def _address_of(row: Row, country: str) -> Address | None:
    texts = [row.text(f"address_{number}") for number in (1, 2, 3)]
    lines = [" ".join(line.split()) for text in texts for line in text.splitlines() if line.strip()]
    postcode = row.may("postcode", lambda text: read_postcode(text, country))
    city = row.may("city", read_line)
    if postcode is not None and postcode[1]:
        row.note(
            "postcode", f"lu {postcode[0]} : le zéro perdu est rétabli", f"read as {postcode[0]}: lost zero put back"
        )
    given = {"address_1": lines, "postcode": postcode, "city": city}
    if not any(given.values()) or row.findings:
        return None
    missing = [name for name, value in given.items() if not value]
    for name in missing:
        row.refuse(
            name, "manque pour une adresse complète ; complétez-la", "is missing for a whole address; fill it in"
        )
    if len(lines) > 4 or any(len(line) > 200 for line in lines):  # noqa: PLR2004 - the form of a postal address
        row.refuse("address_1", "a plus de quatre lignes ; raccourcissez-la", "has more than four lines; shorten it")
    if row.findings or postcode is None or city is None:
        return None
    return Address(lines=tuple(lines), postcode=postcode[0], city=city, country=country)


def _read_rate(text: str) -> str:
    """A yearly rate in percent, as `12.40`, or a multiple of the legal rate, as `3x`."""
    plain = text.replace("\u202f", " ").replace("\u00a0", " ").strip()
    if (multiple := _MULTIPLE.match(plain)) is not None:
        return f"{multiple[1]}x"
    match = _RATE.match(plain)
    if match is None:
        raise Unfit(
            "n’est pas un taux annuel ; écrivez par exemple 12,40, ou 3x pour trois fois le taux légal",
            "is no yearly rate; write for example 12,40, or 3x for three times the legal rate",
        )
    return match[1] + (f".{match[2]}" if match[2] else "")
