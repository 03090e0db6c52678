"""The rules of the house for a rehearsal: the budgets of the settings, the letters that exist."""

from collections.abc import Iterable

from workers.own_letters import catalogue_of
from workers.rehearsal.letters import manners_of
from workers.settings import Settings
from workers.wiring import policy_of
from workflows.rehearsal import Assumed, Hold, Rules
from workflows.scenario import Scenario


def rules_for(
    settings: Settings, assumed: Assumed, scenarios: Iterable[Scenario] = (), holds: Iterable[Hold] = ()
) -> Rules:
    """The rules as a delivery of these settings would keep them."""
    catalogue = catalogue_of(settings)
    return Rules(
        scenarios={str(each.ref): each for each in scenarios},
        budgets=policy_of(settings).budgets,
        manners=manners_of(catalogue),
        own={ref: manners_of(mine) for ref, mine in catalogue.own.items()},
        holds=tuple(holds),
        assumed=assumed,
    )
