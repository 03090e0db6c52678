"""Rehearsals as CSV: one line a message, or one line a change; the headers are stable, columns are only added."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from workers.cli.options import PARIS
from workers.cli.rehearsal_words import guard_text, why_text
from workers.cli.speech import Language
from workflows.money import decimal_text
from workflows.rehearsal import Planned
from workflows.rehearsal.difference import Change

MESSAGES: Final = (
    "at", "day", "creditor", "debtor", "debtor_name", "channel", "letter", "tone", "invoices", "steps", "amount",
    "currency", "deadline_on", "why", "guards",
)  # fmt: skip
CHANGES: Final = ("change", "creditor", "debtor", "invoice", "step", "channel", "was_at", "is_at")
#: A cell that begins so is a formula to a spreadsheet.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def messages_csv(planned: Iterable[Planned], language: Language) -> str:
    """Every message, in the order of time; moments are those of Paris."""
    return _csv(MESSAGES, (_message(each, language) for each in planned))


def changes_csv(changes: Iterable[Change]) -> str:
    """Every change that a draft makes."""
    return _csv(CHANGES, (
        (each.turn, each.creditor_ref, each.debtor_ref, each.number, each.step, each.channel, _moment(each.was_at),
         _moment(each.is_at))
        for each in changes
    ))  # fmt: skip


def _message(each: Planned, language: Language) -> Sequence[str]:
    return (
        _moment(each.at), each.day.isoformat(), each.creditor_ref, each.debtor_ref, each.debtor_name, each.channel,
        each.letter, str(each.tone), " ".join(part.number for part in each.parts),
        " ".join(part.step for part in each.parts), decimal_text(each.amount), each.currency,
        each.deadline_on.isoformat() if each.deadline_on else "", why_text(each, language),
        ", ".join(guard_text(rule, language) for rule in each.guards),
    )  # fmt: skip


def _moment(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(PARIS).isoformat(timespec="minutes")


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return text.getvalue()


def _harmless(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
