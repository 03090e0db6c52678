"""A letter as an e-mail's HTML: tables, inlined styles, nothing fetched from anywhere."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from css_inline import CSSInliner
from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workers.rendering.nodes import Node, Table

LAYOUTS = Path(__file__).parents[2] / "templates" / "_layouts"


def html_of(nodes: tuple[Node, ...], facts: Mapping[str, str]) -> str:
    """The whole message.

    Args:
        nodes: the letter.
        facts: `subject`, `language`, `creditor`, `colour` and the text of a mail client's preview line, `preview`.
    """
    blocks = [(type(node).__name__, _cells(node) if isinstance(node, Table) else node) for node in nodes]
    page = _layout().render(blocks=blocks, **facts)
    return _inliner().inline(page)


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


@cache
def _layout() -> Template:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(LAYOUTS),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("email.html.j2")


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(load_remote_stylesheets=False)
