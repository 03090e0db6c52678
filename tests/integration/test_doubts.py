"""What is in doubt is asked about at the provider by itself, at growing intervals, and never sent again blindly."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

import pytest

from tests.office import DUE, GRENOBLE, Office, Provider, a_contact, a_debtor, a_payment, an_invoice
from workers.channels.base import InDoubt, OutgoingMessage, Receipt, TryLater
from workers.channels.hours import Hours
from workers.channels.provider import Abilities, Guarded
from workers.clock import SystemClock
from workers.doubts import ASKED_AFTER_MINUTES, look_up
from workers.operations import dispatches, holds
from workers.operations.doing import Doing
from workflows.invoice import Channel

CUT = InDoubt("cut", "the connection broke")
DOUBT = "SELECT count(*) FROM tasks WHERE kind = 'in_doubt' AND done_at IS NULL"


@dataclass
class Post(Provider):
    """A provider of letters that says what it can do, and keeps what it was asked about."""

    abilities: Abilities = field(default_factory=Abilities)
    asked: list[tuple[datetime, str]] = field(default_factory=list)
    clock: Callable[[], datetime] = SystemClock().now
    answer: Receipt | Exception | None = None

    def look_up(self, message_id: str) -> Receipt | None:
        """Answer what the test says."""
        self.asked.append((self.clock(), message_id))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def post_of(office: Office, **can: object) -> Post:
    """The office's way out for letters, with these abilities, behind its guard as the program has it."""
    post = Post("post", abilities=Abilities(**can), clock=office.clock.now)  # type: ignore[arg-type]
    office.providers[Channel.LETTER] = Guarded(post)  # type: ignore[assignment]
    return post


def in_doubt(office: Office, post: Post) -> datetime:
    """One letter has left, or has not: the connection broke. Returns the moment."""
    post.script = [post.take_and(CUT)]
    debtor = a_debtor("btp", a_contact(email=None, address=GRENOBLE))
    office.happen(an_invoice(debtor=debtor))
    while not post.taken:
        due = office.system.broker.next_due()
        assert due is not None
        office.clock.jump_to(datetime.fromtimestamp(due / 1000, UTC))
        office.work()
    assert office.dispatches() == [("letter", "in_doubt", "delivery.in_doubt")]
    return office.clock.now()


def sweeps(office: Office, minutes: float, step: float = 5.0) -> None:
    """The relay looks every `step` minutes for so long."""
    for _ in range(round(minutes / step)):
        office.jump(minutes=step)
        office.system.relay.sweep()
        office.work()


def test_what_the_provider_has_was_sent(office: Office) -> None:
    post = post_of(office, look_up=True)
    in_doubt(office, post)
    post.answer = Receipt(provider_id="P-1", detail="posted")

    sweeps(office, 5)

    assert office.dispatches() == [("letter", "sent", "resolved.sent")]
    assert office.one("SELECT provider_id FROM messages") == "P-1"
    assert (len(post.taken), len(post.asked), office.one(DOUBT)) == (1, 1, 0)
    assert "post has it" in office.one("SELECT reason FROM operations")


def test_what_the_provider_is_certain_not_to_have_may_be_tried_again_under_the_same_reference(office: Office) -> None:
    post = post_of(office, look_up=True)
    in_doubt(office, post)
    lost = post.taken.pop()

    sweeps(office, 5)

    assert office.dispatches() == [("letter", "sent", "delivery.sent")]
    assert [message.message_id for message in post.taken] == [lost.message_id]
    assert office.one(DOUBT) == 0


def test_an_answer_about_an_earlier_attempt_says_nothing_of_the_one_that_was_made_meanwhile(office: Office) -> None:
    post = post_of(office, look_up=True)
    in_doubt(office, post)
    lost = post.taken.pop()

    def meanwhile(_message_id: str) -> Receipt | None:
        office.jump(minutes=1)
        post.script = [post.take_and(CUT)]
        dispatches.resolve_resend(office.system.engine, lost.message_id, Doing("claire", "they say it is not there"))
        office.work()
        assert office.dispatches()[0][:2] == ("letter", "in_doubt")
        return None

    post.look_up = meanwhile  # type: ignore[method-assign, assignment] # its answer is older than what it is heard after
    look_up(office.system.delivery, lost.message_id)
    office.work()

    assert office.dispatches()[0][:2] == ("letter", "in_doubt")
    assert len(post.taken) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(InDoubt("not-listed", "that proves nothing yet"), id="not certain"),
        pytest.param(TryLater("503", "closed"), id="it does not answer"),
    ],
)
def test_where_the_provider_is_not_sure_it_is_asked_at_growing_intervals_and_a_person_stays_asked(
    office: Office, answer: Exception
) -> None:
    post = post_of(office, look_up=True)
    since = in_doubt(office, post)
    post.answer = answer

    sweeps(office, 90)
    sweeps(office, 9 * 24 * 60, step=240)

    asked_after = [round((at - since) / timedelta(minutes=1)) for at, _message_id in post.asked]
    assert asked_after[:3] == list(ASKED_AFTER_MINUTES[:3])
    assert len(asked_after) == len(ASKED_AFTER_MINUTES)
    assert all(late >= due for late, due in zip(asked_after, ASKED_AFTER_MINUTES, strict=True))
    assert len(post.taken) == 1
    assert office.dispatches()[0][:2] == ("letter", "in_doubt")
    assert office.one(DOUBT) == 1


def test_two_relays_ask_once(office: Office) -> None:
    post = post_of(office, look_up=True)
    in_doubt(office, post)
    post.answer = InDoubt("not-listed", "")

    office.jump(minutes=5)
    counts = [office.system.relay.sweep().looked_up for _ in range(3)]
    office.work()

    assert (counts, len(post.asked)) == ([1, 0, 0], 1)


def test_a_provider_that_cannot_tell_is_left_to_a_person(office: Office) -> None:
    post = post_of(office, delivery_events=True)
    in_doubt(office, post)

    sweeps(office, 70)

    assert (len(post.taken), post.asked, office.one(DOUBT)) == (1, [], 1)
    assert office.dispatches()[0][:2] == ("letter", "in_doubt")


def test_a_provider_that_repeats_harmlessly_gets_the_very_same_message_again(office: Office) -> None:
    post = post_of(office, idempotency_key=True)
    in_doubt(office, post)

    sweeps(office, 5)

    first, again = post.taken
    for name in ("dispatch_id", "message_id", "to", "to_name", "subject", "text", "attachments", "date", "recipient"):
        assert getattr(again, name) == getattr(first, name), name
    assert office.dispatches() == [("letter", "sent", "resolved.sent")]
    assert office.one(DOUBT) == 0


def paid(office: Office) -> None:
    office.happen(a_payment({"F-1": 1000_00}, office.clock.now()))


def paid_in_part(office: Office) -> None:
    office.happen(a_payment({"F-1": 400_00}, office.clock.now()))


def held(office: Office) -> None:
    holds.hold(office.system, "letter", Doing("test", "grève"), until=None)


@pytest.mark.parametrize("happens", [paid, paid_in_part, held])
def test_nothing_is_repeated_that_nobody_would_let_leave_now(office: Office, happens: Callable[[Office], None]) -> None:
    post = post_of(office, idempotency_key=True)
    in_doubt(office, post)

    happens(office)
    sweeps(office, 70)

    assert len(post.taken) == 1


def test_a_message_waits_for_the_hours_of_its_provider_without_counting_as_tried(office: Office) -> None:
    post = post_of(office, hours=Hours(first=time(16), last=time(17)))
    office.happen(an_invoice(debtor=a_debtor("btp", a_contact(email=None, address=GRENOBLE))))

    office.go_to(datetime.combine(DUE + timedelta(days=20), time(12), tzinfo=UTC))

    letter = post.taken[0]
    assert letter.date.astimezone().astimezone(UTC).hour == 15  # four o'clock in Paris
    assert "gate.provider_hours" in [reason for _outcome, reason in office.told()]
    assert office.one("SELECT count(*) FROM attempts WHERE outcome <> 'sent'") == 0


def refuses(error: Exception) -> Callable[[OutgoingMessage], Receipt]:
    def act(_message: OutgoingMessage) -> Receipt:
        raise error

    return act


def test_a_repetition_that_is_refused_proves_nothing(office: Office) -> None:
    post = post_of(office, idempotency_key=True)
    in_doubt(office, post)
    post.script = [refuses(TryLater("503", "closed"))]

    sweeps(office, 5)
    assert office.dispatches()[0][:2] == ("letter", "in_doubt")
    sweeps(office, 10)

    assert office.dispatches() == [("letter", "sent", "resolved.sent")]
