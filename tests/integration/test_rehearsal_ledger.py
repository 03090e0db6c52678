"""Rehearsals on a real ledger: nothing changes, the same answer twice, and what the command says."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.command_line import CommandLine
from tests.conftest import START
from tests.office import DUE, Office, a_contact, a_debtor, a_payment, an_invoice, office_at, wanted
from workers.ledger import schema
from workers.operations.doing import Doing
from workers.operations.holds import hold
from workers.rehearsal import run
from workers.rehearsal.ledgers import libpq
from workers.rehearsal.reading import reading, slices_of
from workers.rehearsal.rules import rules_for
from workers.rehearsal.run import Rehearsed, Wish, rehearse_ledger
from workers.settings import Settings
from workflows.invoice import Contact
from workflows.rehearsal import Assumed

PORTFOLIO = 12
DRAFT = """
name = "standard"
version = 2
[[steps]]
name = "first"
after_due_days = {days}
channel = "email"
fallback = ["letter"]
template = "first_reminder"
tone = 1
"""


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    """A dozen debtors with three invoices each, one debtor whom no channel reaches, one who has paid."""
    with office_at(settings) as found:
        invoices = [
            an_invoice(
                f"F-{debtor}-{number}", debtor=a_debtor(f"d{debtor}", a_contact(email=f"d{debtor}@example.com")),
                due_date=DUE + timedelta(days=5 * number + debtor),
            )
            for debtor in range(PORTFOLIO)
            for number in range(3)
        ]  # fmt: skip
        found.happen(*invoices)
        found.happen(an_invoice("F-nowhere", debtor=a_debtor("nowhere", Contact(name="Personne"))))
        found.happen(an_invoice("F-paid", debtor=a_debtor("paid")))
        found.happen(a_payment({"F-paid": 1000_00}, START))
        yield found


@pytest.fixture
def command_line(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(office.system.settings, tmp_path, monkeypatch, capsys)


def rehearsed(office: Office, *, processes: int = 1, days: int = 60) -> Rehearsed:
    wish = Wish(days=days, rules=rules_for(office.system.settings, Assumed()), processes=processes)
    return rehearse_ledger(libpq(office.system.ledger.url), office.clock.now(), wish)


def content_of(office: Office) -> dict[str, str]:
    """A hash of every row of every table."""
    with office.system.ledger.connect() as connection:
        return {
            table.name: sha256(repr(sorted(map(repr, connection.execute(sa.select(table)).all()))).encode()).hexdigest()
            for table in schema.metadata.sorted_tables
        }


# --- no side effect -------------------------------------------------------------------------------------------------


def test_no_table_changes_and_no_queue(office: Office, command_line: CommandLine) -> None:
    wanted(office, "F-0-0")
    before, queues = content_of(office), office.system.broker.queue_stats()

    done = command_line("rehearse", "--days", "90")

    assert done.code == 0
    assert content_of(office) == before
    assert office.system.broker.queue_stats() == queues


def test_a_rehearsal_cannot_write_even_if_it_wanted_to(office: Office) -> None:
    ledger = libpq(office.system.ledger.url)

    with reading(ledger) as connection, pytest.raises(Exception, match="read-only transaction"):
        connection.execute("DELETE FROM tasks")


def test_what_is_committed_meanwhile_is_not_seen(office: Office) -> None:
    ledger = libpq(office.system.ledger.url)
    with reading(ledger) as connection:
        before = len(slices_of(connection, 1))
        office.happen(an_invoice("F-new", debtor=a_debtor("newcomer")))

        assert len(slices_of(connection, 1)) == before


# --- the same answer ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["--csv", "--json"])
def test_the_same_ledger_gives_the_same_bytes(command_line: CommandLine, form: str) -> None:
    first, second = (command_line.apart("rehearse", "--days", "90", form, "--limit", "5") for _ in range(2))

    assert first.code == 0, first.err
    assert len(first.out.splitlines()) > PORTFOLIO
    assert first.out == second.out


def test_two_processes_tell_what_one_tells(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr("workers.rehearsal.reading.slices_of.__defaults__", (3,))

    assert repr(rehearsed(office, processes=2)) == repr(rehearsed(office))


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_slices_hold_every_debtor_once(office: Office, size: int) -> None:
    with reading(libpq(office.system.ledger.url)) as connection:
        slices = slices_of(connection, size)

    refs = sorted(row.ref for row in office.rows("SELECT ref FROM debtors"))
    inside = [ref for part in slices for ref in refs if part.first[1] <= ref <= part.last[1]]
    assert inside == refs


# --- what it tells --------------------------------------------------------------------------------------------------


def test_the_invoices_of_a_debtor_leave_together_as_the_delivery_would_merge_them(office: Office) -> None:
    planned = rehearsed(office).active.planned

    assert any(len(each.parts) > 1 and "gate.merged" in each.guards for each in planned)
    days = sorted({each.day for each in planned if each.debtor_ref == "d0"})
    assert min(later - sooner for sooner, later in pairwise(days)) >= timedelta(days=3)


def test_debtors_that_nothing_would_reach_are_named(command_line: CommandLine) -> None:
    done = command_line("--lang", "en", "rehearse")

    assert "Nothing would leave for 1 debtor(s)" in done.out
    assert "(nowhere)" in done.out


def test_under_a_hold_nothing_leaves_and_the_reason_is_told(office: Office, command_line: CommandLine) -> None:
    hold(office.system, "all", Doing(by="test", reason="audit"))

    told = json.loads(command_line("rehearse", "--days", "60", "--json").out)

    assert told["messages"] == []
    assert {each["rule"] for each in told["stuck"]} == {"gate.hold", "blocked.no_contact"}


def test_after_a_hold_with_an_end_everything_leaves(office: Office) -> None:
    until = START + timedelta(days=45)
    hold(office.system, "all", Doing(by="test", reason="audit"), until=until)

    planned = rehearsed(office).active.planned

    assert planned
    assert min(each.at for each in planned) >= until
    assert "gate.hold" in planned[0].guards


def test_a_document_that_is_missing_keeps_its_invoice_back(office: Office) -> None:
    office.happen(an_invoice("F-doc", debtor=a_debtor("doc"), document="/nowhere/F-doc.pdf"))

    found = rehearsed(office).active

    assert [each.number for each in found.stuck if each.rule == "gate.missing_attachment"] == ["F-doc"]


def test_what_is_shown_can_begin_later(command_line: CommandLine) -> None:
    begin = date(2026, 2, 20)

    told = json.loads(command_line("rehearse", "--days", "60", "--from", begin.isoformat(), "--json").out)

    assert told["messages"]
    assert all(each["day"] >= begin.isoformat() for each in told["messages"])


# --- with a draft ---------------------------------------------------------------------------------------------------


def draft(folder: Path, days: int = 9) -> str:
    file = folder / "standard.toml"
    file.write_text(DRAFT.format(days=days), encoding="utf-8")
    return str(file)


def test_a_draft_tells_what_it_would_change(command_line: CommandLine) -> None:
    told = json.loads(command_line("rehearse", "--days", "60", "--scenario", draft(command_line.folder), "--json").out)

    changed = told["draft"]
    assert changed["moved"] == 3 * PORTFOLIO + 1
    assert changed["invoices"]["later"] == 3 * PORTFOLIO
    assert {each["step"] for each in changed["changes"] if each["turn"] == "dropped"} >= {"preventive", "second"}


def test_the_ladder_as_it_is_changes_nothing(office: Office, command_line: CommandLine) -> None:
    text = (Path(__file__).parents[2] / "workflows" / "scenarios" / "standard.toml").read_text("utf-8")
    file = command_line.folder / "same.toml"
    file.write_text(text, encoding="utf-8")
    office.go_on(days=20)

    told = json.loads(command_line("rehearse", "--scenario", str(file), "--json").out)

    assert told["draft"]["changes"] == []
    assert "en réalité" in command_line("--lang", "fr", "rehearse", "--past", "90", "--scenario", str(file)).out


def test_a_draft_with_a_mistake_is_refused_as_by_the_check(command_line: CommandLine) -> None:
    file = command_line.folder / "standard.toml"
    file.write_text(DRAFT.format(days=9).replace("first_reminder", "unwritten"), encoding="utf-8")

    refused, checked = command_line("rehearse", "--scenario", str(file)), command_line("scenarios", "check", str(file))

    assert (refused.code, refused.err) == (checked.code, checked.err)
    assert "unwritten" in refused.err


def test_a_draft_that_concerns_nobody_says_so(command_line: CommandLine) -> None:
    file = Path(draft(command_line.folder))
    file.write_text(file.read_text("utf-8").replace('"standard"', '"brand_new"'), encoding="utf-8")

    alone = command_line("--lang", "en", "rehearse", "--scenario", str(file))
    named = command_line("--lang", "en", "rehearse", "--scenario", str(file), "--replaces", "standard")

    assert alone.code == 3
    assert "--replaces" in alone.err
    assert named.code == 0


# --- the past -------------------------------------------------------------------------------------------------------


def test_the_past_with_the_same_ladder_is_what_happened(office: Office, command_line: CommandLine) -> None:
    office.happen(a_payment({"F-1-0": 1000_00}, START + timedelta(minutes=1)))
    office.go_on(days=50)
    text = (Path(__file__).parents[2] / "workflows" / "scenarios" / "standard.toml").read_text("utf-8")
    file = command_line.folder / "same.toml"
    file.write_text(text, encoding="utf-8")

    told = json.loads(command_line("rehearse", "--past", "90", "--scenario", str(file), "--json").out)

    assert told["messages_left"] == told["messages_would_leave"] > PORTFOLIO
    assert told["draft"]["changes"] == []


def test_a_slower_ladder_would_have_spared_an_invoice_that_was_already_paid(
    office: Office, command_line: CommandLine
) -> None:
    office.go_to(START + timedelta(days=30))  # the first reminder of F-0-0, due on 4 February, has left
    late_word = a_payment({"F-0-0": 1000_00}, office.clock.now(), value_date=DUE)
    office.happen(late_word)
    office.go_on(days=20)

    told = json.loads(command_line("rehearse", "--past", "90", "--scenario", draft(command_line.folder), "--json").out)

    assert (told["hits_on_paid_left"], told["hits_on_paid_would"]) == (1, 0)
