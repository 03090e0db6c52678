"""What an operator sees of the calls of providers."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.command_line import CommandLine
from tests.hook_calls import MOBILE, SECRET, brevo_call, facts, read_all, with_hooks
from tests.office import Office, a_contact, a_debtor, an_invoice, office_at
from workers import actors
from workers.cli import queues_filters
from workers.operations.doctor import examine
from workers.settings import Settings
from workers.web import server


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    with office_at(with_hooks(settings)) as opened:
        yield opened


@pytest.fixture
def relance(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    settings = office.system.settings
    (tmp_path / "relance.toml").write_text(
        f'[web]\npublic_url = "https://relance.example.com"\n[hooks]\nbrevo = "{SECRET}"\n', encoding="utf-8"
    )
    return CommandLine(settings, tmp_path, monkeypatch, capsys)


def test_what_fits_nobody_is_listed_shown_and_read_again(office: Office, web: str, relance: CommandLine) -> None:
    httpx.post(f"{web}/hooks/brevo/{SECRET}", content=b"<html>")
    httpx.post(f"{web}/hooks/brevo/{SECRET}", json=brevo_call(9, "unsubscribe"))
    read_all(office)
    listed = json.loads(relance("hooks", "list", "--provider", "brevo", "--json").out)["calls"]
    by_status = {call["status"]: call["call_id"] for call in listed}
    shown = relance("hooks", "show", by_status["unreadable"][:8], "--lang", "en")
    before = relance("hooks", "again", by_status["unmatched"])
    office.happen(an_invoice(debtor=a_debtor("btp", a_contact(phone=MOBILE))))
    after = relance("hooks", "again", by_status["unmatched"])
    again = relance("hooks", "again", by_status["unmatched"])

    assert set(by_status) == {"unreadable", "unmatched"}
    assert "<html>" in shown.out
    assert "send JSON" in shown.out
    assert (before.code, after.code, again.code) == (1, 0, 0)
    assert "fait" in after.out
    assert facts(office, "contact.opted_out") == 1
    assert [call["status"] for call in json.loads(relance("hooks", "list", "--json").out)["calls"]] == ["unreadable"]


@pytest.mark.parametrize("words", [("show", "0f"), ("again", "0f")], ids=lambda words: words[0])
def test_a_call_that_does_not_exist_is_answered(relance: CommandLine, words: tuple[str, str]) -> None:
    done = relance("hooks", *words)

    assert done.code == 3
    assert "aucun appel 0f" in done.err


@pytest.mark.parametrize(
    ("public_url", "level", "word"),
    [
        pytest.param(None, "failure", "web.public_url", id="nobody can call"),
        pytest.param("http://relance.example.com", "warning", "https", id="in clear"),
        pytest.param("https://relance.example.com", "ok", "twilio, brevo, ovh", id="well"),
    ],
)
def test_doctor_says_whether_providers_can_call(
    office: Office, public_url: str | None, *, level: str, word: str
) -> None:
    settings = office.system.settings
    office.system.settings = settings.model_copy(
        update={"web": settings.web.model_copy(update={"public_url": public_url})}
    )

    found = [each for each in examine(office.system) if each.name == "hooks"]

    assert [each.level for each in found] == [level]
    assert all(word in text for text in (found[0].fr, found[0].en))


def test_every_queue_can_be_named_on_the_command_line() -> None:
    assert sorted(queues_filters.QUEUES) == sorted(actors.QUEUES)


def test_a_server_that_ends_by_itself_ends_its_process(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LOOK_S", 0.01)
    web = server.WebServer(office.system, port=0)
    web._server.should_exit = True

    with pytest.raises(server.ServerEnded):
        web.serve_until(threading.Event())
