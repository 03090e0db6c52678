"""Predefined answers to replies: one template for each kind of reply and language, filled with the facts of the case.

What comes out is the text that a person looks at, changes and approves: Markdown of letters. `[[invoices]]` and
`[[payment]]` still stand in it for what they show when the answer leaves.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workers.rendering.catalogue import MOST_BYTES, SHIPPED, Catalogue
from workers.rendering.compiling import fill
from workers.rendering.errors import TemplateProblem
from workers.rendering.messages import printable
from workers.rendering.template_files import Section, french
from workers.rendering.words import words
from workflows.replies import ReplyKind
from workflows.side_letters import REPLY_ANSWER
from workflows.wording import LetterFacts

ANSWERS: Final = SHIPPED.parent / "answers"
#: Kinds that nobody answers with a form: thanks and programs want none, and what was not understood needs a person.
UNANSWERED: Final = frozenset({ReplyKind.THANKS, ReplyKind.OTHER, ReplyKind.AUTOMATIC})


@dataclass(frozen=True, slots=True)
class Answers:
    """The predefined answers of one creditor.

    Attributes:
        catalogue: the creditor's letters, whose phrases the answers share.
        own: a folder `<language>/<kind>.md.j2` of the creditor's own, laid over those that ship.
    """

    catalogue: Catalogue
    own: Path | None = None

    def text(self, kind: ReplyKind, facts: LetterFacts) -> str | None:
        """The answer to a reply of this kind; None where there is none.

        Raises:
            TemplateProblem: the template is at fault; names the file and the line.
        """
        found = self._file(kind, facts.language)
        if found is None:
            return None
        name, path, is_own = found
        letter = self.catalogue.letter(REPLY_ANSWER, facts.language)
        section = _section(name, path, facts.language)
        if is_own and (faults := letter.workshop.faults(name, section)):
            raise faults[0]
        return fill(letter.workshop.compiled(name, section), name, printable(facts, words(facts)))

    def faults(self) -> list[TemplateProblem]:
        """What is at fault in the creditor's own answers, without running them."""
        if self.own is None:
            return []
        if not self.own.is_dir():
            return [TemplateProblem("", 0, "is no folder; create it, or correct answers_dir",
                                    "n’est pas un dossier ; créez-le, ou corrigez answers_dir")]  # fmt: skip
        files = (path for path in sorted(self.own.rglob("*")) if path.is_file() and not path.name.startswith("."))
        return [fault for path in files for fault in self._judged(path)]

    def _judged(self, path: Path) -> list[TemplateProblem]:
        language, name = path.parent.name, f"{path.parent.name}/{path.name}"
        kinds = sorted(set(ReplyKind) - UNANSWERED)
        if (language, REPLY_ANSWER) not in self.catalogue.letters or path.name not in {
            f"{each}.md.j2" for each in kinds
        }:
            known = ", ".join(kinds)
            return [TemplateProblem(name, 0, f"is no answer; name it fr/ or en/ and one of {known}, then .md.j2")]
        try:
            return self.catalogue.letter(REPLY_ANSWER, language).workshop.faults(name, _section(name, path, language))
        except TemplateProblem as problem:
            return [problem]

    def _file(self, kind: ReplyKind, language: str) -> tuple[str, Path, bool] | None:
        """Name and path of the template, the creditor's own first."""
        name = f"{language}/{kind}.md.j2"
        if self.own is not None and (self.own / name).is_file():
            return name, self.own / name, True
        return (name, ANSWERS / name, False) if (ANSWERS / name).is_file() else None


def _section(name: str, path: Path, language: str) -> Section:
    try:
        content = path.read_bytes()[: MOST_BYTES + 1]
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateProblem(name, 0, f"cannot be read: {error}") from None
    if len(content) > MOST_BYTES:
        raise TemplateProblem(name, 0, f"has more than {MOST_BYTES} bytes; shorten it")
    return Section(french(text) if language == "fr" else text, 1, name)
