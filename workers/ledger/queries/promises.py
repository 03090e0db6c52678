"""Promises as people look at them: what was promised, what became of it, and how reliable a debtor is."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from workers.ledger.queries.dealings import Seen, seen_cases
from workflows.invoice import Debtor
from workflows.known import Promise
from workflows.machine.promises import NOT_KEPT, PromiseState, promised_amount, state_of
from workflows.machine.stages import promise_ends_on
from workflows.money import Cents


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """One promise about one invoice.

    Attributes:
        amount: cents promised for this invoice.
        ends_on: its last day, grace included.
    """

    creditor_ref: str
    debtor_ref: str
    debtor_name: str
    case_id: str
    number: str
    promise_id: str
    made_at: datetime
    on: date
    ends_on: date
    amount: Cents
    currency: str
    state: PromiseState
    is_self_service: bool


@dataclass(frozen=True, slots=True)
class Reliability:
    """How a debtor kept his promises; one that was made about several invoices counts once, by its worst part.

    Attributes:
        made: those whose day has come, not withdrawn.
    """

    kept: int = 0
    partly: int = 0
    broken: int = 0
    ahead: int = 0

    @property
    def made(self) -> int:
        """Promises of which it is known what became of them."""
        return self.kept + self.partly + self.broken

    @property
    def not_kept(self) -> int:
        """Those that were not kept as they were made."""
        return self.partly + self.broken

    @property
    def percent(self) -> int | None:
        """Share of those kept, in whole percent; None before there was any."""
        return None if self.made == 0 else 100 * self.kept // self.made


#: From the best to the worst that may become of one promise about several invoices.
_ORDER = (PromiseState.WITHDRAWN, PromiseState.KEPT, PromiseState.AHEAD, PromiseState.PARTLY, PromiseState.BROKEN)


def list_promises(
    connection: sa.Connection,
    now: datetime,
    *,
    creditor: str | None = None,
    debtor: str | None = None,
    number: str | None = None,
    everything: bool = False,
) -> list[PromiseLine]:
    """Promises about open invoices that are ahead or were not kept, by their day; or all, of closed invoices too."""
    cases = seen_cases(
        connection, now, "promises", creditor=creditor, debtor=debtor, number=number, is_open=not everything
    )
    lines = [line for seen in cases for line in _lines(seen)]
    wanted = lines if everything else [line for line in lines if line.state in NOT_KEPT | {PromiseState.AHEAD}]
    return sorted(wanted, key=lambda line: (line.on, line.case_id, line.promise_id))


def reliability_of(connection: sa.Connection, creditor: str, debtor: str, now: datetime) -> Reliability:
    """How one debtor of one creditor kept his promises, over all invoices, closed ones too."""
    lines = list_promises(connection, now, creditor=creditor, debtor=debtor, everything=True)
    worst: dict[str, PromiseState] = {}
    for line in lines:
        before = worst.get(line.promise_id, PromiseState.WITHDRAWN)
        worst[line.promise_id] = max(before, line.state, key=_ORDER.index)
    found = Counter(worst.values())
    return Reliability(
        found[PromiseState.KEPT], found[PromiseState.PARTLY], found[PromiseState.BROKEN], found[PromiseState.AHEAD]
    )


def _lines(seen: Seen) -> Iterator[PromiseLine]:
    for promise in seen.case.promises:
        yield _line(seen, promise, seen.debtor)


def _line(seen: Seen, promise: Promise, debtor: Debtor) -> PromiseLine:
    case = seen.case
    return PromiseLine(
        creditor_ref=case.invoice.creditor_ref, debtor_ref=debtor.ref, debtor_name=debtor.name, case_id=case.case_id,
        number=case.invoice.number, promise_id=promise.promise_id, made_at=promise.stamp[0], on=promise.on,
        ends_on=promise_ends_on(promise, seen.ladder, debtor), amount=promised_amount(case, promise),
        currency=case.invoice.currency, state=state_of(case, promise, seen.ladder, debtor),
        is_self_service=promise.is_self_service,
    )  # fmt: skip
