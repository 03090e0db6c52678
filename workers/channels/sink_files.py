"""What the SMTP sink has kept: one file a message, with exactly the bytes that came, and its envelope beside it."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

from workers.channels.whole_files import write_whole

_UNSAFE = re.compile(r"[^A-Za-z0-9.@_-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMessage:
    """A message that a sink accepted; `path` holds exactly the bytes that came."""

    path: Path
    message_id: str
    mail_from: str
    recipients: tuple[str, ...]
    encrypted: bool
    user: str | None


def kept(directory: Path) -> tuple[KeptMessage, ...]:
    """What sinks have kept in `directory`, in the order of arrival."""
    return tuple(_read(path) for path in sorted(directory.glob("*.eml")))


def count_by_message_id(directory: Path) -> Counter[str]:
    """How often each Message-ID arrived: the proof that nothing was sent twice."""
    return Counter(message.message_id for message in kept(directory))


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message on its way into the directory."""

    content: bytes
    mail_from: str
    recipients: tuple[str, ...]
    encrypted: bool
    user: str | None


class SinkFiles:
    """The directory of one running sink; numbers go on where the last sink stopped."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._last_number: int | None = None

    def keep(self, arrival: Arrival) -> str:
        """Store the message; the number it got."""
        message_id = _message_id(arrival.content)
        facts = {
            "message_id": message_id,
            "mail_from": arrival.mail_from,
            "recipients": arrival.recipients,
            "encrypted": arrival.encrypted,
            "user": arrival.user,
        }
        number = f"{self._next_number():06d}"
        path = self._directory / f"{number}_{_UNSAFE.sub('', message_id)[:80]}.eml"
        write_whole(path.with_suffix(".json"), json.dumps(facts, ensure_ascii=False, indent=1).encode(), durable=False)
        write_whole(path, arrival.content, durable=False)
        return number

    def _next_number(self) -> int:
        if self._last_number is None:
            names = (path.name.partition("_")[0] for path in self._directory.glob("*.eml"))
            self._last_number = max((int(name) for name in names if name.isdigit()), default=0)
        self._last_number += 1
        return self._last_number


def _message_id(content: bytes) -> str:
    return str(BytesHeaderParser().parsebytes(content).get("Message-ID", "")).strip()


def _read(path: Path) -> KeptMessage:
    facts: dict[str, Any] = json.loads(path.with_suffix(".json").read_bytes())
    return KeptMessage(path=path, recipients=tuple(facts.pop("recipients")), **facts)
