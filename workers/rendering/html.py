"""A letter as an e-mail's HTML: tables, inlined styles, nothing fetched from anywhere."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from css_inline import CSSInliner
from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workers.rendering.nodes import Node

LAYOUTS = Path(__file__).parents[2] / "templates" / "_layouts"


def html_of(nodes: tuple[Node, ...], facts: Mapping[str, str]) -> str:
    """The whole message.

    Args:
        nodes: the letter.
        facts: `subject`, `language`, `creditor`, `colour` and the text of a mail client's preview line, `preview`.
    """
    page = _layout().render(blocks=[(type(node).__name__, node) for node in nodes], **facts)
    return _inliner().inline(page)


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
