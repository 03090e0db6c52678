"""The contract of events: schema and example of each kind, reading from the wire, canonical form.

An event travels as a CloudEvents 1.0 envelope (structured mode), or as the same without `specversion`:
`{"type": …, "id": …, "time": …, "source": …, "data": {…}}`.
"""

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from enum import Enum
from hashlib import sha256
from typing import Any

from workflows.errors import BadEvent
from workflows.event_envelope import INTERNAL, KINDS, kind_of, read_event
from workflows.event_examples import EXAMPLES
from workflows.event_json import AMOUNT, decode
from workflows.events import Fact, Inbound

__all__ = [
    "EXAMPLES",
    "INTERNAL",
    "KINDS",
    "canonical",
    "content_hash",
    "parse_event",
    "read_event",
    "schema_of",
    "short_form",
]

_ENVELOPE = ("event_id", "source", "at", "kind")


def parse_event(data: bytes | str) -> Inbound:
    """Read one event as it travels.

    Args:
        data: JSON; bytes are UTF-8.

    Raises:
        BadEvent: with every finding, each with its JSON pointer, the value and the fix.
    """
    return read_event(decode(data))


def schema_of(kind: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of the `data` of one kind.

    Raises:
        BadEvent: no such kind; the finding names the nearest one.
    """
    try:
        kind = kind_of(kind)
    except ValueError as words:
        raise BadEvent((f"/type: {words}",)) from None
    schema = KINDS[kind].model_json_schema()
    for name in _ENVELOPE:
        schema["properties"].pop(name)
    schema["required"] = [name for name in schema.get("required", ()) if name not in _ENVELOPE]
    schema["title"] = f"{kind}.v{KINDS[kind].schema_number}"
    schema["examples"] = [EXAMPLES[kind]["data"]]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_with_amounts(schema)}


def short_form(event: Fact) -> dict[str, Any]:
    """`event` as it may be published again, without what has its default value."""
    dumped = event.model_dump(mode="json", exclude_defaults=True)
    data = {name: value for name, value in dumped.items() if name not in _ENVELOPE}
    kind = type(event).model_fields["kind"].default
    return {"type": kind, "id": event.event_id, "source": event.source, "time": dumped["at"], "data": data}


def canonical(event: Fact) -> bytes:
    """What `event` says, as stable JSON: without id and source, sets sorted, instants in UTC, defaults left out.

    Defaults are left out so that a field added later does not change what was said before.
    """
    said = event.model_dump(exclude={"event_id", "source"}, exclude_defaults=True)
    said["kind"] = type(event).model_fields["kind"].default
    return json.dumps(_stable(said), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def content_hash(event: Fact) -> str:
    """SHA-256 of the canonical form, in hexadecimal.

    The same source and id with the same hash is a duplicate; with another hash it is a conflict.
    """
    return sha256(canonical(event)).hexdigest()


def _with_amounts(node: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Amounts are texts on the wire: the bound on their number becomes a pattern."""
    if isinstance(node, list):
        return [_with_amounts(each) for each in node]
    if not isinstance(node, dict):
        return node
    said = {key: _with_amounts(below) for key, below in node.items()}
    if node.get("type") == "string" and ("gt" in node or node.get("title") == "Amount"):
        said.pop("gt", None)
        said["pattern"] = AMOUNT.pattern
    return said


def _stable(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _stable(below) for key, below in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(str(_stable(each)) for each in value)
    if isinstance(value, (list, tuple)):
        return [_stable(each) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
