"""The small Markdown subset of letters: paragraphs, `**strong**`, `*emphasis*`, `- items`, `[[blocks]]`.

A line break is a backslash at the end of a line. Nothing else has a meaning, so nothing else can be smuggled in:
values are escaped with backslashes before they meet the template's text.
"""

import re
from collections.abc import Callable, Sequence
from typing import Literal

from workers.rendering.nodes import Bullets, Node, Paragraph, Run

_SPECIAL = re.compile(r"([\\*\[\]]|^-)")
#: A shared block, alone in its paragraph.
BLOCK = re.compile(r"\[\[([a-z_]+)\]\]")
_MARK = re.compile(r"\\\n|\\(?P<literal>.)|\*\*|\*|\n")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")

_Style = Literal["plain", "strong", "emphasis"]


def escape(value: str) -> str:
    """Write `value` so that the parser gives it back letter for letter, on one line."""
    return _SPECIAL.sub(r"\\\1", value.replace("\n", " "))


def parse(source: str, block: Callable[[str], Sequence[Node]]) -> tuple[Node, ...]:
    """Read a body; `[[name]]` alone in a paragraph stands for `block(name)`.

    Raises:
        KeyError: an unknown block.
        ValueError: a mark that is not closed; the text is in the error.
    """
    nodes: list[Node] = []
    for chunk in _PARAGRAPHS.split(source):
        text = chunk.strip()
        if mark := BLOCK.fullmatch(text):
            nodes.extend(block(mark[1]))
        elif text.startswith("- "):
            nodes.append(Bullets(tuple(runs(item) for item in re.split(r"(?:^|\n)- ", text)[1:])))
        elif text:
            nodes.append(Paragraph(runs(text)))
    return tuple(nodes)


def runs(text: str) -> tuple[Run, ...]:
    """Split a paragraph where its style changes.

    Raises:
        ValueError: `**` or `*` is opened and not closed.
    """
    found: list[Run] = []
    style: _Style = "plain"
    piece, at = "", 0
    for mark in _MARK.finditer(text):
        piece, at = piece + text[at : mark.start()], mark.end()
        if mark["literal"]:
            piece += mark["literal"]
        elif mark[0] == "\n":
            piece += " "
        else:
            found += [Run(piece, style)] if piece else []
            found += [Run("\n")] if mark[0].startswith("\\") else []
            piece, style = "", _style_after(mark[0], style)
    if style != "plain":
        raise ValueError(f"{'**' if style == 'strong' else '*'} is opened and never closed in {text[:60]!r}")
    piece += text[at:]
    return (*found, Run(piece, style)) if piece else tuple(found)


def _style_after(mark: str, style: _Style) -> _Style:
    if mark.startswith("\\"):
        return style
    opened: _Style = "strong" if mark == "**" else "emphasis"
    return "plain" if style == opened else opened
