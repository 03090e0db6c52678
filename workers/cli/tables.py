"""What a command shows: a table for people, JSON with a version for programs."""

import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Final, Literal

from workers.cli.invocation import Invocation
from workers.cli.speech import ascii_only

if TYPE_CHECKING:
    from workers.cli.fitting import Fitted

#: Where output is no terminal, lines are as long as they need to be: nothing is cut, and `grep` finds it.
_UNBOUNDED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title in both languages, and the side its values keep to."""

    fr: str
    en: str
    justify: Literal["left", "right"] = "left"


#: Columns and rows.
Table = tuple[Sequence[Column], Sequence[Sequence[str]]]


def show_table(invocation: Invocation, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Print a table to standard output: within the width of a terminal; elsewhere each row is one line, for `grep`."""
    from workers.cli.fitting import blocks, fitted  # noqa: PLC0415 - only commands that show a table pay for it

    spell = ascii_only if invocation.is_ascii else str
    titles = [spell(invocation.say(column.fr, column.en)) for column in columns]
    cells = [[spell(value) for value in row] for row in rows]
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _UNBOUNDED
    form = fitted(titles, cells, width)
    lines = blocks(titles, cells, width) if form is None else _drawn(form, columns, titles, cells)
    sys.stdout.write("\n".join(lines).strip("\n") + "\n")
    sys.stdout.flush()
    left_out = [] if form is None else [title for place, title in enumerate(titles) if place not in form.kept]
    if left_out:
        names = ", ".join(left_out)
        invocation.tell(
            f"colonnes vides ou nulles, non affichées faute de place : {names}",
            f"columns of nothing or nought, left out for lack of room: {names}",
        )


def _drawn(
    form: "Fitted", columns: Sequence[Column], titles: Sequence[str], cells: Sequence[Sequence[str]]
) -> list[str]:
    """The lines of a table that fits; without colours where `NO_COLOR` is set or output is no terminal."""
    from rich.console import Console  # noqa: PLC0415 - see show_table
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from workers.cli.fitting import broken  # noqa: PLC0415

    kept = list(zip(form.kept, form.widths, strict=True))
    told = [[broken(row[place], width) for place, width in kept] for row in cells]
    table = Table(box=None, pad_edge=False)
    for place, width in kept:
        table.add_column(Text(broken(titles[place], width)), justify=columns[place].justify, width=width)
    is_broken = any("\n" in value for row in told for value in row)
    for row in told:
        if is_broken and table.row_count:
            table.add_row()  # so that one sees where the next begins
        table.add_row(*map(Text, row))
    no_color = bool(os.environ.get("NO_COLOR")) or None
    console = Console(file=sys.stdout, width=_UNBOUNDED, no_color=no_color)
    with console.capture() as capture:
        console.print(table, soft_wrap=True)
    return [line.rstrip() for line in capture.get().splitlines()]


def show_json(invocation: Invocation, kind: str, content: Mapping[str, object]) -> None:
    """Print one JSON object with its schema, `relance.<kind>/1`; fields are only ever added under that number."""
    document = {"schema": f"relance.{kind}/1", **content}
    sys.stdout.write(json.dumps(document, ensure_ascii=invocation.is_ascii, indent=2, default=_plain) + "\n")
    sys.stdout.flush()


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def money_text(amount: int, currency: str, language: str) -> str:
    """Cents as people write them: `1 250,00 €` in French, with no-break spaces; `1,250.00 EUR` in English."""
    sign, whole, hundredths = "-" if amount < 0 else "", f"{abs(amount) // 100:,}", f"{abs(amount) % 100:02d}"
    if language != "fr":
        return f"{sign}{whole}.{hundredths} {currency}"
    symbol = "€" if currency == "EUR" else currency
    return f"{sign}{whole.replace(',', chr(0x202F))},{hundredths}{chr(0xA0)}{symbol}"
