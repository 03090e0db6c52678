"""What a debtor says about channels, told from the command line: what leaves, what does not, and what explains it."""

import json
from datetime import UTC, date, datetime

import pytest

from tests.command_line import CommandLine
from tests.office import GRENOBLE, Office, a_contact, a_debtor, an_invoice
from workflows.invoice import Channel, DebtorKind
from workflows.scenario_files import parse_scenario

OVERDUE = date(2026, 1, 10)
TUESDAY = datetime(2026, 1, 20, 9, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 4, 9, tzinfo=UTC)
PHONE = "+33612345678"
LADDER = """
name = "recommande"
version = 1
kinds = ["business", "consumer"]

[[steps]]
name = "premier"
after_due_days = 5
channel = "email"
fallback = ["letter"]
template = "first_reminder"
tone = 1
deadline = { days = 8 }

[[steps]]
name = "rappel"
after_due_days = 15
channel = "lre"
fallback = ["registered"]
template = "third_reminder"
tone = 4
deadline = { days = 8, runs_from = "reception" }
"""


@pytest.fixture
def known(office: Office) -> Office:
    """A consumer with an e-mail address, a mobile and a postal address; the first reminder is not due yet."""
    contact = a_contact(phone=PHONE, address=GRENOBLE)
    office.happen(an_invoice(due_date=OVERDUE, debtor=a_debtor("btp", contact, kind=DebtorKind.CONSUMER)))
    return office


@pytest.mark.usefixtures("known")
def test_each_channel_is_shown_with_its_address_or_its_obstacle(relance: CommandLine) -> None:
    done = relance("--lang", "en", "contact", "show", "btp", "--json")

    found = {each["channel"]: each for each in json.loads(done.out)["channels"]}
    assert (done.code, found["sms"]["address"], found["email"]["obstacle"]) == (0, "06 12 34 56 78", None)
    assert found["lre"]["obstacle"] == "channel.lre_without_consent"
    assert found["lre"]["text"].startswith("Channel not used")
    assert found["registered"]["address"].endswith("38000 Grenoble")
    assert "Canal écarté" in relance("contact", "show", "btp").out


def test_a_channel_that_was_refused_is_not_used_until_it_is_welcome_again(known: Office, relance: CommandLine) -> None:
    trial = relance("contact", "opt-out", "btp", "--channel", "email", "--how", "courrier du 12", "--dry-run")
    assert (trial.code, "Essai" in trial.out) == (0, True)
    assert obstacle(relance, "email") is None

    assert relance("contact", "opt-out", "btp", "--channel", "email", "--how", "courrier du 12").code == 0
    assert obstacle(relance, "email") == "channel.opted_out"
    known.go_to(TUESDAY)
    assert known.dispatches() == [("letter", "sent", "delivery.sent")]
    assert "channel.opted_out" in relance("explain", "F-1").out

    known.go_on(minutes=1)
    assert relance("contact", "opt-in", "btp", "--channel", "email", "--contact", "main").code == 0
    assert obstacle(relance, "email") is None


def obstacle(relance: CommandLine, channel: str) -> str | None:
    shown = json.loads(relance("contact", "show", "btp", "--json").out)["channels"]
    found: str | None = next(each["obstacle"] for each in shown if each["channel"] == channel)
    return found


def test_a_number_may_be_given_as_people_write_it(known: Office, relance: CommandLine) -> None:
    done = relance("contact", "opt-out", "btp", "--channel", "sms", "--address", "06 12 34 56 78", "--how", "STOP")

    assert (done.code, obstacle(relance, "sms"), obstacle(relance, "call")) == (0, "channel.opted_out", None)
    assert known.one("SELECT body::jsonb->>'address' FROM events WHERE kind = 'contact.opted_out'") == PHONE


def published(office: Office, text: str) -> None:
    ladder = parse_scenario(text, "recommande.toml")
    office.write(
        "INSERT INTO scenarios (name, version, facts, published_at) VALUES (:name, 1, CAST(:facts AS jsonb), :at)",
        name=ladder.name, facts=ladder.model_dump_json(), at=office.clock.now(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("consents", "channel"),
    [pytest.param(False, "registered", id="without consent"), pytest.param(True, "lre", id="with consent")],
)
def test_a_consumer_gets_an_electronic_registered_letter_only_with_consent(
    office: Office, relance: CommandLine, *, consents: bool, channel: str
) -> None:
    published(office, LADDER)
    contact = a_contact(phone=PHONE, address=GRENOBLE)
    debtor = a_debtor("btp", contact, kind=DebtorKind.CONSUMER)
    office.happen(an_invoice(due_date=OVERDUE, debtor=debtor, scenario="recommande"))
    if consents:
        assert relance("contact", "consent", "btp", "--how", "Formulaire signé", "--on", "2026-01-02").code == 0

    office.go_to(FEBRUARY)

    assert [dispatch[:2] for dispatch in office.dispatches()] == [("email", "sent"), (channel, "sent")]
    assert ("channel.lre_without_consent" in office.rules()) is not consents
    [letter] = office.providers[Channel(channel)].taken
    assert [file.filename for file in letter.attachments] == ["letter.pdf"]
    assert (letter.to == contact.email) is consents


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("opt-out", "nobody", "--channel", "sms"), "no debtor nobody", id="an unknown debtor"),
        pytest.param(
            ("opt-out", "btp", "--channel", "sms", "--contact", "chef"), "it has main", id="an unknown contact"
        ),
        pytest.param(("opt-in", "btp", "--channel", "lre"), "how is missing", id="a consent that nothing proves"),
        pytest.param(("opt-out", "btp", "--channel", "sms", "--address", "12"), "--address: '12'", id="no number"),
        pytest.param(
            ("opt-out", "btp", "--channel", "email", "--address", "x@y.example"),
            "no contact of btp has x@y",
            id="an address that nobody has",
        ),
        pytest.param(("consent", "btp"), "--how", id="a consent without its proof"),
    ],
)
def test_a_word_that_says_too_little_is_answered(
    known: Office, relance: CommandLine, words: tuple[str, ...], said: str
) -> None:
    done = relance("--lang", "en", "contact", *words)

    assert done.code != 0
    assert said in done.err
    assert known.one("SELECT count(*) FROM events WHERE kind LIKE 'contact.%'") == 0
