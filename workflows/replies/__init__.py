"""What debtors write back, read by rules and a learnt table: pure, in French and English, with the words for it."""

from workflows.replies.kinds import ReplyKind
from workflows.replies.own_words import own_words
from workflows.replies.reading import CONFIDENT, Reading, read_reply

__all__ = ["CONFIDENT", "Reading", "ReplyKind", "own_words", "read_reply"]
