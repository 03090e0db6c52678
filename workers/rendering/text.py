"""A letter as plain text: paragraphs wrapped, tables aligned."""

import textwrap
from collections.abc import Iterable

from workers.rendering.nodes import Bullets, Choices, Lines, Node, Pairs, Paragraph, Run, Slip, Table

WIDTH = 78


def text_of(nodes: Iterable[Node], colon: str) -> str:
    """The whole letter; `colon` stands between a label and its value (`" : "` in French)."""
    return "\n\n".join(part for node in nodes if (part := _node(node, colon))) + "\n"


def inline(runs: Iterable[Run]) -> str:
    """Runs without their styles."""
    return "".join(run.text for run in runs)


def _node(node: Node, colon: str) -> str:
    match node:
        case Paragraph(runs):
            return "\n".join(_wrap(line) for line in inline(runs).split("\n"))
        case Bullets(items):
            return "\n".join(_wrap(f"- {inline(item)}", "  ") for item in items)
        case Pairs():
            return _pairs(node, colon)
        case Slip(pairs):
            return _pairs(pairs, colon)
        case Table():
            return _table(node)
        case Lines(lines):
            return "\n".join(lines)
        case Choices(items):
            return "\n".join(_choice(label, address, colon) for label, address in items)


def _choice(label: str, address: str | None, colon: str) -> str:
    """The label, and its web address on a line of its own: long addresses do not survive in running text.

    Where the link is an e-mail, there is nothing to print: whoever reads plain text answers the message.
    """
    is_web = address is not None and not address.startswith("mailto:")
    return _wrap(f"- {label}", "  ") + (f"{colon.rstrip()}\n  {address}" if is_web else "")


def _wrap(line: str, indent: str = "") -> str:
    return textwrap.fill(line.strip(), WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _pairs(node: Pairs, colon: str) -> str:
    width = max(len(label) for label, _ in node.rows)
    title = [f"{node.title}{colon.rstrip()}"] if node.title else []
    return "\n".join([*title, *(f"  {label:<{width}}{colon}{value}" for label, value in node.rows)])


def _table(node: Table) -> str:
    rows = [node.heads, *node.rows, *([node.total] if node.total else [])]
    widths = [max(len(row[at]) for row in rows) for at in range(len(node.heads))]
    lines = [_row(row, widths, node) for row in rows]
    rule = "-" * len(max(lines, key=len))
    lines.insert(1, rule)
    if node.total:
        lines.insert(-1, rule)
    return "\n".join(line.rstrip() for line in lines)


def _row(row: tuple[str, ...], widths: list[int], node: Table) -> str:
    cells = (
        cell.rjust(width) if align == "right" else cell.ljust(width)
        for cell, width, align in zip(row, widths, node.aligns, strict=True)
    )
    return "  ".join(cells)
