"""Letters of a dispute that goes on and of a plan that is kept, as the facts of a case make them."""

from datetime import timedelta

import pytest

from workers.rendering.messages import render
from workflows.invoice import Channel
from workflows.letter_examples import TODAY, example, invoice_lines
from workflows.letter_rules import Draft, lint
from workflows.wording import LetterFacts
from workflows.wording_checks import BadFacts
from workflows.wording_parts import DisputePart, InstalmentLine, PaymentPart, PlanPart

_LANGUAGES = ("fr", "en", "de", "es", "it", "nl")


def judged(facts: LetterFacts) -> list[str]:
    """Rules that the letter breaks."""
    written = render(facts)
    subject = "" if facts.channel is Channel.SMS else written.subject
    return [finding.rule for finding in lint(Draft(facts, subject, written.body, letter_asks(facts)))]


def letter_asks(facts: LetterFacts) -> bool:
    """Thanks ask for no payment; an answer to a dispute asks for what is not contested."""
    return facts.letter != "payment_thanks" and facts.balance > 0


def open_dispute(language: str, note: str | None, disputed: int = 50_000) -> LetterFacts:
    part = DisputePart(opened_on=TODAY - timedelta(days=3), note=note)
    return example("dispute_answered", language=language, disputed=disputed, dispute=part)


@pytest.mark.parametrize("disputed", [50_000, 125_000])
@pytest.mark.parametrize(
    ("language", "words", "unsaid"),
    [
        pytest.param("fr", "ne vous est pas demandée tant que nous n'avons pas conclu ensemble", "close", id="French"),
        pytest.param("en", "is not asked for until we have settled the matter together", "closed", id="English"),
    ],
)
def test_an_answer_to_an_open_dispute_neither_asks_for_what_is_contested_nor_calls_it_closed(
    language: str, words: str, unsaid: str, disputed: int
) -> None:
    facts = open_dispute(language, "Nous échangeons les deux panneaux." if language == "fr" else "We exchange both.",
                         disputed)  # fmt: skip
    text = " ".join(render(facts).body.split()).replace("’", "'")

    assert words in text
    assert f"{unsaid} :" not in text
    assert f"{unsaid}:" not in text
    assert judged(facts) == []


def test_an_answer_without_words_to_an_open_dispute_is_not_written() -> None:
    with pytest.raises(BadFacts, match=r"dispute\.note"):
        render(open_dispute("fr", None))


def in_a_plan(language: str, channel: Channel) -> LetterFacts:
    lines = invoice_lines(1, TODAY - timedelta(days=22), paid=50_000)
    plan = PlanPart(lines=(
        InstalmentLine(due_on=TODAY - timedelta(days=1), amount=50_000, is_paid=True),
        InstalmentLine(due_on=TODAY + timedelta(days=29), amount=75_000),
    ))  # fmt: skip
    payment = PaymentPart(on=TODAY, amount=50_000)
    return example("payment_thanks", language=language, channel=channel, lines=lines, plan=plan, payment=payment)


@pytest.mark.parametrize("language", _LANGUAGES)
@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS])
def test_thanks_within_a_plan_name_the_next_instalment_and_not_the_balance(language: str, channel: Channel) -> None:
    facts = in_a_plan(language, channel)
    text = render(facts).body.replace("\u202f", "").replace("\xa0", " ")

    assert "750" in text
    assert "13" in text
    assert judged(facts) == []
