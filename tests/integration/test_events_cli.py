import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.command_line import CommandLine
from tests.office import Office
from workers import publishing
from workers.intake.inbox import found, listed, try_again
from workers.intake.messages import receive, receive_many, rehearse
from workers.intake.unreadable import KEPT, Unread
from workers.ledger import schema
from workflows.event_schemas import EXAMPLES, KINDS, parse_event

AT = "2026-01-12T08:00:00Z"


def issued(number: str = "F-1", **changes: object) -> dict[str, Any]:
    data = deepcopy(EXAMPLES["invoice.issued"]["data"])
    data |= {"creditor": "atelier", "invoice_no": number, "issue_date": "2026-01-05", "due_date": "2026-02-04"}
    return {"type": "invoice.issued", "id": f"i-{number}", "source": "/t", "time": AT, "data": data | changes}


def paid(number: str = "F-1", currency: str = "EUR") -> dict[str, Any]:
    data = {
        "payment_id": f"V-{number}",
        "amount": {"amount": "10.00", "currency": currency},
        "value_date": "2026-01-11",
        "allocations": [{"invoice_no": number, "amount": "10.00"}],
    }
    return {"type": "payment.received", "id": f"p-{number}-{currency}", "source": "/t", "time": AT, "data": data}


def line(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()


def test_each_bad_event_has_its_answer_and_stops_nothing(office: Office) -> None:
    payloads = [
        line(issued()),
        b'{"type": "payment.received", "id": ',
        line(paid() | {"type": "payment.recieved"}),
        line(issued("F-2", due_date="2025-01-01")),
        line(paid(currency="USD")),
        line(paid("F-99")),
        line(paid()),
        line(paid()),
        line(issued() | {"time": "2026-01-12T09:00:00Z"}),
    ]

    answers = receive_many(office.system, payloads, way="/test")

    assert [answer.status for answer in answers] == [
        "accepted", "unreadable", "unreadable", "unreadable", "refused", "parked", "accepted", "duplicate", "conflict",
    ]  # fmt: skip
    assert all(answer.findings for answer in answers if answer.status in ("unreadable", "refused", "conflict"))
    assert "payment.received" in answers[2].findings[0]
    assert "due_date" in answers[3].findings[0]


def test_what_waits_was_refused_or_is_unreadable_can_be_seen(office: Office) -> None:
    receive_many(office.system, [b"{", line(issued()), line(paid(currency="USD")), line(paid("F-99"))], way="/test")

    with office.system.ledger.connect() as connection:
        items = listed(connection, ["parked", "refused", "unreadable"])
        refused = listed(connection, ["refused"])
        (shown,) = found(connection, "p-F-99-EUR")

    assert {(item.status, item.why[0].split()[0]) for item in items} == {
        ("unreadable", "the"), ("refused", "amount.currency"), ("parked", "atelier/F-99"),
    }  # fmt: skip
    assert [item.id for item in refused] == ["p-F-1-USD"]
    assert parse_event(shown.body) == parse_event(line(paid("F-99")))


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"\x00\xff\xfe", id="bytes that are no text"),
        pytest.param("{\x00", id="NUL in a text"),
        pytest.param('{"type": "\ud800"}', id="half a character"),
        pytest.param("[" * 100_000, id="endless nesting"),
        pytest.param("x" * (KEPT + 5), id="a very long one"),
        pytest.param("", id="nothing"),
        pytest.param("null", id="null"),
    ],
)
def test_an_input_of_any_kind_is_kept_and_never_raised(office: Office, payload: bytes | str) -> None:
    answer = receive(office.system, payload)

    assert isinstance(answer, Unread)
    with office.system.ledger.connect() as connection:
        (kept,) = found(connection, f"r{answer.number}")
    assert kept.why == answer.findings
    assert len(kept.body) <= KEPT


def test_a_rehearsal_answers_the_same_and_writes_nothing(office: Office) -> None:
    payloads = [line(issued()), line(paid()), b"{"]

    answers = rehearse(office.system, payloads)

    with office.system.ledger.connect() as connection:
        written = connection.scalar(sa.select(sa.func.count()).select_from(schema.events))
        kept = connection.scalar(sa.select(sa.func.count()).select_from(schema.rejects))
    assert [answer.status for answer in answers] == ["accepted", "accepted", "unreadable"]
    assert (written, kept) == (0, 0)


def test_a_refused_event_goes_in_once_what_it_lacked_is_there(office: Office) -> None:
    event = issued(creditor="nord")
    assert receive(office.system, line(event)).status == "refused"
    with office.system.ledger.begin() as connection:
        facts = connection.scalars(sa.select(schema.creditors.c.facts)).one()
        nord = json.dumps(json.loads(facts) | {"ref": "nord"})
        connection.execute(sa.insert(schema.creditors).values(ref="nord", facts=nord))
        (item,) = listed(connection, ["refused"])

    outcome = try_again(office.system, item)

    assert outcome.status == "accepted"
    with office.system.ledger.connect() as connection:
        assert listed(connection, ["refused"]) == []


def test_an_unreadable_input_is_forgotten_once_it_can_be_read(office: Office) -> None:
    with office.system.ledger.begin() as connection:  # as an older program, that did not know the type, kept it
        values = {"received_at": office.clock.now(), "source": "/t", "findings": '["unknown"]'}
        connection.execute(sa.insert(schema.rejects).values(values | {"body": line(issued()).decode()}))
        (item,) = listed(connection, ["unreadable"])

    outcome = try_again(office.system, item)

    assert outcome.status == "accepted"
    with office.system.ledger.connect() as connection:
        assert listed(connection, ["unreadable"]) == []


def test_another_python_program_publishes_with_one_call(office: Office) -> None:
    settings = office.system.settings

    first = publishing.publish(issued(), settings)
    second = publishing.publish(line(issued()), settings)
    third, fourth = publishing.publish_many([paid(), {"type": "x"}], settings)

    assert [each.status for each in (first, second, third, fourth)] == [
        "accepted", "duplicate", "accepted", "unreadable",
    ]  # fmt: skip


@pytest.fixture
def relance(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """The command, on the servers of the office."""
    return CommandLine(office.system.settings, tmp_path, monkeypatch, capsys)


def test_events_come_from_standard_input_one_a_line(relance: CommandLine) -> None:
    lines = [line(issued()).decode(), '{"type": ', line(paid("F-99")).decode(), line(paid()).decode()]

    done = relance.apart("events", "publish", "--batch", "--json", given="\n".join(lines))
    listed_then = relance("events", "list")

    answer = json.loads(done.out)
    assert done.code == 1
    assert answer["counts"] == {"accepted": 2, "unreadable": 1, "parked": 1}
    assert [result["place"] for result in answer["results"]] == [1, 2, 3, 4]
    assert "en attente" in listed_then.out
    assert "illisible" in listed_then.out


def test_publishing_may_stop_at_the_first_bad_event(relance: CommandLine) -> None:
    (relance.folder / "e.ndjson").write_bytes(b"\n".join([line(issued()), b"{", line(issued("F-2"))]))

    done = relance("events", "publish", "e.ndjson", "--stop")

    assert done.code == 1
    assert "1 événement(s) non lus" in done.err
    assert "accepté : 1, illisible : 1" in done.err


def test_one_event_is_published_from_its_facts(relance: CommandLine) -> None:
    (relance.folder / "f.json").write_text(json.dumps(issued()["data"]), "utf-8")

    rehearsed = relance("events", "publish", "invoice.issued", "--data", "@f.json", "--dry-run")
    done = relance("events", "publish", "invoice.issued", "--data", "@f.json")
    typo = relance("events", "publish", "invoise.issued", "--data", "{}")
    without = relance("events", "publish", "invoice.issued")

    assert rehearsed.out.split()[1:3] == ["atelier/F-1", "watching"]
    assert (done.code, "accepté : 1" in done.err) == (0, True)
    assert (typo.code, "did you mean" in typo.err) == (1, True)
    assert (without.code, "--data manque" in without.err) == (2, True)


def test_an_event_is_shown_and_retried(office: Office, relance: CommandLine) -> None:
    receive_many(office.system, [line(issued()), line(paid(currency="USD"))], way="/test")

    shown = relance("events", "show", "p-F-1-USD", "--json")
    retried = relance("events", "retry", "p-F-1-USD")
    absent = relance("events", "show", "nothing")

    assert json.loads(shown.out)["status"] == "refused"
    assert (retried.code, "la devise USD" in retried.out) == (1, True)
    assert absent.code == 3


def test_the_contract_needs_no_server(relance: CommandLine) -> None:
    (relance.folder / "good.json").write_text(json.dumps(list(EXAMPLES.values()), indent=2), "utf-8")
    (relance.folder / "bad.ndjson").write_bytes(b'{"type": 1}\n' + line(issued()))

    every = relance("events", "schema", "--all")
    one = relance("events", "schema", "payment.received")
    example = relance("events", "schema", "payment.received.v1", "--example")
    none = relance("events", "schema", "payment.recieved")
    good = relance("events", "validate", "good.json")
    bad = relance("events", "validate", "bad.ndjson", "--json")

    assert set(json.loads(every.out)["types"]) == set(KINDS)
    assert json.loads(one.out)["title"] == "payment.received.v1"
    assert json.loads(example.out) == EXAMPLES["payment.received"]
    assert (none.code, "payment.received" in none.err) == (3, True)
    assert good.code == 0
    assert (bad.code, len(json.loads(bad.out)["invalid"])) == (1, 1)
