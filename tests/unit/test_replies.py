"""What is read of replies: the corpus, its published figures, and the forms that people write in."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from workflows.replies import CONFIDENT, Reading, ReplyKind, own_words, read_reply
from workflows.replies.amounts import amounts_in
from workflows.replies.tokens import LONGEST, words_of

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "data" / "replies"
PAGE = (ROOT / "docs" / "replies.md").read_text("utf-8")
TUESDAY = date(2026, 3, 10)
#: The line of each kind, and the column of each kind that was read.
KINDS = [str(kind) for kind in ReplyKind]


@cache
def part(name: str) -> list[tuple[dict[str, Any], Reading]]:
    """Every reply of a part of the corpus with what is read of it."""
    rows = [json.loads(line) for line in (CORPUS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return [(row, read_reply(row["text"], row["subject"], row.get("headers"), received_on=TUESDAY)) for row in rows]


def read(text: str, subject: str = "", headers: Mapping[str, str] | None = None) -> Reading:
    return read_reply(text, subject, headers, received_on=TUESDAY)


def figures(name: str) -> dict[str, int]:
    """What docs/replies.md publishes of a part."""
    readings = part(name)
    wrong = [reading for row, reading in readings if row["kind"] != reading.kind]
    right = [(row, reading) for row, reading in readings if row["kind"] == reading.kind]
    sure = [
        (row, reading) for row, reading in readings if reading.is_confident and reading.kind is not ReplyKind.AUTOMATIC
    ]
    dated = [(row, reading) for row, reading in right if row["kind"] in ("promise", "already_paid", "request_for_time")]
    disputes = [(row, reading) for row, reading in right if row["kind"] == "dispute"]
    return {
        "replies": len(readings),
        "right": len(right),
        "wrong, left as `other`": sum(got.kind is ReplyKind.OTHER for got in wrong),
        "wrong, read as another kind": sum(got.kind is not ReplyKind.OTHER for got in wrong),
        "sure": len(sure),
        "sure and wrong": sum(row["kind"] != reading.kind for row, reading in sure),
        "days, of the right ones": len(dated),
        "days read": sum(row.get("date") == (got.day.isoformat() if got.day else None) for row, got in dated),
        "categories, of the right disputes": len(disputes),
        "categories read": sum(row["category"] == got.category for row, got in disputes),
    }  # fmt: skip


def matrix(name: str) -> list[str]:
    """The confusion matrix as the lines of a table: a line for what is meant, a column for what is read."""
    counts = Counter((row["kind"], str(reading.kind)) for row, reading in part(name))
    lines = ["| meant \\ read | " + " | ".join(KINDS) + " |", "|---|" + "---:|" * len(KINDS)]
    for meant in KINDS:
        cells = [str(counts[meant, kind] or "·") for kind in KINDS]
        lines.append(f"| {meant} | " + " | ".join(cells) + " |")
    return lines


def test_the_page_publishes_the_figures_of_both_parts_as_they_are() -> None:
    found = [f"| {what} | {count} | {figures('held-out')[what]} |" for what, count in figures("dev").items()]

    assert "\n".join(found) in PAGE, "\n".join(found)


def test_the_page_publishes_the_matrix_of_the_held_out_part_as_it_is() -> None:
    assert "\n".join(matrix("held-out")) in PAGE, "\n".join(matrix("held-out"))


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
    assert len(part("dev")) + len(part("held-out")) >= 300
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
