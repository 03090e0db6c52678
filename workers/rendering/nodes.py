"""What a rendered letter is made of, before it becomes text, HTML or PDF.

Values are plain strings in these nodes: each writer escapes for its own language, so a name can never become markup.
"""

import re
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

#: Where a link may lead; nothing in it can end an attribute.
_ADDRESS: Final = re.compile(r"(?:https?://|mailto:)[^\s<>\"'\\]+\Z")

Align: TypeAlias = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style; a line feed alone is a line break."""

    text: str
    style: Literal["plain", "strong", "emphasis"] = "plain"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of runs."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; each item is a line of runs."""

    items: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labels and values, such as the references of one invoice or the means of payment.

    Attributes:
        title: empty where the text above says it.
        strong: labels of the values to set off.
        link: address behind the value of the same label, http or https.
    """

    title: str
    rows: tuple[tuple[str, str], ...]
    strong: frozenset[str] = frozenset()
    link: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of short values; `total` is its last row, set off.

    Attributes:
        aligns: one a column.
        stacked: columns (from 0) that a narrow screen shows under the first one instead of beside it.
        apart: whether it begins on a page of its own.
    """

    title: str
    heads: tuple[str, ...]
    aligns: tuple[Align, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] | None = None
    stacked: frozenset[int] = field(default_factory=frozenset)
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that belong together: the signature, or the instant of the figures."""

    lines: tuple[str, ...]
    role: Literal["signature", "situation"]


@dataclass(frozen=True, slots=True)
class Choices:
    """Answers to choose from, one a line: links where the reader can follow them, labels on paper.

    Attributes:
        items: label and address (http, https or mailto) of each; an address may be None.
    """

    items: tuple[tuple[str, str | None], ...]

    def __post_init__(self) -> None:
        for label, address in self.items:
            if address is not None and not _ADDRESS.match(address):
                raise ValueError(f"the choice {label!r} leads to {address!r}; give an http(s) or mailto address")


@dataclass(frozen=True, slots=True)
class Transfer:
    """A SEPA credit transfer, filled in: what a bank's application reads from a code (EPC069-12, version 002).

    Attributes:
        beneficiary: at most 70 characters that every bank takes.
        iban: without spaces, its check digits verified.
        cents: euro cents, 1 to 99,999,999,999.
        reference: unstructured, at most 140 characters that every bank takes.
    """

    beneficiary: str
    iban: str
    bic: str | None
    cents: int
    reference: str


@dataclass(frozen=True, slots=True)
class Slip:
    """How to pay: labels and values in a message; on paper a slip to detach, with a code to scan.

    Attributes:
        pairs: everything a person types into a transfer; its link is where to pay on line.
        heading: of the slip on paper.
        payer: label and name of who pays.
        transfer: None where no code can say it: nothing to pay, another currency, an amount out of range.
        hint: beside the code, or how to do without it.
        button: what the link is called as a button, and the words before its address in full.
    """

    pairs: Pairs
    heading: str
    payer: tuple[str, str]
    transfer: Transfer | None
    hint: str
    button: tuple[str, str]


Node: TypeAlias = Paragraph | Bullets | Pairs | Table | Lines | Choices | Slip
