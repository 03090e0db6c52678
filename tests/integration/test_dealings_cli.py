"""Disputes, promises, plans, pauses and calls from the command line, against a real ledger and real workers."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.command_line import CommandLine, Done
from tests.office import GRENOBLE, Office, a_contact, a_debtor, a_payment, an_invoice
from workflows.events import CreditNoteIssued, InvoiceIssued
from workflows.money import Money
from workflows.numbering import national

OVERDUE = date(2026, 1, 10)
TUESDAY = datetime(2026, 1, 20, 9, tzinfo=UTC)
PHONE = "+33478000000"


def callable_invoice(number: str = "F-1", **changes: Any) -> InvoiceIssued:  # noqa: ANN401 - any field of the fact
    return an_invoice(
        number, due_date=OVERDUE, debtor=a_debtor("btp", a_contact(phone=PHONE, address=GRENOBLE)), **changes
    )


@pytest.fixture
def reminded(office: Office) -> Office:
    """One reminder has left, and it is Tuesday morning."""
    office.happen(callable_invoice())
    office.go_to(TUESDAY)
    return office


def done(answer: Done) -> str:
    """What a command that went well has shown."""
    assert answer.code == 0, answer.err
    return answer.out


def listed(relance: CommandLine, *words: str) -> list[dict[str, Any]]:
    """The lines of a list, as a program reads them."""
    document = json.loads(done(relance(*words, "--json")))
    found: list[dict[str, Any]] = next(value for value in document.values() if isinstance(value, list))
    return found


def minutes_pass(office: Office) -> None:
    office.go_on(minutes=10)


# --- a day of a clerk -----------------------------------------------------------------------------------------------


def test_a_dispute_about_a_part_is_opened_given_away_answered_decided_and_the_ladder_comes_back_softly(
    reminded: Office, relance: CommandLine
) -> None:
    tried = relance("dispute", "open", "F-1", "--category", "quality", "--amount", "300", "--dry-run")
    assert "votre contestation est enregistrée" in done(tried)
    assert "300,00" in tried.out
    assert reminded.one("SELECT count(*) FROM events WHERE kind LIKE 'dispute%'") == 0

    done(relance("dispute", "open", "F-1", "--category", "quality", "--amount", "300", "--owner", "Claire",
                 "--comment", "Deux panneaux rayés", "--file", "photo.jpg"))  # fmt: skip
    minutes_pass(reminded)
    done(relance("dispute", "assign", "F-1", "--owner", "Karim", "--deadline", "2026-02-06"))
    [line] = listed(relance, "dispute", "list", "--owner", "Karim")
    assert (line["number"], line["amount"], line["deadline"], line["awaiting"]) == (
        "F-1", 300_00, "2026-02-06", "creditor",
    )  # fmt: skip
    reminded.go_on(hours=2)
    assert "dispute_acknowledged" in templates(reminded)

    done(relance("dispute", "answer", "F-1", "--text", "Nous échangeons les deux panneaux ; cela vous convient-il ?"))
    reminded.go_on(hours=2)
    assert "cela vous convient-il" in " ".join(reminded.mails[-1].text.split()).replace("\xa0", " ")
    assert listed(relance, "dispute", "list")[0]["awaiting"] == "debtor"
    done(relance("dispute", "answer", "F-1", "--from", "debtor", "--text", "Oui, avec un geste de 60 €."))
    assert listed(relance, "dispute", "list")[0]["awaiting"] == "creditor"

    minutes_pass(reminded)
    done(relance("dispute", "resolve", "F-1", "--outcome", "partial", "--amount", "60",
                 "--note", "Un avoir de 60 € vous est adressé."))  # fmt: skip
    assert reminded.tasks() == ["credit_note_requested"]
    assert "avoir attendu" in done(relance("dispute", "show", "F-1"))
    assert "Deux panneaux rayés" in relance("dispute", "show", "F-1").out
    reminded.go_on(hours=2)
    answers = [mail for mail in reminded.mails if "dispute_answered" in mail.dispatch_id]
    assert "Un avoir de 60" in answers[-1].text

    reminded.happen(CreditNoteIssued(
        event_id="avoir", at=reminded.clock.now(), credit_note_no="A-1", amount=Money(amount=60_00), invoice_no="F-1",
    ))  # fmt: skip
    assert reminded.tasks() == []
    before = len(reminded.reminders)
    reminded.go_on(days=12)
    assert [mail.dispatch_id.split("/")[2] for mail in reminded.reminders[before:]] == ["standard@1"]
    assert "940,00" in reminded.reminders[-1].text.replace("\u202f", "").replace("\xa0", " ")
    assert reminded.case().stage == "reminding"


def templates(office: Office) -> list[str]:
    rows = office.rows("SELECT template FROM dispatches WHERE step IS NULL AND status = 'sent' ORDER BY key")
    return [row.template for row in rows]


def test_a_dispute_that_nobody_answers_in_time_asks_a_person(reminded: Office, relance: CommandLine) -> None:
    done(relance("dispute", "open", "F-1", "--category", "price", "--deadline", "2026-01-30", "--no-letter"))

    reminded.go_to(datetime(2026, 2, 1, 9, tzinfo=UTC))

    assert reminded.tasks() == ["dispute", "dispute_overdue"]
    assert templates(reminded) == []
    assert " !" in done(relance("dispute", "list"))


# --- promises -------------------------------------------------------------------------------------------------------


def test_promises_are_listed_with_what_became_of_them_and_recalled_when_another_is_made(
    reminded: Office, relance: CommandLine
) -> None:
    done(relance("promise", "make", "F-1", "--date", "2026-01-22", "--amount", "400", "--with", "Anne Perrin"))
    reminded.go_to(datetime(2026, 1, 28, 9, tzinfo=UTC))
    done(relance("promise", "make", "F-1", "--date", "2026-01-29", "--amount", "400"))
    reminded.happen(a_payment({"F-1": 100_00}, datetime(2026, 1, 29, 9, tzinfo=UTC)))
    reminded.go_to(datetime(2026, 2, 4, 9, tzinfo=UTC))

    states = [line["state"] for line in listed(relance, "promise", "list")]
    third = relance("promise", "make", "F-1", "--date", "2026-02-20")

    assert states == ["broken", "partly"]
    assert "2 / 2" in third.err
    assert reminded.case().stage == "promised"
    told = relance("promise", "list", "--debtor", "btp", "--all")
    assert "0 promesses tenues sur 2 (0 %)" in told.out
    done(relance("promise", "withdraw", "F-1"))
    assert reminded.case().stage == "reminding"


def test_a_day_far_away_needs_somebody_in_charge_and_a_reason(reminded: Office, relance: CommandLine) -> None:
    far = ("promise", "make", "F-1", "--date", "2026-03-20")

    refused = relance(*far)
    assert (refused.code, "responsable" in refused.err) == (5, True)
    assert relance(*far, "--by", "Mme Roux").code == 5

    done(relance(*far, "--by", "Mme Roux", "--reason", "Subvention attendue le 15 mars"))
    event = json.loads(reminded.one("SELECT event FROM journal WHERE kind = 'promise.made'"))
    assert (event["approved_by"], event["note"]) == ("Mme Roux", "Subvention attendue le 15 mars")


def test_one_promise_may_be_about_several_invoices(reminded: Office, relance: CommandLine) -> None:
    reminded.happen(callable_invoice("F-2"))

    done(relance("promise", "make", "F-1", "--also", "F-2", "--date", "2026-02-02"))

    assert {reminded.case("F-1").stage, reminded.case("F-2").stage} == {"promised"}
    assert len({line["promise_id"] for line in listed(relance, "promise", "list")}) == 1


# --- plans ----------------------------------------------------------------------------------------------------------


def test_a_plan_is_asked_for_offered_as_asked_agreed_paid_and_thanked_for(
    reminded: Office, relance: CommandLine
) -> None:
    done(relance("plan", "request", "F-1", "--parts", "3", "--first", "2026-02-10", "--with", "Anne Perrin"))
    assert (reminded.case().stage, reminded.tasks()) == ("paused", ["plan_requested"])
    done(relance("plan", "offer", "F-1", "--answer-by", "2026-02-03"))
    assert reminded.tasks() == []
    [offer] = listed(relance, "plan", "list")
    assert [line["amount"] for line in offer["lines"]] == [333_33, 333_33, 333_34]
    minutes_pass(reminded)
    done(relance("plan", "agree", "F-1"))
    reminded.go_to(datetime(2026, 2, 9, 9, tzinfo=UTC))

    reminded.happen(a_payment({"F-1": 200_00}, reminded.clock.now()), a_payment({"F-1": 133_33}, reminded.clock.now()))
    reminded.go_on(days=2)

    assert templates(reminded).count("payment_thanks") == 1
    assert "333,34" not in reminded.mails[-1].text
    assert "333,33" in reminded.mails[-1].text
    assert "1/3" in done(relance("plan", "show", "F-1"))
    reminded.go_to(datetime(2026, 3, 18, 9, tzinfo=UTC))
    assert "instalment_missed" in reminded.tasks()
    assert "manquée" in done(relance("plan", "show", "F-1"))


def test_a_wish_for_a_plan_may_be_refused(reminded: Office, relance: CommandLine) -> None:
    done(relance("plan", "request", "F-1", "--parts", "2", "--first", "2026-02-10"))
    done(relance("plan", "break", "F-1"))

    assert (reminded.case().stage, reminded.tasks()) == ("reminding", [])


# --- pauses ---------------------------------------------------------------------------------------------------------


def test_a_pause_has_an_end_and_a_reason_and_is_told_of_before_it_ends(reminded: Office, relance: CommandLine) -> None:
    done(relance("pause", "F-1", "--reason", "Rendez-vous le 2 février"))
    assert "en pause jusqu’au 04/02/2026 (cette facture) : Rendez-vous le 2 février" in done(relance("case", "F-1"))

    reminded.go_to(datetime(2026, 2, 4, 9, tzinfo=UTC))
    assert reminded.tasks() == ["pause_ends"]
    done(relance("resume", "F-1", "--reason", "Rendez-vous tenu"))

    assert (reminded.case().stage, reminded.tasks()) == ("reminding", [])
    assert "en pause jusqu’au" not in done(relance("case", "F-1")).split("QUAND")[0]


@pytest.mark.parametrize("whose", [["F-1"], ["--debtor", "btp"]], ids=["an invoice", "a debtor"])
def test_what_is_not_paused_is_not_resumed(whose: list[str], reminded: Office, relance: CommandLine) -> None:
    told = reminded.one("SELECT count(*) FROM events")

    answer = relance("resume", *whose, "--reason", "Au cas où")

    assert (answer.code, reminded.one("SELECT count(*) FROM events")) == (2, told)
    assert "n’est pas en pause" in answer.err
    done(relance("pause", *whose, "--reason", "Rendez-vous"))
    minutes_pass(reminded)
    done(relance("resume", *whose, "--reason", "Rendez-vous tenu"))
    assert relance("resume", *whose, "--reason", "Encore").code == 2


def test_a_debtor_is_paused_with_all_invoices_and_one_person_is_asked_once(
    reminded: Office, relance: CommandLine
) -> None:
    reminded.happen(callable_invoice("F-2"))
    done(relance("pause", "--debtor", "btp", "--until", "2026-01-30", "--reason", "Négociation"))
    assert {reminded.case("F-1").stage, reminded.case("F-2").stage} == {"paused"}

    reminded.go_to(datetime(2026, 1, 30, 9, tzinfo=UTC))
    assert reminded.tasks() == ["pause_ends"]
    reminded.go_to(datetime(2026, 1, 31, 9, tzinfo=UTC))
    assert reminded.tasks() == []


# --- calls ----------------------------------------------------------------------------------------------------------


def test_a_call_comes_back_until_somebody_answers_and_promises(reminded: Office, relance: CommandLine) -> None:
    assert relance("call", "next").code == 3
    done(relance("call", "log", "F-1", "--disposition", "voicemail"))
    assert reminded.tasks() == ["call"]
    [brief] = listed(relance, "call", "list")
    assert (brief["on"], brief["phone"], brief["voicemails"]) == ("2026-01-21", PHONE, 1)

    reminded.go_on(days=1)
    lines = done(relance("call", "next")).splitlines()
    assert len(lines) == 3
    assert (national(PHONE) in lines[0], "F-1" in lines[1], "aucune promesse" in lines[2]) == (True, True, True)
    done(relance("call", "log", "F-1", "--disposition", "call_back", "--call-back", "2026-01-22",
                 "--hours", "14:00-16:00", "--with", "Anne Perrin"))  # fmt: skip
    assert listed(relance, "call", "list")[0]["hours"] == ["14:00", "16:00"]

    reminded.go_on(days=1)
    assert "14:00-16:00" in done(relance("call", "next"))
    done(relance("call", "log", "F-1", "--disposition", "promises", "--promised", "2026-01-30"))
    assert (reminded.tasks(), reminded.case().stage) == ([], "promised")
    reminded.go_on(days=1)
    assert templates(reminded) == ["call_confirmation"]
    assert len(done(relance("call", "list", "--made")).splitlines()) == 4


@pytest.mark.usefixtures("reminded")
def test_a_dispute_heard_on_the_telephone_is_opened_with_its_category(relance: CommandLine) -> None:
    bare = ("call", "log", "F-1", "--disposition", "disputes")
    assert "--category" in relance(*bare).err

    done(relance(*bare, "--category", "delivery", "--amount", "250"))

    [line] = listed(relance, "dispute", "list")
    assert (line["reason"], line["amount"]) == ("delivery", 250_00)


@pytest.mark.parametrize("number", [(), ("--phone", "04 78 00 00 00")], ids=["the contact’s", "as it was dialled"])
def test_a_wrong_number_is_not_called_again(reminded: Office, relance: CommandLine, number: tuple[str, ...]) -> None:
    done(relance("call", "log", "F-1", "--disposition", "wrong_number", *number))

    assert reminded.tasks() == ["find_contact"]
    facts = json.loads(reminded.one("SELECT facts::text FROM debtors WHERE ref = 'btp'"))
    assert sorted(facts["contacts"][0]["invalid"]) == ["call", "sms"]


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        pytest.param(("dispute", "open", "F-1", "--category", "quality", "--amount", "1001"), "1001", 1, id="too much"),
        pytest.param(("dispute", "answer", "F-1", "--text", "x"), "aucun litige", 2, id="no dispute to answer"),
        pytest.param(("dispute", "resolve", "F-1", "--outcome", "creditor"), "aucun litige", 2, id="none to resolve"),
        pytest.param(("dispute", "list"), "rien", 3, id="no dispute at all"),
        pytest.param(("promise", "make", "F-1", "--date", "soon"), "--date", 2, id="no day"),
        pytest.param(("promise", "make", "F-1", "--date", "2026-01-19"), "19/01/2026 est", 2, id="a past day"),
        pytest.param(("dispute", "answer", "F-1", "--text", " "), "vide", 2, id="an empty answer"),
        pytest.param(("promise", "withdraw", "F-1"), "promesse", 2, id="no promise to take back"),
        pytest.param(("promise", "make", "F-1", "--also", "F-9", "--date", "2026-01-30"), "F-9", 3, id="no such one"),
        pytest.param(("plan", "offer", "F-1", "--answer-by", "2026-02-03"), "--line", 2, id="no wish and no lines"),
        pytest.param(("plan", "request", "F-1", "--parts", "1", "--first", "2026-02-10"), "--parts", 2, id="one part"),
        pytest.param(("pause", "F-1", "--until", "2026-06-30", "--reason", "x"), "90", 5, id="an endless pause"),
        pytest.param(("pause", "F-1", "--until", "2026-01-02", "--reason", "x"), "passé", 2, id="a past pause"),
        pytest.param(("pause", "F-1", "--reason", " "), "motif", 2, id="no reason"),
        pytest.param(("pause", "--reason", "x"), "--debtor", 2, id="nobody"),
        pytest.param(("pause", "--debtor", "nobody", "--reason", "x"), "nobody", 3, id="a debtor that is not there"),
        pytest.param(("call", "log", "F-1", "--disposition", "promises"), "--promised", 2, id="no promised day"),
        pytest.param(("call", "log", "F-1", "--disposition", "reached", "--phone", "12"), "--phone", 2, id="no number"),
        pytest.param(("call", "log", "F-1", "--disposition", "call_back"), "--call-back", 2, id="no day to call back"),
        pytest.param(("call", "log", "F-1", "--disposition", "reached", "--amount", "5"), "montant", 2,
                     id="an amount of nothing"),
        pytest.param(("call", "log", "F-1", "--disposition", "call_back", "--call-back", "2026-01-30",
                      "--hours", "morning"), "--hours", 2, id="no hours"),
        pytest.param(("call", "log", "F-1", "--disposition", "promises", "--promised", "2026-03-30"), "responsable", 5,
                     id="promised too far away"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_written(  # noqa: PLR0917 - what a table gives
    reminded: Office, relance: CommandLine, words: tuple[str, ...], said: str, code: int
) -> None:
    events = "SELECT count(*) FROM events"
    before = reminded.one(events)

    answer = relance(*words)

    assert (answer.code, said in answer.err) == (code, True), answer.err
    assert reminded.one(events) == before


def test_with_several_disputes_one_says_which(reminded: Office, relance: CommandLine) -> None:
    for amount in ("100", "200"):
        done(relance("dispute", "open", "F-1", "--category", "price", "--amount", amount))
        reminded.jump(minutes=1)
    both = [line["dispute_id"] for line in listed(relance, "dispute", "list")]

    assert all(name in relance("dispute", "resolve", "F-1", "--outcome", "creditor").err for name in both)
    done(relance("dispute", "resolve", "F-1", "--outcome", "creditor", "--dispute", both[0], "--no-letter"))
    assert [line["dispute_id"] for line in listed(relance, "dispute", "list")] == both[1:]
    assert timedelta(0) < reminded.clock.now() - TUESDAY
