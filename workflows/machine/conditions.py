"""Whether the condition of a step holds."""

from workflows.case import Case
from workflows.invoice import Debtor
from workflows.machine.standing import balance
from workflows.scenario import Condition
from workflows.segments import current


def holds(when: Condition, case: Case, debtor: Debtor) -> bool:
    """Whether all parts of `when` hold for `case` and `debtor` as known now."""
    owed = balance(case)
    return (
        (when.min_amount is None or owed >= when.min_amount)
        and (when.max_amount is None or owed <= when.max_amount)
        and (when.kinds is None or debtor.kind in when.kinds)
        and (when.tags is None or bool(when.tags & debtor.tags))
        and (when.without_tags is None or not when.without_tags & debtor.tags)
        and (when.segments is None or bool(when.segments & current(debtor)))
        and (when.without_segments is None or not when.without_segments & current(debtor))
        and (when.channel_present is None or debtor.contact_for(when.channel_present) is not None)
    )
