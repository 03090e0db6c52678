"""A person whose name, address and number are nowhere else, put wherever people are; and a search for them."""

from datetime import UTC, date, datetime

import sqlalchemy as sa

from tests.office import GRENOBLE, Office, a_contact, a_debtor, a_payment, an_invoice
from workers.ledger import chain, schema
from workers.privacy import run
from workers.privacy.tally import Tally
from workers.settings_parts.retention import Retention
from workflows.events import CallLogged, CasePaused, PromiseMade, ReplyAnswered, ReplyHandled, ReplyReceived
from workflows.invoice import DebtorKind

MARKER = "Zébulon"
MAIL = "zebulon.marqueur@btp-rhone.example"
PHONE = "+33639980042"
#: Closed in 2026: five years later, and after the tenth end of year.
FIVE_YEARS, TEN_YEARS = datetime(2031, 6, 1, tzinfo=UTC), datetime(2037, 1, 2, tzinfo=UTC)


def everywhere(ledger: sa.Engine, *words: str) -> dict[str, int]:
    """In which columns any of these words is, and in how many rows; every column of every table is searched."""
    found = {}
    with ledger.connect() as connection:
        for table in schema.metadata.sorted_tables:
            for column in table.c:
                is_binary = isinstance(column.type, sa.LargeBinary)
                inside = "position(convert_to(:word, 'UTF8') in {}) > 0" if is_binary else "{}::text ILIKE :word"
                query = f"SELECT count(*) FROM {table.name} WHERE {inside}".format(f'"{column.name}"')
                given = [{"word": word if is_binary else f"%{word}%"} for word in words]
                if hits := sum(connection.execute(sa.text(query), each).scalar_one() for each in given):
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
        ReplyAnswered(event_id="ra", at=at, reply_id="R-1", debtor_ref="btp", invoice_nos=("F-1", "F-2"), by="Claire",
                      text=f"Bonjour {MARKER}, nous avons bien lu votre message.", sender=MAIL, subject=f"Re: {MARKER}",
                      in_reply_to=f"<{MAIL}>"),
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
