"""How a reply, what it seems to say and what became of it are written for people."""

from collections.abc import Mapping
from typing import Any, Final

from workers.cli.speech import Language
from workers.cli.tables import money_text
from workers.cli.words import day_text
from workflows.events import DisputeReason
from workflows.replies import Reading, ReplyKind

_KINDS: Final[Mapping[ReplyKind, tuple[str, str]]] = {
    ReplyKind.DISPUTE: ("litige", "dispute"),
    ReplyKind.ALREADY_PAID: ("déjà payé", "already paid"),
    ReplyKind.INSTALMENTS: ("demande d’échéancier", "asks for instalments"),
    ReplyKind.MORE_TIME: ("demande de délai", "asks for time"),
    ReplyKind.PROMISE: ("promesse", "promise"),
    ReplyKind.REFUSAL: ("refus", "refusal"),
    ReplyKind.WRONG_PERSON: ("mauvais interlocuteur", "wrong person"),
    ReplyKind.INFORMATION: ("demande d’information", "asks for information"),
    ReplyKind.THANKS: ("remerciement", "thanks"),
    ReplyKind.OTHER: ("autre", "other"),
    ReplyKind.AUTOMATIC: ("réponse automatique", "automatic reply"),
}
_CATEGORIES: Final[Mapping[DisputeReason, tuple[str, str]]] = {
    DisputeReason.QUALITY: ("qualité", "quality"),
    DisputeReason.DELIVERY: ("livraison", "delivery"),
    DisputeReason.QUANTITY: ("quantité", "quantity"),
    DisputeReason.PRICE: ("prix", "price"),
    DisputeReason.VAT: ("TVA", "VAT"),
    DisputeReason.DUPLICATE: ("doublon", "duplicate"),
    DisputeReason.NOT_ORDERED: ("non commandé", "not ordered"),
    DisputeReason.PURCHASE_ORDER: ("bon de commande manquant", "missing purchase order"),
    DisputeReason.WRONG_ADDRESSEE: ("mauvais destinataire", "wrong addressee"),
    DisputeReason.OTHER: ("autre motif", "other reason"),
}
_STATUSES: Final[Mapping[str, tuple[str, str]]] = {
    "reply": ("réponse", "reply"),
    "automatic": ("réponse automatique", "automatic reply"),
    "bounce": ("non distribué", "bounce"),
    "notice": ("avis de remise", "delivery notice"),
    "own": ("copie d’un envoi", "copy of our own"),
    "unmatched": ("à rattacher", "fits nobody"),
    "refused": ("refusé", "refused"),
}
_KILO: Final = 1000


def kind_text(kind: ReplyKind, language: Language) -> str:
    """What a reply is."""
    return _KINDS[kind][language != "fr"]


def status_text(status: str, language: Language) -> str:
    """What became of a message."""
    return _STATUSES[status][language != "fr"]


def reason_text(reason: str | None, language: str) -> str:
    """The line of the language, where the reason has one for each."""
    fr, _, en = (reason or "").partition("\n")
    return fr if language == "fr" or not en else en


def reading_text(reading: Reading | None, language: Language) -> str:
    """What a reply seems to say in one line: kind, day, amount, confidence, and the words that led to it."""
    if reading is None:
        return "–"
    parts = [kind_text(reading.kind, language)]
    if reading.category is not None:
        parts.append(_CATEGORIES[reading.category][language != "fr"])
    if reading.day is not None:
        parts.append(day_text(reading.day, language))
    if reading.amount is not None:
        parts.append(money_text(reading.amount, "EUR", language))
    quotes = " … ".join(reading.quotes)
    words = "" if not quotes else f" : « {quotes} »" if language == "fr" else f": “{quotes}”"
    percent = f"{reading.confidence} %" if language == "fr" else f"{reading.confidence}%"
    return f"{', '.join(parts)} ({percent}){words}"


def size_text(size: int, language: Language) -> str:
    """Bytes as people say them."""
    unit, sign = ("o", ",") if language == "fr" else ("B", ".")
    if size < _KILO:
        return f"{size} {unit}"
    scaled, prefix = (size / _KILO, "k") if size < _KILO**2 else (size / _KILO**2, "M")
    return f"{scaled:.1f} {prefix}{unit}".replace(".", sign)


def reading_of(row: Any) -> Reading | None:  # noqa: ANN401 - a row of `incoming`
    """The reading that a row keeps."""
    return None if row.reading is None else Reading.model_validate_json(row.reading)


def plain(row: Any) -> dict[str, object]:  # noqa: ANN401 - as above
    """A row for programs."""
    reading = reading_of(row)
    names = ("mail_id", "taken_at", "sent_at", "status", "creditor_ref", "debtor_ref", "matched_by", "sender",
             "subject", "reason", "waits")  # fmt: skip
    shown = {name: getattr(row, name) for name in names}
    return shown | {"reading": None if reading is None else reading.model_dump(mode="json")}
