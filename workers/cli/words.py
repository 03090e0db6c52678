"""Codes of the ledger in words, and moments as people read them."""

from datetime import date, datetime
from typing import Final

from workers.cli.options import PARIS
from workers.cli.speech import Language
from workflows.case import Stage
from workflows.effects import Reason
from workflows.reason_texts.beside import LETTER_NAMES
from workflows.reasons import say

_STAGES: Final = {
    Stage.WATCHING: ("à échoir", "not due"),
    Stage.REMINDING: ("en relance", "reminding"),
    Stage.FORMAL_NOTICE: ("mise en demeure", "formal notice"),
    Stage.HANDED_OVER: ("transmis", "handed over"),
    Stage.PROMISED: ("promesse", "promised"),
    Stage.DISPUTED: ("litige", "disputed"),
    Stage.INSTALMENTS: ("échéancier", "instalments"),
    Stage.PAUSED: ("en pause", "paused"),
    Stage.BLOCKED: ("bloqué", "blocked"),
    Stage.INSOLVENT: ("procédure collective", "insolvent"),
    Stage.PAID: ("soldé", "paid"),
    Stage.CANCELLED: ("annulé", "cancelled"),
    Stage.WRITTEN_OFF: ("irrécouvrable", "written off"),
}
_STATUSES: Final = {
    "wanted": ("à envoyer", "wanted"),
    "claimed": ("en cours", "running"),
    "sent": ("envoyé", "sent"),
    "failed": ("échoué", "failed"),
    "in_doubt": ("incertain", "in doubt"),
    "withheld": ("retenu", "withheld"),
    "bounced": ("revenu", "bounced"),
}
_TASKS: Final = {
    "confirm_step": ("confirmer l’étape", "confirm the step"),
    "by_hand": ("faire l’étape à la main", "do the step by hand"),
    "blocked": ("débloquer le dossier", "unblock the case"),
    "promise_broken": ("promesse non tenue", "broken promise"),
    "instalment_missed": ("échéance non payée", "missed instalment"),
    "decision": ("décider de la suite", "decide what comes next"),
    "reception_unknown": ("réception inconnue", "reception unknown"),
    "reply": ("lire la réponse", "read the reply"),
    "dispute": ("traiter le litige", "handle the dispute"),
    "payment_reversed": ("règlement repris", "payment reversed"),
    "overpaid": ("trop-perçu", "overpaid"),
    "declare_claim": ("déclarer la créance", "declare the claim"),
    "in_doubt": ("lever le doute", "resolve the doubt"),
    "message_failed": ("message échoué", "failed message"),
    "unallocated": ("règlement à affecter", "payment to allocate"),
    "credit_note_requested": ("établir l’avoir", "issue the credit note"),
    "dispute_overdue": ("litige sans réponse à temps", "dispute past its deadline"),
    "pause_ends": ("la pause prend fin", "the pause ends"),
    "plan_requested": ("répondre à la demande d’échéancier", "answer the wish for a plan"),
    "call": ("appeler le débiteur", "call the debtor"),
    "unreachable": ("joindre le débiteur autrement", "reach the debtor otherwise"),
    "find_contact": ("trouver un bon numéro", "find a number that works"),
    "send_document": ("envoyer le document demandé", "send the document that was asked for"),
    "open_provider": ("ouvrir l’heure des envois : relance lre open", "open the hour: relance lre open"),
    "limitation": ("prescription proche ou acquise : décider", "limitation near or over: decide"),
}
#: Seconds from which a length of time is told in minutes, hours, days.
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def stage_text(stage: Stage, language: Language) -> str:
    """Where a case stands."""
    return _STAGES[stage][language != "fr"]


def status_text(status: str, language: Language) -> str:
    """What became of a dispatch."""
    return _STATUSES[status][language != "fr"] if status in _STATUSES else status


def task_text(kind: str, language: Language) -> str:
    """What a person should do."""
    return _TASKS[kind][language != "fr"] if kind in _TASKS else kind


def letter_text(name: str, language: Language) -> str:
    """A letter beside the ladder in words; any other name as it is."""
    return LETTER_NAMES[name][language != "fr"] if name in LETTER_NAMES else name


def rule_text(rule: str | None, language: Language) -> str:
    """A rule of which only the code is known; empty for none."""
    return "" if rule is None else say(Reason(rule=rule), language)


def moment_text(at: datetime | None, language: Language) -> str:
    """An instant in Paris, to the minute; a dash for none."""
    if at is None:
        return "–"
    here = at.astimezone(PARIS)
    return f"{here:%d/%m/%Y %H:%M}" if language == "fr" else f"{here:%Y-%m-%d %H:%M}"


def day_text(day: date | None, language: Language) -> str:
    """A day; a dash for none."""
    if day is None:
        return "–"
    return f"{day:%d/%m/%Y}" if language == "fr" else day.isoformat()


def span_text(seconds: float | None, language: Language) -> str:
    """A length of time as `1 h 03`, `4 min 12 s`; a dash for none."""
    if seconds is None:
        return "–"
    whole = int(seconds)
    if whole >= _DAY:
        return f"{whole // _DAY} {'j' if language == 'fr' else 'd'} {whole % _DAY // _HOUR} h"
    if whole >= _HOUR:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02d}"
    return f"{whole // _MINUTE} min {whole % _MINUTE:02d} s" if whole >= _MINUTE else f"{whole} s"


def masked(text: str) -> str:
    """An address of which only its owner recognises the rest."""
    lines = text.splitlines() or [""]
    name, at, domain = lines[0].partition("@")
    shown = f"{name[:1]}***{at}{domain}" if at else f"{lines[0][:3]}***{lines[0][-2:]}"
    return shown if len(lines) == 1 else f"{shown} (+{len(lines) - 1})"
