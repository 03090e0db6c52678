"""The files that came with an e-mail: listed and given as they are, under names that can do no harm.

Nothing is opened, unpacked or run: an archive is bytes like any other. Names are the sender's word, so they are made
safe; the media type is the sender's word, too, and decides nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Final

from workers.intake.mail_reading import LARGEST, Refused, content_of, filename_of, inner_of, is_file, one_line, tree_of

#: Files of one message that are given; people attach fewer, and those behind them stay in the message.
MOST_FILES: Final = 50
#: Bytes of a name in UTF-8, with its ending: every file system takes as many.
_LONGEST_NAME: Final = 120
_LONGEST_ENDING: Final = 16
_UNSAFE: Final = re.compile(r"[^\w\- .,()'+=@]")
#: Names that Windows keeps for its devices, whatever ending follows.
_DEVICES: Final = re.compile(r"(?i)^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(?= *(?:\.|$))")
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")
_UNKNOWN: Final = "application/octet-stream"
_ENDINGS: Final = {"message/rfc822": ".eml", "application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}


@dataclass(frozen=True, slots=True)
class MailFile:
    """One file that came with a message.

    Attributes:
        name: safe in every file system, unlike every other of the message: a plain name of 120 bytes at most.
        media_type: as the sender states it, of the form `type/subtype`.
        size: bytes of the content.
        content: the bytes themselves, never opened.
    """

    name: str
    media_type: str
    size: int
    content: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """Hash of the content, in hexadecimal."""
        return sha256(self.content).hexdigest()


def files_of(raw: bytes) -> tuple[MailFile, ...]:
    """The files of one message as a mail server gave it, in order; 50 at most, and 25 MB together at most.

    The same message gives the same names. Images that its text shows (a logo under a signature) are files, too.

    Args:
        raw: the message as it is kept in `incoming.raw`.

    Raises:
        Refused: the message is too large, too deep or no message at all (never for one that was taken in).
    """
    _, leaves = tree_of(raw)
    found: list[MailFile] = []
    left = LARGEST
    for part in leaves:
        if not is_file(part) or len(found) == MOST_FILES:
            continue
        content = _content(part)
        left -= len(content)
        if left < 0:
            break
        media_type = _media_type(part)
        name = _unlike(safe_name(_said_name(part), media_type), (item.name for item in found))
        found.append(MailFile(name, media_type, len(content), content))
    return tuple(found)


def files_or_none(raw: bytes | None) -> tuple[MailFile, ...]:
    """The same, and nothing for a message whose content is not kept, or cannot be read any more."""
    try:
        return () if raw is None else files_of(raw)
    except Refused:
        return ()


def safe_name(said: str, media_type: str = _UNKNOWN) -> str:
    """A plain file name made of what a sender calls a file: no folder, no hidden sign, no device, no option."""
    plain = unicodedata.normalize("NFC", PurePosixPath(said.replace("\\", "/")).name)
    plain = _UNSAFE.sub("_", "".join(each for each in plain if each.isprintable()))
    plain = _DEVICES.sub(r"_\1", " ".join(plain.split()).strip(" .'-"))
    if not plain.strip("_ "):
        plain = "piece"
    stem, dot, ending = plain.rpartition(".")
    if not stem or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = plain, "", ""
    if not dot and (usual := _ENDINGS.get(media_type)) is not None:
        dot, ending = ".", usual[1:]
    return _cut(stem, _LONGEST_NAME - len((dot + ending).encode())) + dot + ending


def _said_name(part: Message) -> str:
    """The name that the message gives; a message inside it is called by its subject."""
    said = filename_of(part)
    inner = inner_of(part)
    if said is None and inner:
        return one_line(inner[0].get("Subject", "")).replace("/", "_")
    return one_line(said or "")


def _media_type(part: Message) -> str:
    said = part.get_content_type()
    return said if _MEDIA_TYPE.fullmatch(said) else _UNKNOWN


def _content(part: Message) -> bytes:
    """The bytes of a leaf; of a message inside the message, that message."""
    if part.is_multipart():
        return b"\n".join(_flat(each) for each in inner_of(part))
    return content_of(part) or b""


def _flat(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (ValueError, LookupError, UnicodeError, RecursionError):  # headers that cannot be written as they came
        return one_line(message.get("Subject", "")).encode()


def _unlike(name: str, others: Iterable[str]) -> str:
    """`name`, numbered where another file of the message has it: file systems tell case and accents apart or not."""
    taken = {_folded(other) for other in others}
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    candidate, count = name, 1
    while _folded(candidate) in taken:
        count += 1
        mark = f"-{count}"
        candidate = _cut(stem, _LONGEST_NAME - len((mark + dot + ending).encode())) + mark + dot + ending
    return candidate


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKD", name).casefold()


def _cut(text: str, size: int) -> str:
    """As many characters as `size` bytes hold."""
    return text.encode()[:size].decode(errors="ignore").strip(" .") or "piece"
