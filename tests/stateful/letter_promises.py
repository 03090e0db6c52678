"""What every letter beside the ladder keeps, whatever happened before."""

from workflows.business_days import is_open, window_of
from workflows.case import Case, Stage
from workflows.effects import Decision, SendLetter
from workflows.events import Event, StepFellDue
from workflows.invoice import Debtor
from workflows.machine import records, standing
from workflows.machine.occasions import FAREWELLS
from workflows.side_letters import REPLY_ANSWER, SIDE_LETTERS


def check_letters(before: Case, event: Event, decision: Decision, debtor: Debtor) -> None:
    """Check each letter that `decision` orders."""
    sends = [effect for effect in decision.effects if isinstance(effect, SendLetter)]
    for send in sends:
        assert isinstance(event, StepFellDue)
        assert event.epoch == before.epoch
        _may_leave(decision.case, send, debtor)
        _is_the_only_one(decision.case, send)


def _may_leave(case: Case, send: SendLetter, debtor: Debtor) -> None:
    where = records.region(debtor)
    assert is_open(case.as_of, window_of(debtor.kind, send.channel), where), "within the hours of contact"
    assert debtor.contact_for(send.channel) is not None
    assert not debtor.do_not_contact
    assert case.insolvency is None or not case.insolvency.is_open, "a procedure stops everything"
    if send.template == REPLY_ANSWER:
        assert any(item.reply_id == send.occasion for item in case.answers), "a person approved it"
        return
    until = standing.paused_until(case)
    assert until is None or records.local_day(case.as_of, debtor) > until, "so does a pause"
    assert case.stage not in (Stage.CANCELLED, Stage.WRITTEN_OFF)
    if standing.balance(case) <= 0:
        assert send.template in FAREWELLS | {"dispute_answered"}, "never after payment, but for thanks and answers"
    if send.template in FAREWELLS and not _is_of_plan(case, send):
        assert case.stage is Stage.PAID
    elif send.template in FAREWELLS:
        came = [item for item in case.payments if str(records.local_day(item.stamp[0], debtor)) in send.occasion]
        assert case.stage in (Stage.PAID, Stage.INSTALMENTS)
        assert sum(standing.kept(case, item) for item in came) > 0, "no thanks for money that went back"
    if SIDE_LETTERS[send.template].is_chasing:
        assert standing.chased(case) > 0


def _is_of_plan(case: Case, send: SendLetter) -> bool:
    """Whether a letter thanks for an instalment."""
    return case.plan is not None and send.occasion.startswith(f"{case.plan.plan_id}/")


def _is_the_only_one(case: Case, send: SendLetter) -> None:
    """One fact, one letter: no other asking of it is out, on its way, or in doubt."""
    back = records.came_back(case)
    mine = [item for item in case.letters if (item.template, item.occasion) == (send.template, send.occasion)]
    out = [item for item in mine if item.state in ("wanted", "sent", "in_doubt") and item.message_id not in back]
    assert [item.key for item in out] == [send.key], "never twice"
    assert len({item.key for item in case.letters}) == len(case.letters)
