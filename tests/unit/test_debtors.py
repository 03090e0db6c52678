"""What is known of a debtor is merged, and an address that failed is not forgotten."""

import pytest

from tests.unit.ladder_facts import ADDRESS, COMPANY, DEBTOR, MAIN, after, issued
from workflows.debtors import address_of, contact_marked, debtor_after
from workflows.events import DebtorUpdated, NewDebtor
from workflows.invoice import Channel, Contact, Debtor, DebtorKind


def updated(**said: object) -> DebtorUpdated:
    return DebtorUpdated.model_validate({"event_id": "u", "at": after(1), "debtor_ref": DEBTOR} | said)


def test_an_invoice_names_a_new_debtor() -> None:
    debtor = debtor_after(None, issued(debtor=NewDebtor(ref=DEBTOR, name="Perrin", kind=DebtorKind.CONSUMER)))

    assert debtor == Debtor(ref=DEBTOR, name="Perrin", kind=DebtorKind.CONSUMER)


def test_what_an_event_leaves_out_keeps_what_is_known() -> None:
    known = COMPANY.model_copy(update={"language": "en", "siren": "123456789", "kind": DebtorKind.PUBLIC})

    assert debtor_after(known, issued(debtor=NewDebtor(ref=DEBTOR, name="Perrin & Fils"))) == known.model_copy(
        update={"name": "Perrin & Fils"}
    )
    assert debtor_after(known, updated()) == known


def test_false_and_empty_are_said_and_not_left_out() -> None:
    known = COMPANY.model_copy(update={"do_not_contact": True, "tags": frozenset({"loyal"})})

    debtor = debtor_after(known, updated(do_not_contact=False, tags=frozenset(), contacts=()))

    assert (debtor.do_not_contact, debtor.tags, debtor.contacts) == (False, frozenset(), ())


@pytest.mark.parametrize(
    ("channel", "address", "ruled_out"),
    [
        pytest.param(
            Channel.EMAIL, "Compta@Perrin.example", {Channel.EMAIL, Channel.LRE}, id="e-mail, whatever its case"
        ),
        pytest.param(Channel.SMS, "+33612345678", {Channel.SMS}, id="text message"),
        pytest.param(
            Channel.REGISTERED,
            "12 rue des Lilas, 75011 Paris, FR",
            {Channel.LETTER, Channel.TRACKED, Channel.REGISTERED},
            id="post",
        ),
        pytest.param(
            Channel.LRE, "compta@perrin.example", {Channel.EMAIL, Channel.LRE}, id="electronic registered letter"
        ),
        pytest.param(Channel.EMAIL, "other@perrin.example", set(), id="somebody else's"),
    ],
)
def test_an_address_that_failed_is_no_longer_used(channel: Channel, address: str, ruled_out: set[Channel]) -> None:
    marked = contact_marked(COMPANY, channel, address)

    assert set(marked.contacts[0].invalid) == ruled_out
    assert all(marked.contact_for(channel) is None for channel in ruled_out)


def test_the_same_address_under_another_name_stays_ruled_out_and_a_new_one_is_free() -> None:
    marked = contact_marked(COMPANY, Channel.EMAIL, "compta@perrin.example")
    same = Contact(ref="autre", name="Autre Nom", email="compta@perrin.example")
    new = Contact(ref="main", email="nouvelle@perrin.example")

    debtor = debtor_after(marked, updated(contacts=(same, new)))

    assert [contact.invalid for contact in debtor.contacts] == [{Channel.EMAIL, Channel.LRE}, frozenset()]
    assert debtor.contact_for(Channel.EMAIL) == debtor.contacts[1]


def test_an_address_ruled_out_before_there_were_more_kinds_of_letters_is_ruled_out_for_them_too() -> None:
    marked = MAIN.model_copy(update={"invalid": frozenset({Channel.LETTER, Channel.REGISTERED, Channel.EMAIL})})
    debtor = COMPANY.model_copy(update={"contacts": (marked,)})

    assert [channel for channel in Channel if debtor.contact_for(channel)] == [Channel.SMS, Channel.CALL]


def test_a_refused_channel_stays_refused_for_its_address() -> None:
    stopped = COMPANY.model_copy(
        update={"contacts": (MAIN.model_copy(update={"opted_out": frozenset({Channel.SMS})}),)}
    )

    assert debtor_after(stopped, updated(contacts=(MAIN,))).contact_for(Channel.SMS) is None


def test_a_contact_without_an_address_has_none_to_mark() -> None:
    assert address_of(Contact(phone="+33100000000"), Channel.EMAIL) is None
    assert address_of(Contact(address=ADDRESS), Channel.LETTER) == "12 rue des lilas, 75011 paris, fr"


def test_an_unknown_or_another_debtor_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="debtor 'perrin' is not known yet; an invoice must name it first"):
        debtor_after(None, updated())
    with pytest.raises(ValueError, match="is about debtor 'perrin', not 'other'"):
        debtor_after(COMPANY.model_copy(update={"ref": "other"}), updated())
