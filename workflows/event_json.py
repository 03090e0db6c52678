"""JSON from outside: decoded strictly, so that nothing which only looks like an event gets further."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NoReturn, TypeAlias

from pydantic import BaseModel

from workflows.errors import BadEvent
from workflows.findings import Path, clip

Finding: TypeAlias = tuple[Path, str]

#: Deeper nesting than any event has.
MAX_DEPTH = 32
#: Findings told at once; the rest is counted.
MAX_FINDINGS = 20
#: Days and instants of an event lie in these years, so that no sum of days can overflow.
YEARS = range(1900, 2200)
#: An amount on the wire: at most 13 digits, then at most two decimals; no sign, no exponent, no separator.
AMOUNT = re.compile(r"^[0-9]{1,13}(\.[0-9]{1,2})?$")

_MAX_INTEGER = 2**31 - 1
_MAX_KEY = 40
_SURROGATE = re.compile("[\ud800-\udfff]")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)
_INSTANT = re.compile(r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}", re.ASCII)


def decode(data: bytes | str) -> object:
    """Decode JSON.

    Raises:
        BadEvent: not UTF-8, not JSON, a key given twice, a number that JSON does not know.
    """
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data.removeprefix("\ufeff")
        return json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        refuse([((), f"is not UTF-8 at byte {error.start}; encode the event in UTF-8")])
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        refuse([((), f"is not JSON at {place}: {error.msg}; mend it there")])
    except RecursionError:
        refuse([((), f"is nested too deeply; use at most {MAX_DEPTH} levels")])
    except ValueError as error:
        refuse([((), str(error) if isinstance(error, _NotJson) else "holds a number that is too long; shorten it")])


def refuse(findings: list[Finding]) -> NoReturn:
    """Raise what was found, one finding a field.

    Raises:
        BadEvent: always.
    """
    first: dict[str, str] = {}
    for path, words in findings:
        first.setdefault(pointer(path), words)
    told = [f"{where}: {words}" if where else f"the event {words}" for where, words in first.items()]
    if len(told) > MAX_FINDINGS:
        told = [*told[:MAX_FINDINGS], f"and {len(told) - MAX_FINDINGS} more"]
    raise BadEvent(tuple(told))


def pointer(path: Path) -> str:
    """`path` as a JSON pointer (RFC 6901); long keys are cut."""
    parts = (str(part)[:_MAX_KEY].encode("utf-8", "replace").decode() for part in path)
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def unsafe(value: object) -> Iterator[Finding]:
    """What no program can store or show: NUL and half characters in texts and keys, bottomless nesting."""
    rest: list[tuple[Path, object]] = [((), value)]
    while rest:
        path, node = rest.pop()
        if len(path) > MAX_DEPTH:
            yield path[:1], f"is nested too deeply; use at most {MAX_DEPTH} levels"
            return
        if isinstance(node, str) and (words := _unsafe_text(node)):
            yield path, f"{clip(node)} {words}"
        elif isinstance(node, dict):
            yield from ((path, f"the key {clip(key)} {words}") for key in node if (words := _unsafe_text(key)))
            rest += [((*path, key), below) for key, below in node.items()]
        elif isinstance(node, list):
            rest += [((*path, index), below) for index, below in enumerate(node)]


def loose(read: object, raw: object, path: Path = ()) -> Iterator[Finding]:
    """Values that the models take and the contract does not: timestamps as days, `1e5` as an amount, year 9999.

    Args:
        read: what the models made of `raw`.
        raw: decoded JSON.
        path: of both.
    """
    if isinstance(read, BaseModel) and isinstance(raw, dict):
        for name in type(read).model_fields.keys() & raw.keys():
            yield from loose(getattr(read, name), raw[name], (*path, name))
    elif isinstance(read, tuple) and isinstance(raw, list):
        for index, (one, below) in enumerate(zip(read, raw, strict=True)):
            yield from loose(one, below, (*path, index))
    elif words := _loose_value(read, raw):
        yield path, f"{clip(raw)} {words}"


def _loose_value(read: object, raw: object) -> str | None:
    if isinstance(read, datetime) and not _INSTANT.match(str(raw)):
        return "is not an instant; write it as '2026-11-09T08:15:00Z'"
    if isinstance(read, date) and not isinstance(read, datetime) and not _DAY.match(str(raw)):
        return "is not a day; write 'YYYY-MM-DD'"
    if isinstance(read, date) and read.year not in YEARS:
        return f"is out of range; use a year from {YEARS.start} to {YEARS.stop - 1}"
    if isinstance(read, int) and isinstance(raw, str) and not AMOUNT.match(raw):
        return "is not an amount; write a decimal string such as '1250.00'"
    if isinstance(read, int) and isinstance(raw, int) and abs(raw) > _MAX_INTEGER:
        return f"is out of range; use at most {_MAX_INTEGER}"
    return None


def _unsafe_text(text: str) -> str | None:
    if "\x00" in text:
        return "holds a NUL character; remove it"
    if _SURROGATE.search(text):
        return "holds half of a character; send valid Unicode"
    return None


class _NotJson(ValueError):
    """JSON that `json` would take and that means nothing certain."""


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _NotJson(f"gives the key {clip(twice)} twice; keep one")
    return table


def _no_constant(name: str) -> NoReturn:
    raise _NotJson(f"holds {name}, which is not JSON; write a number or null")
