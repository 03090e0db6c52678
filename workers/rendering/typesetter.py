"""typst: one compiler for each layout, confined to the layout's folder, with the fonts of the project and no others."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from typst import Compiler, Fonts, TypstError

from workers.rendering.errors import TemplateProblem
from workers.rendering.layouts import FONTS

#: Archivable and with a tag for every heading and table, for screen readers.
STANDARD: Final = "a-2a"
#: typst would fetch a package from the network; a letter is made of files that lie here.
_PACKAGE: Final = re.compile(r'"@[a-z]')
#: How it says that no font has a character.
_LACKING: Final = re.compile(r"the text `(.+?)` could not be displayed")
_LOCK: Final = Lock()


def pdf_of(layout: Path, letter: Mapping[str, Any], at: int) -> bytes:
    """The letter as a PDF/A; the same letter gives the same bytes.

    Args:
        layout: a file of typst's; it may read what lies in its folder and nothing else.
        letter: what the layout reads as `sys.inputs.letter`.
        at: seconds since 1970, the instant that the file bears.

    Raises:
        TemplateProblem: the layout is at fault, or asks for a file outside its folder.
    """
    (made,) = _compiled(layout, letter, {"format": "pdf", "pdf_standards": [STANDARD], "timestamp": at})
    return made


def images_of(layout: Path, letter: Mapping[str, Any], pixels_per_inch: float) -> tuple[bytes, ...]:
    """The letter's pages as PNG images, in order.

    Raises:
        TemplateProblem: as `pdf_of`.
    """
    return _compiled(layout, letter, {"format": "png", "ppi": pixels_per_inch})


def _compiled(layout: Path, letter: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[bytes, ...]:
    try:
        with _LOCK:  # a compiler keeps its caches, and takes one letter at a time
            made = _compiler(layout).compile(sys_inputs={"letter": json.dumps(letter)}, **options)
    except TypstError as error:
        raise _problem(layout, error) from error
    return tuple(made) if isinstance(made, list) else (made or b"",)


@cache
def _compiler(layout: Path) -> Compiler:
    for number, line in enumerate(layout.read_text("utf-8").splitlines(), start=1):
        if _PACKAGE.search(line):
            raise TemplateProblem(_name(layout), number, "imports a package; put its files beside the layout")
    return Compiler(input=layout, root=layout.parent, font_paths=_fonts())


@cache
def _fonts() -> Fonts:
    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _problem(layout: Path, error: TypstError) -> TemplateProblem:
    """The typesetter's words, with the line that its diagnostic names."""
    if lacking := _LACKING.search(error.message):
        fix = "write it in Latin, Greek or Cyrillic letters where it comes from, or send the message by e-mail"
        return TemplateProblem(_name(layout), 0, f"the letter holds {lacking[1]}, which its fonts do not have; {fix}")
    found = re.search(re.escape(layout.name) + r":(\d+)", error.diagnostic)
    hints = "".join(f"; {hint}" for hint in error.hints)
    return TemplateProblem(_name(layout), int(found[1]) if found else 0, f"{error.message}{hints}")


def _name(layout: Path) -> str:
    return f"{layout.parent.name}/{layout.name}"
