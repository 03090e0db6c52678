"""Files of events: one JSON object, a list of them, or one a line (NDJSON)."""

import json
from collections.abc import Iterator
from typing import BinaryIO


def payloads_of(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The events of a file, each with the line it begins on (or its number in a list).

    A file whose first line is no whole JSON value is read as one value over several lines; any other line by line, so
    that a broken line does not hide those behind it.
    """
    start = _first_line(file)
    if not start:
        return
    number, line = start
    if _is_opening(line):
        yield from _whole(number, line + file.read())
        return
    while line:
        if line.strip():
            yield number, line.strip()
        line, number = file.readline(), number + 1


def _first_line(file: BinaryIO) -> tuple[int, bytes] | None:
    number = 1
    while line := file.readline():
        if line.strip():
            return number, line.removeprefix(b"\xef\xbb\xbf")
        number += 1
    return None


def _is_opening(line: bytes) -> bool:
    """Whether a value begins on this line and goes on behind it, or is a list."""
    text = line.strip()
    return text.startswith(b"[") or (text.startswith(b"{") and not text.endswith(b"}"))


def _whole(number: int, text: bytes) -> Iterator[tuple[int, bytes]]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):  # the reader of events says where it is broken
        lines = [(number + index, line.strip()) for index, line in enumerate(text.split(b"\n")) if line.strip()]
        is_by_line = any(line.startswith(b"{") and line.endswith(b"}") for _, line in lines[1:])
        yield from lines if is_by_line else [(number, text)]
        return
    if isinstance(value, list):
        for position, each in enumerate(value, start=1):
            yield position, json.dumps(each, ensure_ascii=False).encode("utf-8", "backslashreplace")
    else:
        yield number, text
