"""`relance ledger check` on a real ledger: silent where all holds, and naming what somebody changed."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.command_line import CommandLine
from tests.office import Office, a_payment, an_invoice
from workers.cli import ledger_commands
from workers.ledger import seals, store
from workflows.events import CasePaused, DebtorInsolvent, DisputeOpened, DisputeReason

JANUARY = datetime(2026, 1, 12, 8, tzinfo=UTC)


@pytest.fixture
def written(office: Office) -> Office:
    """Four cases in four stages: paid in part and reminded, paused, disputed, paid."""
    office.happen(*(an_invoice(f"F-{number}") for number in range(1, 5)))
    pause = CasePaused(event_id="p", at=JANUARY, ref="F-2", until=date(2026, 3, 20), reason="vacation")
    dispute = DisputeOpened(
        event_id="d", at=JANUARY, dispute_id="D", invoice_no="F-3", reason=DisputeReason.PRICE, amount=100_00
    )
    office.happen(pause, dispute, a_payment({"F-1": 100_00, "F-4": 1000_00}, JANUARY))
    office.go_to(datetime(2026, 2, 12, tzinfo=UTC))
    assert office.mails
    return office


@pytest.fixture
def relance(
    written: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(written.system.settings, tmp_path, monkeypatch, capsys)


def tamper(office: Office, *statements: str) -> None:
    """Change the ledger as only the owner of the database can: with its triggers and keys switched off."""
    with office.system.ledger.begin() as connection:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            assert connection.execute(sa.text(statement)).rowcount > 0


def test_what_the_program_wrote_holds(relance: CommandLine) -> None:
    done = relance("ledger", "check", "--json")

    answer = json.loads(done.out)
    assert (done.code, answer["holds"], answer["findings"]) == (0, True, [])
    assert answer["checked"]["cases"] == 4
    assert answer["checked"]["messages"] >= 1
    assert answer["checked"]["payments"] == 1
    assert relance("--lang", "en", "ledger", "check").out.endswith("All of it holds.\n")


def test_a_collective_procedure_and_what_came_after_it_hold_too(written: Office, relance: CommandLine) -> None:
    at = written.clock.now()
    opened = DebtorInsolvent(
        event_id="i", at=at, debtor_ref="btp", procedure="liquidation", judgment_date=at.date(), mandataire="Me Aubert"
    )
    written.happen(opened)
    written.go_on(days=70)

    assert relance("ledger", "check").code == 0


def test_a_long_check_tells_how_far_it_is(relance: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_commands, "_EVERY", {"chain": 10, "states": 2})

    done = relance("--lang", "en", "ledger", "check")

    assert "2 states of cases…\n4 states of cases…\n" in done.err
    assert "lines of the journal…" in done.err


OF_F1 = "case_id = 'atelier/F-1'"
TAMPERED = {
    "a line changed": (
        "chain", "atelier/F-1",
        [f"UPDATE journal SET decision = decision || ' ' WHERE seq = (SELECT min(seq) FROM journal WHERE {OF_F1})"],
    ),
    "a line taken out": (
        "chain", "atelier/F-1", [f"DELETE FROM journal WHERE seq = (SELECT min(seq) FROM journal WHERE {OF_F1})"],
    ),
    "two lines swapped": (
        "chain", "atelier/F-1",
        [f"UPDATE journal SET seq = -1 WHERE seq = (SELECT max(seq) FROM journal WHERE {OF_F1})"],
    ),
    "a case gone, its lines left": ("chain", "atelier/F-2", ["DELETE FROM cases WHERE case_id = 'atelier/F-2'"]),
    "a case gone with its lines": (
        "cases", "atelier/F-2",
        ["DELETE FROM journal WHERE case_id = 'atelier/F-2'", "DELETE FROM cases WHERE case_id = 'atelier/F-2'"],
    ),
    "a message changed": ("messages", "<", ["UPDATE messages SET body = body || 'x'::bytea"]),
    "a message changed with its hash": (
        "messages", "<",
        ["UPDATE messages SET body = 'x'::bytea, body_sha256 = encode(sha256('x'::bytea), 'hex')"],
    ),
    "a message gone": ("messages", "<", ["UPDATE dispatches SET message_id = NULL", "DELETE FROM messages"]),
    "a payment raised": ("payments", "atelier/P-", ["UPDATE payments SET amount = amount + 1"]),
    "a part of a payment gone": ("payments", "atelier/", ["DELETE FROM allocations WHERE number = 'F-1'"]),
    "a balance changed": ("states", "atelier/F-1", [f"UPDATE cases SET balance = 1 WHERE {OF_F1}"]),
    "a stage changed, with the state": (
        "states", "atelier/F-1",
        ["UPDATE cases SET stage = 'paid', state = jsonb_set(state, '{stage}', '\"paid\"') WHERE " + OF_F1],
    ),
    "a state that cannot be read": (
        "states", "atelier/F-1", [f"UPDATE cases SET state = state - 'invoice' WHERE {OF_F1}"],
    ),
    "a wake-up lost": (
        "wake_ups", "atelier/F-1",
        [f"UPDATE cases SET next_wake_at = NULL, state = state - 'next_wake_at' WHERE {OF_F1}"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", list(TAMPERED), ids=list(TAMPERED))
def test_what_somebody_changed_is_named(what: str, written: Office, relance: CommandLine) -> None:
    check, subject, statements = TAMPERED[what]
    tamper(written, *statements)

    done = relance("ledger", "check", "--json")

    found = [(each["check"], each["subject"]) for each in json.loads(done.out)["findings"]]
    assert done.code == 1
    assert [each for each in found if each[0] == check and each[1].startswith(subject)]
    assert all(each["text"] for each in json.loads(done.out)["findings"])
    assert subject in relance("ledger", "check").out


def test_a_line_that_was_forged_with_its_hashes_and_is_no_event_is_named(written: Office, relance: CommandLine) -> None:
    [line] = written.rows(
        "SELECT seq, recorded_at, decision FROM journal WHERE case_id = 'atelier/F-2' ORDER BY seq LIMIT 1"
    )
    seal = seals.seal("", ("{}", line.decision))
    forged = seals.line_hash(store.NO_HASH, "atelier/F-2", line.recorded_at, seal)
    tamper(
        written,
        f"DELETE FROM journal WHERE case_id = 'atelier/F-2' AND seq > {line.seq}",
        f"UPDATE journal SET event = '{{}}', salts = NULL, seals = '{seal}', hash = '{forged}' WHERE seq = {line.seq}",
        f"UPDATE cases SET chain = '{forged}' WHERE case_id = 'atelier/F-2'",
    )

    found = json.loads(relance("--lang", "en", "ledger", "check", "--json").out)["findings"]

    assert ("atelier/F-2", "the event of the line cannot be read") in [
        (each["subject"], each["text"]) for each in found
    ]


def test_a_case_that_left_no_trace_is_missed_by_the_heads_kept_elsewhere(
    written: Office, relance: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "heads.json").write_text(relance("ledger", "heads").out, encoding="utf-8")
    tamper(
        written,
        "DELETE FROM journal WHERE case_id = 'atelier/F-2'",
        "DELETE FROM cases WHERE case_id = 'atelier/F-2'",
        "DELETE FROM events WHERE body->>'invoice_no' = 'F-2'",
    )

    alone, against = relance("ledger", "check"), relance("ledger", "check", "--against", "heads.json", "--json")

    assert alone.code == 0
    assert against.code == 1
    assert [each["subject"] for each in json.loads(against.out)["findings"]] == ["atelier/F-2"]


def test_what_was_written_since_does_not_break_the_heads(written: Office, relance: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "heads.json").write_text(relance("ledger", "heads").out, encoding="utf-8")
    written.happen(a_payment({"F-1": 100_00}, written.clock.now()), an_invoice("F-9"))

    assert relance("ledger", "check", "--against", "heads.json").code == 0


@pytest.mark.parametrize("text", ["{}", "no JSON", '{"heads": {"a": 1}}', "[]"])
def test_a_file_that_holds_no_heads_is_refused(text: str, relance: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "heads.json").write_text(text, encoding="utf-8")

    done = relance("ledger", "check", "--against", "heads.json")

    assert done.code == 2
    assert "heads.json" in done.err
