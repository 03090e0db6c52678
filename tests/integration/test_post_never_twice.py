"""Whatever befalls the network or the provider, no letter is printed twice: a thousand random runs for each."""

import base64
import hashlib
import json
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.fake_post import AR24_KEY, aes_cbc
from tests.fake_provider import HTML
from tests.letter_examples import Make, ar24, letter_for, merci_facteur, mysendingbox
from workers.channels.base import ChannelError, TryLater
from workers.channels.provider import Guarded

FAULTS = ("take", "refuse", "500", "500 taken", "429", "503", "hang", "cut", "html", "door", "maintenance")
#: Requests after which nobody is written to.
HARMLESS = ("getToken", "attachment")


class Line:
    """The network between us and a provider that takes what reaches it: it fails as a seed says."""

    def __init__(self, seed: int) -> None:
        self.printed = 0
        self._random, self._known = random.Random(seed), set[str]()  # noqa: S311 - no secret

    def __call__(self, request: httpx.Request) -> httpx.Response:
        fault = self._random.choice(FAULTS)
        match fault:
            case "take":
                return self._take(request)
            case "refuse":
                return httpx.Response(400, json={"success": False, "error": {"code": "X", "message": "no"}})
            case "500":
                return httpx.Response(500)
            case "429" | "503" as status:
                return httpx.Response(int(status), headers={"retry-after": "1"})
            case "maintenance":
                return httpx.Response(200, json={"status": "maintenance"})
            case "door":
                raise httpx.ConnectError("nobody there")
        self._take(request)
        if fault == "hang":
            raise httpx.ReadTimeout("silence")
        if fault == "cut":
            raise httpx.RemoteProtocolError("cut")
        return httpx.Response(500) if fault == "500 taken" else httpx.Response(200, html=HTML.decode())

    def _take(self, request: httpx.Request) -> httpx.Response:
        path, body = urlsplit(str(request.url)).path, request.read()
        if path.endswith(HARMLESS):
            return self._harmless(request, body)
        if "/mf/" in path:
            [reference] = parse_qs(body.decode())["antidoublon"]
            if reference in self._known:
                return httpx.Response(400, json={"success": False, "error": {"code": "DOUBLON", "text": "déjà"}})
            self._known.add(reference)
        self.printed += 1
        if "/ar24/" in path:
            return sealed(request, body, {"id": 1, "status": "waiting"})
        return httpx.Response(200, json={"_id": "msb1", "success": True, "envoi_id": 1})

    def _harmless(self, request: httpx.Request, body: bytes) -> httpx.Response:
        if b"attachment" in request.url.raw_path:
            return sealed(request, body, {"file_id": 7})
        return httpx.Response(200, json={"success": True, "token": "t", "expire": 4_000_000_000})


def sealed(request: httpx.Request, body: bytes, result: object) -> httpx.Response:
    """As AR24 answers."""
    text = body.decode("latin-1")
    form = parse_qs(text)
    date = form["date"][0] if "date" in form else text.partition('name="date"\r\n\r\n')[2][:19]
    vector = hashlib.sha256(hashlib.sha256(AR24_KEY.encode()).hexdigest().encode()).hexdigest()[:16].encode()
    key = hashlib.sha256(f"{date}{AR24_KEY}".encode()).hexdigest()[:32].encode()
    said = json.dumps({"status": "SUCCESS", "result": result}).encode()
    return httpx.Response(200, content=base64.b64encode(aes_cbc(key, vector, said)), request=request)


@pytest.fixture(autouse=True)
def _no_folders_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("tests.letter_examples.mkdtemp", lambda prefix: str(tmp_path / prefix))
    (tmp_path / "relance-lre-").mkdir()
    yield
    shutil.rmtree(tmp_path)


@pytest.mark.parametrize("make", [mysendingbox, merci_facteur, ar24])
def test_in_a_thousand_random_runs_of_faults_no_letter_is_printed_twice(make: Make) -> None:
    ends: Counter[str] = Counter()
    for seed in range(1000):
        line, now = Line(seed), [0.0]
        way = make("https://provider.example", transport=httpx.MockTransport(line))
        guarded = Guarded(way, clock=lambda now=now: now[0])  # type: ignore[misc] # bound now
        end = "given up"
        for _attempt in range(8):  # what the delivery does: only « try later » is tried again, later
            try:
                guarded.send(letter_for(make))
                end = "sent"
            except TryLater as later:
                now[0] += (later.retry_after_s or 60) + 1
                continue
            except ChannelError as error:
                end = type(error).__name__
            break
        guarded.close()
        ends[end] += 1
        assert line.printed <= 1, seed
        assert end != "sent" or line.printed == 1, seed
        assert end in ("sent", "InDoubt") or line.printed == 0, seed

    assert set(ends) >= {"sent", "InDoubt", "Refused"}, ends
    assert ends.total() == 1000
