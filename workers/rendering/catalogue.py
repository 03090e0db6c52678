"""The letters that exist: every file read, checked and compiled once, with the errors of a template made clear."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from workers.rendering import markdown
from workers.rendering.errors import TemplateProblem
from workers.rendering.shared_blocks import BLOCKS
from workers.rendering.template_files import Meta, Section, french, read_letter
from workflows.letter_examples import LADDER_LETTERS

SHIPPED = Path(__file__).parents[2] / "templates" / "letters"
PHRASES = "_phrases.md.j2"
CALL = "_call.md.j2"
LABELS = "_labels.toml"
#: Languages that every letter is written in; the others have the ladder's letters, and borrow the rest from these.
COMPLETE_LANGUAGES = ("en", "fr")
#: Put before every section, on the line above it, so that a template may say `p.greeting()`.
_PRELUDE = '{% import "' + PHRASES + '" as p with context %}'


@dataclass(frozen=True)
class Letter:
    """One letter in one language, compiled.

    Attributes:
        blocks: names of the shared blocks that the body places.
    """

    meta: Meta
    path: str
    sections: Mapping[str, Template]
    blocks: frozenset[str]

    def fill(self, section: str, facts: Mapping[str, object]) -> str:
        """The text of a section, still Markdown.

        Raises:
            TemplateProblem: a variable that is unknown or empty, or any other fault of the template.
        """
        if section not in self.sections:
            raise TemplateProblem(self.path, 0, f"section {section!r} is missing; this letter has no such form")
        try:
            return self.sections[section].render(facts).strip()
        except (TemplateError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
            path, line = _place(error.__traceback__, self.path)
            detail = str(error).replace("'workers.rendering.words.Words object'", "f") or type(error).__name__
            raise TemplateProblem(path, line, detail) from error


@dataclass(frozen=True)
class Catalogue:
    """All letters by language and id, with the words of the shared blocks."""

    letters: Mapping[tuple[str, str], Letter]
    labels: Mapping[str, Mapping[str, str]]

    def channels(self, language: str = "fr") -> dict[str, frozenset[str]]:
        """The channels of each letter, as the checks of scenarios take them."""
        mine = (letter for (spoken, _id), letter in self.letters.items() if spoken == language)
        return {letter.meta.id: frozenset(str(channel) for channel in letter.meta.channels) for letter in mine}

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
        """What is wrong with the catalogue as a whole: missing languages, missing or unknown shared blocks."""
        found = []
        for letter in self.letters.values():
            needed = self.languages if letter.meta.id in LADDER_LETTERS else COMPLETE_LANGUAGES
            absent = [language for language in needed if (language, letter.meta.id) not in self.letters]
            found += [TemplateProblem(letter.path, 0, f"is not written in {language!r}") for language in absent]
            wanted = {"invoices", "signature", "payment"}
            found += [TemplateProblem(letter.path, 0, f"place [[{name}]]") for name in sorted(wanted - letter.blocks)]
            unknown = letter.blocks - BLOCKS.keys()
            found += [TemplateProblem(letter.path, 0, f"there is no block [[{name}]]") for name in sorted(unknown)]
            twins = {other.meta for other in self.letters.values() if other.meta.id == letter.meta.id}
            found += (
                [TemplateProblem(letter.path, 1, "front matter differs between languages")] if len(twins) > 1 else []
            )
        return tuple(found)

    def language_for(self, letter: str, *wanted: str) -> str:
        """The first of the wanted languages that the letter is written in, else English, else French."""
        return next((one for one in (*wanted, "en") if (one, letter) in self.letters), "fr")


@cache
def shipped() -> Catalogue:
    """The letters of the project, compiled on the first call."""
    return load(SHIPPED)


def load(folder: Path) -> Catalogue:
    """Read every letter below `folder/<language>/`.

    Raises:
        TemplateProblem: for the first file that cannot be used.
    """
    letters: dict[tuple[str, str], Letter] = {}
    labels: dict[str, Mapping[str, str]] = {}
    for home in sorted(path for path in folder.iterdir() if path.is_dir()):
        for name in (LABELS, PHRASES, CALL):
            if not (home / name).is_file():
                raise TemplateProblem(f"{home.name}/{name}", 0, "is missing; every language has its own")
        labels[home.name] = tomllib.loads((home / LABELS).read_text("utf-8"))
        environment = _environment(home)
        call = _shared_call(home, environment)
        for path in sorted(home.glob("[a-z]*.md.j2")):
            name = f"{home.name}/{path.name}"
            file = read_letter(name, path.read_text("utf-8"), home.name)
            sections = {name: _compiled(file.path, section, environment) for name, section in file.sections.items()}
            blocks = frozenset(markdown.BLOCK.findall(file.sections["body"].source))
            letters[home.name, file.meta.id] = Letter(file.meta, file.path, {"call": call, **sections}, blocks)
    return Catalogue(letters, labels)


def _environment(home: Path) -> ImmutableSandboxedEnvironment:
    """A sandbox in which every printed value is escaped for Markdown, and an empty one is an error."""
    text = (home / PHRASES).read_text("utf-8")
    phrases = (french(text) if home.name == "fr" else text, f"{home.name}/{PHRASES}", lambda: True)
    return ImmutableSandboxedEnvironment(
        loader=FunctionLoader({PHRASES: phrases}.get),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_printed,
        lstrip_blocks=True,
    )


def _printed(value: Any) -> Markup:  # noqa: ANN401 - whatever a template prints
    if isinstance(value, Markup):
        return value  # what a macro returned: its values went through here already
    if value is None or value == "":
        raise ValueError("a variable is empty; ask for it with {% if %} or name it in the front matter's needs")
    return Markup(markdown.escape(str(value)))  # noqa: S704 - escaped for Markdown; writers escape for HTML and PDF


def _shared_call(home: Path, environment: ImmutableSandboxedEnvironment) -> Template:
    """The call script of every letter that has none of its own."""
    text = (home / CALL).read_text("utf-8")
    section = Section(french(text) if home.name == "fr" else text, 1)
    return _compiled(f"{home.name}/{CALL}", section, environment)


def _compiled(path: str, section: Section, environment: ImmutableSandboxedEnvironment) -> Template:
    source = "\n" * (section.first_line - 2) + _PRELUDE + "\n" + section.source
    try:
        code = environment.compile(source, name=path, filename=path)
    except TemplateSyntaxError as error:
        raise TemplateProblem(path, error.lineno, str(error.message)) from error
    return Template.from_code(environment, code, environment.make_globals(None))


def _place(trace: TracebackType | None, path: str) -> tuple[str, int]:
    """The innermost template line of a traceback."""
    found = (path, 0)
    while trace:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith(".md.j2"):
            found = (name, trace.tb_lineno)
        trace = trace.tb_next
    return found
