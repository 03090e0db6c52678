"""What a person tells about one invoice from the command line: what follows is said, and a trial writes nothing."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.command_line import CommandLine
from tests.office import Office, an_invoice
from workers.cli.letters_send import LETTERS
from workflows.events import RequestedLetter

OVERDUE = date(2026, 1, 10)
TUESDAY = datetime(2026, 1, 20, 9, tzinfo=UTC)


@pytest.fixture
def reminded(office: Office) -> Office:
    """One reminder has left, and it is Tuesday morning."""
    office.happen(an_invoice(due_date=OVERDUE))
    office.go_to(TUESDAY)
    return office


PLAN = ("--line", "2026-02-09:500", "--line", "2026-03-09:500")


@pytest.mark.parametrize(
    ("words", "kind", "letter"),
    [
        pytest.param(("letters", "send", "F-1", "reason_request"), "letter.requested", "reason_request", id="a letter"),
        pytest.param(
            ("letters", "send", "F-1", "credit_policy", "--deadline", "2026-02-05"), "letter.requested",
            "credit_policy", id="a letter with its day",
        ),
        pytest.param(
            ("plan", "offer", "F-1", *PLAN, "--answer-by", "2026-02-03"), "instalment_plan.offered", "instalment_offer",
            id="a plan on offer",
        ),
        pytest.param(("plan", "agree", "F-1", *PLAN), "instalment_plan.agreed", "instalment_confirmation", id="a plan"),
        pytest.param(
            ("offer", "F-1", "--percent", "2", "--until", "2026-02-10"), "settlement.offered", "early_settlement_offer",
            id="a discount",
        ),
        pytest.param(
            ("offer", "F-1", "--amount", "50", "--until", "2026-02-10"), "settlement.offered", "early_settlement_offer",
            id="an amount",
        ),
        pytest.param(
            ("call", "log", "F-1", "--disposition", "promises", "--with", "Anne Perrin", "--promised", "2026-02-02"),
            "call.logged", "call_confirmation", id="a call",
        ),
    ],
)  # fmt: skip
def test_what_a_person_tells_is_tried_first_and_then_sends_its_letter(  # noqa: PLR0917 - what a table gives
    reminded: Office, relance: CommandLine, words: tuple[str, ...], kind: str, letter: str
) -> None:
    tried = relance(*words, "--dry-run")
    assert (tried.code, reminded.one("SELECT count(*) FROM events WHERE kind = :kind", kind=kind)) == (0, 0), tried.err

    done = relance(*words, "--json")
    reminded.go_on(days=4)

    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert (document["schema"], document["type"]) == ("relance.told/1", kind)
    assert reminded.one("SELECT template FROM dispatches WHERE step IS NULL AND status = 'sent'") == letter


def test_the_answer_says_in_sentences_what_follows(reminded: Office, relance: CommandLine) -> None:
    done = relance("offer", "F-1", "--percent", "2", "--until", "2026-02-10")

    assert "Un escompte est proposé ; silence jusqu’au" in done.out
    assert "F-1 · en pause" in done.out
    assert reminded.case().stage == "paused"


def test_an_offer_of_a_plan_can_be_accepted_as_it_is_and_ended(reminded: Office, relance: CommandLine) -> None:
    assert relance("plan", "offer", "F-1", *PLAN, "--answer-by", "2026-02-03").code == 0
    assert relance("plan", "agree", "F-1").code == 0
    assert reminded.case().stage == "instalments"

    assert relance("plan", "break", "F-1").code == 0
    assert reminded.case().stage == "reminding"


def test_a_hand_over_and_a_withdrawn_discount_are_noted(reminded: Office, relance: CommandLine) -> None:
    assert relance("offer", "F-1", "--percent", "2", "--until", "2026-02-10").code == 0
    assert relance("offer", "F-1", "--withdraw").code == 0
    assert reminded.case().stage == "reminding"

    assert relance("handover", "F-1", "--to", "agency", "--name", "Cabinet Recouvra").code == 0
    assert reminded.case().stage == "handed_over"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("letters", "send", "F-1", "payment_thanks"), "payment_thanks", id="no payment"),
        pytest.param(("letters", "send", "F-1", "first_reminder"), "reason_request", id="a step of the ladder"),
        pytest.param(("letters", "send", "F-9", "apology"), "F-9", id="no such invoice"),
        pytest.param(("letters", "send", "F-1", "reason_request", "--deadline", "soon"), "--deadline", id="no day"),
        pytest.param(("plan", "offer", "F-1", "--answer-by", "2026-02-03"), "--line", id="no instalments"),
        pytest.param(("plan", "agree", "F-1", "--line", "2026-02-09:1"), "solde", id="lines that do not add up"),
        pytest.param(("plan", "agree", "F-1"), "--line", id="nothing on offer"),
        pytest.param(("plan", "break", "F-1"), "échéancier", id="no plan"),
        pytest.param(("offer", "F-1", "--percent", "2"), "--until", id="no day to the discount"),
        pytest.param(("offer", "F-1", "--percent", "2", "--until", "2026-01-02"), "2026-01-02", id="a past day"),
        pytest.param(("offer", "F-1", "--withdraw"), "escompte", id="no discount"),
        pytest.param(("call", "log", "F-1", "--disposition", "refuses", "--promised", "2026-02-02"), "promised_on",
                     id="a promise in a refusal"),
        pytest.param(("offer", "F-1", "--percent", "nan", "--until", "2026-02-10"), "nan", id="no number"),
        pytest.param(("offer", "F-1", "--percent", "100", "--until", "2026-02-10"), "100", id="all of it"),
        pytest.param(("offer", "F-1", "--amount", "-5", "--until", "2026-02-10"), "-5", id="less than nothing"),
        pytest.param(("offer", "F-1", "--amount", "1000", "--until", "2026-02-10"), "1000", id="as much as is owed"),
        pytest.param(("plan", "agree", "F-1", "--line", "2026-02-30:1000"), "2026-02-30", id="no such day"),
        pytest.param(("plan", "agree", "F-1", "--line", "2026-02-09:1e3"), "1e3", id="no amount"),
        pytest.param(("plan", "agree", "F-1", "--line", "2026-02-09"), "2026-02-09", id="a day without an amount"),
        pytest.param(("plan", "agree", "F-1", *PLAN, "--plan", "a" * 300), "plan_id", id="an endless reference"),
        pytest.param(("call", "log", "F-1", "--disposition", "reached", "--with", "a\nb"), "with_name", id="two lines"),
        pytest.param(("handover", "F-1", "--to", "agency", "--on", "2026-03-01"), "2026-03-01", id="not gone yet"),
        pytest.param(("handover", "F-1", "--to", "agency", "--name", "\x00"), "name", id="a byte that is no text"),
        pytest.param(("letters", "send", "F-1", "reason_request", "--note", "x" * 5000), "note", id="an endless note"),
        pytest.param(("letters", "send", "F-1", "reason_request", "--channel", "registered"), "registered",
                     id="no postal address"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_written(
    reminded: Office, relance: CommandLine, words: tuple[str, ...], said: str
) -> None:
    events = "SELECT count(*) FROM events"
    before = reminded.one(events)

    done = relance(*words)

    assert done.code != 0
    assert said in done.err
    assert reminded.one(events) == before


def test_another_offer_of_the_same_day_is_another_and_the_same_again_is_the_same(
    reminded: Office, relance: CommandLine
) -> None:
    first, back = ("offer", "F-1", "--until", "2026-02-10", "--percent", "2"), ("offer", "F-1", "--withdraw")
    agree = ("plan", "agree", "F-1", *PLAN)
    for words in (first, first, back, first, agree, ("plan", "break", "F-1"), agree):
        assert relance(*words).code == 0
        reminded.clock.jump_to(reminded.clock.now() + timedelta(minutes=1))

    lines = reminded.rows("SELECT event FROM journal WHERE source = '/cli'")
    events = [json.loads(line.event) for line in lines]
    said = sorted(str(event.get("offer_id") or event["plan_id"]) for event in events)
    offer, plan = "offer-2026-01-20", "plan-2026-01-20"
    assert said == [offer, offer, offer, f"{offer}-2", plan, plan, f"{plan}-2"]
    assert reminded.case().stage == "instalments"


def test_what_is_over_is_neither_agreed_nor_ended_nor_taken_back_again(reminded: Office, relance: CommandLine) -> None:
    relance("plan", "offer", "F-1", *PLAN, "--answer-by", "2026-02-03")
    relance("plan", "break", "F-1")
    relance("offer", "F-1", "--percent", "2", "--until", "2026-02-10")
    relance("offer", "F-1", "--withdraw")

    for words in (("plan", "agree", "F-1"), ("plan", "break", "F-1"), ("offer", "F-1", "--withdraw")):
        assert relance(*words).code != 0
    assert reminded.case().stage == "reminding"


def test_the_letters_that_can_be_asked_for_are_those_of_the_event() -> None:
    assert sorted(LETTERS) == sorted(RequestedLetter.__args__)  # type: ignore[attr-defined] # a Literal has them


def test_a_letter_can_be_foreseen_and_followed_to_the_providers_answer(reminded: Office, relance: CommandLine) -> None:
    assert relance("letters", "send", "F-1", "reason_request").code == 0
    assert "demande du motif" in relance("explain", "F-1").out

    reminded.go_on(days=4)

    key = reminded.one("SELECT key FROM dispatches WHERE step IS NULL")
    traced = json.loads(relance("queues", "trace", "F-1", "--json").out)
    reports = [sent["reports"] for fact in traced["facts"] for sent in fact["dispatches"] if sent["key"] == key]
    assert [report["outcome"] for report in reports[0]][-1] == "sent"
    listed = json.loads(relance("queues", "list", "email", "--state", "done", "--invoice", "F-1", "--json").out)
    assert key in json.dumps(listed)
    assert "Lettre à part partie" in relance("case", "F-1").out
