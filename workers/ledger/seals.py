"""What a line of the journal promises of itself, so that it can be anonymised later and still be verified.

A line that speaks of nobody has one seal: the SHA-256 of its event and its decision. Any other has three: of the line
as written, of its copy for accounting, of its copy without anybody (`copies.Level`). The first two are salted, and a
salt is deleted with the text it belongs to: what is gone cannot be guessed from its seal. The hash of the line covers
the seals, never the texts, and so stays what it is for good.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic_core import from_json

from workers.ledger import copies
from workers.ledger.copies import Level

#: Bytes of chance in a salt.
SALT_BYTES = 16
#: Seals of a line that speaks of somebody; see `Level`.
LEVELS = len(Level)
#: In the place of a salt that was deleted.
GONE = "-"
Texts = tuple[str, str]
_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Seals:
    """The promises of one line.

    Attributes:
        seals: one, or one for each level, with a space between.
        salts: of the line as written and of its copy for accounting, and `GONE` for one that was deleted; None for a
            line that speaks of nobody.
    """

    seals: str
    salts: str | None = None


def seals_of(event: str, decision: str, verdict: Mapping[str, Any] | None = None) -> Seals:
    """Seal a line that is about to be written.

    Args:
        event: JSON text.
        decision: JSON text.
        verdict: the same decision, where it need not be read from its text.
    """
    salt = secrets.token_hex(SALT_BYTES)
    made = copies_of((event, decision), salt, verdict)
    if made is None:
        return Seals(seal("", (event, decision)))
    other = secrets.token_hex(SALT_BYTES)
    sealed = (seal(salt, (event, decision)), seal(other, made[0]), seal("", made[1]))
    return Seals(" ".join(sealed), f"{salt} {other}")


def copies_of(texts: Texts, salt: str, verdict: Mapping[str, Any] | None = None) -> tuple[Texts, Texts] | None:
    """The two copies of a line, as texts; None where it speaks of nobody.

    The same line and salt always give the same copies within one version of `copies`; a line that was sealed by an
    older version is anonymised only as far as its seals allow.
    """
    event = from_json(texts[0])
    plain = copies.is_plain(from_json(texts[1]) if verdict is None else verdict)
    decision = texts[1] if plain else text_of(copies.decision_copy(from_json(texts[1])))
    evidence = copies.event_copy(event, Level.EVIDENCE, salt)
    bare = copies.event_copy(evidence, Level.BARE, salt)
    if plain and bare == event:
        return None
    kept = (texts[0] if evidence == event else text_of(evidence), decision)
    return kept, kept if bare == evidence else (text_of(bare), decision)


def text_of(value: Mapping[str, Any]) -> str:
    """JSON text of a copy."""
    return _WRITER.encode(value)


def seal(salt: str, texts: Texts) -> str:
    """SHA-256 of an event and its decision, salted; JSON texts have no line breaks, so the parts stay apart."""
    return hashlib.sha256(f"{salt}\n{texts[0]}\n{texts[1]}".encode()).hexdigest()


def line_hash(chain: str, case_id: str, recorded_at: datetime, seals: str) -> str:
    """SHA-256 that ties a line of the journal to the one before it."""
    instant = recorded_at.astimezone(UTC).isoformat()
    return hashlib.sha256(f"{chain}\n{case_id}\n{instant}\n{seals}".encode()).hexdigest()


def holds(level: int, texts: Texts, promised: Seals) -> bool:
    """Whether these texts are what the seals promise for this level, and the salts are those it leaves."""
    seals = promised.seals.split(" ")
    if promised.salts is None:
        return level == 0 and len(seals) == 1 and seals[0] == seal("", texts)
    salts = promised.salts.split(" ")
    if len(seals) != LEVELS or level not in range(LEVELS) or len(salts) != LEVELS - 1:
        return False
    if any((salt == GONE) != (place < level) for place, salt in enumerate(salts)):
        return False
    return seals[level] == seal(salts[level] if level < Level.BARE else "", texts)


def promises_its_copies(level: int, texts: Texts, promised: Seals) -> bool:
    """Whether what these texts may become is what is made of them, as far as that can still be told.

    Nobody can then show one text today, and another one later as the copy of it. A line of one seal becomes nothing.
    """
    if promised.salts is None or level == Level.BARE:
        return True
    salts, sealed = promised.salts.split(" "), promised.seals.split(" ")
    evidence, bare = copies_of(texts, salts[0]) or (texts, texts)
    if level == Level.WHOLE and sealed[Level.EVIDENCE] != seal(salts[1], evidence):
        return False
    return sealed[Level.BARE] == seal("", bare)
