"""Write the tables of docs/replies.md anew: `python -m tests.reply_figures`.

After any change of rules, table or corpus. A new part `held-out` needs this alone; a new part `dev` needs
`python -m tests.reply_learning` before it.
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


def main() -> None:
    """Put the tables where those of before stand."""
    counted, confusion = tables()
    page = PAGE.read_text("utf-8")
    for form, table in ((_TABLE, counted), (_MATRIX, confusion)):
        page, found = form.subn(lambda _match, table=table: table, page)  # type: ignore[misc]
        if found != 1:
            raise SystemExit(f"{PAGE}: {found} tables that begin as {form.pattern[:30]!r}, not one")
    PAGE.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
