"""Every column that can hold words, and whom they belong to; a test refuses a column that is not here.

What a column becomes once its time is over is said beside it: an SQL expression, or a copy that `workers.ledger.copies`
makes. Instants, days, amounts and counts belong to nobody: they stay, for figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Holds(StrEnum):
    """Whose words a column holds.

    Attributes:
        NOBODY: references, codes, hashes, amounts.
        SETTINGS: what the operator writes in the settings: the creditor, its people, its ladders.
        STAFF: who of the creditor's own people did something, and why.
        PERSON: what debtors, and people at debtors, are called, how they are reached, what was said.
        EVIDENCE: the same, as far as accounting must be able to show it.
    """

    NOBODY = "nobody"
    SETTINGS = "settings"
    STAFF = "staff"
    PERSON = "person"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        cleared: SQL of what it becomes; None where it stays, or a copy takes its place.
        is_copied: a copy without people takes its place.
    """

    holds: Holds
    cleared: str | None = None
    is_copied: bool = False

    @property
    def is_personal(self) -> bool:
        """Whether somebody may ask for it."""
        return self.holds in (Holds.PERSON, Holds.EVIDENCE)


NOBODY, SETTINGS, STAFF = Column(Holds.NOBODY), Column(Holds.SETTINGS), Column(Holds.STAFF)
_MARK = "'[anonymisé]'"
_COPY, _EVIDENCE_COPY = Column(Holds.PERSON, is_copied=True), Column(Holds.EVIDENCE, is_copied=True)


def _person(cleared: str) -> Column:
    return Column(Holds.PERSON, cleared)


def _staff(cleared: str) -> Column:
    return Column(Holds.STAFF, cleared)


def _nobody(names: str) -> dict[str, Column]:
    return dict.fromkeys(names.split(), NOBODY)


COLUMNS: Final[dict[str, dict[str, Column]]] = {
    "creditors": {"ref": NOBODY, "facts": SETTINGS},
    "scenarios": {"name": NOBODY, "facts": SETTINGS},
    "feeds": _nobody("creditor_ref feed"),
    "debtors": {
        "creditor_ref": NOBODY, "ref": _EVIDENCE_COPY, "name": _EVIDENCE_COPY, "facts": _EVIDENCE_COPY, "said": NOBODY,
    },
    "cases": {
        **_nobody("case_id creditor_ref number stage idle_reason currency scenario chain"),
        "debtor_ref": _EVIDENCE_COPY, "state": _EVIDENCE_COPY,
    },
    "events": {
        **_nobody("source event_id kind creditor_ref status"),
        "content_hash": _person("''"), "subject": _EVIDENCE_COPY, "findings": _person("NULL"), "body": _EVIDENCE_COPY,
    },
    "parked": _nobody("waiting_for source event_id"),
    "rejects": {"source": NOBODY, "findings": _person("'[]'"), "body": _person(_MARK)},
    "journal": {
        **_nobody("case_id source event_id kind salts seals hash"), "event": _EVIDENCE_COPY, "decision": _COPY,
    },
    "redactions": {**_nobody("case_id rule lines hash"), "by": STAFF, "reason": STAFF},
    "dispatches": {
        **_nobody("key case_id creditor_ref ladder occasion channel template status message_id reason"),
        "debtor_ref": _EVIDENCE_COPY, "detail": _person("NULL"),
    },
    "messages": {
        **_nobody("message_id creditor_ref channel template status claimed_by provider"),
        "debtor_ref": _EVIDENCE_COPY, "recipient": _person(_MARK), "subject": _person("''"),
        "facts": _person("jsonb_build_object('balance', facts->'balance', 'currency', facts->'currency', "
                         "'situation_at', facts->'situation_at')"),
        "body": _person("''::bytea"), "body_sha256": _person("encode(sha256(''::bytea), 'hex')"),
        "receipt": _person("NULL"), "path": _person("NULL"), "provider_id": _person("NULL"),
    },
    "hook_calls": {
        **_nobody("call_id provider method status message_id"),
        "url": _person("''"), "headers": _person("'{}'"), "body": _person("''::bytea"), "reason": _person("NULL"),
        "events": _person("NULL"),
    },
    "incoming": {
        **_nobody("mail_id status creditor_ref matched_by"),
        "debtor_ref": _EVIDENCE_COPY, "sender": _person(_MARK), "subject": _person("''"), "text": _person("''"),
        "reading": _person("NULL"), "reason": _person("NULL"), "event": _person("NULL"), "raw": _person("NULL"),
        "raw_sha256": _person("''"),
    },
    "attempts": {**_nobody("dispatch_key outcome code"), "detail": _person("NULL")},
    "payments": {**_nobody("creditor_ref payment_id currency"), "reference": Column(Holds.EVIDENCE, "NULL")},
    "allocations": _nobody("creditor_ref payment_id number"),
    "tasks": {**_nobody("key kind creditor_ref case_id"), "detail": _person("''")},
    "holds": {"scope": NOBODY, "reason": STAFF, "by": STAFF},
    "operations": {**_nobody("verb subject"), "by": _staff(_MARK), "reason": _staff(_MARK)},
    "person_requests": {
        **_nobody("asked_for creditor_ref"), "debtor_ref": _EVIDENCE_COPY, "by": STAFF, "reference": STAFF,
        "answer": NOBODY,
    },
    "workers": _nobody("worker_id kind host version queues"),
    "post_batches": {**_nobody("batch_id channel"), "made_by": _staff(_MARK)},
    "post_letters": {**_nobody("message_id batch_id withdrawn"), "tracking_no": _person("NULL")},
    "letter_proofs": {**_nobody("message_id sha256 media_type"), "content": _person("''::bytea")},
    "notices": {**_nobody("target subject kind status batch code"), "detail": _person("NULL")},
}  # fmt: skip


def personal() -> Iterator[tuple[str, str, Column]]:
    """Every column with words of a natural person outside the creditor's house: table, name, column."""
    for table, columns in COLUMNS.items():
        for name, column in columns.items():
            if column.is_personal:
                yield table, name, column


def cleared(table: str, *, by: Holds = Holds.PERSON) -> dict[str, str]:
    """What the columns of a table become, as SQL: those of people, or of the creditor's own."""
    return {
        name: column.cleared
        for name, column in COLUMNS[table].items()
        if column.cleared is not None and column.holds is by
    }
