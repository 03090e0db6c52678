"""A letter on A4: facts go to the layout as JSON, so that no name can become markup."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from workers.rendering.colours import readable
from workers.rendering.formats import FORMATS, phone_text, siren_text
from workers.rendering.layouts import LETTER, layout
from workers.rendering.logo import logo_of
from workers.rendering.nodes import Bullets, Choices, Lines, Node, Pairs, Paragraph, Run, Slip, Table
from workers.rendering.shared_blocks import postal_lines
from workers.rendering.transfer_code import svg_of
from workers.rendering.typesetter import images_of, pdf_of
from workflows.invoice import PROVEN, Channel
from workflows.wording import LetterFacts

#: Not printed as words.
_LITERAL: Final = frozenset({"logo", "code", "link"})
#: Words that no line could hold; an address of a page already breaks at its slashes, and is copied by hand or by mouse.
_ENDLESS: Final = re.compile(r"https?://\S+|\S{31,}")
_ENDLESS_PART: Final = re.compile(r"[^\s/?&=._-]{46,}")
#: Words that a column of a table should not have to hold.
_LONG: Final = re.compile(r"\S{25,}")
_PIECES, _ZERO_WIDTH = re.compile(r".{1,8}"), "\u200b"


def letter_pdf(letter: Mapping[str, Any], facts: LetterFacts, layouts: Path | None = None) -> bytes:
    """The letter as a PDF/A; the same facts give the same bytes.

    Args:
        letter: from `on_paper`.
        facts: of the same letter; their instant is the file's.
        layouts: the creditor's folder, for a `letter.typ` of its own.

    Raises:
        TemplateProblem: the layout is at fault, or asks for a file outside its folder.
    """
    return pdf_of(layout(LETTER, layouts), letter, int(facts.situation_at.timestamp()))


def letter_images(
    letter: Mapping[str, Any], layouts: Path | None = None, *, pixels_per_inch: float = 96
) -> tuple[bytes, ...]:
    """The same pages as PNG images.

    Raises:
        TemplateProblem: as `letter_pdf`.
    """
    return images_of(layout(LETTER, layouts), letter, pixels_per_inch)


def on_paper(facts: LetterFacts, subject: str, nodes: tuple[Node, ...], labels: Mapping[str, str]) -> dict[str, Any]:
    """Everything that a layout prints: `nodes`, `slips`, and what stands around them."""
    body = {
        "nodes": [_node(node) for node in nodes if not isinstance(node, Slip)],
        "slips": [_slip(node) for node in nodes if isinstance(node, Slip)],
    }
    letter: dict[str, Any] = _breakable({**_frame(facts, subject, labels), **body})
    return letter


def _frame(facts: LetterFacts, subject: str, labels: Mapping[str, str]) -> dict[str, Any]:
    creditor, logo = facts.creditor, logo_of(facts.creditor)
    day = FORMATS[facts.language].day(facts.today)
    return {
        "language": facts.language,
        "colour": creditor.colour,
        "ink": readable(creditor.colour),
        "logo": logo.svg if logo else "",
        "sender": [creditor.name, *postal_lines(creditor.address)],
        "sender_contact": [labels["phone"].format(phone=phone_text(creditor.phone)), creditor.email],
        "imprint": _imprint(facts, labels),
        "recipient": recipient_lines(facts, labels),
        "mention": labels[facts.channel] if facts.channel in PROVEN else "",
        "place_date": labels["place_date"].format(city=creditor.address.city, day=day),
        "subject": subject,
        "object": labels["object"].format(subject=subject),
        "page": labels["page"],
    }


def recipient_lines(facts: LetterFacts, labels: Mapping[str, str]) -> list[str]:
    """Lines of the address window; a person who has the addressee's own name is not repeated.

    An electronic letter shows where it was sent, too.
    """
    contact = facts.contact
    named = " ".join(part for part in (contact.civility, contact.name) if part and contact.name)
    attention = [labels["attention"].format(name=named)] if named and contact.name != facts.addressee else []
    reached_at = [str(contact.email)] if facts.channel is Channel.LRE else []
    return [facts.addressee, *attention, *postal_lines(contact.address), *reached_at]


def _imprint(facts: LetterFacts, labels: Mapping[str, str]) -> str:
    """Who the creditor is in law, at the foot of every page."""
    creditor = facts.creditor
    siren = labels["siren"].format(siren=siren_text(creditor.siren)) if creditor.siren else ""
    parts = (creditor.name, creditor.legal_form, siren, ", ".join(postal_lines(creditor.address)))
    return " – ".join(part for part in parts if part)


def _node(node: Node) -> dict[str, Any]:
    match node:
        case Paragraph(runs):
            return {"kind": "paragraph", "runs": _runs(runs)}
        case Bullets(items):
            return {"kind": "bullets", "items": [_runs(item) for item in items]}
        case Pairs(title, rows, strong):
            return {"kind": "pairs", "title": title, "rows": rows, "strong": sorted(strong)}
        case Table(title, heads, aligns, rows, total):
            shape = {"title": title, "heads": heads, "aligns": aligns, "apart": node.apart}
            tight = [[_LONG.sub(_broken, cell) for cell in row] for row in rows]
            return {"kind": "table", **shape, "rows": tight, "total": total or []}
        case Lines(lines, role):
            return {"kind": role, "lines": lines}
        case Choices(items):
            return {"kind": "choices", "labels": [label for label, _address in items]}
        case Slip():
            return _slip(node)


def _slip(slip: Slip) -> dict[str, Any]:
    return {
        "kind": "slip",
        "heading": slip.heading,
        "title": slip.pairs.title,
        "rows": [*slip.pairs.rows, slip.payer],
        "strong": sorted(slip.pairs.strong),
        "link": slip.pairs.link or [],
        "code": svg_of(slip.transfer) if slip.transfer else "",
        "hint": slip.hint,
    }


def _breakable(letter: Any, key: str = "") -> Any:  # noqa: ANN401 - JSON
    """Let words that no line could hold break: 200 letters without a space, a long address of a page."""
    match letter:
        case str() if key not in _LITERAL:
            return _ENDLESS.sub(_broken, letter)
        case dict():
            return {name: _breakable(value, name) for name, value in letter.items()}
        case list() | tuple():
            return [_breakable(value) for value in letter]
        case _:
            return letter


def _broken(word: re.Match[str]) -> str:
    if word[0].startswith(("http://", "https://")):
        return _ENDLESS_PART.sub(lambda part: _ZERO_WIDTH.join(_PIECES.findall(part[0])), word[0])
    return _ZERO_WIDTH.join(_PIECES.findall(word[0]))


def _runs(runs: tuple[Run, ...]) -> list[tuple[str, str]]:
    return [(run.style, run.text) for run in runs]
