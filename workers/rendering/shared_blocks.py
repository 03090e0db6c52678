"""The blocks that letters share: invoices, interest statement, claim, means of payment, parties, signature.

A body places them with `[[name]]`; the names are the keys of `BLOCKS`.
"""

from collections.abc import Callable, Mapping

from workers.rendering import markdown
from workers.rendering.formats import country_text, iban_text, siren_text
from workers.rendering.nodes import Align, Lines, Node, Pairs, Slip, Table
from workers.rendering.shared_parts import PART_BLOCKS
from workers.rendering.transfer_code import transfer_of
from workers.rendering.words import Words
from workflows.invoice import Address, Creditor, Debtor

Labels = Mapping[str, str]
_LEFT: tuple[Align, ...] = ("left",)
_RIGHT: tuple[Align, ...] = ("right",)
#: From this many rows on, a statement of interest begins on a page of its own.
_LONG = 20


def shared_block(name: str, words: Words, labels: Labels) -> tuple[Node, ...]:
    """The block that bodies call `name`; nothing for an interest statement without interest.

    Raises:
        KeyError: no block has this name.
    """
    return BLOCKS[name](words, labels)


def _invoices(words: Words, labels: Labels) -> tuple[Node, ...]:
    return (_table(words, labels) if words.several else _one_invoice(words, labels),)


def _one_invoice(words: Words, labels: Labels) -> Pairs:
    invoice = words.invoice
    rows = [
        (labels["invoice"], invoice.number),
        (labels["issued_long"], invoice.issued),
        (labels["due"], invoice.due),
        (labels["total"], invoice.total),
        (labels["paid"], words.money(words.facts.lines[0].paid)),
    ]
    if invoice.po_number:
        rows.insert(1, (labels["po_number"], invoice.po_number))
    if words.facts.lines[0].charges_paid:
        rows.append((labels["charges_paid"], words.money(words.facts.lines[0].charges_paid)))
    if invoice.disputed:
        rows.append((labels["disputed"], invoice.disputed))
    rows.append((labels["balance_long"], invoice.balance))
    return Pairs("", tuple(rows), frozenset({labels["balance_long"]}))


def _table(words: Words, labels: Labels) -> Table:
    """One row an invoice; columns for payments set against interest and for disputed amounts only where there are."""
    lines, money, short = words.facts.lines, words.money, words.formats.short_day
    some = [name for name in ("charges_paid", "disputed") if any(getattr(line, name) for line in lines)]
    columns = ["total", "paid", *some, "balance"]
    rows = tuple(
        (line.number, short(line.issued_on), short(line.due_on), *(money(getattr(line, name)) for name in columns))
        for line in lines
    )
    sums = tuple(money(sum(getattr(line, name) for line in lines)) for name in columns)
    heads = ("invoice", "issued", "due", *columns)
    return Table(
        title=labels["invoices"],
        heads=tuple(labels["charges_paid_short" if head == "charges_paid" else head] for head in heads),
        aligns=(*_LEFT * 3, *_RIGHT * len(columns)),
        rows=rows,
        total=(labels["sum"], "", "", *sums),
        stacked=frozenset(range(1, len(heads) - 1)),
    )


def _interest(words: Words, labels: Labels) -> tuple[Node, ...]:
    if not words.facts.interest:
        return ()
    short, is_paid = words.formats.short_day, any(line.settled for line in words.facts.interest)
    paid = ("paid",) if is_paid else ()  # what payments took of a line; the amount is what they left
    heads = ("invoice", "principal", "from", "to", "days", "rate", *paid, "amount")
    rows = tuple(
        (
            line.invoice,
            words.money(line.principal),
            short(line.from_on),
            short(line.to_on),
            str(line.days),
            words.formats.percent(line.rate),
            *((words.money(line.settled),) if is_paid else ()),
            words.money(line.amount),
        )
        for line in words.facts.interest
    )
    table = Table(
        title=labels[_interest_name(words)],
        heads=tuple(labels[head] for head in heads),
        aligns=("left", "right", "left", "left", *_RIGHT * (len(heads) - 4)),
        rows=rows,
        total=(labels["sum"], *("",) * (len(heads) - 2), words.money(words.facts.interest_total)),
        stacked=frozenset(range(1, len(heads) - 1)),
        apart=len(rows) >= _LONG,
    )
    return (table,)


def _claim(words: Words, labels: Labels) -> tuple[Node, ...]:
    """Principal, interest, indemnity and their sum, one a row."""
    facts, invoice = words.facts, words.invoice
    if words.several:
        principal = labels["claim_many"].format(count=words.count)
    else:
        principal = labels["claim_one"].format(number=invoice.number, issued=invoice.issued, due=invoice.due)
    rows = [(principal, words.balance)]
    if facts.interest:
        rows.append((_interest_label(words, labels), words.money(facts.interest_total)))
    if words.indemnity:
        rows.append((_indemnity_label(words, labels), words.indemnity))
    table = Table(
        title="",
        heads=(labels["claim"], labels["amount"]),
        aligns=("left", "right"),
        rows=tuple(rows),
        total=(labels["sum"], words.grand_total),
    )
    return (table,)


def _interest_label(words: Words, labels: Labels) -> str:
    kind = _interest_name(words)
    if words.interest_is_one_line:
        days = labels["days_one" if words.interest_days == 1 else "days_value"].format(days=words.interest_days)
        return labels[f"claim_{kind}_one"].format(days=days, rate=words.rates)
    return labels[f"claim_{kind}_many"]


def _interest_name(words: Words) -> str:
    """What interest is called: commercial penalties, a public buyer's interest, or a consumer's at the legal rate."""
    if words.is_consumer:
        return "legal_interest"
    return "public_interest" if words.is_public else "interest"


def _indemnity_label(words: Words, labels: Labels) -> str:
    if not words.several:
        return labels["claim_indemnity_one"]
    if words.indemnity_each is None:
        return labels["claim_indemnity_mixed"]
    return labels["claim_indemnity_many"].format(count=words.count, each=words.indemnity_each)


def _payment(words: Words, labels: Labels) -> tuple[Node, ...]:
    facts, bank = words.facts, words.facts.creditor.bank
    transfer = transfer_of(
        holder=bank.holder,
        iban=bank.iban,
        bic=bank.bic,
        amount=words.asked_cents,
        currency=facts.currency,
        reference=facts.payment_reference,
    )
    slip = Slip(
        pairs=_means_of_payment(words, labels),
        heading=labels["slip"],
        payer=(labels["slip_payer"], facts.debtor.name),
        transfer=transfer,
        hint=labels["slip_scan" if transfer else "slip_by_hand"],
        button=(labels["pay_button"], labels["pay_address"]),
    )
    return (slip,)


def _means_of_payment(words: Words, labels: Labels) -> Pairs:
    facts, bank = words.facts, words.facts.creditor.bank
    rows = [
        (labels["payment_amount"], words.asked),
        (labels["holder"], bank.holder),
        (labels["iban"], iban_text(bank.iban)),
        (labels["payment_reference"], facts.payment_reference),
    ]
    if bank.bic:
        rows.insert(3, (labels["bic"], bank.bic))
    if facts.pay_url:
        rows.append((labels["pay_online"], facts.pay_url))
    if address := facts.creditor.cheque_address:
        rows.append((labels["cheque"], labels["cheque_value"].format(holder=bank.holder, address=address)))
    link = (labels["pay_online"], facts.pay_url) if facts.pay_url else None
    strong = frozenset({labels["payment_amount"], labels["iban"], labels["payment_reference"]})
    return Pairs(labels["payment"], tuple(rows), strong, link)


def _parties(words: Words, labels: Labels) -> tuple[Node, ...]:
    facts = words.facts
    rows = (
        (labels["creditor"], _party(facts.creditor, facts.creditor.address, words, labels)),
        (labels["debtor"], _party(facts.debtor, facts.contact.address, words, labels)),
    )
    return (Pairs(labels["parties"], rows),)


def _declaration(words: Words, labels: Labels) -> tuple[Node, ...]:
    """Creditor, debtor and procedure of a declaration of claim; the address of the letter is not the debtor's."""
    part, facts = words.insolvency, words.facts
    if part is None:
        return ()
    rows = [
        (labels["creditor"], _party(facts.creditor, facts.creditor.address, words, labels)),
        (labels["debtor"], _party(facts.debtor, None, words, labels)),
        (labels["procedure"], labels[f"procedure_{part.procedure}"]),
        (labels["judgment"], part.judgment_on),
    ]
    if part.published_on:
        rows.append((labels["published"], part.published_on))
    return (Pairs("", tuple(rows)),)


def _party(who: Creditor | Debtor, address: Address | None, words: Words, labels: Labels) -> str:
    parts = [who.name]
    if isinstance(who, Creditor) and who.legal_form:
        parts.append(who.legal_form)
    if who.siren:
        parts.append(labels["siren"].format(siren=siren_text(who.siren)))
    lines = _written_lines(address, words)
    places = [line.replace(" ", "\u00a0", 1) if line[:1].isdecimal() else line for line in lines]
    return ", ".join([*parts, *places])


def _written_lines(address: Address | None, words: Words) -> list[str]:
    """The lines of an address in running text; with its country, as its reader calls it, where a border is crossed."""
    if address is None:
        return []
    creditor, debtor = words.facts.creditor.address, words.facts.contact.address
    abroad = {creditor.country, debtor.country if debtor else creditor.country, "FR"} != {"FR"}
    country = [words.formats.country(address.country)] if abroad else []
    return [*address.lines, f"{address.postcode} {address.city}", *country]


def postal_lines(address: Address | None) -> list[str]:
    """The lines of an address as an envelope shows them; a foreign one ends with its country, in French."""
    if address is None:
        return []
    abroad = [] if address.country == "FR" else [country_text(address.country)]
    return [*address.lines, f"{address.postcode} {address.city}", *abroad]


def _signature(words: Words, labels: Labels) -> tuple[Node, ...]:
    creditor = words.facts.creditor
    lines = (
        creditor.contact_name,
        ", ".join(part for part in (creditor.name, creditor.legal_form) if part),
        ", ".join(_written_lines(creditor.address, words)),
        " – ".join((labels["phone"].format(phone=words.phone), creditor.email)),
        labels["siren"].format(siren=siren_text(creditor.siren)) if creditor.siren else "",
    )
    return (Lines(tuple(line for line in lines if line), "signature"), *_situation(words, labels))


def _situation(words: Words, labels: Labels) -> tuple[Node, ...]:
    return (Lines((labels["situation"].format(day=words.today, clock=words.clock),), "situation"),)


def _answer(words: Words, labels: Labels) -> tuple[Node, ...]:
    """What a person approved, with the blocks that it may place."""
    part = words.facts.answer
    return () if part is None else markdown.parse(part.text, lambda name: IN_ANSWERS[name](words, labels))


def _payment_of_what_is_owed(words: Words, labels: Labels) -> tuple[Node, ...]:
    """Nobody is told how to pay nothing: the answer may have been approved while something was owed."""
    return _payment(words, labels) if words.asked_cents > 0 else ()


#: The blocks that the answer to a reply may place.
IN_ANSWERS: Mapping[str, Callable[[Words, Labels], tuple[Node, ...]]] = {
    "invoices": _invoices, "payment": _payment_of_what_is_owed,
}  # fmt: skip
#: The blocks by the name that bodies call them.
BLOCKS: Mapping[str, Callable[[Words, Labels], tuple[Node, ...]]] = {
    "invoices": _invoices,
    "interest": _interest,
    "claim": _claim,
    "payment": _payment,
    "parties": _parties,
    "declaration": _declaration,
    "signature": _signature,
    "situation": _situation,
    "answer": _answer,
    **PART_BLOCKS,
}
