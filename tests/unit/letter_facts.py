"""Facts that call for letters beside the ladder, and a case that was reminded once."""

from datetime import timedelta
from typing import Any

from tests.unit.ladder_facts import (
    COMPANY,
    DEBTOR,
    DUE,
    LADDER,
    NUMBER,
    Story,
    after,
)
from workflows.events import (
    CallLogged,
    CaseEscalated,
    LetterRequested,
    PromiseMade,
)
from workflows.side_letters import Automatic

USUAL = LADDER.model_copy(update={"letters": Automatic()})
ALL = LADDER.model_copy(
    update={"letters": Automatic(payment_thanks=True, dispute_answered=True, hand_over_notice=True)}
)
#: Tuesday 17 November at noon in Paris: contacts are open.
NOW = after(9, 11)
PROMISED = DUE + timedelta(days=20)


def promised(when: Any = NOW, promise_id: str = "w", days: int = 20) -> PromiseMade:  # noqa: ANN401 - a moment
    day = DUE + timedelta(days=days)
    return PromiseMade(
        event_id=f"promise-{promise_id}", at=when, promise_id=promise_id, invoice_nos=(NUMBER,), date=day
    )


def called(**said: Any) -> CallLogged:  # noqa: ANN401 - any field of the fact
    facts: dict[str, Any] = {"disposition": "promises", "promised_on": PROMISED, "with_name": "Anne Perrin"} | said
    return CallLogged(
        event_id="call", at=NOW, call_id="k", debtor_ref=DEBTOR, invoice_nos=(NUMBER,), **facts
    )  # fmt: skip


def wish(letter: str, when: Any = NOW, request_id: str = "q", **said: Any) -> LetterRequested:  # noqa: ANN401 - any
    return LetterRequested.model_validate(
        {"event_id": f"wish-{request_id}", "at": when, "request_id": request_id, "invoice_no": NUMBER, "letter": letter}
        | said
    )


def escalated() -> CaseEscalated:
    return CaseEscalated(event_id="gone", at=NOW, invoice_no=NUMBER, to="agency")


def reminded(scenario: Any = USUAL, debtor: Any = COMPANY) -> Story:  # noqa: ANN401 - a ladder, a debtor
    """The preventive message and the first reminder have left."""
    return Story(scenario, debtor).climbs(2)
