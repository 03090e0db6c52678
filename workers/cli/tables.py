"""What a command shows: a table for people, JSON with a version for programs."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final, Literal

from workers.cli.invocation import Invocation
from workers.cli.speech import ascii_only

#: Where output is no terminal, lines are as long as they need to be: nothing is cut, and `grep` finds it.
_UNBOUNDED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title in both languages, and the side its values keep to."""

    fr: str
    en: str
    justify: Literal["left", "right"] = "left"


def show_table(
    invocation: Invocation, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, title: str = ""
) -> None:
    """Print a table to standard output; without colours where `NO_COLOR` is set or output is no terminal."""
    from rich import box  # noqa: PLC0415 - only commands that show a table pay for it
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    is_terminal = sys.stdout.isatty()
    spell = ascii_only if invocation.is_ascii else str
    frame = (box.ASCII2 if invocation.is_ascii else box.SIMPLE_HEAD) if is_terminal else None
    table = Table(box=frame, title=spell(title) or None, title_justify="left", pad_edge=is_terminal)
    for column in columns:
        table.add_column(spell(invocation.say(column.fr, column.en)), justify=column.justify, overflow="fold")
    for row in rows:
        table.add_row(*(Text(spell(value)) for value in row))
    no_color = bool(os.environ.get("NO_COLOR")) or None
    console = Console(file=sys.stdout, width=None if is_terminal else _UNBOUNDED, no_color=no_color)
    with console.capture() as capture:
        console.print(table, soft_wrap=not is_terminal)
    lines = [line.rstrip() for line in capture.get().splitlines()]
    sys.stdout.write("\n".join(lines).strip("\n") + "\n")
    sys.stdout.flush()


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
