"""What a person has to do: derived from the case, asked once, keyed by content."""

from collections.abc import Iterable
from datetime import UTC, date

from workflows.case import Case, SideLetter, Stage, StepRecord
from workflows.effects import AskOperator, Reason, TaskKind
from workflows.events import DispatchReported, Event
from workflows.invoice import Debtor
from workflows.known import Promise
from workflows.machine import calls, disputes, instalments, looks, occasions, records, stages, standing, time_bar
from workflows.machine.concessions import concessions
from workflows.machine.turn import Turn
from workflows.money import decimal_text
from workflows.scenario import Scenario
from workflows.side_letters import REPLY_ANSWER

Asked = StepRecord | SideLetter
#: States of a letter that left, may have left, or failed and was told.
_LEFT = frozenset({"sent", "in_doubt", "failed"})
#: Stages in which a person already has the file, so that a broken promise changes nothing.
_TAKEN_OVER = frozenset({Stage.INSOLVENT, Stage.HANDED_OVER})


def tasks(turn: Turn, reasons: Iterable[Reason]) -> list[AskOperator]:
    """Everything a person should do about a case after an event; some of it may have been asked before.

    Args:
        turn: with the case as decided.
        reasons: of the decision; one of them says why a blocked case cannot go on.
    """
    case, scenario, debtor = turn.case, turn.scenario, turn.debtor
    found = [*_about_answers(turn), *_about_money(case), *_about_messages(case, turn.event, reasons)]
    if _is_ours(case):
        found += _about_promises(case, scenario, debtor)
        found += [*_about_disputes(case, scenario, debtor), *_about_calls(case, debtor)]
        found += [_ask(case, "plan_requested", item.plan_id) for item in standing.open_plan_requests(case)]
    found += _about_pauses(case, scenario, debtor)
    found += [*_about_letters(turn), *_about_overtaken_answers(case), *_about_closed_providers(case, debtor)]
    if case.stage is Stage.INSTALMENTS:
        found += _about_the_plan(case, scenario, debtor)
    if case.stage is Stage.INSOLVENT and case.insolvency is not None:
        found.append(_ask(case, "declare_claim", str(case.insolvency.declare_by), due_on=case.insolvency.declare_by))
    if case.is_open:
        found += _about_the_limitation(case, debtor)
    return found


def _is_ours(case: Case) -> bool:
    """Whether the amicable stage goes on: not ended, and in nobody else's hands."""
    return case.is_open and case.stage not in _TAKEN_OVER


def _ask(case: Case, task: TaskKind, what: str, *, detail: str = "", due_on: date | None = None) -> AskOperator:
    return AskOperator(key=f"{case.case_id}/{task}/{what}", task=task, detail=detail or what, due_on=due_on)


def _about_answers(turn: Turn) -> list[AskOperator]:
    case = turn.case
    found = [
        _ask(case, "reply", item.reply_id, due_on=stages.reply_holds_until(item, turn.scenario, turn.debtor))
        for item in standing.unread(case)
    ]
    if case.is_open:
        found += [_ask(case, "dispute", item.dispute_id) for item in standing.open_disputes(case)]
    return found


def _about_disputes(case: Case, scenario: Scenario, debtor: Debtor) -> list[AskOperator]:
    """A dispute whose deadline is past, and the credit note for one that the debtor won."""
    if not case.disputes:
        return []
    late = disputes.overdue(case, scenario, debtor)
    found = [_ask(case, "dispute_overdue", f"{item.dispute_id}/{day}", detail=str(day)) for item, day in late]
    owed = standing.balance(case)
    return found + [
        _ask(case, "credit_note_requested", item.dispute_id, detail=decimal_text(min(item.missing, owed)))
        for item in concessions(case)
    ]


def _about_calls(case: Case, debtor: Debtor) -> list[AskOperator]:
    """Calls to make, numbers to find, debtors to reach otherwise, documents to send."""
    if not calls.are_known(case):
        return []
    found = [_ask(case, "send_document", item.call_id) for item in case.calls if item.disposition == "asks_document"]
    if (due := calls.to_make(case, debtor)) is not None:
        found.append(_ask(case, "call", due.what, due_on=due.on))
    elif (wrong := calls.wrong_number(case, debtor)) is not None:
        found.append(_ask(case, "find_contact", wrong.call_id))
    elif calls.is_unreachable(case) and standing.chased(case) > 0:
        found.append(_ask(case, "unreachable", calls.voicemails(case)[0].call_id))
    return found


def _about_pauses(case: Case, scenario: Scenario, debtor: Debtor) -> list[AskOperator]:
    """A pause that is about to end; that of a debtor is told once, not by each of its cases."""
    if case.invoice_pause is None and case.debtor_pause is None:
        return []
    end = looks.ending(case, scenario, debtor)
    today = records.local_day(case.as_of, debtor)
    if end is None or not end.on <= today <= end.until:
        return []
    invoice = case.invoice
    whose = f"{invoice.creditor_ref}/debtor:{invoice.debtor_ref}" if end.is_of_debtor else case.case_id
    task = AskOperator(key=f"{whose}/pause_ends/{end.until}", task="pause_ends", detail=str(end.until))
    # a case that ends meanwhile asks no more, and leaves what its debtor's other cases asked
    return [task] if case.is_open or (end.is_of_debtor and task.key in case.asked) else []


def _about_money(case: Case) -> list[AskOperator]:
    if not (case.payments or case.credits or case.settlement):
        return []
    known = {item.payment_id for item in case.payments}
    found = [_ask(case, "payment_reversed", item.reversal_id) for item in case.reversals if item.payment_id in known]
    too_much = -standing.balance(case)
    if case.stage is Stage.CANCELLED:
        too_much = standing.paid(case)
    if too_much > 0 and case.stage in (Stage.PAID, Stage.CANCELLED):
        found.append(_ask(case, "overpaid", decimal_text(too_much)))
    if standing.is_settled_early(case) and standing.balance(case) > 0:
        left = decimal_text(standing.balance(case))
        offer = case.settlement.offer_id if case.settlement else ""
        found.append(_ask(case, "credit_note_requested", f"{offer}/{left}", detail=left))
    return found


def _about_messages(case: Case, event: Event, reasons: Iterable[Reason]) -> list[AskOperator]:
    """Doubt, failure, a case that cannot go on: told again when it happens again."""
    doubts: list[Asked] = [*records.unresolved(case), *records.letters_in_doubt(case)]
    found = [_ask(case, "in_doubt", f"{item.key}/{item.at.astimezone(UTC):%Y%m%dT%H%M%S}", detail=item.key)
             for item in doubts]  # fmt: skip
    if case.stage is Stage.BLOCKED:
        rule = next((item.rule for item in reasons if item.rule.startswith("blocked.")), "")
        step = records.steps_done(case)
        since = max((item.at for item in records.of_step(case, step)), default=case.opened_at).astimezone(UTC)
        found.append(_ask(case, "blocked", f"{rule}/{step}/{since:%Y%m%dT%H%M%S}", detail=rule))
    elif isinstance(event, DispatchReported) and event.outcome == "failed" and event.reason != records.BAD_ADDRESS:
        key, what = event.dispatch_key, f"{event.dispatch_key}/{event.event_id}"
        mine = case.ordered if _is_ours(case) else case.letters
        if any(item.key == key and item.state == "failed" for item in mine):
            found.append(_ask(case, "message_failed", what, detail=key))
    return found


def _about_closed_providers(case: Case, debtor: Debtor) -> list[AskOperator]:
    """What waits for a person to open the provider: told once a day, not by each of the creditor's cases."""
    waiting: list[Asked] = [*records.wanted(case), *[item for item in case.letters if item.state == "wanted"]]
    if not waiting:
        return []
    stem = f"{case.invoice.creditor_ref}{_PROVIDER}"
    return [
        AskOperator(
            key=f"{stem}{item.channel}/{records.local_day(item.at, debtor)}", task="open_provider", detail=item.channel
        )
        for item in waiting
        if item.reason == records.CLOSED
    ]


def _about_letters(turn: Turn) -> list[AskOperator]:
    """Letters that a person, an offer or a missed instalment calls for, or that came back: no address takes them."""
    if not turn.out_of_reach:
        return []
    asked = {(item.template, item.occasion) for item in turn.case.letters}
    return [
        _ask(turn.case, "message_failed", f"{item.template}/{item.of}", detail=item.template)
        for item in turn.out_of_reach
        if item.by_hand or item.is_lasting or (item.template, item.of) in asked
    ]


def _about_overtaken_answers(case: Case) -> list[AskOperator]:
    """An approved answer that stayed here, since nothing is owed any more: somebody still waits for a word."""
    left = {item.occasion for item in case.letters if item.state in _LEFT}
    return [
        _ask(case, "message_failed", f"{case.case_id}/letter/{REPLY_ANSWER}/{item.reply_id}", detail=REPLY_ANSWER)
        for item in case.answers
        if item.reply_id not in left and occasions.is_overtaken(case, item)
    ]


def _about_promises(case: Case, scenario: Scenario, debtor: Debtor) -> list[AskOperator]:
    """A promise whose day and grace have passed while money is still owed."""
    if not case.promises or standing.chased(case) <= 0:
        return []
    today = records.local_day(case.as_of, debtor)
    broken = [
        item
        for item in standing.open_promises(case)
        if stages.promise_ends_on(item, scenario, debtor) < today and not _kept(case, item)
    ]
    return [_ask(case, "promise_broken", item.promise_id) for item in broken]


def _kept(case: Case, promise: Promise) -> bool:
    """Whether a promise of part of the balance was honoured by what came in after it was made."""
    since = sum(standing.kept(case, item) for item in case.payments if item.stamp >= promise.stamp)
    return promise.amount is not None and since >= promise.amount


def _about_the_plan(case: Case, scenario: Scenario, debtor: Debtor) -> list[AskOperator]:
    number = instalments.missed(case, scenario, debtor)
    if number is None or case.plan is None:
        return []
    due_date = case.plan.lines[number - 1].due_date
    return [_ask(case, "instalment_missed", instalments.occasion(case.plan, number), detail=str(due_date))]


def _about_the_limitation(case: Case, debtor: Debtor) -> list[AskOperator]:
    """The days before the last one for a court claim, and its end."""
    near = time_bar.alert(case, debtor)
    if near is None:
        return []
    expires_on, left = near
    return [_ask(case, "limitation", f"{expires_on}/{left}", detail=left, due_on=expires_on)]


#: Tasks that `tasks` finds in the case itself: what it no longer finds is over.
_FOUND_IN_THE_CASE: tuple[TaskKind, ...] = (
    "reply", "dispute", "promise_broken", "instalment_missed", "in_doubt", "blocked", "overpaid", "declare_claim",
    "credit_note_requested", "limitation", "dispute_overdue", "plan_requested", "call", "unreachable", "find_contact",
    "send_document",
)  # fmt: skip
#: Tasks about the end of a pause, whose key may be that of the debtor, and about a provider, which is the creditor's.
_PAUSE, _PROVIDER = "/pause_ends/", "/open_provider/"
#: Tasks about the ladder; with the case's end, or in other hands, nobody has to answer them any more.
_ABOUT_THE_LADDER = ("/confirm_step", "/decision", "/reception_unknown")


def over(case: Case, found: list[AskOperator], debtor: Debtor) -> frozenset[str]:
    """Keys of the tasks that were asked, are not needed any more, and were not ended yet."""
    open_keys = case.asked - case.answered
    if not open_keys:
        return frozenset()
    open_keys -= {task.key for task in found}
    derived = tuple(f"{case.case_id}/{kind}/" for kind in _FOUND_IN_THE_CASE)
    ended = {key for key in open_keys if key.startswith(derived) or _PAUSE in key or _PROVIDER in key}
    if not _is_ours(case):
        ended |= {key for key in open_keys if key.endswith(_ABOUT_THE_LADDER)}
        failed, letter = f"{case.case_id}/message_failed/", f"{case.case_id}/letter/"
        ended |= {key for key in open_keys if key.startswith(failed) and not key.startswith(failed + letter)}
    if receptions := {key for key in open_keys if key.endswith("/reception_unknown")}:
        ended |= receptions - {records.reception_key(item) for item in records.unreceived(case, debtor)}
    mine = tuple(f"{case.case_id}/{case.scenario}/{number}/" for number in range(records.steps_done(case)))
    return frozenset(ended | {key for key in open_keys if key.startswith(mine) and key.endswith("/confirm_step")})
