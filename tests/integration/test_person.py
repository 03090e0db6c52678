"""What a natural person may ask for: a copy of everything, the erasure of what nothing keeps, to be left alone."""

import io
import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.command_line import CommandLine
from tests.marked_person import MAIL, MARKER, PHONE, breaks, everywhere, told, words
from tests.office import GRENOBLE, Office, a_contact, a_debtor, a_payment, an_invoice, office_at
from tests.until import until
from workers.ledger.book import Book, Kind
from workers.operations.doing import Doing
from workers.privacy import requests
from workers.privacy.columns import personal
from workers.privacy.person import Person
from workers.privacy.requests import Request
from workers.settings import Settings
from workflows.events import CallLogged, CasePaused, ContactOptedOut, LetterState, LetterTracked
from workflows.invoice import Channel, DebtorKind

SAM = "sam.leroy@btp-rhone.example"


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


def exported(relance: CommandLine, *asked: str, name: str = "p.zip") -> dict[str, bytes]:
    done = relance("person", "export", *asked, "--out", name)
    assert done.code == 0, done.err
    with zipfile.ZipFile(io.BytesIO((relance.folder / name).read_bytes())) as archive:
        return {each: archive.read(each) for each in archive.namelist()}


def test_an_export_holds_every_column_with_words_of_people_and_every_message_as_it_left(
    office: Office, relance: CommandLine
) -> None:
    files = exported(relance, "btp")

    for table, name, _column in personal():
        content = json.loads(files[f"donnees/{table}.json"])
        assert name in content["columns"]
        assert all(name in row for row in content["rows"])
    rows = {name: len(json.loads(files[f"donnees/{name}.json"])["rows"]) for name in ("cases", "messages", "debtors")}
    assert rows == {"cases": 2, "messages": office.one("SELECT count(*) FROM messages WHERE debtor_ref = 'btp'"),
                    "debtors": 1}  # fmt: skip
    sent = {bytes(row.body) for row in office.rows("SELECT body FROM messages WHERE debtor_ref = 'btp'")}
    assert sent == {content for name, content in files.items() if name.startswith("messages/")}
    assert not any(b"secret@autre.example" in content for content in files.values())
    letter = files["lettre.txt"].decode()
    assert all(word in letter for word in ("(1 élément) :", "L123-22", "5 ans après la clôture", "[à compléter"))
    assert "(0 " not in letter


def test_an_export_by_address_holds_what_names_it_and_in_english_if_asked(relance: CommandLine) -> None:
    files = exported(relance, "--email", MAIL.upper(), "--language", "en", "--request", "RGPD-7")

    assert json.loads(files["donnees/journal.json"])["rows"]
    assert "L123-22" in files["letter.txt"].decode()


def test_a_request_is_noted_without_the_name_of_who_asked(office: Office, relance: CommandLine) -> None:
    exported(relance, "--email", MAIL, "--request", "RGPD-7")
    relance("person", "erase", "--email", MAIL, "--request", "RGPD-8", "--reason", "demande", "--yes")

    noted = office.rows("SELECT asked_for, reference, answer::text AS answer FROM person_requests ORDER BY id")

    assert [(row.asked_for, row.reference) for row in noted] == [("export", "RGPD-7"), ("erase", "RGPD-8")]
    assert not [row for row in noted for word in (MAIL, MARKER) if word in row.answer]


def test_looking_first_writes_nothing_and_tells_what_the_erasure_then_does(
    office: Office, relance: CommandLine
) -> None:
    before = office.rows("SELECT md5(string_agg(journal::text, '' ORDER BY seq)) FROM journal")
    searched = words(office)

    looked = relance("person", "erase", "btp", "--reason", "demande", "--dry-run", "--json")

    assert office.rows("SELECT md5(string_agg(journal::text, '' ORDER BY seq)) FROM journal") == before
    assert words(office) == searched
    done = relance("person", "erase", "btp", "--reason", "demande", "--yes", "--json")
    assert json.loads(looked.out)["items"] == json.loads(done.out)["items"]
    assert "erased" in {item["fate"] for item in json.loads(done.out)["items"]}


def test_an_erasure_that_nobody_confirms_does_nothing(office: Office, relance: CommandLine) -> None:
    before = words(office)

    done = relance("person", "erase", "btp", "--reason", "demande", given="n\n")

    assert (done.code, words(office)) == (5, before)


def test_after_an_erasure_what_is_left_is_what_is_said_to_be_kept_with_its_reason(
    office: Office, relance: CommandLine
) -> None:
    done = relance("person", "erase", "btp", "--reason", "demande", "--yes", "--json")

    kept = {item["table"]: item for item in json.loads(done.out)["items"] if item["fate"] == "kept"}
    assert {name.partition(".")[0] for name in words(office)} <= set(kept)
    assert {item["until"] for item in kept.values()} == {"2031-03-20", "2036-12-31"}
    assert all("service-public" in item["fr"] or "L123-22" in item["fr"] for item in kept.values())
    assert "debtors" in {item["table"] for item in json.loads(done.out)["items"] if item["fate"] == "erased"}
    facts = office.one("SELECT facts FROM debtors WHERE ref = 'btp'")
    assert (MAIL in facts, PHONE in facts) == (False, False)
    notes = office.rows("SELECT event FROM journal WHERE kind IN ('call.logged', 'reply.handled', 'case.paused')")
    assert notes
    assert not [row for row in notes if MARKER in row.event]
    assert [row.count for row in office.rows("SELECT count(*) FROM redactions GROUP BY case_id")] == [1, 1]
    assert breaks(office) == []
    assert relance("ledger", "check").code == 0


def test_once_the_law_keeps_nothing_an_erasure_leaves_no_trace(office: Office, relance: CommandLine) -> None:
    office.clock.jump_to(datetime(2037, 1, 2, tzinfo=UTC))

    done = relance("person", "erase", "btp", "--reason", "demande", "--yes", "--json")

    assert words(office) == {}
    assert {item["fate"] for item in json.loads(done.out)["items"]} == {"erased"}
    assert breaks(office) == []


def test_a_contact_at_a_company_goes_and_the_company_is_reminded_at_the_other_address(
    office: Office, relance: CommandLine
) -> None:
    sam = a_contact(ref="sam", name="Sam Leroy", email=SAM, phone="+33639980077", address=GRENOBLE)
    issued = an_invoice("H-1", debtor=a_debtor("usine", sam, a_contact(ref="main", email="compta@usine.example")))
    office.happen(issued)
    at = office.clock.now()
    stop: dict[str, Any] = {"at": at, "debtor_ref": "usine", "channel": Channel.SMS}
    office.happen(
        CallLogged(event_id="h", at=at, call_id="H", debtor_ref="usine", disposition="reached", with_name="Sam Leroy",
                   note=f"rappeler {SAM}"),
        ContactOptedOut(event_id="s1", address="+33639980077", **stop),
        ContactOptedOut(event_id="s2", contact="sam", how="dit par Sam Leroy", **stop),
        ContactOptedOut(event_id="s3", contact="main", **stop),
    )  # fmt: skip

    done = relance("person", "erase", "--email", SAM, "--reason", "demande", "--yes", "--json")

    assert done.code == 0, done.err
    assert office.statuses(issued) == ["duplicate"]
    assert everywhere(office.system.ledger, SAM, "Leroy", "+33639980077") == {}
    assert [
        each["email"] for each in json.loads(office.one("SELECT facts FROM debtors WHERE ref = 'usine'"))["contacts"]
    ] == ["compta@usine.example"]
    choices = json.loads(office.one("SELECT facts FROM debtors WHERE ref = 'usine'"))["choices"]
    assert [each["contact"] for each in choices] == ["main"]
    assert breaks(office) == []
    assert relance("ledger", "check").code == 0
    assert relance("person", "erase", "--email", SAM, "--reason", "demande", "--yes").code == 3


@pytest.mark.parametrize("asked", [("sam",), ("--email", SAM)], ids=["the debtor", "the address"])
def test_a_natural_person_who_still_owes_loses_the_remarks_and_keeps_the_debt(
    asked: tuple[str, ...], office: Office, relance: CommandLine
) -> None:
    whose = a_debtor("sam", a_contact(name="Sam Leroy", email=SAM), kind=DebtorKind.CONSUMER)
    office.happen(an_invoice("S-1", debtor=whose))
    at = office.clock.now()
    office.happen(CasePaused(event_id="s", at=at, ref="S-1", until=at.date(), reason=f"{SAM} est malade"))

    done = relance("person", "erase", *asked, "--reason", "demande", "--yes", "--json")

    kept = {item["table"]: item["why"] for item in json.loads(done.out)["items"] if item["fate"] == "kept"}
    assert (kept["debtors"], set(kept.values())) == ("open", {"open"})
    assert SAM in office.one("SELECT facts FROM debtors WHERE ref = 'sam'")
    assert everywhere(office.system.ledger, "malade") == {}
    office.go_on(days=20)
    assert SAM in {mail.to for mail in office.mails}
    assert breaks(office) == []


@pytest.mark.parametrize("other", ["jo" + SAM, "jo." + SAM, SAM + ".eu", SAM.replace("@", "-2@")])
def test_who_has_a_longer_address_is_somebody_else(other: str, office: Office, relance: CommandLine) -> None:
    office.happen(
        an_invoice("H-1", debtor=a_debtor("usine", a_contact(ref="sam", name="Sam", email=SAM),
                                          a_contact(ref="main", name="Samira", email=other))),
        an_invoice("H-2", debtor=a_debtor("usine-2", a_contact(name="Samira", email=other))),
    )  # fmt: skip
    at = office.clock.now()
    note = f"Samira répond\n{SAM} non"
    office.happen(
        CallLogged(event_id="h", at=at, call_id="H", debtor_ref="usine", disposition="reached", with_name="Samira"),
        CallLogged(event_id="i", at=at, call_id="I", debtor_ref="usine", disposition="reached", note=note),
    )

    files = exported(relance, "--email", SAM)
    assert [row["ref"] for row in json.loads(files["donnees/debtors.json"])["rows"]] == ["usine"]
    done = relance("person", "erase", "--email", SAM, "--reason", "demande", "--yes")

    assert done.code == 0, done.err
    contacts = json.loads(office.one("SELECT facts FROM debtors WHERE ref = 'usine'"))["contacts"]
    assert [each["email"] for each in contacts] == [other]
    noted = office.rows("SELECT event FROM journal WHERE kind = 'call.logged' AND case_id = 'atelier/H-1' ORDER BY seq")
    assert ["Samira" in row.event for row in noted] == [True, False]
    assert relance("person", "erase", "--email", SAM, "--reason", "demande", "--yes").code == 3


def test_what_was_refused_of_another_creditor_is_not_given(office: Office, relance: CommandLine) -> None:
    for creditor in ("atelier", "scierie"):
        office.write(
            "INSERT INTO rejects (received_at, source, findings, body) VALUES (:at, 's', '[]', :body)",
            at=office.clock.now(), body=json.dumps({"creditor": creditor, "debtor_ref": "btp"}),
        )  # fmt: skip

    rows = json.loads(exported(relance, "btp")["donnees/rejects.json"])["rows"]

    assert [json.loads(row["body"])["creditor"] if isinstance(row["body"], str) else row["body"]["creditor"]
            for row in rows] == ["atelier"]  # fmt: skip


def test_the_number_and_the_proof_of_a_letter_are_correspondence_and_stay(office: Office, relance: CommandLine) -> None:
    message_id = office.one("SELECT min(message_id) FROM messages WHERE debtor_ref = 'btp'")
    proof = "ab" * 32
    office.happen(LetterTracked(event_id="t", at=office.clock.now(), message_id=message_id, tracking_no="1A 2B",
                                state=LetterState.DELIVERED, proof_sha256=proof))  # fmt: skip

    relance("person", "erase", "btp", "--reason", "demande", "--yes")

    told = office.rows("SELECT event FROM journal WHERE kind = 'letter.tracked'")
    assert told
    assert all(proof in row.event and "1A 2B" in row.event for row in told)


def test_an_erasure_waits_for_who_holds_the_debtor_before_it_holds_anything(office: Office) -> None:
    ledger = office.system.ledger
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    request = Request(Person(email=MAIL), Doing("test", "demande"))
    with ThreadPoolExecutor() as pool:
        with ledger.begin() as connection:
            Book(connection, office.clock.now()).lock_names(Kind.DEBTOR, ["atelier/btp"])
            erasing = pool.submit(requests.erase, office.system, request, dry_run=True)
            until(lambda: office.one(waiting) == 1)
            connection.execute(sa.text("SELECT FROM debtors WHERE ref = 'btp' FOR UPDATE NOWAIT"))
        assert erasing.result(timeout=10)


def test_where_the_only_contact_goes_a_person_is_asked_and_the_case_goes_on(
    office: Office, relance: CommandLine
) -> None:
    for number, ref in enumerate(("usine", "usine-2"), start=1):
        whose = a_debtor(ref, a_contact(name="Sam Leroy", email=SAM))
        office.happen(an_invoice(f"H-{number}", at=office.clock.now(), debtor=whose))

    assert relance("person", "erase", "--email", SAM, "--reason", "demande", "--yes").code == 0
    office.go_on(days=40)

    assert SAM not in {mail.to for mail in office.mails}
    for number in (1, 2):
        assert office.one(
            "SELECT count(*) FROM tasks WHERE case_id = :id AND done_at IS NULL", id=f"atelier/H-{number}"
        )
    office.happen(a_payment({"H-1": 1000_00, "H-2": 1000_00}, office.clock.now()))
    assert {office.case("H-1").stage, office.case("H-2").stage} == {"paid"}
    assert relance("ledger", "check").code == 0


def test_a_restriction_stops_what_is_automatic(office: Office, relance: CommandLine) -> None:
    assert relance("person", "restrict", "autre", "--reason", "demande").code == 0

    assert json.loads(office.one("SELECT facts FROM debtors WHERE ref = 'autre'"))["do_not_contact"] is True


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        pytest.param(("nobody",), 3, "nobody", id="no such debtor"),
        pytest.param((), 2, "--email", id="neither a debtor nor an address"),
        pytest.param(("btp", "--email", MAIL), 2, "--email", id="both"),
        pytest.param(("--email", "zebulon"), 2, "--email", id="no whole address"),
        pytest.param(("--email", "ailleurs@nulle-part.example"), 3, "ailleurs", id="nothing held"),
    ],
)
def test_who_cannot_be_found_is_said(asked: tuple[str, ...], code: int, said: str, relance: CommandLine) -> None:
    done = relance("person", "erase", *asked, "--reason", "demande", "--yes")

    assert (done.code, said in done.err) == (code, True)


def test_an_address_in_the_reason_is_refused_for_the_reason_is_kept(relance: CommandLine) -> None:
    assert relance("person", "erase", "--email", MAIL, "--reason", f"demande de {MAIL}", "--yes").code == 2
