"""The answer to a reply: what a person approved, to whom it goes, and the thread that it belongs to."""

import re
from typing import Final

from workflows.errands import Errand
from workflows.invoice import Channel, Contact, Debtor
from workflows.known import Answer
from workflows.side_letters import REPLY_ANSWER
from workflows.wording_parts import AnswerPart

#: What mail programs put before a subject that is answered or handed on.
_PREFIXES: Final = re.compile(r"^(?:(?:re|ré|rép|aw|antw|rif|tr|fwd?)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_LONGEST_SUBJECT: Final = 190


def answer_of(errand: Errand) -> Answer | None:
    """The answer that a dispatch carries; None for any other letter."""
    if errand.template != REPLY_ANSWER:
        return None
    occasion = next((item.occasion for item in errand.case.letters if item.key == errand.key), None)
    return next((item for item in errand.case.answers if item.reply_id == occasion), None)


def part_of(errand: Errand) -> AnswerPart | None:
    """What the letter says of it."""
    answer = answer_of(errand)
    if answer is None:
        return None
    return AnswerPart(
        reply_id=answer.reply_id, text=answer.text, subject=subject_of(answer.subject or errand.case.invoice.number)
    )


def subject_of(subject: str) -> str:
    """The subject of an answer to a message: its own, after one `Re:`."""
    return f"Re: {_PREFIXES.sub('', subject).strip()[:_LONGEST_SUBJECT]}".strip()


def reader_of(errand: Errand, channel: Channel) -> Contact | None:
    """Whom the message goes to: who wrote, where that is an address of the debtor's contacts; else the usual one.

    Anybody can write from any address, so that nobody is told of a debt at an address that only a reply names.
    """
    answer = answer_of(errand)
    wrote = None if answer is None or answer.sender is None else _known_as(errand.debtor, answer.sender)
    return wrote or errand.debtor.contact_for(channel)


def thread_of(errand: Errand) -> tuple[str, ...]:
    """Messages before it, oldest first: the debtor's thread, and the reply itself; empty where that is not known."""
    answer = answer_of(errand)
    if answer is None or answer.in_reply_to is None:
        return ()
    return tuple(dict.fromkeys((*(each for each in answer.references if each != answer.in_reply_to),
                                answer.in_reply_to)))  # fmt: skip


def takes_documents(errand: Errand) -> bool:
    """Whether the invoices' documents go with the message: with a step of the ladder, or where a person says so."""
    answer = answer_of(errand)
    return errand.step is not None or (answer is not None and answer.attach_invoices)


def _known_as(debtor: Debtor, address: str) -> Contact | None:
    mine = tuple(item for item in debtor.contacts if (item.email or "").lower() == address.lower())
    return debtor.model_copy(update={"contacts": mine}).contact_for(Channel.EMAIL) if mine else None
