"""From an envelope to an event: CloudEvents 1.0, or the same without `specversion`."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast, get_args

from pydantic import ValidationError

from workflows.event_examples import EXAMPLES
from workflows.event_json import Finding, loose, refuse, unsafe
from workflows.events import Fact, Inbound, Internal
from workflows.findings import Path, clip, closest, fields_at, keys_at, problem, unknown

#: The events that may come from outside, by kind.
KINDS: dict[str, type[Fact]] = {each.model_fields["kind"].default: each for each in get_args(Inbound)}
#: What only the system itself observes.
INTERNAL: frozenset[str] = frozenset(each.model_fields["kind"].default for each in get_args(Internal))

#: Where each attribute of the envelope goes in the event.
_FIELDS = {"id": "event_id", "source": "source", "time": "at", "creditor": "creditor"}
#: What only the envelope may say; the creditor may stand in either.
_RESERVED = {"event_id": "id", "source": "source", "at": "time", "kind": "type"}
_OWN = frozenset({"specversion", "id", "source", "type", "time", "data", "creditor"})
_STANDARD = frozenset({"subject", "datacontenttype", "dataschema"})
#: Extensions that CloudEvents documents; other names are taken as well, unless they look like a slip of the pen.
_EXTENSIONS = frozenset(
    {"authid", "authtype", "causationid", "correlationid", "dataclassification", "dataref", "deprecated"}
    | {"expirytime", "partitionkey", "recordedtime", "sampledrate", "sequence", "sequencetype", "severitynumber"}
    | {"severitytext", "traceparent", "tracestate"}
)
_EXTENSION_NAME = re.compile(r"^[a-z0-9]{1,20}$")
_VERSIONED = re.compile(r"^(?P<name>[a-zA-Z0-9._-]+)\.v(?P<number>[0-9]{1,4})$")
_JSON_TYPE = re.compile(r"^(application|text)/([a-z0-9.-]+\+)?json *(;.*)?$", re.IGNORECASE)
_EXPECTED = {
    "id": 'a text that names this fact once and for all, such as "evt-0001"',
    "source": 'who says it, such as "/erp/sage"',
    "time": 'when it happened, such as "2026-11-09T08:15:00Z"',
    "type": 'the kind, such as "invoice.issued"',
    "data": "an object with the facts",
}


class _Flat(NamedTuple):
    """An event with its attributes among its fields."""

    model: type[Fact]
    fields: dict[str, Any]


def read_event(raw: object) -> Inbound:
    """Read an envelope that is already decoded.

    Raises:
        BadEvent: with every finding, each with its JSON pointer, the value and the fix.
    """
    if not isinstance(raw, dict):
        refuse([((), f"must be one JSON object, not {clip(raw)}; publish each event of a list by itself")])
    if findings := list(unsafe(raw)):
        refuse(findings)
    given = {name: value for name, value in raw.items() if value is not None}
    findings = list(_envelope(given))
    event: Fact | None = None
    if flat := _flatten(given, findings):
        event = _validate(flat, findings)
    if findings or event is None:
        refuse(findings)
    return cast("Inbound", event)


def kind_of(name: object) -> str:
    """The kind that a `type` names: `invoice.issued`, or a reverse-DNS name that ends in `invoice.issued.v1`.

    Raises:
        ValueError: in words for a finding.
    """
    if not isinstance(name, str):
        raise ValueError(f"{clip(name)} must be text; write {_EXPECTED['type']}")
    versioned = _VERSIONED.match(name)
    short = ".".join((versioned["name"] if versioned else name).split(".")[-2:])
    if short in INTERNAL:
        raise ValueError(f"{clip(name)} is observed by the system itself and never taken from outside; leave it out")
    if short not in KINDS:
        near = closest(short, KINDS)
        raise ValueError(f"{clip(name)} {unknown(short, KINDS if near is None else [near])}")
    if versioned and int(versioned["number"]) != KINDS[short].schema_number:
        raise ValueError(f"{clip(name)} has another version; this program reads v{KINDS[short].schema_number}")
    if not versioned and name != short:
        raise ValueError(f"{clip(name)} has no version; write {clip(name + '.v1')} or {clip(short)}")
    return short


def _envelope(given: Mapping[str, Any]) -> Iterator[Finding]:
    is_cloud_event = "specversion" in given
    if is_cloud_event and given["specversion"] != "1.0":
        yield ("specversion",), f'{clip(given["specversion"])} is another version of CloudEvents; write "1.0"'
    yield from _attributes(given, is_cloud_event=is_cloud_event)
    required = [name for name in _EXPECTED if name != "source" or is_cloud_event]
    yield from (((name,), f"is missing; add {_EXPECTED[name]}") for name in required if name not in given)
    if "type" in given:
        try:
            kind_of(given["type"])
        except ValueError as words:
            yield ("type",), str(words)
    if "data" in given and not isinstance(given["data"], dict):
        yield ("data",), f"{clip(given['data'])} must be an object with the facts, not text or a list"
    content = given.get("datacontenttype", "application/json")
    if not isinstance(content, str) or not _JSON_TYPE.match(content):
        yield ("datacontenttype",), f'{clip(content)} cannot be read; send "application/json"'


def _attributes(given: Mapping[str, Any], *, is_cloud_event: bool) -> Iterator[Finding]:
    """Names that do not belong to an envelope; CloudEvents allows extensions, the short form does not."""
    for name in given.keys() - _OWN - _STANDARD - _EXTENSIONS:
        near = closest(name, _OWN - given.keys())
        if name == "data_base64":
            yield (name,), 'is not read; send the facts as a JSON object in "data"'
        elif not is_cloud_event:
            yield (name,), unknown(name, _OWN - given.keys()) + "; facts belong in /data"
        elif near is not None:
            yield (name,), f"is unknown; did you mean {clip(near)}?"
        elif not _EXTENSION_NAME.match(name):
            yield (name,), "is no attribute of CloudEvents (at most 20 of a-z and 0-9); facts belong in /data"


def _flatten(given: Mapping[str, Any], findings: list[Finding]) -> _Flat | None:
    """The event's fields in one table; None where the kind or the data cannot be read at all."""
    data = given.get("data")
    if not isinstance(data, dict) or any(path == ("type",) for path, _ in findings):
        return None
    if "type" not in given:
        return None
    misplaced = _RESERVED.keys() & data.keys()
    findings += [(("data", name), f"belongs to the envelope; move it to /{_RESERVED[name]}") for name in misplaced]
    fields = {name: value for name, value in data.items() if name not in misplaced}
    outside = {field: given[name] for name, field in _FIELDS.items() if name in given}
    if "creditor" in outside and fields.get("creditor", outside["creditor"]) != outside["creditor"]:
        findings.append((("creditor",), f"{clip(outside['creditor'])} differs from /data/creditor; keep one"))
    return _Flat(KINDS[kind_of(given["type"])], fields | outside)


def _validate(flat: _Flat, findings: list[Finding]) -> Fact | None:
    """The event; what its model refuses is added to `findings`."""
    model, fields = flat
    try:
        event = model.model_validate_json(json.dumps(fields))
    except ValidationError as error:
        schema = model.model_json_schema()
        for detail in error.errors():
            path = _place(detail["loc"], detail["input"], str(detail.get("ctx", {}).get("error", "")))
            unused = set(fields_at(schema, path[:-1])) - keys_at(fields, path[:-1]) - _RESERVED.keys()
            example = _example(model, path) if detail["type"] == "missing" else ""
            findings.append((_outside(path), problem(detail, unused) + example))
        return None
    except ArithmeticError:
        findings.append((("data",), "holds an amount out of range; write decimal strings such as '1250.00'"))
        return None
    findings += [(_outside(path), words) for path, words in loose(event, fields)]
    return event


def _place(path: Path, value: object, words: str) -> Path:
    """Where a finding lies; one about a whole object begins with the name of the field it blames."""
    first = words.split(" ", 1)[0]
    return (*path, first) if isinstance(value, dict) and first in value else path


def _outside(path: Path) -> Path:
    """The path in the envelope of a path in the event."""
    back = {field: name for name, field in _FIELDS.items()}
    if path and path[0] in back:
        return (back[str(path[0])], *path[1:])
    return ("data", *path)


def _example(model: type[Fact], path: Path) -> str:
    """What the example of this kind has at `path`, if it has it."""
    value: Any = EXAMPLES[model.model_fields["kind"].default]["data"]
    for part in path:
        if isinstance(part, int):
            value = value[0] if isinstance(value, list) and value else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return "" if value is None else f", for example {clip(value)}"
