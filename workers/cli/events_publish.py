"""`relance events publish`: one event from the command line, or many from a file."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from workers.cli.bilingual import argument, command, json_option, option
from workers.cli.event_files import payloads_of
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import show_json
from workers.cli.term_warnings import tell_warnings

if TYPE_CHECKING:
    from workers.intake.unreadable import Unread
    from workers.orders import Outcome
    from workflows.payment_terms import TermWarning

#: Events in one transaction.
_BATCH = 500
#: What the operator has to do nothing about.
_FINE = frozenset({"accepted", "duplicate", "parked"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for; the options below say what each means."""

    what: str | None
    data: str | None
    event_id: str | None
    at: str | None
    source: str
    creditor: str | None
    batch: bool
    go_on: bool
    dry_run: bool
    as_json: bool


@dataclass(slots=True)
class Tally:
    """What became of the events so far; in full for JSON, else only those that did not simply go in."""

    counts: Counter[str] = field(default_factory=Counter)
    results: list[dict[str, object]] = field(default_factory=list)


@command(
    "publish",
    fr=(
        "Publie un événement, ou ceux d’un fichier.\n\nWHAT est un type (invoice.issued), avec --data, ou un fichier "
        "JSON ou NDJSON d’événements complets. Ce qui est refusé ou illisible est conservé : « relance events list »."
    ),
    en=(
        "Publish one event, or those of a file.\n\nWHAT is a type (invoice.issued), with --data, or a JSON or NDJSON "
        "file of whole events. What is refused or unreadable is kept: 'relance events list'."
    ),
)
@argument(
    "what", required=False, metavar="[WHAT]", fr="Un type d’événement ou un fichier.", en="A type of event or a file."
)
@option("--data", metavar="JSON|@FILE|-", fr="Les faits de l’événement.", en="The facts of the event.")
@option(
    "--id",
    "event_id",
    metavar="ID",
    fr="L’identifiant ; sinon tiré du contenu.",
    en="The id; else made of the content.",
)
@option("--at", metavar="TIME", fr="Quand c’est arrivé ; sinon maintenant.", en="When it happened; else now.")
@option("--source", default="/cli", show_default=True, fr="Qui le dit.", en="Who says it.")
@option(
    "--creditor", metavar="REF", fr="Le créancier, s’il y en a plusieurs.", en="The creditor, if there are several."
)
@option("--batch", is_flag=True, fr="Lit des événements sur l’entrée standard.", en="Read events from standard input.")
@option(
    "--continue/--stop",
    "go_on",
    default=True,
    fr="Continue, ou s’arrête, après un événement incorrect ; continue par défaut.",
    en="Go on, or stop, after a bad event; goes on by default.",
)
@option(
    "--dry-run", is_flag=True, fr="N’écrit rien ; dit ce qui se passerait.", en="Write nothing; say what would happen."
)
@json_option
@pass_invocation
def publish(invocation: Invocation, /, **options: Any) -> int:  # noqa: ANN401 - the options of `Asked`
    """Publish."""
    asked = Asked(**options)
    tally = Tally()
    if asked.batch or asked.what is None or asked.what == "-":
        if not asked.batch and asked.what is None:
            raise Failure(
                "dites quoi publier : un type avec --data, un fichier, ou --batch",
                "say what to publish: a type with --data, a file, or --batch",
                ExitCode.USAGE,
            )
        _publish_all(invocation, asked, sys.stdin.buffer, tally)
    elif _is_file(asked.what):
        _publish_file(invocation, asked, tally)
    else:
        payload = _one(invocation, asked)
        _check(payload)
        _take(invocation, asked, [(1, payload)], tally)
    return _answer(invocation, asked, tally)


def _is_file(what: str) -> bool:
    return "/" in what or what.endswith((".json", ".ndjson", ".jsonl")) or Path(what).is_file()


def _publish_file(invocation: Invocation, asked: Asked, tally: Tally) -> None:
    try:
        with Path(asked.what or "").open("rb") as file:
            _publish_all(invocation, asked, file, tally)
    except OSError as error:
        words = f"{asked.what} : {error.strerror}"
        raise Failure(words, words, ExitCode.USAGE) from None


def _publish_all(invocation: Invocation, asked: Asked, file: BinaryIO, tally: Tally) -> None:
    payloads: Iterator[tuple[int, bytes]] = payloads_of(file)
    size = _BATCH if asked.go_on else 1
    while batch := list(islice(payloads, size)):
        _take(invocation, asked, batch, tally)
        if not asked.go_on and tally.counts.keys() - _FINE:
            left = sum(1 for _ in payloads)
            invocation.tell(f"arrêté : {left} événement(s) non lus", f"stopped: {left} event(s) not read")
            return


def _one(invocation: Invocation, asked: Asked) -> bytes:
    """The envelope of one event; its id is made of what is said, so that saying it twice is one event."""
    import hashlib  # noqa: PLC0415 - help must not pay for it

    data = _data(asked)
    said = json.dumps([asked.what, asked.source, asked.creditor, asked.at, data], sort_keys=True)
    envelope: dict[str, object] = {
        "type": asked.what,
        "id": asked.event_id or hashlib.sha256(said.encode("utf-8", "backslashreplace")).hexdigest()[:32],
        "source": asked.source,
        "time": asked.at or invocation.system.clock.now().isoformat(),
        "data": data,
    }
    if asked.creditor is not None:
        envelope["creditor"] = asked.creditor
    return json.dumps(envelope, ensure_ascii=True).encode()


def _check(payload: bytes) -> None:
    """Answer a slip of the pen at once: whoever typed it is there, so it is not kept for the operator."""
    from workflows.errors import BadEvent  # noqa: PLC0415 - help must not pay for it
    from workflows.event_schemas import parse_event  # noqa: PLC0415

    try:
        parse_event(payload)
    except BadEvent as error:
        words = "\n".join(error.findings)
        raise Failure(words, words) from None


def _data(asked: Asked) -> object:
    if asked.data is None:
        raise Failure(
            f"--data manque ; un exemple : relance events schema {asked.what} --example",
            f"--data is missing; an example: relance events schema {asked.what} --example",
            ExitCode.USAGE,
        )
    try:
        if asked.data == "-":
            text = sys.stdin.buffer.read()
        else:
            text = Path(asked.data[1:]).read_bytes() if asked.data.startswith("@") else asked.data.encode()
        return json.loads(text)
    except OSError as error:
        raise Failure(f"--data : {error.strerror}", f"--data: {error.strerror}", ExitCode.USAGE) from None
    except (ValueError, RecursionError) as error:
        raise Failure(f"--data : JSON incorrect ({error})", f"--data: wrong JSON ({error})", ExitCode.USAGE) from None


def _take(invocation: Invocation, asked: Asked, batch: list[tuple[int, bytes]], tally: Tally) -> None:
    from workers.intake.messages import receive_many, rehearse  # noqa: PLC0415 - help must not pay for it

    payloads = [payload for _, payload in batch]
    if asked.dry_run:
        answers = rehearse(invocation.system, payloads)
    else:
        answers = receive_many(invocation.system, payloads, way=asked.source)
    for (place, _), answer in zip(batch, answers, strict=True):
        tally.counts[answer.status] += 1
        warnings = _warnings(invocation, answer)
        if asked.as_json:
            told = [warning.model_dump(mode="json") for warning in warnings]
            tally.results.append(_result(place, answer) | {"warnings": told})
        else:
            _tell(invocation, asked, place, answer)
            tell_warnings(invocation, place, warnings)


def _warnings(invocation: Invocation, answer: "Outcome | Unread") -> "tuple[TermWarning, ...]":
    """What is odd about the terms of an invoice that went in."""
    from workers.intake.term_notes import warnings_of  # noqa: PLC0415 - help must not pay for it
    from workers.intake.unreadable import Unread  # noqa: PLC0415

    if isinstance(answer, Unread) or answer.status != "accepted":
        return ()
    return warnings_of(answer.event, invocation.rates)


def _result(place: int, answer: "Outcome | Unread") -> dict[str, object]:
    from workers.intake.unreadable import Unread  # noqa: PLC0415 - help must not pay for it

    known: dict[str, object] = {"place": place, "status": answer.status, "findings": answer.findings}
    if isinstance(answer, Unread):
        return known | {"kept_as": None if answer.number is None else f"r{answer.number}"}
    event = answer.event
    known |= {"id": event.event_id, "source": event.source, "waiting_for": answer.waiting_for}
    return known | {"decisions": [decision_json(decision) for decision in answer.decisions]}


def decision_json(decision: Any) -> dict[str, object]:  # noqa: ANN401 - a Decision; its module is imported late
    """What a decision orders, for programs."""
    case = decision.case
    return {
        "case": case.case_id,
        "stage": case.stage,
        "next_wake_at": case.next_wake_at,
        "effects": [effect.model_dump(mode="json") for effect in decision.effects],
        "reasons": [reason.model_dump(mode="json") for reason in decision.reasons],
    }


def _tell(invocation: Invocation, asked: Asked, place: int, answer: "Outcome | Unread") -> None:
    result = _result(place, answer)
    name = result.get("id") or result.get("kept_as") or ""
    if answer.status not in _FINE:
        for finding in answer.findings:
            invocation.show(
                f"{place}  {_status(invocation, answer.status)}  {name}  {french_or_not(invocation, finding)}"
            )
    elif answer.status == "parked":
        waiting = ", ".join(str(each) for each in result["waiting_for"])  # type: ignore[attr-defined] # a tuple of texts
        invocation.show(f"{place}  {_status(invocation, 'parked')}  {name}  {waiting}")
    elif asked.dry_run:
        for decision in result["decisions"]:  # type: ignore[attr-defined] # a list of tables
            wake = decision["next_wake_at"]
            invocation.show(f"{place}  {decision['case']}  {decision['stage']}  {wake or '-'}")


def french_or_not(invocation: Invocation, finding: str) -> str:
    """A finding of the ledger in the language of the run, as far as it is known in it."""
    from workers.intake.french_findings import french  # noqa: PLC0415 - help must not pay for it

    return french(finding) if invocation.language == "fr" else finding


def _status(invocation: Invocation, status: str) -> str:
    words = {
        "accepted": "accepté", "duplicate": "déjà connu", "parked": "en attente", "refused": "refusé",
        "conflict": "en conflit", "unreadable": "illisible",
    }  # fmt: skip
    return words[status] if invocation.language == "fr" else status


def _answer(invocation: Invocation, asked: Asked, tally: Tally) -> int:
    if asked.as_json:
        content = {"dry_run": asked.dry_run, "counts": dict(tally.counts), "results": tally.results}
        show_json(invocation, "events.publish", content)
    else:
        counts = [(_status(invocation, status), count) for status, count in sorted(tally.counts.items())]
        told_fr = ", ".join(f"{words} : {count}" for words, count in counts)
        told_en = ", ".join(f"{words}: {count}" for words, count in counts)
        invocation.tell(told_fr or "aucun événement", told_en or "no event")
    if not tally.counts:
        return ExitCode.NOTHING_MATCHED
    return ExitCode.FAILURE if tally.counts.keys() - _FINE else ExitCode.OK
