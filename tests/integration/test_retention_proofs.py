"""Nobody passes tampering off as anonymisation; a run that was killed goes on; older ledgers are carried over whole."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.command_line import CommandLine
from tests.marked_person import FIVE_YEARS, MAIL, MARKER, TEN_YEARS, apply, breaks, told, words
from tests.office import Office, a_debtor, a_payment, a_reversal, an_invoice, office_at
from workers.ledger import schema, seals
from workers.ledger.copies import MARK, Level
from workers.ledger.redactions import Ground, figures, record_hash, redact
from workers.privacy import run
from workers.settings import Settings
from workers.settings_parts.retention import Retention

JANUARY = datetime(2026, 1, 12, 8, tzinfo=UTC)
GROUND = Ground("test", "person.erase", "demande", FIVE_YEARS)


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


def tamper(office: Office, statement: str, **values: object) -> None:
    """Change the ledger as only the owner of the database can: with its triggers switched off."""
    with office.system.ledger.begin() as connection:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        assert connection.execute(sa.text(statement), values).rowcount == 1


# --- tampering ------------------------------------------------------------------------------------------------------

OF_F1 = "(SELECT min(seq) FROM journal WHERE case_id = 'atelier/F-1')"
LINE = f"UPDATE journal SET {{}} WHERE seq = {OF_F1}"
RECORD = "UPDATE redactions SET {} WHERE id = (SELECT min(id) FROM redactions WHERE case_id = 'atelier/F-1')"
CLOAKS = {
    "an amount changed in what is left": LINE.format("event = replace(event, '1000', '9000')"),
    "a balance changed in what is left": LINE.format("decision = overlay(decision PLACING '7' FROM 40)"),
    "a level that says less was left": LINE.format("level = 1"),
    "a level that says it is whole": LINE.format("level = 0"),
    "a seal changed": LINE.format("seals = overlay(seals PLACING 'ab' FROM 140)"),
    "a salt put back": LINE.format("salts = 'a b'"),
    "the record gone": "DELETE FROM redactions WHERE id = (SELECT max(id) FROM redactions "
                       "WHERE case_id = 'atelier/F-1')",
    "who did it changed": RECORD.format("by = 'x'"),
    "the reason changed": RECORD.format("reason = 'x'"),
    "a line more in the record": RECORD.format("lines = lines || ARRAY['2 abc']"),
}  # fmt: skip


@pytest.mark.parametrize("statement", list(CLOAKS.values()), ids=list(CLOAKS))
def test_what_somebody_changed_under_the_cloak_of_anonymisation_is_found(statement: str, office: Office) -> None:
    apply(office, TEN_YEARS)
    assert breaks(office) == []

    tamper(office, statement)

    assert {found.case_id for found in breaks(office)} == {"atelier/F-1"}


def test_a_line_rewritten_with_a_record_of_its_own_is_found_too(office: Office) -> None:
    [line] = office.rows(f"SELECT * FROM journal WHERE seq = {OF_F1}")
    tamper(
        office, "UPDATE journal SET event = :event, level = 2, salts = '- -' WHERE seq = :seq", seq=line.seq,
        event=line.event.replace("1000", "9000").replace(MARKER, MARK),
    )  # fmt: skip
    with office.system.ledger.begin() as connection:
        record = {"case_id": "atelier/F-1", "at": FIVE_YEARS, "by": "x", "rule": "retention.evidence", "reason": "x",
                  "lines": [f"2 {line.hash}"]}  # fmt: skip
        connection.execute(sa.insert(schema.redactions), record | {"hash": record_hash("0" * 64, record)})

    assert [(found.case_id, found.seq) for found in breaks(office)] == [("atelier/F-1", line.seq)]


def test_a_line_that_promised_to_become_another_text_is_found_while_its_own_is_still_there(office: Office) -> None:
    """Else its writer could show one text until a head was kept elsewhere, and another one later as its copy."""
    lines = office.rows("SELECT * FROM journal WHERE case_id = 'atelier/F-1' ORDER BY seq")
    before, last = lines[-2:]
    other = ('{"event_id":"x"}', last.decision)
    sealed = " ".join((seals.seal("s", (last.event, last.decision)), seals.seal("t", other), seals.seal("", other)))
    end = seals.line_hash(before.hash, last.case_id, last.recorded_at, sealed)
    tamper(office, "UPDATE journal SET seals = :seals, salts = 's t', hash = :hash WHERE seq = :seq", seals=sealed,
           hash=end, seq=last.seq)  # fmt: skip
    tamper(office, "UPDATE cases SET chain = :end WHERE case_id = 'atelier/F-1'", end=end)

    assert [(found.case_id, found.seq) for found in breaks(office)] == [("atelier/F-1", last.seq)]


def test_a_debtor_whose_journal_does_not_hold_keeps_nobody_else_from_their_turn(
    office: Office, relance: CommandLine
) -> None:
    office.happen(an_invoice("K-1", debtor=a_debtor("zinc")))
    office.happen(a_payment({"K-1": 1000_00}, office.clock.now()))
    tamper(office, LINE.format("event = replace(event, '1000', '9000')"))
    office.clock.jump_to(TEN_YEARS)

    assert "relance ledger check" in relance("retention", "plan").err
    done = relance("retention", "apply", "--yes")

    assert (done.code, "relance ledger check" in done.err) == (0, True)
    assert (office.case("K-1").level, office.case("F-1").level) == (2, 0)
    refused = relance("person", "erase", "btp", "--reason", "demande", "--yes")
    assert (refused.code, "relance ledger check" in refused.err) == (1, True)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE journal SET event = '{}', level = 2, salts = '- -'", id="another text"),
        pytest.param("UPDATE journal SET level = 2, salts = '- -'", id="only the level"),
        pytest.param("UPDATE journal SET hash = 'x'", id="the hash"),
        pytest.param("DELETE FROM redactions", id="a record"),
        pytest.param("UPDATE redactions SET by = 'x'", id="who did it"),
    ],
)
def test_the_database_itself_lets_a_line_become_nothing_but_its_own_copy(statement: str, office: Office) -> None:
    apply(office, FIVE_YEARS)

    with pytest.raises(sa.exc.IntegrityError, match="append-only"), office.system.ledger.begin() as connection:
        connection.execute(sa.text(statement))


def test_who_anonymised_what_when_and_why_is_on_record(office: Office) -> None:
    with office.system.ledger.begin() as connection:
        count = redact(connection, "atelier/F-1", Level.EVIDENCE, GROUND)

    [record] = office.rows("SELECT * FROM redactions")
    assert (record.by, record.rule, record.reason, record.at, len(record.lines)) == (
        "test", "person.erase", "demande", FIVE_YEARS, count,
    )  # fmt: skip
    assert count > 3
    assert breaks(office) == []
    with office.system.ledger.connect() as connection:
        assert figures(connection) == (count, 1)


def test_a_dossier_of_what_was_anonymised_verifies_alone_and_one_byte_changed_is_refused(
    office: Office, relance: CommandLine, tmp_path: Path
) -> None:
    apply(office, FIVE_YEARS)
    assert relance("dossier", "F-1", "--out", "f.zip", "--as-of", "2026-04-01").code == 0
    with zipfile.ZipFile(relance.folder / "f.zip") as archive:
        archive.extractall(tmp_path / "f")
    verify = [sys.executable, "-I", str(tmp_path / "f" / "verifier.py")]

    assert subprocess.run(verify, check=False, capture_output=True, timeout=60).returncode == 0

    for name in ("anonymisations.jsonl", "journal.jsonl"):
        path = tmp_path / "f" / name
        content = path.read_bytes()
        path.write_bytes(content.replace(b"retention", b"retentiox").replace(b"paid", b"paie"))
        assert path.read_bytes() != content
        assert subprocess.run(verify, check=False, capture_output=True, timeout=60).returncode == 1
        path.write_bytes(content)


# --- running --------------------------------------------------------------------------------------------------------


def test_a_plan_writes_nothing_and_says_what_the_run_then_does(office: Office) -> None:
    ledger, before = office.system.ledger, words(office)
    tables = [table.name for table in schema.metadata.sorted_tables]
    digest = "SELECT md5(string_agg(each::text, '' ORDER BY each::text)) FROM {} AS each"
    states = [office.one(digest.format(name)) for name in tables]

    planned = run.plan(ledger, Retention(), FIVE_YEARS)

    assert [office.one(digest.format(name)) for name in tables] == states
    assert words(office) == before
    done = apply(office, FIVE_YEARS)
    assert planned.changed == done.changed
    assert planned.total > 10
    assert planned.oldest["retention.correspondence"] == date(2026, 3, 20)


def test_a_run_that_was_killed_goes_on_and_a_second_run_finds_nothing_to_do(office: Office) -> None:
    for number in range(1, 4):
        ref = f"deb-{number}"
        office.happen(an_invoice(f"K-{number}", debtor=a_debtor(ref)))
        office.happen(a_payment({f"K-{number}": 1000_00}, office.clock.now()))
    whole = run.plan(office.system.ledger, Retention(), TEN_YEARS)

    some = list(islice(run.apply(office.system.ledger, Retention(), TEN_YEARS, by="killed"), 2))
    rest = apply(office, TEN_YEARS)

    assert sum(each.debtors for each in some) + rest.debtors == whole.debtors == 4
    assert sum(each.total for each in some) + rest.total == whole.total
    assert apply(office, TEN_YEARS).total == 0
    assert breaks(office) == []


def test_a_transaction_that_dies_halfway_leaves_the_debtor_whole(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = words(office)

    def dies(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("workers.privacy.debtors.OneDebtor._clear_debtor", dies)
    with pytest.raises(KeyboardInterrupt):
        apply(office, FIVE_YEARS)
    assert words(office) == before
    monkeypatch.undo()

    apply(office, TEN_YEARS)
    assert words(office) == {}


def test_what_happens_to_an_anonymised_case_is_taken_in_and_kept_for_its_own_time(office: Office) -> None:
    apply(office, TEN_YEARS)
    office.clock.jump_to(TEN_YEARS + timedelta(days=1))
    late = a_payment({"F-1": 5_00}, office.clock.now(), reference=f"VIR {MARKER}")

    assert office.statuses(late, a_reversal(late, office.clock.now())) == ["accepted", "accepted"]

    assert office.case("F-1").level == 0
    assert breaks(office) == []
    apply(office, TEN_YEARS + timedelta(days=2))
    assert words(office)
    apply(office, TEN_YEARS + timedelta(days=365 * 12))
    assert words(office) == {}


def test_rejected_input_unmatched_mail_and_logs_go_after_a_year(office: Office, relance: CommandLine) -> None:
    message = f"From: {MAIL}\r\nSubject: {MARKER}\r\nMessage-ID: <a@b.example>\r\n\r\nBonjour {MARKER}\r\n"
    (relance.folder / "m.eml").write_bytes(message.encode())
    other = message.replace(MAIL, "x@nulle-part.example").replace("<a@", "<b@").replace("Subject:", f"Subject: {MAIL}")
    (relance.folder / "n.eml").write_bytes(other.encode())
    for name in ("m.eml", "n.eml"):
        relance("mailbox", "take", name)
    office.write(
        "INSERT INTO rejects (received_at, source, findings, body) VALUES (:at, 's', '[]', :body)",
        at=office.clock.now(), body=MARKER,
    )  # fmt: skip
    office.write(
        "INSERT INTO hook_calls (call_id, received_at, provider, method, url, headers, body, status, attempts) "
        "VALUES ('c', :at, 'p', 'POST', '/x', '{}', :body, 'unmatched', 0)",
        at=office.clock.now(), body=MARKER.encode(),
    )  # fmt: skip
    held = words(office)
    assert {"rejects.body", "hook_calls.body", "incoming.subject"} <= set(held)
    assert office.one("SELECT count(*) FROM incoming WHERE status = 'unmatched'") == 1

    apply(office, office.clock.now() + timedelta(days=364))
    assert words(office) == held
    apply(office, office.clock.now() + timedelta(days=366))

    assert not {"rejects.body", "hook_calls.body"} & set(words(office))
    assert office.one("SELECT text || sender FROM incoming WHERE status = 'unmatched'") == MARK
    assert apply(office, office.clock.now() + timedelta(days=366)).total == 0


def test_what_a_provider_said_of_a_message_is_kept_as_long_as_the_message(office: Office) -> None:
    office.write(
        "INSERT INTO hook_calls (call_id, received_at, provider, method, url, headers, body, status, attempts, "
        "message_id) SELECT 'c', :at, 'p', 'POST', '/x', '{}', :body, 'done', 0, min(message_id) FROM messages "
        "WHERE debtor_ref = 'btp'",
        at=office.clock.now(), body=MARKER.encode(),
    )  # fmt: skip

    office.write(
        "INSERT INTO letter_proofs (message_id, sha256, taken_at, media_type, content) SELECT min(message_id), 's', "
        ":at, 'application/pdf', :body FROM messages WHERE debtor_ref = 'btp'",
        at=office.clock.now(), body=MARKER.encode(),
    )  # fmt: skip
    theirs = {"hook_calls.body", "letter_proofs.content"}

    apply(office, office.clock.now() + timedelta(days=400))
    assert theirs <= set(words(office))
    apply(office, FIVE_YEARS)
    assert not theirs & set(words(office))


def test_the_relay_does_it_once_a_day_where_the_settings_say_so(office: Office) -> None:
    office.clock.jump_to(TEN_YEARS)
    office.system.relay.sweep()
    assert words(office)

    assert office.system.relay.upkeep is not None
    office.system.relay.upkeep.settings = Retention(automatic=True)
    office.system.relay.sweep()

    assert words(office) == {}
    assert {row.by for row in office.rows("SELECT by FROM redactions")} == {"relay"}


def test_the_command_asks_before_it_acts(office: Office, relance: CommandLine) -> None:
    office.clock.jump_to(TEN_YEARS)
    before = words(office)

    assert relance("retention", "apply", given="n\n").code == 5
    assert words(office) == before
    planned = json.loads(relance("retention", "plan", "--json").out)
    done = json.loads(relance("retention", "apply", "--yes", "--json").out)

    assert planned["rows"] == done["rows"] > 0
    assert words(office) == {}
    assert "Rien n’est échu" in relance("retention", "plan").out


def test_heads_of_before_are_not_taken_for_heads_of_now(relance: CommandLine) -> None:
    (relance.folder / "old.json").write_text('{"heads": {"atelier/F-1": "abc"}}', encoding="utf-8")

    done = relance("ledger", "check", "--against", "old.json")

    assert (done.code, "0008" in done.err) == (2, True)
