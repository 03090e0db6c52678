"""What became of a dispatch, written for the ledger and told to its case in the same transaction."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import sqlalchemy as sa

from workers.addresses import without
from workers.delivery.letters import Order
from workers.engine import Engine
from workers.ledger import deliveries, schema, store
from workers.ledger.book import Book, Held
from workers.ledger.pipeline import Row, ask_all
from workers.orders import Orders
from workflows.events import DispatchReported
from workflows.invoice import Channel
from workflows.last_look import Verdict
from workflows.machine import records

#: Characters of a provider's answer that are kept.
LONGEST_DETAIL = 2000
#: What a new attempt is put off by at most, so that not everything comes back at one instant.
LONGEST_SPREAD = timedelta(minutes=10)
Told = Literal["sent", "failed", "in_doubt", "withheld", "postponed"]
#: Minutes before the first, second, … new attempt after "try later"; when they are used up a person is asked.
RETRY_MINUTES = (1, 5, 15, 60, 180, 480, 1440)


@dataclass(frozen=True, slots=True)
class Report:
    """What a channel said; `later` becomes a new attempt, or `failed` when there were enough of them.

    Attributes:
        claimed_at: of the claim it speaks of, from the worker that let the message out; None from others, who only
            know that this worker fell silent.
        provider: who was given the message.
        provider_id: the provider's name for it, by which it calls back.
    """

    outcome: Literal["sent", "failed", "in_doubt", "later"]
    reason: str
    code: str | None = None
    detail: str = ""
    retry_after_s: int | None = None
    path: str | None = None
    claimed_at: datetime | None = None
    provider: str | None = None
    provider_id: str | None = None


#: Of a claim whose worker fell silent: nobody knows whether the provider has it.
SILENT = Report("in_doubt", "delivery.lease_expired", detail="the worker fell silent while sending")


@dataclass(frozen=True, slots=True)
class About:
    """The dispatch that is spoken of."""

    key: str
    held: Held
    channel: Channel
    step: int | None


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

    def record(self, reports: Mapping[str, Report]) -> None:
        """What channels said about claimed messages, by message id, for every dispatch in them.

        A message that somebody else has recorded is passed over, but for one whose lease expired while its worker
        was still at it: what that worker says ends the doubt.
        """
        given = {"messages": sorted(reports)}
        bad = [message_id for message_id, report in reports.items() if report.reason == records.BAD_ADDRESS]
        if bad:
            self._mark_contacts(bad)
        locks = (deliveries.LOCK_CLAIMED_CASES, deliveries.CLAIMED_DEBTORS, deliveries.LOCK_CLAIMED)
        cases, debtors, rows = ask_all(self.book.connection, [(statement, given) for statement in locks])
        self.book.take_in(cases, debtors)
        rows = [row for row in rows if _is_news(row, reports[row.message_id])]
        for message_id in sorted({row.message_id for row in rows}):
            report = reports[message_id]
            status = "failed" if report.outcome == "later" else report.outcome
            ending = {"message_id": message_id, "status": status, "now": self.book.now}
            ending |= {"receipt": report.detail[:LONGEST_DETAIL], "path": report.path}
            ending |= {"provider": report.provider, "provider_id": report.provider_id}
            self.book.later(deliveries.END_MESSAGE, ending)
        for row in rows:
            self._record_dispatch(row, reports[row.message_id])

    def _record_dispatch(self, row: Row, report: Report) -> None:
        about = About(row.key, self.book.held[row.case_id], Channel(row.channel), row.step)
        told, until = self._told(row, report)
        attempt = {"dispatch_key": row.key, "at": self.book.now, "outcome": told, "code": report.code}
        self.book.later(deliveries.INSERT_ATTEMPT, attempt | {"detail": report.detail[:LONGEST_DETAIL]})
        is_named = told == "sent" and row.deadline_on is not None
        granted = date.fromisoformat(row.deadline_on) if is_named else None
        self._tell(
            about, told, report.reason, detail=report.detail, until=until, message_id=row.message_id,
            body_sha256=row.body_sha256, deadline=granted,
        )  # fmt: skip
        if told == "postponed":
            self._postpone(about, report.reason, report.detail, until)
        else:
            is_back = told == "sent" and row.message_id in records.came_back(about.held.case)
            self._end(row.key, "bounced" if is_back else told, report.reason, report.detail)

    def _told(self, row: Row, report: Report) -> tuple[Told, datetime | None]:
        """What the case is told, and when it is tried again; after enough attempts or in doubt, that it failed."""
        if report.outcome != "later":
            return report.outcome, None
        until = _again_at(self.book.now, row, report)
        return ("failed", None) if until is None else ("postponed", until)

    def _postpone(self, about: About, reason: str, detail: str, until: datetime | None) -> None:
        """Look again at `until`; without a moment, an event (a release, a feed) publishes the dispatch anew.

        What the case has taken back while it was on its way is not wanted again.
        """
        if not any(item.key == about.key and item.state == "wanted" for item in about.held.case.ordered):
            self._end(about.key, "withheld", reason, detail)
            return
        values = {"key": about.key, "until": until, "reason": reason, "detail": detail[:LONGEST_DETAIL]}
        self.book.later(deliveries.POSTPONE_DISPATCH, values)
        if until is not None:
            self.orders.dispatches.append((about.key, about.channel, until))

    def _end(self, key: str, status: str, reason: str, detail: str) -> None:
        values = {"key": key, "status": status, "reason": reason, "detail": detail[:LONGEST_DETAIL]}
        self.book.later(deliveries.END_DISPATCH, values | {"now": self.book.now})

    def _mark_contacts(self, message_ids: Sequence[str]) -> None:
        """The addresses of these messages do not exist; debtors are locked before the cases."""
        rows = self.book.connection.execute(
            sa.select(schema.messages)
            .where(schema.messages.c.message_id.in_(message_ids))
            .order_by(schema.messages.c.creditor_ref, schema.messages.c.debtor_ref)
        )
        for message in rows.all():
            debtor = self.book.lock_debtor(message.creditor_ref, message.debtor_ref)
            if debtor is not None:
                marked = without(debtor, Channel(message.channel), message.recipient)
                self.book.save_debtor(message.creditor_ref, marked)

    def _tell(
        self,
        about: About,
        outcome: Told,
        reason: str,
        *,
        detail: str = "",
        until: datetime | None = None,
        message_id: str | None = None,
        body_sha256: str | None = None,
        deadline: date | None = None,
    ) -> None:
        held = about.held
        event = DispatchReported(
            event_id=store.short_id(f"{about.key}/{outcome}/{held.chain[:16]}"), source="/delivery", at=self.book.now,
            creditor=held.case.invoice.creditor_ref, invoice_no=held.case.invoice.number, step=about.step,
            channel=about.channel, dispatch_key=about.key, outcome=outcome, message_id=message_id,
            body_sha256=body_sha256, until=until, deadline_on=deadline, reason=reason,
            detail=detail[:LONGEST_DETAIL] or None,
        )  # fmt: skip
        self.engine.decide_held(self.book, self.orders, held, event)


def _is_news(row: Row, report: Report) -> bool:
    """Whether `report` says more of a dispatch than is known: of a claim, or of a doubt by the very claimer."""
    if report.claimed_at is None:
        return bool(row.status == "claimed")
    return bool(row.claimed_at == report.claimed_at and (row.status == "claimed" or report.outcome != "in_doubt"))


def _again_at(now: datetime, row: Row, report: Report) -> datetime | None:
    if row.status != "claimed":
        return None
    return retry_at(now, row.attempts + 1, report.retry_after_s, key=row.message_id)


def retry_at(now: datetime, attempts: int, retry_after_s: int | None, *, key: str) -> datetime | None:
    """When to try again after `attempts` attempts; None when a person should look.

    A provider that comes back is not run over by everything at once: each message waits longer by a share of its
    own, up to a quarter of the wait and never more than `LONGEST_SPREAD`.

    Args:
        now: the instant of the attempt.
        attempts: how many there were.
        retry_after_s: before which the provider said it is pointless.
        key: of the message, so that the dispatches that it merges come back together; the same attempt of it always
            waits as long.
    """
    if attempts > len(RETRY_MINUTES):
        return None
    wait = max(timedelta(minutes=RETRY_MINUTES[attempts - 1]), timedelta(seconds=retry_after_s or 0))
    share = int.from_bytes(hashlib.sha256(f"{key}/{attempts}".encode()).digest()[:4]) / 2**32
    return now + wait + min(wait / 4, LONGEST_SPREAD) * share
