"""What came back: mail with its files, calls of providers, letters at the post, and what people did about it."""

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from workers.dossier import verifier
from workers.dossier.spool import Spool
from workers.dossier.writing import csv_of, slug
from workers.intake.mail_files import files_or_none
from workers.ledger.queries.paging import Row
from workers.ledger.queries.proofs import Evidence
from workers.ledger.queries.proofs_beside import is_about_these_alone

#: Gives one message that came in, by its id.
RawOf = Callable[[str], bytes | None]
#: Gives a carrier's proof by its hash: media type and content.
ProofOf = Callable[[str], tuple[str, bytes] | None]
OPERATIONS: Final = "echanges/operations.csv"
#: Name of a carrier's proof of a letter.
_PROOF: Final = "preuve"
_NO_PROOF: Final = (
    "La preuve {sha256} est citée par le journal, mais n’est pas gardée ici.\n"
    "The journal names the proof {sha256}, but it is not kept here.\n"
)
_HEADER: Final = ("at", "by", "verb", "subject", "reason")


@dataclass(frozen=True, slots=True)
class Came:
    """A message that came in, in the dossier: its own file, and that of its proof."""

    mail_id: str
    file: str
    proof: str


def lay_mail(spool: Spool, row: Row, stem: str, raw_of: RawOf) -> Came | None:
    """One message that came in, with its files and its proof, below `stem`; None where it is not kept any more."""
    raw = raw_of(row.mail_id)
    if raw is None:
        return None
    came = Came(row.mail_id, f"{stem}/message.eml", f"{stem}/proof.json")
    spool.add(came.file, raw)
    files = []
    for place, part in enumerate(files_or_none(raw), start=1):
        name = f"{stem}/{place:02d}-{_ascii(part.name)}"
        spool.add(name, part.content)
        files.append({"file": name, "name": part.name, "media_type": part.media_type, "bytes": part.size,
                      "sha256": part.sha256})  # fmt: skip
    reading = row.reading if isinstance(row.reading, dict) else json.loads(row.reading or "null")
    document = {
        "mail_id": row.mail_id, "file": came.file, "sha256": verifier.sha256(raw), "sender": row.sender,
        "subject": row.subject, "status": row.status, "taken_at": row.taken_at.astimezone(UTC).isoformat(),
        "sent_at": row.sent_at.astimezone(UTC).isoformat(), "matched_by": row.matched_by, "reading": reading,
        "reason": row.reason, "files": files,
    }  # fmt: skip
    spool.add(came.proof, verifier.canonical(document).encode())
    return came


def lay_proof(spool: Spool, proof_of: ProofOf, stem: str, sha256: str) -> bool:
    """A carrier's proof of a letter, below `stem`; whether it is there. What is not, or is another file, is said."""
    media_type, content = proof_of(sha256) or ("", b"")
    if verifier.sha256(content) != sha256:
        spool.add(f"{stem}/{_PROOF}-absente.txt", _NO_PROOF.format(sha256=sha256).encode())
        return False
    spool.add(f"{stem}/{_PROOF}.{'jpg' if media_type == 'image/jpeg' else 'pdf'}", content)
    return True


def lay_calls(spool: Spool, found: Evidence) -> None:
    """What providers called back about messages of the dossier, with the very words; not what names others, too."""
    ours = [each.row.message_id for each in found.messages]
    mine = [row for row in found.beside.calls if is_about_these_alone(row, ours)]
    for at, row in enumerate(mine, start=1):
        name = f"echanges/prestataires/{at:03d}-{row.received_at.astimezone(UTC):%Y-%m-%d}-{slug(row.provider)}.json"
        spool.add(name, verifier.canonical(_call(row)).encode())


def _call(row: Row) -> dict[str, Any]:
    body = bytes(row.body)
    try:
        said = {"body": body.decode("utf-8")}
    except UnicodeDecodeError:
        said = {"body_base64": base64.b64encode(body).decode("ascii")}
    return said | {
        "call_id": row.call_id, "provider": row.provider, "message_id": row.message_id, "status": row.status,
        "received_at": row.received_at.astimezone(UTC).isoformat(), "method": row.method, "url": row.url,
        "headers": _plain(row.headers), "events": _plain(row.events), "body_sha256": verifier.sha256(body),
    }  # fmt: skip


def _plain(value: object) -> object:
    """A column of JSON, whichever way the driver gives it."""
    return json.loads(value) if isinstance(value, str) else value


def operations_csv(rows: Sequence[Row]) -> bytes:
    """Who did what to cases, messages and replies, when and why; days and hours are those of UTC."""
    return csv_of(_HEADER, ([row.at.astimezone(UTC).isoformat(), row.by, row.verb, row.subject, row.reason]
                            for row in rows))  # fmt: skip


def posted_of(rows: Iterable[Row], message_id: str) -> dict[str, Any] | None:
    """Batch, day and number of a letter that somebody posted."""
    for row in rows:
        if row.message_id == message_id:
            day = None if row.posted_on is None else row.posted_on.isoformat()
            return {
                "batch": row.batch_id, "place": row.place, "posted_on": day, "tracking_no": row.tracking_no,
                "withdrawn": row.withdrawn,
            }  # fmt: skip
    return None


def _ascii(name: str) -> str:
    """A file's name in ASCII, with its ending."""
    stem, dot, ending = name.rpartition(".")
    return f"{slug(stem)}.{slug(ending)}" if dot and stem else slug(name)
