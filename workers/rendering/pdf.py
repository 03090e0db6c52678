"""A letter on A4, by typst: facts go in as JSON, so that no name can become markup."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from typst import Compiler, Fonts, TypstError

from workers.rendering.errors import TemplateProblem
from workers.rendering.formats import FORMATS, phone_text
from workers.rendering.nodes import Bullets, Choices, Lines, Node, Pairs, Paragraph, Run, Table
from workers.rendering.shared_blocks import postal_lines
from workflows.invoice import Channel
from workflows.wording import LetterFacts

LAYOUT = Path(__file__).parents[2] / "templates" / "_layouts" / "letter.typ"
#: Archivable and with a tag for every heading and table, for screen readers.
STANDARD: Final = "a-2a"
_LOCK = Lock()


def letter_pdf(facts: LetterFacts, subject: str, nodes: tuple[Node, ...], labels: Mapping[str, str]) -> bytes:
    """The letter as a PDF/A; the same facts give the same bytes.

    Raises:
        TemplateProblem: the layout is at fault, or asks for a file outside its folder.
    """
    letter = {**_frame(facts, subject, labels), "nodes": [_node(node) for node in nodes]}
    try:
        with _LOCK:  # one compiler, with its fonts and caches, for all threads
            made = _compiler().compile(
                format="pdf",
                sys_inputs={"letter": json.dumps(letter)},
                pdf_standards=[STANDARD],
                timestamp=int(facts.situation_at.timestamp()),
            )
    except TypstError as error:
        raise TemplateProblem("_layouts/letter.typ", 0, str(error)) from error
    if not isinstance(made, bytes):
        raise TemplateProblem("_layouts/letter.typ", 0, "typst gave no PDF")
    return made


@cache
def _compiler() -> Compiler:
    return Compiler(input=LAYOUT, root=LAYOUT.parent, font_paths=Fonts(include_system_fonts=False))


def _frame(facts: LetterFacts, subject: str, labels: Mapping[str, str]) -> dict[str, Any]:
    """What stands around the body: sender, recipient, place and date, object, page numbers."""
    creditor = facts.creditor
    day = FORMATS[facts.language].day(facts.today)
    return {
        "language": facts.language,
        "colour": creditor.colour,
        "sender": [creditor.name, *postal_lines(creditor.address)],
        "sender_contact": [labels["phone"].format(phone=phone_text(creditor.phone)), creditor.email],
        "recipient": _recipient(facts, labels),
        "mention": labels["registered"] if facts.channel is Channel.REGISTERED else "",
        "place_date": labels["place_date"].format(city=creditor.address.city, day=day),
        "subject": subject,
        "object": labels["object"].format(subject=subject),
        "page": labels["page"],
    }


def _recipient(facts: LetterFacts, labels: Mapping[str, str]) -> list[str]:
    """Lines of the address window; a person who has the debtor's own name is not repeated."""
    contact = facts.contact
    named = " ".join(part for part in (contact.civility, contact.name) if part and contact.name)
    attention = [labels["attention"].format(name=named)] if named and contact.name != facts.debtor.name else []
    return [facts.debtor.name, *attention, *postal_lines(contact.address)]


def _node(node: Node) -> dict[str, Any]:
    match node:
        case Paragraph(runs):
            return {"kind": "paragraph", "runs": _runs(runs)}
        case Bullets(items):
            return {"kind": "bullets", "items": [_runs(item) for item in items]}
        case Pairs(title, rows, strong):
            return {"kind": "pairs", "title": title, "rows": rows, "strong": sorted(strong)}
        case Table(title, heads, aligns, rows, total):
            shape = {"title": title, "heads": heads, "aligns": aligns}
            return {"kind": "table", **shape, "rows": rows, "total": total or []}
        case Lines(lines, role):
            return {"kind": role, "lines": lines}
        case Choices(items):
            return {"kind": "choices", "labels": [label for label, _address in items]}


def _runs(runs: tuple[Run, ...]) -> list[tuple[str, str]]:
    return [(run.style, run.text) for run in runs]
