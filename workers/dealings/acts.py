"""What all dealings share: who acts, what is told to the ledger, and how a refusal is said."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Concatenate, Final, NamedTuple, ParamSpec

import sqlalchemy as sa

from workers.intake.french_findings import french
from workers.intake.messages import rehearse_events
from workers.ledger import schema
from workers.ledger.queries.cases import CaseFile, find_case
from workers.orders import Outcome
from workers.wiring import System
from workflows.effects import Decision
from workflows.errors import BadEvent
from workflows.event_schemas import parse_event
from workflows.events import Inbound
from workflows.machine import records
from workflows.scenario import Scenario

P = ParamSpec("P")
#: What may go wrong between asking and doing, and leaves nothing to be told.
_FINE: Final = frozenset({"accepted", "duplicate", "parked"})


class Words(NamedTuple):
    """One sentence in both languages."""

    fr: str
    en: str


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, and how.

    Attributes:
        by: the account of the operating system, the user of the console, or the debtor's own name.
        source: where the word comes from, in the journal.
        token: of a form; the same act with the same token again changes nothing. None makes one of what is said, and
            when.
        is_trial: nothing is written, only what would follow is said.
    """

    by: str
    source: str = "/cli"
    token: str | None = None
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What followed from an act, or would have.

    Attributes:
        events: in the order in which they were told.
        decisions: of the cases, in the same order.
        warnings: what the person should know, although nothing was refused.
    """

    events: tuple[Inbound, ...]
    decisions: tuple[Decision, ...]
    is_trial: bool
    warnings: tuple[Words, ...] = ()


class NotAllowed(Exception):
    """An act that was refused; nothing was written.

    Args:
        fr: why, and what to do about it, in French.
        en: the same in English.
        is_guard: a person in charge may still allow it.
    """

    def __init__(self, fr: str, en: str, *, is_guard: bool = False) -> None:
        super().__init__(fr, en)
        self.fr, self.en, self.is_guard = fr, en, is_guard

    def __str__(self) -> str:
        return self.en


class Refused(NotAllowed):
    """The ledger does not take the event in.

    Args:
        findings: field, value and fix, in English; what is not known in French stays so.
    """

    def __init__(self, findings: Sequence[str]) -> None:
        super().__init__("\n".join(map(french, findings)), "\n".join(findings))
        self.findings = tuple(findings)


class Draft(NamedTuple):
    """One event before it has an id: its kind and its facts as they travel; those that are None are left out."""

    kind: str
    data: Mapping[str, object]


def once(do: Callable[Concatenate[System, Act, P], Told]) -> Callable[Concatenate[System, Act, P], Told]:
    """Let an act with a token happen once: the same form again is answered, and changes nothing."""

    @wraps(do)
    def run(system: System, act: Act, /, *args: P.args, **said: P.kwargs) -> Told:
        if act.token is not None and _is_known(system, act, act.token):
            return Told((), (), act.is_trial, (Words("c’est déjà fait", "this was done already"),))
        return do(system, act, *args, **said)

    return run


def _is_known(system: System, act: Act, token: str) -> bool:
    events = schema.events.c
    mine = sa.exists().where(events.source == act.source, events.event_id == _of_token(token, 0))
    with system.ledger.connect() as connection:
        return bool(connection.execute(sa.select(mine)).scalar_one())


def file_of(system: System, case_id: str) -> CaseFile:
    """The case with its debtor.

    Raises:
        NotAllowed: there is none.
    """
    with system.ledger.connect() as connection:
        found = find_case(connection, case_id)
    if found is None:
        raise NotAllowed(f"aucun dossier {case_id}", f"no case {case_id}")
    return found


def now_of(system: System, file: CaseFile) -> CaseFile:
    """The same case seen at this instant, for what the mere passing of time decides."""
    as_of = max(file.case.as_of, system.clock.now())
    return CaseFile(file.case.model_copy(update={"as_of": as_of}), file.debtor)


def ladder_of(system: System, file: CaseFile) -> Scenario:
    """The ladder that the case is pinned to."""
    with system.ledger.connect() as connection:
        return system.engine.scenario(connection, file.case.scenario)


def today_at(system: System, file: CaseFile) -> date:
    """The day at the debtor's."""
    return records.local_day(system.clock.now(), file.debtor)


def tell(
    system: System, act: Act, creditor_ref: str, drafts: Sequence[Draft], *, warnings: Sequence[Words] = ()
) -> Told:
    """Publish events about one creditor's cases, all of them or none; see first whether they are welcome.

    Raises:
        Refused: one of them is not; nothing was written.
    """
    now = system.clock.now()
    try:
        events = tuple(
            parse_event(_payload(act, creditor_ref, draft, now=now, place=place)) for place, draft in enumerate(drafts)
        )
    except BadEvent as error:
        raise Refused(error.findings) from None
    outcomes = _checked(rehearse_events(system, events))
    if not act.is_trial:
        outcomes = _checked(system.engine.handle_many(events))
    decisions = tuple(decision for outcome in outcomes for decision in outcome.decisions)
    return Told(events, decisions, act.is_trial, tuple(warnings))


def _checked(outcomes: list[Outcome]) -> list[Outcome]:
    findings = [finding for outcome in outcomes if outcome.status not in _FINE for finding in outcome.findings]
    if findings:
        raise Refused(findings)
    return outcomes


def _payload(act: Act, creditor_ref: str, draft: Draft, *, now: datetime, place: int) -> str:
    """The event as it travels; its id is made of the form's token, or of what is said and when."""
    said = {name: value for name, value in draft.data.items() if value is not None}
    what = [draft.kind, creditor_ref, now.isoformat(), said]
    return json.dumps({
        "type": draft.kind, "id": _hash(what) if act.token is None else _of_token(act.token, place),
        "source": act.source, "time": now.isoformat(), "creditor": creditor_ref, "data": said,
    })  # fmt: skip


def _of_token(token: str, place: int) -> str:
    """Id of the event at a place of what a form tells."""
    return _hash(["token", token, place])


def _hash(what: object) -> str:
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:32]
