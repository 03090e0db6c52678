"""Many letters in one file for a printer, each on sheets of its own."""

import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from typst import Compiler, Fonts, TypstError

from workers.rendering.errors import TemplateProblem
from workers.rendering.layouts import FONTS, SHIPPED

_LAYOUT: Final = "batch.typ"
#: A page in a PDF that was made here; its objects are written in clear.
_PAGE: Final = re.compile(rb"/Type\s*/Page\b")


@dataclass(frozen=True, slots=True)
class Part:
    """One letter of the batch.

    Attributes:
        pdf: the letter, as it was made here.
        title: of its separator sheet.
        mark: shown in a frame, such as « DUPLICATA »; empty for none.
        rows: names and values on the separator sheet; none for no sheet.
    """

    pdf: bytes
    title: str = ""
    mark: str = ""
    rows: tuple[tuple[str, str], ...] = ()


def pages_of(pdf: bytes) -> int:
    """How many pages a letter of this program has."""
    return len(_PAGE.findall(pdf))


def merged(parts: Sequence[Part], *, title: str, language: str, at: int) -> bytes:
    """One PDF of all letters; every letter begins on the front of a sheet. The same letters give the same bytes.

    Args:
        parts: in the order in which they are printed.
        title: of the file.
        language: of the separator sheets.
        at: seconds since 1970, the instant that the file bears.

    Raises:
        TemplateProblem: a letter is no PDF of this program.
    """
    with tempfile.TemporaryDirectory(prefix="relance-batch-") as name:
        folder = Path(name)
        layout = folder / _LAYOUT
        layout.write_bytes((SHIPPED / _LAYOUT).read_bytes())
        letters = []
        for number, part in enumerate(parts, start=1):
            (folder / f"{number}.pdf").write_bytes(part.pdf)
            sheet = {"title": part.title, "mark": part.mark, "rows": part.rows}
            letters.append({"file": f"{number}.pdf", "pages": pages_of(part.pdf), **sheet})
        batch = json.dumps({"title": title, "language": language, "letters": letters})
        fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
        try:
            made = Compiler(input=layout, root=folder, font_paths=fonts).compile(
                format="pdf", timestamp=at, sys_inputs={"batch": batch}
            )
        except TypstError as error:
            raise TemplateProblem(f"_layouts/{_LAYOUT}", 0, error.message) from error
    return made if isinstance(made, bytes) else b""
