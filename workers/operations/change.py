"""Dispatches under lock, and the ways in which a person's word changes them; told to their cases as it happens."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Self

import sqlalchemy as sa

from workers.engine import Engine
from workers.ledger import schema, store
from workers.ledger.book import Book, Held
from workers.ledger.queries.paging import Row
from workers.operations.doing import LONGEST, Doing
from workers.orders import Orders
from workers.reception import Reception
from workflows.events import DispatchReported, StepSkipped
from workflows.invoice import Channel

#: Where a person's word comes from, in the journal.
SOURCE = "/operator"
Told = Literal["sent", "withheld", "postponed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One transaction about some dispatches of one debtor, all of them under lock."""

    engine: Engine
    book: Book
    orders: Orders
    doing: Doing
    rows: tuple[Row, ...]

    @classmethod
    def held(
        cls, engine: Engine, book: Book, orders: Orders, *, doing: Doing, where: sa.ColumnElement[bool]
    ) -> Self | None:
        """Lock the debtor, the cases, and the dispatches of `where`; None if there are none."""
        found = sa.select(schema.dispatches).where(where).order_by(schema.dispatches.c.key)
        first = book.connection.execute(found).first()
        if first is None:
            return None
        book.lock_debtor(first.creditor_ref, first.debtor_ref)
        book.lock(row.case_id for row in book.connection.execute(found))
        rows = book.connection.execute(found.with_for_update()).all()
        return cls(engine, book, orders, doing, tuple(row for row in rows if row.case_id in book.held))

    def hand_over(self, row: Row, at: datetime | None = None) -> None:
        """Give the dispatch to its queue once this is committed."""
        self.orders.dispatches.append((row.key, Channel(row.channel), at))

    def want_again(self, row: Row, *, reason: str) -> None:
        """Wanted, now."""
        self._write(row, status="wanted", not_before=None, reason=None, done_at=None, published=False)
        self._tell(row, "postponed", reason)
        self.hand_over(row)

    def put_off(self, row: Row, until: datetime) -> None:
        """Wanted, later."""
        self._write(row, not_before=until, reason="postponed", published=False)
        self._tell(row, "postponed", "postponed", until=until)
        self.hand_over(row, until)

    def give_up(self, row: Row) -> None:
        """Withheld for good; where it was the step's own message, the step is passed over by hand."""
        self._write(row, status="withheld", reason="discarded", done_at=self.book.now)
        record = next((item for item in self._held(row).case.steps if item.key == row.key), None)
        self._tell(row, "withheld", "discarded")
        is_current = record is not None and record.ladder == str(self._held(row).case.scenario)
        if record is None or record.accompanies or not is_current:
            return
        invoice = self._held(row).case.invoice
        skipped = StepSkipped(
            event_id=store.short_id(f"discard/{row.key}"), source=SOURCE, at=self.book.now,
            creditor=invoice.creditor_ref, invoice_no=invoice.number, step=row.step,
            reason=self.doing.reason[:LONGEST],
        )  # fmt: skip
        Reception(self.engine, self.book, self.orders).apply(skipped)

    def it_was_sent(self, provider_id: str | None) -> None:
        """What was in doubt left when the doubt arose; the deadline is the one that the message named."""
        message_id = self.rows[0].message_id
        values: dict[str, object] = {"status": "sent"}
        if provider_id is not None:
            values |= {"receipt": provider_id, "provider_id": provider_id}
        self._write_message(message_id, values)
        named = sa.select(schema.messages.c.facts["deadline_on"].astext)
        day = self.book.connection.scalars(named.where(schema.messages.c.message_id == message_id)).one_or_none()
        deadline = None if day is None else date.fromisoformat(day)
        for row in self.rows:
            if row.status == "in_doubt":
                self._write(row, status="sent", reason="resolved.sent")
                self._tell(row, "sent", "resolved.sent", deadline=deadline)

    def it_was_not_sent(self) -> None:
        """What was in doubt is wanted again; the message may be claimed anew, under the same identifier."""
        self._write_message(self.rows[0].message_id, {"status": "failed"})
        for row in self.rows:
            if row.status == "in_doubt":
                self.want_again(row, reason="resolved.resend")

    # --- writing ----------------------------------------------------------------------------------------------------

    def _held(self, row: Row) -> Held:
        return self.book.held[row.case_id]

    def _write(self, row: Row, **values: object) -> None:
        """Before the case is told: what its decision takes back is written after this."""
        table = schema.dispatches
        changed = values | {"detail": self.doing.reason[:LONGEST]}
        self.book.connection.execute(sa.update(table).where(table.c.key == row.key).values(changed))

    def _write_message(self, message_id: str, values: dict[str, object]) -> None:
        table = schema.messages
        self.book.connection.execute(sa.update(table).where(table.c.message_id == message_id).values(values))

    def _tell(
        self, row: Row, outcome: Told, reason: str, *, until: datetime | None = None, deadline: date | None = None
    ) -> None:
        held = self._held(row)
        event = DispatchReported(
            event_id=store.short_id(f"{row.key}/{outcome}/{held.chain[:16]}"), source=SOURCE, at=self.book.now,
            creditor=held.case.invoice.creditor_ref, invoice_no=held.case.invoice.number, step=row.step,
            channel=Channel(row.channel), dispatch_key=row.key, outcome=outcome,
            message_id=row.message_id if outcome == "sent" else None, until=until, deadline_on=deadline,
            reason=reason, detail=self.doing.reason[:LONGEST],
        )  # fmt: skip
        self.engine.decide_held(self.book, self.orders, held, event)
