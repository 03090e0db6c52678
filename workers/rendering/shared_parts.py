"""Shared blocks that only some letters place: instalments, an offer, answers to choose from, an account to pay into."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from workers.rendering.formats import iban_text
from workers.rendering.nodes import Choices, Node, Pairs, Table
from workers.rendering.words import Words
from workflows.wording_parts import AnswerKind

Labels = Mapping[str, str]


def _instalments(words: Words, labels: Labels) -> tuple[Node, ...]:
    """One row an instalment; a column for what was paid only where something was, and the sum of what is not."""
    if (plan := words.plan) is None:
        return ()
    some_paid = any(line.is_paid for line in plan.lines)
    heads = ("instalment", "due", *(("instalment_state",) if some_paid else ()), "amount")
    rows = tuple(
        (
            str(line.number),
            line.due,
            *((labels["instalment_paid" if line.is_paid else "instalment_open"],) if some_paid else ()),
            line.amount,
        )
        for line in plan.lines
    )
    table = Table(
        title="",
        heads=tuple(labels[head] for head in heads),
        aligns=("left", "left", *(("left",) if some_paid else ()), "right"),
        rows=rows,
        total=(labels["balance" if some_paid else "sum"], "", *(("",) if some_paid else ()), plan.owed),
    )
    return (table,)


def _offer(words: Words, labels: Labels) -> tuple[Node, ...]:
    """Balance, discount and net, with the last day of the offer."""
    if (offer := words.offer) is None:
        return ()
    discount = labels["offer_discount_of"].format(percent=offer.percent) if offer.percent else labels["offer_discount"]
    rows = [(labels["balance"], words.balance), (discount, offer.discount), (labels["offer_net"], offer.net)]
    if words.deadline:
        rows.append((labels["offer_until"], words.deadline))
    return (Pairs("", tuple(rows), frozenset({labels["offer_net"]})),)


def _answers(words: Words, labels: Labels) -> tuple[Node, ...]:
    """The answers as links; on paper, and where there are no links, as words to choose from."""
    links = {} if words.is_posted else {link.kind: link.url for link in words.facts.answers}
    kinds = [link.kind for link in words.facts.answers] or list(AnswerKind)
    said = [(labels[f"answer_{kind}"], links.get(kind)) for kind in kinds]
    return (Choices(tuple((label, url and _with_answer(url, label)) for label, url in said)),)


def _with_answer(url: str, label: str) -> str:
    """The link; an e-mail already addressed says in its subject what was chosen, in the debtor's own words."""
    return f"{url}{quote(f' – {label}')}" if url.startswith("mailto:") and "?subject=" in url else url


def _account(words: Words, labels: Labels) -> tuple[Node, ...]:
    """The creditor's account without a sum: where a *mandataire* sends what the procedure brings."""
    bank = words.facts.creditor.bank
    rows = [
        (labels["holder"], bank.holder),
        (labels["iban"], iban_text(bank.iban)),
        (labels["payment_reference"], words.facts.payment_reference),
    ]
    if bank.bic:
        rows.insert(2, (labels["bic"], bank.bic))
    return (Pairs(labels["account"], tuple(rows)),)


#: The blocks by the name that bodies call them.
PART_BLOCKS: Mapping[str, Callable[[Words, Labels], tuple[Node, ...]]] = {
    "account": _account,
    "answers": _answers,
    "instalments": _instalments,
    "offer": _offer,
}
