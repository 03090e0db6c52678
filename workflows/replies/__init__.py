"""What debtors write back, read by rules: pure, in French and English, every decision with its words."""

from workflows.replies.kinds import ReplyKind
from workflows.replies.own_words import own_words
from workflows.replies.reading import CONFIDENT, Reading, read_reply

__all__ = ["CONFIDENT", "Reading", "ReplyKind", "own_words", "read_reply"]
