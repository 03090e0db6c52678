"""The limitation clock of a case: nothing is scheduled past its last day, and a person hears of it in time."""

from datetime import date, timedelta

from workflows.business_days import add_months
from workflows.case import Case
from workflows.invoice import Debtor
from workflows.limitation import ALERT_DAYS, alert_due, is_time_barred
from workflows.machine.acts import limitation_of_case
from workflows.machine.records import local_day

#: Months of the shortest delay that any claim has; before them nothing needs to be worked out.
_SHORTEST_MONTHS = 12
OVER = "over"


def last_day(case: Case, debtor: Debtor) -> date | None:
    """The last day for a court claim, from everything the case knows; None while a procedure holds the clock."""
    return limitation_of_case(case, debtor, case.claim).expires_on


def is_over(case: Case, debtor: Debtor, today: date) -> bool:
    """Whether the last day is past on `today`: from then on a person decides."""
    if today <= _earliest(case):
        return False
    return is_time_barred(limitation_of_case(case, debtor, case.claim), today)


def alert(case: Case, debtor: Debtor) -> tuple[date, str] | None:
    """The last day and the alert reached: `180`, `90` or `30` days before it, or `over`; None where it is far."""
    today = local_day(case.as_of, debtor)
    if today < _earliest(case) - timedelta(days=max(ALERT_DAYS)):
        return None
    clock = limitation_of_case(case, debtor, case.claim)
    if clock.expires_on is None:
        return None
    if is_time_barred(clock, today):
        return clock.expires_on, OVER
    left = alert_due(clock, today)
    return None if left is None else (clock.expires_on, str(left))


def _earliest(case: Case) -> date:
    """No claim ends before this day."""
    return add_months(min(case.invoice.issued_on, case.invoice.due_on), _SHORTEST_MONTHS)
