"""An outgoing message as the bytes of an e-mail: the same message, the same bytes.

The stored `.eml` and its SHA-256 can be made again at any time, so nothing here depends on
a clock, on chance, on the server, or on how the installed Python folds headers: headers are
written here (RFC 5322, RFC 2047, RFC 6532), only the MIME tree is left to the library.
Bodies are quoted-printable or base64, so every server and every DKIM signature leaves them alone.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from email import policy, quoprimime
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime

from workers.channels.base import Attachment, OutgoingMessage

_CRLF = policy.SMTP.clone(cte_type="7bit")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>", re.ASCII)
_MESSAGE_ID_MAX = 250
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*", re.ASCII)
_MEDIA_TYPE = re.compile(r"([a-z]+)/([a-z0-9][a-z0-9.+-]*)", re.ASCII)
_LOCAL_PART = re.compile(r"[^\s<>@,;:()\[\]\\\"]{1,64}")
_DOMAIN = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*", re.IGNORECASE | re.ASCII
)
_ENCODED_WORD_MAX = 54  # a line of 76 (RFC 2047, section 2) less « Reply-To: » and the frame =?utf-8?q? … ?=
_PLAIN_MAX = 60
_FORBIDDEN = {"Cc": "a control character", "Cs": "half a character", "Zl": "a line break", "Zp": "a line break"}
_OURS = frozenset({
    "from", "to", "cc", "bcc", "reply-to", "sender", "subject", "date", "message-id", "in-reply-to", "references",
    "auto-submitted", "x-auto-response-suppress", "content-language", "mime-version", "return-path", "received",
})  # fmt: skip


def to_mime(message: OutgoingMessage) -> bytes:
    """The e-mail as it is sent and stored, lines ending in CRLF.

    Raises:
        ValueError: a field cannot stand in an e-mail; names the field, the value and the fix.
    """
    head = "".join(f"{name}: {value}\r\n" for name, value in _headers(message))
    body = _body(message)
    _fix_boundaries(body, message.message_id)
    return head.encode() + body.as_bytes()


def mailbox(field: str, address: str) -> str:
    """The address as SMTP takes it: its domain in ASCII (IDNA), its local part unchanged.

    Raises:
        ValueError: it is not an e-mail address.
    """
    local, at, domain = _clean(field, address).rpartition("@")
    try:
        host = domain.encode("idna").decode()
    except UnicodeError as refusal:
        raise ValueError(f"{field} is {address!r}, which is not an e-mail address: {refusal}") from refusal
    if not at or not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(host):
        raise ValueError(f"{field} is {address!r}, which is not an e-mail address: write name@domain")
    return f"{local}@{host.lower()}"


def _headers(message: OutgoingMessage) -> Iterator[tuple[str, str]]:
    if message.date.utcoffset() is None:
        raise ValueError(f"date is {message.date.isoformat()}: give it a time zone")
    yield "From", _address("sender", message.sender, message.sender_name)
    yield "To", _address("to", message.to, message.to_name)
    if message.reply_to is not None:
        yield "Reply-To", _address("reply_to", message.reply_to, message.sender_name)
    yield "Subject", _unstructured("subject", message.subject)
    yield "Date", format_datetime(message.date)
    yield "Message-ID", _message_id("message_id", message.message_id)
    if message.in_reply_to is not None:
        yield "In-Reply-To", _message_id("in_reply_to", message.in_reply_to)
    if message.references:
        yield "References", "\r\n ".join(_message_id("references", known) for known in message.references)
    if not message.is_approved:
        yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "All"
    yield "Content-Language", _clean("language", message.language)
    yield from _additional(message.headers)
    yield "MIME-Version", "1.0"


def _additional(headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in sorted(headers, key=str.lower):
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"headers has {name!r}: a header name is letters, digits and hyphens")
        if name.lower() in _OURS or name.lower().startswith("content-"):
            raise ValueError(f"headers has {name!r}, which the message's own fields decide: set those")
        yield name, _unstructured(f"headers[{name!r}]", headers[name])


def _clean(field: str, value: str) -> str:
    for place, character in enumerate(value):
        if what := _FORBIDDEN.get(unicodedata.category(character)):
            raise ValueError(f"{field} is {value!r}: {what} at position {place} cannot stand in a header, take it out")
    return value


def _address(field: str, address: str, name: str | None) -> str:
    spec = mailbox(field, address)
    if not name:
        return spec
    return f"{_phrase(f'{field}_name', name)}\r\n <{spec}>"


def _phrase(field: str, name: str) -> str:
    if _is_plain(_clean(field, name)):
        return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "\r\n ".join(_encoded_words(name))


def _unstructured(field: str, value: str) -> str:
    if _is_plain(_clean(field, value)):
        return value
    return "\r\n ".join(_encoded_words(value))


def _is_plain(text: str) -> bool:
    return text.isascii() and len(text) <= _PLAIN_MAX and "=?" not in text and text == text.strip()


def _encoded_words(text: str) -> Iterator[str]:
    """RFC 2047 words, cut after a space where there is one, and never inside a character."""
    rest = text
    while rest:
        size = _that_fits(rest)
        if size < len(rest) and (space := rest.rfind(" ", 0, size)) > 0:
            size = space + 1
        yield quoprimime.header_encode(rest[:size].encode(), "utf-8")
        rest = rest[size:]


def _that_fits(text: str) -> int:
    length = 0
    for count, character in enumerate(text):
        length += quoprimime.header_length(character.encode())
        if length > _ENCODED_WORD_MAX:
            return count
    return len(text)


def _message_id(field: str, value: str) -> str:
    if not _MESSAGE_ID.fullmatch(value) or len(value) > _MESSAGE_ID_MAX:
        raise ValueError(f"{field} is {value!r}: write <unique@domain> in ASCII, at most {_MESSAGE_ID_MAX} characters")
    return value


def _body(message: OutgoingMessage) -> MIMEPart:
    """The MIME tree: mixed(alternative(text, related(HTML, images)), attachments), less the levels it does not need."""
    part = MIMEPart(policy=_CRLF)
    _set_text(part, message.text, "plain")
    if message.html is not None:
        part.make_alternative()
        part.attach(_rich(message.html, message.inline))
    if message.attachments:
        part.make_mixed()
        for attachment in message.attachments:
            part.attach(_attached(attachment))
    return part


def _rich(html: str, images: tuple[Attachment, ...]) -> MIMEPart:
    """The HTML, with the images that it shows (RFC 2387)."""
    part = MIMEPart(policy=_CRLF)
    _set_text(part, html, "html")
    if images:
        part.make_related()
        part.set_param("type", "text/html")
    for image in images:
        shown = _attached(image)
        shown.replace_header("Content-Disposition", f'inline; filename="{image.filename}"')
        shown["Content-ID"] = _message_id("inline.content_id", f"<{image.content_id}>")
        part.attach(shown)
    return part


def _set_text(part: EmailMessage | MIMEPart, text: str, subtype: str) -> None:
    part.set_content(text, subtype=subtype, charset="utf-8", cte="quoted-printable")


def _attached(attachment: Attachment) -> MIMEPart:
    filename = _clean("attachments.filename", attachment.filename)
    if not filename or "/" in filename or "\\" in filename:
        raise ValueError(f"attachments.filename is {filename!r}: give a plain file name, without a directory")
    found = _MEDIA_TYPE.fullmatch(attachment.media_type)
    if found is None or found[1] in {"message", "multipart"}:
        raise ValueError(f"attachments.media_type is {attachment.media_type!r}: write it as application/pdf")
    part = MIMEPart(policy=_CRLF)
    part.set_content(attachment.content, maintype=found[1], subtype=found[2], cte="base64", filename=filename)
    return part


def _fix_boundaries(body: MIMEPart, message_id: str) -> None:
    """Boundaries made of the Message-ID; `=_` occurs in no quoted-printable or base64 text."""
    seed = hashlib.sha256(message_id.encode()).hexdigest()[:32]
    for level, part in enumerate(part for part in body.walk() if part.is_multipart()):
        part.set_boundary(f"=_{seed}_{level}")
