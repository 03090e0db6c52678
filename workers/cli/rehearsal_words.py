"""What a rehearsal tells, as rows of tables and as JSON."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from workers.cli.speech import Language
from workers.cli.words import day_text, task_text
from workflows.money import decimal_text
from workflows.reasons import say, say_all
from workflows.rehearsal import Asked, Planned, Told
from workflows.rehearsal.outbox import MERGED, REPLACED, WINDOW
from workflows.scenario import Scenario

_WEEKDAYS: Final = (("lun.", "Mon"), ("mar.", "Tue"), ("mer.", "Wed"), ("jeu.", "Thu"), ("ven.", "Fri"),
                    ("sam.", "Sat"), ("dim.", "Sun"))  # fmt: skip
#: Guard rails in few words; see `workflows.last_look`.
_GUARDS: Final = {
    "gate.hold": ("suspendu puis libéré", "held, then released"),
    "gate.pressure": ("reporté : contacté assez souvent", "put off: contacted often enough"),
    "gate.window": ("reporté : hors des heures", "put off: outside the hours"),
    "gate.no_contact": ("autre canal : plus d’adresse", "other channel: no address"),
    f"{WINDOW}outside_hours": ("hors des heures", "outside the hours"),
    f"{WINDOW}weekend": ("pas le week-end", "not on a weekend"),
    f"{WINDOW}closed_day": ("jour sans contact", "a day without contact"),
    f"{WINDOW}holiday": ("jour férié", "public holiday"),
    f"{WINDOW}preferred_day": ("attend un meilleur jour", "waits for a better day"),
    f"{WINDOW}preferred_hours": ("attend de meilleures heures", "waits for better hours"),
    f"{WINDOW}past_latest": ("après le dernier jour utile", "after the last useful day"),
    MERGED: ("factures réunies", "invoices merged"),
    REPLACED: ("premier rappel : aucun avant lui", "first reminder: none before it"),
}


def guard_text(rule: str, language: Language) -> str:
    """A guard rail in few words."""
    return _GUARDS[rule][language != "fr"] if rule in _GUARDS else rule


def weekday_text(day: date, language: Language) -> str:
    """The short name of a weekday, with its date."""
    return f"{_WEEKDAYS[day.weekday()][language != 'fr']} {day_text(day, language)}"


def hour_text(at: datetime, day: date) -> str:
    """The minute on the clock of Paris; with its day where that is another one than the debtor's."""
    here = at.astimezone(ZoneInfo("Europe/Paris"))
    return f"{here:%H:%M}" if here.date() == day else f"{here:%d/%m %H:%M}"


def why_text(planned: Planned, language: Language) -> str:
    """Why a message leaves at that moment, in sentences."""
    return say_all([each.reason for each in planned.why], language)


def planned_json(planned: Planned, language: Language) -> dict[str, Any]:
    """One message as a program reads it."""
    return {
        "at": planned.at, "day": planned.day, "creditor": planned.creditor_ref, "debtor": planned.debtor_ref,
        "debtor_name": planned.debtor_name, "channel": planned.channel, "letter": planned.letter,
        "tone": planned.tone, "amount": decimal_text(planned.amount), "currency": planned.currency,
        "deadline_on": planned.deadline_on,
        "invoices": [{"number": part.number, "step": part.step, "amount": decimal_text(part.amount)}
                     for part in planned.parts],
        "why": [{"rule": each.rule, "facts": dict(each.facts), "text": say(each.reason, language)}
                for each in planned.why],
        "guards": list(planned.guards),
    }  # fmt: skip


def asked_json(asked: Asked) -> dict[str, Any]:
    """One task as a program reads it."""
    return {
        "at": asked.at, "day": asked.day, "creditor": asked.creditor_ref, "debtor": asked.debtor_ref,
        "invoice": asked.number, "task": asked.task, "detail": asked.detail,
    }  # fmt: skip


def ladder_rows(told: Told, scenario: Scenario, due_on: date, language: Language) -> list[list[str]]:
    """The dated ladder of one invoice: messages and tasks, in the order of time."""
    rows = [(each.at, 1, row) for each in told.planned for row in _message_rows(each, scenario, due_on, language)]
    rows += [(each.at, 0, _task_row(each, due_on, language)) for each in told.asked]
    return [row for _at, _rank, row in sorted(rows, key=lambda each: each[:2])]


def _message_rows(planned: Planned, scenario: Scenario, due_on: date, language: Language) -> Iterator[list[str]]:
    steps = {step.name: step for step in scenario.steps}
    for part in planned.parts:
        guards = [guard_text(rule, language) for rule in planned.guards]
        yield [
            _offset(planned.day, due_on), weekday_text(planned.day, language), hour_text(planned.at, planned.day),
            part.step, planned.channel, planned.letter, str(planned.tone),
            _deadline(planned, steps[part.step].deadline, language),
            " ".join([why_text(planned, language), *(f"({guard})" for guard in guards)]),
        ]  # fmt: skip


def _deadline(planned: Planned, deadline: Any, language: Language) -> str:  # noqa: ANN401 - a Deadline or None
    if planned.deadline_on is not None:
        return day_text(planned.deadline_on, language)
    if deadline is None:
        return "–"
    return f"{deadline.days} j dès réception" if language == "fr" else f"{deadline.days} d from reception"


def _task_row(asked: Asked, due_on: date, language: Language) -> list[str]:
    who = "une personne" if language == "fr" else "a person"
    return [
        _offset(asked.day, due_on), weekday_text(asked.day, language), hour_text(asked.at, asked.day), asked.detail,
        who, "–", "–", "–", task_text(asked.task, language),
    ]  # fmt: skip


def _offset(day: date, due_on: date) -> str:
    return f"{(day - due_on).days:+d}"
