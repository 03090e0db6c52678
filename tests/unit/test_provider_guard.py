"""The circuit and the rate before a provider, plug-ins of other packages, and the settings that choose them."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from workers.channels.base import ChannelError, OutgoingMessage, Receipt, Refused, TryLater
from workers.channels.circuit import Circuit
from workers.channels.folder import FolderChannel
from workers.channels.plugins import BadPlugin, known, open_plugin
from workers.channels.provider import Abilities, Guarded
from workers.channels.rate import TokenBucket
from workers.outlets import outlets_of, sms_of
from workers.settings import load
from workers.settings_parts.errors import SettingsError
from workflows.invoice import Channel

DOWN = TryLater("no-connection", "nobody there")
MESSAGE = OutgoingMessage(
    dispatch_id="d", channel="sms", to="+33612345678", sender="c@example.com", subject="", text="x",
    message_id="<m@example.com>", date=datetime(2026, 2, 10, 9, tzinfo=UTC),
)  # fmt: skip


class Scripted:
    """A provider that answers as a script says, and counts how often it was asked."""

    name = "scripted"
    abilities = Abilities()

    def __init__(self) -> None:
        self.script: list[Exception] = []
        self.asked = 0

    def send(self, _message: OutgoingMessage) -> Receipt:
        self.asked += 1
        if self.script:
            raise self.script.pop(0)
        return Receipt(provider_id="1", detail="taken")

    def check(self) -> str:
        return "there"

    def close(self) -> None:
        """Nothing is open."""


def attempt(guarded: Guarded) -> str:
    try:
        return str(guarded.send(MESSAGE).provider_id)
    except ChannelError as error:
        return error.code


@pytest.fixture
def now() -> list[float]:
    return [100.0]


@pytest.fixture
def provider() -> Scripted:
    return Scripted()


@pytest.fixture
def guarded(provider: Scripted, now: list[float]) -> Guarded:
    return Guarded(provider, circuit=Circuit(failures=3, pause_s=60), clock=lambda: now[0])


def test_the_circuit_opens_after_failures_in_a_row_and_closes_by_itself(
    guarded: Guarded, provider: Scripted, now: list[float]
) -> None:
    provider.script = [DOWN] * 3

    codes = [attempt(guarded) for _ in range(5)]
    now[0] += 61
    after_the_pause = [attempt(guarded) for _ in range(2)]

    assert codes == ["no-connection"] * 3 + ["circuit"] * 2
    assert after_the_pause == ["1", "1"]
    assert provider.asked == 5


def test_after_the_pause_one_failure_opens_it_again(guarded: Guarded, provider: Scripted, now: list[float]) -> None:
    provider.script = [DOWN] * 4
    for _ in range(3):
        attempt(guarded)
    now[0] += 61

    assert [attempt(guarded) for _ in range(3)] == ["no-connection", "circuit", "circuit"]


def test_an_attempt_that_died_before_its_end_holds_others_up_for_one_pause_only() -> None:
    circuit = Circuit(failures=1, pause_s=60)
    circuit.fail(0)

    waits = [circuit.wait_s(at) for at in (60, 61, 119, 120)]  # the one of 60 never tells how it ended

    assert waits == [0, 59, 1, 0]


def test_a_refusal_is_an_answer_and_opens_nothing(guarded: Guarded, provider: Scripted) -> None:
    provider.script = [DOWN, DOWN, Refused("400", "no", address_is_bad=True)] * 3

    assert [attempt(guarded) for _ in range(9)] == ["no-connection", "no-connection", "400"] * 3


def test_an_open_circuit_says_when_to_come_back_and_not_everybody_at_once(guarded: Guarded, provider: Scripted) -> None:
    provider.script = [DOWN] * 3
    for _ in range(3):
        attempt(guarded)

    waits = set()
    for _ in range(50):
        with pytest.raises(TryLater) as caught:
            guarded.send(MESSAGE)
        waits.add(caught.value.retry_after_s)

    assert all(wait is not None and 60 <= wait <= 75 for wait in waits)
    assert len(waits) > 3


def test_a_rate_limit_puts_off_what_would_wait_too_long(provider: Scripted) -> None:
    guarded = Guarded(provider, bucket=TokenBucket(per_minute=1, burst=2), clock=lambda: 100.0)

    assert [attempt(guarded) for _ in range(3)] == ["1", "1", "rate"]
    assert provider.asked == 2


# --- plug-ins -------------------------------------------------------------------------------------------------------

Install = Callable[[str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a package with the plug-in `smoke` on the path, as pip would."""

    def do(source: str) -> None:
        (tmp_path / "smoke_signals.py").write_text(source, encoding="utf-8")
        info = tmp_path / "smoke_signals-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: smoke-signals\nVersion: 1\n", encoding="utf-8")
        (info / "entry_points.txt").write_text("[relance.channels]\nsmoke = smoke_signals:open_channel\n", "utf-8")
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, "smoke_signals", raising=False)

    return do


GOOD = """
from workers.channels.base import Receipt
from workers.channels.provider import Abilities

class Smoke:
    name = "smoke"
    abilities = Abilities(hours="by day")
    def __init__(self, hill):
        self.hill = hill
    def send(self, message):
        return Receipt(provider_id="puff", detail=self.hill)
    def check(self):
        return self.hill
    def close(self):
        pass

def open_channel(channel, settings):
    return Smoke(settings["hill"] + " for " + channel)
"""


def test_a_plugin_carries_a_channel_without_a_change_here(tmp_path: Path, install: Install) -> None:
    install(GOOD)
    (tmp_path / "relance.toml").write_text(
        '[delivery.channels]\nsms = "plugin:smoke"\n[plugins.smoke]\nhill = "Vercors"\n', encoding="utf-8"
    )

    outlet = outlets_of(load(tmp_path / "relance.toml", {}))[Channel.SMS]

    assert known() == ["smoke"]
    assert isinstance(outlet, Guarded)
    assert outlet.abilities.hours == "by day"
    assert outlet.send(MESSAGE).detail == "Vercors for sms"
    assert outlet.check() == "Vercors for sms (lets out by day)"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param("def open_channel(channel, settings): return object()", "is no channel", id="no channel"),
        pytest.param("def open_channel(channel, settings): return settings['hill']", "KeyError", id="it fails"),
        pytest.param("import nowhere_at_all", "ModuleNotFoundError", id="it cannot be imported"),
        pytest.param(
            GOOD.replace('hours="by day"', "look_up=True").replace('settings["hill"]', '"x"'), "look_up",
            id="it promises what it cannot do",
        ),
    ],
)  # fmt: skip
def test_a_broken_plugin_is_named_with_its_flaw(install: Install, source: str, words: str) -> None:
    install(source)

    with pytest.raises(BadPlugin, match=f"plug-in smoke: .*{words}"):
        open_plugin("smoke", "sms", {})


def test_a_plugin_that_is_not_installed_is_an_error_of_the_settings() -> None:
    with pytest.raises(SettingsError) as caught:
        outlets_of(load(None, {"RELANCE_DELIVERY__CHANNELS__SMS": "plugin:smoke"}))

    assert "delivery.channels.sms = smoke" in caught.value.text("fr")
    assert "installés : –" in caught.value.text("fr")


# --- settings -------------------------------------------------------------------------------------------------------

OVH = "[sms.ovh]\nservice = 'sms-1'\napplication_key = 'a'\napplication_secret = 's'\nconsumer_key = 'c'\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("[delivery.channels]\nsms = 'pigeon'", "choisissez 'folder', 'provider' ou", id="no such way"),
        pytest.param("[delivery.channels]\nsms = 'provider'", "sms.provider : nommez", id="no provider"),
        pytest.param("[sms]\nprovider = 'brevo'", "sms.sender", id="no sender"),
        pytest.param("[sms]\nprovider = 'brevo'\nsender = 'ATELIER'", "sms.brevo", id="no keys"),
        pytest.param("[sms]\nsender = 'Atelier Martin'", "3 à 11 lettres", id="a sender of 14 letters"),
        pytest.param("[sms]\nsender = 'Équipe'", "3 à 11 lettres", id="a sender with an accent"),
        pytest.param("[sms.twilio]\naccount_sid = 'A'\nauth_token = ''", "au moins 1 caractère", id="a key of nothing"),
        pytest.param("[sms.brevo]\napi_key = 'k'\nurl = 'http://brevo.example'", "https://", id="keys in clear"),
        pytest.param(
            f"[sms]\nprovider = 'ovh'\nsender = 'ATELIER'\n{OVH}[delivery]\nlease_s = 200\nchannels.sms = 'provider'",
            "plus de 245 s", id="a lease shorter than a send",
        ),
    ],
)  # fmt: skip
def test_settings_of_channels_that_cannot_work_name_the_key_and_the_fix(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "relance.toml").write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError) as caught:
        load(tmp_path / "relance.toml", {})

    assert words in caught.value.text("fr")


@pytest.mark.parametrize("provider", ["ovh", "brevo", "twilio"])
def test_keys_are_read_from_the_environment_and_shown_nowhere(provider: str) -> None:
    keys = {
        "ovh": {"SERVICE": "sms-1", "APPLICATION_KEY": "k3y", "APPLICATION_SECRET": "k3y", "CONSUMER_KEY": "k3y"},
        "brevo": {"API_KEY": "k3y"},
        "twilio": {"ACCOUNT_SID": "AC1", "AUTH_TOKEN": "k3y"},
    }[provider]
    environ = {f"RELANCE_SMS__{provider.upper()}__{name}": value for name, value in keys.items()}

    settings = load(None, environ | {"RELANCE_SMS__PROVIDER": provider, "RELANCE_SMS__SENDER": "ATELIER"})
    opened = sms_of(settings)
    opened.close()

    assert opened.name == provider
    assert "k3y" not in repr(settings)


def test_printed_letters_lie_apart_from_those_that_nobody_posts(tmp_path: Path) -> None:
    chosen = {f"RELANCE_DELIVERY__CHANNELS__{name}": "print" for name in ("REGISTERED", "TRACKED")}
    settings = load(None, chosen, data_dir=tmp_path)

    outlets = outlets_of(settings)

    assert isinstance(outlets[Channel.REGISTERED], FolderChannel)
    assert str(tmp_path / "outbox" / "post" / "registered") in outlets[Channel.REGISTERED].check()
    assert str(tmp_path / "outbox" / "letter") in outlets[Channel.LETTER].check()
    assert str(tmp_path / "outbox" / "post" / "tracked") in outlets[Channel.TRACKED].check()
    assert settings.delivery.channels.printed == ("tracked", "registered")


def test_an_electronic_letter_is_never_printed() -> None:
    with pytest.raises(SettingsError, match=r"delivery\.channels\.lre.*'folder'"):
        load(None, {"RELANCE_DELIVERY__CHANNELS__LRE": "print"})
