"""The names a template may print, and the type of each, read off the models themselves: nothing to keep in step."""

from functools import cache, cached_property
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from workers.rendering.words import Words
from workflows.invoice import Contact, Creditor, Debtor

#: The type of what has none that is known, such as an argument of a phrase.
UNKNOWN: Final = object()
#: What a template sees by name; `p`, the phrases, is only called.
ROOTS: Final[dict[str, Any]] = {
    "f": Words, "creditor": Creditor, "debtor": Debtor, "contact": Contact, "next_code": str, "tone": int,
    "pay_url": str, "reference": str,
}  # fmt: skip

#: What the words are made with, and not of.
_INNER: Final = frozenset({"facts", "formats", "money", "plain_money", "model_config", "model_fields"})


def members_of(owner: Any) -> dict[str, Any]:  # noqa: ANN401 - a type, as annotations have it
    """The readable attributes of a type, with their types; none for a text or a number."""
    kind = _one_of(owner)
    return _members(kind) if isinstance(kind, type) and kind.__module__.startswith(("workers.", "workflows.")) else {}


def elements_of(owner: Any) -> Any:  # noqa: ANN401 - as above
    """What a tuple holds, None for anything else."""
    kind = _one_of(owner)
    return get_args(kind)[0] if get_origin(kind) is tuple else None


@cache
def _members(kind: type) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in reversed(kind.__mro__):
        if not each.__module__.startswith(("workers.", "workflows.")):
            continue
        if not issubclass(each, BaseModel):
            found |= get_type_hints(each)
        for name, value in vars(each).items():
            if isinstance(value, cached_property | property):
                read = value.func if isinstance(value, cached_property) else value.fget
                found[name] = get_type_hints(read).get("return", UNKNOWN)
    if issubclass(kind, BaseModel):
        found |= {name: info.annotation for name, info in kind.model_fields.items()}
    return {name: value for name, value in found.items() if not name.startswith("_") and name not in _INNER}


def _one_of(owner: Any) -> Any:  # noqa: ANN401 - as above
    """The type itself where None is possible, too."""
    if get_origin(owner) in (Union, UnionType):
        known = [each for each in get_args(owner) if each is not NoneType]
        return known[0] if len(known) == 1 else UNKNOWN
    return owner
