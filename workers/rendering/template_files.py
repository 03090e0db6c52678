"""Reading a letter's file: TOML between `+++` lines, then sections that begin with `--- name ---`."""

import re
import tomllib
from dataclasses import dataclass
from itertools import takewhile
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workers.rendering.errors import TemplateProblem
from workflows.invoice import Channel
from workflows.wording import Need

_SECTION = re.compile(r"^--- ([a-z]+) ---[ \t]*$", re.MULTILINE)
_TAGS = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.DOTALL)
#: French typography for text that templates write with ordinary spaces and apostrophes.
_FRENCH = (
    (re.compile(r"(?<=\S) (?=[;?!])"), "\u202f"),
    (re.compile(r"(?<=\S) (?=[:»%€])"), "\u00a0"),
    (re.compile(r"^ (?=[;?!])"), "\u202f"),
    (re.compile(r"^ (?=[:»%€])"), "\u00a0"),
    (re.compile(r"(?<=«) "), "\u00a0"),
)
SECTIONS = frozenset({"subject", "body", "sms", "call"})


class Meta(BaseModel):
    """The front matter of a letter.

    Attributes:
        tone: 1 courteous … 5 formal and legal; what the wording is made for.
        channels: what it is written for; see `carried_by` for those that need no words of their own.
        needs: facts without which the letter must not be rendered.
        grants_deadline: which deadline the letter names.
        asks_payment: False for receipts, which ask for nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    tone: int = Field(ge=1, le=5)
    channels: frozenset[Channel] = Field(min_length=1)
    needs: frozenset[Need] = frozenset()
    grants_deadline: Literal["none", "due_date", "new_date", "promised_date", "from_reception"]
    asks_payment: bool = True

    @property
    def carried_by(self) -> frozenset[Channel]:
        """Every channel that may carry it: a letter may be tracked, and a registered one may be electronic."""
        twins = {Channel.LETTER: Channel.TRACKED, Channel.REGISTERED: Channel.LRE}
        return self.channels | {twin for channel, twin in twins.items() if channel in self.channels}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a letter; `first_line` is where its text begins in the file, from 1.

    Attributes:
        path: of the file, where it is another one than the letter's.
    """

    source: str
    first_line: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A letter as written, in one language; `purpose` is the comment on top of its front matter."""

    path: str
    meta: Meta
    sections: dict[str, Section]
    purpose: str


def read_letter(path: str, text: str, language: str) -> LetterFile:
    """Split and check a letter's file.

    Args:
        path: how errors call the file.
        text: its content.
        language: `fr` gets French typography in everything but the SMS.

    Raises:
        TemplateProblem: with the line where it is known.
    """
    parts = text.split("+++\n", 2)
    if len(parts) != 3 or parts[0].strip():  # noqa: PLR2004 - before, between and after two marks
        raise TemplateProblem(path, 1, "begin the file with a line +++, the front matter in TOML, and a line +++")
    meta = _meta(path, parts[1])
    sections = _sections(path, text, language)
    wanted = {"subject", "body"} | ({"sms"} if Channel.SMS in meta.channels else set())
    if missing := wanted - sections.keys():
        raise TemplateProblem(path, 0, f"section {min(missing)!r} is missing; add a line --- name --- and text")
    return LetterFile(path, meta, sections, _comment(parts[1]))


def french(source: str) -> str:
    """Set French spaces and apostrophes in the text of a template, not inside its tags."""
    return "".join(part if at % 2 else _typeset(part) for at, part in enumerate(_TAGS.split(source)))


def _meta(path: str, source: str) -> Meta:
    try:
        meta = Meta.model_validate(tomllib.loads(source))
    except tomllib.TOMLDecodeError as error:
        raise TemplateProblem(path, 1, f"the front matter is not TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise TemplateProblem(path, 1, f"front matter, {field} = {first['input']!r}: {first['msg']}") from None
    if not path.endswith(f"/{meta.id}.md.j2"):
        raise TemplateProblem(path, 1, f"front matter, id = {meta.id!r}: the file must have the same name")
    return meta


def _comment(source: str) -> str:
    """The lines of comment that a front matter begins with, as one."""
    lines = takewhile(lambda line: line.startswith("#"), source.splitlines())
    return " ".join(line.lstrip("# ") for line in lines)


def _sections(path: str, text: str, language: str) -> dict[str, Section]:
    marks = list(_SECTION.finditer(text))
    found: dict[str, Section] = {}
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        name, line = mark[1], text.count("\n", 0, mark.end()) + 2
        if name not in SECTIONS or name in found:
            raise TemplateProblem(
                path, line - 1, f"section {name!r} is unknown or comes twice; one of {sorted(SECTIONS)}"
            )
        source = text[mark.end() + 1 : after.start() if after else len(text)]
        found[name] = Section(french(source) if language == "fr" and name != "sms" else source, line)
    return found


def _typeset(text: str) -> str:
    for pattern, replacement in _FRENCH:
        text = pattern.sub(replacement, text)
    return text.replace("'", "’")
