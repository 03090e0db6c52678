"""Pauses: always with an end and a reason, of one invoice or of a debtor."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from workers.dealings.acts import Act, Draft, NotAllowed, Told, once, tell
from workers.ledger.queries.pauses import is_resumable
from workers.wiring import System

#: Days of a pause where nobody says until when, and at most.
USUAL: Final = 15
LONGEST: Final = 90


@dataclass(frozen=True, slots=True)
class Whose:
    """What is paused: one invoice by its number, or a debtor by its reference, and with it all of its invoices."""

    creditor_ref: str
    scope: Literal["invoice", "debtor"]
    ref: str


@once
def pause(system: System, act: Act, whose: Whose, *, today: date, reason: str, until: date | None = None) -> Told:
    """Let nothing leave until a day; a person is told on the last working day before it ends.

    Args:
        system: where it is told.
        act: who pauses.
        whose: what is paused.
        today: the first day of the pause.
        reason: why; the journal keeps it.
        until: the last day; None for fifteen days.

    Raises:
        NotAllowed: no reason, a past day, or one that is too far away.
    """
    last = until or today + timedelta(days=USUAL)
    if not reason.strip():
        raise NotAllowed("le motif est vide ; dites pourquoi", "the reason is empty; say why")
    if last < today:
        raise NotAllowed(
            f"le {last:%d/%m/%Y} est déjà passé ; donnez un jour à venir", f"{last} is past; give a day ahead"
        )
    if last > (latest := today + timedelta(days=LONGEST)):
        raise NotAllowed(
            f"le {last:%d/%m/%Y} : une pause dure {LONGEST} jours au plus ; donnez un jour jusqu’au {latest:%d/%m/%Y}",
            f"{last}: a pause lasts {LONGEST} days at most; give a day up to {latest}",
            is_guard=True,
        )
    data = {"scope": whose.scope, "ref": whose.ref, "until": last.isoformat(), "reason": reason}
    return tell(system, act, whose.creditor_ref, [Draft("case.paused", data)])


@once
def resume(system: System, act: Act, whose: Whose, *, reason: str) -> Told:
    """End a pause; also what restarts a case after an insolvency is over.

    Raises:
        NotAllowed: no reason, or nothing that could be resumed.
    """
    if not reason.strip():
        raise NotAllowed("le motif est vide ; dites pourquoi", "the reason is empty; say why")
    with system.ledger.connect() as connection:
        if not is_resumable(connection, whose.creditor_ref, whose.scope, whose.ref):
            other = " ; son débiteur l’est peut-être : --debtor" if whose.scope == "invoice" else ""
            another = "; its debtor may be: --debtor" if whose.scope == "invoice" else ""
            raise NotAllowed(f"{whose.ref} n’est pas en pause{other}", f"{whose.ref} is not paused{another}")
    data = {"scope": whose.scope, "ref": whose.ref, "reason": reason}
    return tell(system, act, whose.creditor_ref, [Draft("case.resumed", data)])
