"""A channel that writes to a directory: for development, for tests, and for letters that somebody posts.

An e-mail becomes `.eml`, a letter `.pdf` with its facts in `.json` beside it, anything else `.txt` and
`.json`. Files appear whole; the same dispatch never makes a second set, even if its date or its
addressee's name is written differently the second time.
"""

import hashlib
import json
import os
import re
import shutil
import unicodedata
from pathlib import Path, PurePosixPath

from workers.channels.base import Attachment, OutgoingMessage, Receipt, TryLater
from workers.channels.mail_message import to_mime
from workers.channels.whole_files import write_once, write_whole
from workflows.invoice import SHEETS

LETTER = "letter.pdf"

_PLAIN_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
_PLAIN_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}", re.ASCII)
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_SLUG_MAX = 40
_CLAIMS = ".dispatches"


class FolderChannel:
    """Writes what it is given below `root/name`. Any number of threads and processes may share it."""

    def __init__(self, root: Path, name: str) -> None:
        """Take the directory; it is made with the first message.

        Raises:
            ValueError: the name cannot be that of a directory.
        """
        if not _PLAIN_NAME.fullmatch(name):
            raise ValueError(f"name is {name!r}: write lower-case letters, digits, - and _, a letter first")
        self._name = name
        self._folder = root / name

    @property
    def name(self) -> str:
        """What operators call it."""
        return self._name

    def send(self, message: OutgoingMessage) -> Receipt:
        """Write the message, unless it is there already; see `workers.channels.base.Channel.send`."""
        files = _files(message)
        try:
            stem = self._claim(message)
            paths = {self._folder / f"{stem}{suffix}": content for suffix, content in files.items()}
            *_, main = paths
            if not main.exists():
                for path, content in paths.items():
                    write_whole(path, content)
        except OSError as error:
            raise TryLater("folder", f"{self._folder} cannot be written: {error}") from error
        return Receipt(provider_id=stem, detail=f"written to {self._folder}", path=str(main))

    def check(self) -> str:
        """Write, and look how much room there is; see `Channel.check`."""
        probe = self._folder / f".check-{os.getpid()}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(probe, b"")
            probe.unlink()
            free = shutil.disk_usage(self._folder).free
        except OSError as error:
            raise TryLater("folder", f"{self._folder} cannot be written: {error}") from error
        return f"{self._folder} can be written, {free // 1_000_000} MB free"

    def close(self) -> None:
        """Nothing is held open."""

    def _claim(self, message: OutgoingMessage) -> str:
        """The file name of this dispatch: the one it was first given, for good."""
        claims = self._folder / _CLAIMS
        claims.mkdir(parents=True, exist_ok=True)
        claim = claims / _safe_id(message.dispatch_id)
        if not claim.exists():
            write_once(claim, _stem(message).encode())
        return claim.read_text()


def _files(message: OutgoingMessage) -> dict[str, bytes]:
    """Contents by suffix, the one that counts last: whoever waits for it finds the others there."""
    if message.channel == "email":
        return {".eml": to_mime(message)}
    if message.channel not in SHEETS:
        return _with_facts(message, {".txt": message.text.encode()}, message.attachments)
    letters = [attachment for attachment in message.attachments if attachment.filename == LETTER]
    if len(letters) != 1:
        raise ValueError(f"attachments holds {len(letters)} files named {LETTER}: a letter is exactly one")
    others = tuple(attachment for attachment in message.attachments if attachment is not letters[0])
    return _with_facts(message, {".pdf": letters[0].content}, others)


def _with_facts(message: OutgoingMessage, main: dict[str, bytes], enclosed: tuple[Attachment, ...]) -> dict[str, bytes]:
    files = {f"_{place}{_suffix(file)}": file.content for place, file in enumerate(enclosed, start=1)}
    facts = {
        "dispatch_id": message.dispatch_id,
        "channel": message.channel,
        "to": message.to.split("\n"),
        "to_name": message.to_name,
        "sender": message.sender,
        "sender_name": message.sender_name,
        "subject": message.subject,
        "language": message.language,
        "date": message.date.isoformat(),
        "message_id": message.message_id,
        "files": [{"suffix": suffix, "sha256": _sha256(content)} for suffix, content in (files | main).items()],
        "enclosed": [file.filename for file in enclosed],
    }
    return {**files, ".json": json.dumps(facts, ensure_ascii=False, indent=1).encode(), **main}


def _stem(message: OutgoingMessage) -> str:
    return f"{message.date:%Y-%m-%d}_{_slug(message.to_name or message.subject)}_{_safe_id(message.dispatch_id)}"


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_NAMES.sub("-", plain)[:_SLUG_MAX].strip("-") or "x"


def _safe_id(dispatch_id: str) -> str:
    """The identifier itself if it can be part of a file name anywhere, else what is left of it and a digest."""
    if _PLAIN_ID.fullmatch(dispatch_id):
        return dispatch_id
    return f"{_slug(dispatch_id)}-{_sha256(dispatch_id.encode('utf-8', 'surrogatepass'))[:16]}"


def _suffix(file: Attachment) -> str:
    suffix = PurePosixPath(file.filename).suffix.lower()
    return suffix if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else ".bin"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
