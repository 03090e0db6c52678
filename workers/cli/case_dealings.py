"""What was agreed, contested, promised or paused about one case, in a line each, for `relance case`."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from workers.cli.invocation import Invocation
from workers.cli.listing import Which
from workers.cli.tables import money_text

if TYPE_CHECKING:
    from workers.ledger.queries.cases import CaseFile, TimelineEntry


def show_dealings(invocation: Invocation, file: "CaseFile", entries: "Sequence[TimelineEntry]") -> None:
    """A line for the pause in force, each open dispute, each promise ahead, and the plan."""
    for line in (*_pauses(invocation, file, entries), *_lists(invocation, file)):
        invocation.show(line)


def _pauses(invocation: Invocation, file: "CaseFile", entries: "Sequence[TimelineEntry]") -> Iterator[str]:
    """The pauses in force with their reasons, which only the journal keeps."""
    from workers.cli.words import day_text  # noqa: PLC0415 - help must not pay for it
    from workflows.events import CasePaused  # noqa: PLC0415
    from workflows.machine.records import local_day  # noqa: PLC0415
    from workflows.reasons import code_text  # noqa: PLC0415

    language, today = invocation.language, local_day(invocation.system.clock.now(), file.debtor)
    said = {each.happened.event_id: each.happened for each in entries if isinstance(each.happened, CasePaused)}
    for scope, pause in (("invoice", file.case.invoice_pause), ("debtor", file.case.debtor_pause)):
        event = said.get(pause.stamp[1]) if pause is not None else None
        if pause is None or pause.until is None or pause.until < today or event is None:
            continue
        whose, until = code_text("scope", scope, language), day_text(pause.until, language)
        yield invocation.say(f"en pause jusqu’au {until} ({whose}) : {event.reason}",
                             f"paused until {until} ({whose}): {event.reason}")  # fmt: skip


def _lists(invocation: Invocation, file: "CaseFile") -> Iterator[str]:
    from workers.cli.plan_commands import plan_text  # noqa: PLC0415 - help must not pay for it
    from workers.cli.promise_commands import state_text  # noqa: PLC0415
    from workers.cli.words import day_text  # noqa: PLC0415
    from workers.ledger.queries.disputes import list_disputes  # noqa: PLC0415
    from workers.ledger.queries.plans import list_plans  # noqa: PLC0415
    from workers.ledger.queries.promises import list_promises  # noqa: PLC0415
    from workflows.reasons import code_text  # noqa: PLC0415

    invoice, language, say = file.case.invoice, invocation.language, invocation.say
    which: Which = {"creditor": invoice.creditor_ref, "number": invoice.number}
    now = invocation.system.clock.now()
    with invocation.system.ledger.connect() as connection:
        disputes, promises = list_disputes(connection, now, **which), list_promises(connection, now, **which)
        plans = list_plans(connection, now, **which)
    for dispute in disputes:
        amount = dispute.amount
        contested = say("tout", "all") if amount is None else money_text(amount, invoice.currency, language)
        reason, by = code_text("reason", dispute.reason, language), day_text(dispute.deadline, language)
        yield say(f"litige {dispute.dispute_id} : {reason}, {contested}, {dispute.owner or '–'}, avant le {by}",
                  f"dispute {dispute.dispute_id}: {reason}, {contested}, {dispute.owner or '–'}, by {by}")  # fmt: skip
    for promise in promises:
        money, day = money_text(promise.amount, invoice.currency, language), day_text(promise.on, language)
        state = state_text(promise.state, language)
        yield say(f"promesse : {money} le {day}, {state}", f"promise: {money} on {day}, {state}")
    for plan in plans:
        yield say("échéancier : ", "plan: ") + plan_text(invocation, plan)
