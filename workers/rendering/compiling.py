"""From the text of templates to something that can be filled in: judged, compiled, with errors made clear."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import Any, Final

from jinja2 import FunctionLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from workers.rendering import markdown
from workers.rendering.errors import TemplateProblem
from workers.rendering.template_files import Section, french
from workers.rendering.template_rules import Macro, read_phrases, read_section

PHRASES: Final = "_phrases.md.j2"
#: Characters that one section may become; a statement of a hundred invoices has a third of it as its blocks alone.
MOST_CHARACTERS: Final = 100_000
#: Put before every section, on the line above it, so that a template may say `p.greeting()`.
_PRELUDE: Final = '{% import "' + PHRASES + '" as p with context %}'
_FAULTS: Final = (TemplateError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError)


@dataclass(frozen=True)
class Workshop:
    """Where the templates of one language are judged and compiled, with the phrases they share.

    Attributes:
        path: of the file of phrases, as errors call it.
        phrases: its text.
    """

    environment: ImmutableSandboxedEnvironment
    path: str
    phrases: str

    def compiled(self, path: str, section: Section) -> Template:
        """One section, ready to be filled in.

        Raises:
            TemplateProblem: its syntax; what it may not do is found by `faults`.
        """
        source = "\n" * (section.first_line - 2) + _PRELUDE + "\n" + section.source
        try:
            code = self.environment.compile(source, name=path, filename=path)
        except TemplateSyntaxError as error:
            raise TemplateProblem(path, error.lineno, str(error.message)) from error
        return Template.from_code(self.environment, code, self.environment.make_globals(None))

    def faults(self, path: str, section: Section) -> list[TemplateProblem]:
        """What the section may not do, without running it."""
        tree, problems = self._tree(path, section)
        macros, _problems = self._macros
        return problems if tree is None else read_section(path, tree, section.first_line - 1, macros)

    def faults_of_phrases(self) -> list[TemplateProblem]:
        """What the shared phrases may not do."""
        return self._macros[1]

    @cached_property
    def _macros(self) -> tuple[Mapping[str, Macro], list[TemplateProblem]]:
        tree, problems = self._tree(self.path, Section(self.phrases, 1))
        return ({}, problems) if tree is None else read_phrases(self.path, tree)

    def _tree(self, path: str, section: Section) -> tuple[nodes.Template | None, list[TemplateProblem]]:
        try:
            return self.environment.parse(section.source), []
        except TemplateSyntaxError as error:
            return None, [TemplateProblem(path, error.lineno + section.first_line - 1, str(error.message))]


def workshop(path: str, phrases: str, language: str) -> Workshop:
    """A sandbox in which every printed value is escaped for Markdown, and an empty one is an error.

    Args:
        path: of the file of phrases, as errors call it.
        phrases: its text.
        language: `fr` gets French typography.
    """
    source = french(phrases) if language == "fr" else phrases
    loaded = (source, path, lambda: True)
    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader({PHRASES: loaded}.get),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_printed,
        lstrip_blocks=True,
    )
    return Workshop(environment, path, source)


def fill(template: Template, path: str, facts: Mapping[str, object]) -> str:
    """The text of a section, still Markdown.

    Raises:
        TemplateProblem: a variable that is unknown or empty, a text without end, or any other fault of the template.
    """
    pieces, length = [], 0
    try:
        for piece in template.generate(facts):
            pieces.append(piece)
            length += len(piece)
            if length > MOST_CHARACTERS:
                raise TemplateProblem(path, 0, f"becomes longer than {MOST_CHARACTERS} characters; shorten it")
    except _FAULTS as error:
        where, line = _place(error.__traceback__, path)
        detail = str(error).replace("'workers.rendering.words.Words object'", "f") or type(error).__name__
        raise TemplateProblem(where, line, detail) from error
    return "".join(pieces).strip()


def _printed(value: Any) -> Markup:  # noqa: ANN401 - whatever a template prints
    if isinstance(value, Markup):
        return value  # what a macro returned: its values went through here already
    if value is None or value == "":
        raise ValueError("a variable is empty; ask for it with {% if %} or name it in the front matter's needs")
    return Markup(markdown.escape(str(value)))  # noqa: S704 - escaped for Markdown; writers escape for HTML and PDF


def _place(trace: TracebackType | None, path: str) -> tuple[str, int]:
    """The innermost template line of a traceback."""
    found = (path, 0)
    while trace:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith(".md.j2"):
            found = (name, trace.tb_lineno)
        trace = trace.tb_next
    return found
