"""The journal: append-only, and chained so that nobody changes it unseen."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from tests.office import Office, a_payment, an_invoice
from workers.ledger import chain
from workers.ledger.chain import Break
from workflows.events import CasePaused

JANUARY = datetime(2026, 1, 12, 8, tzinfo=UTC)


@pytest.fixture
def written(office: Office) -> Office:
    """Two cases with several lines each, one of them delivered."""
    pause = CasePaused(event_id="p", at=JANUARY, ref="F-2", until=date(2026, 1, 20), reason="vacation")
    office.happen(an_invoice("F-1"), an_invoice("F-2"), pause, a_payment({"F-1": 100_00, "F-2": 100_00}, JANUARY))
    office.go_to(datetime(2026, 2, 2, tzinfo=UTC))
    assert office.mails
    return office


def breaks(office: Office, case_id: str | None = None) -> list[Break]:
    with office.system.ledger.connect() as connection:
        return chain.verify(connection, case_id)


def tamper(office: Office, statement: str) -> None:
    """Change the journal as only the owner of the database can: with its triggers switched off."""
    with office.system.ledger.begin() as connection:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        assert connection.execute(sa.text(statement)).rowcount == 1


def test_what_the_program_wrote_holds(written: Office) -> None:
    assert breaks(written) == []
    assert breaks(written, "atelier/F-1") == []


def test_the_journal_holds_the_hash_of_what_was_handed_over(written: Office) -> None:
    said = written.rows(
        "SELECT event::jsonb->>'message_id' AS message_id, event::jsonb->>'body_sha256' AS sha256 FROM journal "
        "WHERE event::jsonb->>'outcome' = 'sent'"
    )

    kept = written.rows("SELECT message_id, encode(sha256(body), 'hex') FROM messages WHERE status = 'sent'")

    assert said
    assert {tuple(each) for each in said} == {tuple(each) for each in kept}


LINE = "(SELECT min(seq) + 1 FROM journal)"


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(
            f"UPDATE journal SET event = overlay(event PLACING 'X' FROM length(event) - 2) WHERE seq = {LINE}",
            id="one byte of an event",
        ),
        pytest.param(
            f"UPDATE journal SET decision = overlay(decision PLACING '9' FROM 30) WHERE seq = {LINE}",
            id="one byte of a decision",
        ),
        pytest.param(
            f"UPDATE journal SET recorded_at = recorded_at + interval '1 microsecond' WHERE seq = {LINE}",
            id="the instant of recording",
        ),
        pytest.param(f"UPDATE journal SET kind = 'call.logged' WHERE seq = {LINE}", id="a column beside the event"),
        pytest.param(f"UPDATE journal SET at = at - interval '1 day' WHERE seq = {LINE}", id="the instant beside it"),
        pytest.param(
            "UPDATE journal SET hash = repeat('a', 64) WHERE seq = (SELECT max(seq) FROM journal)", id="the last hash"
        ),
        pytest.param(f"DELETE FROM journal WHERE seq = {LINE}", id="a line taken out of the middle"),
        pytest.param("DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)", id="the last line taken out"),
        pytest.param(
            "INSERT INTO journal (case_id, source, event_id, kind, at, recorded_at, event, decision, salts, "
            "seals, hash) SELECT case_id, source, 'forged', kind, at, recorded_at, event, decision, salts, seals, "
            "hash FROM journal "
            f"WHERE seq = {LINE}",
            id="a line added",
        ),
        pytest.param(
            "UPDATE journal SET case_id = 'atelier/F-2' WHERE seq = (SELECT max(seq) FROM journal "
            "WHERE case_id = 'atelier/F-1')",
            id="a line moved to another case",
        ),
    ],
)
def test_what_somebody_changed_is_found(written: Office, statement: str) -> None:
    tamper(written, statement)

    assert breaks(written) != []


def test_a_break_names_its_case_and_leaves_the_others_alone(written: Office) -> None:
    tamper(written, "DELETE FROM journal WHERE seq = (SELECT min(seq) FROM journal WHERE case_id = 'atelier/F-2')")

    assert {found.case_id for found in breaks(written)} == {"atelier/F-2"}
    assert breaks(written, "atelier/F-1") == []


@pytest.mark.parametrize(
    "statement", ["UPDATE journal SET kind = kind", "DELETE FROM journal", "TRUNCATE journal"], ids=str.lower
)
def test_no_program_changes_the_journal(written: Office, statement: str) -> None:
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), written.system.ledger.begin() as connection:
        connection.execute(sa.text(statement))
