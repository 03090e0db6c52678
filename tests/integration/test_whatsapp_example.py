"""The plug-in that docs/team.md prints, text messages by WhatsApp, against a fake Meta on a real socket."""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.chat_server import Chat, Trouble, chat_server
from workers.channels.base import Channel as Outlet
from workers.channels.base import ChannelError, InDoubt, OutgoingMessage, Refused, TryLater
from workers.channels.provider import Guarded
from workers.outlets import outlets_of
from workers.settings import load
from workflows.invoice import Channel

PAGE = (Path(__file__).parents[2] / "docs" / "team.md").read_text("utf-8")
[SOURCE] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
[ENTRY_POINT] = re.findall(r'```toml\n\[project\.entry-points\."relance\.channels"\]\n(.*?)\n```', PAGE, re.DOTALL)
[SETTINGS] = [block for block in re.findall(r"```toml settings\n(.*?)```", PAGE, re.DOTALL) if "plugin:" in block]
MESSAGE = OutgoingMessage(
    dispatch_id="atelier/F-1/x/0/sms", channel="sms", to="+33612345678", sender="ATELIER", subject="F-1",
    text="Bonjour,\nla facture F-1 (1 000,00 €)\tn'est pas réglée.", message_id="<1@atelier.example>",
    date=datetime(2026, 1, 13, 9, tzinfo=UTC),
)  # fmt: skip


@pytest.fixture
def meta() -> Iterator[Chat]:
    with chat_server() as server:
        server.answer = b'{"messages": [{"id": "wamid.HBgLMzM2", "message_status": "accepted"}]}'
        yield server


@pytest.fixture
def whatsapp(tmp_path: Path, meta: Chat, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outlet]:
    """The example as a package that pip has installed, and the settings of the page."""
    (tmp_path / "relance_whatsapp.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "agreed.txt").write_text("+33612345678\n", encoding="utf-8")
    info = tmp_path / "relance_whatsapp-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: relance-whatsapp\nVersion: 1\n", encoding="utf-8")
    entry_point = ENTRY_POINT.replace('"', "")
    (info / "entry_points.txt").write_text(f"[relance.channels]\n{entry_point}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "relance_whatsapp", raising=False)
    mine = SETTINGS.replace("…", "EAAG").replace("/etc/relance/whatsapp.txt", str(tmp_path / "agreed.txt"))
    here = f'{mine}\nurl = "http://127.0.0.1:{meta.port}/v23.0"\n'
    (tmp_path / "relance.toml").write_text(here, encoding="utf-8")
    outlets = outlets_of(load(tmp_path / "relance.toml", {}))
    yield outlets[Channel.SMS]
    for outlet in outlets.values():
        outlet.close()


def test_a_debtor_who_agreed_gets_the_text_in_the_approved_template(whatsapp: Outlet, meta: Chat) -> None:
    receipt = whatsapp.send(MESSAGE)

    assert isinstance(whatsapp, Guarded)
    assert receipt.provider_id == "wamid.HBgLMzM2"
    assert meta.asked == ["POST /v23.0/106540352242922/messages"]
    [body] = meta.shown
    assert (body["to"], body["template"]["name"]) == ("33612345678", "relance_une_ligne")
    [parameter] = body["template"]["components"][0]["parameters"]
    assert parameter["text"] == "Bonjour, la facture F-1 (1 000,00 €) n'est pas réglée."


def test_a_debtor_who_did_not_agree_gets_nothing_and_the_number_counts_as_out_of_reach(
    whatsapp: Outlet, meta: Chat
) -> None:
    with pytest.raises(Refused) as refused:
        whatsapp.send(replace(MESSAGE, to="+33700000000"))

    assert refused.value.address_is_bad
    assert meta.asked == []


def test_a_text_that_no_template_holds_is_refused(whatsapp: Outlet, meta: Chat) -> None:
    with pytest.raises(Refused, match="too-long"):
        whatsapp.send(replace(MESSAGE, text="x" * 1_000))

    assert meta.asked == []


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        pytest.param(Trouble(status=401, body=b'{"error": {"code": 190}}'), TryLater, id="our key"),
        pytest.param(Trouble(status=429), TryLater, id="too many"),
        pytest.param(Trouble(status=400, body=b'{"error": {"code": 132000}}'), Refused, id="not the approved template"),
        pytest.param(Trouble(takes=True), InDoubt, id="cut after it was taken"),
        pytest.param(Trouble(status=200, body=b"<html>"), InDoubt, id="a page in HTML"),
    ],
)
def test_what_meta_answers_means_what_it_means_for_every_provider(
    whatsapp: Outlet, meta: Chat, trouble: Trouble, outcome: type[ChannelError]
) -> None:
    meta.script = [trouble]

    with pytest.raises(outcome):
        whatsapp.send(MESSAGE)


def test_doctor_hears_how_many_agreed(whatsapp: Outlet) -> None:
    assert "1 number(s) agreed" in whatsapp.check()
