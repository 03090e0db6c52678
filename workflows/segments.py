"""What sort of client a debtor is, and why: rules over proven facts, thresholds in the settings.

Only proven payments, broken promises and formal notices count; nothing is predicted and nobody is given a score. About
natural persons (consumers, micro-entrepreneurs) no unfavourable segment is computed or kept: a file of unpaid debts may
hold proven debts, not a judgement of behaviour (CNIL, délibération 2021-130 of 23 September 2021).
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from pydantic import Field

from workflows.effects import Reason
from workflows.invoice import Debtor, DebtorKind, Fact, Segment
from workflows.money import Cents, CentsField, Money, decimal_text

#: What the ledger shows of how somebody behaves; a person's word about any of them replaces all of them.
BEHAVIOUR = frozenset(
    {Segment.NEW, Segment.LOYAL, Segment.USUALLY_ON_TIME, Segment.OFTEN_LATE, Segment.BAD_PAYER}
    | {Segment.STRATEGIC, Segment.IN_DIFFICULTY}
)
#: What is never said of a natural person.
UNFAVOURABLE = frozenset({Segment.OFTEN_LATE, Segment.BAD_PAYER})
#: Segments that a tag of the same name gives.
TAGS = frozenset(
    {Segment.LOYAL, Segment.STRATEGIC, Segment.LARGE_COMPANY, Segment.SMALL_COMPANY, Segment.MICRO_ENTREPRENEUR}
    | {Segment.PATIENT_SECTOR, Segment.IN_DIFFICULTY}
)
_KINDS = {DebtorKind.CONSUMER: Segment.CONSUMER, DebtorKind.PUBLIC: Segment.PUBLIC_BUYER}


class SegmentPolicy(Fact):
    """Where each segment begins; the table `[segments]` of the settings. Habits to adapt, not law.

    Attributes:
        late_after_days: a payment counts as late from the day after so many days past the due date; a transfer needs
            some of them.
        least_invoices: below so many measured invoices nobody is called punctual or late.
        punctual_percent: at most so many of a hundred are late: usually on time.
        late_percent: at least so many of a hundred are late: often late.
        loyal_years: full years since `client_since`; without that date nobody is called loyal by computation.
        loyal_invoices: measured invoices that a loyal client has at least.
        bad_formal_notices: so many formal notices make a bad payer.
        bad_broken_promises: so many broken promises do.
        bad_median_days: a median delay of so many days does, over `least_invoices`.
        large_amount: invoices from this amount on are large (cents here, a decimal string in files).
        strategic_percent: so much of what the creditor invoiced in twelve months makes a client strategic.
        patient_tags: tags of sectors that need more time.
    """

    late_after_days: int = Field(5, ge=0, le=60)
    least_invoices: int = Field(3, ge=1, le=100)
    punctual_percent: int = Field(20, ge=0, le=100)
    late_percent: int = Field(50, ge=1, le=100)
    loyal_years: int = Field(3, ge=1, le=50)
    loyal_invoices: int = Field(6, ge=1, le=1000)
    bad_formal_notices: int = Field(2, ge=1, le=100)
    bad_broken_promises: int = Field(3, ge=1, le=100)
    bad_median_days: int = Field(60, ge=1, le=1000)
    large_amount: CentsField = Field(500_000, gt=0)
    strategic_percent: int = Field(15, ge=1, le=100)
    patient_tags: frozenset[str] = frozenset({"restaurant", "restauration", "construction", "btp"})


class History(Fact):
    """What the ledger proves about one debtor on one day.

    Attributes:
        as_of: the day.
        paid: invoices paid in full.
        measured: those of them that were neither disputed nor under an instalment plan; only they can be late.
        late: measured invoices paid later than the policy's `late_after_days`.
        median_days: the median of days between due date and payment of the measured, negative when early; None
            without any.
        broken_promises: promises whose day and grace passed with money still owed.
        formal_notices: invoices for which a formal notice left.
        open_plans: invoices under an instalment plan in force.
        is_insolvent: a collective procedure is open.
        invoiced: cents invoiced to the debtor in the twelve months up to `as_of`.
        creditor_invoiced: cents that the creditor invoiced to everybody in that time; None where nobody looked.
        first_on: issue date of the first invoice.
    """

    as_of: date
    paid: int = Field(0, ge=0)
    measured: int = Field(0, ge=0)
    late: int = Field(0, ge=0)
    median_days: int | None = None
    broken_promises: int = Field(0, ge=0)
    formal_notices: int = Field(0, ge=0)
    open_plans: int = Field(0, ge=0)
    is_insolvent: bool = False
    invoiced: Cents = Field(0, ge=0)
    creditor_invoiced: Cents | None = Field(None, ge=0)
    first_on: date | None = None

    @property
    def late_percent(self) -> float:
        """Late invoices of a hundred measured ones; 0 without any."""
        return 100 * self.late / self.measured if self.measured else 0.0


class Found(NamedTuple):
    """One segment and the rule and facts behind it; `reasons.say` puts them into words."""

    segment: Segment
    reason: Reason


def segments_of(
    debtor: Debtor, history: History, policy: SegmentPolicy, *, amount: Money | None = None
) -> tuple[Found, ...]:
    """Every segment of a debtor, each once, in the order of `Segment`.

    Args:
        debtor: kind, tags and what a person said.
        history: what the ledger proves.
        policy: the thresholds.
        amount: of one invoice, for `large_amount`; its number alone counts, whatever the currency. None leaves that
            segment out.
    """
    found = list(_said(debtor))
    replaced = BEHAVIOUR if _by_hand(debtor) & BEHAVIOUR else frozenset[Segment]()
    found += [item for item in computed(debtor, history, policy) if item.segment not in replaced]
    if amount is not None and amount.amount >= policy.large_amount:
        figures = {"amount": amount.amount, "least": policy.large_amount}
        facts = {name: f"{decimal_text(figure)} {amount.currency}" for name, figure in figures.items()}
        found.append(Found(Segment.LARGE_AMOUNT, Reason(rule="segment.large_amount", facts=facts)))
    once = {item.segment: item for item in reversed(found)}
    return tuple(once[segment] for segment in Segment if segment in once)


def computed(debtor: Debtor, history: History, policy: SegmentPolicy) -> tuple[Found, ...]:
    """What the ledger and the tags of the policy show, whatever a person said; kept as `Debtor.segments_found`."""
    found = [*_paying(debtor, history, policy), *_standing(debtor, history, policy)]
    never = UNFAVOURABLE if _is_natural(debtor) else frozenset[Segment]()
    return tuple(item for item in found if item.segment not in never)


def current(debtor: Debtor) -> frozenset[Segment]:
    """The segments of a debtor as the ledger keeps it: said, tagged, and found when it was last looked at."""
    hand = _by_hand(debtor)
    replaced = BEHAVIOUR if hand & BEHAVIOUR else frozenset[Segment]()
    return frozenset(item.segment for item in _said(debtor)) | (debtor.segments_found - replaced)


def with_found(debtor: Debtor, found: tuple[Found, ...]) -> Debtor:
    """The debtor with `found` kept; the same object where nothing changes."""
    segments = frozenset(item.segment for item in found)
    return debtor if segments == debtor.segments_found else debtor.model_copy(update={"segments_found": segments})


def _is_natural(debtor: Debtor) -> bool:
    micro = Segment.MICRO_ENTREPRENEUR
    return debtor.kind is DebtorKind.CONSUMER or micro in debtor.segments or micro in debtor.tags


def _by_hand(debtor: Debtor) -> frozenset[Segment]:
    return debtor.segments - UNFAVOURABLE if _is_natural(debtor) else debtor.segments


def _said(debtor: Debtor) -> Iterator[Found]:
    """What somebody stated: a person, the kind, a tag."""
    for segment in _by_hand(debtor):
        yield Found(segment, Reason(rule="segment.by_hand"))
    if (kind := _KINDS.get(debtor.kind)) is not None:
        yield Found(kind, Reason(rule="segment.kind", facts={"segment": kind}))
    for segment in TAGS & debtor.tags:
        yield Found(Segment(segment), Reason(rule="segment.tag", facts={"tag": str(segment)}))


def _paying(debtor: Debtor, history: History, policy: SegmentPolicy) -> Iterator[Found]:
    """How invoices were paid so far."""
    counts = {"late": str(history.late), "measured": str(history.measured)}
    if history.paid == 0:
        facts = {"first_on": str(history.first_on)} if history.first_on else {}
        yield Found(Segment.NEW, Reason(rule="segment.new", facts=facts))
    if (since := debtor.client_since) is not None and _is_loyal(since, history, policy):
        yield Found(Segment.LOYAL, Reason(rule="segment.loyal", facts=counts | {"since": str(since)}))
    is_known = history.measured >= policy.least_invoices
    if is_known and history.late_percent <= policy.punctual_percent:
        yield Found(Segment.USUALLY_ON_TIME, Reason(rule="segment.usually_on_time", facts=counts))
    if bad := _bad(history, policy):
        yield Found(Segment.BAD_PAYER, Reason(rule="segment.bad_payer", facts=bad))
    elif is_known and history.late_percent >= policy.late_percent:
        facts = counts | {"median": str(history.median_days)}
        yield Found(Segment.OFTEN_LATE, Reason(rule="segment.often_late", facts=facts))


def _is_loyal(since: date, history: History, policy: SegmentPolicy) -> bool:
    today = history.as_of
    years = today.year - since.year - ((today.month, today.day) < (since.month, since.day))
    return (
        years >= policy.loyal_years
        and history.measured >= policy.loyal_invoices
        and history.late_percent <= policy.punctual_percent
        and history.formal_notices == 0
    )


def _bad(history: History, policy: SegmentPolicy) -> dict[str, str]:
    """The facts that make a bad payer; empty for anybody else."""
    facts = {}
    if history.formal_notices >= policy.bad_formal_notices:
        facts["formal_notices"] = str(history.formal_notices)
    if history.broken_promises >= policy.bad_broken_promises:
        facts["broken_promises"] = str(history.broken_promises)
    median = history.median_days
    if history.measured >= policy.least_invoices and median is not None and median >= policy.bad_median_days:
        facts["median"] = str(median)
    return facts


def _standing(debtor: Debtor, history: History, policy: SegmentPolicy) -> Iterator[Found]:
    """What else is known: share of the creditor's revenue, sector, difficulty."""
    total = history.creditor_invoiced
    if total is None and Segment.STRATEGIC in debtor.segments_found:
        yield Found(Segment.STRATEGIC, Reason(rule="segment.strategic_before"))
    elif total and 100 * history.invoiced >= policy.strategic_percent * total:
        facts = {"percent": str(100 * history.invoiced // total)}
        yield Found(Segment.STRATEGIC, Reason(rule="segment.strategic", facts=facts))
    if tags := sorted(policy.patient_tags & debtor.tags):
        yield Found(Segment.PATIENT_SECTOR, Reason(rule="segment.tag", facts={"tag": tags[0]}))
    if history.open_plans:
        facts = {"plans": str(history.open_plans)}
        yield Found(Segment.IN_DIFFICULTY, Reason(rule="segment.in_difficulty", facts=facts))
    if history.is_insolvent:
        yield Found(Segment.INSOLVENT, Reason(rule="segment.insolvent"))
