"""A letter as a document that a clerk can change in a word processor: the same nodes, in the same order as on paper."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from workers.rendering.colours import readable
from workers.rendering.formats import FORMATS, phone_text
from workers.rendering.logo import logo_of
from workers.rendering.nodes import Bullets, Choices, Lines, Node, Pairs, Paragraph, Run, Slip, Table
from workers.rendering.pdf import recipient_lines
from workers.rendering.shared_blocks import postal_lines
from workers.rendering.transfer_code import png_of
from workflows.invoice import PROVEN
from workflows.wording import LetterFacts

if TYPE_CHECKING:
    from docx.document import Document as DocumentType
    from docx.table import Table as WrittenTable
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph as Written
    from docx.text.run import Run as WrittenRun

#: On every office machine, or one of the same measures.
_FONT: Final = "Times New Roman"
_QUIET: Final = RGBColor(0x59, 0x61, 0x6E)
#: Millimetres from the left edge of the sheet: the margin, and the address.
_LEFT, _WINDOW = 25, 105


def letter_docx(facts: LetterFacts, subject: str, nodes: tuple[Node, ...], labels: Mapping[str, str]) -> bytes:
    """The letter as a .docx file on A4, its address in the window of a DL envelope; the same facts give the same text.

    Raises:
        TemplateProblem: the creditor's logo cannot be read any more.
    """
    document = _blank(facts)
    _head(document, facts, labels)
    heading = document.add_heading(labels["object"].format(subject=subject), level=1)
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(12), Pt(8)
    for node in sorted(nodes, key=lambda node: isinstance(node, Slip)):  # slips come last, as on paper
        _write(document, node)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _blank(facts: LetterFacts) -> "DocumentType":
    """A page of A4 with the letter's margins, language and type."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Mm(25), Mm(20), Mm(20), Mm(20)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(10.5)
    normal.paragraph_format.space_after = Pt(6)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), FORMATS[facts.language].locale.replace("_", "-"))
    normal.element.get_or_add_rPr().append(language)
    title = document.styles["Heading 1"]
    title.font.name, title.font.size = _FONT, Pt(11)
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # a theme's font would win over the name
        title.element.rPr.rFonts.attrib.pop(qn(f"w:{name}"), None)
    title.font.color.rgb = RGBColor(0, 0, 0)
    about = document.core_properties
    about.author, about.language = facts.creditor.name[:255], facts.language
    about.created = about.modified = facts.situation_at.replace(tzinfo=None)
    return document


def _head(document: "DocumentType", facts: LetterFacts, labels: Mapping[str, str]) -> None:
    """Sender, recipient in the window, place and date; the first two are held where they stand whatever is changed."""
    creditor = facts.creditor
    sender = _held(document.add_paragraph(), top=16)
    if logo := logo_of(creditor):
        image = logo.raster
        size = {"height": Mm(18)} if image.width * 18 < image.height * 60 else {"width": Mm(60)}
        sender.add_run().add_picture(BytesIO(image.content), **size)
        sender.add_run("\n")
    name = sender.add_run(creditor.name)
    name.bold, name.font.size = True, Pt(13)
    name.font.color.rgb = RGBColor.from_string(readable(creditor.colour)[1:].upper())
    reach = [labels["phone"].format(phone=phone_text(creditor.phone)), creditor.email]
    for line in (*postal_lines(creditor.address), *reach):
        sender.add_run(f"\n{line}").font.size = Pt(9)
    if facts.channel in PROVEN:
        _held(document.add_paragraph(), top=47, left=_WINDOW).add_run(labels[facts.channel]).bold = True
    _held(document.add_paragraph("\n".join(recipient_lines(facts, labels))), top=56, left=_WINDOW)
    day = FORMATS[facts.language].day(facts.today)
    dated = document.add_paragraph(labels["place_date"].format(city=creditor.address.city, day=day))
    dated.paragraph_format.left_indent = Mm(_WINDOW - _LEFT)
    dated.paragraph_format.space_before = Mm(66)  # below the window


def _held(line: "Written", *, top: int, left: int | None = None) -> "Written":
    """Hold a paragraph at a place of the sheet, in millimetres from its top and left."""
    frame = OxmlElement("w:framePr")
    width = 85 if left else 75
    for name, value in (
        *(("w", _twips(width)), ("hRule", "auto"), ("hSpace", "0"), ("wrap", "around")),
        *(("vAnchor", "page"), ("hAnchor", "page"), ("x", _twips(left or _LEFT)), ("y", _twips(top))),
    ):
        frame.set(qn(f"w:{name}"), value)
    line._p.get_or_add_pPr().insert(0, frame)  # noqa: SLF001 - python-docx has no name for it
    return line


def _twips(millimetres: int) -> str:
    return str(round(millimetres * 1440 / 25.4))


def _write(document: "DocumentType", node: Node) -> None:
    match node:
        case Paragraph(runs):
            _runs(document.add_paragraph(), runs)
        case Bullets(items):
            for item in items:
                _runs(document.add_paragraph(style="List Bullet"), item)
        case Choices(items):
            document.add_paragraph("\n".join(f"☐ {label}" for label, _address in items))
        case Pairs() as pairs:
            _grid(document, pairs)
        case Table() as table:
            _table(document, table)
        case Lines(lines, role):
            written = document.add_paragraph().add_run("\n".join(lines[:2] if role == "signature" else lines))
            written.italic = role == "situation"
        case Slip() as slip:
            _write_slip(document, slip)


def _write_slip(document: "DocumentType", slip: Slip) -> None:
    """The slip below a dashed line, its code on the right."""
    cut = _title(document, slip.heading)
    cut.paragraph_format.space_before = Mm(8)
    _lined(cut._p.get_or_add_pPr(), "w:pBdr", {"top": "dashed"})  # noqa: SLF001 - python-docx has no name for it
    _title(document, slip.pairs.title)
    frame = document.add_table(rows=1, cols=2)
    _widen(frame, (120, 45))
    left, right = frame.rows[0].cells
    _fill(left, (*slip.pairs.rows, slip.payer), slip.pairs.strong)
    beside = right.paragraphs[0]
    beside.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if slip.transfer:
        beside.add_run().add_picture(BytesIO(png_of(slip.transfer)), width=Mm(34))
        beside.add_run("\n")
    beside.add_run(slip.hint).font.size = Pt(8)


def _fill(cell: "_Cell", rows: tuple[tuple[str, str], ...], strong: frozenset[str]) -> None:
    """Labels and values, one a line, in one cell."""
    for at, (label, value) in enumerate(rows):
        line = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
        line.paragraph_format.space_after = Pt(1)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(38))
        line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Mm(38), Mm(-38)
        _small(line, f"{label}\t", quiet=True)
        _small(line, value).bold = label in strong


def _grid(document: "DocumentType", node: Pairs) -> None:
    if node.title:
        _title(document, node.title)
    table = document.add_table(rows=len(node.rows), cols=2)
    _widen(table, (40, 125))
    for (label, value), row in zip(node.rows, table.rows, strict=True):
        left, right = row.cells
        _small(left.paragraphs[0], label, quiet=True)
        _small(right.paragraphs[0], value).bold = label in node.strong
    _tighten(document)


def _table(document: "DocumentType", node: Table) -> None:
    """One row a row, the head repeated on every page."""
    if node.title:
        _title(document, node.title)
    rows = [node.heads, *node.rows, *([node.total] if node.total else [])]
    table = document.add_table(rows=len(rows), cols=len(node.heads))
    _widen(table, (125, 40) if len(node.heads) == 2 else (165 / len(node.heads),) * len(node.heads))  # noqa: PLR2004
    _lined(table._tbl.tblPr, "w:tblBorders", {"insideH": "single", "bottom": "single"})  # noqa: SLF001 - see above
    head = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no name for it
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    head.append(repeat)
    for at, (texts, row) in enumerate(zip(rows, table.rows, strict=True)):
        for text, cell, side in zip(texts, row.cells, node.aligns, strict=True):
            line = cell.paragraphs[0]
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT if side == "right" else WD_ALIGN_PARAGRAPH.LEFT
            _small(line, text).bold = at == 0 or (node.total is not None and at == len(rows) - 1)
    _tighten(document)


def _widen(table: "WrittenTable", millimetres: Sequence[float]) -> None:
    """Give columns their widths; word processors read them at the columns or at the cells."""
    table.autofit = False
    for column, width in zip(table.columns, millimetres, strict=True):
        column.width = Mm(round(width))
        for cell in column.cells:
            cell.width = Mm(round(width))


def _lined(properties: Any, tag: str, sides: Mapping[str, str]) -> None:  # noqa: ANN401 - lxml's elements have no types
    """Draw thin lines at `sides`, each `single` or `dashed`."""
    borders = OxmlElement(tag)
    for side, kind in sides.items():
        border = OxmlElement(f"w:{side}")
        for name, value in (("val", kind), ("sz", "4"), ("space", "4"), ("color", "9AA2AE")):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    before = ("w:tblLayout", "w:tblLook", "w:spacing", "w:ind", "w:jc", "w:rPr")
    properties.insert_element_before(borders, *before)


def _title(document: "DocumentType", title: str) -> "Written":
    line = document.add_paragraph()
    line.paragraph_format.keep_with_next = True
    _small(line, title, quiet=True).bold = True
    return line


def _small(line: "Written", text: str, *, quiet: bool = False) -> "WrittenRun":
    run = line.add_run(text)
    run.font.size = Pt(9)
    line.paragraph_format.space_after = Pt(2)
    if quiet:
        run.font.color.rgb = _QUIET
    return run


def _tighten(document: "DocumentType") -> None:
    """A word processor wants a paragraph after a table; this one is as small as can be."""
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _runs(line: "Written", runs: tuple[Run, ...]) -> None:
    for run in runs:
        written = line.add_run(run.text)
        written.bold, written.italic = run.style == "strong", run.style == "emphasis"
