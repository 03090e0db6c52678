"""What letters are once they are read: compiled, by language and id, with a creditor's own beside those that ship."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from jinja2 import Template

from workers.rendering.compiling import Workshop, fill
from workers.rendering.errors import TemplateProblem
from workers.rendering.shared_blocks import BLOCKS
from workers.rendering.template_files import Meta, Section
from workflows.wording import Need

#: In one of them every letter is written; a debtor who reads another language may get it.
FALLBACKS: Final = ("en", "fr")


@dataclass(frozen=True)
class Letter:
    """One letter in one language; a section is compiled when it is first filled in.

    Attributes:
        sections: by name, with the shared script as `call` where the letter has none of its own.
        blocks: names of the shared blocks that the body places.
        workshop: where its templates are compiled.
        purpose: what the letter is for, as the comment on top of its front matter says.
    """

    meta: Meta
    path: str
    sections: Mapping[str, Section]
    blocks: frozenset[str]
    workshop: Workshop
    purpose: str = ""
    _templates: dict[str, Template] = field(default_factory=dict, compare=False, repr=False)

    def fill(self, section: str, facts: Mapping[str, object]) -> str:
        """The text of a section, still Markdown.

        Raises:
            TemplateProblem: a variable that is unknown or empty, or any other fault of the template.
        """
        if section not in self.sections:
            raise TemplateProblem(self.path, 0, f"section {section!r} is missing; this letter has no such form")
        return fill(self.template(section), self.path, facts)

    def template(self, section: str) -> Template:
        """A section, compiled.

        Raises:
            TemplateProblem: its syntax.
        """
        if section not in self._templates:
            source = self.sections[section]
            self._templates[section] = self.workshop.compiled(source.path or self.path, source)
        return self._templates[section]


@dataclass(frozen=True)
class Catalogue:
    """All letters by language and id, with the words of the shared blocks.

    Attributes:
        layouts: a folder with layouts of one's own.
        version: hash of a creditor's folder; empty for the letters that ship.
        own: catalogues of the creditors that have letters of their own, by the creditor's reference.
    """

    letters: Mapping[tuple[str, str], Letter]
    labels: Mapping[str, Mapping[str, str]]
    layouts: Path | None = None
    version: str = ""
    own: Mapping[str, "Catalogue"] = field(default_factory=dict)

    def of(self, creditor: str) -> "Catalogue":
        """The letters of one creditor: its own, or these."""
        return self.own.get(creditor, self)

    def channels(self, language: str = "fr") -> dict[str, frozenset[str]]:
        """The channels of each letter, as the checks of scenarios take them."""
        mine = (letter for (spoken, _id), letter in self.letters.items() if spoken == language)
        return {letter.meta.id: frozenset(str(channel) for channel in letter.meta.carried_by) for letter in mine}

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that letters are written in."""
        return tuple(sorted(self.labels))

    @property
    def ids(self) -> tuple[str, ...]:
        """Letters that exist in any language."""
        return tuple(sorted({letter for _, letter in self.letters}))

    def letter(self, letter: str, language: str) -> Letter:
        """The compiled letter.

        Raises:
            TemplateProblem: it does not exist; names those that do.
        """
        if found := self.letters.get((language, letter)):
            return found
        known = [other for other, name in self.letters if name == letter]
        why = f"exists in {', '.join(sorted(known))} only" if known else f"is none of {', '.join(self.ids)}"
        raise TemplateProblem(f"{language}/{letter}.md.j2", 0, f"letter {letter!r} in {language!r} {why}")

    def check_all(self) -> tuple[TemplateProblem, ...]:
        """What is wrong with the catalogue as a whole: letters without a fallback, missing or unknown blocks."""
        found: list[TemplateProblem] = []
        for (_language, name), letter in sorted(self.letters.items()):
            if not any((language, name) in self.letters for language in FALLBACKS):
                found.append(
                    _problem(
                        letter,
                        0,
                        f"n’est écrite ni en {' ni en '.join(FALLBACKS)}",
                        f"is written in none of {', '.join(FALLBACKS)}",
                    )
                )
            wanted = {"invoices", "signature"} | ({"payment"} if letter.meta.asks_payment else set())
            wanted = {"answer", "signature"} if Need.ANSWER in letter.meta.needs else wanted
            found += [
                _problem(letter, 0, f"placez [[{block}]]", f"place [[{block}]]")
                for block in sorted(wanted - letter.blocks)
            ]
            unknown = sorted(letter.blocks - BLOCKS.keys())
            found += [
                _problem(letter, 0, f"aucun bloc [[{block}]]", f"there is no block [[{block}]]") for block in unknown
            ]
            if any(other.meta != letter.meta for (_, same), other in self.letters.items() if same == name):
                found.append(
                    _problem(
                        letter, 1, "l’en-tête diffère d’une langue à l’autre", "front matter differs between languages"
                    )
                )
        return tuple(found)

    def language_for(self, letter: str, *wanted: str) -> str:
        """The first of the wanted languages that the letter is written in, else English, else French."""
        return next((one for one in (*wanted, "en") if (one, letter) in self.letters), "fr")


def _problem(letter: Letter, line: int, fr: str, en: str) -> TemplateProblem:
    return TemplateProblem(letter.path, line, en, fr)
