"""Replaying the journal with a draft: what really left, what would have left, and whom it would have hit."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from workers.rehearsal import reading
from workers.rehearsal.plan import Draft, unpublished
from workers.rehearsal.run import Progress, Wish
from workflows.case import Case
from workflows.events import EVENT, Event
from workflows.invoice import Channel, Debtor
from workflows.rehearsal import Planned, Rules, rehearse
from workflows.rehearsal.past import History, Left, account_of, as_planned, hits_on_paid

#: Debtors with at least one invoice that was opened on the ladder within the time asked for.
_DEBTORS: Final = """
    SELECT creditor_ref, ref, facts::text FROM debtors WHERE EXISTS (
        SELECT FROM cases WHERE cases.creditor_ref = debtors.creditor_ref AND cases.debtor_ref = debtors.ref
        AND scenario = %(replaces)s AND (state->>'opened_at')::timestamptz >= %(begin)s)
    ORDER BY creditor_ref, ref
"""
_CASES: Final = """
    SELECT case_id, state::text FROM cases WHERE creditor_ref = %(creditor)s AND debtor_ref = %(debtor)s
    AND (state->>'opened_at')::timestamptz >= %(begin)s ORDER BY case_id
"""
_JOURNAL: Final = """
    SELECT case_id, recorded_at, event, decision::jsonb->'reasons'->0->'facts'->>'scenario' AS ladder, kind
    FROM journal WHERE case_id = ANY(%(ids)s) AND kind NOT IN ('step.fell_due', 'dispatch.reported') ORDER BY seq
"""
_LEFT: Final = """
    SELECT case_id, messages.claimed_at, message_id, ladder, step, dispatches.channel, messages.template, tone
    FROM dispatches JOIN messages USING (message_id)
    WHERE case_id = ANY(%(ids)s) AND dispatches.status IN ('sent', 'bounced', 'in_doubt')
    ORDER BY messages.claimed_at, key
"""


@dataclass(slots=True)
class Replayed:
    """What a draft would have done from `since` until before `until`.

    Attributes:
        left: what really left, one line an invoice.
        would: what would have left.
        hits_left, hits_would: messages, by invoice, that asked for money that was already there.
        cases: how many were replayed.
    """

    since: datetime
    until: datetime
    left: list[Planned] = field(default_factory=list)
    would: list[Planned] = field(default_factory=list)
    hits_left: int = 0
    hits_would: int = 0
    cases: int = 0


def replay_past(ledger: str, now: datetime, wish: Wish, progress: Progress | None = None) -> Replayed:
    """Replay the last days with the draft of `wish`, debtor by debtor; nothing is written.

    Args:
        ledger: address in the form of libpq.
        now: aware; where the past ends.
        wish: how many days back (only invoices that became known since then are replayed), the draft and the rules;
            holds of today are no part of the past.
        progress: told after each debtor.
    """
    if wish.draft is None:
        raise ValueError("the past is replayed with a draft; give one")
    now = now.astimezone(UTC)
    found = Replayed(now - timedelta(days=wish.days), now)
    with reading.reading(ledger) as connection:
        ladders = reading.scenarios_of(connection)
        draft = unpublished(wish.draft, ladders) or wish.draft
        rules = replace(wish.rules, scenarios=ladders | {str(draft.scenario.ref): draft.scenario})
        given = {"replaces": draft.replaces, "begin": found.since}
        debtors = connection.execute(_DEBTORS, given).fetchall()
        for done, (creditor, ref, facts) in enumerate(debtors, start=1):
            histories = _histories(connection, given | {"creditor": creditor, "debtor": ref})
            _replay(found, rules, draft, (creditor, Debtor.model_validate_json(facts), histories))
            if progress is not None:
                progress(done, len(debtors))
    found.left.sort(key=lambda each: each.order)
    found.would.sort(key=lambda each: each.order)
    return found


def _replay(found: Replayed, rules: Rules, draft: Draft, past: tuple[str, Debtor, list[History]]) -> None:
    creditor, debtor, histories = past
    account = account_of(creditor, debtor, histories, draft=draft.scenario, replaces=draft.replaces)
    told = rehearse(account, rules, found.since, found.until)
    left = as_planned(creditor, debtor, histories, rules.scenarios)
    cases = {each.case.case_id: each.case for each in histories}
    found.left += left
    found.would += told.planned
    found.hits_left += hits_on_paid(left, cases)
    found.hits_would += hits_on_paid(told.planned, cases)
    found.cases += len(cases)


def _histories(connection: reading.Connection, given: dict[str, object]) -> list[History]:
    cases = {case_id: Case.model_validate_json(state) for case_id, state in connection.execute(_CASES, given)}
    ids = {"ids": list(cases)}
    events: dict[str, list[tuple[datetime, Event]]] = defaultdict(list)
    ladders: dict[str, str] = {}
    for case_id, known_at, event, ladder, kind in connection.execute(_JOURNAL, ids):
        events[case_id].append((known_at.astimezone(UTC), EVENT.validate_json(event)))
        if kind == "invoice.issued":
            ladders.setdefault(case_id, ladder)
    left: dict[str, list[Left]] = defaultdict(list)
    for case_id, *row in connection.execute(_LEFT, ids):
        left[case_id].append(_left(*row))
    return [
        History(case, ladders[case_id], tuple(events[case_id]), tuple(left[case_id])) for case_id, case in cases.items()
    ]


def _left(at: datetime, message_id: str, ladder: str, step: int | None, *letter: Any) -> Left:  # noqa: ANN401 - columns
    channel, template, tone = letter
    return Left(at.astimezone(UTC), message_id, ladder, step, Channel(channel), template, tone)
