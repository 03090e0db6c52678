"""A letter as an e-mail's HTML: tables, inlined styles, nothing fetched from anywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from css_inline import CSSInliner
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workers.rendering.colours import NIGHT, WHITE, contrast, readable
from workers.rendering.errors import TemplateProblem
from workers.rendering.images import CODE, LOGO, InlineImage
from workers.rendering.layouts import EMAIL, layout
from workers.rendering.nodes import Node, Table


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What stands around the letter.

    Attributes:
        preview: the text of a mail client's preview line.
        images: carried with the message and shown by `cid:`.
    """

    subject: str
    language: str
    creditor: str
    colour: str
    preview: str
    images: tuple[InlineImage, ...] = ()


def html_of(nodes: tuple[Node, ...], about: Envelope, layouts: Path | None = None) -> str:
    """The whole message.

    Args:
        nodes: the letter.
        about: what stands around it.
        layouts: the creditor's folder, for an `email.html.j2` of its own.

    Raises:
        TemplateProblem: the layout is at fault.
    """
    file = layout(EMAIL, layouts)
    blocks = [(type(node).__name__, _cells(node) if isinstance(node, Table) else node) for node in nodes]
    name = f"{file.parent.name}/{file.name}"
    try:
        page = _layout(file).render(blocks=blocks, **_frame(about))
    except TemplateSyntaxError as error:
        raise TemplateProblem(name, error.lineno, str(error.message)) from error
    except (TemplateError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise TemplateProblem(name, _line(error, file), str(error)) from error
    return _inliner().inline(page)


def _frame(about: Envelope) -> Mapping[str, object]:
    """What the layout prints around the blocks; colours are shades of the creditor's that can be read."""
    shown = {image.content_id: image for image in about.images}
    return {
        "subject": about.subject,
        "language": about.language,
        "creditor": about.creditor,
        "preview": about.preview,
        "colour": about.colour,
        "ink": readable(about.colour),
        "night_ink": readable(about.colour, NIGHT, 7),
        "on_colour": max(WHITE, "#14171c", key=lambda ink: contrast(ink, about.colour)),
        "logo": shown.get(LOGO),
        "code": shown.get(CODE),
    }


def _cells(table: Table) -> dict[str, object]:
    """The table with each cell as (text, class, label); the label stands beside the cell on a narrow screen."""
    classes = ["right" if align == "right" else "" for align in table.aligns]
    labels = ["", *table.heads[1:]] if table.stacked else [""] * len(table.heads)

    def row(texts: tuple[str, ...]) -> list[tuple[str, str, str]]:
        cells = zip(texts, classes, labels, strict=True)
        return [(text, css, label if text else "") for text, css, label in cells]

    return {
        "title": table.title,
        "wide": bool(table.stacked),
        "heads": list(zip(table.heads, classes, strict=True)),
        "rows": [("", row(texts)) for texts in table.rows] + ([("sum", row(table.total))] if table.total else []),
    }


def _line(error: BaseException, file: Path) -> int:
    """The line of the layout at which it failed, 0 where it is not known."""
    found, trace = 0, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == str(file):
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


@cache
def _layout(file: Path) -> Template:
    """The layout alone: it can include no other file."""
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    code = environment.compile(file.read_text("utf-8"), name=file.name, filename=str(file))
    return Template.from_code(environment, code, environment.make_globals(None))


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(load_remote_stylesheets=False)
