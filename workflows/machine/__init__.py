"""The state machine: `decide` is the only way a case changes."""

from workflows.machine.absorb import scenario_after
from workflows.machine.decide import WrongScenario, decide, open_case
from workflows.machine.letters import is_letter_wanted
from workflows.machine.progress import is_still_wanted

__all__ = ["WrongScenario", "decide", "is_letter_wanted", "is_still_wanted", "open_case", "scenario_after"]
