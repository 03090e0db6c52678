"""What makes a PDF of a rendered letter: the project's own typesetter, and two others from the same nodes."""

import base64
import html
import io
from collections.abc import Callable, Iterator
from typing import Any

from workers.rendering.layouts import FONTS
from workers.rendering.messages import Rendered
from workers.rendering.nodes import Bullets, Choices, Lines, Node, Pairs, Paragraph, Run, Slip, Table
from workers.rendering.pdf import letter_pdf, on_paper
from workers.rendering.transfer_code import png_of

Maker = Callable[[Rendered], bytes]


def typst() -> Maker:
    """The project's own."""
    return lambda letter: letter_pdf(on_paper(letter.facts, letter.subject, letter.nodes, letter.labels), letter.facts)


def weasyprint() -> Maker:
    """HTML and CSS on A4, with one font configuration for all letters.

    Raises:
        OSError, ImportError: the package or the system's Pango is not there.
    """
    from weasyprint import CSS, HTML  # noqa: PLC0415 - an optional peer
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    fonts = FontConfiguration()
    faces = "".join(
        f'@font-face {{ font-family: L{family}; src: url("{(FONTS / file).as_uri()}"); font-weight: {weight} }}'
        for family, file, weight in (
            ("serif", "SourceSerif4-Regular.otf", 400),
            ("serif", "SourceSerif4-Semibold.otf", 600),
            ("sans", "SourceSans3-Regular.otf", 400),
            ("sans", "SourceSans3-Semibold.otf", 600),
        )
    )
    style = CSS(string=faces + _STYLE, font_config=fonts)

    def make(letter: Rendered) -> bytes:
        made: bytes = HTML(string=_page(letter)).write_pdf(stylesheets=[style], font_config=fonts)
        return made

    return make


def reportlab() -> Maker:
    """Flowing blocks placed by Python, in the fonts that every PDF reader has.

    Raises:
        ImportError: the package is not there.
    """
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415 - an optional peer
    from reportlab.lib.styles import getSampleStyleSheet  # noqa: PLC0415
    from reportlab.lib.units import mm  # noqa: PLC0415
    from reportlab.platypus import SimpleDocTemplate  # noqa: PLC0415

    style = getSampleStyleSheet()["BodyText"]

    def make(letter: Rendered) -> bytes:
        content = io.BytesIO()
        page = SimpleDocTemplate(
            content, pagesize=A4, leftMargin=25 * mm, rightMargin=20 * mm, topMargin=24 * mm, bottomMargin=24 * mm
        )
        frame = on_paper(letter.facts, letter.subject, (), letter.labels)
        page.build(list(_flow(frame, letter.nodes, style)))
        return content.getvalue()

    return make


MAKERS: dict[str, Callable[[], Maker]] = {"typst": typst, "weasyprint": weasyprint, "reportlab": reportlab}

_STYLE = """
@page { size: A4; margin: 24mm 20mm 24mm 25mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt Lsans } }
body { font: 10.5pt/1.4 Lserif; }
strong, h1 { font-weight: 600 }
h1 { font-size: 11pt }
table { width: 100%; border-collapse: collapse; font: 9.5pt Lsans; margin: 4mm 0 }
td, th { border-bottom: .4pt solid #ccc; padding: 1mm }
.window { margin: 20mm 0 10mm 80mm }
.slip { border-top: .6pt dashed #555 }
"""


def _page(letter: Rendered) -> str:
    frame = on_paper(letter.facts, letter.subject, (), letter.labels)
    window = "<br>".join(html.escape(line) for line in frame["recipient"])
    sender = "<br>".join(html.escape(line) for line in frame["sender"])
    body = "".join(_html(node) for node in letter.nodes)
    return f"<p>{sender}</p><p class=window>{window}</p><h1>{html.escape(frame['object'])}</h1>{body}"


def _html(node: Node) -> str:
    match node:
        case Paragraph(runs):
            return f"<p>{_marked(runs)}</p>"
        case Bullets(items):
            return "<ul>" + "".join(f"<li>{_marked(item)}</li>" for item in items) + "</ul>"
        case Choices(items):
            return "<ul>" + "".join(f"<li>{html.escape(label)}</li>" for label, _ in items) + "</ul>"
        case Pairs():
            return _html_rows(node.rows)
        case Table():
            heads = "".join(f"<th>{html.escape(head)}</th>" for head in node.heads)
            rows = [*node.rows, *([node.total] if node.total else [])]
            cells = "".join("<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in rows)
            return f"<table><thead><tr>{heads}</tr></thead>{cells}</table>"
        case Lines(lines):
            return "<p>" + "<br>".join(html.escape(line) for line in lines) + "</p>"
        case Slip():
            code = base64.b64encode(png_of(node.transfer)).decode() if node.transfer else ""
            return (
                f'<div class=slip>{_html_rows(node.pairs.rows)}<img width=130 src="data:image/png;base64,{code}"></div>'
            )


def _html_rows(rows: tuple[tuple[str, str], ...]) -> str:
    lines = (f"<tr><td>{html.escape(label)}</td><td>{html.escape(value)}</td></tr>" for label, value in rows)
    return "<table>" + "".join(lines) + "</table>"


def _marked(runs: tuple[Run, ...]) -> str:
    marks = {"strong": "b", "emphasis": "i"}
    return "".join(
        f"<{marks[run.style]}>{html.escape(run.text)}</{marks[run.style]}>"
        if run.style in marks
        else html.escape(run.text)
        for run in runs
    )


def _flow(frame: dict[str, Any], nodes: tuple[Node, ...], style: Any) -> Iterator[Any]:  # noqa: ANN401 - it has no types
    """What stands above the letter, then its nodes."""
    from reportlab.lib.units import mm  # noqa: PLC0415 - an optional peer
    from reportlab.platypus import Paragraph as Block  # noqa: PLC0415
    from reportlab.platypus import Spacer  # noqa: PLC0415

    for lines in (frame["sender"], frame["recipient"], [frame["object"]]):
        yield Block("<br/>".join(html.escape(line) for line in lines), style)
        yield Spacer(1, 8 * mm)
    for node in nodes:
        yield from _blocks(node, style)


def _blocks(node: Node, style: Any) -> Iterator[Any]:  # noqa: ANN401 - reportlab has no types
    from reportlab.platypus import Image  # noqa: PLC0415 - an optional peer
    from reportlab.platypus import Paragraph as Block  # noqa: PLC0415
    from reportlab.platypus import Table as Grid  # noqa: PLC0415

    match node:
        case Paragraph(runs):
            yield Block(_marked(runs), style)
        case Bullets(items):
            yield from (Block(_marked(item), style, bulletText="-") for item in items)
        case Choices(items):
            yield from (Block(html.escape(label), style) for label, _ in items)
        case Pairs():
            yield Grid(node.rows)
        case Table():
            yield Grid([node.heads, *node.rows, *([node.total] if node.total else [])], repeatRows=1)
        case Lines(lines):
            yield Block("<br/>".join(html.escape(line) for line in lines), style)
        case Slip():
            yield Grid(node.pairs.rows)
            if node.transfer:
                yield Image(io.BytesIO(png_of(node.transfer)), 100, 100)
