"""What is wrong with an input, one line a finding: the value, the problem, the fix.

Shared by scenario files and events: both are read by pydantic and answered in the same words.
"""

import json
import re
from collections.abc import Collection
from difflib import get_close_matches
from typing import Any, TypeAlias

from pydantic_core import ErrorDetails

from workflows.plain_lines import LINES, ONE_LINE, PART, REFERENCE

#: Where a finding lies: keys and indexes from the root.
Path: TypeAlias = tuple[str | int, ...]

#: A bad value is echoed up to this many characters, so that an answer stays readable and repeats no large input.
ECHO = 80

_LONGEST_WORD = 60
#: Signs that nobody sees, or that turn what is read; they are echoed as JSON escapes.
_UNSEEN = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_QUOTED = re.compile(r"'([^']*)'")

#: What a pattern of the models asks for, in words.
_PATTERNS = {
    r"^[a-z0-9_]+$": "must be lower-case letters, digits and '_'",
    r"^\+[1-9][0-9]{6,14}$": "must be an international number such as '+33612345678'",
    r"^[0-9]{9}$": "must be nine digits",
    r"^[a-z]{2}$": "must be a two-letter language such as 'fr'",
    r"^[A-Z]{2}$": "must be a two-letter country such as 'FR'",
    r"^[A-Z]{3}$": "must be a three-letter currency such as 'EUR'",
    r"^[0-9a-f]{64}$": "must be 64 hexadecimal digits in lower case",
    r"^[0-9]{1,2}(\.[0-9]{1,4})?$": "must be a yearly rate in percent such as '12.40'",
    ONE_LINE: "must be one line of text; take out control characters and signs that turn the direction of writing",
    LINES: "must be text; take out control characters and signs that turn the direction of writing",
    REFERENCE: "must be printable and not begin with a space; take out control characters and signs that turn the "
    "direction of writing",
    PART: "must be printable, without '/', and not begin with a space",
}

#: What pydantic's error types ask for, in words.
_PROBLEMS = {
    "missing": "is missing; add it",
    "string_type": "must be text; put it in quotes",
    "int_type": "must be a whole number without quotes",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false without quotes",
    "date_type": "must be a day; write 'YYYY-MM-DD'",
    "date_parsing": "is not a day; write 'YYYY-MM-DD'",
    "date_from_datetime_parsing": "is not a day; write 'YYYY-MM-DD'",
    "datetime_type": "must be an instant; write it as '2026-11-09T08:15:00Z'",
    "datetime_parsing": "is not an instant; write it as '2026-11-09T08:15:00Z'",
    "datetime_from_date_parsing": "is not an instant; write it as '2026-11-09T08:15:00Z'",
    "timezone_aware": "has no time zone; end it with 'Z' or an offset such as '+01:00'",
    "tuple_type": "must be a list",
    "frozen_set_type": "must be a list",
    "dict_type": "must be a table of keys and values",
    "model_type": "must be a table of keys and values",
}


def clip(value: object) -> str:
    """`value` as JSON, cut to `ECHO` characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    text = _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text.encode("utf-8", "replace").decode())
    return text if len(text) <= ECHO else text[: ECHO - 1] + "…"


def closest(word: str, known: Collection[str]) -> str | None:
    """The known word that was most likely meant; None where nothing is near."""
    near = get_close_matches(word[:_LONGEST_WORD].lower(), list(known), n=1, cutoff=0.6)
    return near[0] if near else None


def unknown(word: str, known: Collection[str]) -> str:
    """Problem and fix for a word that is not among `known`."""
    near = closest(word, known)
    if near is not None:
        return f"is unknown; did you mean {clip(near)}?"
    return "is unknown; " + ("known here: " + ", ".join(sorted(known)) if known else "remove it")


def problem(error: ErrorDetails, known: Collection[str]) -> str:
    """Problem and fix of one of pydantic's errors, the value included where it helps.

    Args:
        error: as pydantic gives it.
        known: the fields that exist where the error lies, for suggestions.
    """
    kind, value = error["type"], error["input"]
    if kind == "extra_forbidden":
        return unknown(str(error["loc"][-1]), known)
    if kind == "missing":
        return _PROBLEMS[kind]
    if kind in ("enum", "literal_error"):
        return f"{clip(value)} {_choice(error)}"
    if kind == "string_pattern_mismatch":
        pattern = error["ctx"]["pattern"]
        return f"{clip(value)} " + _PATTERNS.get(pattern, f"does not match {pattern}")
    if kind == "value_error":
        return _own_words(error)
    words = _PROBLEMS.get(kind) or error["msg"].replace("Input should", "must")
    return f"{clip(value)} {words}"


def _choice(error: ErrorDetails) -> str:
    choices = _QUOTED.findall(error["ctx"]["expected"])
    near = closest(error["input"], choices) if isinstance(error["input"], str) else None
    return "must be one of " + ", ".join(choices) + (f"; did you mean {clip(near)}?" if near else "")


def _own_words(error: ErrorDetails) -> str:
    """A validator's message; it often repeats the value, which is cut like any other."""
    words, value = str(error.get("ctx", {}).get("error", error["msg"])), error["input"]
    if repr(value) in words:
        return words.replace(repr(value), clip(value))
    shown = f"{clip(value)}: " if isinstance(value, str) else ""
    return shown + (words if len(words) <= 4 * ECHO else words[: 4 * ECHO] + "…")


def keys_at(raw: object, path: Path) -> set[str]:
    """The keys given at `path` of what was read from JSON or TOML; empty where there is no table."""
    for part in path:
        if isinstance(raw, list) and isinstance(part, int):
            raw = raw[part]
            continue
        if not isinstance(raw, dict) or part not in raw:
            return set()
        raw = raw[part]
    return set(raw) if isinstance(raw, dict) else set()


def fields_at(schema: dict[str, Any], path: Path) -> tuple[str, ...]:
    """Names of the fields of the object at `path` in a JSON Schema; empty where it holds no object.

    Args:
        schema: as `model_json_schema` gives it.
        path: of the object itself, without the unknown or missing key.
    """
    node: dict[str, Any] = schema
    for part in path:
        nodes = _alternatives(node, schema)
        found = [_below(each, part) for each in nodes]
        node = next((each for each in found if each is not None), {})
    return tuple(name for each in _alternatives(node, schema) for name in each.get("properties", {}))


def _alternatives(node: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    if "$ref" in node:
        return _alternatives(schema["$defs"][node["$ref"].rsplit("/", 1)[1]], schema)
    return [leaf for each in node.get("anyOf", ()) for leaf in _alternatives(each, schema)] or [node]


def _below(node: dict[str, Any], part: str | int) -> dict[str, Any] | None:
    below = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part)
    return below if isinstance(below, dict) else None
