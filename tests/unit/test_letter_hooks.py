"""What providers of letters call about: states, dates, proofs; what is forged, or no call at all."""

import base64
import contextlib
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.fake_provider import FakeProvider, Handler, fake_provider
from workers.hooks.ar24 import Ar24Hook
from workers.hooks.base import Call, Hook, Notice, Proof, Unreadable
from workers.hooks.merci_facteur import MerciFacteurHook
from workers.hooks.mysendingbox import MySendingBoxHook
from workers.hooks.proofs import LARGEST, proof_at, proof_of
from workflows.events import LetterState

SECRET = "letters-0123456789-abcdefghij"
NOW = datetime(2026, 2, 20, 10, tzinfo=UTC)
REFERENCE = "0123456789abcdef0123456789abcdef01234567@atelier.example"
PDF = b"%PDF-1.4 proof"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def call(body: bytes, *, token: str = "", **headers: str) -> Call:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Call(method="POST", url="https://x.example", headers=names, body=body, token=token, received_at=NOW)


def hooks() -> list[Hook]:
    return [MySendingBoxHook(SECRET), Ar24Hook(SECRET), MerciFacteurHook(SECRET)]


def only(notices: tuple[Notice, ...]) -> Notice:
    [notice] = notices
    return notice


# --- MySendingBox ---------------------------------------------------------------------------------------------------


def msb(name: str, **letter: Any) -> Call:  # noqa: ANN401 - fields of a letter
    known = {"_id": "msb0001", "metadata": {"reference": REFERENCE}, "postage_type": "lrar"}
    event = {"_id": f"ev-{name}", "name": name, "letter": "msb0001", "created_at": "2026-02-19T16:00:00.000Z"}
    return call(json.dumps({"created_at": "x", "event": event, "letter": known | letter}).encode())


STEPS = [
    {"status": "PRIS_EN_CHARGE", "date": "2026-02-11T08:00:00.000Z"},
    {"status": "A_RETIRER", "date": "2026-02-13T11:30:00.000Z"},
    {"status": "DISTRIBUE", "date": "2026-02-18T09:15:00.000Z"},
]


@pytest.mark.parametrize(
    ("name", "state", "day"),
    [
        ("letter.filing_proof", LetterState.DEPOSITED, 11),
        ("letter.sent", LetterState.DEPOSITED, 11),
        ("letter.waiting_to_be_withdrawn", LetterState.NOTIFIED, 13),
        ("letter.distributed", LetterState.DELIVERED, 18),
        ("letter.delivery_proof", LetterState.DELIVERED, 18),
        ("letter.wrong_address", LetterState.NPAI, 19),
    ],
)
def test_mysendingbox_tells_the_state_and_the_carriers_day(name: str, state: LetterState, day: int) -> None:
    said = msb(name, tracking_events=STEPS, tracking_number="1A20411733018")

    notice = only(MySendingBoxHook(SECRET).read(said))

    assert (notice.what, notice.letter_state, notice.at.day) == ("letter", state, day)
    assert (notice.reference, notice.provider_id, notice.tracking_no) == (REFERENCE, "msb0001", "1A20411733018")
    assert notice.provider_event_id == f"ev-{name}"


def test_a_registered_letter_that_waited_and_came_back_was_not_claimed() -> None:
    shown, unclaimed = MySendingBoxHook(SECRET).read(msb("letter.returned_to_sender", tracking_events=STEPS[:2]))

    assert (shown.letter_state, shown.at.day) == (LetterState.NOTIFIED, 13)
    assert (unclaimed.letter_state, unclaimed.at.day) == (LetterState.UNCLAIMED, 19)
    assert shown.provider_event_id != unclaimed.provider_event_id


@pytest.mark.parametrize(
    ("name", "postage", "what"),
    [
        pytest.param("letter.returned_to_sender", "lrar", "returned", id="came back, and had not waited"),
        pytest.param("letter.returned_to_sender", "verte", "noted", id="a plain one: letter.wrong_address says more"),
        pytest.param("letter.created", "lrar", "noted", id="made"),
        pytest.param("letter.in_transit", "lrar", "noted", id="on its way"),
        pytest.param("letter.lost", "lrar", "bounced", id="lost"),
        pytest.param("letter.error", "lrar", "bounced", id="not printed"),
        pytest.param("postcard.sent", "lrar", "noted", id="no letter"),
    ],
)
def test_what_else_mysendingbox_says(name: str, postage: str, what: str) -> None:
    notice = only(MySendingBoxHook(SECRET).read(msb(name, postage_type=postage)))

    assert notice.what == what
    assert notice.bounce == ("soft" if what == "bounced" else None)


# --- Merci Facteur --------------------------------------------------------------------------------------------------


def mf(name: str, status: str, **letter: Any) -> Call:  # noqa: ANN401 - fields of a letter
    known = {
        "ref_courrier": "123456-789", "mode_envoi": "lrare", "tracking_number": "2C123456789", "id_envoi": "9001",
        "statut_courrier": status, "statut_description": "…", "ref_interne": REFERENCE[:30],
    }  # fmt: skip
    event = {"name_event": name, "id_user": 17460, "date_event": 1_771_400_000}
    form = {"event": json.dumps(event), "detail": json.dumps([known | letter])}
    return call(urlencode(form).encode(), x_mf_webhook_secret_key=SECRET)


@pytest.mark.parametrize(
    ("name", "status", "state"),
    [
        ("new-state", "pris_en_charge", LetterState.DEPOSITED),
        ("new-state", "attente_au_guichet", LetterState.NOTIFIED),
        ("delivered", "distribue", LetterState.DELIVERED),
    ],
)
def test_merci_facteur_tells_the_state(name: str, status: str, state: LetterState) -> None:
    notice = only(MerciFacteurHook(SECRET).read(mf(name, status)))

    assert (notice.what, notice.letter_state) == ("letter", state)
    assert notice.at == datetime.fromtimestamp(1_771_400_000, UTC)
    assert (notice.reference, notice.provider_id, notice.tracking_no) == (REFERENCE[:30], "9001", "2C123456789")


@pytest.mark.parametrize(
    ("name", "status", "field", "content", "media_type"),
    [
        ("pdd", "scan_pdd", "pdd_base64_pdf", PDF, "application/pdf"),
        ("are", "retour_are", "are_base64_jpeg", b"\xff\xd8\xff\xe0 scan", "image/jpeg"),
    ],
)
def test_a_proof_inside_a_call_is_taken_out_of_it(
    *, name: str, status: str, field: str, content: bytes, media_type: str
) -> None:
    said = mf(name, status, **{field: base64.b64encode(content).decode()})

    assert only(MerciFacteurHook(SECRET).read(said)).proof == Proof(content, media_type)


@pytest.mark.parametrize("torn", ["%%%", "é", "AAA"])
def test_a_torn_proof_holds_nothing_up(torn: str) -> None:
    notice = only(MerciFacteurHook(SECRET).read(mf("are", "retour_are", are_base64_jpeg=torn)))

    assert (notice.letter_state, notice.proof) == (LetterState.DELIVERED, None)


@pytest.mark.parametrize(
    ("mode", "what", "state"),
    [
        pytest.param("normal", "letter", LetterState.NPAI, id="a plain letter: nobody lives there"),
        pytest.param("suivi", "letter", LetterState.NPAI, id="a tracked one: the same"),
        pytest.param("lrare", "returned", None, id="a registered one: refused, unclaimed or NPAI"),
    ],
)
def test_a_letter_back_at_merci_facteur(mode: str, what: str, state: LetterState | None) -> None:
    notice = only(MerciFacteurHook(SECRET).read(mf("pnd", "distribue_expediteur", mode_envoi=mode)))

    assert (notice.what, notice.letter_state) == (what, state)


def test_one_call_may_be_about_several_letters() -> None:
    letters = [{"id_envoi": str(number), "statut_courrier": "distribue"} for number in (1, 2, 3)]
    form = {"event": json.dumps({"name_event": "delivered"}), "detail": json.dumps(letters)}

    notices = MerciFacteurHook(SECRET).read(call(urlencode(form).encode()))

    assert [notice.provider_id for notice in notices] == ["1", "2", "3"]
    assert {notice.at for notice in notices} == {NOW}
    assert len({notice.provider_event_id for notice in notices}) == 3


@pytest.mark.parametrize("status", ["retenu_douane", "probleme_en_cours", "accepted"])
def test_what_merci_facteur_documents_and_changes_nothing_is_noted(status: str) -> None:
    assert only(MerciFacteurHook(SECRET).read(mf("new-state", status))).what == "noted"


def test_a_state_that_merci_facteur_does_not_document_is_for_a_person_and_holds_no_other_letter_up() -> None:
    letters = [{"id_envoi": "1", "statut_courrier": "brule"}, 7, {"id_envoi": "2", "statut_courrier": "distribue"}]
    form = {"event": json.dumps({"name_event": "delivered"}), "detail": json.dumps(letters)}

    notices = MerciFacteurHook(SECRET).read(call(urlencode(form).encode()))

    assert [notice.what for notice in notices] == ["unread", "unread", "letter"]
    with pytest.raises(Unreadable, match="statut_courrier"):
        MerciFacteurHook(SECRET).read(mf("new-state", "brule"))


# --- AR24 -----------------------------------------------------------------------------------------------------------


def ar24_call(state: str, **said: str) -> Call:
    return call(urlencode({"id_mail": "42", "new_state": state, **said}).encode(), **FORM)


@pytest.mark.parametrize(
    ("state", "field", "known"),
    [
        ("AR", "view_date", LetterState.DELIVERED),
        ("refused", "refused_date", LetterState.REFUSED),
        ("negligence", "negligence_date", LetterState.UNCLAIMED),
    ],
)
def test_ar24_tells_reception_refusal_and_non_claim_with_their_instants(
    state: str, field: str, known: LetterState
) -> None:
    notice = only(Ar24Hook(SECRET).read(ar24_call(state, **{field: "2026-02-18 10:15:00"})))

    assert (notice.what, notice.letter_state, notice.provider_id) == ("letter", known, "42")
    assert notice.at == datetime(2026, 2, 18, 9, 15, tzinfo=UTC)  # Paris is an hour ahead


def test_ar24_calls_an_address_that_names_the_letter() -> None:
    said = replace(ar24_call("AR"), query=(("reference", REFERENCE),))

    assert only(Ar24Hook(SECRET).read(said)).reference == REFERENCE


def test_ar24s_first_proof_is_of_deposit_and_of_the_first_presentation() -> None:
    deposited, shown = Ar24Hook(SECRET).read(ar24_call("sent", ts_ev_date="2026-02-10 09:00:00"))

    assert [deposited.letter_state, shown.letter_state] == [LetterState.DEPOSITED, LetterState.NOTIFIED]
    assert deposited.provider_event_id != shown.provider_event_id


@pytest.mark.parametrize(
    ("state", "what", "bounce"),
    [("waiting", "noted", None), ("bounced", "bounced", "hard"), ("error", "bounced", "soft")],
)
def test_what_else_ar24_says(state: str, what: str, bounce: str | None) -> None:
    notice = only(Ar24Hook(SECRET).read(ar24_call(state)))

    assert (notice.what, notice.bounce) == (what, bounce)


def test_ar24_may_call_in_json_and_about_accounts() -> None:
    hook = Ar24Hook(SECRET)
    said = call(b'{"id_mail": 42, "new_state": "refused"}', content_type="application/json")

    assert only(hook.read(said)).letter_state is LetterState.REFUSED
    assert hook.read(call(b"id_user=7&new_state=confirmed", **FORM)) == ()


def test_only_who_knows_the_secret_is_believed() -> None:
    for hook in hooks():
        assert hook.is_genuine(call(b"", token=SECRET, x_mf_webhook_secret_key=SECRET))
        assert not hook.is_genuine(call(b"", token=SECRET[:-1], x_mf_webhook_secret_key=SECRET[:-1]))
        assert not hook.is_genuine(call(b"\xff\xfe", token="é\udc80", x_mf_webhook_secret_key="é\udc80"))
        assert not hook.is_genuine(call(b""))
    for hook in (MySendingBoxHook(""), Ar24Hook(""), MerciFacteurHook("")):
        assert not hook.is_genuine(call(b"", x_mf_webhook_secret_key=""))


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"[]", b"{}", b"event=1&detail=2", b"id_mail=1", b"id_mail=1&new_state=eaten", b"<html>"],
)
def test_what_is_no_call_of_theirs_is_kept_for_a_person_or_says_nothing(body: bytes) -> None:
    for hook in hooks():
        with contextlib.suppress(Unreadable):
            assert hook.read(call(body, **FORM)) == ()


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://files.example/proof.pdf", id="in clear"),
        pytest.param("https://169.254.169.254/latest", id="an address of the machine's own network"),
        pytest.param("https://localhost/proof.pdf", id="this machine"),
        pytest.param("https://db.internal/proof.pdf", id="an inner name"),
        pytest.param("https://127.1/proof.pdf", id="this machine, shortened"),
        pytest.param("https://[::1/proof.pdf", id="a torn address"),
        pytest.param("https://files.example:99999/proof.pdf", id="no port"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param({"url": 1}, id="no address"),
        pytest.param(None, id="nothing"),
    ],
)
def test_a_call_cannot_make_us_ask_our_own_network(url: object) -> None:
    assert proof_at(url) == (None, False)


@pytest.mark.parametrize("content", [b"<html>", b"", b"%PDF-" + b"x" * LARGEST], ids=["a page", "nothing", "too large"])
def test_what_is_no_proof_is_not_kept(content: bytes) -> None:
    assert proof_of(content) is None


def test_a_proof_behind_the_providers_own_address_is_fetched_and_one_that_is_not_there_yet_is_late() -> None:
    def proof(_provider: FakeProvider, _handler: Handler, path: str, _body: bytes) -> tuple[int, bytes]:
        return (200, PDF) if path == "/ng-42" else (404, b"{}")

    with fake_provider() as provider:
        provider.interfaces["/ar24"] = proof
        hook = Ar24Hook(SECRET, f"{provider.url}/ar24")
        found = only(hook.read(ar24_call("negligence", proof_url=f"{provider.url}/ar24/ng-42")))
        gone = only(hook.read(ar24_call("refused", proof_url=f"{provider.url}/ar24/rf-42")))

    assert found.proof == Proof(PDF, "application/pdf")
    assert found.proof.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (gone.letter_state, gone.proof, gone.proof_is_late) == (LetterState.REFUSED, None, True)
