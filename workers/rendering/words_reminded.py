"""The reminders before a letter, in words: on which days, by which way, and whether the debtor said anything since."""

from functools import cached_property

from workers.rendering.formats import Formats
from workflows.invoice import SHEETS, Channel
from workflows.wording import LetterFacts


class RemindedWords:
    """What a template may say of the reminders before its letter."""

    facts: LetterFacts
    formats: Formats

    @cached_property
    def reminded(self) -> str | None:
        """The days of the reminders before this one."""
        return self.formats.days(contact.on for contact in self.facts.reminders) or None

    @cached_property
    def reminded_count(self) -> int:
        """On how many days a reminder left."""
        return len({contact.on for contact in self.facts.reminders})

    @cached_property
    def answered(self) -> bool:
        """Whether the debtor said anything since."""
        return self.facts.is_answered

    @cached_property
    def reminded_by(self) -> str:
        """`message`, `letter` or `mixed`: what the reminders were."""
        channels = {contact.channel for contact in self.facts.reminders}
        if channels <= {Channel.EMAIL, Channel.SMS}:
            return "message"
        return "letter" if channels <= SHEETS else "mixed"
