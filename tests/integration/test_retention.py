"""What becomes anonymous when its time is over, on a real ledger: nothing is left of it, and all proofs hold."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.marked_person import FIVE_YEARS, MAIL, MARKER, PHONE, TEN_YEARS, apply, breaks, everywhere, told, words
from tests.office import Office, a_contact, a_debtor, a_payment, an_invoice, office_at
from workers.ledger import copies
from workers.presets import load_presets
from workers.privacy import run
from workers.privacy.policy import LOGS
from workers.settings import Settings
from workers.settings_parts.retention import Retention
from workflows.events import EVENT
from workflows.replay import fold


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    with office_at(settings) as found:
        told(found)
        yield found


@pytest.fixture
def relance(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(office.system.settings, tmp_path, monkeypatch, capsys)


def test_the_search_of_this_test_finds_the_marker_where_people_put_it(office: Office) -> None:
    assert {
        "debtors.name", "debtors.facts", "cases.state", "events.body", "journal.event", "messages.recipient",
        "messages.facts", "messages.body", "payments.reference",
    } <= set(words(office))  # fmt: skip


def test_nothing_of_a_case_is_anonymised_before_its_time_and_the_reasons_are_said(office: Office) -> None:
    before = words(office)
    found = run.plan(office.system.ledger, Retention(correspondence_years=50), FIVE_YEARS)
    apply(office, datetime(2031, 3, 1, tzinfo=UTC))

    assert {rule for rule, _table in found.changed} <= {LOGS}
    assert words(office) == before


def test_after_five_years_only_who_was_invoiced_is_left(office: Office) -> None:
    before = words(office)
    apply(office, FIVE_YEARS)

    left = words(office)
    assert before != left
    assert set(left) == {"debtors.name", "debtors.facts", "events.body", "journal.event", "payments.reference"}
    assert everywhere(office.system.ledger, MAIL, PHONE) == {}
    kinds = office.rows("SELECT DISTINCT kind FROM journal WHERE event LIKE :word", word=f"%{MARKER}%")
    assert {row.kind for row in kinds} == {"invoice.issued", "payment.received"}
    assert breaks(office) == []


def test_of_who_is_a_customer_for_many_years_each_case_goes_in_its_own_time(
    office: Office, relance: CommandLine
) -> None:
    office.happen(an_invoice("L-1", debtor=a_debtor("usine", a_contact(email="compta@usine.example"))))
    mail = "From: compta@usine.example\r\nSubject: L-1\r\nMessage-ID: <l@usine.example>\r\n\r\nBientôt payée\r\n"
    (relance.folder / "l.eml").write_bytes(mail.encode())
    assert relance("mailbox", "take", "l.eml").code == 0
    asked = "SELECT count(*) FROM tasks WHERE case_id = 'atelier/L-1' AND detail <> '' AND done_at IS NULL"
    office.happen(a_payment({"L-1": 1000_00}, office.clock.now()))
    assert (office.case("L-1").stage, office.one(asked) > 0) == ("paid", True)
    later = datetime(2031, 5, 1, tzinfo=UTC)
    office.clock.jump_to(later)
    due = {"issue_date": later.date(), "due_date": later.date()}
    office.happen(an_invoice("L-2", debtor=a_debtor("usine"), at=later, **due))
    text = "SELECT text FROM incoming WHERE debtor_ref = 'usine'"
    assert "payée" in office.one(text)

    apply(office, FIVE_YEARS)

    assert (office.one(text), office.one(asked)) == ("", 0)
    assert (office.case("L-1").level, office.case("L-2").level) == (1, 0)
    assert breaks(office) == []


def test_after_ten_years_no_trace_is_left_and_all_that_is_proved_still_holds(
    office: Office, relance: CommandLine
) -> None:
    before = office.states()
    heads = relance("ledger", "heads").out
    (relance.folder / "heads.json").write_text(heads, encoding="utf-8")

    apply(office, FIVE_YEARS)
    apply(office, TEN_YEARS)

    assert words(office) == {}
    assert breaks(office) == []
    done = relance("ledger", "check", "--against", "heads.json")
    assert (done.code, done.err) == (0, ""), done.out
    assert relance("dossier", "G-1", "--out", "autre.zip").code == 0
    assert relance("dossier", "F-1", "--out", "f.zip", "--as-of", "2026-04-01").code == 0
    after = office.states()
    assert {key: value[:4] for key, value in after.items()} == {key: value[:4] for key, value in before.items()}


@pytest.mark.parametrize("at", [FIVE_YEARS, TEN_YEARS], ids=["five years", "ten years"])
def test_the_history_that_is_left_still_leads_to_the_same_stage_and_balance(office: Office, at: datetime) -> None:
    apply(office, at)

    ladders = {str(ladder.ref): ladder for ladder in load_presets().values()}
    for number in ("F-1", "F-2"):
        lines = office.rows("SELECT event FROM journal WHERE case_id = :id ORDER BY seq", id=f"atelier/{number}")
        ladder = f"{office.case(number).scenario}@{office.case(number).scenario_version}"
        case, _decisions = fold(
            [EVENT.validate_json(line.event) for line in lines], "atelier", {ladder: ladders[ladder]}
        )
        assert (case.stage, 0) == (office.case(number).stage, office.case(number).balance)


def test_of_every_fact_that_a_decision_gives_it_is_decided_whose_it_is_and_a_rung_has_one_seal(office: Office) -> None:
    lines = [(row.kind, row.salts, json.loads(row.decision)) for row in office.rows("SELECT * FROM journal")]

    named = {name for _kind, _salts, decided in lines for reason in decided["reasons"] for name in reason["facts"]}
    assert named - copies.OPEN_FACTS - copies.HIDDEN_FACTS == set()
    rungs = [salts for kind, salts, decided in lines
             if kind == "step.fell_due" and {each["kind"] for each in decided["effects"]} == {"send_step"}]  # fmt: skip
    assert (len(rungs) > 3, set(rungs)) == (True, {None})


def test_redis_holds_nobody(office: Office) -> None:
    client = office.system.broker.client
    kept = [bytes(client.dump(key) or b"") for key in client.scan_iter("*")]

    assert kept
    assert not [text for text in kept for word in (MARKER, MAIL, PHONE) if word.encode() in text]
