"""The operator's commands, against a ledger and a timetable with something to look at: tables, JSON, exit codes."""

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.command_line import CommandLine, Done
from tests.office import DUE, Office, a_payment, an_invoice
from workers.channels.base import InDoubt, Refused
from workers.ledger import schema
from workers.publisher import WAKE
from workflows.events import FeedCompleted

WHY = ("--reason", "mended")


@pytest.fixture
def dead(office: Office) -> str:
    """An invoice whose first reminder was refused; the key of that dispatch."""
    return fail(office, Refused("554", "no, thank you", address_is_bad=False))


@pytest.fixture
def doubtful(office: Office) -> str:
    """An invoice whose first reminder nobody knows about; the key of that dispatch."""
    return fail(office, InDoubt("reset", "gone after the dot"))


def fail(office: Office, error: BaseException) -> str:
    office.happen(an_invoice())
    office.go_to(datetime.combine(DUE, time(20), UTC))
    office.mail.script = [office.mail.refuse(error)]
    while office.mail.script:
        due = office.system.broker.next_due()
        assert due is not None
        office.go_to(datetime.fromtimestamp(due / 1000, UTC))
    return str(office.one("SELECT max(dispatch_key) FROM attempts WHERE outcome <> 'sent'"))


def shown(done: Done) -> Any:  # noqa: ANN401 - any document
    assert done.code == 0, done.err
    return json.loads(done.out)


def line_of(done: Done, word: str) -> list[str]:
    return next(line.split() for line in done.out.splitlines() if line.split()[:1] == [word])


# --- looking --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("doubtful")
def test_the_overview_shows_what_is_in_doubt_and_who_paused_what(relance: CommandLine) -> None:
    relance("queues", "pause", "sms", "--reason", "le prestataire est en panne")

    french, english = relance("queues"), relance("queues", "--lang", "en")

    assert french.code == english.code == 0
    assert line_of(french, "email") == ["email", "sans", "worker", "0", "0", "0", "0", "0", "0", "1", "–", "0", "0"]
    assert "! sms : en pause depuis" in french.out
    assert "— « le prestataire est en panne »" in french.out
    assert "! 1 message(s) incertain(s) : relance queues list email --state indoubt" in french.out
    assert "QUEUE" in english.out
    assert "! 1 message(s) in doubt" in english.out


@pytest.mark.usefixtures("dead")
def test_the_overview_is_stable_data_for_programs(relance: CommandLine) -> None:
    document = shown(relance("queues", "--json"))
    metrics = relance("queues", "--prometheus").out

    assert document["schema"] == "relance.queues/1"
    email = next(each for each in document["queues"] if each["queue"] == "email")
    assert (email["dead"], email["in_doubt"], email["state"]) == (1, 0, "idle")
    assert 'relance_messages{queue="email",state="dead"} 1' in metrics.splitlines()
    assert 'relance_queue_workers{queue="email"} 0' in metrics.splitlines()


@pytest.mark.parametrize(
    ("narrow", "code"),
    [
        pytest.param(("--state", "dead"), 0, id="by state"),
        pytest.param(("email", "--state", "dead"), 0, id="by queue"),
        pytest.param(("sms", "--state", "dead"), 3, id="of another queue"),
        pytest.param(("--state", "dead", "--invoice", "F-1"), 0, id="by invoice"),
        pytest.param(("--state", "dead", "--invoice", "F-2"), 3, id="of another invoice"),
        pytest.param(("--state", "dead", "--debtor", "btp"), 0, id="by debtor"),
        pytest.param(("--state", "dead", "--error", "*THANK*"), 0, id="by the answer, whatever the case"),
        pytest.param(("--state", "dead", "--error", "thank_"), 3, id="an underscore stands for itself"),
        pytest.param(("--state", "dead", "--older-than", "30j"), 3, id="not that old"),
        pytest.param(("--state", "dead", "--attempts", "2"), 3, id="not so often"),
        pytest.param(("--state", "ready"), 3, id="in another state"),
        pytest.param(("--state", "done"), 0, id="what was sent before"),
        pytest.param(("wake", "--state", "dead"), 3, id="a queue that carries no dispatches"),
        pytest.param(("wake", "--state", "held"), 2, id="a state that this queue does not have"),
        pytest.param(("wake", "--invoice", "F-1"), 2, id="a filter that this queue does not have"),
        pytest.param(("--cursor", "nonsense"), 2, id="a cursor that no page gave"),
    ],
)
@pytest.mark.usefixtures("dead")
def test_lists_show_what_the_filter_names(relance: CommandLine, narrow: tuple[str, ...], code: int) -> None:
    assert relance("queues", "list", *narrow).code == code


def test_one_message_is_shown_with_its_attempts_and_a_masked_address(relance: CommandLine, dead: str) -> None:
    text = relance("queues", "show", dead)
    document = shown(relance("queues", "show", dead, "--json"))
    revealed = shown(relance("queues", "show", document["message_id"], "--reveal", "--json"))

    assert "no, thank you" in text.out
    assert "anne.perrin" not in text.out
    assert document["recipient"] == "a***@btp-rhone.example"
    assert [each["code"] for each in document["attempts"]] == ["554"]
    assert revealed["recipient"] == "anne.perrin@btp-rhone.example"
    assert relance("queues", "show", "nobody").code == 3


def test_a_trace_leads_from_the_invoice_to_the_answer(relance: CommandLine, dead: str) -> None:
    tree = shown(relance("queues", "trace", "F-1", "--json"))["facts"]

    ordered = {each["key"]: each for fact in tree for each in fact["dispatches"]}
    assert tree[0]["fact"] == "invoice.issued"
    assert [each["outcome"] for each in ordered[dead]["reports"]] == ["failed"]
    assert dead in relance("queues", "trace", "F-1").out


# --- acting ---------------------------------------------------------------------------------------------------------


def test_a_retry_is_told_with_what_became_of_it(relance: CommandLine, office: Office, dead: str) -> None:
    before = len(office.mails)

    done = shown(relance("queues", "retry", dead, *WHY, "--json"))
    office.work()

    assert [(each["said"], each["before"], each["after"]) for each in done["results"]] == [("done", "failed", "wanted")]
    assert len(office.mails) == before + 1
    assert relance("queues", "retry", dead, *WHY).code == 5  # it is sent now


@pytest.mark.usefixtures("dead")
def test_a_filter_selects_and_a_dry_run_changes_nothing(relance: CommandLine, office: Office) -> None:
    rehearsed = relance("queues", "retry", "--state", "dead", "--dry-run", *WHY)
    assert rehearsed.code == 0
    assert office.dispatches()[-1][1] == "failed"

    assert relance("queues", "discard", "--state", "dead", *WHY).code == 0
    assert office.dispatches()[-1][:2] == ("email", "withheld")
    assert relance("queues", "discard", "--state", "dead", *WHY).code == 3


def test_more_than_twenty_messages_are_only_shown_unless_they_are_meant(relance: CommandLine, office: Office) -> None:
    office.happen(*(an_invoice(f"F-{number}") for number in range(21)))
    office.go_to(datetime.combine(DUE - timedelta(days=6), time(20), UTC))
    office.system.ledger.dispose()
    relance("hold", "--reason", "inventory")
    office.go_to(datetime.combine(DUE, time(12), UTC))
    assert office.one("SELECT count(*) FROM dispatches WHERE reason = 'gate.hold'") == 21

    guarded = relance("queues", "discard", "--state", "held", *WHY)
    assert guarded.code == 5
    assert "--yes" in guarded.err
    assert office.one("SELECT count(*) FROM dispatches WHERE status = 'withheld'") == 0

    assert relance("queues", "discard", "--state", "held", "--yes", *WHY).code == 0
    assert office.one("SELECT count(*) FROM dispatches WHERE status = 'withheld'") == 21


@pytest.mark.parametrize(("way", "after"), [("--sent", "sent"), ("--resend", "wanted")])
def test_a_doubt_is_resolved_both_ways(relance: CommandLine, doubtful: str, way: str, after: str) -> None:
    document = shown(relance("queues", "resolve", doubtful, way, *WHY, "--json"))

    assert [each["after"] for each in document["results"]] == [after]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(("queues", "retry", "no/such/message", *WHY), 3, id="nobody knows it"),
        pytest.param(("queues", "retry", *WHY), 2, id="neither messages nor a state"),
        pytest.param(("queues", "retry", "x"), 2, id="no reason"),
        pytest.param(("queues", "retry", "x", "--reason", " "), 2, id="an empty reason"),
        pytest.param(("queues", "resolve", "x", *WHY), 2, id="neither sent nor resend"),
        pytest.param(("queues", "pause", "wake", "--until", "+2h", *WHY), 2, id="a moment for a queue without holds"),
        pytest.param(("queues", "postpone", "x/y", "--until", "soon", *WHY), 2, id="no moment at all"),
        pytest.param(("hold", "--until", "2020-01-01", *WHY), 2, id="a moment that has passed"),
        pytest.param(("release", *WHY), 3, id="nothing is held"),
        pytest.param(("tasks", "done", "nothing", "--note", "x"), 3, id="no such task"),
        pytest.param(("case", "F-404"), 3, id="no such case"),
        pytest.param(("explain", "F-404"), 3, id="nothing to explain"),
        pytest.param(("tasks",), 3, id="nothing to do"),
        pytest.param(("cases",), 3, id="no cases"),
        pytest.param(("workers",), 3, id="nobody works"),
    ],
)
@pytest.mark.usefixtures("office")
def test_what_cannot_be_done_has_its_exit_code_and_a_line(
    relance: CommandLine, words: tuple[str, ...], code: int
) -> None:
    done = relance(*words)

    assert (done.code, bool(done.err.strip())) == (code, True)


def test_a_postponed_message_waits(relance: CommandLine, office: Office) -> None:
    relance("hold", "--reason", "inventory")
    office.happen(an_invoice())
    office.go_to(datetime.combine(DUE - timedelta(days=4), time(12), UTC))
    key = office.one("SELECT key FROM dispatches")

    done = relance("queues", "postpone", key, "--until", "+2h", *WHY)

    assert done.code == 0
    assert office.one("SELECT not_before FROM dispatches") == office.clock.now() + timedelta(hours=2)


def test_a_wake_queue_is_paused_on_the_server(relance: CommandLine, office: Office) -> None:
    assert relance("queues", "pause", WAKE, *WHY).code == 0
    assert office.system.broker.queue_stats([WAKE])[0].is_paused

    assert relance("queues", "resume", WAKE, *WHY).code == 0
    assert not office.system.broker.queue_stats([WAKE])[0].is_paused


def test_a_drained_queue_is_empty_and_a_full_one_is_waited_for_in_vain(relance: CommandLine, office: Office) -> None:
    assert relance("queues", "drain").code == 0

    office.happen(an_invoice())
    office.jump(days=30)
    office.system.broker.do_promote(WAKE)

    assert relance("queues", "drain", WAKE, "--timeout", "0").code == 1


# --- upkeep ---------------------------------------------------------------------------------------------------------


def test_ledger_and_timetable_agree_until_something_is_lost(relance: CommandLine, office: Office) -> None:
    office.happen(an_invoice("F-1"), an_invoice("F-2"), an_invoice("F-3"))
    assert relance("queues", "reconcile").code == 0

    broker = office.system.broker
    broker.cancel(WAKE, "atelier/F-1")
    moved = broker.appointment(WAKE, "atelier/F-2")
    assert moved is not None
    broker.schedule(moved.message, moved.due_ms + 1, key="atelier/F-2")
    broker.schedule(moved.message, moved.due_ms, key="atelier/F-404")

    found = relance("queues", "reconcile", "--json")
    assert found.code == 1
    assert {(each["what"], each["name"]) for each in json.loads(found.out)["findings"]} == {
        ("missing", "atelier/F-1"), ("moved", "atelier/F-2"), ("orphan", "atelier/F-404"),
    }  # fmt: skip

    assert "3" in relance("queues", "reconcile", "--fix").err
    assert relance("queues", "reconcile").code == 0
    assert broker.appointment(WAKE, "atelier/F-404") is None


def test_a_wanted_dispatch_that_no_queue_holds_is_found_and_handed_over(relance: CommandLine, office: Office) -> None:
    office.happen(an_invoice())
    while not office.rows("SELECT 1 FROM dispatches"):
        due = office.system.broker.next_due()
        assert due is not None
        office.clock.jump_to(datetime.fromtimestamp(due / 1000, UTC))
        office.system.engine.ring("atelier/F-1", office.case().epoch)
    office.system.broker.flush("email")
    office.jump(minutes=2)

    assert relance("queues", "reconcile").code == 1
    assert relance("queues", "reconcile", "--fix").code == 0
    office.work()
    assert len(office.mails) == 1


def test_many_appointments_at_one_moment_are_compared_one_by_one(
    relance: CommandLine, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.operations.reconcile.PAGE", 3)
    office.happen(*(an_invoice(f"F-{number}") for number in range(10)))
    office.system.broker.cancel(WAKE, "atelier/F-7")

    found = json.loads(relance("queues", "reconcile", "--json").out)

    assert found["wake_ups"] == 10
    assert [each["name"] for each in found["findings"]] == ["atelier/F-7"]


def test_the_probe_says_which_threshold_is_exceeded(relance: CommandLine, office: Office, dead: str) -> None:
    strict = relance("queues", "check", "--min-workers", "0", "--json")
    assert strict.code == 4
    assert [each["name"] for each in json.loads(strict.out)["checks"] if not each["ok"]] == ["dead"]
    assert relance("queues", "check", "--min-workers", "0", "--max-dead", "1").code == 0
    assert relance("queues", "check", "--max-dead", "1").code == 4

    feed = FeedCompleted(event_id="feed", at=office.clock.now(), feed="payments", as_of=office.clock.now())
    office.happen(feed)
    assert relance("queues", "check", "--min-workers", "0", "--max-dead", "1").code == 0
    office.jump(hours=25)
    assert relance("queues", "check", "--min-workers", "0", "--max-dead", "1").code == 4
    assert dead


# --- cases, tasks, processes ----------------------------------------------------------------------------------------


def test_a_case_is_listed_shown_and_explained_in_both_languages(relance: CommandLine, office: Office) -> None:
    office.happen(an_invoice())
    office.go_to(datetime.combine(DUE + timedelta(days=8), time(20), UTC))

    listed = shown(relance("cases", "--json"))
    french, english = relance("explain", "F-1"), relance("explain", "F-1", "--lang", "en")

    assert [(each["number"], each["stage"]) for each in listed["cases"]] == [("F-1", "reminding")]
    assert "en relance" in relance("cases").out
    assert "dispatch.reported" in relance("case", "F-1").out
    assert "Ce qui vient, si rien d’autre n’arrive" in french.out
    assert "Ce qui l’annulerait" in french.out
    assert "What comes, if nothing else does" in english.out
    assert "plan.offset" in french.out
    assert "sans texte" not in french.out


def test_an_explanation_of_a_day_knows_nothing_that_came_later(relance: CommandLine, office: Office) -> None:
    office.happen(an_invoice())
    office.go_to(datetime.combine(DUE + timedelta(days=8), time(20), UTC))
    office.happen(a_payment({"F-1": 1000_00}, office.clock.now()))

    then = shown(relance("explain", "F-1", "--at", "2026-01-20", "--json"))
    now = shown(relance("explain", "F-1", "--json"))

    assert [each["because_of"] for each in then["decisions"]] == ["invoice.issued"]
    assert now["decisions"][-1]["stage"] == "paid"
    assert relance("explain", "F-1", "--at", "2025-12-01").code == 3


@pytest.mark.usefixtures("dead")
def test_a_task_is_listed_and_done(relance: CommandLine) -> None:
    [task] = [each for each in shown(relance("tasks", "--json"))["tasks"] if each["kind"] == "blocked"]

    assert "débloquer le dossier" in relance("tasks").out
    assert relance("tasks", "done", task["key"], "--note", "called them").code == 0
    assert task["key"] not in relance("tasks", "--json").out


def test_the_doctor_finds_what_is_wrong_and_mends_what_is_harmless(relance: CommandLine, office: Office) -> None:
    client = office.system.broker.client
    client.config_set("maxmemory-policy", "allkeys-lru")

    ill = relance("doctor", "--json")
    mended = relance("doctor", "--fix", "--lang", "en")

    assert ill.code == 1
    assert ("eviction", "failure") in {(each["name"], each["level"]) for each in json.loads(ill.out)["findings"]}
    assert mended.code == 0, mended.out
    assert "eviction" in mended.err
    assert client.config_get("maxmemory-policy")["maxmemory-policy"] in ("noeviction", b"noeviction")


def test_a_silent_process_is_told_from_a_living_one(relance: CommandLine, office: Office) -> None:
    now, ago = sa.func.now(), sa.func.now() - timedelta(minutes=5)
    row = {"kind": "worker", "host": "h", "version": "1", "queues": "email wake", "started_at": now}
    with office.system.ledger.begin() as connection:
        connection.execute(sa.insert(schema.workers).values(row | {"worker_id": "a", "pid": 1, "beat_at": now}))
        connection.execute(sa.insert(schema.workers).values(row | {"worker_id": "b", "pid": 2, "beat_at": ago}))

    document = shown(relance("workers", "--json"))
    email = next(each for each in shown(relance("queues", "--json"))["queues"] if each["queue"] == "email")

    assert [(each["pid"], each["alive"]) for each in document["workers"]] == [(1, True), (2, False)]
    assert email["workers"] == 1
    assert "muet" in relance("workers").out


def test_the_commands_run_as_processes_of_their_own(relance: CommandLine, dead: str) -> None:
    done = relance.apart("queues", "list", "--state", "dead", "--json")

    assert [each["key"] for each in shown(done)["dispatches"]] == [dead]
