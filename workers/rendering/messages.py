"""From facts to a message: subject, text, HTML, SMS, call script and PDF, all of the same facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from workers.rendering import markdown
from workers.rendering.catalogue import Catalogue, Letter, shipped
from workers.rendering.errors import TemplateProblem
from workers.rendering.html import Envelope, html_of
from workers.rendering.images import InlineImage, inline_images
from workers.rendering.nodes import Node
from workers.rendering.pdf import letter_images, letter_pdf, on_paper
from workers.rendering.shared_blocks import shared_block
from workers.rendering.text import inline, text_of
from workers.rendering.words import Words, words
from workflows.invoice import SHEETS, Channel
from workflows.sms import gsm_fold
from workflows.wording import LetterFacts
from workflows.wording_checks import check_facts

#: How much of the letter a mail client shows beside the subject.
_PREVIEW_CHARACTERS = 110


@dataclass(frozen=True)
class Rendered:
    """One message in every form it can take.

    `render` has already written the form of the message's own channel; the others are written when asked for, from the
    same facts, and may raise `TemplateProblem` then.

    Attributes:
        layouts: the creditor's folder with a layout of its own, if it has one.
    """

    facts: LetterFacts
    letter: Letter
    words: Words
    labels: Mapping[str, str]
    layouts: Path | None = None

    @cached_property
    def subject(self) -> str:
        """One line; also the object of a posted letter."""
        return self._line("subject")

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The letter itself, which text, HTML and PDF are written from."""
        return self._nodes("body")

    @cached_property
    def text(self) -> str:
        """The whole letter as plain text."""
        return text_of(self.nodes, self.labels["colon"])

    @cached_property
    def html(self) -> str:
        """The letter as an e-mail's HTML, styles inlined, nothing fetched from anywhere."""
        about = Envelope(
            subject=self.subject,
            language=self.facts.language,
            creditor=self.facts.creditor.name,
            colour=self.facts.creditor.colour,
            preview=" ".join(self.text.split())[:_PREVIEW_CHARACTERS],
            images=self.inline_images,
        )
        return html_of(self.nodes, about, self.layouts)

    @cached_property
    def inline_images(self) -> tuple[InlineImage, ...]:
        """What the HTML shows and the e-mail carries: the logo, and the code of the transfer."""
        return inline_images(self.nodes, self.facts.creditor)

    @cached_property
    def sms(self) -> str:
        """A text of its own, in GSM-7 wherever the names allow it."""
        return gsm_fold(self._line("sms"))

    @cached_property
    def call(self) -> str:
        """What a person who calls needs, facts on top."""
        return text_of(self._nodes("call"), self.labels["colon"])

    @cached_property
    def letter_pdf(self) -> bytes:
        """The letter on A4, PDF/A."""
        return letter_pdf(self._paper, self.facts, self.layouts)

    @cached_property
    def letter_docx(self) -> bytes:
        """The letter on A4, for a word processor."""
        from workers.rendering.docx import letter_docx  # noqa: PLC0415 - only a person who edits a letter needs it

        return letter_docx(self.facts, self.subject, self.nodes, self.labels)

    def letter_images(self, pixels_per_inch: float = 96) -> tuple[bytes, ...]:
        """The pages of the PDF as PNG images."""
        return letter_images(self._paper, self.layouts, pixels_per_inch=pixels_per_inch)

    @cached_property
    def _paper(self) -> dict[str, object]:
        return on_paper(self.facts, self.subject, self.nodes, self.labels)

    @property
    def body(self) -> str:
        """What the message's own channel carries as text."""
        match self.facts.channel:
            case Channel.SMS:
                return self.sms
            case Channel.CALL:
                return self.call
            case _:
                return self.text

    def _nodes(self, section: str) -> tuple[Node, ...]:
        source = self._fill(section)
        try:
            return markdown.parse(source, lambda name: shared_block(name, self.words, self.labels))
        except KeyError as error:
            raise TemplateProblem(self.letter.path, 0, f"section {section!r}: there is no block [[{error}]]") from None
        except ValueError as error:
            raise TemplateProblem(self.letter.path, 0, f"section {section!r}: {error}") from None

    def _line(self, section: str) -> str:
        text = inline(markdown.runs(self._fill(section)))
        if not text:
            raise TemplateProblem(self.letter.path, 0, f"section {section!r} is empty")
        return text

    def _fill(self, section: str) -> str:
        return self.letter.fill(section, printable(self.facts, self.words))


def printable(facts: LetterFacts, words: Words) -> dict[str, object]:
    """What templates see, by name."""
    return {
        "f": words,
        "next_code": facts.next_step.value,
        "tone": facts.tone,
        "creditor": facts.creditor,
        "debtor": facts.debtor,
        "contact": facts.contact,
        "pay_url": facts.pay_url,
        "reference": facts.payment_reference,
    }


def render(facts: LetterFacts, catalogue: Catalogue | None = None) -> Rendered:
    """Write the message of `facts`; nothing is sent, and every fault of facts or template shows here.

    Args:
        facts: checked against what the letter needs.
        catalogue: the letters that ship, if not given.

    Raises:
        BadFacts: the facts are missing something or contradict each other.
        TemplateProblem: the letter does not exist, is not made for the channel, or its template is at fault.
    """
    chosen = catalogue or shipped()
    letter = chosen.letter(facts.letter, facts.language)
    if facts.channel not in letter.meta.carried_by:
        channels = ", ".join(sorted(letter.meta.channels))
        raise TemplateProblem(letter.path, 0, f"not made for channel {facts.channel}, only for {channels}")
    check_facts(facts, letter.meta.needs)
    rendered = Rendered(facts, letter, words(facts), chosen.labels[facts.language], chosen.layouts)
    for form in _FORMS[facts.channel]:
        getattr(rendered, form)
    return rendered


#: What a message by each channel consists of; written before anyone may claim it for sending.
_FORMS = {
    Channel.EMAIL: ("subject", "text", "html"),
    Channel.SMS: ("subject", "sms"),
    **dict.fromkeys(SHEETS, ("subject", "text", "letter_pdf")),
    Channel.CALL: ("subject", "call"),
}
