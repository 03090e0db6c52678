"""The contents of a call: parameters, forms, JSON; what cannot be read says which part and why."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

from workers.channels.receipts import REFERENCE
from workers.hooks.base import Call, Notice, Unreadable

Part = TypeVar("Part")
#: Parameters of one form; no provider sends nearly as many.
_MOST_FIELDS: Final = 1_000
_E164: Final = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)


def form_of(call: Call) -> list[tuple[str, str]]:
    """The parameters of a form, in its order; a name may stand twice.

    Raises:
        Unreadable: it is no form in UTF-8.
    """
    try:
        text = call.body.decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise Unreadable("body", call.body[:100], f"send a form in UTF-8 ({error})") from None


def objects_of(call: Call) -> Sequence[Mapping[str, Any]]:
    """The JSON objects of a body: one, or a list of them.

    Raises:
        Unreadable: it is neither.
    """
    try:
        found: object = json.loads(call.body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("body", call.body[:100], f"send JSON in UTF-8 ({error})") from None
    many: Sequence[object] = found if isinstance(found, list) else [found]
    objects = [each for each in many if isinstance(each, dict)]
    if not objects or len(objects) != len(many):
        raise Unreadable("body", call.body[:100], "send an object, or a list of objects")
    return objects


def each_of(parts: Sequence[Part], read: Callable[[Part], Iterable[Notice]], at: datetime) -> Iterator[Notice]:
    """What the parts of a call say; one that cannot be read does not hold the others up.

    Raises:
        Unreadable: it is the only part.
    """
    for part in parts:
        try:
            yield from list(read(part))
        except Unreadable as error:
            if len(parts) == 1:
                raise
            yield Notice(what="unread", at=at, text=str(error))


def reference_of(call: Call) -> str | None:
    """Our name for the message, from the address that we gave with it."""
    return dict(call.query).get(REFERENCE) or None


def needed(fields: Mapping[str, Any], name: str) -> str:
    """A field that must be there, as text.

    Raises:
        Unreadable: it is missing, or no text or number.
    """
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise Unreadable(name, value, "send a text or a number")
    return str(value)


def e164(value: object, name: str) -> str:
    """A telephone number as `+33612345678`; providers write it with `+`, with `00`, or bare.

    Raises:
        Unreadable: it is none.
    """
    bare = re.sub(r"[\s.\-()]", "", str(value))
    number = "+" + bare.removeprefix("+").removeprefix("00")
    if not _E164.fullmatch(number):
        raise Unreadable(name, value, "send a telephone number with its country, such as +33612345678")
    return number
