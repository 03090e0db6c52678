"""The chronology: what happened to each invoice, what was decided about it and why, in words."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from workers.dossier.kinds import EXCHANGES, KINDS
from workers.dossier.writing import Writing, slug
from workers.ledger.queries.cases import TimelineEntry
from workers.ledger.queries.proofs import CaseEvidence, Evidence
from workers.rendering.sheets import Grid, Part, Sheet
from workflows.machine import standing
from workflows.reasons import say_all


def chronology(found: Evidence, writing: Writing) -> Sheet:
    """A table for each invoice, and one of the messages; moments are those of Paris."""
    say = writing.say
    parts = [*(_of_case(each, writing) for each in found.cases), _messages(found, writing)]
    about = [
        say(f"Créancier : {found.creditor.name}", f"Creditor: {found.creditor.name}"),
        say(f"Débiteur : {found.debtor.name}", f"Debtor: {found.debtor.name}"),
        say("Les heures sont celles de Paris. Chaque ligne vient du journal, dans l’ordre où il a été écrit.",
            "Times are those of Paris. Every line comes from the journal, in the order in which it was written."),
    ]  # fmt: skip
    return Sheet(writing.language, say("Chronologie", "Chronology"), about, parts, found.debtor.name)


def _of_case(each: CaseEvidence, writing: Writing) -> Part:
    invoice, say = each.case.invoice, writing.say
    total = writing.money(invoice.total, invoice.currency)
    left = writing.money(standing.balance(each.case), invoice.currency)
    issued, due = writing.day(invoice.issued_on), writing.day(invoice.due_on)
    head = say(
        f"Émise le {issued}, échue le {due}, {total} TTC ; solde de la facture : {left}.",
        f"Issued {issued}, due {due}, {total} with taxes; balance of the invoice: {left}.",
    )
    heads = (say("Date", "Date"), say("Fait", "Fact"), say("Décision et motif", "Decision and reason"))
    rows = [
        (writing.moment(entry.at), say(*KINDS.get(entry.kind, (entry.kind, entry.kind))),
         say_all(entry.reasons, writing.language))
        for entry in each.entries
    ]  # fmt: skip
    return Part(say(f"Facture {invoice.number}", f"Invoice {invoice.number}"), (head,), Grid(heads, rows, (4, 5, 13)))


def _messages(found: Evidence, writing: Writing) -> Part:
    say = writing.say
    heading = say("Messages partis", "Messages that left")
    if not found.messages:
        return Part(heading, (say("Aucun message n’est parti.", "No message left."),))
    heads = (
        say("Date", "Date"), say("Destinataire", "Recipient"), say("Objet", "Subject"),
        say("Empreinte SHA-256", "SHA-256"),
    )  # fmt: skip
    rows = []
    for each in found.messages:
        doubt = "" if each.row.status == "sent" else say(" (envoi incertain)", " (sending in doubt)")
        recipient = each.row.recipient.replace("\n", ", ")
        rows.append((writing.moment(each.row.claimed_at), recipient + doubt, each.row.subject, _broken(each.row)))
    return Part(heading, (), Grid(heads, rows, (4, 5, 8, 5)))


def _broken(row: object) -> str:
    """A hash that may break at the end of a line."""
    text = str(getattr(row, "body_sha256", ""))
    return "\u200b".join(text[at : at + 16] for at in range(0, len(text), 16))


class Exchange(NamedTuple):
    """One fact that passed between the parties: its name in the dossier, without an ending, and its text.

    Attributes:
        proof_sha256: of the carrier's proof of a letter.
    """

    stem: str
    event_id: str
    text: bytes
    proof_sha256: str | None


def exchanges(found: Evidence, writing: Writing) -> Iterator[Exchange]:
    """Each reply, call, promise, dispute, plan, bounce and news of a letter, once, in the order of time."""
    seen: dict[tuple[str, str], TimelineEntry] = {}
    for each in found.cases:
        for entry in each.entries:
            if entry.kind in EXCHANGES:
                seen.setdefault((entry.source, entry.happened.event_id), entry)
    ordered = sorted(seen.values(), key=lambda entry: (entry.at, entry.source, entry.happened.event_id))
    for at, entry in enumerate(ordered, start=1):
        title = writing.say(*KINDS[entry.kind])
        stem = f"echanges/{at:03d}-{entry.at:%Y-%m-%d}-{slug(title.lower())}"
        proof = getattr(entry.happened, "proof_sha256", None)
        yield Exchange(stem, entry.happened.event_id, _exchange(entry, title, writing).encode(), proof)


def _exchange(entry: TimelineEntry, title: str, writing: Writing) -> str:
    """The facts under their own names, as `docs/events.md` explains them; a longer text at the end, as it came."""
    facts = entry.happened.model_dump(mode="json", exclude_none=True, exclude={"kind", "at", "creditor", "event_id"})
    text = str(facts.pop("text", ""))
    lines = [title, writing.moment(entry.at), "", say_all(entry.reasons, writing.language), ""]
    lines += [
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in facts.items()
    ]
    return "\n".join([*lines, *(["", text] if text else [])]) + "\n"
