"""The length and the price of text messages before any leaves, as people and programs read them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from workers.cli.invocation import Invocation
from workflows.invoice import Channel
from workflows.rehearsal import Planned
from workflows.sms import gsm_fold, sms_segments


@dataclass(frozen=True, slots=True)
class Length:
    """How a text is sent.

    Attributes:
        alphabet: `GSM-7` or `UCS-2`.
        segments: how many messages the operator pays for.
    """

    alphabet: str
    segments: int


def length_of(text: str) -> Length:
    """The length of `text` as it leaves: with what the GSM alphabet lacks and a reader does not miss replaced."""
    return Length(*sms_segments(gsm_fold(text.strip())))


def length_text(invocation: Invocation, length: Length) -> str:
    """One line: `1 segment, GSM-7, 0,065 €`."""
    price = invocation.settings.sms.price_per_segment
    many = "s" * (length.segments > 1)
    return f"{length.segments} segment{many}, {length.alphabet}, {euros_text(invocation, price, length.segments)}"


def euros_text(invocation: Invocation, price: Decimal | None, segments: int) -> str:
    """What so many segments cost, or that nobody said the price of one."""
    if price is None:
        return invocation.say("prix inconnu (sms.price_per_segment)", "of unknown price (sms.price_per_segment)")
    cost = f"{price * segments:f}"
    return invocation.say(f"{cost.replace('.', ',')} €", f"€{cost}")


@dataclass(frozen=True, slots=True)
class Expected:
    """The text messages that would leave; lengths are those of the example texts of each letter.

    Attributes:
        by_letter: messages and the length of one, by letter.
    """

    by_letter: dict[str, tuple[int, Length]]

    @property
    def messages(self) -> int:
        """How many."""
        return sum(count for count, _length in self.by_letter.values())

    @property
    def segments(self) -> int:
        """What is paid for."""
        return sum(count * length.segments for count, length in self.by_letter.values())


def expected(planned: Iterable[Planned]) -> Expected:
    """The text messages among `planned`; a letter that a creditor wrote has the length of the one that ships."""
    letters = Counter(each.letter for each in planned if each.channel is Channel.SMS)
    return Expected({letter: (count, _example(letter)) for letter, count in sorted(letters.items())} if letters else {})


def _example(letter: str) -> Length:
    from workers.rendering.catalogue import shipped  # noqa: PLC0415 - most rehearsals have no text message
    from workers.rendering.messages import render  # noqa: PLC0415
    from workflows.letter_examples import TONES, example  # noqa: PLC0415

    known = letter if letter in TONES else "first_reminder"
    return length_of(render(example(known, channel=Channel.SMS), shipped()).body)


def expected_text(invocation: Invocation, found: Expected) -> str:
    """One line: how many, how long, what they cost together."""
    cost = euros_text(invocation, invocation.settings.sms.price_per_segment, found.segments)
    return invocation.say(
        f"SMS : {found.messages}, {found.segments} segment(s) d’après les textes d’exemple, {cost}",
        f"Text messages: {found.messages}, {found.segments} segment(s) by the example texts, {cost}",
    )


def expected_json(invocation: Invocation, found: Expected) -> dict[str, object]:
    """The same for a program; amounts are decimal texts, None where nobody said a price."""
    price = invocation.settings.sms.price_per_segment
    return {
        "messages": found.messages, "segments": found.segments,
        "euros": None if price is None else f"{price * found.segments:f}",
        "letters": {
            letter: {"messages": count, "alphabet": length.alphabet, "segments": length.segments}
            for letter, (count, length) in found.by_letter.items()
        },
    }  # fmt: skip
