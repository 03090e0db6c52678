"""What becomes anonymous when its time is over, on a real ledger: nothing is left of it, and all proofs hold."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.command_line import CommandLine
from tests.office import GRENOBLE, Office, a_contact, a_debtor, a_payment, an_invoice, office_at
from workers.ledger import chain, schema
from workers.presets import load_presets
from workers.privacy import run
from workers.privacy.policy import LOGS
from workers.privacy.tally import Tally
from workers.settings import Settings
from workers.settings_retention import Retention
from workflows.events import EVENT, CallLogged, CasePaused, PromiseMade, ReplyHandled, ReplyReceived
from workflows.invoice import DebtorKind
from workflows.replay import fold

MARKER = "Zébulon"
MAIL = "zebulon.marqueur@btp-rhone.example"
PHONE = "+33639980042"
JANUARY = datetime(2026, 1, 12, 8, tzinfo=UTC)
#: Closed in 2026: five years later, and after the tenth end of year.
FIVE_YEARS, TEN_YEARS = datetime(2031, 6, 1, tzinfo=UTC), datetime(2037, 1, 2, tzinfo=UTC)


def everywhere(ledger: sa.Engine, *words: str) -> dict[str, int]:
    """In which columns any of these words is, and in how many rows; every column of every table is searched."""
    found = {}
    with ledger.connect() as connection:
        for table in schema.metadata.sorted_tables:
            for column in table.c:
                text = (
                    f"encode(\"{column.name}\", 'escape')" if str(column.type) == "BLOB" else f'"{column.name}"::text'
                )
                hits = sum(
                    connection.execute(
                        sa.text(f"SELECT count(*) FROM {table.name} WHERE {text} ILIKE :word"),
                        {"word": f"%{word.encode().decode('latin-1') if 'escape' in text else word}%"},
                    ).scalar_one()
                    for word in words
                )
                if hits:
                    found[f"{table.name}.{column.name}"] = hits
    return found


def told(office: Office) -> None:
    """A debtor with a marked person, who is written to, answers, calls, promises, pays; another one who does not."""
    person = a_contact(name=f"Anne {MARKER}", email=MAIL, phone=PHONE, address=GRENOBLE)
    whose = a_debtor("btp", person, kind=DebtorKind.CONSUMER).model_copy(update={"name": f"Anne {MARKER}"})
    office.happen(
        an_invoice("F-1", debtor=whose), an_invoice("F-2", debtor=whose),
        an_invoice("G-1", debtor=a_debtor("autre", a_contact(email="secret@autre.example"))),
    )  # fmt: skip
    office.go_to(datetime(2026, 2, 12, 9, tzinfo=UTC))
    at = office.clock.now()
    said = f"Je suis {MARKER}, {MAIL}, rappelez le {PHONE}"
    office.happen(
        ReplyReceived(event_id="r", at=at, reply_id="R-1", debtor_ref="btp", text=said, sender=MAIL),
        ReplyHandled(event_id="rh", at=at, reply_id="R-1", debtor_ref="btp", note=said),
        CallLogged(event_id="c", at=at, call_id="C-1", debtor_ref="btp", invoice_nos=("F-1",), disposition="promises",
                   promised_on=date(2026, 2, 27), with_name=f"Anne {MARKER}", note=said),
        PromiseMade(event_id="p", at=at, promise_id="P-1", invoice_nos=("F-2",), date=date(2026, 2, 27), by=MARKER),
        CasePaused(event_id="z", at=at, ref="btp", scope="debtor", until=date(2026, 3, 2), reason=said),
    )  # fmt: skip
    office.go_to(datetime(2026, 3, 20, 9, tzinfo=UTC))
    at = office.clock.now()
    office.happen(a_payment({"F-1": 1000_00, "F-2": 1000_00}, at, reference=f"VIR {MARKER}", debtor_ref="btp"))
    office.go_on(days=20)
    assert {office.case("F-1").stage, office.case("F-2").stage} == {"paid"}
    assert office.case("G-1").stage != "paid"


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


def apply(office: Office, at: datetime) -> Tally:
    found = Tally()
    for each in run.apply(office.system.ledger, Retention(), at, by="test"):
        found.take(each)
    return found


def breaks(office: Office) -> list[chain.Break]:
    with office.system.ledger.connect() as connection:
        return chain.verify(connection)


def words(office: Office) -> dict[str, int]:
    return everywhere(office.system.ledger, MARKER, MAIL, PHONE)


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


def test_redis_holds_nobody(office: Office) -> None:
    client = office.system.broker.client
    kept = [bytes(client.dump(key) or b"") for key in client.scan_iter("*")]

    assert kept
    assert not [text for text in kept for word in (MARKER, MAIL, PHONE) if word.encode() in text]
