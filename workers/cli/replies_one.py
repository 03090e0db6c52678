"""One message that came in: found by the beginning of its id, and shown whole."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from workers.cli.failures import Failure
from workers.cli.invocation import Invocation
from workers.cli.prefixes import the_one
from workers.cli.speech import Language

if TYPE_CHECKING:
    from workers.orders import Outcome
    from workflows.events import Inbound

#: What a person may take a reply for.
KINDS = ("promise", "dispute", "already_paid", "request_for_time", "instalment_request", "wrong_person",
         "information_request", "refusal", "thanks", "other")  # fmt: skip


def the_mail(invocation: Invocation, mail_id: str) -> Any:  # noqa: ANN401 - a row of `incoming`
    """The one message whose id begins with `mail_id`.

    Raises:
        Failure: there is none, or several are.
    """
    from workers.ledger.queries.incoming import find_incoming  # noqa: PLC0415 - help must not pay for it

    with invocation.system.ledger.connect() as connection:
        found = find_incoming(connection, mail_id)
    return the_one(found, mail_id, ("message", "message"), "relance replies list --all")


def lines_of(row: Any, language: Language) -> Iterator[str]:  # noqa: ANN401 - as above
    """What a person reads of it: where it is from, what it seems to say, its text, its files."""
    from workers.cli.reply_words import reading_of, reading_text, reason_text, size_text, status_text  # noqa: PLC0415 - see the_mail
    from workers.cli.words import moment_text  # noqa: PLC0415
    from workers.intake.mail_files import files_or_none  # noqa: PLC0415

    state = status_text(row.status, language)
    yield f"{row.mail_id} · {state} · {moment_text(row.sent_at, language)} · {row.sender}"
    yield row.subject
    if row.debtor_ref is not None:
        yield f"{row.creditor_ref}/{row.debtor_ref}"
    if row.reason is not None:
        yield reason_text(row.reason, language)
    yield reading_text(reading_of(row), language)
    yield ""
    yield row.text.strip()
    for item in files_or_none(row.raw):
        yield f"[{item.name} · {item.media_type} · {size_text(item.size, language)}]"


def refuse(invocation: Invocation, events: Sequence["Inbound"]) -> None:
    """Say beforehand what the ledger would refuse."""
    from workers.intake.messages import rehearse_events  # noqa: PLC0415 - help must not pay for it

    _told(invocation, rehearse_events(invocation.system, events))


def publish(invocation: Invocation, events: Sequence["Inbound"], reason: str) -> None:
    """Publish what a person decided; what somebody else decided a moment before is said.

    Raises:
        Failure: the ledger refused one of the events.
    """
    from workers.cli.acting import doing  # noqa: PLC0415 - help must not pay for it
    from workers.operations.replies import accept  # noqa: PLC0415

    _told(invocation, accept(invocation.system, events, doing(reason)))


def _told(invocation: Invocation, outcomes: Sequence["Outcome"]) -> None:
    from workers.cli.events_publish import french_or_not  # noqa: PLC0415 - help must not pay for it

    findings = [finding for outcome in outcomes for finding in outcome.findings]
    if findings:
        words = "\n".join(french_or_not(invocation, finding) for finding in findings)
        raise Failure(words, words)
