"""Facts that no letter may be made of: missing, contradicting each other, or forbidden by the law."""

from collections.abc import Callable

from workflows.errors import WorkflowError
from workflows.invoice import SHEETS, DebtorKind
from workflows.money import decimal_text
from workflows.wording import LetterFacts, Need
from workflows.wording_part_checks import PART_NEEDS, parts_findings


class BadFacts(WorkflowError):
    """Facts that no letter may be made of; every finding names the field, the value and the fix."""

    def __init__(self, letter: str, findings: tuple[str, ...]) -> None:
        super().__init__(letter, findings)
        self.letter, self.findings = letter, findings

    def __str__(self) -> str:
        return f"letter {self.letter!r}: " + "; ".join(self.findings)


def check_facts(facts: LetterFacts, needs: frozenset[Need] = frozenset()) -> None:
    """Refuse facts that are missing, that contradict each other, or that the law forbids.

    Raises:
        BadFacts: with every finding at once.
    """
    lacking = (_missing(facts, need) for need in sorted(needs))
    if findings := [*_sums(facts), *_dates(facts), *_law(facts), *parts_findings(facts), *filter(None, lacking)]:
        raise BadFacts(facts.letter, tuple(findings))


def _sums(facts: LetterFacts) -> list[str]:
    found = []
    for at, line in enumerate(facts.lines):
        parts = line.paid - line.charges_paid + line.disputed + line.balance
        if parts != line.total:
            found.append(
                f"lines[{at}] ({line.number}): paid - charges_paid + disputed + balance is {decimal_text(parts)}, total"
                f" is {decimal_text(line.total)}; take them from the same reading of the ledger"
            )
    total = facts.balance + facts.interest_total + facts.indemnity
    parts_of = {
        "balance": (facts.balance, sum(line.balance for line in facts.lines), "the balances of the lines"),
        "interest_total": (facts.interest_total, sum(line.amount for line in facts.interest), "the interest lines"),
        "grand_total": (facts.grand_total, total, "balance, interest_total and indemnity"),
    }
    found += [
        f"{field} is {decimal_text(stated)}, but {parts} add up to {decimal_text(added)}; compute it from them"
        for field, (stated, added, parts) in parts_of.items()
        if stated != added
    ]
    numbers = [line.number for line in facts.lines]
    repeated = sorted({number for number in numbers if numbers.count(number) > 1})
    return found + [f"lines: {number!r} appears twice; show an invoice once" for number in repeated]


def _dates(facts: LetterFacts) -> list[str]:
    today, found = facts.today, []
    if facts.deadline_on is not None and facts.deadline_on <= today:
        found.append(
            f"deadline_on {facts.deadline_on} is not after the day of situation_at, {today}; grant a new, future date"
        )
    if facts.deadline_on is not None and facts.from_reception:
        found.append(f"deadline_on {facts.deadline_on} and a deadline from reception; keep one of them")
    if facts.deadline_days is not None and facts.deadline_on is None and not facts.from_reception:
        found.append(f"deadline_days is {facts.deadline_days} without from_reception; give the date as deadline_on")
    if facts.from_reception and facts.channel not in SHEETS:
        found.append(f"from_reception with channel {facts.channel}; only a letter has a day of reception")
    for at, line in enumerate(facts.lines):
        late = max((today - line.due_on).days, 0)
        if line.days_late != late:
            found.append(
                f"lines[{at}].days_late is {line.days_late}; from {line.due_on} to {today} it is {late}"
                " (situation_at must be in the zone of the letter)"
            )
    found += [
        f"previous[{at}].on {contact.on} is after situation_at, {today}; list only messages that left"
        for at, contact in enumerate(facts.previous)
        if contact.on > today
    ]
    return found + _interest_dates(facts)


def _interest_dates(facts: LetterFacts) -> list[str]:
    known, found = {line.number for line in facts.lines}, []
    for at, line in enumerate(facts.interest):
        days = (line.to_on - line.from_on).days + 1
        if line.days != days:
            found.append(f"interest[{at}].days is {line.days}; {line.from_on} to {line.to_on} inclusive is {days}")
        if line.to_on > facts.today:
            found.append(f"interest[{at}].to_on {line.to_on} is after situation_at, {facts.today}; stop it there")
        if line.invoice not in known:
            found.append(f"interest[{at}].invoice {line.invoice!r} is not among the lines; drop it or add the invoice")
    return found


def _law(facts: LetterFacts) -> list[str]:
    """A consumer owes no indemnity (L441-10 code de commerce), no interest before a notice (1231-6 code civil)."""
    if facts.kind is not DebtorKind.CONSUMER:
        return []
    found = []
    if facts.indemnity:
        found.append(
            f"indemnity {decimal_text(facts.indemnity)} for a consumer; set it to 0, only professionals owe it"
        )
    since = facts.notice_received_on
    early = [line for line in facts.interest if since is None or line.from_on <= since]
    if early or (facts.interest_total and not facts.interest):
        found.append(
            f"interest_total {decimal_text(facts.interest_total)} for a consumer; leave the interest out:"
            " at the legal rate it only starts when the formal notice is received (notice_received_on)"
        )
    return found


_Check = Callable[[LetterFacts], str | None]


def _deadline(facts: LetterFacts) -> str | None:
    if facts.deadline_on is None and facts.deadline_days is None:
        return "deadline_on is missing; grant a date, or deadline_days with from_reception"
    return None


def _not_yet_due(facts: LetterFacts) -> str | None:
    late = any(line.due_on < facts.today for line in facts.lines)
    return "a line is already due; this letter speaks of invoices before their due date" if late else None


def _overdue(facts: LetterFacts) -> str | None:
    early = any(line.due_on >= facts.today for line in facts.lines)
    return "a line is not overdue yet; leave it out of this letter" if early else None


def _previous(facts: LetterFacts) -> str | None:
    cited = "previous has no reminder after the due date; this letter cites the ones before it"
    return None if facts.reminders else cited


def _interest(facts: LetterFacts) -> str | None:
    settled = any(line.charges_paid for line in facts.lines)  # paid to the last day: nothing is left of it
    stated = facts.kind is DebtorKind.CONSUMER or facts.interest or settled or facts.insolvency is not None
    return None if stated else "interest is empty; this letter states the late-payment interest to date"


def _postal_address(facts: LetterFacts) -> str | None:
    names = f"contact {facts.contact.ref!r} has no address; a formal notice names both parties with their addresses"
    return names if facts.contact.address is None else None


def _promised_on(facts: LetterFacts) -> str | None:
    if facts.promised_on is None or facts.promised_on < facts.today:
        return f"promised_on is {facts.promised_on}; give the day the debtor promised, not one that has passed"
    return None


def _client_since(facts: LetterFacts) -> str | None:
    unknown = f"debtor {facts.debtor.ref!r} has no client_since; choose another letter"
    return unknown if facts.debtor.client_since is None else None


def _disputed(facts: LetterFacts) -> str | None:
    return None if any(line.disputed for line in facts.lines) else "no line has a disputed amount"


def _paid(facts: LetterFacts) -> str | None:
    return None if any(line.paid for line in facts.lines) else "no line has a paid amount"


def _business(facts: LetterFacts) -> str | None:
    other = f"debtor {facts.debtor.ref!r} is {facts.kind}; this letter rests on the law between businesses"
    return None if facts.kind is DebtorKind.BUSINESS else other


def _terms(facts: LetterFacts) -> str | None:
    return "terms_days is missing; this letter recalls the terms of payment" if facts.terms_days is None else None


_NEEDS: dict[Need, _Check] = {
    Need.DEADLINE: _deadline,
    Need.NOT_YET_DUE: _not_yet_due,
    Need.OVERDUE: _overdue,
    Need.PREVIOUS: _previous,
    Need.INTEREST: _interest,
    Need.POSTAL_ADDRESS: _postal_address,
    Need.PROMISED_ON: _promised_on,
    Need.CLIENT_SINCE: _client_since,
    Need.DISPUTED: _disputed,
    Need.PAID: _paid,
    Need.BUSINESS: _business,
    Need.TERMS: _terms,
    **PART_NEEDS,
}


def _missing(facts: LetterFacts, need: Need) -> str | None:
    """Why `need` is not met, or None."""
    return _NEEDS[need](facts)
