"""What a target reads: short, with the debtor's name and the invoice's number, and nothing else about anybody."""

import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from workers.operations.holds import ALL
from workers.team.facts import Fact
from workers.team.words import Language, words_of

#: Characters of a message: below what any chat takes (Discord: 2,000).
ROOM: Final = 1_800
#: The same of an e-mail.
ROOM_OF_A_MAIL: Final = 20_000
_LONGEST_NAME: Final = 60
#: Signs that mean something to a chat: mentions, links, code. A debtor's name must not ring everybody's telephone.
_HARMLESS: Final = str.maketrans(
    {"<": "‹", ">": "›", "[": "(", "]": ")", "@": "＠", "`": "'", "*": "·", "|": "/", "~": "-", "\\": "/"}
)


@dataclass(frozen=True, slots=True)
class Note:
    """A message to the team: one line, and plain text."""

    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads it.

    Attributes:
        language: of the message.
        zone: of the moments in it.
        room: characters that the text may take.
    """

    language: Language
    zone: ZoneInfo
    room: int = ROOM


def harmless(text: str) -> str:
    """Somebody's words in one short line that no chat takes for a mention, a link or a format."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    line = line.translate(_HARMLESS).replace("://", " : ").replace("www.", "www ")
    return line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 1]}…"


def note_of(facts: Sequence[Fact], reader: Reader) -> Note:
    """What came up; many facts become one message with a count.

    Args:
        facts: at least one, the earliest first.
        reader: who reads it.
    """
    if len(facts) == 1:
        what = words_of(facts[0].kind, reader.language).what
        about, colon = _about(facts[0], reader), " : " if reader.language == "fr" else ": "
        return Note(f"relance{colon}{what}" + (f" – {about}" if about else ""), _line(facts[0], reader))
    title = f"relance : {len(facts)} choses à faire" if reader.language == "fr" else f"relance: {len(facts)} to do"
    return Note(title, _listed(facts, reader))


def digest_of(facts: Sequence[Fact], reader: Reader, now: datetime) -> Note:
    """Everything that is open on a morning; at least one fact, the earliest first."""
    day = now.astimezone(reader.zone)
    if reader.language == "fr":
        return Note(f"relance : à faire le {day:%d/%m/%Y} ({len(facts)})", _listed(facts, reader))
    return Note(f"relance: to do on {day:%Y-%m-%d} ({len(facts)})", _listed(facts, reader))


def trial_note(reader: Reader) -> Note:
    """A message about nothing, to see that it arrives."""
    if reader.language == "fr":
        return Note("relance : message d’essai", "Cette cible recevra ce qui demande une personne. Rien à faire.")
    return Note("relance: test message", "This target will be told what needs a person. Nothing to do.")


def _listed(facts: Sequence[Fact], reader: Reader) -> str:
    """A count of each kind, as many lines as there is room for, and how many are left out."""
    counts = Counter(fact.kind for fact in facts)
    head = [f"{count} × {words_of(kind, reader.language).what}" for kind, count in counts.most_common()]
    lines = [", ".join(head) + "."]
    used = len(lines[0]) + 120
    for place, fact in enumerate(facts):
        line = f"• {_line(fact, reader)}"
        if used + len(line) > reader.room:
            left = len(facts) - place
            lines.append(f"… et {left} de plus : relance tasks" if reader.language == "fr"
                         else f"… and {left} more: relance tasks")  # fmt: skip
            break
        lines.append(line)
        used += len(line) + 2
    return "\n\n".join(lines)  # a single line feed is none to Teams


def _line(fact: Fact, reader: Reader) -> str:
    """What happened, for whom, since when, what to do, by which day, where."""
    what, action = words_of(fact.kind, reader.language)
    about, at = _about(fact, reader), fact.since.astimezone(reader.zone)
    subject = f"{what} – {about}" if about else what
    if reader.language == "fr":
        by = f" avant le {fact.due_on:%d/%m/%Y}" if fact.due_on else ""
        return f"{subject}, depuis le {at:%d/%m/%Y à %H:%M}. À faire{by} : {action}. {_where(fact)}"
    by = f" by {fact.due_on:%Y-%m-%d}" if fact.due_on else ""
    return f"{subject}, since {at:%Y-%m-%d %H:%M}. To do{by}: {action}. {_where(fact)}"


def _about(fact: Fact, reader: Reader) -> str:
    if fact.number is not None:
        return ", ".join(harmless(part) for part in (fact.debtor, fact.number) if part)
    match fact.kind:
        case "payments_stale":
            words = ("message(s) en attente", "message(s) waiting")[reader.language != "fr"]
            return f"{harmless(fact.creditor_ref or '')}, {fact.detail} {words}"
        case "held" if fact.detail == ALL:
            return "tous les canaux" if reader.language == "fr" else "every channel"
        case _:
            return harmless(fact.detail)


def _where(fact: Fact) -> str:
    """The command that shows more: there is no page to link to."""
    if fact.number is not None and fact.creditor_ref is not None and harmless(fact.number) == fact.number:
        return f"relance case {shlex.quote(fact.number)} --creditor {shlex.quote(fact.creditor_ref)}"
    return _COMMANDS.get(fact.kind, "relance tasks")


_COMMANDS: Final = {
    "payments_stale": "relance status",
    "channel_down": "relance doctor",
    "held": "relance queues",
    "parked": "relance events list --status parked",
}
