"""Every message as it left, each with its proof."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from hashlib import sha256
from typing import Any

from workers.dossier.beside import posted_of
from workers.dossier.writing import slug
from workers.ledger.queries.proofs import Evidence, MessageEvidence
from workflows.events import LetterTracked, MessageBounced, MessageDelivered
from workflows.invoice import SHEETS

_SUFFIXES = {"email": "eml", **dict.fromkeys(map(str, SHEETS), "pdf")}


@dataclass(frozen=True, slots=True)
class Kept:
    """One message in the dossier: its own file, and that of its proof."""

    message_id: str
    file: str
    proof: str
    body: bytes
    document: dict[str, Any]


def messages(found: Evidence) -> Iterator[Kept]:
    """The messages in the order in which they left."""
    for at, each in enumerate(found.messages, start=1):
        row = each.row
        folder = f"messages/{at:03d}-{row.claimed_at.astimezone(UTC):%Y-%m-%d}-{slug(row.channel)}-{slug(row.template)}"
        file = f"{folder}/message.{_SUFFIXES.get(row.channel, 'txt')}"
        body = bytes(row.body)
        yield Kept(row.message_id, file, f"{folder}/proof.json", body, _proof(found, each, file))


def _proof(found: Evidence, each: MessageEvidence, file: str) -> dict[str, Any]:
    row, facts = each.row, json.loads(each.row.facts)
    return {
        "message_id": row.message_id, "channel": row.channel, "letter": row.template, "recipient": row.recipient,
        "subject": row.subject, "status": row.status, "file": file, "body_sha256": row.body_sha256,
        "attachments": _attachments(row.channel, bytes(row.body)),
        "balance": {"amount": facts["balance"], "currency": facts["currency"], "read_at": facts["situation_at"]},
        "claimed_at": _instant(row.claimed_at), "ended_at": _instant(row.ended_at), "receipt": row.receipt,
        "carries": [
            {"key": item.key, "invoice": item.number, "status": item.status, "reason": item.reason,
             "done_at": _instant(item.done_at)}
            for item in each.dispatches
        ],
        "attempts": [
            {"key": item.dispatch_key, "at": _instant(item.at), "outcome": item.outcome, "code": item.code,
             "detail": item.detail}
            for item in each.attempts
        ],
        "provider": row.provider, "provider_id": row.provider_id,
        "post": posted_of(found.beside.posted, row.message_id),
        "tracking": _tracking(found, row.message_id), "facts": facts,
    }  # fmt: skip


def _attachments(channel: str, body: bytes) -> list[dict[str, object]]:
    """What an e-mail carries beside its texts."""
    if channel != "email":
        return []
    parts = [part for part in message_from_bytes(body).walk() if part.get_filename()]
    contents = [(part.get_filename(), part.get_payload(decode=True)) for part in parts]
    return [
        {"name": name, "bytes": len(content), "sha256": sha256(content).hexdigest()}
        for name, content in contents
        if isinstance(content, bytes)
    ]


def _tracking(found: Evidence, message_id: str) -> Sequence[dict[str, Any]]:
    """What carriers and providers said of it afterwards; said to several cases, it is told once."""
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for case in found.cases:
        for entry in case.entries:
            event = entry.happened
            if isinstance(event, LetterTracked | MessageBounced | MessageDelivered) and event.message_id == message_id:
                told[event.source, event.event_id] = event.model_dump(mode="json", exclude_none=True)
    return [told[key] for key in sorted(told)]


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
