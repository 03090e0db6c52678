"""The ladder of each new case, chosen within the transaction that opens it, and the segments of its debtor."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date
from typing import NamedTuple, Protocol

import sqlalchemy as sa

from workers.arrivals import Memo
from workers.ledger import store
from workers.ledger.book import Book
from workers.ledger.queries.history import Key, histories
from workflows.choice import Asked, Choice, ChoiceRule, choose_scenario
from workflows.effects import Reason
from workflows.events import InvoiceIssued
from workflows.invoice import Creditor, Debtor
from workflows.money import Money
from workflows.scenario import Scenario, ScenarioRef
from workflows.segments import Found, SegmentPolicy, computed, segments_of, with_found


@dataclass(frozen=True, slots=True)
class Choosing:
    """What the operator decided: where segments begin, and which ladder goes with what."""

    policy: SegmentPolicy = field(default_factory=SegmentPolicy)
    rules: tuple[ChoiceRule, ...] = ()


class Library(Protocol):
    """What the choice needs of the engine."""

    choosing: Choosing

    def scenario(self, connection: sa.Connection, ref: ScenarioRef) -> Scenario:
        """A published version of a scenario; KeyError where it was never published."""
        ...


class Chosen(NamedTuple):
    """The ladder, the debtor with the segments that the ledger shows now, and every reason, the choice first."""

    scenario: Scenario
    debtor: Debtor
    reasons: tuple[Reason, ...]


class Weighed(NamedTuple):
    """The choice with the rules that lost, and the segments of the debtor and of the invoice."""

    choice: Choice
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Chooser:
    """Chooses for the new cases of one transaction; histories are read once, as they were before it."""

    library: Library
    book: Book
    memo: Memo

    def look_ahead(self, debtors: Iterable[Key]) -> None:
        """Read what the ledger proves about these debtors, in one query."""
        missing = {key for key in debtors if key not in self.memo.histories}
        self.memo.histories |= histories(self.book.connection, missing, self._today, self.library.choosing.policy)

    def choose(self, event: InvoiceIssued, creditor: Creditor, debtor: Debtor) -> Chosen:
        """The ladder of the case that `event` opens.

        Raises:
            KeyError: the ladder that is asked for was never published; its name.
        """
        weighed = self.weigh(creditor, debtor, number=event.invoice_no, amount=event.total, explicit=event.scenario)
        history = self.memo.histories[creditor.ref, debtor.ref]
        reasons = (weighed.choice.reason, *(item.reason for item in weighed.found))
        kept = with_found(debtor, computed(debtor, history, self.library.choosing.policy))
        return Chosen(self.ladder(weighed.choice.scenario), kept, reasons)

    def weigh(
        self, creditor: Creditor, debtor: Debtor, *, number: str, amount: Money, explicit: str | None = None
    ) -> Weighed:
        """Which ladder an invoice would get, and every reason for and against.

        Args:
            creditor: who is owed.
            debtor: who owes, known to the ledger or not.
            number: of the invoice; empty where there is none yet.
            amount: taxes included.
            explicit: the ladder that the invoice names.

        Raises:
            KeyError: a rule that applies names a ladder that was never published; its name.
        """
        self.look_ahead([(creditor.ref, debtor.ref)])
        history = self.memo.histories[creditor.ref, debtor.ref]
        found = segments_of(debtor, history, self.library.choosing.policy, amount=amount)
        asked = Asked(
            debtor=debtor, segments=frozenset(item.segment for item in found), creditor_ref=creditor.ref,
            number=number, amount=amount.amount, explicit=explicit, habit=creditor.scenario,
        )  # fmt: skip
        return Weighed(choose_scenario(asked, self.library.choosing.rules, self.ladder), found)

    def ladder(self, name: str) -> Scenario:
        """The newest published version of a ladder.

        Raises:
            KeyError: it was never published.
        """
        if name not in self.memo.versions:
            self.memo.versions[name] = store.newest_version(self.book.connection, name)
        version = self.memo.versions[name]
        if version is None:
            raise KeyError(name)
        return self.library.scenario(self.book.connection, ScenarioRef(name=name, version=version))

    @property
    def _today(self) -> date:
        return self.book.now.astimezone(UTC).date()
