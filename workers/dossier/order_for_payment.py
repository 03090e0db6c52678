"""The data that an order for payment (injonction de payer) asks for, on a sheet that a person reads and copies.

Facts, not legal advice. The forms: cerfa 12946 for the commercial court, 12948 for the tribunal judiciaire, 16040
where the juge des contentieux de la protection has to decide (service-public.fr).
"""

from collections.abc import Iterator, Sequence
from typing import Final

from workers.dossier.statement import Claimed, basis_text, totals
from workers.dossier.writing import Writing, csv_of
from workers.ledger.queries.proofs import Evidence
from workers.rendering.shared_blocks import postal_lines
from workflows.invoice import DebtorKind
from workflows.machine import records, standing
from workflows.scenario import FORMAL_TONE

#: Section, what it is called, what it says.
Row = tuple[str, str, str]
_BUSINESS: Final = (
    "Créance commerciale : cerfa 12946, au président du tribunal de commerce (ou des activités économiques) du siège "
    "du débiteur. Créance civile : cerfa 12948, au tribunal judiciaire."
)
_BUSINESS_EN: Final = (
    "A commercial claim: cerfa 12946, to the president of the commercial court of the debtor’s seat. A civil claim: "
    "cerfa 12948, to the tribunal judiciaire."
)
_CONSUMER: Final = (
    "Particulier : cerfa 12948, au tribunal judiciaire, ou cerfa 16040 si le juge des contentieux de la protection est "
    "compétent."
)
_CONSUMER_EN: Final = (
    "A consumer: cerfa 12948, to the tribunal judiciaire, or cerfa 16040 where the juge des contentieux de la "
    "protection has to decide."
)
_PUBLIC: Final = "Acheteur public : cette feuille ne propose aucun de ces formulaires ; demandez conseil."
_PUBLIC_EN: Final = "A public buyer: this sheet suggests none of these forms; take advice."
_FORMS: Final = {
    DebtorKind.BUSINESS: (_BUSINESS, _BUSINESS_EN),
    DebtorKind.CONSUMER: (_CONSUMER, _CONSUMER_EN),
    DebtorKind.PUBLIC: (_PUBLIC, _PUBLIC_EN),
}


def rows(found: Evidence, open_ones: Sequence[Claimed], writing: Writing, pieces: Sequence[str]) -> list[Row]:
    """The sheet, line by line.

    Args:
        found: the evidence.
        open_ones: the accounts that are claimed.
        writing: its language.
        pieces: names of the files of the dossier.
    """
    say = writing.say
    caution = say(
        "Données préparées par un logiciel ; ceci n’est pas un conseil juridique. Vérifiez-les, le tribunal compétent "
        "et le formulaire en vigueur, ou faites-les vérifier.",
        "Data prepared by a program; this is no legal advice. Check them, the court and the form in force, or have "
        "them checked.",
    )
    head = [(say("À savoir", "To know"), say("Avertissement", "Caution"), caution)]
    head.append((head[0][0], say("Formulaire", "Form"), say(*_FORMS[found.debtor.kind])))
    if any(each.case.insolvency is not None and each.case.insolvency.is_open for each in found.cases):
        fr = (
            "Une procédure collective est ouverte : la créance se déclare, cette feuille ne sert pas tant qu’elle dure."
        )
        en = "A collective procedure is open: the claim is declared; this sheet is of no use while it lasts."
        head.append((head[0][0], say("Procédure", "Procedure"), say(fr, en)))
    documents = [(say("Pièces", "Documents"), f"{at}", name) for at, name in enumerate(pieces, start=1)]
    return [*head, *_parties(found, writing), *_claim(open_ones, writing), *_grounds(found, writing), *documents]


def _parties(found: Evidence, writing: Writing) -> Iterator[Row]:
    say, creditor, debtor = writing.say, found.creditor, found.debtor
    mine, theirs = say("Créancier", "Creditor"), say("Débiteur", "Debtor")
    name, address = say("Nom", "Name"), say("Adresse", "Address")
    yield mine, name, " – ".join(part for part in (creditor.name, creditor.legal_form) if part)
    yield mine, "SIREN", creditor.siren or "–"
    yield mine, address, ", ".join(postal_lines(creditor.address))
    yield mine, "Contact", f"{creditor.contact_name}, {creditor.phone}, {creditor.email}"
    yield theirs, name, debtor.name
    yield theirs, "SIREN", debtor.siren or "–"
    for contact in debtor.contacts:
        if contact.address is not None:
            yield theirs, address, ", ".join(postal_lines(contact.address))
    if not any(contact.address for contact in debtor.contacts):
        yield theirs, address, say("inconnue : à compléter", "unknown: to be completed")


def _claim(open_ones: Sequence[Claimed], writing: Writing) -> Iterator[Row]:
    say = writing.say
    for each in open_ones:
        invoice, account = each.case.invoice, each.account
        section = say(f"Facture {invoice.number}", f"Invoice {invoice.number}")
        amounts = {
            say("Montant TTC", "Amount with taxes"): invoice.total, "Principal": account.principal_left,
            say("Intérêts", "Interest"): account.interest_left,
            say("Indemnité forfaitaire", "Fixed indemnity"): account.indemnity_left,
            say("Contesté, non réclamé ici", "Disputed, not claimed here"): standing.disputed(each.case),
        }  # fmt: skip
        yield section, say("Émise le", "Issued on"), writing.day(invoice.issued_on)
        yield section, say("Échue le", "Due on"), writing.day(invoice.due_on)
        for label, amount in amounts.items():
            yield section, label, writing.money(amount, invoice.currency)
        if account.segments:
            yield section, say("Taux", "Rate"), basis_text(account, writing)
        yield section, say("Arrêté au", "To"), writing.day(account.as_of)
    for currency, amount in totals(tuple(open_ones)).items():
        yield "Total", say("Somme réclamée", "Sum claimed"), writing.money(amount, currency)


def _grounds(found: Evidence, writing: Writing) -> Iterator[Row]:
    """Formal notices that left, and what the debtor disputes."""
    say = writing.say
    section = say("Fondement", "Grounds")
    for each in found.cases:
        number = each.case.invoice.number
        for record in records.reached(each.case):
            if record.tone >= FORMAL_TONE:
                day = writing.day(records.local_day(record.at, found.debtor))
                received = writing.day(records.received_on(each.case, record, found.debtor))
                text = say(f"{number} : partie le {day}, reçue le {received}", f"{number}: left {day}, came {received}")
                yield section, say("Mise en demeure", "Formal notice"), text
        for dispute in standing.open_disputes(each.case):
            day = writing.day(records.local_day(dispute.stamp[0], found.debtor))
            text = say(f"{number} : ouvert le {day}", f"{number}: opened {day}")
            yield section, say("Litige en cours", "Open dispute"), text


def sheet_csv(found: Sequence[Row], writing: Writing) -> bytes:
    """For a spreadsheet."""
    say = writing.say
    return csv_of((say("rubrique", "section"), say("donnée", "field"), say("valeur", "value")), found)


def sheet_txt(found: Sequence[Row]) -> bytes:
    """For reading: the rows under their sections."""
    lines, before = [], ""
    for section, label, value in found:
        if section != before:
            lines += ["", section, "-" * len(section)]
            before = section
        lines.append(f"{label} : {value}")
    return ("\n".join(lines).lstrip() + "\n").encode()
