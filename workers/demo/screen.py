"""The timeline on the screen: lines that stay, and a bar over the days where there is a terminal."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Final, TextIO

from babel.dates import format_date, format_datetime
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from workers.cli.invocation import Invocation
from workers.cli.speech import ascii_only
from workers.demo.arrivals import ZONE
from workers.demo.inputs import Script
from workers.demo.timeline import Line

_STYLES: Final = {
    "sent": "cyan", "paid": "green", "withheld": "yellow", "refused": "red", "task": "magenta", "act": "blue",
    "fact": "default",
}  # fmt: skip
_WHEN_WIDTH, _LABEL_WIDTH = 14, 13
#: Where the output is no terminal a line is as long as it is.
_UNBOUNDED: Final = 10_000


def when(at: datetime, language: str) -> str:
    """`10 févr. 09:12`, in Paris."""
    return format_datetime(at.astimezone(ZONE), "d MMM HH:mm", locale=language)


def when_day(day: str | None, language: str) -> str:
    """`10 févr.`, of an ISO day; a dash for none."""
    return "–" if day is None else format_date(date.fromisoformat(day), "d MMM", locale=language)


class Screen:
    """Shows moments as they are told.

    Args:
        invocation: its language, and whether only ASCII may be written.
        script: its days are the length of the bar.
        is_quiet: only the bar, on standard error: standard output belongs to a program.
    """

    def __init__(self, invocation: Invocation, script: Script, *, is_quiet: bool) -> None:
        self._language, self._is_ascii, self._is_quiet = invocation.language, invocation.is_ascii, is_quiet
        self._script = script
        stream = sys.stderr if is_quiet else sys.stdout
        self._console = _console(stream)
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(None), TimeElapsedColumn(), console=self._console,
            disable=not stream.isatty() or self._is_ascii, transient=True,
        )  # fmt: skip
        self._task: TaskID | None = None

    @contextmanager
    def shown(self) -> Iterator[None]:
        """The bar, for as long as the demonstration runs."""
        length = (self._script.ends_at - self._script.begins_at).total_seconds()
        with self._progress:
            self._task = self._progress.add_task(self._day(self._script.begins_at), total=length)
            yield

    def tell(self, now: datetime, lines: Iterable[Line]) -> None:
        """What happened at one moment."""
        if not self._is_quiet:
            for line in lines:
                self._console.print(self._text(line), soft_wrap=True)
        if self._task is not None:
            passed = (now - self._script.begins_at).total_seconds()
            self._progress.update(self._task, completed=passed, description=self._day(now))

    def _text(self, line: Line) -> Text:
        label = f"{line.label} ".ljust(_LABEL_WIDTH)
        text = Text(self._spelt(f"{when(line.at, self._language).rjust(_WHEN_WIDTH)}  "), style="dim")
        text.append(self._spelt(label), style=f"not dim {_STYLES[line.tone]}")
        return text.append(self._spelt(line.text), style="not dim")

    def _day(self, at: datetime) -> str:
        return self._spelt(format_datetime(at.astimezone(ZONE), "EEE d MMM", locale=self._language)).rjust(_WHEN_WIDTH)

    def _spelt(self, text: str) -> str:
        return ascii_only(text) if self._is_ascii else text


def _console(stream: TextIO) -> Console:
    is_terminal = stream.isatty()
    return Console(
        file=stream, width=None if is_terminal else _UNBOUNDED, highlight=False,
        no_color=bool(os.environ.get("NO_COLOR")) or None,
    )  # fmt: skip
