"""What debtors promised, contested and agreed during a demonstration, and what came of each."""

from dataclasses import dataclass, field
from typing import Final

from workers.demo.lookout import News

_RUNNING, _KEPT, _BROKEN, _OPEN = "running", "kept", "broken", "open"
#: What ends when the day of a stage has passed.
_BY_STAGE: Final = {"promised": "promise", "instalments": "plan"}


@dataclass(slots=True)
class Dealing:
    """One promise, dispute or plan about an invoice.

    Attributes:
        what: `promise`, `dispute` or `plan`.
        outcome: `running`, `kept` or `broken`; of a dispute `open`, or in whose favour it was resolved.
    """

    invoice_number: str
    what: str
    outcome: str


@dataclass(slots=True)
class Dealings:
    """Remembers the last of each kind about each invoice, in the order in which they began."""

    known: dict[tuple[str, str], Dealing] = field(default_factory=dict)

    def hear(self, item: News) -> None:
        """A line of the journal."""
        event = item.event
        if item.kind == "promise.made" or (item.kind == "call.logged" and event.get("promised_on")):
            self._set(item.number, "promise", _RUNNING)
        elif item.kind == "instalment_plan.agreed":
            self._set(item.number, "plan", _RUNNING)
        elif item.kind == "dispute.opened":
            self._set(item.number, "dispute", _OPEN)
        elif item.kind == "dispute.resolved":
            self._set(item.number, "dispute", str(event["outcome"]))
        elif item.kind == "payment.received" and item.decision["stage"] == "paid":
            for each in self.known.values():
                if each.invoice_number == item.number and each.outcome == _RUNNING:
                    each.outcome = _KEPT

    def over(self, number: str, stage: str) -> None:
        """The day of a promise or the last delay of a plan has passed."""
        what = _BY_STAGE.get(stage)
        if what is not None:
            self._set(number, what, _BROKEN)

    def _set(self, number: str, what: str, outcome: str) -> None:
        self.known.setdefault((number, what), Dealing(number, what, outcome)).outcome = outcome
