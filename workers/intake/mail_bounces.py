"""Reports about messages of ours: what could not be delivered (RFC 3464), and complaints (RFC 5965)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Final, Literal

from workers.intake.mail_reading import Mail, content_of, inner_of, one_line, parameter_of

_ID: Final = re.compile(r"<[^<>\s]{1,318}>")
_STATUS: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
#: Mailbox full and the like: the address is good, the moment is not (RFC 3463, X.2.2).
_FULL: Final = ("2", "2")
#: Characters in which the id of a message of ours is looked for where the report has lost its form.
_SEARCHED: Final = 200_000
_DAEMON: Final = "mailer-daemon@"
#: A server's name, and that of the mailbox of a small company: whoever answers in a thread from it is a person.
_POSTMASTER: Final = "postmaster@"


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail server says about a message.

    Attributes:
        what: `hard` and `soft` as in `message.bounced`; `delivered` and `delayed` are good news, or none yet.
        code: the server's own, such as `5.1.1`.
        named: ids that may be that of the message, the surest first.
    """

    what: Literal["hard", "soft", "complaint", "delivered", "delayed"]
    code: str | None
    named: tuple[str, ...]


def report_in(mail: Mail) -> Report | None:
    """The report that a message is; None for a message that a person or another program wrote."""
    kind = parameter_of(mail.tree, "report-type")
    if is_formal(mail) and kind == "feedback-report":
        return Report("complaint", None, _named(mail))
    if (is_formal(mail) and kind in ("delivery-status", "")) or _is_a_servers(mail):
        what, code = _verdict(mail)
        return Report(what, code, _named(mail))
    return None


def _is_a_servers(mail: Mail) -> bool:
    return mail.sender.startswith(_DAEMON) or (mail.sender.startswith(_POSTMASTER) and not mail.named)


def is_formal(mail: Mail) -> bool:
    """Whether a message has the form of a report (RFC 6522)."""
    return mail.tree.get_content_type() == "multipart/report"


def plain_report(mail: Mail, *, is_automatic: bool) -> Report | None:
    """What came to the address of a message's bounces without the form of a report: old servers write plain text.

    Absences come there, too (RFC 3834), and so may an answer by a program that takes the wrong address: both are what
    they are anywhere else. Without a code of RFC 3463 it is soft.

    Args:
        mail: what came.
        is_automatic: whether a program wrote it to say that somebody is away, or the like.
    """
    is_a_servers = _is_a_servers(mail) or "x-failed-recipients" in mail.headers
    if is_automatic and not is_a_servers:
        return None
    if mail.named and not is_a_servers and mail.headers.get("return-path") != "<>":
        return None
    found = _STATUS.search(mail.text[:_SEARCHED])
    is_hard = found is not None and found[1] == "5" and (found[2], found[3]) != _FULL
    return Report("hard" if is_hard else "soft", found[0] if found else None, _named(mail))


def _verdict(mail: Mail) -> tuple[Literal["hard", "soft", "delivered", "delayed"], str | None]:
    """From the fields of the report; from its text where they are missing, and never for good on a plain word alone."""
    fields = dict(_fields(mail.tree))
    action = fields.get("action", "").partition(" ")[0].lower()
    found = _STATUS.search(fields.get("status", "")) or _STATUS.search(fields.get("diagnostic-code", ""))
    found = found or _STATUS.search(mail.text[:_SEARCHED])
    code = found[0] if found else None
    if action in ("delivered", "relayed", "expanded"):
        return "delivered", code
    if action == "delayed":
        return "delayed", code
    if found is not None and (found[1] == "4" or (found[2], found[3]) == _FULL):
        return "soft", code
    return ("hard" if found is not None or is_formal(mail) else "soft"), code


def _fields(tree: Message) -> Iterator[tuple[str, str]]:
    """Fields of the delivery status, those of a recipient over those of the message."""
    for part in tree.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in inner_of(part):
            for name, value in block.items():
                yield name.lower(), one_line(value).rpartition(";")[2].strip() or one_line(value)


def _named(mail: Mail) -> tuple[str, ...]:
    """The id in the returned headers; else every id that stands anywhere in the report."""
    found: list[str] = []
    for part in mail.tree.walk():
        inner = inner_of(part)
        if part.get_content_type() == "message/rfc822" and inner:
            found += _ID.findall(one_line(inner[0].get("Message-ID", "")))
        elif part.get_content_type() == "text/rfc822-headers":
            text = (content_of(part) or b"").decode("utf-8", "replace")
            found += re.findall(r"(?im)^message-id:\s*(<[^<>\s]{1,318}>)", text)
    loose = _ID.findall(mail.raw[:_SEARCHED].decode("utf-8", "replace"))
    return tuple(dict.fromkeys([*found, *mail.named, *loose]))[:100]
