"""The demonstration, run as people run it: the real command, real processes, ninety days, twice."""

import email
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.until import until
from workers import embedded
from workers.channels.sink_files import count_by_message_id
from workers.demo.arrivals import ZONE
from workers.demo.children import environment
from workers.demo.place import MARK
from workers.ledger import database, schema
from workflows.business_days import Region, is_working_day
from workflows.case import ON_THE_LADDER
from workflows.side_letters import SIDE_LETTERS
from workflows.tracking import tracking_number

ROOT = Path(__file__).parents[2]
WITHIN_S = 240.0
#: Letters beside the ladder: an instalment that came in is thanked for.
PLAN_KEPT = ["instalment_offer", "instalment_confirmation", "payment_thanks", "payment_thanks"]
DISPUTE = ["dispute_acknowledged", "dispute_answered", "dispute_answered"]
PLAN_BROKEN = ["instalment_confirmation", "payment_thanks", "instalment_missed"]


def relance(*words: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "workers.cli", *map(str, words)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(os.environ), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@dataclass(frozen=True)
class Run:
    directory: Path
    shown: dict[str, Any]

    @property
    def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.shown["messages"]
        return found

    def about(self, number: str) -> list[dict[str, Any]]:
        """Steps of the ladder that left about an invoice."""
        mine = [message for message in self.messages if number in message["invoice_numbers"]]
        return [message for message in mine if message["template"] not in SIDE_LETTERS]

    def receipts(self, number: str) -> list[str]:
        """Letters beside the ladder that left about an invoice."""
        mine = [message for message in self.messages if number in message["invoice_numbers"]]
        return [message["template"] for message in mine if message["template"] in SIDE_LETTERS]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A short directory for demonstrations; whatever runs in it ends with the module."""
    folder = Path(tempfile.mkdtemp(prefix="relance-d-"))
    yield folder
    for each in folder.iterdir():
        embedded.stop(each)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def runs(place: Path) -> tuple[Run, Run]:
    """Two runs side by side; the second one leaves its servers running."""
    directories = (place / "first", place / "second")
    started = [
        relance("demo", "--json", "--data", directories[0]),
        relance("demo", "--json", "--keep", "--data", directories[1]),
    ]
    answers = [process.communicate(timeout=WITHIN_S) for process in started]
    assert [process.returncode for process in started] == [0, 0], [error for _, error in answers]
    first, second = (
        Run(directory, json.loads(text)) for directory, (text, _) in zip(directories, answers, strict=True)
    )
    return first, second


@pytest.fixture(scope="module")
def run(runs: tuple[Run, Run]) -> Run:
    return runs[0]


@pytest.fixture(scope="module")
def ledger(runs: tuple[Run, Run]) -> Iterator[sa.Connection]:
    """The ledger that the second run left."""
    engine = database.connect(embedded.start_postgres(runs[1].directory, durable=False))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def at(message: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(message["at"]).astimezone(ZONE)


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


def processes_of(directory: Path) -> list[bytes]:
    """Command lines of living processes that name `directory`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes()
        except OSError:  # it has just ended
            continue
        if os.fsencode(directory) in words:
            found.append(words)
    return found


# --- the same twice -------------------------------------------------------------------------------------------------


def without_paths(shown: dict[str, Any]) -> dict[str, Any]:
    messages = [{name: value for name, value in each.items() if name != "path"} for each in shown["messages"]]
    return shown | {"messages": messages}


def test_two_runs_give_the_same_results(runs: tuple[Run, Run]) -> None:
    first, second = (without_paths(each.shown) for each in runs)

    assert first["schema"] == "relance.demo/1"
    assert first == second


def test_nothing_is_left_running(runs: tuple[Run, Run]) -> None:
    assert processes_of(runs[0].directory) == []
    assert not any(server.is_running for server in embedded.status(runs[0].directory))


# --- what left ------------------------------------------------------------------------------------------------------


def test_every_message_lies_where_it_is_said_to(run: Run) -> None:
    starts = {"email": b"", "sms": b"", "letter": b"%PDF", "registered": b"%PDF"}

    assert run.messages
    for message in run.messages:
        content = Path(message["path"]).read_bytes()
        assert content
        assert content.startswith(starts[message["channel"]])


def test_the_mail_server_has_each_mail_of_the_ledger_once(runs: tuple[Run, Run], ledger: sa.Connection) -> None:
    sent = sa.select(schema.messages.c.message_id).where(
        schema.messages.c.channel == "email", schema.messages.c.status == "sent"
    )

    kept = count_by_message_id(runs[1].directory / "mails")

    assert kept == Counter(ledger.scalars(sent))
    assert len(kept) == sum(message["channel"] == "email" for message in runs[1].messages)
    assert set(kept.values()) == {1}


def test_no_step_of_an_invoice_leaves_twice_by_one_channel(run: Run) -> None:
    left = Counter(
        (number, message["step"], message["channel"])
        for message in run.messages
        for number in message["invoice_numbers"]
        if message["template"] not in SIDE_LETTERS
    )

    assert set(left.values()) == {1}


def test_nothing_leaves_on_a_weekend_or_a_holiday_or_by_night(run: Run) -> None:
    for message in run.messages:
        assert is_working_day(at(message).date(), Region.METROPOLE), message
        assert 7 <= at(message).hour < 19, message  # seven in Paris is nine in La Réunion


def test_a_holiday_of_the_debtors_region_is_kept(run: Run) -> None:
    first = next(message for message in run.about("AM-2026-0124") if message["step"] == "first")

    assert at(first).date() == local("04-07").date()  # its day was Good Friday, a holiday in Alsace; Easter follows


def test_a_debtor_with_three_invoices_gets_one_message_for_them(run: Run) -> None:
    three = ["AM-2026-0108", "AM-2026-0109", "AM-2026-0110"]
    found = [message for message in run.messages if set(three) & set(message["invoice_numbers"])]

    assert [message["invoice_numbers"] for message in found] == [three] * 3
    assert [message["template"] for message in found] == ["preventive", "first_reminder", "second_reminder"]


def test_a_late_import_begins_with_the_first_reminder_and_takes_one_step_at_a_time(run: Run) -> None:
    found = run.about("AM-2026-0116")

    assert [message["step"] for message in found] == ["first", "second", "third", "formal_notice"]
    gaps = [at(after) - at(before) for before, after in itertools.pairwise(found)]
    assert min(gaps) >= timedelta(days=7)


def test_a_formal_notice_never_comes_before_an_amicable_reminder(run: Run) -> None:
    notices = [message for message in run.messages if message["template"] == "formal_notice"]

    assert notices
    for notice in notices:
        for number in notice["invoice_numbers"]:
            before = [message["template"] for message in run.about(number) if at(message) < at(notice)]
            assert {"first_reminder", "third_reminder"} <= set(before)


def test_a_refused_address_is_followed_by_a_letter_for_the_same_step(run: Run) -> None:
    first, *_ = run.about("AM-2026-0113")

    assert (first["step"], first["channel"]) == ("first", "letter")
    assert run.about("AM-2026-0114") == []
    assert ("blocked", "AM-2026-0114") in {(task["kind"], task["subject"]) for task in run.shown["tasks"]}


def test_a_debtor_is_written_to_in_his_language(run: Run) -> None:
    assert {message["subject"].split()[0] for message in run.about("AM-2026-0120")} == {"Invoice"}


# --- what came back -------------------------------------------------------------------------------------------------


def mail_of(run: Run, number: str, template: str) -> EmailMessage:
    [path] = [
        each["path"] for each in run.messages if number in each["invoice_numbers"] and each["template"] == template
    ]
    message = email.message_from_bytes(Path(path).read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_text_message_goes_with_the_second_reminder(run: Run) -> None:
    [text] = [message for message in run.messages if message["channel"] == "sms"]

    assert (text["invoice_numbers"], text["step"]) == (["AM-2026-0103"], "second")


def test_what_debtors_and_mail_servers_said_is_named(run: Run) -> None:
    heard = run.shown["heard"]
    read = {(each["who"], each["reads"]) for each in heard}

    assert Counter(each["what"] for each in heard) == {"bounce": 1, "automatic": 1, "reply": 5, "call": 3}
    assert {
        ("bureau@maconnerie-pichon.example", "promise"), ("direction@hotel-des-alpes.example", "dispute"),
        ("direction@cuisines-morand.example", "instalment_request"), ("Fleurs Lemoine", "promises"),
    } <= read  # fmt: skip


def test_what_came_of_promises_disputes_and_plans_is_named(run: Run) -> None:
    ended = {(each["invoice_number"], each["what"]): each["outcome"] for each in run.shown["dealings"]}

    assert ended == {
        ("AM-2026-0126", "promise"): "kept", ("CL-26-201", "promise"): "kept", ("CL-26-202", "promise"): "broken",
        ("AM-2026-0106", "dispute"): "creditor", ("AM-2026-0107", "dispute"): "debtor",
        ("AM-2026-0119", "plan"): "running", ("AM-2026-0127", "plan"): "broken",
    }  # fmt: skip


def test_a_report_of_a_mail_server_is_followed_by_a_letter_for_the_same_step(run: Run) -> None:
    first, second, *_ = run.about("AM-2026-0125")

    assert [(each["step"], each["channel"]) for each in (first, second)] == [("first", "email"), ("first", "letter")]
    assert at(second) - at(first) < timedelta(hours=1)


def test_the_receipt_of_a_promise_is_in_the_thread_of_the_reminder(run: Run) -> None:
    reminder, receipt = (mail_of(run, "AM-2026-0126", name) for name in ("first_reminder", "promise_acknowledged"))
    reply = email.message_from_bytes((run.directory / "inputs/courriels/pichon-promesse.eml").read_bytes())

    assert reply["In-Reply-To"] == reminder["Message-ID"]
    assert reminder["Message-ID"] in receipt["References"]


def test_a_registered_letter_is_posted_with_a_number_and_its_delay_runs_from_reception(run: Run) -> None:
    posted = {each["invoice_numbers"][0]: each for each in run.shown["posted"] if each["channel"] == "registered"}
    letter = posted["AM-2026-0111"]

    assert (letter["posted_on"], letter["state"]) == ("2026-04-16", "delivered")
    assert {tracking_number(each["tracking_no"]) for each in posted.values()} == {
        each["tracking_no"] for each in posted.values()
    }
    assert (run.directory / "lots" / f"{letter['batch']}.pdf").read_bytes().startswith(b"%PDF")


def test_every_letter_was_posted_or_taken_back(run: Run) -> None:
    written = Counter(message["channel"] for message in run.messages if message["channel"] in ("letter", "registered"))

    assert Counter(each["channel"] for each in run.shown["posted"] if each["posted_on"]) == written


def test_people_of_the_story_act_under_their_own_names(ledger: sa.Connection) -> None:
    operations = schema.operations.c
    found = {(row.verb, row.by) for row in ledger.execute(sa.select(operations.verb, operations.by))}

    assert {("reply_accepted", "Claire Delmas"), ("post.batch", "Luc Ferrand"), ("post.done", "Luc Ferrand")} <= found


# --- what did not ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "since", "until_then"),
    [
        pytest.param("AM-2026-0101", "03-13T05:30", "06-01", id="paid in time"),
        pytest.param("AM-2026-0103", "03-27T05:30", "06-01", id="paid after two reminders"),
        pytest.param("AM-2026-0105", "03-13T05:30", "03-20T07:15", id="paid until the debit was rejected"),
        pytest.param("AM-2026-0106", "03-19T09:50", "04-08T17:10", id="disputed until it was resolved"),
        pytest.param("AM-2026-0117", "03-12T11:05", "04-08T16:30", id="paused until it was resumed"),
        pytest.param("AM-2026-0118", "03-19T15:25", "06-01", id="a payment was announced, and came"),
        pytest.param("AM-2026-0119", "03-18T18:20", "06-01", id="a reply, then a plan"),
        pytest.param("AM-2026-0121", "04-10T08:45", "06-01", id="insolvent"),
        pytest.param("AM-2026-0126", "03-11T14:20", "06-01", id="a promise by e-mail that was kept"),
        pytest.param("AM-2026-0127", "03-24T16:40", "05-14", id="a plan until it was broken"),
        pytest.param("AM-2026-0123", "03-01", "06-01", id="paid before the invoice came in"),
        pytest.param("AM-2026-0112", "05-12T15:00", "06-01", id="handed over"),
        pytest.param("CL-26-201", "03-23T10:15", "06-01", id="a promise that was kept"),
        pytest.param("CL-26-202", "03-19T16:00", "04-01", id="a promise that was broken, and its grace"),
        pytest.param("CL-26-206", "03-25T09:10", "06-01", id="cancelled"),
        pytest.param("CL-26-207", "03-31T11:40", "06-01", id="settled by a credit note"),
        pytest.param("CV/26/307", "04-21", "04-24T10:40", id="no bank statement"),
    ],
)
def test_no_message_leaves_while_a_fact_forbids_it(run: Run, number: str, since: str, until_then: str) -> None:
    left = [message for message in run.about(number) if local(since) <= at(message) < local(until_then)]

    assert left == []


@pytest.mark.parametrize(
    ("number", "letters"),
    [
        pytest.param("AM-2026-0126", ["promise_acknowledged"], id="a promise by e-mail"),
        pytest.param("CL-26-201", ["call_confirmation"], id="a promise in a call that was kept"),
        pytest.param("CL-26-202", ["call_confirmation"], id="a promise in a call that was broken"),
        pytest.param("AM-2026-0106", DISPUTE, id="a dispute"),
        pytest.param("AM-2026-0119", PLAN_KEPT, id="a plan that is kept"),
        pytest.param("AM-2026-0127", PLAN_BROKEN, id="a plan that is broken"),
    ],
)
def test_answers_get_their_receipt(run: Run, number: str, letters: list[str]) -> None:
    assert run.receipts(number) == letters


def test_each_message_left_while_its_case_was_on_the_ladder(ledger: sa.Connection) -> None:
    journal = schema.journal.c
    lines = ledger.execute(
        sa.select(journal.case_id, journal.kind, journal.event, journal.decision).order_by(journal.seq)
    )
    stages: dict[str, str] = {}
    sent = 0
    for line in lines:
        said = json.loads(line.event)
        if line.kind == "dispatch.reported" and said["outcome"] == "sent" and said.get("step") is not None:
            assert stages[line.case_id] in ON_THE_LADDER
            sent += 1
        stages[line.case_id] = json.loads(line.decision)["stage"]

    assert sent


@pytest.mark.parametrize(
    ("number", "step", "reason"),
    [
        pytest.param("AM-2026-0115", "third", "ended.paid", id="a payment on the morning of the step"),
        pytest.param("CL-26-209", "first", "ended.paid", id="a payment while the pressure budget held the message"),
        pytest.param("CV/26/306", "first", "ended.paid", id="a payment in the late statement"),
    ],
)
def test_a_step_that_was_stopped_is_listed_with_its_reason(run: Run, number: str, step: str, reason: str) -> None:
    listed = {(each["invoice_number"], each["step"], each["reason"]) for each in run.shown["withheld"]}

    assert (number, step, reason) in listed
    assert not any(message["step"] == step for message in run.about(number))


def test_messages_wait_for_the_bank_statement_and_leave_with_it(run: Run) -> None:
    held = {each["invoice_number"] for each in run.shown["postponed"] if each["reason"] == "gate.freshness"}
    released = next(message for message in run.about("CV/26/307") if message["step"] == "first")

    assert held == {"CV/26/302", "CV/26/304", "CV/26/306", "CV/26/307"}
    assert at(released) == local("04-24T10:40")


# --- how the stories end --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "stage"),
    [
        pytest.param("AM-2026-0104", "paid", id="paid in two parts"),
        pytest.param("AM-2026-0105", "paid", id="paid again after a rejected debit"),
        pytest.param("AM-2026-0107", "paid", id="partly disputed, credited, the rest paid"),
        pytest.param("AM-2026-0111", "formal_notice", id="formal notice delivered"),
        pytest.param("AM-2026-0112", "handed_over", id="formal notice unclaimed, then handed over"),
        pytest.param("AM-2026-0114", "blocked", id="no address left"),
        pytest.param("AM-2026-0116", "formal_notice", id="imported ninety days late"),
        pytest.param("AM-2026-0119", "instalments", id="two of three instalments paid"),
        pytest.param("AM-2026-0121", "insolvent", id="insolvent"),
        pytest.param("AM-2026-0123", "paid", id="paid before its invoice"),
        pytest.param("AM-2026-0125", "paid", id="reached by letter after a bounce"),
        pytest.param("AM-2026-0126", "paid", id="a promise by e-mail that was kept"),
        pytest.param("AM-2026-0127", "formal_notice", id="a plan broken, the whole due, the ladder goes on"),
        pytest.param("CL-26-205", "written_off", id="given up"),
        pytest.param("CL-26-206", "cancelled", id="cancelled"),
        pytest.param("CL-26-207", "paid", id="credited in full"),
        pytest.param("CV/26/302", "formal_notice", id="a consumer"),
        pytest.param("CV/26/308", "reminding", id="still being reminded"),
    ],
)
def test_a_story_ends_where_it_should(run: Run, number: str, stage: str) -> None:
    assert run.shown["cases"][number] == stage


@pytest.mark.parametrize(
    ("kind", "subject", "asked_on"),
    [
        # delivered on 20 April, eight days: from the 29th
        pytest.param("decision", "AM-2026-0111", "04-29", id="after the deadline that runs from reception"),
        # presented on 18 April, unclaimed on 3 May: the deadline has passed by then
        pytest.param("decision", "AM-2026-0112", "05-03", id="after a notice nobody fetched"),
        pytest.param("reception_unknown", "AM-2026-0116", "04-29", id="three weeks without news of a letter"),
        pytest.param("promise_broken", "CL-26-202", "04-01", id="a promise and its grace have passed"),
        # the second instalment was due on 24 April; its grace has passed on the 30th
        pytest.param("instalment_missed", "AM-2026-0127", "04-30", id="an instalment and its grace have passed"),
        pytest.param("reply", "AM-2026-0126", "03-11", id="a reply to be read"),
        pytest.param("dispute", "AM-2026-0106", "03-19", id="a dispute read in a reply"),
        pytest.param("payment_reversed", "AM-2026-0105", "03-20", id="a rejected debit"),
        pytest.param("unallocated", "VIR-A-0325", "03-25", id="a payment without a reference"),
        pytest.param("declare_claim", "AM-2026-0121", "04-10", id="an insolvency"),
    ],
)
def test_a_person_is_asked_on_the_right_day(run: Run, kind: str, subject: str, asked_on: str) -> None:
    asked = {
        (task["kind"], task["subject"]): datetime.fromisoformat(task["asked_at"]).astimezone(ZONE).date()
        for task in run.shown["tasks"]
    }

    assert asked[kind, subject] == local(asked_on).date()


def test_a_task_ends_with_what_it_was_about(run: Run) -> None:
    still = {(task["kind"], task["subject"]) for task in run.shown["tasks"] if task["is_open"]}

    assert ("decision", "AM-2026-0111") in still
    assert ("decision", "AM-2026-0112") not in still  # handed over
    assert ("dispute", "AM-2026-0106") not in still  # resolved
    assert ("promise_broken", "CL-26-202") not in still  # paid


def test_bad_input_is_counted_and_its_lines_are_kept(run: Run) -> None:
    [rejects] = (run.directory / "inputs").rglob("*.rejets*.csv")

    assert run.shown["refused"] == 4  # a line of a file, an unknown kind, an amount too large, broken JSON
    assert "AM-2026-0122" in rejects.read_text(encoding="utf-8-sig")
    assert "AM-2026-0122" not in run.shown["cases"]


# --- the command ----------------------------------------------------------------------------------------------------


def run_to_the_end(words: Sequence[str | Path]) -> tuple[int, str, str]:
    process = relance(*words)
    shown, told = process.communicate(timeout=WITHIN_S)
    return process.returncode, shown, told


def test_the_timeline_is_told_in_words_and_a_directory_is_used_again(place: Path) -> None:
    directory = place / "short"

    answers = [run_to_the_end(["--lang", lang, "demo", "--days", "3", "--data", directory]) for lang in ("fr", "en")]

    (code, french, _), (again, english, _) = answers
    assert (code, again) == (0, 0)
    assert "2 mars 11:03  e-mail       rappel avant échéance → Karim Haddad  (CV/26/302)" in french
    assert "2 Mar 11:03  e-mail       note before the due date → Karim Haddad  (CV/26/302)" in english
    assert processes_of(directory) == []


@pytest.mark.parametrize(("language", "days"), [("fr", "90"), ("en", "45")])
def test_every_line_is_in_words_and_every_place_is_there(place: Path, language: str, days: str) -> None:
    directory = place / f"told-{language}"
    code, told, _ = run_to_the_end(["--lang", language, "demo", "--days", days, "--data", directory])
    lines, places = told.splitlines(), re.findall(rf"^\S.* ({re.escape(str(directory))}\S*)$", told, re.MULTILINE)

    assert code == 0
    assert [line for line in lines if re.search(r"\b[a-z]+_[a-z]+\b", line) and "relance " not in line] == []
    assert places
    assert [each for each in places if not any(Path(each).iterdir())] == []


def test_a_directory_with_other_things_is_refused_and_left_alone(place: Path) -> None:
    directory = place / "other"
    directory.mkdir()
    (directory / "thesis.txt").write_text("my own")

    code, shown, told = run_to_the_end(["demo", "--json", "--data", directory])

    assert (code, shown) == (5, "")
    assert str(directory) in told
    assert [each.name for each in directory.iterdir()] == ["thesis.txt"]


def test_an_interrupted_run_leaves_nothing_running(place: Path) -> None:
    directory = place / "interrupted"
    process = relance("demo", "--json", "--data", directory)
    until(lambda: any((directory / "mails").glob("*.eml")), within_s=WITHIN_S)

    process.send_signal(signal.SIGTERM)
    shown, _ = process.communicate(timeout=WITHIN_S)

    assert (process.returncode, shown) == (130, "")
    assert processes_of(directory) == []
    assert (directory / MARK).is_file()


def test_a_killed_run_takes_its_processes_with_it(place: Path) -> None:
    directory = place / "killed"
    process = relance("demo", "--json", "--data", directory)
    until(lambda: any((directory / "mails").glob("*.eml")), within_s=WITHIN_S)

    process.kill()
    process.communicate(timeout=WITHIN_S)

    until(lambda: not any(b"workers." in words for words in processes_of(directory)), within_s=60)
    assert embedded.stop(directory)  # the servers outlive everybody, by design; the next run in there ends them
