r"""What an SMTP dialogue that did not end in « 250 » means for the message.

Everything turns on one moment: the final dot. The whole body has left this process and the
connection still stands before the dot is written, so whatever happens earlier, the server cannot
have accepted the message. After it, only the server's own words count.

=====================  =================================================  ====================================
where                  what happened                                      outcome, and why
=====================  =================================================  ====================================
connect                no such host, refused, no route, time-out          TryLater: the network or the server
greeting, EHLO         any answer but 2xx, a break, silence, garbage      TryLater: it wants nobody just now
STARTTLS               not offered, refused, certificate not trusted      TryLater, in 5 min: our settings;
                                                                          nothing was said in clear
AUTH                   not offered, wrong password, any refusal           TryLater, in 5 min: our settings
MAIL FROM              4xx                                                TryLater
                       552, x.3.4: message too big                        Refused: it will stay too big
                       other 5xx (sender unknown, not allowed)            TryLater, in 5 min: our address or
                                                                          our rights, not the debtor's
RCPT TO                4xx (greylisting, mailbox busy)                    TryLater
                       5.1.0–5.1.6, 5.1.9, 5.1.10, 5.2.1, 5.4.1, 5.4.4,   Refused, the address is bad
                       5.4.6; or no such code and 501, 550, 551, 553, 556
                       5.1.7, 5.1.8 (sender), 5.5.x, 5.7.x (relay denied,  TryLater, in 5 min: many servers say
                       blocked, not allowed), 500, 502–504, 530, 535, 538  here what they have against *us*
                       552, 5.2.2 (full), 554 and all other 5xx           Refused, the address stands
MAIL FROM, RCPT TO     an address beyond ASCII, and no SMTPUTF8           Refused: this server never will
DATA                   4xx; 500, 502–504, 530, 535, 538                   TryLater
                       other 5xx                                          Refused, the address stands
the body               the connection breaks, or takes too long           TryLater: the dot was never written
the final dot          4xx                                                TryLater: the server says it has not
                       5xx                                                Refused; the address is bad only
                                                                          if the enhanced code says so
                       a break, silence, 1xx, 3xx, no SMTP at all         InDoubt
anywhere before        garbage, a break, silence                          TryLater; once at once if the
                                                                          connection was an old one
=====================  =================================================  ====================================

Enhanced codes: RFC 3463 and its registry. 556: RFC 7504.
"""

import re
import ssl
from enum import IntEnum

import aiosmtplib

from workers.channels.base import ChannelError, InDoubt, Refused, TryLater

OUR_SETTINGS_S = 300
"""Seconds before a new attempt when a person has to change a setting first."""

_UNREACHABLE_S = 60
_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_BAD_ADDRESS = frozenset(
    {(1, 0), (1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (1, 6), (1, 9), (1, 10), (2, 1), (4, 1), (4, 4), (4, 6)}
)
_BAD_ADDRESS_CODES = frozenset({501, 550, 551, 553, 556})
_NOT_UNDERSTOOD = frozenset({500, 502, 503, 504, 530, 535, 538})
_TOO_BIG = 552
_GOODBYE = 421


class Stage(IntEnum):
    """How far a dialogue has come; the comparison with `DOT` decides about doubt."""

    CONNECT = 1
    HELLO = 2
    TLS = 3
    LOGIN = 4
    MAIL = 5
    RCPT = 6
    DATA = 7
    BODY = 8
    DOT = 9


_WORDS = {
    Stage.CONNECT: "connecting",
    Stage.HELLO: "EHLO",
    Stage.TLS: "starting TLS",
    Stage.LOGIN: "logging in",
    Stage.MAIL: "MAIL FROM",
    Stage.RCPT: "RCPT TO",
    Stage.DATA: "DATA",
    Stage.BODY: "the body, before its final dot",
    Stage.DOT: "the final dot",
}


def outcome(stage: Stage, error: Exception) -> ChannelError:
    """The table above, for an error that the SMTP client or the network raised at `stage`."""
    if isinstance(error, aiosmtplib.SMTPResponseException) and _is_a_refusal(error.code):
        return _of_reply(stage, error.code, " ".join(error.message.split()))
    words = f"at {_WORDS[stage]}: {_told(error)}"
    if stage is Stage.DOT:
        return InDoubt(_kind(error), f"no clear answer after {_WORDS[stage]}: {_told(error)}")
    if stage is Stage.MAIL and isinstance(error, aiosmtplib.SMTPNotSupported):
        return Refused("smtputf8", words, address_is_bad=False)
    if stage in {Stage.TLS, Stage.LOGIN} and not is_a_break(error):
        return TryLater(_kind(error), words, OUR_SETTINGS_S)
    return TryLater(_kind(error), words, _UNREACHABLE_S if stage is Stage.CONNECT else None)


def is_a_break(error: Exception) -> bool:
    """Whether the connection is gone, so that a new one may serve better than this one."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return error.code == _GOODBYE
    return isinstance(error, aiosmtplib.SMTPServerDisconnected | TimeoutError | ConnectionError)


def leaves_the_connection_usable(error: Exception) -> bool:
    """Whether the server answered by the protocol and goes on listening."""
    return isinstance(error, aiosmtplib.SMTPResponseException) and _is_a_refusal(error.code) and error.code != _GOODBYE


def _is_a_refusal(code: int) -> bool:
    return 400 <= code <= 599  # noqa: PLR2004 - SMTP's two families of refusals


def _is_for_now(code: int) -> bool:
    return code < 500  # noqa: PLR2004


def _of_reply(stage: Stage, code: int, text: str) -> ChannelError:
    words = f"{text or 'no words'} (at {_WORDS[stage]})"
    if _is_for_now(code):
        return TryLater(str(code), words)
    if stage < Stage.MAIL:
        return TryLater(str(code), words, OUR_SETTINGS_S)
    if stage is Stage.MAIL:
        too_big = code == _TOO_BIG or _detail(text) == (3, 4)
        return (
            Refused(str(code), words, address_is_bad=False) if too_big else TryLater(str(code), words, OUR_SETTINGS_S)
        )
    if stage is Stage.RCPT:
        return _of_recipient(code, text, words)
    if code in _NOT_UNDERSTOOD and stage is Stage.DATA:
        return TryLater(str(code), words, OUR_SETTINGS_S)
    return Refused(str(code), words, stage is Stage.DOT and _detail(text) in _BAD_ADDRESS)


def _of_recipient(code: int, text: str, words: str) -> ChannelError:
    detail = _detail(text)
    about_us = detail is not None and (detail[0] in {5, 7} or detail in {(1, 7), (1, 8)})
    if about_us or (code in _NOT_UNDERSTOOD and detail not in _BAD_ADDRESS):
        return TryLater(str(code), words, OUR_SETTINGS_S)
    bad = code in _BAD_ADDRESS_CODES if detail is None else detail in _BAD_ADDRESS
    return Refused(str(code), words, bad)


def _detail(text: str) -> tuple[int, int] | None:
    """Subject and detail of the enhanced code, such as (1, 1) of « 5.1.1 no such user »."""
    found = _ENHANCED.match(text)
    return (int(found[2]), int(found[3])) if found else None


def _told(error: Exception) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    return "no answer in time" if isinstance(error, TimeoutError) else words


def _kind(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return "tls"
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return "garbage"
    if isinstance(error, aiosmtplib.SMTPServerDisconnected | ConnectionResetError | BrokenPipeError):
        return "closed"
    return "no-connection" if isinstance(error, OSError) else "settings"
