"""What comes back by e-mail: answers of debtors and reports of mail servers, about messages that the server kept."""

import email
import hashlib
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime, parseaddr
from typing import Final

from workers.demo.arrivals import MailArrives

#: Lines of ours that an answer quotes.
_QUOTED: Final = 3
_REPORT: Final = """\
From: MAILER-DAEMON@{server}
To: {sender}
Date: {date}
Message-ID: {message_id}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_report"

--=_report
Content-Type: text/plain; charset=us-ascii

The message could not be delivered to {recipient}: no such mailbox here.

--=_report
Content-Type: message/delivery-status

Reporting-MTA: dns; {server}

Final-Recipient: rfc822; {recipient}
Action: failed
Status: {code}
Diagnostic-Code: smtp; 550 {code} no such mailbox here

--=_report
Content-Type: text/rfc822-headers

From: {sender}
To: {recipient}
Message-ID: {returned}

--=_report--
"""


def written(mail: MailArrives, original: bytes) -> bytes:
    """The message, as the creditor's mail server receives it; the same for the same original.

    Args:
        mail: what it says.
        original: the message of ours that it is about.
    """
    ours = email.message_from_bytes(original, policy=default)
    assert isinstance(ours, EmailMessage)  # noqa: S101 - the policy makes no other
    return _report(ours, mail) if mail.kind == "bounce" else _answer(ours, mail)


def _answer(ours: EmailMessage, mail: MailArrives) -> bytes:
    """An answer in the thread: what is said, and the first lines of what is answered."""
    name, address = parseaddr(str(ours["To"]))
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Date"] = str(ours["To"]), str(ours["From"]), format_datetime(mail.at)
    answer["Message-ID"] = f"<{_digest(mail)}@{address.rpartition('@')[2]}>"
    answer["In-Reply-To"] = mail.answers
    answer["References"] = " ".join([*str(ours.get("References", "")).split(), mail.answers])
    if mail.kind == "absence":
        answer["Subject"], answer["Auto-Submitted"] = f"Absence : {ours['Subject']}", "auto-replied"
        answer.set_content(mail.text)
        return answer.as_bytes()
    answer["Subject"] = f"Re: {ours['Subject']}"
    answer.set_content(f"{mail.text}\n\n{name or address}\n\n{_quotation(ours, mail.at)}")
    return answer.as_bytes()


def _quotation(ours: EmailMessage, at: datetime) -> str:
    text = ours.get_body(("plain",))
    lines = [line for line in text.get_content().splitlines() if line.strip()] if isinstance(text, EmailMessage) else []
    head = f"Le {at:%d/%m/%Y}, {parseaddr(str(ours['From']))[0]} a écrit :"
    return "\n".join([head, *(f"> {line}" for line in lines[:_QUOTED])])


def _report(ours: EmailMessage, mail: MailArrives) -> bytes:
    """A report of a mail server that could not deliver (RFC 3464); the server's code is the text."""
    recipient, sender = (parseaddr(str(ours[name]))[1] for name in ("To", "From"))
    server = f"mx.{recipient.rpartition('@')[2]}"
    return _REPORT.format(
        server=server, recipient=recipient, sender=sender, date=format_datetime(mail.at), code=mail.text,
        message_id=f"<{_digest(mail)}@{server}>", returned=mail.answers,
    ).replace("\n", "\r\n").encode("ascii")  # fmt: skip


def _digest(mail: MailArrives) -> str:
    return hashlib.sha256(f"{mail.name}/{mail.answers}".encode()).hexdigest()[:24]
