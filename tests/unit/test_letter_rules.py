"""Every rule refuses one bad letter made for it, and lets every letter that ships pass."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from workers.rendering.catalogue import shipped
from workers.rendering.messages import render
from workflows.invoice import Channel, DebtorKind
from workflows.letter_examples import example
from workflows.letter_reading import amounts_in, dates_in, deadlines_in, language_of
from workflows.letter_rules import RULES, Draft, lint


def every_letter() -> Iterator[Any]:
    for (language, letter), compiled in shipped().letters.items():
        for channel in sorted(compiled.meta.channels):
            for kind in DebtorKind:
                yield pytest.param(language, letter, kind, channel, id=f"{language} {letter} {kind} {channel}")


@pytest.mark.parametrize(("language", "letter", "kind", "channel"), list(every_letter()))
def test_every_letter_that_ships_passes(language: str, letter: str, kind: DebtorKind, channel: Channel) -> None:
    tone = shipped().letter(letter, language).meta.tone
    for count in (1, 3, 11):
        facts = example(letter, tone=tone, kind=kind, channel=channel, language=language, count=count)
        rendered = render(facts)
        subject = "" if channel in {Channel.SMS, Channel.CALL} else rendered.subject

        assert lint(Draft(facts, subject, rendered.body)) == ()


def drafted(letter: str = "first_reminder", *, add: str = "", drop: str = "", **changes: Any) -> Draft:  # noqa: ANN401 - any fact
    """A letter that ships, with a sentence added or a piece taken out."""
    tone = shipped().letter(letter, changes.get("language", "fr")).meta.tone
    rendered = render(example(letter, tone=tone, **changes))
    assert drop in rendered.text
    text = rendered.text.replace(drop, "") if drop else rendered.text
    return Draft(rendered.facts, rendered.subject, f"{text}\n{add}")


@pytest.mark.parametrize(
    ("rule", "draft"),
    [
        ("past-deadline", partial(drafted, add="Payez avant le 8 novembre 2026.")),
        ("past-deadline", partial(drafted, add="Pay by 8 November 2026.", language="en")),
        ("vague-deadline", partial(drafted, add="Réglez dans les meilleurs délais.")),
        ("vague-deadline", partial(drafted, add="Please pay as soon as possible.", language="en")),
        ("loud", partial(drafted, add="Merci d'avance !")),
        ("loud", partial(drafted, add="Merci de bien vouloir nous répondre.")),
        ("capitals", partial(drafted, add="Ce courrier est URGENT.")),
        ("invoice-by-month", partial(drafted, add="Il s'agit de votre facture de février.")),
        ("reproach", partial(drafted, add="Votre facture reste impayée.")),
        ("reproach", partial(drafted, add="Your invoice is unpaid.", language="en")),
        ("early-threat", partial(drafted, add="Une mise en demeure suivra.")),
        ("early-threat", partial(drafted, "second_reminder_firm", add="Nous saisirons le tribunal.")),
        ("early-suspension", partial(drafted, add="Nous suspendrons nos livraisons.")),
        (
            "commercial-terms-to-consumer",
            partial(drafted, add="L'indemnité forfaitaire s'ajoute.", kind=DebtorKind.CONSUMER),
        ),
        ("daily-rate", partial(drafted, add="Soit 12,40 % par jour de retard.")),
        ("penalty-without-terms", partial(drafted, add="Des pénalités de retard s'ajoutent.")),
        ("costs-on-debtor", partial(drafted, add="Les frais seront à votre charge.")),
        ("costs-on-debtor", partial(drafted, add="A reminder fee is added.", language="en")),
        ("empty-variable", partial(drafted, add="Bonjour {{ contact }}")),
        ("empty-variable", partial(drafted, add="La facture, , est due.")),
        ("incomplete", partial(drafted, drop="FR76 3000 6000 0112 3456 7890 189".replace(" ", "\u00a0"))),
        ("incomplete", partial(drafted, drop="22\u00a0novembre 2026")),
        ("incomplete", partial(drafted, drop="23\u00a0octobre 2026")),
        ("incomplete", partial(drafted, drop="compta@atelier-martin.example")),
        ("incomplete", partial(drafted, drop="Situation arrêtée au 14\u00a0novembre 2026 à")),
        ("incomplete", partial(drafted, drop="Si le paiement est déjà en route")),
        ("formal-notice-incomplete", partial(drafted, "formal_notice", drop="mettons en demeure")),
        (
            "formal-notice-incomplete",
            partial(drafted, "formal_notice", drop="nous saisirons la juridiction compétente"),
        ),
        ("formal-notice-incomplete", partial(drafted, "formal_notice", drop="SIREN 552\u00a0100\u00a0554")),
        ("formal-notice-incomplete", partial(drafted, "formal_notice", drop="12 avenue de la République")),
        ("formal-notice-incomplete", partial(drafted, "formal_notice", drop="sans effet")),
        ("formal-notice-incomplete", partial(drafted, "formal_notice", drop="9,34\u00a0€")),
        ("formal-notice-incomplete", partial(drafted, "formal_notice", drop="40,00\u00a0€")),
        (
            "formal-notice-incomplete",
            partial(drafted, "formal_notice", drop="l’intérêt au taux légal", kind=DebtorKind.CONSUMER),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "letter",
)
def test_each_rule_refuses_the_bad_letter_made_for_it(rule: str, draft: Callable[[], Draft]) -> None:
    assert rule in {finding.rule for finding in lint(draft())}


def test_a_subject_that_names_one_of_several_invoices_is_refused() -> None:
    good = drafted(count=3)

    bad = Draft(good.facts, "Facture F-2026-0042 – suivi", good.text)

    assert "subject-names-one" in {finding.rule for finding in lint(bad)}


def test_a_letter_in_another_language_is_refused() -> None:
    english, french = drafted(language="en"), drafted()

    findings = lint(Draft(french.facts, english.subject, english.text))

    assert "language" in {finding.rule for finding in findings}


def test_facts_whose_parts_do_not_add_up_are_refused() -> None:
    good = drafted()

    bad = Draft(good.facts.model_copy(update={"grand_total": 1}), good.subject, good.text)

    assert "sums" in {finding.rule for finding in lint(bad)}


def test_every_rule_has_a_bad_letter_here() -> None:
    marks = test_each_rule_refuses_the_bad_letter_made_for_it.pytestmark  # type: ignore[attr-defined]
    tried = {case[0] for case in marks[0].args[1]} | {"subject-names-one", "language", "sums"}

    assert tried == {rule.id for rule in RULES}


def test_names_from_the_facts_are_not_judged() -> None:
    debtor = example("first_reminder", tone=1).debtor.model_copy(update={"name": "TRIBUNAL Express !"})

    assert lint(drafted(debtor=debtor)) == ()


def test_a_finding_says_why_and_how_to_mend_it() -> None:
    finding = next(iter(lint(drafted(add="Réglez rapidement."))))

    assert str(finding) == "vague-deadline: 'rapidement'; nobody knows when it ends; name one date"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1\u202f250,00\u00a0€", {125_000}, id="French"),
        pytest.param("€1,250.00", {125_000}, id="English"),
        pytest.param("F-0042 250,00 € 1\u202f000,00 €", {25_000, 100_000}, id="an ordinary space separates"),
        pytest.param("le 23.10.2026", set(), id="a date with points is no amount"),
        pytest.param("12,40 %", {1_240}, id="a rate reads as an amount, which only adds to what may match"),
    ],
)
def test_amounts_are_read_as_the_debtor_reads_them(text: str, expected: set[int]) -> None:
    assert amounts_in(text) == expected


def test_dates_are_read_in_words_and_figures() -> None:
    text = "le 1er octobre 2026, 02/10/2026, 3\u00a0Oct\u00a02026, 31 février 2026"

    assert {day.day for day in dates_in(text)} == {1, 2, 3}
    assert [f"{day}" for day in deadlines_in("payez au plus tard le 4 octobre 2026")] == ["2026-10-04"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("la facture est due", "fr"), ("the invoice is due", "en"), ("F-42", None)],
)
def test_the_language_is_told_by_its_small_words(text: str, expected: str | None) -> None:
    assert language_of(text) == expected
