"""Reasons in words: a stored rule and its facts become one French or English sentence when somebody reads them.

Only the rule and the facts are stored, so a journal written today stays readable after a sentence was improved.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from workflows.effects import Reason
from workflows.reason_texts import TEXTS
from workflows.reason_texts.beside import LETTER_NAMES
from workflows.reason_texts.segmented import PARTS, SEGMENTS

FRENCH = "fr"
#: `sends.RULE` means: the step leaves now, and RULE had set its date.
_SENDS = "sends."
_LEAVES = ("L’étape[ {step}] part[ par {channels}].", "Step[ {step}] leaves[ by {channels}].")
_UNKNOWN = ("Règle « {rule} » (sans texte).", "Rule “{rule}” (without a text).")
_PART = re.compile(r"\[([^\[\]]*)\]")
_FACT = re.compile(r"\{(\w+)\}")
_AMOUNT = re.compile(r"^(-?)(\d+)\.(\d{2}) ([A-Z]{3})$")
_MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
_ENGLISH_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
#: Codes that facts may hold, by the name of the fact.
_CODES: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "channel": {
        "email": ("e-mail", "e-mail"), "sms": ("SMS", "text message"), "letter": ("lettre", "letter"),
        "tracked": ("lettre suivie", "tracked letter"), "registered": ("lettre recommandée", "registered letter"),
        "lre": ("lettre recommandée électronique", "electronic registered letter"), "call": ("appel", "call"),
    },
    "reason": {
        "quality": ("qualité", "quality"), "delivery": ("livraison", "delivery"), "quantity": ("quantité", "quantity"),
        "price": ("prix", "price"), "vat": ("TVA", "VAT"), "duplicate": ("doublon", "duplicate"),
        "not_ordered": ("non commandé", "not ordered"),
        "missing_purchase_order": ("bon de commande manquant", "missing purchase order"),
        "wrong_addressee": ("mauvais destinataire", "wrong addressee"), "other": ("autre motif", "other reason"),
        "rejet_prelevement": ("prélèvement rejeté", "direct debit rejected"),
        "cheque_impaye": ("chèque impayé", "cheque unpaid"), "erreur": ("erreur", "error"),
    },
    "outcome": {
        "creditor": ("en faveur du créancier", "for the creditor"),
        "debtor": ("en faveur du débiteur", "for the debtor"), "partial": ("par un accord partiel", "in part"),
    },
    "awaiting": {"creditor": ("le créancier", "the creditor"), "debtor": ("le débiteur", "the debtor")},
    "by": {"creditor": ("du créancier", "of the creditor"), "debtor": ("du débiteur", "of the debtor")},
    "bounce": {
        "hard": ("adresse inexistante", "no such address"), "soft": ("échec passager", "passing failure"),
        "complaint": ("signalé comme indésirable", "reported as unwanted"),
        "sms_rejected": ("SMS rejeté", "text message rejected"),
        "npai": ("n’habite pas à l’adresse indiquée", "not known at this address"),
    },
    "state": {
        "deposited": ("déposée", "posted"), "notified": ("présentée", "presented"),
        "delivered": ("remise", "delivered"), "refused": ("refusée", "refused"),
        "unclaimed": ("non réclamée", "unclaimed"),
        "npai": ("n’habite pas à l’adresse indiquée", "not known at this address"),
    },
    "disposition": {
        "reached": ("joint", "reached"), "voicemail": ("messagerie", "voicemail"),
        "wrong_number": ("mauvais numéro", "wrong number"), "refuses": ("refuse de payer", "refuses to pay"),
        "promises": ("promet de payer", "promises to pay"), "disputes": ("conteste", "disputes"),
        "asks_document": ("demande un document", "asks for a document"),
        "call_back": ("demande qu’on rappelle", "asks to be called back"),
    },
    "procedure": {
        "sauvegarde": ("sauvegarde", "safeguard (sauvegarde)"),
        "redressement": ("redressement judiciaire", "receivership (redressement)"),
        "liquidation": ("liquidation judiciaire", "liquidation"),
    },
    "to": {
        "agency": ("agence de recouvrement", "collection agency"),
        "commissaire_de_justice": ("commissaire de justice", "commissaire de justice"),
        "avocat": ("avocat", "lawyer"), "contentieux": ("service contentieux", "litigation department"),
    },
    "segment": SEGMENTS,
    "part": PARTS,
    "letter": LETTER_NAMES,
    "scope": {"invoice": ("cette facture", "this invoice"), "debtor": ("tout le débiteur", "the whole debtor")},
}  # fmt: skip


def say(reason: Reason, language: str = FRENCH) -> str:
    """`reason` as one sentence; any language but French is answered in English."""
    which = 0 if language == FRENCH else 1
    if reason.rule.startswith(_SENDS):
        because = Reason(rule=reason.rule.removeprefix(_SENDS), facts=reason.facts)
        return f"{_filled(_LEAVES[which], reason.facts, which)} {say(because, language)}"
    if reason.rule not in TEXTS:
        return _UNKNOWN[which].replace("{rule}", reason.rule)
    return _filled(TEXTS[reason.rule][which], reason.facts, which)


def say_all(reasons: Iterable[Reason], language: str = FRENCH) -> str:
    """Every reason of a decision, in the order in which they were found, as one paragraph."""
    return " ".join(say(reason, language) for reason in reasons)


def code_text(name: str, value: str, language: str = FRENCH) -> str:
    """A code such as a dispute's reason or outcome in words; as it is where it is not known."""
    words = _CODES.get(name, {}).get(value)
    return value if words is None else words[0 if language == FRENCH else 1]


def _filled(text: str, facts: dict[str, str], which: int) -> str:
    """`text` with its facts; a part in brackets is dropped where one of its facts is missing."""

    def keep(part: re.Match[str]) -> str:
        names = _FACT.findall(part[1])
        return part[1] if all(name in facts for name in names) else ""

    return _FACT.sub(lambda fact: _shown(fact[1], facts.get(fact[1], "…"), which), _PART.sub(keep, text))


def _shown(name: str, value: str, which: int) -> str:
    """One fact as a reader expects it: a day, a moment, an amount, a code in words, a step by its name."""
    if name in ("channels", "segments"):
        return ", ".join(_shown(name.removesuffix("s"), item, which) for item in value.split(", "))
    if value in _CODES.get(name, {}):
        return _CODES[name][value][which]
    if name == "reason" and value in TEXTS:  # what a gate said, within another sentence
        nested = _filled(TEXTS[value][which], {}, which).rstrip(".")
        return nested[0].lower() + nested[1:]
    if name in ("step", "entry_step"):
        return _step(value, which)
    amount = _AMOUNT.match(value)
    return _money(amount, which) if amount else _moment(value, which)


def _step(value: str, which: int) -> str:
    """A step by its name, or counted from 1 where only its number is known."""
    if value.isdigit():
        return f"{'n° ' if which == 0 else 'no. '}{int(value) + 1}"
    return f"« {value} »" if which == 0 else f"“{value}”"


def _money(amount: re.Match[str], which: int) -> str:
    sign, units, hundredths, currency = amount.groups()
    symbol = "€" if currency == "EUR" else currency
    if which == 0:
        return f"{sign}{int(units):,}".replace(",", "\u202f") + f",{hundredths}\u00a0{symbol}"
    return f"{sign}{symbol}{'' if currency == 'EUR' else chr(0xA0)}{int(units):,}.{hundredths}"


def _moment(value: str, which: int) -> str:
    """A day or a moment in words; anything else as it is."""
    try:
        if len(value) == len("2026-11-24"):
            return _day(date.fromisoformat(value), which)
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    if at.tzinfo is None:
        return value
    day = _day(at.date(), which)
    return f"{day} à {at.hour}\u00a0h\u00a0{at:%M}" if which == 0 else f"{day} at {at:%H:%M}"


def _day(day: date, which: int) -> str:
    if which == 0:
        return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"
