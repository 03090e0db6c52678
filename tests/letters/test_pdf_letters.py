"""A letter on paper: it reads well, its address stands in the window, its slip can be scanned, and nothing is lost."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.letters.letter_pages import Pages
from workers.rendering.catalogue import shipped
from workers.rendering.errors import TemplateProblem
from workers.rendering.layouts import SHIPPED
from workers.rendering.messages import Rendered, render
from workflows.invoice import Address, Channel, DebtorKind
from workflows.letter_example_people import CREDITOR, contact_of, debtor_of
from workflows.letter_examples import example

#: What the window of a DL envelope shows whatever the play of the sheet, in millimetres of the sheet.
WINDOW_LEFT, WINDOW_RIGHT, WINDOW_TOP, WINDOW_BOTTOM = 100, 190, 55, 79
LONG_NAME = (
    "Société coopérative et participative des artisans réunis du bâtiment, de la menuiserie, de la charpente, "
    "de la couverture et de l’isolation de la vallée du Grésivaudan et de la Chartreuse orientale"
)[:200].ljust(200, "é")


def letter(name: str, **changes: Any) -> Rendered:  # noqa: ANN401 - any field of LetterFacts
    return render(example(name, **{"channel": Channel.LETTER, **changes}))


@cache
def notice(kind: DebtorKind = DebtorKind.BUSINESS, count: int = 1) -> Rendered:
    return letter("formal_notice", channel=Channel.REGISTERED, kind=kind, count=count)


@cache
def pages_of_notice(kind: DebtorKind = DebtorKind.BUSINESS, count: int = 1) -> Pages:
    return Pages(notice(kind, count).letter_pdf)


# What it says


@pytest.mark.parametrize("language", shipped().languages)
def test_text_can_be_copied_with_its_accents(language: str) -> None:
    message = letter("first_reminder", language=language)

    pages = Pages(message.letter_pdf)

    paragraphs = [" ".join(part.split()) for part in message.text.split("\n\n")]
    assert " ".join(message.subject.split()) in pages.text
    assert [part for part in paragraphs[:2] if part not in pages.text] == []
    assert not re.search("[\ufffd\u0000]", pages.text)


def test_an_electronic_registered_letter_says_so_and_where_it_was_sent() -> None:
    message = letter("formal_notice", channel=Channel.LRE)
    text = Pages(message.letter_pdf).text

    assert "Lettre recommandée électronique" in text
    assert "avis de réception" not in text
    assert str(message.facts.contact.email) in text


def test_a_tracked_letter_reads_as_any_other_letter() -> None:
    assert letter("third_reminder", channel=Channel.TRACKED).text == letter("third_reminder").text


def test_a_notice_to_a_business_holds_the_parties_the_sum_and_the_law() -> None:
    text = pages_of_notice().text

    assert "Lettre recommandée avec avis de réception" in text
    assert "SIREN 732 829 320" in text
    assert "mettons en demeure" in text
    assert "articles 1231-6" not in text
    assert "Indemnité forfaitaire pour frais de recouvrement 40,00 €" in text


def test_a_notice_to_a_consumer_holds_neither_indemnity_nor_penalties() -> None:
    text = pages_of_notice(DebtorKind.CONSUMER).text

    assert "mettons en demeure" in text
    assert "1231-6" in text
    assert not re.search("indemnité|pénalité|L441-10", text, re.IGNORECASE)


@pytest.mark.parametrize(("count", "pages"), [(11, 2), (60, 4)])
def test_a_table_runs_over_pages_with_its_head_repeated_and_pages_numbered(count: int, pages: int) -> None:
    texts = pages_of_notice(count=count).texts

    assert len(texts) == pages
    assert [f"Page {at + 1} sur {pages}" in text for at, text in enumerate(texts)] == [True] * pages
    rows = re.findall(r"F-2026-\d{4} ", " ".join(texts))
    assert len(rows) == 2 * count  # each invoice once in the list, once in the statement of interest
    heads = [text.count("Taux annuel") for text in texts if re.search(r"F-2026-\d{4} .{0,60}12,40 %", text)]
    assert heads
    assert min(heads) >= 1


def test_it_is_archivable_and_the_same_facts_give_the_same_bytes() -> None:
    first = notice().letter_pdf

    assert first.startswith(b"%PDF-1.7")
    assert b"pdfaid:part>2<" in first
    assert b"pdfaid:conformance>A<" in first
    assert letter("formal_notice", channel=Channel.REGISTERED).letter_pdf == first


def test_it_is_set_in_the_fonts_of_the_project_alone() -> None:
    names = set(re.findall(rb"/BaseFont/[A-Z]{6}\+([A-Za-z0-9]+)", notice().letter_pdf))

    assert {name[:11] for name in names} == {b"SourceSerif", b"SourceSans3"}


# Where it stands


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        pytest.param("Dupont", ("1 rue Haute",), id="a short one"),
        pytest.param(
            "Établissements Dupont et Fils, menuiserie générale",
            (
                "À l’attention de la comptabilité fournisseurs",
                "Bâtiment C, escalier 4",
                "12 bis avenue de la République",
            ),
            id="a long one",
        ),
        pytest.param(
            "Établissements Dupont",
            ("Service comptabilité", "Bâtiment C", "Zone artisanale des Grands Prés", "12 avenue de la République"),
            id="six lines and whom to ask for",
        ),
        pytest.param(LONG_NAME, ("12 avenue de la République",), id="a name of 200 characters"),
    ],
)
def test_the_address_stands_in_the_window_of_the_envelope(name: str, lines: tuple[str, ...]) -> None:
    address = Address(lines=lines, postcode="38000", city="Grenoble Cedex 09")
    contact = contact_of(DebtorKind.BUSINESS, "fr").model_copy(update={"address": address})
    debtor = debtor_of(DebtorKind.BUSINESS, "fr").model_copy(update={"name": name})
    words = Pages(letter("first_reminder", contact=contact, debtor=debtor).letter_pdf).words()

    seen = [word for word in words if word.right > WINDOW_LEFT and word.bottom > WINDOW_TOP - 2 and word.top < 82]

    assert all(word.left >= WINDOW_LEFT and word.right <= WINDOW_RIGHT for word in seen)
    assert all(word.top >= WINDOW_TOP and word.bottom <= WINDOW_BOTTOM for word in seen)
    read = " ".join(" ".join(word.text for word in seen).split())
    assert [line for line in (name[:30], *lines, "38000 Grenoble Cedex 09") if line not in read] == []


@pytest.mark.parametrize("name", [LONG_NAME, "É" * 200], ids=["in words", "without a space"])
def test_nothing_leaves_the_sheet_with_names_of_200_characters(name: str) -> None:
    debtor = debtor_of(DebtorKind.BUSINESS, "fr").model_copy(update={"name": name})
    creditor = CREDITOR.model_copy(update={"name": name, "legal_form": None})
    pay_url = "https://pay.example/" + "a" * 180
    pages = Pages(
        letter(
            "formal_notice", channel=Channel.REGISTERED, debtor=debtor, creditor=creditor, pay_url=pay_url
        ).letter_pdf
    )

    for at in range(len(pages.texts)):
        assert all(word.left >= 24 and word.right <= 191 for word in pages.words(at))
        assert all(word.top >= 5 and word.bottom <= 292 for word in pages.words(at))
    assert name in pages.text.replace(" ", "") if " " not in name else name in pages.text


def test_a_long_number_gives_way_to_the_amounts_beside_it() -> None:
    lines = example("formal_notice", count=3).lines
    numbers = [f"{'F' * 60}-{at}" for at in range(3)]
    renamed = tuple(line.model_copy(update={"number": each}) for line, each in zip(lines, numbers, strict=True))

    text = Pages(letter("formal_notice", lines=renamed).letter_pdf).text

    assert text.replace(" ", "").count("F" * 60) == 6  # in the table and in the statement of interest
    assert "09/09/2026 09/10/2026 1 250,00 € 0,00 € 1 250,00 €" in text.replace("\u202f", " ").replace("\u00a0", " ")


def test_the_signature_keeps_its_closing_formula_on_the_same_page() -> None:
    texts = pages_of_notice().texts

    (page,) = [text for text in texts if "Claire Delmas Atelier Martin" in text]
    assert "salutations distinguées" in page


@pytest.mark.parametrize("name", ["Иванов и сыновья", "Αθήνα ΑΕ", "Đặng Thị Hạnh", "Łukasz Żółć"])
def test_names_from_all_over_europe_are_printed(name: str) -> None:
    debtor = debtor_of(DebtorKind.BUSINESS, "fr").model_copy(update={"name": name})

    assert name in Pages(letter("first_reminder", debtor=debtor).letter_pdf).text


def test_a_name_that_the_fonts_do_not_have_is_refused_with_the_fix() -> None:
    debtor = debtor_of(DebtorKind.BUSINESS, "fr").model_copy(update={"name": "东京商事"})

    with pytest.raises(TemplateProblem, match='holds "东", which its fonts do not have; write it in Latin'):
        letter("first_reminder", debtor=debtor)


# The slip


def test_the_code_on_the_page_says_the_transfer_as_a_bank_reads_it() -> None:
    (code,) = pages_of_notice().codes()

    assert code.split("\n") == [
        *("BCD", "002", "1", "SCT", "AGRIFRPP", "ATELIER MARTIN SARL", "FR7630006000011234567890189", "EUR1299.34"),
        *("", "", "F-2026-0042"),
    ]


def test_a_code_of_many_invoices_says_the_whole_sum_and_the_account() -> None:
    (code,) = pages_of_notice(count=11).codes()

    assert code.split("\n")[7:] == ["EUR14456.27", "", "", "CPT-D1-1114"]


def test_the_slip_holds_everything_that_a_transfer_asks_for() -> None:
    text = pages_of_notice().texts[-1]

    for words in ("Coupon à détacher", "ATELIER MARTIN SARL", "FR76 3000 6000 0112 3456 7890 189", "AGRIFRPP"):
        assert words in text
    assert "Référence à rappeler F-2026-0042" in text
    assert "De la part de Établissements Dupont" in text


def test_a_letter_in_another_currency_says_how_to_pay_without_a_code() -> None:
    pages = Pages(letter("first_reminder", currency="CHF").letter_pdf)

    assert pages.codes() == []
    assert "Pas de code à scanner" in pages.text


def test_the_logo_is_drawn_with_the_sender() -> None:
    logo = str(Path("tests/data/logos/atelier.svg").resolve())
    plain, drawn = (
        letter("first_reminder"),
        letter("first_reminder", creditor=CREDITOR.model_copy(update={"logo": logo})),
    )

    assert len(drawn.letter_pdf) > len(plain.letter_pdf)
    assert Pages(drawn.letter_pdf).text.startswith("Atelier Martin")
    assert len(drawn.letter_images(40)) == 1


# Layouts of one's own


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A creditor's folder with a copy of the layout, which tests spoil."""
    (tmp_path / "letter.typ").write_bytes((SHIPPED / "letter.typ").read_bytes())
    return tmp_path


def in_layout(folder: Path, added: str) -> bytes:
    file = folder / "letter.typ"
    file.write_text(file.read_text("utf-8") + added, "utf-8")
    message = letter("first_reminder")
    return Rendered(message.facts, message.letter, message.words, message.labels, folder).letter_pdf


def test_a_creditor_may_have_a_layout_of_its_own(own: Path) -> None:
    assert "Tribunal de commerce de Lyon" in Pages(in_layout(own, "\nTribunal de commerce de Lyon\n")).text


@pytest.mark.parametrize(
    ("added", "words"),
    [
        pytest.param("\n#nothing-known\n", "unknown variable", id="a misspelt name"),
        pytest.param('\n#read("/etc/passwd")\n', "not found", id="a file of the system"),
        pytest.param('\n#read("../../../../etc/passwd")\n', "", id="a file above the folder"),
        pytest.param('\n#import "@preview/tablex:0.0.9": tablex\n', "imports a package", id="a package to download"),
    ],
)
def test_a_layout_at_fault_is_refused_with_its_line(own: Path, added: str, words: str) -> None:
    line = (own / "letter.typ").read_text("utf-8").count("\n") + 2

    with pytest.raises(TemplateProblem) as problem:
        in_layout(own, added)

    assert problem.value.template.endswith("/letter.typ")
    assert problem.value.line == line
    assert words in problem.value.detail


def test_an_address_abroad_ends_with_its_country_in_capitals() -> None:
    address = Address(lines=("Am Güterbahnhof 7",), postcode="79098", city="Freiburg", country="DE")
    contact = contact_of(DebtorKind.BUSINESS, "de").model_copy(update={"address": address})

    assert "79098 Freiburg ALLEMAGNE" in Pages(letter("first_reminder", contact=contact).letter_pdf).text


def test_a_letter_that_nearly_fits_is_set_closer_to_stay_on_one_page() -> None:
    assert len(Pages(letter("early_settlement_offer").letter_pdf).texts) == 1
