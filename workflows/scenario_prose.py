"""A ladder in plain sentences, for people who decide on it."""

from collections.abc import Set as AbstractSet
from typing import TypeAlias

from workflows.invoice import Channel, DebtorKind
from workflows.money import Cents, decimal_text
from workflows.reason_texts.beside import LETTER_NAMES
from workflows.reason_texts.segmented import SEGMENTS
from workflows.scenario import Condition, Mode, Scenario, Step
from workflows.side_letters import NONE_BY_THEMSELVES

Words: TypeAlias = dict[str, str]

_LETTERS: dict[str, tuple[str, str]] = {
    "preventive": ("rappel avant échéance", "reminder before the due date"),
    "first_reminder": ("premier rappel", "first reminder"),
    "first_reminder_warm": ("premier rappel chaleureux", "warm first reminder"),
    "account_reminder": ("relevé de compte", "account reminder"),
    "large_amount": ("premier rappel pour montant élevé", "first reminder for a large amount"),
    "loyal_client": ("premier rappel à un client fidèle", "first reminder to a loyal client"),
    "second_reminder": ("deuxième rappel", "second reminder"),
    "second_reminder_firm": ("deuxième rappel ferme", "firm second reminder"),
    "insistent": ("rappel insistant", "insistent reminder"),
    "third_reminder": ("troisième rappel", "third reminder"),
    "last_amicable": ("dernier rappel amiable", "last amicable reminder"),
    "before_penalties": ("offre de renonciation aux pénalités", "offer to waive the penalties"),
    "credit_policy": ("rappel des conditions de crédit", "reminder of the credit terms"),
    "reason_request": ("demande du motif", "request for the reason"),
    "formal_notice": ("mise en demeure", "formal notice"),
    "final_warning": ("dernier avertissement", "final warning"),
    "hand_over_warning": ("avis avant transmission du dossier", "warning before the file is handed over"),
}
_CHANNELS: dict[Channel, tuple[str, str]] = {
    Channel.EMAIL: ("e-mail", "e-mail"),
    Channel.SMS: ("SMS", "SMS"),
    Channel.LETTER: ("courrier", "letter"),
    Channel.TRACKED: ("lettre suivie", "tracked letter"),
    Channel.REGISTERED: ("lettre recommandée", "registered letter"),
    Channel.LRE: ("lettre recommandée électronique", "electronic registered letter"),
    Channel.CALL: ("téléphone", "telephone"),
}
_KINDS: dict[DebtorKind, tuple[str, str]] = {
    DebtorKind.BUSINESS: ("entreprises", "businesses"),
    DebtorKind.CONSUMER: ("particuliers", "consumers"),
    DebtorKind.PUBLIC: ("acheteurs publics", "public buyers"),
}
_PHRASES: dict[str, tuple[str, str]] = {
    "pause": (" : ", ": "),
    "join": (" ; ", "; "),
    "by": (" par {}", " by {}"),
    "and": (" et ", " and "),
    "or": (", à défaut par ", ", failing that by "),
    "day": ("J{}", "D{}"),
    "after_previous": ("{} jours après l’étape précédente", "{} days after the previous step"),
    "and_after_previous": (
        " et au moins {} jours après l’étape précédente",
        " and at least {} days after the previous step",
    ),
    "delay": ("délai de {} jours", "{} days granted"),
    "reception": (" à compter de la réception", " from reception"),
    "to_confirm": ("une personne confirme l’envoi", "a person confirms the sending"),
    "by_hand": ("une personne l’envoie", "a person sends it"),
    "min_amount": ("à partir de {}", "from {}"),
    "max_amount": ("jusqu’à {}", "up to {}"),
    "kinds": ("pour : {}", "for {}"),
    "tags": ("si le client est marqué {}", "if the client is tagged {}"),
    "without_tags": ("sauf client marqué {}", "unless the client is tagged {}"),
    "segments": ("si le débiteur est {}", "if the debtor is {}"),
    "without_segments": ("sauf si le débiteur est {}", "unless the debtor is {}"),
    "channel_present": ("si le débiteur peut être joint par {}", "if the debtor can be reached by {}"),
    "decision_task": ("Ensuite : une personne décide de la suite.", "Then: a person decides what follows."),
    "stop": ("Ensuite : plus aucune relance.", "Then: no further reminder."),
    "max_reminders": (
        "Au plus {} rappels amiables par dossier.",
        "At most {} amicable reminders per case.",
    ),
    "escalate_after_unanswered": (
        "Après {} rappels sans réponse, le dossier va droit au dernier rappel amiable.",
        "After {} reminders without an answer, the case goes straight to the last amicable step.",
    ),
    "letters": ("À part, d’elles-mêmes : {}.", "Beside it, by themselves: {}."),
    "no_letters": ("À part, aucune lettre ne part d’elle-même.", "Beside it, no letter leaves by itself."),
    "missed_days": ("{} (délai de {} jours)", "{} ({} days granted)"),
    "floor": ("Aucune relance en dessous de {}.", "Nothing is chased below {}."),
}
_LANGUAGES = ("fr", "en")


def describe(scenario: Scenario, language: str = "fr") -> str:
    """The ladder in prose: a line a step, then what happens below the least amount, at the end, and beside it.

    Args:
        scenario: any ladder.
        language: `fr` or `en`.

    Raises:
        ValueError: another language.
    """
    if language not in _LANGUAGES:
        raise ValueError(f"language {language!r} is not written; use 'fr' or 'en'")
    index = _LANGUAGES.index(language)
    words = {key: pair[index] for key, pair in _PHRASES.items()}
    lines = [_line(step, words, index) for step in scenario.steps]
    limits = {key: getattr(scenario, key) for key in ("max_reminders", "escalate_after_unanswered")}
    lines += [words[key].format(limit) for key, limit in limits.items() if limit is not None]
    if scenario.min_amount:
        lines.append(words["floor"].format(_money(scenario.min_amount, index)))
    return "\n".join([*lines, words[scenario.at_end], _beside(scenario, words, index)])


def _beside(scenario: Scenario, words: Words, index: int) -> str:
    """Which letters leave by themselves beside the ladder."""
    settings = scenario.letters or NONE_BY_THEMSELVES
    names = {name: LETTER_NAMES[name][index] for name in LETTER_NAMES if getattr(settings, name, False)}
    if "instalment_missed" in names:
        names["instalment_missed"] = words["missed_days"].format(names["instalment_missed"], settings.missed_days)
    return words["letters"].format(", ".join(names.values())) if names else words["no_letters"]


def _line(step: Step, words: Words, index: int) -> str:
    letter = _LETTERS.get(step.template, (step.template, step.template))[index]
    channels = words["and"].join(_CHANNELS[channel][index] for channel in (step.channel, *step.also))
    failing = "".join(words["or"] + _CHANNELS[channel][index] for channel in step.fallback)
    parts = [f"{_moment(step, words)}{words['pause']}{letter}{words['by'].format(channels)}{failing}"]
    if step.deadline:
        from_reception = words["reception"] if step.deadline.runs_from == "reception" else ""
        parts.append(words["delay"].format(step.deadline.days) + from_reception)
    if step.when:
        parts += _condition(step.when, words, index)
    if step.mode is not Mode.AUTOMATIC:
        parts.append(words[step.mode])
    return words["join"].join(parts)


def _moment(step: Step, words: Words) -> str:
    if step.after_due_days is None:
        return words["after_previous"].format(step.after_previous_days)
    sign = "−" if step.after_due_days < 0 else "+"
    day = words["day"].format(f"{sign}{abs(step.after_due_days)}" if step.after_due_days else "")
    if step.after_previous_days is None:
        return day
    return day + words["and_after_previous"].format(step.after_previous_days)


def _condition(when: Condition, words: Words, index: int) -> list[str]:
    quoted = "« {} »" if index == 0 else "“{}”"
    said: dict[str, str | None] = {
        "min_amount": _money(when.min_amount, index) if when.min_amount is not None else None,
        "max_amount": _money(when.max_amount, index) if when.max_amount is not None else None,
        "kinds": ", ".join(_KINDS[kind][index] for kind in sorted(when.kinds)) if when.kinds else None,
        "tags": _listed(when.tags, quoted),
        "without_tags": _listed(when.without_tags, quoted),
        "segments": _listed({SEGMENTS[each][index] for each in when.segments or ()}, quoted),
        "without_segments": _listed({SEGMENTS[each][index] for each in when.without_segments or ()}, quoted),
        "channel_present": _CHANNELS[when.channel_present][index] if when.channel_present else None,
    }
    return [words[key].format(value) for key, value in said.items() if value is not None]


def _listed(names: AbstractSet[str] | None, quoted: str) -> str | None:
    return ", ".join(quoted.format(name) for name in sorted(names)) if names else None


def _money(amount: Cents, index: int) -> str:
    whole, hundredths = decimal_text(amount).split(".")
    grouped = f"{int(whole):,}"
    return f"{grouped.replace(',', ' ')},{hundredths} €" if index == 0 else f"€{grouped}.{hundredths}"
