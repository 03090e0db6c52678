"""A folder of letters of one's own: judged before it is run, laid over those that ship, used whole or not at all."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.office import CREDITOR
from workers.creditors import DeclaredCreditor
from workers.own_letters import LettersRefused, catalogue_of, channels_of, read, review, version_of
from workers.rendering import layouts
from workers.rendering.catalogue import SHIPPED, layered, shipped
from workers.rendering.checking import Flaw
from workers.rendering.compiling import MOST_CHARACTERS
from workers.rendering.errors import TemplateProblem
from workers.rendering.messages import render
from workers.settings import Settings
from workflows.letter_examples import example

LETTER = (SHIPPED / "fr" / "first_reminder.md.j2").read_text("utf-8")
SENTENCE = "Il s'agit sans doute d'un simple contretemps."
PHRASES = (SHIPPED / "fr" / "_phrases.md.j2").read_text("utf-8")


def folder_with(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def letter_saying(root: Path, sentence: str) -> Path:
    assert SENTENCE in LETTER
    return folder_with(root, {"fr/first_reminder.md.j2": LETTER.replace(SENTENCE, sentence)})


def line_of(sentence: str) -> int:
    return LETTER[: LETTER.index(sentence)].count("\n") + 1


def told(flaws: tuple[Flaw, ...], language: str = "en") -> list[str]:
    return [flaw.text(language) for flaw in flaws]


@pytest.mark.parametrize(
    ("sentence", "detail"),
    [
        pytest.param("{{ f.balence }}", "f has no attribute 'balence'; did you mean balance?", id="a misspelt fact"),
        pytest.param("{{ f.invoice.nummer }}", "f.invoice has no attribute 'nummer'; did you", id="deep inside"),
        pytest.param("{{ creditor.iban }}", "creditor has no attribute 'iban'", id="a fact of the creditor"),
        pytest.param("{{ nobody }}", "'nobody' is undefined; the facts are f, creditor", id="an unknown variable"),
        pytest.param("{% for i in range(10) %}x{% endfor %}", "a loop runs over a list of the facts", id="a loop"),
        pytest.param(
            "{% for x in f.balance %}x{% endfor %}", "a loop runs over a list of the", id="a loop over a text"
        ),
        pytest.param(
            "{% for x in f.invoices recursive %}{{ x.number }}{% endfor %}", "a loop runs over a list", id="recursion"
        ),
        pytest.param(
            "{% for a in f.invoices %}" * 3 + "x" + "{% endfor %}" * 3,
            "loops are nested deeper than 2",
            id="three loops",
        ),
        pytest.param("{{ 'x' * 1000000 }}", "a letter computes nothing", id="a text multiplied"),
        pytest.param("{{ 10 ** 10 ** 10 }}", "a letter computes nothing", id="a power"),
        pytest.param("{{ f.balance ~ f.balance }}", "a letter glues no texts", id="texts glued"),
        pytest.param("{% include '/etc/passwd' %}", "a letter includes no file", id="a file included"),
        pytest.param("{% import 'x' as y %}", "a letter imports nothing", id="an import"),
        pytest.param("{% from 'x' import y %}", "a letter imports nothing", id="an import of a name"),
        pytest.param("{% extends 'x' %}", "a letter extends no other file", id="a parent"),
        pytest.param("{{ open('/etc/passwd') }}", "no phrase is called 'open'", id="a file opened"),
        pytest.param("{{ f.money(1) }}", "only the shared phrases are called", id="a method called"),
        pytest.param("{{ p.greetings() }}", "no phrase is called 'greetings'; did you mean greeting?", id="a phrase"),
        pytest.param("{{ f.__class__ }}", "'__class__' is unsafe", id="a hidden attribute"),
        pytest.param("{{ f['balance'] }}", "a letter takes no item by its key", id="an item by its key"),
        pytest.param("{{ f.balance|center(999999999) }}", "the filter 'center' is not allowed", id="a filter"),
        pytest.param("{% if f.balance is mapping %}x{% endif %}", "the test 'mapping' is not allowed", id="a test"),
        pytest.param("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "the phrase 'a' calls itself", id="itself"),
        pytest.param("{% filter upper %}x{% endfilter %}", "FilterBlock is not allowed", id="a block of a filter"),
        pytest.param("{% if %}", "Expected an expression", id="syntax"),
    ],
)
def test_a_template_that_does_what_it_may_not_is_refused_with_its_line(
    tmp_path: Path, sentence: str, detail: str
) -> None:
    flaws = told(review(letter_saying(tmp_path, sentence)).flaws)

    assert any(flaw.startswith(f"fr/first_reminder.md.j2:{line_of(SENTENCE)} template: ") for flaw in flaws), flaws
    assert any(detail in flaw for flaw in flaws), flaws


def test_a_template_may_choose_its_words(tmp_path: Path) -> None:
    sentences = (
        "{% for invoice in f.invoices %}{{ invoice.number }} {% endfor %}",
        "{% set noun = 'facture' %}La {{ noun }}.",
        "{% if f.balance[0] == '1' %}Un.{% endif %}",
        "{{ {'1': 'Un', '2': 'Deux'}.get('1') }}.",
        "{{ f.numbers|trim }}.",
        "{% if creditor.siren is none %}Rien.{% endif %}",
    )

    assert told(review(letter_saying(tmp_path, " ".join(sentences))).flaws) == []


def test_phrases_of_phrases_that_grow_without_measure_are_refused(tmp_path: Path) -> None:
    doubled = "{% macro m0() %}ha {% endmacro %}" + "".join(
        f"{{% macro m{at}() %}}{{{{ m{at - 1}() }}}}{{{{ m{at - 1}() }}}}{{% endmacro %}}" for at in range(1, 30)
    )
    files = {
        "fr/_phrases.md.j2": PHRASES + doubled,
        "fr/first_reminder.md.j2": LETTER.replace(SENTENCE, "{{ p.m29() }}"),
    }

    assert any("this is too much work" in flaw for flaw in told(review(folder_with(tmp_path, files)).flaws))


def test_a_letter_is_limited_in_size(tmp_path: Path) -> None:
    words = "Nous vous écrivons. " * (MOST_CHARACTERS // 150)
    loop = "{% for a in f.invoices %}{% for b in f.invoices %}" + words + "{% endfor %}{% endfor %}"

    reviewed = read(letter_saying(tmp_path, loop))

    assert reviewed.flaws == ()
    with pytest.raises(TemplateProblem, match=f"becomes longer than {MOST_CHARACTERS} characters"):
        render(example("first_reminder", count=3), reviewed.catalogue)


@pytest.mark.parametrize(
    ("files", "detail"),
    [
        pytest.param({"fr/premier.txt": "x"}, "fr/premier.txt template: is no letter", id="no letter"),
        pytest.param({"pl/first_reminder.md.j2": LETTER}, "pl template: is no language", id="no language"),
        pytest.param({"francais/x.md.j2": "x"}, "francais template: is no language", id="a folder of another name"),
        pytest.param({"fr/_labels.toml": "soldes = 'x'"}, "soldes is no label; did you mean", id="an unknown label"),
        pytest.param(
            {"fr/_labels.toml": "iban = 3"}, "iban is 3; write a text in quotes", id="a label that is no text"
        ),
        pytest.param({"fr/_labels.toml": "iban ="}, "fr/_labels.toml template: is not TOML", id="broken labels"),
        pytest.param(
            {"fr/_labels.toml": "siren = '{siren.__class__}'"}, "has other places to fill in than {siren}", id="a trap"
        ),
        pytest.param({"fr/_labels.toml": "siren = '{'"}, "has other places to fill in than {siren}", id="a lone brace"),
        pytest.param({"fr/_phrases.md.j2": "{% macro a() %}x{% endmacro %}"}, "no phrase is called", id="phrases gone"),
        pytest.param({"fr/first_reminder.md.j2": "x" * 100_001}, "more than 100000 bytes", id="a huge file"),
        pytest.param(
            {"fr/mine.md.j2": LETTER}, "the file must have the same name", id="another name than the front matter's"
        ),
        pytest.param(
            {"de/mine.md.j2": LETTER.replace('"first_reminder"', '"mine"')},
            "written in none of en, fr",
            id="no fallback",
        ),
        pytest.param(
            {"fr/first_reminder.md.j2": LETTER.replace("[[payment]]", "")}, "place [[payment]]", id="a block missing"
        ),
        pytest.param(
            {"fr/first_reminder.md.j2": LETTER.replace("[[payment]]", "[[paiement]]")},
            "no block [[paiement]]",
            id="unknown",
        ),
        pytest.param(
            {"fr/first_reminder.md.j2": LETTER.replace("--- sms ---", "--- sm ---")}, "'sm' is unknown", id="a section"
        ),
        pytest.param(
            {"fr/first_reminder.md.j2": LETTER.replace(SENTENCE, "{{ f.promised }}")},
            "a variable is empty; ask for it with {% if %} or name it in the front matter's needs",
            id="a fact that is printed and not needed",
        ),
        pytest.param(
            {"fr/first_reminder.md.j2": LETTER.replace(SENTENCE, "Payez rapidement.")}, "vague-deadline", id="a rule"
        ),
        pytest.param(
            {"fr/first_reminder.md.j2": LETTER.replace(SENTENCE, "L'indemnité forfaitaire est due.")},
            "commercial-terms-to-consumer",
            id="a rule for one kind of debtor",
        ),
        pytest.param({"_layouts/email.html.j2": "{{ nobody }}"}, "_layouts/email.html.j2", id="a layout at fault"),
        pytest.param(
            {"_layouts/email.html.j2": "<img src='https://x.example/logo.png'>"},
            "external-asset",
            id="a layout fetches",
        ),
        pytest.param({"_layouts/letter.typ": '#read("/etc/passwd")'}, "_layouts/letter.typ", id="a layout reads files"),
    ],
)
def test_a_folder_at_fault_is_refused(tmp_path: Path, files: dict[str, str], detail: str) -> None:
    assert detail in "\n".join(told(review(folder_with(tmp_path, files)).flaws))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (folder_with(tmp_path, {"fr/first_reminder.md.j2": ""}) / "fr" / "first_reminder.md.j2").write_bytes(
        LETTER.encode("latin-1", "replace")
    )

    assert "is not UTF-8; save it in that encoding" in "\n".join(told(review(tmp_path).flaws))


def _directory(path: Path) -> None:
    path.mkdir()


def _queue(path: Path) -> None:
    os.mkfifo(path)


def _link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _circle(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize("name", ["first_reminder.md.j2", "_phrases.md.j2", "_labels.toml"])
@pytest.mark.parametrize(
    ("make", "why"),
    [
        pytest.param(_directory, "is no file; remove it", id="a folder named like a file"),
        pytest.param(_queue, "is no file; remove it", id="a pipe, which would be waited for"),
        pytest.param(_link, "leads out of the folder", id="a link to another file"),
        pytest.param(_circle, "leads out of the folder", id="a link to itself"),
    ],
)
def test_only_files_of_the_folder_itself_are_read(
    tmp_path: Path, make: Callable[[Path], None], why: str, name: str
) -> None:
    (tmp_path / "fr").mkdir()
    make(tmp_path / "fr" / name)

    flaws = told(review(tmp_path).flaws)
    assert len(flaws) == 1
    assert flaws[0].startswith(f"fr/{name}")
    assert why in flaws[0]


@pytest.mark.parametrize("name", ["fr", "_layouts"])
def test_a_folder_that_lies_elsewhere_is_not_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to("/etc")

    assert [flaw.split(" template: ")[0] for flaw in told(review(tmp_path).flaws)] == [name]


@pytest.mark.parametrize("sign", ["\0", "\x1b", "\u202e"])
def test_a_control_character_is_found_with_its_line(tmp_path: Path, sign: str) -> None:
    folder = letter_saying(tmp_path, f"Un simple {sign}contretemps.")

    found = f"fr/first_reminder.md.j2:{line_of(SENTENCE)} template: holds a control character, U+{ord(sign):04X}"
    assert found in told(review(folder).flaws)[0]


def test_every_fault_is_told_at_once_and_in_french(tmp_path: Path) -> None:
    folder = letter_saying(tmp_path, "{{ f.balence }} {% include 'x' %}")
    folder_with(folder, {"fr/x.txt": ""})

    assert told(review(folder).flaws, "fr") == [
        "fr/x.txt template : n’est pas une lettre ; nommez-la <id>.md.j2, en minuscules",
        "fr/first_reminder.md.j2:21 template : f n’a pas « balence » ; vouliez-vous écrire balance ?",
        (
            "fr/first_reminder.md.j2:21 template : une lettre n’inclut aucun fichier ; écrivez la phrase, ou prenez-en"
            " une de _phrases.md.j2"
        ),
    ]


@pytest.mark.parametrize(
    ("hidden", "rule"),
    [
        ("{% if f.client_years and f.paid and f.several %}Un huissier suivra.{% endif %}", "outdated-title"),
        ("{% if f.terms_days %}Nous irons au tribunal.{% endif %}", "early-threat"),
        ('{{ "Payez rapidement." if f.plan else "Merci." }}', "vague-deadline"),
        ('{% set word = "huissier" %}{% if f.offer %}Un {{ word }} suivra.{% endif %}', "outdated-title"),
    ],
)
def test_what_only_other_facts_would_show_is_found_with_its_line(tmp_path: Path, hidden: str, rule: str) -> None:
    flaws = told(review(letter_saying(tmp_path, hidden)).flaws)

    assert any(flaw.startswith(f"fr/first_reminder.md.j2:{line_of(SENTENCE)} {rule}: ") for flaw in flaws), flaws


# What is accepted


def test_a_layout_of_one_s_own_is_accepted(tmp_path: Path) -> None:
    shutil.copytree(layouts.SHIPPED, tmp_path / "_layouts")

    assert told(review(tmp_path).flaws) == []


def declared(folder: Path | None = None, ref: str = "atelier") -> dict[str, Any]:
    return CREDITOR | {"ref": ref} | ({"letters_dir": str(folder)} if folder else {})


def settings_of(tmp_path: Path, *creditors: dict[str, Any]) -> Settings:
    return Settings.model_validate({"data_dir": tmp_path / "data", "creditors": creditors})


def test_a_letter_of_ones_own_is_written_and_the_others_stay(tmp_path: Path) -> None:
    folder = letter_saying(tmp_path / "own", "Un virement a pu nous échapper.")

    catalogue = catalogue_of(settings_of(tmp_path, declared(folder), declared(ref="autre")))

    own = render(example("first_reminder"), catalogue.of("atelier")).text
    assert "Un virement a pu nous échapper." in own
    assert SENTENCE.replace("'", "’") in render(example("first_reminder"), catalogue.of("autre")).text
    assert "Un virement" not in render(example("second_reminder"), catalogue.of("atelier")).text
    assert catalogue.of("atelier").version == version_of(folder)


def test_a_part_that_is_printed_must_be_needed(tmp_path: Path) -> None:
    names = [f"{language}/early_settlement_offer.md.j2" for language in ("fr", "en")]
    texts = {name: (SHIPPED / name).read_text("utf-8") for name in names}

    flaws = told(review(folder_with(tmp_path, {name: texts[name].replace(', "offer"', "") for name in names})).flaws)

    assert any("bare) template: 'None' has no attribute 'percent'" in flaw for flaw in flaws), flaws


def test_a_file_of_windows_is_read_like_any_other(tmp_path: Path) -> None:
    path = letter_saying(tmp_path, "Un virement a pu nous échapper.") / "fr" / "first_reminder.md.j2"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    reviewed = read(tmp_path)

    assert told(reviewed.flaws) == []
    assert "Un virement a pu nous échapper." in render(example("first_reminder"), reviewed.catalogue).text


def test_labels_are_merged_and_phrases_replaced(tmp_path: Path) -> None:
    phrases = PHRASES.replace("Bien cordialement,", "Avec nos salutations cordiales,")
    folder = folder_with(tmp_path, {"fr/_labels.toml": 'payment = "Comment régler"\n', "fr/_phrases.md.j2": phrases})

    reviewed = read(folder)
    text = render(example("first_reminder"), reviewed.catalogue).text

    assert reviewed.flaws == ()
    assert "Comment régler" in text
    assert "Avec nos salutations cordiales," in text
    assert "Bénéficiaire" in text


def test_a_new_letter_is_known_to_ladders(tmp_path: Path) -> None:
    mine = LETTER.replace('id = "first_reminder"', 'id = "mon_rappel"').replace(', "sms", "call"', "")
    folder = folder_with(tmp_path / "own", {"fr/mon_rappel.md.j2": mine})

    channels = channels_of(settings_of(tmp_path, declared(folder)))

    assert channels["mon_rappel"] == {"email", "letter", "tracked", "registered", "lre"}
    assert channels["first_reminder"] == shipped().channels()["first_reminder"]


def test_what_was_accepted_is_not_tried_again_until_it_changes(tmp_path: Path) -> None:
    folder = letter_saying(tmp_path / "own", "Un virement a pu nous échapper.")
    settings = settings_of(tmp_path, declared(folder))

    catalogue_of(settings)
    marks = sorted((tmp_path / "data" / "letters").iterdir())
    letter_saying(folder, "Payez rapidement.")

    assert len(marks) == 1
    with pytest.raises(LettersRefused, match="vague-deadline") as refused:
        catalogue_of(settings)
    assert refused.value.text("fr").startswith(f"lettres refusées :\n{folder}/fr/first_reminder.md.j2:21 (")
    assert sorted((tmp_path / "data" / "letters").iterdir()) == marks


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LettersRefused, match="is no folder; create it, or correct letters_dir"):
        catalogue_of(settings_of(tmp_path, declared(tmp_path / "nowhere")))


def test_a_creditors_folder_is_no_fact_of_its_letters(tmp_path: Path) -> None:
    creditor = DeclaredCreditor.model_validate(declared(tmp_path))

    assert creditor.letters_dir == tmp_path
    assert "letters_dir" not in creditor.fact().model_dump()


def test_the_letters_that_ship_are_judged_without_a_fault() -> None:
    assert layered(SHIPPED)[1] == ()


def test_a_letter_of_ones_own_is_tried_with_the_part_it_needs(tmp_path: Path) -> None:
    offer = (SHIPPED / "fr" / "early_settlement_offer.md.j2").read_text("utf-8")
    mine = offer.replace('id = "early_settlement_offer"', 'id = "ma_remise"')

    assert told(review(folder_with(tmp_path, {"fr/ma_remise.md.j2": mine})).flaws) == []
