"""What became of a dispatch, written for the ledger and told to its case in the same transaction."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from workers.delivery.gates import Verdict
from workers.delivery.letters import Order
from workers.engine import Engine
from workers.ledger import schema
from workers.ledger.book import Book, Held
from workers.orders import Orders
from workflows.debtors import contact_marked
from workflows.events import DispatchReported
from workflows.invoice import Channel
from workflows.machine import records

#: Rows of the tables in `schema`, whose columns are typed there.
Row = sa.Row[*tuple[Any, ...]]
Told = Literal["sent", "failed", "in_doubt", "withheld", "postponed"]
#: Minutes before the first, second, … new attempt after "try later"; when they are used up a person is asked.
RETRY_MINUTES = (1, 5, 15, 60, 180, 480, 1440)


@dataclass(frozen=True, slots=True)
class Report:
    """What a channel said; `later` becomes a new attempt, or `failed` when there were enough of them."""

    outcome: Literal["sent", "failed", "in_doubt", "later"]
    reason: str
    code: str | None = None
    detail: str = ""
    retry_after_s: int | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """The dispatch that is spoken of."""

    key: str
    held: Held
    channel: Channel
    step: int


@dataclass(frozen=True, slots=True)
class Reporter:
    """Reports within one transaction."""

    engine: Engine
    book: Book
    orders: Orders

    def withhold(self, order: Order, channel: Channel, verdict: Verdict) -> None:
        """A gate is closed: for good, until a moment, or until an event opens it."""
        about = About(order.key, order.held, channel, order.step)
        if verdict.for_good:
            self._tell(about, "withheld", verdict.rule, detail=verdict.detail)
            self._end(order.key, "withheld", verdict.rule, verdict.detail)
            return
        self._tell(about, "postponed", verdict.rule, detail=verdict.detail, until=verdict.until)
        self._postpone(about, verdict.rule, verdict.detail, verdict.until)

    def fail(self, order: Order, channel: Channel, reason: str, detail: str) -> None:
        """It cannot even be written; a person mends it and retries."""
        self._tell(About(order.key, order.held, channel, order.step), "failed", reason, detail=detail)
        self._end(order.key, "failed", reason, detail)

    def record(self, message_id: str, report: Report) -> None:
        """What a channel said about a claimed message, for every dispatch in it."""
        message = self.book.connection.execute(
            sa.select(schema.messages).where(schema.messages.c.message_id == message_id)
        ).one()
        self.book.lock_debtor(message.creditor_ref, message.debtor_ref)
        rows = self.book.connection.execute(
            sa.select(schema.dispatches)
            .where(schema.dispatches.c.message_id == message_id, schema.dispatches.c.status == "claimed")
            .order_by(schema.dispatches.c.key)
            .with_for_update()
        ).all()
        if not rows:
            return  # somebody else has recorded it: an expired lease, or a person
        self.book.lock([row.case_id for row in rows])
        if report.reason == records.BAD_ADDRESS:
            self._mark_contact(message)
        status = "failed" if report.outcome == "later" else report.outcome
        self.book.connection.execute(
            sa.update(schema.messages)
            .where(schema.messages.c.message_id == message_id)
            .values(status=status, ended_at=self.book.now, receipt=report.detail[:2000], path=report.path)
        )
        for row in rows:
            self._record_dispatch(row, report)

    def _record_dispatch(self, row: Row, report: Report) -> None:
        about = About(row.key, self.book.held[row.case_id], Channel(row.channel), row.step)
        attempts = 1 + self._count(row.key)
        until = retry_at(self.book.now, attempts, report.retry_after_s) if report.outcome == "later" else None
        told: Told = "sent" if report.outcome == "later" else report.outcome
        if report.outcome == "later":
            told = "failed" if until is None else "postponed"
        attempt = {"dispatch_key": row.key, "at": self.book.now, "outcome": told, "code": report.code}
        self.book.connection.execute(sa.insert(schema.attempts), attempt | {"detail": report.detail[:2000]})
        granted = self._deadline(row) if told == "sent" else None
        self._tell(
            about, told, report.reason, detail=report.detail, until=until, message_id=row.message_id, deadline=granted
        )
        if told == "postponed":
            self._postpone(about, report.reason, report.detail, until)
        else:
            self._end(row.key, told, report.reason, report.detail)

    def _postpone(self, about: About, reason: str, detail: str, until: datetime | None) -> None:
        """Look again at `until`; without a moment, an event (a release, a feed) publishes the dispatch anew."""
        values: dict[str, object] = {
            "status": "wanted",
            "not_before": until,
            "published": until is None,
            "reason": reason,
        }
        self._update(about.key, values | {"detail": detail[:2000]})
        if until is not None:
            self.orders.dispatches.append((about.key, about.channel, until))

    def _end(self, key: str, status: Told, reason: str, detail: str) -> None:
        values: dict[str, object] = {
            "status": status,
            "reason": reason,
            "detail": detail[:2000],
            "done_at": self.book.now,
        }
        self._update(key, values)

    def _deadline(self, row: Row) -> date | None:
        """The day that the message named; read from what was stored, not computed anew."""
        named = sa.select(schema.messages.c.facts["deadline_on"].astext)
        day = self.book.connection.scalars(named.where(schema.messages.c.message_id == row.message_id)).one_or_none()
        return None if day is None else date.fromisoformat(day)

    def _mark_contact(self, message: Row) -> None:
        debtor = self.book.lock_debtor(message.creditor_ref, message.debtor_ref)
        if debtor is not None:
            marked = contact_marked(debtor, Channel(message.channel), message.recipient)
            self.book.save_debtor(message.creditor_ref, marked)

    def _count(self, key: str) -> int:
        mine = sa.select(sa.func.count()).where(schema.attempts.c.dispatch_key == key)
        return int(self.book.connection.execute(mine).scalar_one())

    def _update(self, key: str, values: dict[str, object]) -> None:
        self.book.connection.execute(sa.update(schema.dispatches).where(schema.dispatches.c.key == key).values(values))

    def _tell(
        self,
        about: About,
        outcome: Told,
        reason: str,
        *,
        detail: str = "",
        until: datetime | None = None,
        message_id: str | None = None,
        deadline: date | None = None,
    ) -> None:
        held = about.held
        event = DispatchReported(
            event_id=f"{about.key}/{outcome}/{held.chain[:16]}", source="/delivery", at=self.book.now,
            creditor=held.case.invoice.creditor_ref, invoice_no=held.case.invoice.number, step=about.step,
            channel=about.channel, dispatch_key=about.key, outcome=outcome, message_id=message_id, until=until,
            deadline_on=deadline, reason=reason, detail=detail[:2000] or None,
        )  # fmt: skip
        self.engine.decide_held(self.book, self.orders, held, event)


def retry_at(now: datetime, attempts: int, retry_after_s: int | None) -> datetime | None:
    """When to try again after `attempts` attempts; None when a person should look."""
    if attempts > len(RETRY_MINUTES):
        return None
    wait = timedelta(minutes=RETRY_MINUTES[attempts - 1])
    return now + max(wait, timedelta(seconds=retry_after_s or 0))
