"""A dossier has a name for every fact that a case may learn, in both languages."""

from workers.dossier.kinds import EXCHANGES, KINDS
from workflows.events import EVENT

#: It is about a creditor's payments as a whole, and in no case's journal.
ABOUT_NO_CASE = {"feed.completed"}


def test_every_kind_of_event_has_a_name() -> None:
    known = set(EVENT.json_schema()["discriminator"]["mapping"])

    assert known - set(KINDS) == ABOUT_NO_CASE
    assert all(french and english for french, english in KINDS.values())


def test_what_debtors_and_carriers_said_is_an_exchange() -> None:
    said = {"reply.received", "reply.answered", "call.logged", "message.bounced", "letter.tracked", "contact.opted_out"}

    assert said <= EXCHANGES
