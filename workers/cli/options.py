"""Options that several commands share."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from workers.cli.bilingual import option

if TYPE_CHECKING:
    from workers.wiring import System

#: Times without a zone, as people type them, are those of Paris.
PARIS = ZoneInfo("Europe/Paris")
_SPAN = re.compile(r"(\d+)\s*(s|min|m|h|d|j)")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "j": 86_400}

with_parent_option = option(
    "--with-parent",
    is_flag=True,
    hidden=True,
    fr="Finit avec le processus qui l’a lancé.",
    en="End with the process that started it.",
)


class Span(click.ParamType[timedelta]):
    """A length of time: `90s`, `10m`, `2h`, `3j`."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:  # noqa: ANN401
        """Seconds, minutes, hours or days."""
        if isinstance(value, timedelta):
            return value
        found = _SPAN.fullmatch(str(value).strip())
        if found is None:
            self.fail(f"{value!r} : 90s, 10m, 2h, 3j", param, ctx)
        return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])


class Moment(click.ParamType[str]):
    """An instant: `2026-11-24`, `2026-11-24T10:30`, with or without a zone; or `10:30`, or `+2h` from now."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401
        """The text, checked; `at` makes an instant of it, since only the system knows what time it is."""
        try:
            _parse(str(value), datetime(2026, 1, 1, tzinfo=UTC))
        except ValueError:
            self.fail(f"{value!r} : 2026-11-24, 2026-11-24T10:30, 10:30, +2h", param, ctx)
        return str(value)


def at(text: str, system: "System") -> datetime:
    """The instant that `text` means on the clock of `system`."""
    return _parse(text, system.clock.now())


def _parse(text: str, now: datetime) -> datetime:
    text = text.strip()
    if text.startswith("+") and (found := _SPAN.fullmatch(text[1:])):
        return now + timedelta(seconds=int(found[1]) * _SECONDS[found[2]])
    here = now.astimezone(PARIS)
    if re.fullmatch(r"\d{1,2}:\d{2}", text):
        moment = datetime.combine(here.date(), time.fromisoformat(text.zfill(5)), PARIS)
        return moment if moment > here else moment + timedelta(days=1)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return datetime.combine(date.fromisoformat(text), time(), PARIS)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=PARIS)


limit_option = option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=50,
    show_default=True,
    fr="Combien de lignes au plus.",
    en="How many lines at most.",
)
cursor_option = option(
    "--cursor", fr="La suite d’une page ; elle la donne.", en="What comes after a page; the page gives it."
)
reason_option = option("--reason", required=True, fr="Pourquoi ; le journal le garde.", en="Why; the journal keeps it.")
yes_option = option(
    "--yes", is_flag=True, fr="Agit aussi sur plus de 20 messages.", en="Act on more than 20 messages, too."
)
dry_run_option = option(
    "--dry-run",
    is_flag=True,
    fr="Montre ce qui serait fait, et ne fait rien.",
    en="Show what would be done, and do nothing.",
)
