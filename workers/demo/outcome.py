"""What a demonstration leaves behind: messages with their files, steps that did not leave, stages, tasks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from workers.channels.sink_files import kept
from workers.demo.dealings import Dealing
from workers.demo.place import Place
from workers.demo.timeline import Stopped, Timeline
from workers.wiring import System
from workflows.scenario import Scenario

_MESSAGES: Final = sa.text("""
    SELECT messages.message_id, messages.channel, messages.template, messages.recipient, messages.subject,
           messages.claimed_at, messages.path, cases.number, dispatches.ladder, dispatches.step
    FROM messages JOIN dispatches USING (message_id) JOIN cases USING (case_id)
    WHERE messages.status = 'sent'
    ORDER BY messages.claimed_at, messages.message_id, cases.due_on, dispatches.key
""")
_CASES: Final = sa.text("SELECT number, stage FROM cases ORDER BY number")
_TASKS: Final = sa.text("""
    SELECT tasks.kind, coalesce(cases.number, tasks.detail) AS subject, tasks.due_on, tasks.asked_at,
           tasks.done_at IS NULL AS is_open
    FROM tasks LEFT JOIN cases USING (case_id) ORDER BY tasks.asked_at, tasks.key
""")
_HEARD: Final = sa.text("""
    SELECT taken_at AS at, status AS what, sender AS who, CAST(reading AS jsonb)->>'kind' AS reads FROM incoming
    UNION ALL
    SELECT DISTINCT recorded_at, 'call', debtors.name, CAST(event AS jsonb)->>'disposition'
    FROM journal JOIN cases USING (case_id)
    JOIN debtors ON debtors.creditor_ref = cases.creditor_ref AND debtors.ref = cases.debtor_ref
    WHERE kind = 'call.logged'
    ORDER BY at, who
""")
_POSTED: Final = sa.text("""
    SELECT post_batches.batch_id, post_batches.channel, post_batches.posted_on, post_letters.tracking_no,
           array_agg(DISTINCT cases.number) AS numbers,
           (SELECT CAST(event AS jsonb)->>'state' FROM journal
            WHERE kind = 'letter.tracked' AND CAST(event AS jsonb)->>'message_id' = post_letters.message_id
            ORDER BY seq DESC LIMIT 1) AS state
    FROM post_letters JOIN post_batches USING (batch_id) JOIN dispatches USING (message_id) JOIN cases USING (case_id)
    GROUP BY post_batches.batch_id, post_letters.message_id
    ORDER BY post_batches.made_at, post_batches.batch_id, post_letters.place
""")
_REFUSED: Final = sa.text(
    "SELECT (SELECT count(*) FROM events WHERE status = 'refused') + (SELECT count(*) FROM rejects)"
)


@dataclass(slots=True)
class SentMessage:
    """One message that left.

    Attributes:
        invoice_numbers: the oldest invoice first; it gives the letter and the step.
        step: name of the step in the scenario.
        to: an e-mail address, a phone number, or the lines of a postal address.
        path: the file: what the SMTP server kept, or what lies in the outbox.
    """

    invoice_numbers: list[str]
    template: str
    step: str
    channel: str
    at: datetime
    to: str
    subject: str
    path: str


@dataclass(slots=True)
class Task:
    """Something for a person: `subject` is the invoice, or the reference of a payment.

    Attributes:
        is_open: not done, nor ended by what happened since.
    """

    kind: str
    subject: str
    due_on: str | None
    asked_at: datetime
    is_open: bool


@dataclass(slots=True)
class Heard:
    """What debtors, their programs and mail servers said.

    Attributes:
        what: `reply`, `automatic`, `bounce` or `call`.
        who: an address, or the debtor who was called.
        reads: what a reply seems to say, or what came of a call.
    """

    at: datetime
    what: str
    who: str
    reads: str | None


@dataclass(slots=True)
class Posted:
    """One letter that was taken to the post; `state` is the last that was heard of it."""

    invoice_numbers: list[str]
    channel: str
    batch: str
    posted_on: str | None
    tracking_no: str | None
    state: str | None


@dataclass(slots=True, kw_only=True)
class Outcome:
    """All of it, in an order that only the facts decide.

    Attributes:
        withheld: steps whose moment, or day, had come and that a fact or a gate stopped for good.
        postponed: steps that a gate put off.
        refused: events and lines of files that were not taken in.
        duration_s: seconds on the wall, from the first process to the last message.
    """

    messages: list[SentMessage] = field(default_factory=list)
    withheld: list[Stopped] = field(default_factory=list)
    postponed: list[Stopped] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    posted: list[Posted] = field(default_factory=list)
    dealings: list[Dealing] = field(default_factory=list)
    cases: dict[str, str] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)
    refused: int = 0
    duration_s: float = 0.0

    def count(self) -> Counter[tuple[str, str]]:
        """How many messages left, by channel and letter."""
        return Counter((each.channel, each.template) for each in self.messages)

    def as_json(self) -> dict[str, object]:
        """For programs; the same in every run but for the paths."""
        return {
            "messages": [asdict(each) for each in self.messages],
            "withheld": [_stopped(each) for each in self.withheld],
            "postponed": [_stopped(each) for each in self.postponed],
            "heard": [asdict(each) for each in self.heard],
            "posted": [asdict(each) for each in self.posted],
            "dealings": [asdict(each) for each in self.dealings],
            "cases": self.cases,
            "tasks": [asdict(each) for each in self.tasks],
            "refused": self.refused,
        }


def read_outcome(system: System, place: Place, timeline: Timeline, *, rejected_lines: int) -> Outcome:
    """Read the ledger, and find the file of every message.

    Args:
        system: at rest.
        place: where the files lie.
        timeline: of the whole run: it has seen what did not leave.
        rejected_lines: of files.
    """
    found = Outcome()
    with system.ledger.connect() as connection:
        rows = connection.execute(_MESSAGES).all()
        found.heard = [Heard(row.at, row.what, row.who, row.reads) for row in connection.execute(_HEARD)]
        found.posted = [_posted(row) for row in connection.execute(_POSTED)]
        found.cases = {row.number: row.stage for row in connection.execute(_CASES)}
        found.tasks = [
            Task(row.kind, row.subject, row.due_on and row.due_on.isoformat(), row.asked_at, row.is_open)
            for row in connection.execute(_TASKS)
        ]
        found.refused = rejected_lines + connection.execute(_REFUSED).scalar_one()
    mails = {each.message_id: each.path for each in kept(place.mails)}
    found.messages = _messages(rows, mails, timeline.scenarios)
    every = sorted(
        set(timeline.stopped), key=lambda each: (each.at, each.invoice_number, each.step, each.channel or "")
    )
    found.dealings = list(timeline.dealings.known.values())
    found.withheld = [each for each in every if each.is_for_good]
    found.postponed = [each for each in every if not each.is_for_good]
    return found


def _messages(rows: Iterable[sa.Row[Any]], mails: dict[str, Path], scenarios: dict[str, Scenario]) -> list[SentMessage]:
    by_id: dict[str, SentMessage] = {}
    for row in rows:
        known = by_id.get(row.message_id)
        if known is not None:
            known.invoice_numbers.append(row.number)
            continue
        path = mails.get(row.message_id) if row.channel == "email" else Path(row.path)
        by_id[row.message_id] = SentMessage(
            [row.number], row.template, _name(row, scenarios), row.channel, row.claimed_at,
            row.recipient, row.subject, "" if path is None else str(path),
        )  # fmt: skip
    return sorted(by_id.values(), key=lambda each: (each.at, each.invoice_numbers, each.channel))


def _posted(row: sa.Row[Any]) -> Posted:
    day = row.posted_on and row.posted_on.isoformat()
    return Posted(list(row.numbers), row.channel, row.batch_id, day, row.tracking_no, row.state)


def _stopped(each: Stopped) -> dict[str, object]:
    return {
        "invoice_number": each.invoice_number, "step": each.step, "template": each.template, "at": each.at,
        "reason": each.reason, "channel": each.channel,
    }  # fmt: skip


def _name(row: sa.Row[Any], scenarios: Mapping[str, Scenario]) -> str:
    """The name of the step; a letter beside the ladder has its own."""
    return str(row.template) if row.step is None else scenarios[row.ladder].step(row.step).name
