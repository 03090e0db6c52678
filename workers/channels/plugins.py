"""Providers that other packages bring: entry points of the group `relance.channels`.

Such a package declares, in its own pyproject.toml:

    [project.entry-points."relance.channels"]
    smoke = "smoke_signals:open_channel"

and `open_channel(channel, settings)` returns a `workers.channels.provider.Provider`; `settings` is the table
`[plugins.smoke]` of relance.toml.
"""

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any, Final, TypeAlias

from workers.channels.provider import Abilities, CanLookUp, Provider

GROUP: Final = "relance.channels"
#: Takes the channel (`sms`, `letter`…) and the plug-in's own table of settings.
Factory: TypeAlias = Callable[[str, Mapping[str, Any]], Provider]


class BadPlugin(Exception):
    """A plug-in that is not there, or does not do what it promises.

    Attributes:
        name: as the settings call it.
        fr: what is wrong, in French.
        en: the same in English.
    """

    def __init__(self, name: str, fr: str, en: str) -> None:
        super().__init__(name, fr, en)
        self.name, self.fr, self.en = name, fr, en

    def __str__(self) -> str:
        return f"plug-in {self.name}: {self.en}"


def known() -> list[str]:
    """Names of the plug-ins that are installed."""
    return sorted({each.name for each in entry_points(group=GROUP)})


def open_plugin(name: str, channel: str, settings: Mapping[str, Any]) -> Provider:
    """The provider of the plug-in `name` for `channel`.

    Raises:
        BadPlugin: it is not installed, cannot be opened, or is no provider.
    """
    found = list(entry_points(group=GROUP, name=name))
    if len(found) != 1:
        there = ", ".join(known()) or "–"
        raise BadPlugin(
            name,
            f"{len(found)} greffon(s) de ce nom dans le groupe {GROUP} ; installés : {there}",
            f"{len(found)} plug-in(s) of this name in the group {GROUP}; installed: {there}",
        )
    try:
        factory: Factory = next(iter(found)).load()
        provider = factory(channel, settings)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise BadPlugin(name, f"ne s’ouvre pas ({said})", f"cannot be opened ({said})") from error
    flaw = _flaw(provider)
    if flaw is not None:
        raise BadPlugin(name, f"n’est pas un canal : {flaw}", f"is no channel: {flaw}")
    return provider


def _flaw(provider: object) -> str | None:
    if not isinstance(provider, Provider) or not isinstance(provider.abilities, Abilities):
        return "name, abilities, send, check, close"
    if provider.abilities.look_up and not isinstance(provider, CanLookUp):
        return "abilities.look_up, look_up"
    return None
