"""What is known of a debtor is merged, and an address that failed is not forgotten."""

import json
from collections.abc import Sequence
from datetime import date
from itertools import permutations

import pytest
from pydantic import BaseModel

from tests.unit.ladder_facts import ADDRESS, COMPANY, DEBTOR, MAIN, after, issued
from workers.intake.french_findings import french
from workflows.case import Case
from workflows.contacts import Consent, Obstacle, address_of
from workflows.debtors import chosen, contact_marked, debtor_after
from workflows.errors import BadEvent
from workflows.event_schemas import EXAMPLES, read_event
from workflows.events import ContactOptedIn, ContactOptedOut, DebtorUpdated, NewDebtor
from workflows.invoice import Channel, Contact, Debtor, DebtorKind
from workflows.scenario import Condition, Scenario


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


OUT = ContactOptedOut(event_id="o", at=after(3), debtor_ref=DEBTOR, channel=Channel.SMS, address="+33612345678")
BACK = ContactOptedIn(event_id="i", at=after(5), debtor_ref=DEBTOR, channel=Channel.SMS, contact="main")
ALL_OUT = ContactOptedOut(event_id="a", at=after(4), debtor_ref=DEBTOR, channel=Channel.SMS)
LISTED = updated(event_id="l", at=after(6), contacts=(MAIN.model_copy(update={"opted_out": frozenset({Channel.SMS})}),))
MOVED = updated(event_id="m", at=after(7), contacts=(MAIN.model_copy(update={"phone": "+33698765432"}),))


def after_all(facts: Sequence[ContactOptedOut | ContactOptedIn | DebtorUpdated]) -> Debtor:
    """As the ledger does: of two lists of contacts the later one is kept, and every word about a channel counts."""
    debtor, said_at = COMPANY, after(-1)
    for fact in facts:
        if isinstance(fact, DebtorUpdated):
            is_news = fact.contacts is not None and fact.at > said_at
            debtor = debtor_after(debtor, fact if is_news else fact.model_copy(update={"contacts": None}))
            said_at = max(said_at, fact.at)
        debtor = chosen(debtor, fact)
    return debtor


@pytest.mark.parametrize(
    ("facts", "obstacle"),
    [
        pytest.param([OUT], Obstacle.OPTED_OUT, id="a STOP"),
        pytest.param([OUT, BACK], None, id="a STOP, then welcome again"),
        pytest.param([OUT, BACK, LISTED], Obstacle.OPTED_OUT, id="refused again, by the list of contacts"),
        pytest.param([ALL_OUT, OUT], Obstacle.OPTED_OUT, id="the debtor as a whole"),
        pytest.param([ALL_OUT, OUT, BACK], None, id="one contact is welcome again"),
        pytest.param([OUT, MOVED], None, id="another number than the one that said STOP"),
        pytest.param([ALL_OUT, MOVED], Obstacle.OPTED_OUT, id="another number of a debtor who refuses them all"),
        pytest.param([LISTED, MOVED], None, id="another number than the one in the list"),
    ],
)
def test_words_about_a_channel_lead_to_one_answer_in_whatever_order_they_arrive(
    facts: list[ContactOptedOut | ContactOptedIn | DebtorUpdated], obstacle: Obstacle | None
) -> None:
    assert {after_all(order).obstacle(Channel.SMS) for order in permutations(facts)} == {obstacle}
    assert after_all([*facts, *facts]).choices == after_all(facts).choices


CONSENT = Consent(on=date(2026, 11, 2), how="Clause 7 du contrat")
WITH_CONSENT = MAIN.model_copy(update={"lre_consent": CONSENT})
YES = ContactOptedIn(
    event_id="y", at=after(3), debtor_ref=DEBTOR, channel=Channel.LRE, contact="main", on=date(2026, 11, 2), how="form"
)
NO = ContactOptedOut(event_id="n", at=after(4), debtor_ref=DEBTOR, channel=Channel.LRE)


@pytest.mark.parametrize(
    ("kind", "facts", "obstacle"),
    [
        pytest.param(DebtorKind.BUSINESS, [], None, id="a business needs none"),
        pytest.param(DebtorKind.PUBLIC, [], None, id="nor does a public buyer"),
        pytest.param(DebtorKind.CONSUMER, [], Obstacle.LRE_WITHOUT_CONSENT, id="a consumer without"),
        pytest.param(DebtorKind.CONSUMER, [YES], None, id="a consumer with"),
        pytest.param(DebtorKind.CONSUMER, [YES, NO], Obstacle.OPTED_OUT, id="a consumer who took it back"),
        pytest.param(DebtorKind.BUSINESS, [NO], Obstacle.OPTED_OUT, id="a business that does not want them"),
        pytest.param(
            DebtorKind.CONSUMER, [updated(event_id="l", contacts=(WITH_CONSENT,))], None,
            id="a consumer whose contact says it",
        ),
        pytest.param(
            DebtorKind.CONSUMER,
            [updated(event_id="l", contacts=(WITH_CONSENT.model_copy(update={"email": "autre@perrin.example"}),)),
             updated(event_id="m", at=after(2), contacts=(MAIN,))],
            Obstacle.LRE_WITHOUT_CONSENT, id="a consumer whose consent was for another address",
        ),
    ],
)  # fmt: skip
def test_an_electronic_registered_letter_reaches_a_consumer_only_with_consent(
    kind: DebtorKind, facts: list[ContactOptedOut | ContactOptedIn | DebtorUpdated], obstacle: Obstacle | None
) -> None:
    debtor = COMPANY.model_copy(update={"kind": kind})
    for fact in facts:
        debtor = debtor_after(debtor, fact) if isinstance(fact, DebtorUpdated) else chosen(debtor, fact)

    assert debtor.obstacle(Channel.LRE) is obstacle
    assert debtor.contact_for(Channel.REGISTERED) is not None


def test_the_day_and_the_proof_of_a_consent_are_kept() -> None:
    [said] = chosen(COMPANY, YES).choices
    [listed] = debtor_after(COMPANY, updated(contacts=(WITH_CONSENT,))).choices

    assert (said.on, said.how, said.is_refused) == (date(2026, 11, 2), "form", False)
    assert (listed.on, listed.how, listed.address) == (CONSENT.on, CONSENT.how, "compta@perrin.example")


@pytest.mark.parametrize(
    ("said", "finding"),
    [
        pytest.param({"channel": "lre", "how": None}, "how is missing", id="a consent that nothing proves"),
        pytest.param({"channel": "sms", "address": "06 12 34 56 78"}, "write the number as", id="a national number"),
        pytest.param({"channel": "email", "address": "perrin"}, "write an e-mail address", id="no e-mail address"),
        pytest.param({"address": "+33612345678", "contact": "main"}, "give one of them", id="both"),
    ],
)
def test_a_word_about_a_channel_that_says_too_little_is_refused(said: dict[str, object], finding: str) -> None:
    with pytest.raises(ValueError, match=finding):
        ContactOptedIn.model_validate(
            {"event_id": "i", "at": after(5), "debtor_ref": DEBTOR, "channel": "sms", "how": "form"} | said
        )


@pytest.mark.parametrize(
    ("kind", "said", "french_words"),
    [
        pytest.param("contact.opted_in", {"how": None}, "dites où se lit l’accord", id="nothing proves it"),
        pytest.param("contact.opted_out", {"address": "06 12"}, "l’adresse 06 12 ne va pas", id="a national number"),
        pytest.param("contact.opted_out", {"contact": "compta"}, "donnez l’un, ou aucun", id="both"),
    ],
)
def test_what_is_refused_is_said_in_french_too(kind: str, said: dict[str, str | None], french_words: str) -> None:
    data = {name: value for name, value in (EXAMPLES[kind]["data"] | said).items() if value is not None}

    with pytest.raises(BadEvent) as refused:
        read_event(EXAMPLES[kind] | {"data": data})

    [finding] = refused.value.findings
    assert french_words in french(finding)


MANY = frozenset(f"tag-{number}" for number in range(40))


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (Contact, "opted_out"), (Contact, "invalid"), (Debtor, "tags"), (Debtor, "segments"),
        (Debtor, "segments_found"), (Case, "asked"), (Case, "answered"), (DebtorUpdated, "tags"), (NewDebtor, "tags"),
        (Condition, "segments"), (Scenario, "kinds"),
    ],
)  # fmt: skip
def test_every_process_writes_the_same_bytes(model: type[BaseModel], field: str) -> None:
    written = json.loads(model.model_construct(None, **{field: MANY}).model_dump_json(include={field}))

    assert written == {field: sorted(MANY)}
