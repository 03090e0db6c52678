"""Log lines are for programs and for people, carry the context of the work, and hold no personal data."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from workers import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the lines of a test go; logging is as before afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("à jean.dupont+x@exemple.fr", "à ***@exemple.fr", id="an e-mail address keeps its domain"),
        pytest.param("Jean <j@a.fr>, k@b.co.uk", "Jean <***@a.fr>, ***@b.co.uk", id="several addresses"),
        pytest.param("postgresql://u:secret@db.exemple.fr/x", "postgresql://u:***@db.exemple.fr/x", id="a password"),
        pytest.param("06 12 34 56 78", "***78", id="a French number with spaces"),
        pytest.param("0612345678", "***78", id="a French number without"),
        pytest.param("06.12.34.56.78", "***78", id="a French number with dots"),
        pytest.param("06\u00a012\u00a034\u00a056\u00a078", "***78", id="a French number with hard spaces"),
        pytest.param("+33612345678", "***78", id="E.164"),
        pytest.param("+33 (0)6 12 34 56 78", "***78", id="with a zero in brackets"),
        pytest.param("+44 20 7946 0018", "***18", id="a British number"),
        pytest.param("0033 6 12 34 56 78", "***78", id="with two zeros"),
        pytest.param("FR7630006000011234567890189", "FR76***0189", id="an IBAN"),
        pytest.param("FR76 3000 6000 0112 3456 7890 189.", "FR76***0189.", id="an IBAN as on paper"),
        pytest.param("NL91ABNA0417164300", "NL91***4300", id="a Dutch IBAN"),
        pytest.param({"to": ["a@b.fr", {"tel": "0612345678"}]}, {"to": ["***@b.fr", {"tel": "***78"}]}, id="deep"),
        pytest.param(ValueError("a@b.fr"), "***@b.fr", id="an error as a value"),
        pytest.param("F-2026-0042", "F-2026-0042", id="an invoice number stays"),
        pytest.param("732829320", "732829320", id="a SIREN stays"),
        pytest.param("2026-01-12T08:00:00.123456+00:00", "2026-01-12T08:00:00.123456+00:00", id="an instant stays"),
        pytest.param("9f86d081884c7d659a2feaa0c55ad015", "9f86d081884c7d659a2feaa0c55ad015", id="a hash stays"),
        pytest.param("1 234 567,80 €", "1 234 567,80 €", id="an amount stays"),
        pytest.param("RELANCE AVANT MISE EN DEMEURE", "RELANCE AVANT MISE EN DEMEURE", id="capitals stay"),
        pytest.param(33612345678, 33612345678, id="a number is not a text"),
    ],
)
def test_personal_data_are_masked_and_nothing_else(value: object, expected: object) -> None:
    assert logs.masked(value) == expected


def test_a_line_is_one_json_object_with_its_context(stream: io.StringIO) -> None:
    logs.configure(stream=stream)

    with structlog.contextvars.bound_contextvars(case="acme/F-1"):
        structlog.get_logger("relance").info("sent", to="j@a.fr", message_id="<1.2@relance.fr>", cents=12_050)

    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "sent",
        "level": "info",
        "logger": "relance",
        "case": "acme/F-1",
        "to": "***@a.fr",
        "message_id": "<1.2@relance.fr>",
        "cents": 12_050,
    }


def test_lines_of_libraries_take_the_same_road(stream: io.StringIO) -> None:
    logs.configure(stream=stream)

    with structlog.contextvars.bound_contextvars(case="acme/F-1"):
        logging.getLogger("dramatiq.worker").warning("Failed to tell %s.", "j@a.fr")

    (line,) = lines(stream)
    assert (line["event"], line["logger"], line["case"]) == ("Failed to tell ***@a.fr.", "dramatiq.worker", "acme/F-1")


@pytest.mark.parametrize("console", [False, True], ids=["for programs", "for people"])
def test_tracebacks_are_masked(stream: io.StringIO, *, console: bool) -> None:
    logs.configure(stream=stream, console=console)

    try:
        int("jeanne@exemple.fr")
    except ValueError:
        structlog.get_logger("relance").exception("failed")

    assert "ValueError: invalid literal for int() with base 10: '***@exemple.fr'" in stream.getvalue()
    assert "ValueError: invalid literal for int() with base 10: 'jeanne" not in stream.getvalue()


def test_the_level_holds_for_our_lines_and_for_libraries(stream: io.StringIO) -> None:
    logs.configure(stream=stream, level="WARNING")

    structlog.get_logger("relance").info("quiet")
    logging.getLogger("sqlalchemy").info("quiet")
    structlog.get_logger("relance").warning("loud")

    assert [line["event"] for line in lines(stream)] == ["loud"]


def test_configuring_again_writes_no_line_twice(stream: io.StringIO) -> None:
    logs.configure(stream=stream)
    logs.configure(stream=stream)

    logging.getLogger("dramatiq").warning("once")

    assert len(lines(stream)) == 1
