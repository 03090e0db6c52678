"""Providers of letters on a real socket: they answer as their documented interfaces do, or as a test says."""

import base64
import email
import email.policy
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from tests.fake_provider import FakeProvider, Handler, fake_provider, say
from workers.clock import SystemClock

MSB_KEY: Final = "test_msb0123456789"
MF_SERVICE, MF_SECRET, MF_USER, MF_TOKEN = "mf-service", "mf-secret", 17_460, "mf-token"
AR24_TOKEN, AR24_KEY, AR24_USER = "ar24-token", "7X9gx9E3Qx4EiUdB63nc", 4242
CODE: Final = "123456"
_MF_KEYS: Final = (
    "civilite", "nom", "prenom", "societe", "adresse1", "adresse2", "adresse3", "cp", "ville", "pays", "reference",
)  # fmt: skip


def aes_cbc(key: bytes, vector: bytes, plain: bytes) -> bytes:
    """As AR24 seals."""
    padder, encryptor = PKCS7(128).padder(), Cipher(AES(key), CBC(vector)).encryptor()
    return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()


@contextmanager
def letter_provider() -> Iterator[FakeProvider]:
    """The three at one address: `/msb`, `/mf`, `/ar24`."""
    with fake_provider() as provider:
        provider.interfaces |= {"/msb": mysendingbox, "/mf": merci_facteur, "/ar24": Ar24()}
        yield provider


def mysendingbox(provider: FakeProvider, handler: Handler, path: str, body: bytes) -> tuple[int, bytes]:
    """`POST /letters`, `POST /letters/price`, `GET /letters`."""
    wanted = "Basic " + base64.b64encode(f"{MSB_KEY}:".encode()).decode()
    if handler.headers["authorization"] != wanted:
        return say(401, {"error": {"message": "Unauthorized"}})
    if path == "/letters/price":
        pages = json.loads(body)["page_count"]
        total = {"verte": 1.5, "lrar": 7.25}[json.loads(body)["postage_type"]] + 0.2 * (pages - 1)
        return say(200, {"price": {"postage": 1.0, "service": total - 1.0, "total": total}})
    if path.startswith("/letters?"):
        asked = dict(parse_qsl(urlsplit(path).query))
        found = [_msb_letter(at, sent.facts) for at, sent in enumerate(provider.taken, start=1)][::-1]
        page = found[int(asked["offset"]) :][: int(asked["limit"])]
        return say(200, {"info": {"total": len(found)}, "letters": page})
    form, pdf = form_with_file(handler.headers["content-type"], body)
    if not form.get("to[address_line1]") or not pdf.startswith(b"%PDF-"):
        return say(422, {"error": {"message": "to.address_line1 is not a valid address"}})
    number = provider.take(form.get("to[name]", ""), pdf.decode("latin-1"), form["from[name]"], form)
    return say(200, _msb_letter(number, form))


def _msb_letter(number: int, form: dict[str, Any]) -> dict[str, Any]:
    price = {"pack": "developer", "postage": 1.1, "service": 0.4, "total": 1.5}
    return {
        "_id": f"msb{number:04d}", "object": "letter", "price": price, "status": {"name": "letter.created"},
        "metadata": {"reference": form["metadata[reference]"]},
    }  # fmt: skip


def merci_facteur(provider: FakeProvider, handler: Handler, path: str, body: bytes) -> tuple[int, bytes]:
    """`GET /getToken`, `GET /getQuotaCompte`, `POST /sendCourrier`."""
    if path == "/getToken":
        at = handler.headers["ww-timestamp"]
        wanted = hmac.new(MF_SECRET.encode(), f"{MF_SERVICE}{at}".encode(), hashlib.sha256).hexdigest()
        now_s = SystemClock().now_ms() // 1000
        if handler.headers["ww-service-signature"] != wanted or abs(int(at) - now_s) > 300:
            return _mf_error("INVALID_SIGNATURE", "La signature est incorrecte")
        return say(200, {"success": True, "token": MF_TOKEN, "expire": now_s + 86_400})
    if handler.headers["ww-access-token"] != MF_TOKEN or handler.headers["ww-service-id"] != MF_SERVICE:
        return say(401, {"success": False, "error": {"code": "TOKEN_INVALID", "text": "Token invalide"}})
    if path == "/getQuotaCompte":
        return say(200, {"success": True, "quotas": {"plan": {}, "credit": {"montant": 42}, "pages": {}}})
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    ends, content = json.loads(form["adress"]), json.loads(form["content"])
    for end in (ends["exp"], *ends["dest"]):
        if any(key not in end for key in _MF_KEYS) or not (end["nom"] or end["societe"]):
            return _mf_error("INFO_ADDRESS_MISSING", "Une information de l’adresse manque")
    if form["antidoublon"] in {sent.facts["antidoublon"] for sent in provider.taken}:
        return _mf_error("ANTIDOUBLON", "Un courrier portant cette référence a déjà été envoyé")
    pdf = base64.b64decode(content["letter"]["base64files"][0]).decode("latin-1")
    facts = {**form, "exp": ends["exp"], "dest": ends["dest"][0], "letter": content["letter"]}
    number = provider.take(ends["dest"][0]["societe"] or ends["dest"][0]["nom"], pdf, ends["exp"]["societe"], facts)
    return say(200, {"success": True, "envoi_id": 9000 + number, "price": {"total": {"ht": 1.2, "ttc": 1.44}}})


def _mf_error(code: str, text: str) -> tuple[int, bytes]:
    return say(400, {"success": False, "error": {"code": code, "text": text}})


@dataclass
class Ar24:
    """`GET /user`, `GET /user/mail`, `POST /user/auth_otp`, `POST /attachment`, `POST /mail`; HTTP says 200 to all."""

    is_open: bool = False
    files: int = 0

    def __call__(self, provider: FakeProvider, handler: Handler, path: str, body: bytes) -> tuple[int, bytes]:
        form, pdf = dict(parse_qsl(urlsplit(path).query, keep_blank_values=True)), b""
        if handler.headers["content-type"] is not None:
            form, pdf = form_with_file(handler.headers["content-type"], body)
        hashed = hashlib.sha256(AR24_KEY.encode()).hexdigest()
        vector = hashlib.sha256(hashed.encode()).hexdigest()[:16].encode()
        date = form.get("date", "")
        seal = aes_cbc(hashed[:32].encode(), vector, date.encode())
        if form.get("token") != AR24_TOKEN or handler.headers["signature"] != base64.b64encode(seal).decode():
            return _ar24_error("token_invalid", "Token is not valid")
        try:
            said = {"status": "SUCCESS", "result": self._result(provider, urlsplit(path).path, form, pdf)}
        except LookupError as error:
            return _ar24_error(str(error.args[0]), "No")
        key = hashlib.sha256(f"{date}{AR24_KEY}".encode()).hexdigest()[:32].encode()
        return 200, base64.b64encode(aes_cbc(key, vector, json.dumps(said).encode()))

    def _result(self, provider: FakeProvider, path: str, form: dict[str, str], pdf: bytes) -> object:
        match path:
            case "/user":
                return {"id": AR24_USER, "is_identity_verified": "1"}
            case "/user/auth_otp":
                if form["otp"] != CODE:
                    raise LookupError("invalid_otp")
                self.is_open = True
                return {"hash": "h", "expiration_date": "2099-01-01 00:00:00"}
            case "/user/mail":
                known = enumerate(provider.taken, start=1)
                return [{"id": number, "ref_dossier": sent.facts["ref_dossier"]} for number, sent in known]
            case "/attachment":
                self.files += pdf.count(b"%PDF-")
                return {"file_id": self.files}
            case _ if not self.is_open:
                raise LookupError("otp_required")
            case _:
                return {"id": provider.take(form["to_email"], "", "", form), "status": "waiting"}


def _ar24_error(slug: str, message: str) -> tuple[int, bytes]:
    return say(200, {"status": "ERROR", "slug": slug, "message": message})


def form_with_file(content_type: str, body: bytes) -> tuple[dict[str, str], bytes]:
    """The fields of a form, and the file in it."""
    if not content_type.startswith("multipart/"):
        return dict(parse_qsl(body.decode(), keep_blank_values=True)), b""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    form, pdf = dict[str, str](), b""
    for part in email.message_from_bytes(head + body, policy=email.policy.HTTP).iter_parts():
        name, content = str(part.get_param("name", header="content-disposition")), part.get_payload(decode=True)
        if part.get_filename():
            pdf = bytes(content)
        else:
            form[name] = bytes(content).decode()
    return form, pdf
