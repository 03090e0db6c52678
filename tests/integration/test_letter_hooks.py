"""A registered formal notice whose provider calls back: its deadline runs from reception, and everything is proved."""

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from pydantic import SecretStr

from tests.fake_post import MF_SECRET, MF_SERVICE, MF_USER, MSB_KEY
from tests.fake_provider import FakeProvider, Fault
from tests.hook_calls import PUBLIC, SECRET, web_of
from tests.office import GRENOBLE, Office, a_contact, a_debtor, an_invoice, office_at
from workers.channels.ar24_door import PARIS, TIME
from workers.channels.provider import Guarded
from workers.letter_outlets import post_of
from workers.settings import Settings
from workers.settings_parts.post import Post
from workers.settings_parts.web import Hooks, Web
from workflows.invoice import Channel

WEBHOOK_KEY = "mf-webhook-0123456789"
CALLS = "SELECT status, reason FROM hook_calls ORDER BY received_at, call_id"
TRACKED = "SELECT count(*) FROM events WHERE kind = 'letter.tracked' AND status = 'accepted'"


@pytest.fixture(params=["merci_facteur"])
def office(settings: Settings, post: FakeProvider, request: pytest.FixtureRequest) -> Iterator[Office]:
    """A debtor of the standard ladder with an address, and a provider to post what is registered."""
    tables = {
        "merci_facteur": {
            "service_id": MF_SERVICE, "secret_key": SecretStr(MF_SECRET), "user_id": MF_USER, "url": f"{post.url}/mf",
            "webhook_key": SecretStr(WEBHOOK_KEY),
        },
        "mysendingbox": {"api_key": SecretStr(MSB_KEY), "url": f"{post.url}/msb"},
    }  # fmt: skip
    table = Post.model_validate({"provider": request.param, **tables})
    hooks = Hooks(merci_facteur=True, mysendingbox=SecretStr(SECRET), ar24=SecretStr(SECRET))
    changes = {"web": Web(port=0, public_url=PUBLIC), "hooks": hooks, "post": table}
    with office_at(settings.model_copy(update=changes)) as opened:
        way = Guarded(post_of(table))
        opened.system.outlets[Channel.REGISTERED] = way  # type: ignore[index] # a dict, in tests
        debtor = a_debtor("btp", a_contact(address=GRENOBLE))
        opened.happen(an_invoice(debtor=debtor, due_date=date(2026, 1, 10)))
        yield opened
        way.close()


@pytest.fixture
def web(office: Office) -> Iterator[str]:
    with web_of(office.system) as url:
        yield url


def until_the_notice(office: Office, post: FakeProvider) -> dict[str, Any]:
    """Let time pass until the formal notice was taken; what Merci Facteur was given."""
    while not post.taken:
        office.go_on(days=1)
        assert office.clock.now() < datetime(2026, 4, 1, tzinfo=UTC), office.dispatches()
    return post.taken[0].facts


def tell(web: str, status: str, at: datetime, *, key: str = WEBHOOK_KEY, **letter: object) -> httpx.Response:
    """Call as Merci Facteur does about the notice."""
    known = {"id_envoi": "9001", "ref_courrier": "1-2", "mode_envoi": "lrare", "statut_courrier": status}
    event = {"name_event": "x", "id_user": MF_USER, "date_event": int(at.timestamp())}
    form = {"event": json.dumps(event), "detail": json.dumps([known | letter])}
    headers = {"X-Mf-Webhook-Secret-Key": key, "Content-Type": "application/x-www-form-urlencoded"}
    return httpx.post(f"{web}/hooks/merci_facteur", content=urlencode(form).encode(), headers=headers, timeout=10)


def read_all(office: Office) -> list[tuple[str, str | None]]:
    office.system.relay.sweep()
    office.work()
    return [(row.status, row.reason) for row in office.rows(CALLS)]


def test_the_notice_leaves_with_its_two_ends_and_its_sheets(office: Office, post: FakeProvider) -> None:
    facts = until_the_notice(office, post)

    assert facts["modeEnvoi"] == "lrare"
    assert (facts["dest"]["societe"], facts["dest"]["nom"]) == ("BTP btp", "Anne Perrin")
    assert (facts["dest"]["adresse1"], facts["dest"]["cp"]) == ("3 place Notre-Dame", "38000")
    assert facts["exp"]["adresse1"] == "12 rue des Forges"
    assert post.taken[0].text.startswith("%PDF-")
    row = office.rows("SELECT message_id, provider, provider_id, receipt FROM messages WHERE channel = 'registered'")[0]
    assert (row.provider, row.provider_id) == ("merci_facteur", "9001")
    assert row.message_id.strip("<>") == facts["antidoublon"]


def decided_on(office: Office) -> date | None:
    """When the ladder asked a person what comes after the notice, in Paris."""
    made = office.rows("SELECT asked_at FROM tasks WHERE kind = 'decision' ORDER BY asked_at")
    return made[0].asked_at.astimezone(PARIS).date() if made else None


def test_delivered_starts_the_deadline_of_the_notice_and_its_end_asks_for_a_decision(
    office: Office, post: FakeProvider, web: str
) -> None:
    until_the_notice(office, post)
    office.go_on(days=30)
    assert decided_on(office) is None
    delivered = office.clock.now()

    answer = tell(web, "distribue", delivered, tracking_number="2C123456789")

    assert (answer.status_code, answer.text) == (200, "ok")
    assert read_all(office) == [("done", None)]
    office.go_on(days=20)
    assert decided_on(office) == delivered.date() + timedelta(days=9)  # the day after eight days


def test_a_late_call_counts_from_the_day_it_speaks_of(office: Office, post: FakeProvider, web: str) -> None:
    until_the_notice(office, post)
    delivered = office.clock.now() + timedelta(days=2)
    office.go_on(days=40)

    tell(web, "distribue", delivered)
    read_all(office)
    office.go_on(days=1)

    assert decided_on(office) == office.clock.now().date() - timedelta(days=1)  # it was over long ago


@pytest.mark.parametrize(
    "at", [datetime(1, 1, 1, tzinfo=UTC), datetime(1970, 1, 2, tzinfo=UTC)], ids=["nothing", "zero"]
)
def test_a_fact_from_before_the_letter_left_starts_no_deadline(
    office: Office, post: FakeProvider, web: str, at: datetime
) -> None:
    until_the_notice(office, post)
    form = {"id_mail": "42", "new_state": "AR", "view_date": f"{at:%Y-%m-%d %H:%M:%S}".rjust(19, "0")}
    office.write("UPDATE messages SET provider = 'ar24', provider_id = '42' WHERE channel = 'registered'")

    httpx.post(f"{web}/hooks/ar24/{SECRET}", data=form, timeout=10)

    [(status, reason)] = read_all(office)
    assert status == "unreadable"
    assert "before the letter left" in (reason or "")
    assert office.one(TRACKED) == 0


def test_the_same_call_three_times_is_one_event(office: Office, post: FakeProvider, web: str) -> None:
    until_the_notice(office, post)
    for _time in range(3):
        assert tell(web, "pris_en_charge", office.clock.now()).status_code == 200

    assert read_all(office) == [("done", None)]
    assert office.one(TRACKED) == 1


@pytest.mark.parametrize("key", ["", "mf-webhook-0123456780", WEBHOOK_KEY + "x"])
def test_a_forged_call_starts_nothing(office: Office, post: FakeProvider, web: str, key: str) -> None:
    until_the_notice(office, post)

    answer = tell(web, "distribue", office.clock.now(), key=key)

    assert answer.status_code == 404
    assert read_all(office) == []


def test_a_proof_inside_a_call_is_kept_and_its_hash_is_in_the_journal(
    office: Office, post: FakeProvider, web: str
) -> None:
    until_the_notice(office, post)
    proof = b"%PDF-1.4 " + bytes(2_000_000)  # larger than what others may send
    sha256 = hashlib.sha256(proof).hexdigest()

    tell(web, "scan_pdd", office.clock.now(), pdd_base64_pdf=base64.b64encode(proof).decode())

    assert read_all(office) == [("done", None)]
    [kept] = office.rows("SELECT message_id, sha256, media_type, content FROM letter_proofs")
    assert (kept.sha256, kept.media_type, bytes(kept.content)) == (sha256, "application/pdf", proof)
    assert kept.message_id.strip("<>") == post.taken[0].facts["antidoublon"]
    told = "SELECT event::jsonb->>'proof_sha256' FROM journal WHERE kind = 'letter.tracked'"
    assert office.one(told) == sha256


@pytest.mark.parametrize("office", ["mysendingbox"], indirect=True)
def test_a_proof_that_is_not_there_yet_holds_nothing_up_and_is_fetched_later(
    office: Office, post: FakeProvider, web: str
) -> None:
    until_the_notice(office, post)
    proof, there = b"%PDF-1.4 signed", list[bool]()
    files = {"/msb/files": lambda *_call: (200, proof) if there else (404, b"{}")}
    post.interfaces = files | post.interfaces
    url = f"{post.url}/msb/files/1.pdf"

    msb_call(web, "letter.delivery_proof", office.clock.now(), [], delivery_proof={"url": url})
    assert read_all(office)[0][0] == "parked"
    assert (office.one(TRACKED), office.one("SELECT count(*) FROM letter_proofs")) == (1, 0)

    there.append(True)
    office.go_on(days=1)
    assert [status for status, _reason in read_all(office)] == ["done"]
    told = office.rows("SELECT event::jsonb->>'proof_sha256' AS sha256 FROM journal WHERE kind = 'letter.tracked'")
    assert [row.sha256 for row in told] == [None, hashlib.sha256(proof).hexdigest()]


def test_a_registered_letter_that_waited_and_came_back_was_not_claimed(
    office: Office, post: FakeProvider, web: str
) -> None:
    until_the_notice(office, post)
    shown = office.clock.now() + timedelta(days=2)
    office.go_on(days=3)
    tell(web, "attente_au_guichet", shown)
    read_all(office)
    office.go_on(days=18)
    assert decided_on(office) is None

    tell(web, "distribue_expediteur", office.clock.now())

    assert read_all(office) == [("done", None), ("done", None)]
    office.go_on(days=1)
    assert decided_on(office) == office.clock.now().date() - timedelta(days=1)  # eight days from its presentation


def test_a_registered_letter_that_came_back_unseen_is_shown_to_a_person(
    office: Office, post: FakeProvider, web: str
) -> None:
    until_the_notice(office, post)
    tell(web, "distribue_expediteur", office.clock.now())

    [(status, reason)] = read_all(office)

    assert status == "unreadable"
    assert "letter.tracked (refused, unclaimed ou npai)" in (reason or "")
    assert office.one(TRACKED) == 0


def test_a_letter_in_doubt_whose_provider_calls_is_sent(office: Office, post: FakeProvider, web: str) -> None:
    post.struck, post.script = "/sendCourrier", [Fault(takes=True), Fault(status=503)]
    facts = until_the_notice(office, post)
    assert ("registered", "in_doubt", "delivery.in_doubt") in office.dispatches()

    tell(web, "pris_en_charge", office.clock.now(), ref_interne=facts["dest"]["reference"])

    assert read_all(office) == [("done", None)]
    assert office.dispatches()[-1][:2] == ("registered", "sent")
    assert len(post.taken) == 1


def msb_call(web: str, name: str, at: datetime, steps: list[dict[str, str]], **letter_too: object) -> None:
    letter = {"_id": "msb0001", "postage_type": "lrar", "tracking_events": steps, **letter_too}
    event = {"_id": f"ev-{name}", "name": name, "created_at": at.isoformat()}
    said = {"event": event, "letter": letter}
    assert httpx.post(f"{web}/hooks/mysendingbox/{SECRET}", json=said, timeout=10).status_code == 200


@pytest.mark.parametrize("office", ["mysendingbox"], indirect=True)
def test_a_notice_that_was_not_claimed_runs_from_its_first_presentation(
    office: Office, post: FakeProvider, web: str
) -> None:
    until_the_notice(office, post)
    shown = office.clock.now() + timedelta(days=2)
    office.go_on(days=18)
    steps = [{"status": "A_RETIRER", "date": shown.isoformat()}]

    msb_call(web, "letter.returned_to_sender", office.clock.now(), steps)
    read_all(office)
    office.go_on(days=1)

    assert office.one(TRACKED) == 2
    assert decided_on(office) == office.clock.now().date() - timedelta(days=1)  # eight days from then were over


@pytest.mark.parametrize("office", ["mysendingbox"], indirect=True)
def test_a_wrong_address_blocks_the_contact_and_starts_no_deadline(
    office: Office, post: FakeProvider, web: str
) -> None:
    until_the_notice(office, post)
    msb_call(web, "letter.wrong_address", office.clock.now(), [])
    read_all(office)
    office.go_on(days=30)

    assert "registered" in str(office.one("SELECT facts->'contacts'->0->'invalid' FROM debtors"))
    assert decided_on(office) is None


@pytest.mark.parametrize(
    ("state", "field", "days"),
    [
        pytest.param("AR", "view_date", 9, id="accepted"),
        pytest.param("refused", "refused_date", 9, id="refused: the same as received"),
    ],
)
def test_an_electronic_notice_runs_from_its_acceptance_or_refusal(
    office: Office, post: FakeProvider, web: str, *, state: str, field: str, days: int
) -> None:
    until_the_notice(office, post)
    office.write("UPDATE messages SET provider = 'ar24', provider_id = '42' WHERE channel = 'registered'")
    at = office.clock.now().astimezone(PARIS)

    form = {"id_mail": "42", "new_state": state, field: at.strftime(TIME)}
    assert httpx.post(f"{web}/hooks/ar24/{SECRET}", data=form, timeout=10).status_code == 200
    assert read_all(office) == [("done", None)]
    office.go_on(days=20)

    assert decided_on(office) == at.date() + timedelta(days=days)
