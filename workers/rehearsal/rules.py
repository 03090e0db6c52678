"""The rules of the house for a rehearsal: the budgets of the settings, the letters that exist."""

from collections.abc import Iterable

from workers.rehearsal.letters import letters_of
from workers.rendering.catalogue import shipped
from workers.settings import Settings
from workers.wiring import policy_of
from workflows.rehearsal import Assumed, Hold, Rules
from workflows.scenario import Scenario


def rules_for(
    settings: Settings, assumed: Assumed, scenarios: Iterable[Scenario] = (), holds: Iterable[Hold] = ()
) -> Rules:
    """The rules as a delivery of these settings would keep them."""
    letters = letters_of(shipped())
    return Rules(
        scenarios={str(each.ref): each for each in scenarios},
        budgets=policy_of(settings).budgets,
        citing=letters.citing,
        tones=dict(letters.tones),
        holds=tuple(holds),
        assumed=assumed,
    )
