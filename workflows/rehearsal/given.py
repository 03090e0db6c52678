"""What a rehearsal is given: one debtor's cases, the rules of the house, and what is assumed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workflows.case import Case
from workflows.events import Event
from workflows.invoice import Channel, Debtor, DebtorKind
from workflows.limitation import Claim
from workflows.pressure import Budget
from workflows.replay import POST_DAYS
from workflows.scenario import Scenario

#: The scope of a hold on everything; any other scope is a channel.
ALL = "all"


@dataclass(frozen=True, slots=True)
class Assumed:
    """What nobody can know; everything else that does not lie in the ledger is assumed not to happen.

    Attributes:
        post_days: days after which a registered letter is delivered; None: the carrier says nothing.
        confirms: steps that wait for a person are confirmed at once; otherwise nobody confirms anything.
    """

    post_days: int | None = POST_DAYS
    confirms: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold on everything or on one channel; without an end it holds for the whole rehearsal."""

    scope: str
    reason: str
    until: datetime | None = None

    def covers(self, channel: Channel, at: datetime) -> bool:
        """Whether nothing leaves by `channel` at `at` because of it."""
        return self.scope in (ALL, channel) and (self.until is None or self.until > at)


@dataclass(frozen=True, slots=True)
class Manners:
    """What decides which letter is written.

    Attributes:
        citing: letters that cite earlier reminders, and are replaced where there was none.
        tones: the tone of each letter's own wording, for letters that replace others.
    """

    citing: frozenset[str] = frozenset()
    tones: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """What is the same for every debtor.

    Attributes:
        scenarios: the ladders by `name@version`.
        manners: of the letters that ship.
        own: of creditors that bring letters of their own, by reference.
    """

    scenarios: Mapping[str, Scenario]
    budgets: Mapping[DebtorKind, Budget]
    manners: Manners = Manners()
    own: Mapping[str, Manners] = field(default_factory=dict)
    holds: tuple[Hold, ...] = ()
    assumed: Assumed = Assumed()


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that becomes known at `at`, whenever it happened; an invoice opens its case on `ladder` for `claim`."""

    at: datetime
    event: Event
    case_ids: tuple[str, ...]
    ladder: str = ""
    claim: Claim = Claim.GENERAL


@dataclass(frozen=True, slots=True)
class Account:
    """One debtor of one creditor with all that may move.

    Attributes:
        contacts: instants of the messages that reached the debtor lately, or may have.
        claimed: keys of what is on its way already.
        incomplete: ids of cases whose document is missing on the disk.
        arrivals: what becomes known while time passes, in order.
    """

    creditor_ref: str
    debtor: Debtor
    cases: tuple[Case, ...]
    contacts: tuple[datetime, ...] = ()
    claimed: frozenset[str] = frozenset()
    incomplete: frozenset[str] = frozenset()
    arrivals: tuple[Arrival, ...] = ()
