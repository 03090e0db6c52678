"""The state machine: `decide` is the only way a case changes."""

from workflows.machine.decide import decide, open_case

__all__ = ["decide", "open_case"]
