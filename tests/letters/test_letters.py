"""Letters are written once and come out right in every form, or not at all."""

import re
import shutil
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.letters.letter_pages import Pages
from workers.rendering import markdown
from workers.rendering.catalogue import SHIPPED, Catalogue, load, shipped
from workers.rendering.errors import TemplateProblem
from workers.rendering.formats import FORMATS, iban_text
from workers.rendering.messages import Rendered, render
from workers.rendering.nodes import Bullets, Paragraph, Run
from workers.rendering.template_files import french
from workflows.invoice import Channel, Contact, DebtorKind
from workflows.letter_example_people import contact_of, debtor_of
from workflows.letter_examples import TODAY, example, invoice_lines
from workflows.sms import gsm_fold, sms_segments
from workflows.wording import NextStep

PRESET_LETTERS = (
    *("preventive", "first_reminder", "first_reminder_warm", "account_reminder", "large_amount", "loyal_client"),
    *("second_reminder", "second_reminder_firm", "insistent", "third_reminder", "last_amicable", "formal_notice"),
    *("promise_acknowledged", "dispute_acknowledged", "payment_thanks"),
)
POSTED_ONLY = ("last_amicable", "formal_notice")
COMPLETE = ("fr", "en")
LANGUAGES = (*COMPLETE, "de", "es", "it", "nl")
SEVERAL = re.compile(
    r"\b(?:factures|invoices|rechnungen|facturas|fatture|facturen)\b|compte|account|konto|cuenta|conto|rekening",
    re.IGNORECASE,
)
ONE_INVOICE = re.compile(r"\b(?:la facture|invoice|Rechnung|la factura|la fattura|factuur) \**F-")


def written(letter: str, **changes: Any) -> Rendered:  # noqa: ANN401 - any field of LetterFacts
    """A letter that ships, in the tone it is made for."""
    tone = shipped().letter(letter, changes.get("language", "fr")).meta.tone
    return render(example(letter, tone=tone, **changes))


def one_line(text: str) -> str:
    """The text as it was before its paragraphs were wrapped."""
    return text.replace("\n", " ")


def test_every_letter_of_the_presets_exists_in_every_language() -> None:
    assert set(shipped().letters) >= {(language, letter) for language in LANGUAGES for letter in PRESET_LETTERS}
    assert set(shipped().languages) == set(LANGUAGES)
    assert shipped().check_all() == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", PRESET_LETTERS)
def test_one_and_several_invoices_read_differently(letter: str, language: str) -> None:
    one, several = (written(letter, language=language, count=count) for count in (1, 3))

    assert SEVERAL.search(several.subject)
    assert "F-2026-0043" not in one.text
    assert not ONE_INVOICE.search(several.text)
    assert all(f"F-2026-{number:04d}" in several.text for number in (42, 43, 44))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [1, 3, 11])
@pytest.mark.parametrize("letter", [name for name in PRESET_LETTERS if name not in POSTED_ONLY])
def test_an_sms_is_one_message_in_the_telephone_alphabet(letter: str, count: int, language: str) -> None:
    sms = written(letter, language=language, count=count, channel=Channel.SMS).sms

    assert sms_segments(sms) == ("GSM-7", 1), f"{len(sms)} characters: {sms}"


@pytest.mark.parametrize(
    ("contact", "greeting", "closing"),
    [
        pytest.param({}, "Madame Perrin,", "agréer, Madame Perrin, nos", id="civility and name"),
        pytest.param({"civility": "M."}, "Monsieur Perrin,", "agréer, Monsieur Perrin, nos", id="abbreviated"),
        pytest.param({"civility": "Maître"}, "Maître Perrin,", "agréer, Maître Perrin, nos", id="another title"),
        pytest.param({"civility": None}, "Madame, Monsieur,", "agréer, Madame, Monsieur, nos", id="no civility"),
        pytest.param({"name": None}, "Madame, Monsieur,", "agréer, Madame, Monsieur, nos", id="no name"),
    ],
)
def test_the_debtor_is_addressed_as_known(contact: dict[str, Any], greeting: str, closing: str) -> None:
    known = contact_of(DebtorKind.BUSINESS, "fr").model_copy(update=contact)

    text = written("second_reminder_firm", contact=known).text

    assert text.startswith(greeting)
    assert closing in " ".join(text.split("\n"))


def test_reminders_are_cited_by_their_dates_and_agree_in_number() -> None:
    second, firm = written("second_reminder").text, written("second_reminder_firm").text

    assert second.split("\n\n")[1].startswith("Notre message du 9\u00a0novembre 2026 est resté sans réponse, et")
    assert firm.split("\n\n")[1].startswith("Notre message du 9\u00a0novembre 2026 est resté sans réponse, et")


@pytest.mark.parametrize("letter", ["second_reminder", "second_reminder_firm", "third_reminder", "last_amicable"])
@pytest.mark.parametrize("language", ["fr", "en", "de", "es", "it", "nl"])
def test_a_debtor_who_said_anything_since_is_not_reproached_with_silence(letter: str, language: str) -> None:
    silence = "sans réponse|unanswered|ohne Antwort|sin respuesta|senza risposta|onbeantwoord"
    before, after = TODAY - timedelta(days=300), TODAY - timedelta(days=1)

    assert re.search(silence, " ".join(written(letter, language=language, answered_on=before).text.split()))
    assert not re.search(silence, " ".join(written(letter, language=language, answered_on=after).text.split()))


@pytest.mark.parametrize(("language", "second"), [("fr", "deuxième"), ("en", "second")])
def test_a_reminder_is_only_numbered_where_its_number_is_true(language: str, second: str) -> None:
    again = example("second_reminder_firm", language=language).previous[0]
    twice = (again.model_copy(update={"on": again.on - timedelta(days=5)}), again)

    for letter in ("second_reminder", "second_reminder_firm"):
        assert second in written(letter, language=language).subject
        assert second not in written(letter, language=language, previous=twice).subject


@pytest.mark.parametrize(
    ("language", "last"),
    [("fr", "dernier"), ("en", "last"), ("de", "letzte"), ("es", "último"), ("it", "ultimo"), ("nl", "laatste")],
)
def test_a_reminder_that_another_one_follows_is_not_the_last(language: str, last: str) -> None:
    more = written("third_reminder", language=language, next_step=NextStep.REMINDER)

    assert last in written("third_reminder", language=language).subject
    assert last not in f"{more.subject} {more.text}".lower()


@pytest.mark.parametrize("language", ["fr", "en", "de", "es", "it", "nl"])
def test_interest_that_payments_settled_in_part_is_not_said_to_have_begun_later(language: str) -> None:
    """It has been running since the day after the due date; what is left of it stands in the statement."""
    line = example("last_amicable", language=language).interest[0]
    later = line.model_copy(update={"from_on": line.from_on + timedelta(days=10), "days": line.days - 10})
    text = one_line(written("last_amicable", language=language, interest=(later,)).text)

    phrase = {"fr": "depuis le lendemain de l’échéance", "en": "since the day after the due date"}.get(language, "")
    assert phrase in text
    assert FORMATS[language].day(later.from_on) not in text
    assert FORMATS[language].short_day(later.from_on).replace("\u00a0", " ") in text.replace("\u00a0", " ")


def test_a_public_buyer_s_interest_has_the_public_rate_and_its_article() -> None:
    text = one_line(written("last_amicable", kind=DebtorKind.PUBLIC).text)

    assert "au taux annuel de 10,40\u00a0%" in text
    assert "(article R2192-31 du code de la commande publique). L’indemnité forfaitaire" in text


def test_a_declaration_of_claim_is_addressed_to_the_mandataire_alone() -> None:
    facts = example("insolvency_declaration")

    assert (facts.addressee, facts.contact.name) == ("Selarl Aubert, mandataire judiciaire", "Aubert")
    assert "Perrin" not in written("insolvency_declaration", channel=Channel.LETTER).text


def test_a_partly_paid_invoice_is_asked_for_its_balance() -> None:
    text = written("first_reminder", lines=invoice_lines(1, date(2026, 10, 23), paid=50_000)).text

    assert "il est de 750,00\u00a0€ TTC" in one_line(text)
    assert "Déjà réglé      : 500,00\u00a0€" in text


def test_a_consumer_is_never_told_of_indemnity_or_commercial_penalties() -> None:
    text = " ".join(written("formal_notice", kind=DebtorKind.CONSUMER, channel=Channel.REGISTERED).text.split())

    assert "indemnité" not in text.lower()
    assert "pénalités" not in text.lower()
    assert "l’intérêt au taux légal à compter de sa réception (articles 1231-6 et 1344-1 du code civil)" in text


def test_a_posted_deadline_runs_from_reception_and_an_e_mailed_one_has_a_date() -> None:
    posted = " ".join(written("formal_notice", channel=Channel.REGISTERED).text.split())
    mailed = " ".join(written("formal_notice", channel=Channel.EMAIL).text.split())

    assert "dans un délai de huit jours à compter de la réception de cette lettre" in posted
    assert "au plus tard le 22 novembre 2026" in mailed


def test_attached_invoices_are_only_announced_when_they_go_with_the_message() -> None:
    assert "jointe" not in written("first_reminder").text
    assert "La facture est jointe à ce message" in one_line(written("first_reminder", attached=("F-2026-0042",)).text)
    assert "jointes" not in written("first_reminder", count=3, attached=("F-2026-0042",)).text


# Hostile names

HOSTILE = "<script>alert(1)</script> **gras** [[payment]] #eval(\"1+1\") {{ 7*7 }} \\ & 'co' $x$ @y"


def hostile(channel: Channel) -> Rendered:
    contact = Contact(
        name=HOSTILE,
        civility="Madame",
        email="a@b.example",
        phone="+33600000001",
        address=contact_of(DebtorKind.BUSINESS, "fr").address,
    )
    debtor = debtor_of(DebtorKind.BUSINESS, "fr").model_copy(update={"name": HOSTILE})
    return written("second_reminder_firm", contact=contact, debtor=debtor, channel=channel)


def test_a_name_cannot_become_markup_in_text_or_html() -> None:
    message = hostile(Channel.EMAIL)

    assert f"Madame {HOSTILE}," in message.text.replace("\n", " ")
    assert "<script" not in message.html
    assert "&lt;script&gt;" in message.html
    assert "<strong>gras</strong>" not in message.html
    assert message.html.count("IBAN") == 1


def test_a_name_cannot_become_markup_in_a_pdf() -> None:
    message = hostile(Channel.LETTER)

    assert f"Madame {HOSTILE}" in Pages(message.letter_pdf).text


# Templates at fault


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder of letters with one letter, which tests spoil."""
    for language in COMPLETE:
        home = tmp_path / language
        home.mkdir()
        for name in ("_labels.toml", "_phrases.md.j2", "_call.md.j2", "first_reminder.md.j2"):
            shutil.copy(SHIPPED / language / name, home)
    return tmp_path


def spoil(folder: Path, old: str, new: str) -> Path:
    path = folder / "fr" / "first_reminder.md.j2"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("new", "line", "detail"),
    [
        pytest.param("{{ f.balence }}", 13, "no attribute 'balence'", id="a misspelt fact"),
        pytest.param("{{ nobody }}", 13, "'nobody' is undefined", id="an unknown variable"),
        pytest.param("{{ f.paid }}", 13, "a variable is empty", id="an empty variable"),
        pytest.param("{{ f.__class__.__mro__ }}", 13, "unsafe", id="a way out of the sandbox"),
        pytest.param("{% for i in range(10**9) %}x{% endfor %}", 13, "Range too big", id="a loop without end"),
        pytest.param("**gras", 0, "** is opened and never closed", id="strong without an end"),
        pytest.param("[[paiement]]", 0, "there is no block [['paiement']]", id="an unknown block"),
    ],
)
def test_a_template_at_fault_is_refused_before_anything_is_sent(own: Path, new: str, line: int, detail: str) -> None:
    catalogue = load(spoil(own, "{{ p.greeting() }}", new))

    with pytest.raises(TemplateProblem) as problem:
        render(example("first_reminder", tone=1), catalogue)

    assert problem.value.line == line
    assert detail in problem.value.detail


@pytest.mark.parametrize(
    ("old", "new", "detail"),
    [
        pytest.param("{{ p.greeting() }}", "{% if %}", "Expected an expression", id="syntax"),
        pytest.param("tone = 1", "tone = 6", "front matter, tone = 6", id="a tone that does not exist"),
        pytest.param("tone = 1", "tone =", "not TOML", id="broken TOML"),
        pytest.param('needs = ["deadline"', 'needs = ["dead line"', "front matter, needs", id="an unknown need"),
        pytest.param('id = "first_reminder"', 'id = "other"', "same name", id="another id"),
        pytest.param("--- subject ---", "--- objet ---", "section 'objet' is unknown", id="an unknown section"),
        pytest.param("--- sms ---", "", "section 'sms' is missing", id="no SMS"),
        pytest.param("+++", "", "begin the file with a line +++", id="no front matter"),
    ],
)
def test_a_file_that_cannot_be_read_names_the_fault(own: Path, old: str, new: str, detail: str) -> None:
    with pytest.raises(TemplateProblem, match=r"^fr/first_reminder\.md\.j2") as problem:
        load(spoil(own, old, new))

    assert detail in problem.value.detail


def test_the_catalogue_says_what_is_missing(own: Path) -> None:
    catalogue = load(spoil(own, "[[payment]]", ""))

    assert [problem.detail for problem in catalogue.check_all()] == ["place [[payment]]"]


def test_a_letter_that_only_a_few_can_read_is_refused(own: Path) -> None:
    for home in list(own.iterdir()):
        home.rename(own / "nl") if home.name == "fr" else shutil.rmtree(home)

    assert [problem.detail for problem in load(own).check_all()] == ["is written in none of en, fr"]


def test_a_language_without_its_phrases_is_refused(own: Path) -> None:
    (own / "en" / "_phrases.md.j2").unlink()

    with pytest.raises(TemplateProblem, match=r"en/_phrases\.md\.j2: is missing"):
        load(own)


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        pytest.param({"letter": "nothing"}, "is none of account_reminder", id="an unknown letter"),
        pytest.param({"language": "pl"}, "exists in de, en, es, fr, it, nl only", id="an unknown language"),
        pytest.param(
            {"letter": "second_reminder", "channel": Channel.REGISTERED},
            "not made for channel registered",
            id="another channel",
        ),
    ],
)
def test_a_letter_that_does_not_exist_is_named(changes: dict[str, Any], detail: str) -> None:
    with pytest.raises(TemplateProblem, match=re.escape(detail)):
        render(example("first_reminder", tone=1).model_copy(update=changes))


def test_a_language_is_chosen_among_those_written(own: Path) -> None:
    catalogue: Catalogue = load(own)

    assert catalogue.language_for("first_reminder", "fr") == "fr"
    assert catalogue.language_for("first_reminder", "de", "fr") == "fr"
    assert catalogue.language_for("first_reminder", "de") == "en"
    assert catalogue.language_for("nothing", "de") == "fr"


# Small parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a" * 160, ("GSM-7", 1), id="160 characters are one message"),
        pytest.param("a" * 161, ("GSM-7", 2), id="161 are two"),
        pytest.param("a" * 307, ("GSM-7", 3), id="parts carry 153"),
        pytest.param("€" * 80, ("GSM-7", 1), id="the euro sign counts twice"),
        pytest.param("€" * 81, ("GSM-7", 2), id="and then makes two"),
        pytest.param("ê" * 70, ("UCS-2", 1), id="ê is not in the alphabet"),
        pytest.param("ê" * 71, ("UCS-2", 2), id="71 are two"),
        pytest.param("a\u202fb", ("UCS-2", 1), id="a narrow space neither"),
        pytest.param("😀" * 36, ("UCS-2", 2), id="an emoji counts two"),
    ],
)
def test_sms_segments(text: str, expected: tuple[str, int]) -> None:
    assert sms_segments(text) == expected


def test_folding_an_sms_keeps_what_the_alphabet_has() -> None:
    assert gsm_fold("Crêperie L’Œuf – reçu 1\u202f250,00\u00a0€ à Ñé") == "Creperie L'OEuf - recu 1 250,00 € à Ñé"
    assert gsm_fold("Иванов") == "Иванов"


def test_amounts_dates_and_references_are_written_as_the_language_does() -> None:
    fr, en = FORMATS["fr"], FORMATS["en"]

    assert fr.money(125_000_000, "EUR") == "1\u202f250\u202f000,00\u00a0€"
    assert en.money(125_000_000, "EUR") == "€1,250,000.00"
    assert fr.day(date(2026, 10, 1)) == "1er\u00a0octobre 2026"
    assert fr.percent(Decimal("12.4")) == "12,40\u00a0%"
    assert fr.days([date(2026, 12, 1), TODAY, TODAY]) == "14\u00a0novembre et 1er\u00a0décembre 2026"
    assert fr.days([TODAY, date(2026, 11, 3)]) == "3 et 14\u00a0novembre 2026"
    assert fr.number(8) == "huit"
    assert fr.number(11) == "11"
    assert iban_text("FR7630006000011234567890189").split("\u00a0")[-1] == "189"


def test_french_spaces_are_set_in_the_text_and_not_in_its_tags() -> None:
    assert french("l'an {{ 'a : b' }} : « oui » ?") == "l’an {{ 'a : b' }}\u00a0: «\u00a0oui\u00a0»\u202f?"


def test_the_markdown_subset() -> None:
    nodes = markdown.parse("un **deux** *trois*\\\nquatre\n\n- cinq\n- **six**", lambda _: ())

    assert nodes == (
        Paragraph((Run("un "), Run("deux", "strong"), Run(" "), Run("trois", "emphasis"), Run("\n"), Run("quatre"))),
        Bullets(((Run("cinq"),), (Run("six", "strong"),))),
    )


@pytest.mark.parametrize("value", ["- x", "**x**", "[[payment]]", "\\", "*", "a\nb", "- - [x](y)"])
def test_an_escaped_value_comes_back_letter_for_letter(value: str) -> None:
    (node,) = markdown.parse(markdown.escape(value), lambda _: ())

    assert node == Paragraph((Run(value.replace("\n", " ")),))
