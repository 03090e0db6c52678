"""Copies of what the journal holds, without what belongs to people: made when a line is written, used years later.

The journal commits to them at once (`seals.py`), so that nobody can pass a changed line off as an anonymised one.
Everything is left out unless it is named here: what a later version adds is hidden until somebody decides. What is said
here of a field must never change, only be added to: lines that were written before keep their promise. The copy of a
copy is what the copy of the whole would have been.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from typing import Any, Final

JsonObject = dict[str, Any]


class Level(IntEnum):
    """How much of a line, a case or a debtor is left.

    Attributes:
        WHOLE: all that was written.
        EVIDENCE: what accounting must be able to show: who was invoiced, at which address, by which reference.
        BARE: amounts, days, codes and references; nobody's name.
    """

    WHOLE = 0
    EVIDENCE = 1
    BARE = 2


#: In the place of a text that is gone.
MARK: Final = "[anonymisé]"
#: A domain that can never exist (RFC 2606) and a country code that is given to nobody.
_DOMAIN, _COUNTRY = "anonyme.example", "+999"
_REF = "anonyme-"
_CODE = re.compile(r"[a-z_]+(\.[a-z_]+)+")
_ROLES = frozenset({"billing", "purchasing", "manager"})

#: Fields of events that say nothing of a person: references, amounts, days, codes, choices.
OPEN: Final = frozenset({
    "kind", "event_id", "source", "at", "creditor", "invoice_no", "invoice_nos", "issue_date", "due_date", "total",
    "scenario", "contract_rate", "changed", "payment_id", "amount", "value_date", "allocations", "reversal_id",
    "expected_date", "credit_note_no", "corrective", "dispute_id", "outcome", "promise_id", "date", "plan_id", "lines",
    "answer_by", "break_clause", "line", "reply_id", "automatic", "call_id", "disposition", "promised_on",
    "promised_amount", "request_id", "letter", "deadline_on", "offer_id", "until", "percent", "message_id", "bounce",
    "state", "language", "do_not_contact", "segments", "procedure", "judgment_date", "published_on", "scope", "to",
    "on", "step", "version", "entry_step", "feed", "as_of", "count", "epoch", "dispatch_key", "client_since",
    "acknowledge", "deadline", "awaiting", "answer_id", "attach_invoices", "call_back_on", "call_back_from",
    "call_back_to", "dispute_amount", "dispute_reason", "first_on",
})  # fmt: skip
#: Kept for as long as accounting evidence is; what is required is marked afterwards, the rest left out.
EVIDENCE: Final = frozenset({"debtor_ref", "siren", "po_number", "document", "reference", "method", "name"})
#: Texts that are required, or that a reader should see to be gone.
MARKED: Final = frozenset({"text", "note", "comment", "reason", "with_name", "debtor_ref", "name", "owner", "how"})
#: Known, and left out.
HIDDEN: Final = frozenset({
    "sender", "in_reply_to", "references", "subject", "files", "detail", "body_sha256", "proof_sha256", "tracking_no",
    "mandataire", "tags", "civility", "approved_by", "phone",
})  # fmt: skip
#: Kinds whose every field is open: the common ones are not looked at twice.
_PLAIN = frozenset({"step.fell_due", "case.reviewed", "feed.completed"})
#: Kinds whose `reason` is a code.
_CODED = frozenset({"dispute.opened", "payment.reversed", "dispatch.reported"})
#: Characters of what a server answers as a code, such as 5.1.1; longer ones may be sentences.
LONGEST_CODE = 8
_CHANNELS = frozenset({"email", "sms", "letter", "registered", "call", "tracked", "lre"})

#: Facts of reasons that say nothing of a person; every other one is hidden, unless it is a code.
OPEN_FACTS: Final = frozenset({
    "amount", "answer_by", "as_of", "at", "bounce", "broken_promises", "call_id", "channel", "channels",
    "credit_note_no", "current", "date", "day", "days", "discount", "disposition", "dispute_id", "due_on", "entry_step",
    "expected_date", "first_on", "formal_notices", "instalment", "into", "last_day", "late", "least", "letter",
    "measured", "median", "minimum", "offer_id", "outcome", "owed", "part", "payment_id", "percent", "plan_id",
    "plans", "previous_on", "procedure", "promise_id", "rang", "reply_id", "scenario", "scope", "segment", "segments",
    "sent_on", "since", "state", "step", "to", "until", "value_date", "version", "awaiting", "call_back_on", "count",
    "deadline", "made", "most", "promised_on", "reversal_id",
})  # fmt: skip
#: Known to be words, or what words may be in.
HIDDEN_FACTS: Final = frozenset({"reason", "detail", "name", "tag", "document", "fact", "by"})
#: Texts in the state of a case that are references, codes, templates or rules.
STATE_OPEN: Final = frozenset({
    "answer_id", "answered", "asked", "call_id", "cancelled", "case_id", "contract_rate", "credit_note_no",
    "creditor_ref", "currency", "debtor_ref", "dispute_id", "due_on_word", "idle_reason", "key", "ladder",
    "message_id", "number", "occasion", "offer_id", "payment_id", "percent", "plan_id", "promise_id", "rate_word",
    "reason", "reply_id", "request_id", "resumed", "reversal_id", "scenario_stamp", "stamp", "template", "total_word",
    "written_off",
})  # fmt: skip
#: Fields of the state of a case that belong to people; evidence stays until nothing is left.
STATE_HIDDEN: Final = frozenset({"with_name", "note", "owner", "sender", "subject", "in_reply_to", "references"})
STATE_EVIDENCE: Final = frozenset({"po_number", "document"})
#: Where a case was handed over: to whom there.
STATE_OF_HAND_OVER: Final = frozenset({"name", "contact"})
_HAND_OVERS = frozenset({"handed_over", "hand_over"})
#: Required: a mark takes their place.
STATE_MARKED: Final = frozenset({"text"})


def event_copy(event: Mapping[str, Any], level: Level, salt: str) -> JsonObject:
    """The event as `level` leaves it; it can still be read as an event.

    Args:
        event: as JSON, `None` left out.
        level: EVIDENCE or BARE.
        salt: of the line; what stands for an address cannot be traced back once it is gone.
    """
    kind = str(event.get("kind"))
    if kind in _PLAIN:
        return dict(event)
    is_code, is_debtor = kind in _CODED, event.get("scope") == "debtor"
    copy: JsonObject = {}
    for name, value in event.items():
        if name in OPEN or (name == "reason" and is_code) or (name == "ref" and not is_debtor):
            copy[name] = value
        elif name in _SHAPES:
            copy[name] = _SHAPES[name](value, level, salt)
        else:
            copy[name] = _text(name, value, level)
    return _without(copy)


def _text(name: str, value: object, level: Level) -> object:
    if name in EVIDENCE and level is Level.EVIDENCE:
        return value
    return MARK if name in MARKED or name == "ref" else None


def debtor_copy(debtor: Mapping[str, Any], level: Level, salt: str) -> JsonObject:
    """A debtor as `level` leaves it: who was invoiced, or only what sort of debtor it was."""
    copy: JsonObject = {key: value for key, value in debtor.items() if key in OPEN}
    copy |= {key: _text(key, debtor[key], level) for key in ("name", "siren") if key in debtor}
    copy |= {"ref": debtor["ref"] if level is Level.EVIDENCE else MARK} if "ref" in debtor else {}
    if debtor.get("contacts") is not None:
        copy["contacts"] = _contacts(debtor["contacts"], level, salt)
    return _without(copy)


def contact_copy(contact: Mapping[str, Any], level: Level, salt: str) -> JsonObject:
    """A contact without the person: by which ways it could be reached, and where in the country it is."""
    ref, role, email, phone = (contact.get(key) for key in ("ref", "role", "email", "phone"))
    copy: JsonObject = {key: contact[key] for key in ("opted_out", "invalid") if key in contact}
    copy["ref"] = ref if ref in (None, "main") or ref.startswith(_REF) else _REF + token(salt, ref)
    copy["role"] = role if role is None or role in _ROLES else "other"
    copy["email"] = _address(email, level, salt) if email else None
    copy["phone"] = _address(phone, level, salt) if phone else None
    address = contact.get("address")
    copy["address"] = address if address is None or level is Level.EVIDENCE else _region(address)
    return _without(copy)


def _region(address: Mapping[str, Any]) -> JsonObject:
    """The department of an address in France, and the country of any other: what holidays and figures need."""
    country = str(address.get("country", "FR"))
    postcode = f"{str(address['postcode'])[:2]}000" if country == "FR" else "00"
    return {"lines": [MARK], "postcode": postcode, "city": MARK, "country": country}


def token(salt: str, value: str) -> str:
    """Eight characters that stand for a value within one line: the same for the same value."""
    return hashlib.sha256(f"{salt}\n{value}".encode()).hexdigest()[:8]


def decision_copy(decision: Mapping[str, Any]) -> JsonObject:
    """The decision without texts that people wrote: the rules, the codes, and what it ordered."""
    return {
        **decision,
        "reasons": [{**each, "facts": _facts(each.get("facts", {}))} for each in decision["reasons"]],
        "effects": [{key: value for key, value in each.items() if key != "detail"} for each in decision["effects"]],
    }


def _facts(facts: Mapping[str, str]) -> dict[str, str]:
    return {name: value if _is_open(name, value) else MARK for name, value in facts.items()}


def _is_open(name: str, value: str) -> bool:
    return name in OPEN_FACTS or value == MARK or _CODE.fullmatch(value) is not None


def is_plain(decision: Mapping[str, Any]) -> bool:
    """Whether a decision holds no text that `decision_copy` would hide."""
    return not any(each.get("detail") for each in decision["effects"]) and all(
        _is_open(name, value) for each in decision["reasons"] for name, value in each["facts"].items()
    )


def state_copy(state: Any, level: Level, within: str = "") -> Any:  # noqa: ANN401 - any JSON
    """The state of a case as `level` leaves it; all that its stage and balance are made of stays.

    Args:
        state: JSON, or a part of it.
        level: EVIDENCE or BARE.
        within: the field that this part is in.
    """
    if isinstance(state, list):
        return [state_copy(each, level, within) for each in state]
    if not isinstance(state, Mapping):
        return state
    hidden = STATE_HIDDEN if level is Level.EVIDENCE else STATE_HIDDEN | STATE_EVIDENCE
    hidden |= STATE_OF_HAND_OVER if within in _HAND_OVERS else frozenset()
    kept = {key: state_copy(each, level, key) for key, each in state.items() if key not in hidden}
    return kept | dict.fromkeys(STATE_MARKED & set(kept), MARK)


def _contacts(contacts: Sequence[Mapping[str, Any]], level: Level, salt: str) -> list[JsonObject]:
    return [contact_copy(each, level, salt) for each in contacts]


def _hand_over(plan: Mapping[str, Any], _level: Level, _salt: str) -> JsonObject:
    return {key: each for key, each in plan.items() if key in OPEN}


def _channel(value: object, _level: Level, _salt: str) -> object:
    return value if value in _CHANNELS else None


def _by(value: object, _level: Level, _salt: str) -> object:
    """Which side, or the name of somebody."""
    return value if value in ("creditor", "debtor") else MARK


def _contact(value: object, _level: Level, _salt: str) -> object:
    """The reference of a contact, or the name of somebody."""
    return value if value == "main" else MARK


def _address(value: str, _level: Level, salt: str) -> str:
    """What somebody said of one address: that it was one, and of which sort."""
    if "@" in value:
        return value if value.endswith(_DOMAIN) else f"{token(salt, value.casefold())}@{_DOMAIN}"
    if value.startswith("+"):
        return value if value.startswith(_COUNTRY) else f"{_COUNTRY}{int(token(salt, value), 16):010d}"
    return MARK


def _code(value: object, _level: Level, _salt: str) -> object:
    return value if len(str(value)) <= LONGEST_CODE else None


#: Fields that are decided by what is in them.
_SHAPES: Final[dict[str, Callable[[Any, Level, str], object]]] = {
    "debtor": debtor_copy, "contacts": _contacts, "hand_over": _hand_over, "channel": _channel, "code": _code,
    "by": _by, "contact": _contact, "address": _address,
}  # fmt: skip


#: All that is decided by what is in it.
SHAPED: Final = frozenset(_SHAPES) | {"ref"}


def _without(copy: Mapping[str, Any]) -> JsonObject:
    return {key: value for key, value in copy.items() if value is not None}
