"""What is read of replies: the corpus, its published figures, and the forms that people write in."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tests import reply_figures, reply_learning
from tests.reply_corpus import KINDS, TUESDAY, Pair, read_row, rows
from workflows.replies import CONFIDENT, Reading, ReplyKind, learnt, own_words, read_reply
from workflows.replies.amounts import amounts_in
from workflows.replies.tokens import LONGEST, words_of

PAGE = reply_figures.PAGE.read_text("utf-8")


@cache
def part(name: str) -> list[Pair]:
    """Every reply of a part of the corpus with what is read of it."""
    return [(row, read_row(row)) for row in rows(name)]


def read(text: str, subject: str = "", headers: Mapping[str, str] | None = None) -> Reading:
    return read_reply(text, subject, headers, received_on=TUESDAY)


def test_the_page_publishes_the_figures_and_the_matrix_as_they_are() -> None:
    """`python -m tests.reply_figures` writes them."""
    counted, confusion = reply_figures.tables()

    assert counted in PAGE, counted
    assert confusion in PAGE, confusion


def test_the_page_is_written_anew_by_one_command(tmp_path: Path) -> None:
    page = tmp_path / "replies.md"
    page.write_text(
        re.sub(r"(?m)^\| right \| .*$", "| right | 0 | 0 |", PAGE).replace("| dispute | ", "| x | "), "utf-8"
    )

    reply_figures.rewrite(page)

    assert page.read_text("utf-8") == PAGE


def test_a_page_without_the_tables_is_left_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "replies.md"
    page.write_text("# Replies\n", "utf-8")

    with pytest.raises(ValueError, match="0 tables"):
        reply_figures.rewrite(page)
    assert page.read_text("utf-8") == "# Replies\n"


def test_the_table_was_learnt_from_the_corpus_as_it_is() -> None:
    """`python -m tests.reply_learning` learns it anew."""
    assert f"dev.jsonl {reply_learning.digest()}" in learnt.load_table().notes


def test_few_sure_readings_of_replies_that_were_not_learnt_are_wrong() -> None:
    counted = reply_learning.counted_before()

    assert counted["sure"] > 250
    assert counted["sure and wrong"] <= 0.02 * counted["sure"]


def test_learning_twice_gives_the_same_table_and_reads_back() -> None:
    table = reply_learning.learn(rows("dev")[::40], ["a note"])
    again = reply_learning.learn(rows("dev")[::40], ["a note"])

    assert learnt.parse_table(reply_learning.written(table)) == table == again


@pytest.mark.parametrize("text", ["trait\tdispute\nmot\t1\t2", "trait\tdispute\nmot\tbeaucoup"])
def test_a_spoilt_table_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"weights, not 1|beaucoup"):
        learnt.parse_table(text)


def test_the_table_votes_where_no_rule_speaks_and_shows_its_words() -> None:
    table = reply_learning.learn(rows("dev")[:: len(KINDS)])
    words = words_of("Zzz qqq")

    assert learnt.opinion(words, [], table).traits == ()
    assert read_reply("Zzz qqq", received_on=TUESDAY, table=table).kind is ReplyKind.OTHER
    assert all(read("Le portail grince encore").quotes)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Nous ne paierons pas.", ReplyKind.REFUSAL),
        ("Tant que la chaudière est en panne, nous ne paierons pas.", ReplyKind.DISPUTE),
        ("We will not pay until the goods are delivered.", ReplyKind.DISPUTE),
        ("Pourriez-vous attendre la fin du mois ?", ReplyKind.MORE_TIME),
        ("Tant que notre client ne nous a pas payés, nous ne pouvons pas vous régler.", ReplyKind.MORE_TIME),
    ],
)
def test_a_condition_is_no_refusal(text: str, kind: ReplyKind) -> None:
    assert read(text).kind is kind


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("La facture du 12 janvier sera payée vendredi.", date(2026, 3, 13)),
        ("Suite à votre courrier du 6 mars, nous paierons le 20 mars.", date(2026, 3, 20)),
        ("Your invoice dated 5 January will be paid by Friday.", date(2026, 3, 13)),
        ("Suite à votre courrier du 6 mars, nous paierons bientôt.", None),
    ],
)
def test_the_date_of_a_paper_is_no_day_of_payment(text: str, day: date | None) -> None:
    assert read(text).day == day


@pytest.mark.parametrize("name", ["dev", "held-out"])
def test_no_automatic_reply_is_taken_for_an_answer(name: str) -> None:
    taken = [row["id"] for row, got in part(name) if row["kind"] == "automatic" and got.kind is not ReplyKind.AUTOMATIC]

    assert sum(row["kind"] == "automatic" for row, _ in part(name)) > 10
    assert taken == []


@pytest.mark.parametrize("name", ["dev", "held-out"])
def test_no_answer_is_taken_for_an_automatic_reply(name: str) -> None:
    """It would be worse: nobody would read it."""
    wrong = [row["id"] for row, got in part(name) if row["kind"] != "automatic" and got.kind is ReplyKind.AUTOMATIC]

    assert wrong == []


def test_the_parts_are_large_and_share_no_reply() -> None:
    dev, held_out = ({row["text"] for row, _ in part(name)} for name in ("dev", "held-out"))

    assert len(part("held-out")) >= 100
    assert len(part("dev")) >= 1_000
    assert {kind for row, _ in part("held-out") for kind in [row["kind"]]} == set(KINDS)
    shared = {text for text in dev & held_out if len(text) > 30}
    assert shared == set()


@pytest.mark.parametrize("name", ["dev", "held-out"])
def test_every_reading_shows_words_that_stand_in_the_reply(name: str) -> None:
    for row, reading in part(name):
        if reading.kind is ReplyKind.AUTOMATIC:
            continue
        text = " ".join(row["text"].replace("œ", "oe").split())
        assert (reading.confidence > 0) == bool(reading.quotes)
        for quote in reading.quotes:
            assert quote.replace(" |", "") in text, (row["id"], quote)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("vendredi", date(2026, 3, 13)),
        ("fin de mois", date(2026, 3, 31)),
        ("sous 48 h", date(2026, 3, 12)),
        ("le 15", date(2026, 3, 15)),
        ("le 5", date(2026, 4, 5)),
        ("by Friday", date(2026, 3, 13)),
        ("by the end of next week", date(2026, 3, 20)),
        ("le 1er avril", date(2026, 4, 1)),
        ("d'ici fin février", date(2027, 2, 28)),
        ("le 31/04", None),
        ("le 12/03/1998", None),
        ("avant le 20.03.26", date(2026, 3, 20)),
        ("in 3 days", date(2026, 3, 13)),
        ("dans un mois", date(2026, 4, 10)),
    ],
)
def test_a_day_is_read_as_it_is_meant(words: str, day: date | None) -> None:
    reading = read(f"Je paierai {words}.")

    assert (reading.kind, reading.day) == (ReplyKind.PROMISE, day)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("1 250,50 €", [125050]),
        ("1,250.00 EUR", [125000]),
        ("1.250 euros", [125000]),
        ("200€ et 30 eur", [20000, 3000]),
        ("EUR 75", [7500]),
        ("0 €", []),
        ("le 12", []),
        ("9" * 40 + " €", []),
    ],
)
def test_amounts_of_euros_are_read(text: str, amounts: list[int]) -> None:
    assert [amount for _, _, amount in amounts_in(words_of(text).text)] == amounts


QUOTED = "> Merci de payer.\n> Nous contestons."


@pytest.mark.parametrize(
    ("text", "own"),
    [
        pytest.param(f"Oui.\n\nLe 9 mars 2026, Anne a écrit :\n{QUOTED}", "Oui.", id="below"),
        pytest.param(f"On Mon, Anne B wrote:\n{QUOTED}\n\nYes.", "Yes.", id="above"),
        pytest.param("> Quand ?\nVendredi.\n> Combien ?\nTout.", "Vendredi.\nTout.", id="between"),
        pytest.param("Oui.\n-----Message d'origine-----\nJe paie.", "Oui.", id="Outlook's line"),
        pytest.param("Oui.\nDe : Anne\nEnvoyé : lundi\nObjet : x\nJe paie.", "Oui.", id="Outlook's head"),
        pytest.param("Oui.\nCordialement,\nAnne\nLitiges et contentieux SA", "Oui.", id="the signature"),
        pytest.param("Oui.\n-- \nAnne", "Oui.", id="the mark of signatures"),
        pytest.param("Oui.\nCordialement\nAnne\nPS : je paie lundi", "Oui.\nPS : je paie lundi", id="a postscript"),
        pytest.param("Yes.\nSent from my iPhone", "Yes.", id="the telephone"),
        pytest.param("De : la part de Paul, je paie lundi.", "De : la part de Paul, je paie lundi.", id="no head"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_only_the_writers_own_words_are_read(text: str, own: str) -> None:
    assert own_words(text) == own


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({"Auto-Submitted": "auto-replied"}, True),
        ({"auto-submitted": "auto-generated; x=y"}, True),
        ({"Auto-Submitted": "no"}, False),
        ({"X-Autoreply": "yes"}, True),
        ({"X-AutoRespond": "no"}, False),
        ({"Precedence": "bulk"}, True),
        ({"Precedence": "first-class"}, False),
        ({"Precedence": "list"}, False),
        ({"X-Auto-Response-Suppress": "All"}, False),
    ],
)
def test_programs_say_so_in_their_headers(headers: dict[str, str], *, automatic: bool) -> None:
    reading = read("Nous paierons vendredi.", "Re: rappel", headers)

    assert (reading.kind is ReplyKind.AUTOMATIC) == automatic


def test_slips_of_the_pen_are_read_over_and_shown_as_they_stand() -> None:
    reading = read("le virment sera fait vendredi")

    assert (reading.kind, reading.is_confident) == (ReplyKind.PROMISE, True)
    assert "virment sera fait" in reading.quotes


@pytest.mark.parametrize(
    "text", ["", " \n", "😀😀", "\x00" * 50, "a" * 100_000, "je vous le la " * 20_000, "> " * 50_000]
)
def test_anything_can_be_read(text: str) -> None:
    assert read(text).confidence < CONFIDENT


def test_nothing_is_read_beyond_the_bound() -> None:
    assert read("x " * LONGEST + "nous contestons cette facture").kind is ReplyKind.OTHER


def test_the_page_names_every_kind() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) >= set(KINDS)
