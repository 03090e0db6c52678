"""What an HTTP exchange with a provider that did not end in a readable acceptance means for the message.

Everything turns on one moment: the request has left whole. Before it, the provider has nothing; after it, only its own
clear words count.

==========================================  =====================================================================
what happened                               outcome, and why
==========================================  =====================================================================
no such host, refused, TLS, time-out while  TryLater: nothing was said
connecting, no free connection
the connection breaks or falls silent       InDoubt: it may have read enough
while writing or reading
2xx, not JSON or without its identifier     InDoubt: a proxy's page, or the provider's answer cut short
3xx                                         TryLater, in 5 min: the address in our settings
400, 409, 410, 413, 415, 422                Refused; the provider's own code tells whether the number is bad
401, 402, 403, 404, 405, 407                TryLater, in 5 min: our key, our credit, our settings
408, 421, 425, 429, 503                     TryLater, when the provider says, if it does: it has not taken it
500, 502, 504, any other                    InDoubt: it, or a gateway before it, failed at an unknown moment
==========================================  =====================================================================
"""

import ssl
from collections.abc import Mapping
from typing import Final

import httpx

from workers.channels.base import ChannelError, InDoubt, Refused, TryLater

OUR_SETTINGS_S: Final = 300
"""Seconds before a new attempt when a person has to change a setting, or to buy credit, first."""

_UNREACHABLE_S: Final = 60
_LONGEST_WAIT_S: Final = 86_400
_FOR_NOW: Final = frozenset({408, 421, 425, 429, 503})
_OURS: Final = frozenset({401, 402, 403, 404, 405, 407})
_REFUSALS: Final = frozenset({400, 409, 410, 413, 415, 422})
_NOTHING_SAID: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
#: Headers that say how many seconds to wait; the second is Brevo's.
_WAITS: Final = ("retry-after", "x-sib-ratelimit-reset")
_SHOWN: Final = 200


def outcome_of_break(error: httpx.HTTPError) -> ChannelError:
    """The first half of the table: no answer came."""
    words = f"{type(error).__name__}: {' '.join(str(error).split()) or 'no words'}"
    if isinstance(error, _NOTHING_SAID):
        is_tls = isinstance(error.__cause__, ssl.SSLError) or "CERTIFICATE" in str(error)
        return TryLater("tls" if is_tls else "no-connection", words, _UNREACHABLE_S)
    return InDoubt("timeout" if isinstance(error, httpx.TimeoutException) else "closed", words)


def outcome_of_status(
    status: int, text: str, headers: Mapping[str, str], *, address_is_bad: bool = False
) -> ChannelError:
    """The second half: an answer that is no acceptance.

    Args:
        status: of the answer; 2xx only if its body cannot be read as an acceptance.
        text: the provider's words, or what could be read of its page.
        headers: of the answer; their names in any case.
        address_is_bad: the provider's own code blames the number or the address.
    """
    words = _plain(text)
    if status in _FOR_NOW:
        return TryLater(str(status), words, wait_of(headers))
    if status in _OURS or 300 <= status <= 399:  # noqa: PLR2004 - redirections
        return TryLater(str(status), words, OUR_SETTINGS_S)
    if status in _REFUSALS:
        return Refused(str(status), words, address_is_bad)
    return InDoubt(str(status), words)


def wait_of(headers: Mapping[str, str]) -> int | None:
    """Seconds that the provider asks us to wait, at most a day; None if it does not say so in seconds."""
    given = {name.lower(): value.strip() for name, value in headers.items()}
    for name in _WAITS:
        if given.get(name, "").isascii() and given.get(name, "").isdigit():
            return min(int(given[name]), _LONGEST_WAIT_S)
    return None


def _plain(text: str) -> str:
    """One line of at most a few words; what breaks a terminal or a log is left out."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line[:_SHOWN] or "no words"
