"""What we write back to a debtor who wrote to us."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from workflows.events.base import Fact
from workflows.invoice import Line, Ref
from workflows.plain_lines import LINES

#: RFC 5322 identifier of a message, as threads name it.
MessageId = Annotated[str, Field(max_length=250, pattern=r"^<[!-;=?A-~]+@[!-;=?A-~]+>$")]
#: What a person approved: paragraphs, lists and the blocks `[[invoices]]` and `[[payment]]`, as letters write them.
Approved = Annotated[str, Field(min_length=1, max_length=10_000, pattern=LINES)]


class ReplyAnswered(Fact):
    """A person approved an answer to a reply: it leaves once, by e-mail, in the debtor's own thread.

    Attributes:
        text: as it leaves, but for the blocks, which show the figures of the moment at which it leaves.
        by: who approved it.
        sender: who wrote the reply; the answer goes there only where it is an address of the debtor's contacts.
        subject: of the reply; the answer's is the same after `Re:`.
        in_reply_to: the Message-ID of the reply.
        references: the thread before it, oldest first.
        deadline_on: a day that the text grants; the next step waits for it.
        attach_invoices: whether the documents of the invoices go with it.
    """

    kind: Literal["reply.answered"] = "reply.answered"
    reply_id: Ref
    debtor_ref: Ref
    invoice_nos: tuple[Ref, ...] = Field(min_length=1)
    text: Approved
    by: Line
    sender: str | None = None
    subject: Line | None = None
    in_reply_to: MessageId | None = None
    references: tuple[MessageId, ...] = Field((), max_length=20)
    deadline_on: date | None = None
    attach_invoices: bool = False
