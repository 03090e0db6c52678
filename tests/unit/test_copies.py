"""Copies without people: every field of every event decided, still readable, the same made once or twice."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import sqlalchemy as sa
from pydantic import BaseModel

from workers.ledger import copies, schema, seals
from workers.ledger.copies import MARK, Level
from workers.privacy.columns import COLUMNS, personal
from workflows.case import Case
from workflows.event_schemas import EXAMPLES, parse_event
from workflows.events import EVENT, CaseReviewed, DispatchReported, Inbound, StepFellDue
from workflows.machine.facts import QUOTED
from workflows.reason_texts import TEXTS

KINDS = [*get_args(Inbound), StepFellDue, DispatchReported, CaseReviewed]
#: What belongs to people in the examples of the events.
SOMEBODY = re.compile(r"Perrin|Delmas|Aubert|\w@(?!anonyme)|06 |\+33|durand", re.IGNORECASE)
DECIDED = copies.OPEN | copies.EVIDENCE | copies.MARKED | copies.HIDDEN | copies.SHAPED
DATA = Path(__file__).parents[1] / "data"
WORDS = (sa.Text, sa.JSON, sa.LargeBinary, sa.ARRAY, sa.String)


@pytest.mark.parametrize("model", KINDS, ids=lambda model: model.model_fields["kind"].default)
def test_of_every_field_of_an_event_it_is_decided_whose_it_is(model: type[BaseModel]) -> None:
    assert sorted(set(model.model_fields) - DECIDED) == []


@pytest.mark.parametrize("kind", list(EXAMPLES))
def test_a_copy_of_an_event_can_be_read_says_less_and_is_the_same_made_in_two_steps(kind: str) -> None:
    event = json.loads(parse_event(json.dumps(EXAMPLES[kind])).model_dump_json(exclude_none=True))

    evidence = copies.event_copy(event, Level.EVIDENCE, "salt")
    bare = copies.event_copy(event, Level.BARE, "salt")

    for copy in (evidence, bare):
        assert EVENT.validate_json(json.dumps(copy)).event_id == event["event_id"]
    assert copies.event_copy(evidence, Level.BARE, "") == bare
    assert copies.event_copy(bare, Level.BARE, "other") == bare
    words = {name: value for name, value in bare.items() if not name.endswith("_id")}
    assert not SOMEBODY.search(json.dumps(words, ensure_ascii=False))
    assert {key: bare[key] for key in copies.OPEN & set(event)} == {key: event[key] for key in copies.OPEN & set(event)}


@pytest.mark.parametrize(
    ("sort", "sets"),
    [("fields", ("OPEN", "EVIDENCE", "MARKED", "HIDDEN")), ("facts", ("OPEN_FACTS", "HIDDEN_FACTS"))],
    ids=["fields", "facts"],
)
def test_what_was_decided_once_is_never_decided_otherwise(sort: str, sets: tuple[str, ...]) -> None:
    """Lines are sealed with it for good: a name that is taken away or moved leaves lines that cannot be anonymised."""
    decided = json.loads((DATA / "copies_as_sealed.json").read_text("utf-8"))[sort]

    assert decided
    assert {name: [each for each in sets if name in getattr(copies, each)] for name in decided} == decided


def test_of_every_fact_of_a_reason_it_is_decided_whose_it_is() -> None:
    named = {name for texts in TEXTS.values() for text in texts for name in re.findall(r"{(\w+)}", text)}

    assert sorted(named - copies.OPEN_FACTS - copies.HIDDEN_FACTS) == []
    assert sorted(QUOTED - copies.OPEN_FACTS) == []


def test_a_decision_keeps_its_rules_and_codes_and_loses_its_words() -> None:
    decision = {
        "stage": "paused", "balance": 1, "next_wake_at": None, "idle_reason": None, "epoch": 2,
        "reasons": [{"rule": "paused", "facts": {"until": "2026-02-01", "reason": "Anne est malade"}},
                    {"rule": "blocked", "facts": {"reason": "gate.hold"}}],
        "effects": [{"kind": "ask_operator", "key": "a/1/x", "task": "reply", "detail": "Anne"}],
    }  # fmt: skip

    copy = copies.decision_copy(decision)

    assert not copies.is_plain(decision)
    assert copy["reasons"][0]["facts"] == {"until": "2026-02-01", "reason": MARK}
    assert copy["reasons"][1] == decision["reasons"][1]  # type: ignore[index]
    assert copy["effects"] == [{"kind": "ask_operator", "key": "a/1/x", "task": "reply"}]
    assert copies.is_plain(copy)


def texts_of(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    """Names of the fields that hold text somebody may have written, in a model and all that it holds."""
    seen.add(model)
    for name, field in model.model_fields.items():
        for part in parts_of(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel) and part not in seen:
                yield from texts_of(part, seen)
            elif part is str:
                yield name


def parts_of(annotation: Any) -> Iterator[Any]:  # noqa: ANN401 - any annotation
    arguments = [part for part in get_args(annotation) if not isinstance(part, str | int)]
    if not arguments:
        yield annotation
    for part in arguments:
        yield from parts_of(part)


def test_of_every_text_in_the_state_of_a_case_it_is_decided_whose_it_is() -> None:
    decided = copies.STATE_HIDDEN | copies.STATE_EVIDENCE | copies.STATE_MARKED | copies.STATE_OF_HAND_OVER
    found = set(texts_of(Case, set()))

    assert {"with_name", "note", "case_id"} <= found
    assert sorted(found - decided - copies.STATE_OPEN) == []


def test_every_column_with_words_says_whose_they_are() -> None:
    of_schema = {
        table.name: {column.name for column in table.c if isinstance(column.type, WORDS)}
        for table in schema.metadata.sorted_tables
    }

    assert {name: set(columns) for name, columns in COLUMNS.items()} == of_schema


def test_every_column_of_people_is_cleared_or_copied() -> None:
    assert [f"{table}.{name}" for table, name, column in personal() if not (column.cleared or column.is_copied)] == []


def test_a_line_that_speaks_of_nobody_has_one_seal_and_any_other_three() -> None:
    decision = '{"reasons":[],"effects":[]}'
    plain = seals.seals_of('{"kind":"step.fell_due","event_id":"a"}', decision)
    other = seals.seals_of('{"kind":"reply.received","event_id":"a","text":"oui"}', decision)

    assert (plain.salts, len(plain.seals.split())) == (None, 1)
    assert len(other.seals.split()) == 3
    assert seals.seals_of('{"kind":"reply.received","event_id":"a","text":"oui"}', decision).seals != other.seals


def test_what_was_said_cannot_be_found_from_the_seals_once_the_salts_are_gone() -> None:
    decision, event = '{"reasons":[],"effects":[]}', '{"event_id":"a","kind":"reply.received","text":"oui"}'
    sealed = seals.seals_of(event, decision)
    guesses = {seals.seal(salt, (event, decision)) for salt in ("", seals.GONE)}

    assert not guesses & set(sealed.seals.split())
    assert sealed.salts is not None
    assert seals.seal(sealed.salts.split()[0], (event, decision)) in sealed.seals
