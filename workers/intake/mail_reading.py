"""An e-mail that came in, read without trusting any of it: headers, text, attachments, and which messages it names."""

import email
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Final

from lxml.etree import HTMLParser, ParserError, iterwalk
from lxml.html import document_fromstring

from workers.intake.unreadable import storable

#: Bytes of a message that is read; a larger one is refused and named to the operator.
LARGEST: Final = 25 * 1024 * 1024
#: Characters of text that are kept, as `reply.received` bounds them.
_LONGEST_TEXT: Final = 100_000
_LONGEST_LINE: Final = 400
#: Parts and levels of a message that a person or a mail program writes; more is an attack or a mistake.
_MOST_PARTS, _DEEPEST, _MOST_MARKS = 200, 20, 5_000
_MESSAGE_ID: Final = re.compile(r"<[^<>\s]{1,318}>")
_FALLBACK: Final = "cp1252"
#: Control characters, and signs that change the direction of what follows.
_STEERING: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Refused(Exception):
    """A message that is not read.

    Args:
        fr: why, and what to do, in French.
        en: the same in English.
    """

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(fr, en)
        self.fr, self.en = fr, en

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True, slots=True)
class Mail:
    """One message, read; every text is free of control characters and bounded.

    Attributes:
        mail_id: made of the message's own id and content: the same message by two ways is one.
        sent_at: what its Date says; None where that is no instant.
        named: ids of messages that it answers, the nearest first.
        recipients: addresses it was sent to, as its envelope and its headers say, lower case.
        text: as its writer's program showed it; made of the HTML where nothing else is there.
        tree: the parsed message, for reports about messages of ours; `raw` is what it was made of.
    """

    mail_id: str
    message_id: str | None
    sender: str
    subject: str
    sent_at: datetime | None
    named: tuple[str, ...]
    recipients: tuple[str, ...]
    headers: dict[str, str]
    text: str
    tree: Message = field(repr=False)
    raw: bytes = field(repr=False)


def read_mail(raw: bytes) -> Mail:
    """Read one message.

    Raises:
        Refused: it is too large, too deep or no message at all.
    """
    tree, parts = tree_of(raw)
    headers = {name.lower(): one_line(value) for name, value in reversed(tree.items())}
    text = "\n".join(_shown(line) for line in storable(_text_of(parts)).splitlines()).strip()[:_LONGEST_TEXT]
    sender = one_line(parseaddr(headers.get("from", ""))[1]).lower()
    own = _MESSAGE_ID.search(headers.get("message-id", ""))
    said = json.dumps([own[0] if own else None, sender, headers.get("date"), headers.get("subject"), text])
    return Mail(
        mail_id=hashlib.sha256(said.encode()).hexdigest()[:32],
        message_id=own[0] if own else None,
        sender=sender,
        subject=headers.get("subject", "")[:_LONGEST_LINE],
        sent_at=_instant(headers.get("date")),
        named=_named(tree),
        recipients=_recipients(tree),
        headers=headers,
        text=text,
        tree=tree,
        raw=raw,
    )


def tree_of(raw: bytes) -> tuple[Message, list[Message]]:
    """The parsed message, and its leaves in order; messages inside it are leaves.

    Raises:
        Refused: it is too large, too deep or no message at all.
    """
    _refuse_bombs(raw)
    try:
        tree = email.message_from_bytes(raw)
        parts = list(_parts(tree))
    except RecursionError as error:  # messages in messages
        raise _too_many() from error
    except (MessageError, ValueError, LookupError) as error:
        raise unreadable() from error
    if not tree.keys():
        raise unreadable()
    return tree, parts


def filename_of(part: Message) -> str | None:
    """The name that a part is given; None, too, for one that the library chokes on (RFC 2231 with torn pieces)."""
    try:
        return part.get_filename()
    except (TypeError, ValueError, LookupError):
        return None


def parameter_of(part: Message, name: str) -> str:
    """A parameter of a part's type, in lower case; empty where there is none, or where its pieces are torn."""
    try:
        found = part.get_param(name, "")
    except (TypeError, ValueError, LookupError):
        return ""
    return str(found[2] if isinstance(found, tuple) else found or "").lower()


def inner_of(part: Message) -> list[Message]:
    """The messages that a part is made of; none for a leaf."""
    inner = part.get_payload() if part.is_multipart() else []
    return [each for each in inner if isinstance(each, Message)] if isinstance(inner, list) else []


def content_of(part: Message) -> bytes | None:
    """The decoded bytes of a part; None for one that is made of parts, or whose header is torn."""
    try:
        content = part.get_payload(decode=True)
    except (TypeError, ValueError, LookupError):
        return None
    return content if isinstance(content, bytes) else None


def is_file(part: Message) -> bool:
    """Whether a leaf is a file that came along, and not the text of the message."""
    if part.get_content_disposition() == "attachment" or filename_of(part) is not None:
        return True
    return part.get_content_maintype() not in ("text", "multipart")


def one_line(value: object) -> str:
    """A header as one bounded line: encoded words read, breaks and control characters gone."""
    try:
        text = str(make_header(decode_header(str(value))))
    except (ValueError, LookupError, MessageError, UnicodeError):
        text = str(value)
    plain = "".join(character if character.isprintable() else " " for character in storable(text))
    return " ".join(plain.split())[: _LONGEST_LINE * 10]


def too_large(size: int) -> Refused:
    """The refusal of a message of `size` bytes."""
    mega = size / 1_048_576
    return Refused(
        f"le message fait {mega:.0f} Mo, plus que les 25 Mo acceptés ; lisez-le dans la boîte",
        f"the message is {mega:.0f} MB, above the 25 MB that are accepted; read it in the mailbox",
    )


def _refuse_bombs(raw: bytes) -> None:
    if len(raw) > LARGEST:
        raise too_large(len(raw))
    if raw.lower().count(b"multipart/") > _DEEPEST or raw.count(b"\n--") > _MOST_MARKS:
        raise _too_many()


def _too_many() -> Refused:
    return Refused(
        "le message a trop de parties pour être lu ; lisez-le dans la boîte",
        "the message has too many parts to be read; read it in the mailbox",
    )


def unreadable() -> Refused:
    """The refusal of what no mail program wrote."""
    return Refused(
        "ce n’est pas un message (RFC 5322) ; donnez-le tel que le serveur l’a reçu",
        "this is no message (RFC 5322); give it as the server received it",
    )


def _parts(tree: Message) -> Iterator[Message]:
    """The leaves, in order, of a bounded number of parts."""
    waiting, seen = [tree], 0
    while waiting:
        part = waiting.pop(0)
        seen += 1
        if seen > _MOST_PARTS:
            raise _too_many()
        payload = inner_of(part)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting = [*payload, *waiting]
        else:
            yield part


def _text_of(parts: list[Message]) -> str:
    """The plain text; where there is none, that of the HTML."""
    texts = [part for part in parts if part.get_content_maintype() == "text" and not is_file(part)]
    for part in texts:
        if part.get_content_subtype() != "html" and (found := _decoded(part)).strip():
            return found
    for part in texts:
        if part.get_content_subtype() == "html":
            return text_of_html(_decoded(part))
    return ""


def _shown(line: str) -> str:
    """A line without what steers the terminal that shows it, or turns its words round."""
    return _STEERING.sub(" ", line).rstrip()


def _decoded(part: Message) -> str:
    """The text of a part, whatever it says of its characters."""
    content = content_of(part)
    if content is None:
        return ""
    for charset in (parameter_of(part, "charset") or "utf-8", "utf-8"):
        try:
            return content.decode(charset)
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode(_FALLBACK, "replace")


#: Elements that stand on lines of their own, and those whose text nobody sees.
_BLOCKS: Final = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "table", "blockquote"})
_HIDDEN: Final = frozenset({"style", "script", "head", "title"})
#: The standard library's parser takes minutes over a page of `<`; this one takes time as the page is long.
_PAGE: Final = HTMLParser(
    encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, recover=True
)


def text_of_html(html: str) -> str:
    """What a page says, a line for each block; quoted blocks are marked as in plain text."""
    try:
        page = document_fromstring(storable(html[: _LONGEST_TEXT * 10]).encode(), parser=_PAGE)
    except ParserError:  # an empty page
        return ""
    pieces: list[str] = []
    hidden = quoted = 0
    for moment, element in iterwalk(page, events=("start", "end")):
        step = 1 if moment == "start" else -1
        hidden += step * (element.tag in _HIDDEN)
        quoted += step * (element.tag == "blockquote")
        if element.tag in _BLOCKS:
            pieces.append("\n> " if quoted else "\n")
        text = element.text if moment == "start" else element.tail
        if text and not hidden:
            pieces.append(re.sub(r"\s+", " ", text))
    lines = [line.strip() for line in "".join(pieces).split("\n")]
    return "\n".join(line for line in lines if line not in ("", ">"))


def _named(tree: Message) -> tuple[str, ...]:
    """Ids of the messages it answers: In-Reply-To, then References from the last to the first."""
    direct = _MESSAGE_ID.findall(one_line(tree.get("In-Reply-To", "")))
    chain = _MESSAGE_ID.findall(one_line(tree.get("References", "")))
    return tuple(dict.fromkeys([*direct, *reversed(chain)]))[:100]


#: Where mail servers and people say whom a message is for; what a server says of the envelope comes first.
_RECIPIENTS: Final = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Original-Recipient", "To", "Cc")


def _recipients(tree: Message) -> tuple[str, ...]:
    given = [one_line(value) for name in _RECIPIENTS for value in tree.get_all(name, [])]
    found = re.findall(r"[^\s<>,;\"]+@[^\s<>,;\"]+", " ".join(given).lower())
    return tuple(dict.fromkeys(found))[:50]


def _instant(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
