"""Write the tables of docs/replies.md anew: `python -m tests.reply_figures`.

After any change of rules, table or corpus. A new part `held-out` needs this alone; new rules or a new
part `dev` need `python -m tests.reply_learning` before it.
"""

import re
from pathlib import Path
from typing import Final

from tests.reply_corpus import figures, matrix, read_row, rows
from tests.reply_learning import counted_before

PAGE: Final = Path(__file__).parents[1] / "docs" / "replies.md"
_TABLE: Final = re.compile(r"^\| \| dev, cross-validated \|.*?\n(?=\n)", re.DOTALL | re.MULTILINE)
_MATRIX: Final = re.compile(r"^\| meant \\ read \|.*?\n(?=\n)", re.DOTALL | re.MULTILINE)


def tables() -> tuple[str, str]:
    """What was counted, and the matrix of the part `held-out`, as the page shows them."""
    pairs = [(row, read_row(row)) for row in rows("held-out")]
    held, dev = figures(pairs), counted_before()
    lines = ["| | dev, cross-validated | held-out |", "|---|---:|---:|"]
    lines += [f"| {what} | {dev[what]} | {count} |" for what, count in held.items()]
    return "\n".join(lines) + "\n", "\n".join(matrix(pairs)) + "\n"


def rewrite(path: Path) -> None:
    """Put the tables where those of before stand.

    Raises:
        ValueError: the page has no such table, or two.
    """
    counted, confusion = tables()
    page = path.read_text("utf-8")
    for form, table in ((_TABLE, counted), (_MATRIX, confusion)):
        before = form.findall(page)
        if len(before) != 1:
            raise ValueError(f"{path}: {len(before)} tables like {form.pattern!r}, not one")
        page = page.replace(before[0], table)
    path.write_text(page, "utf-8")


if __name__ == "__main__":
    rewrite(PAGE)
