"""On which line of a TOML text each table and key stands; `tomllib` does not say.

A scanner for findings, not a parser: it trusts that `tomllib` has already accepted the text.
"""

import re
from collections.abc import Mapping

from workflows.findings import Path

_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_TABLE = re.compile(rf"^\s*(\[\[?)\s*({_DOTTED})\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(rf"^\s*({_DOTTED})\s*=\s*(.*)$")
_FENCES = ('"""', "'''")


def line_numbers(text: str) -> dict[Path, int]:
    """Lines, from 1, by path; what stands inside an inline table or array has the line of its key."""
    lines: dict[Path, int] = {(): 1}
    table: Path = ()
    counts: dict[Path, int] = {}
    fence: str | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if fence is not None:
            fence = None if fence in line else fence
            continue
        if header := _TABLE.match(line):
            table = _open_table(header, counts)
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, *_parts(key[1])), number)
            fence = _left_open(key[2])
    return lines


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of `path`, or of the nearest table above it."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _open_table(header: re.Match[str], counts: dict[Path, int]) -> Path:
    """The path of a table; `counts` numbers the elements of arrays of tables."""
    path: Path = ()
    parts = _parts(header[2])
    for depth, part in enumerate(parts):
        path = (*path, part)
        if header[1] == "[[" and depth == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_NAME, dotted))


def _left_open(value: str) -> str | None:
    """The fence of a multi-line string that begins in `value` and does not end there."""
    return next((fence for fence in _FENCES if value.startswith(fence) and fence not in value[3:]), None)
