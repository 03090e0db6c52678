"""The limitation clock: until when a claim can be brought before a court, and what sets the clock back.

Facts of French law, not legal advice; `DELAYS` says of each delay where it stands and how far that was verified. Where
the law or the facts leave a doubt, the earlier day is taken. After the last day the debt is not gone: a person
decides, and nothing threatens a court any more.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from workflows.business_days import add_months
from workflows.invoice import DebtorKind, Fact
from workflows.rates import Confidence

#: Days before the last one on which a person is told, the earliest first.
ALERT_DAYS: tuple[Literal[180], Literal[90], Literal[30]] = (180, 90, 30)


class Claim(StrEnum):
    """What the invoice is for; some trades have short delays."""

    GENERAL = "general"
    CARRIAGE = "carriage"
    SHIP_SUPPLIES = "ship_supplies"
    INSURANCE = "insurance"
    TELECOM = "telecom"
    UNKNOWN = "unknown"


class Delay(Fact):
    """How long a claim can be brought, and where that is written."""

    years: int
    law: str
    confidence: Confidence


_CARRIAGE = Delay(years=1, law="art. L133-6 C. com.", confidence=Confidence.SECONDARY)
#: The delay of each trade where it has one of its own, whoever the debtor is.
_TRADES = {
    Claim.CARRIAGE: _CARRIAGE,
    Claim.SHIP_SUPPLIES: Delay(years=1, law="art. L110-4 II C. com.", confidence=Confidence.SECONDARY),
    Claim.INSURANCE: Delay(years=2, law="art. L114-1 C. assur.", confidence=Confidence.MEMORY),
    Claim.TELECOM: Delay(years=1, law="art. L34-2 CPCE", confidence=Confidence.MEMORY),
    Claim.UNKNOWN: _CARRIAGE,  # the shortest that could apply
}
#: The delay of every other claim. Public buyers: four years from the end of the year; counted from the due date here.
_KINDS = {
    DebtorKind.BUSINESS: Delay(years=5, law="art. L110-4 C. com.", confidence=Confidence.SECONDARY),
    DebtorKind.CONSUMER: Delay(years=2, law="art. L218-2 C. conso.", confidence=Confidence.SECONDARY),
    DebtorKind.PUBLIC: Delay(years=4, law="loi no 68-1250, art. 1", confidence=Confidence.MEMORY),
}


class ActKind(StrEnum):
    """What was done about a claim; `INTERRUPTING` says which of them count."""

    PROMISE = "promise"
    PAYMENT = "payment"
    PLAN = "plan"
    ANNOUNCEMENT = "announcement"
    REQUEST_FOR_TIME = "request_for_time"
    COURT_CLAIM = "court_claim"
    ENFORCEMENT = "enforcement"
    CLAIM_DECLARED = "claim_declared"
    REMINDER = "reminder"
    FORMAL_NOTICE = "formal_notice"
    REGISTERED_NOTICE = "registered_notice"


#: The debtor's own acknowledgement (art. 2240 C. civ.), a claim in court (art. 2241), an enforcement measure
#: (art. 2244), a claim declared in a collective procedure. The list is closed: a reminder or a formal notice, even
#: registered, changes nothing (Cass. com., 18 May 2022, no. 20-23.204).
INTERRUPTING = frozenset(
    {
        ActKind.PROMISE, ActKind.PAYMENT, ActKind.PLAN, ActKind.ANNOUNCEMENT, ActKind.REQUEST_FOR_TIME,
        ActKind.COURT_CLAIM, ActKind.ENFORCEMENT, ActKind.CLAIM_DECLARED,
    }
)  # fmt: skip


class Act(Fact):
    """One dated act.

    Attributes:
        on: the day it was done, or received.
        ends_on: for a declared claim, the day the procedure was closed; None while it runs. Not used for others.
        reference: the event or message that proves it.
    """

    kind: ActKind
    on: date
    ends_on: date | None = None
    reference: str = ""


class Effect(StrEnum):
    """What an act did to the clock."""

    STARTED_ANEW = "started_anew"
    HELD = "held"
    NONE = "none"
    BEFORE_START = "before_start"
    TOO_LATE = "too_late"


class Weighed(Fact):
    """One act with what it did."""

    act: Act
    effect: Effect


class Limitation(Fact):
    """Where the clock stands, and why.

    Attributes:
        start_on: the day from which the delay first ran.
        runs_from: the day from which it runs now: of the last act that interrupted it.
        expires_on: the last day for a court claim; None while a collective procedure holds the clock.
        because: every act in order, with what it did.
    """

    kind: DebtorKind
    claim: Claim
    delay: Delay
    start_on: date
    runs_from: date
    expires_on: date | None
    because: tuple[Weighed, ...] = ()


def delay_of(kind: DebtorKind, claim: Claim) -> Delay:
    """The delay of a claim against a kind of debtor; never longer than that of the kind."""
    return min(_TRADES.get(claim, _KINDS[kind]), _KINDS[kind], key=lambda delay: delay.years)


def start_of(
    kind: DebtorKind, claim: Claim, *, issued_on: date, due_on: date, completed_on: date | None = None
) -> date:
    """The day from which a claim's delay runs.

    General claims against businesses and public buyers: the due date. Consumers (Cass. 1re civ., 19 May 2021, no.
    20-12.520) and trades with a short delay: the day the work was completed or the goods were delivered.

    Args:
        kind: who owes.
        claim: what for.
        issued_on: stands for an unknown `completed_on`: an invoice usually follows the work.
        due_on: last day of payment in time.
        completed_on: the day of completion or delivery, where it is known.
    """
    if kind is not DebtorKind.CONSUMER and claim is Claim.GENERAL:
        return due_on
    return min(completed_on or issued_on, due_on)


def limitation_of(kind: DebtorKind, claim: Claim, start_on: date, acts: Iterable[Act] = ()) -> Limitation:
    """The clock of one claim after everything that was done.

    The last day has the same number in its month as the day the delay ran from, or is the last of a shorter month
    (29 February: 28 February). Whether it is a working day does not matter. A court claim counts on its own day only:
    that it holds the clock until the end of the proceedings was not verified.

    Args:
        kind: who owes.
        claim: what for; `UNKNOWN` takes the shortest delay.
        start_on: see `start_of`.
        acts: in any order.
    """
    delay = delay_of(kind, claim)
    runs_from = start_on
    expires_on: date | None = _expiry(start_on, delay)
    weighed: list[Weighed] = []
    for act in sorted(acts, key=lambda act: (act.on, act.kind, act.reference)):
        effect = _effect(act, runs_from, expires_on)
        if effect is Effect.HELD:
            expires_on = None
        elif effect is Effect.STARTED_ANEW:
            runs_from = max(act.ends_on or act.on, act.on) if act.kind is ActKind.CLAIM_DECLARED else act.on
            expires_on = _expiry(runs_from, delay)
        weighed.append(Weighed(act=act, effect=effect))
    return Limitation(
        kind=kind, claim=claim, delay=delay, start_on=start_on, runs_from=runs_from, expires_on=expires_on,
        because=tuple(weighed),
    )  # fmt: skip


def _expiry(runs_from: date, delay: Delay) -> date:
    return add_months(runs_from, 12 * delay.years)


def _effect(act: Act, runs_from: date, expires_on: date | None) -> Effect:
    if act.kind not in INTERRUPTING:
        return Effect.NONE
    if expires_on is None:  # the procedure holds the clock already
        return Effect.NONE
    if act.on > expires_on:
        return Effect.TOO_LATE
    if act.kind is ActKind.CLAIM_DECLARED and act.ends_on is None:
        return Effect.HELD
    return Effect.STARTED_ANEW if act.on >= runs_from else Effect.BEFORE_START


def is_time_barred(limitation: Limitation, today: date) -> bool:
    """Whether the last day has passed."""
    return limitation.expires_on is not None and today > limitation.expires_on


def alert_due(limitation: Limitation, today: date) -> Literal[180, 90, 30] | None:
    """The nearest alert reached on `today`; None more than 180 days before the last day, after it, or while held."""
    if limitation.expires_on is None or today > limitation.expires_on:
        return None
    left = (limitation.expires_on - today).days
    return next((days for days in reversed(ALERT_DAYS) if left <= days), None)


def alerts_of(limitation: Limitation) -> tuple[tuple[int, date], ...]:
    """Each alert with its day, the earliest first; empty while a procedure holds the clock."""
    if limitation.expires_on is None:
        return ()
    return tuple((days, limitation.expires_on - timedelta(days=days)) for days in ALERT_DAYS)
