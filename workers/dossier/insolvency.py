"""The draft of a declaration of claim in a collective procedure, for a person to complete, sign and send."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from workers.delivery.charges import with_charges
from workers.dossier.writing import PARIS, Writing
from workers.ledger.queries.proofs import Evidence
from workers.rendering.catalogue import Catalogue
from workers.rendering.errors import TemplateProblem
from workers.rendering.messages import Rendered, render
from workflows.case import Case
from workflows.events import DebtorInsolvent
from workflows.imputation import Order
from workflows.invoice import Channel, Contact, DebtorKind
from workflows.rates import Rates
from workflows.wording import LetterFacts
from workflows.wording_checks import BadFacts
from workflows.wording_parts import InsolvencyPart

_LETTER, _TONE = "insolvency_declaration", 4
_FOLDER: Final = "declaration-de-creance"


@dataclass(frozen=True, slots=True)
class Procedure:
    """An open procedure and the cases whose debt was born before its judgment.

    Attributes:
        cases: in one currency, that of the oldest.
        others: how many there are in other currencies.
    """

    event: DebtorInsolvent
    declare_by: date
    cases: tuple[Case, ...]
    others: int = 0


def procedure_of(found: Evidence) -> Procedure | None:
    """The procedure that is open, as the latest event tells it; None where there is none."""
    mine = [each for each in found.cases if each.case.insolvency is not None and each.case.insolvency.is_open]
    told = [
        (entry.at, entry.happened.event_id, entry.happened)
        for each in mine
        for entry in each.entries
        if isinstance(entry.happened, DebtorInsolvent)
    ]
    if not told:
        return None
    event = max(told, key=lambda each: each[:2])[2]
    ends = [
        each.case.insolvency.declare_by for each in mine if each.case.insolvency and each.case.insolvency.declare_by
    ]
    cases = [each.case for each in mine if each.case.is_open and each.case.invoice.issued_on < event.judgment_date]
    declared = tuple(case for case in cases if case.invoice.currency == cases[0].invoice.currency)
    return Procedure(event, max(ends), declared, len(cases) - len(declared)) if ends and cases else None


def declaration(
    found: Evidence, as_of: date, writing: Writing, *, catalogue: Catalogue, rates: Rates
) -> dict[str, bytes]:
    """The draft as text and PDF with a note, or the note alone where the draft cannot be written; empty without one."""
    procedure = procedure_of(found)
    if procedure is None:
        return {}
    notes = _notes(procedure, writing)
    try:
        letter = render(_facts(found, procedure, as_of, writing, catalogue=catalogue, rates=rates), catalogue)
        made = {f"{_FOLDER}/brouillon.pdf": letter.letter_pdf, f"{_FOLDER}/brouillon.txt": _text(letter)}
    except (BadFacts, TemplateProblem) as error:
        made = {}
        notes.append(
            writing.say(f"Le brouillon n’a pas pu être écrit : {error}", f"No draft could be written: {error}")
        )
    made[f"{_FOLDER}/a-lire.txt"] = ("\n".join(f"- {note}" for note in notes) + "\n").encode()
    return made


def _text(letter: Rendered) -> bytes:
    return f"{letter.subject}\n\n{letter.text}\n".encode()


def _notes(procedure: Procedure, writing: Writing) -> list[str]:
    say, event = writing.say, procedure.event
    day = writing.day(procedure.declare_by)
    notes = [
        say(f"À déclarer au plus tard le {day} : deux mois après la publication au BODACC (art. R622-24 du code de "
            "commerce), deux mois de plus pour un créancier établi hors de la métropole si la procédure y est ouverte.",
            f"To be declared by {day}: two months after publication in the BODACC (art. R622-24 of the commercial "
            "code), two months more for a creditor outside metropolitan France where the procedure opened there."),
        say("Brouillon : vérifiez-le, complétez l’adresse, joignez les pièces et signez. Ceci n’est pas un conseil "
            "juridique.",
            "A draft: check it, complete the address, enclose the documents and sign. This is no legal advice."),
    ]  # fmt: skip
    if event.published_on is None:
        notes.append(
            say("La date de publication au BODACC n’est pas connue : le délai est compté du jugement.",
                "The day of publication in the BODACC is not known: the delay is counted from the judgment.")
        )  # fmt: skip
    if procedure.others:
        fr = f"Factures en une autre monnaie, à déclarer à part : {procedure.others}."
        notes.append(say(fr, f"Invoices in another currency, to be declared apart: {procedure.others}."))
    if event.mandataire is None:
        notes.append(say("Le mandataire n’est pas connu : complétez son nom.", "Complete the name of the mandataire."))
    return notes


def _facts(
    found: Evidence, procedure: Procedure, as_of: date, writing: Writing, *, catalogue: Catalogue, rates: Rates
) -> LetterFacts:
    """Interest stops the day before the judgment (art. L622-28 C. com.): `with_charges` sees to it."""
    event = procedure.event
    name = event.mandataire or writing.say("[mandataire judiciaire : à compléter]", "[mandataire: to be completed]")
    order = Order(found.creditor.imputation)
    claimed = with_charges(procedure.cases, found.debtor, as_of, rates, is_formal=True, formal_order=order)
    part = InsolvencyPart(
        procedure=event.procedure, judgment_on=event.judgment_date, published_on=event.published_on,
        declare_by=procedure.declare_by, mandataire=name,
    )  # fmt: skip
    return LetterFacts(
        letter=_LETTER, tone=_TONE, channel=Channel.LETTER, language=catalogue.language_for(_LETTER, writing.language),
        creditor=found.creditor, debtor=found.debtor, contact=Contact(name=name), lines=claimed.lines,
        currency=procedure.cases[0].invoice.currency, balance=claimed.balance,
        situation_at=datetime.combine(as_of, time(12), PARIS), interest=claimed.interest,
        interest_total=claimed.interest_total,
        indemnity=0 if found.debtor.kind is DebtorKind.CONSUMER else claimed.indemnity,
        notice_received_on=claimed.notice_received_on,
        grand_total=claimed.balance + claimed.interest_total + claimed.indemnity, payment_reference=found.debtor.ref,
        insolvency=part,
    )  # fmt: skip
