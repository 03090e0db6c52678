"""Every kind of reply that a form can answer has one, in French and English, that the linter of letters accepts."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from workers.operations.answer_checks import odd_words
from workers.own_letters import LettersRefused, catalogue_of
from workers.rendering.answers import ANSWERS, UNANSWERED, Answers
from workers.rendering.catalogue import shipped
from workers.rendering.errors import TemplateProblem
from workers.rendering.messages import Rendered, render
from workers.settings import Settings
from workflows.invoice import DebtorKind
from workflows.letter_example_people import CREDITOR
from workflows.letter_examples import TODAY, example
from workflows.letter_rules import RULES, Draft, lint
from workflows.replies import ReplyKind
from workflows.wording import LetterFacts
from workflows.wording_parts import AnswerPart

ANSWERED = sorted(set(ReplyKind) - UNANSWERED)
#: What a letter must hold and an answer may leave out: whoever wrote has the reminder before them.
_WHOLE = frozenset({"incomplete"})
JUDGED = frozenset(rule.id for rule in RULES) - _WHOLE


def facts_of(language: str, **changes: Any) -> LetterFacts:  # noqa: ANN401 - any field of the facts
    deadline = {"deadline_on": TODAY + timedelta(days=10)}
    return example("reply_answer", language=language, **deadline | changes)


def written(kind: ReplyKind, facts: LetterFacts, answers: Answers | None = None) -> Rendered:
    text = (answers or Answers(shipped())).text(kind, facts)
    assert text is not None
    answer = AnswerPart(reply_id="r1", text=text, subject="Re: Rappel")
    return render(facts.model_copy(update={"answer": answer}))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", ANSWERED)
def test_the_linter_of_letters_finds_nothing(kind: ReplyKind, language: str) -> None:
    for changes in ({}, {"count": 3}, {"paid": 50_000}, {"disputed": 20_000}, {"kind": DebtorKind.CONSUMER},
                    {"promised_on": TODAY + timedelta(days=6)},
                    {"promised_on": TODAY + timedelta(days=6), "promised_amount": 40_000}):  # fmt: skip
        facts = facts_of(language, **changes)
        rendered = written(kind, facts)
        found = lint(Draft(facts, rendered.subject, rendered.text, asks_payment=False), JUDGED)
        assert [str(each) for each in (*found, *odd_words(rendered.text, facts))] == []
        assert rendered.html


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_answer_about_what_is_paid_asks_for_nothing(language: str) -> None:
    rendered = written(ReplyKind.INFORMATION, facts_of(language, paid=125_000))

    assert "FR76" not in rendered.text


def test_whoever_is_the_wrong_person_learns_nothing_of_the_debt() -> None:
    facts = facts_of("fr")
    text = Answers(shipped()).text(ReplyKind.WRONG_PERSON, facts) or ""

    assert facts.lines[0].number not in text
    assert "1 250" not in text.replace("\u202f", " ")
    assert "[[" not in text


@pytest.mark.parametrize("kind", sorted(UNANSWERED))
def test_what_wants_no_form_has_none(kind: ReplyKind) -> None:
    assert Answers(shipped()).text(kind, facts_of("fr")) is None


def test_nothing_else_lies_in_the_folder() -> None:
    names = {f"{language}/{kind}.md.j2" for language in ("fr", "en") for kind in ANSWERED}

    assert {str(path.relative_to(ANSWERS)) for path in ANSWERS.rglob("*") if path.is_file()} == names


def test_a_creditor_may_bring_its_own(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "refusal.md.j2").write_text("Bonjour,\n\nVotre solde : {{ f.balance }}.\n", "utf-8")
    own = Answers(shipped(), tmp_path)

    assert "Votre solde" in written(ReplyKind.REFUSAL, facts_of("fr"), own).text
    assert own.text(ReplyKind.DISPUTE, facts_of("fr")) == Answers(shipped()).text(ReplyKind.DISPUTE, facts_of("fr"))
    assert own.faults() == []


def test_nothing_starts_with_answers_at_fault(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "refusal.md.j2").write_text("{{ f.nothing }}", "utf-8")
    bank = {"holder": "A", "iban": "FR7630006000011234567890189"}
    known = CREDITOR.model_dump() | {"bank": bank}
    for folder in (tmp_path, tmp_path / "missing"):
        settings = Settings.model_validate({"data_dir": tmp_path, "creditors": [known | {"answers_dir": folder}]})
        with pytest.raises(LettersRefused) as refused:
            catalogue_of(settings)
        assert str(folder) in refused.value.text("fr")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("fr/refusal.md.j2", "{{ f.__class__ }}", id="a hidden attribute"),
        pytest.param("fr/refusal.md.j2", "{% include '/etc/passwd' %}", id="a file"),
        pytest.param("fr/refusal.md.j2", "{{ f.nothing }}", id="an unknown fact"),
        pytest.param("fr/refusal.md.j2", "{% if %}", id="no Jinja"),
        pytest.param("fr/autre.md.j2", "x", id="an unknown kind"),
        pytest.param("de/refusal.md.j2", "x", id="a language that answers are not written in"),
        pytest.param("fr/refusal.md.j2", "x" * 200_000, id="too long"),
    ],
)
def test_an_own_answer_at_fault_is_named_before_it_is_run(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text(content, "utf-8")
    own = Answers(shipped(), tmp_path)

    [fault] = own.faults()
    assert fault.template == name
    if name == "fr/refusal.md.j2":
        with pytest.raises(TemplateProblem, match="refusal"):
            own.text(ReplyKind.REFUSAL, facts_of("fr"))
