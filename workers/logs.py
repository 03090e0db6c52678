"""Logs: one JSON object a line on stderr (or colours on a terminal), with the context of the work and no personal data.

Everything goes through here: our own events (`structlog.get_logger()`), and what dramatiq, SQLAlchemy and other
libraries write with `logging`. The stamps are the machine's time, also where the program's time is stepped.
"""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor

#: Values under these names are identifiers that look like addresses; they are needed to follow a message.
IDENTIFIERS = frozenset({"message_id", "in_reply_to"})

#: Without the rarest signs an address may have (`'`, `=`, `/`, …): around one, they are punctuation.
EMAIL = re.compile(r"[\w.!#$%&*+?^~-]+@(?=[\w-]+(?:\.[\w-]+)+)")
#: Country, check digits, account; with spaces as on paper or without. Few words in capitals have that many digits.
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ \u00a0\u202f]?[A-Z0-9]){11,30}\b")
IBAN_DIGITS = 10
#: International (`+33 6…`, `0033 6…`) with any grouping, or ten digits from 01 to 09 as the French write them.
PHONE = re.compile(
    r"(?<![\w.+-])"
    r"(?:(?:\+|00)[1-9]\d{0,2}(?:[ .\u00a0\u202f-]?\(?\d\)?){6,12}\d|0[1-9](?:[ .\u00a0\u202f-]?\d{2}){4})"
    r"(?![\w-])"
)


def configure(*, level: str = "INFO", console: bool | None = None, stream: TextIO | None = None) -> None:
    """Send every log line to one stream; call it once, when a process begins.

    Args:
        level: the least severe level that is shown, by its name in `logging`.
        console: for people rather than programs; None looks whether the stream is a terminal.
        stream: None is stderr.
    """
    stream = sys.stderr if stream is None else stream
    for_people = stream.isatty() if console is None else console
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_common(), processors=_rendering(for_people=for_people))
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_common(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


class _Talk:
    """Writes lines to whatever standard error is at that moment."""

    def msg(self, line: str) -> None:
        """Write one line."""
        sys.stderr.write(f"{line}\n")

    log = debug = info = warn = warning = error = critical = fatal = exception = failure = err = msg


def talk_to_stderr() -> None:
    """Keep log lines out of what a command answers on standard output; for commands that end by themselves."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            mask_personal,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        logger_factory=lambda *_names: _Talk(),
    )


def mask_personal(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Hide e-mail addresses, phone numbers and IBANs in every text of a line; names must not be logged at all."""
    return {key: value if key in IDENTIFIERS else masked(value) for key, value in event.items()}


def masked(value: Any) -> Any:  # noqa: ANN401 - whatever is logged
    """A value without e-mail addresses, phone numbers and IBANs; what is neither text nor container stays."""
    if isinstance(value, str):
        return _masked_text(value)
    if isinstance(value, Mapping):
        return {key: inner if key in IDENTIFIERS else masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(inner) for inner in value]
    if isinstance(value, int | float | None):
        return value
    return _masked_text(str(value))


def _masked_text(text: str) -> str:
    text = EMAIL.sub("***@", text)
    text = IBAN.sub(_masked_iban, text)
    return PHONE.sub(lambda found: f"***{found.group()[-2:]}", text)


def _masked_iban(found: re.Match[str]) -> str:
    """Keep what tells accounts apart: the country, the check digits and the last four."""
    compact = "".join(found.group().split())
    is_iban = sum(sign.isdigit() for sign in compact) >= IBAN_DIGITS
    return f"{compact[:4]}***{compact[-4:]}" if is_iban else found.group()


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _rendering(*, for_people: bool) -> list[Processor]:
    """The last steps; tracebacks become text before they are masked."""
    tidy: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        mask_personal,
    ]
    if for_people:
        return [*tidy, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [*tidy, structlog.processors.JSONRenderer(ensure_ascii=False)]
