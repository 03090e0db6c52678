"""The course of one debtor's cases while time passes and nothing comes in but what is assumed.

Every decision is the machine's, every gate and every merging the delivery's; here is only the imagined clock.
"""

from datetime import UTC, datetime

from workflows.case import Case
from workflows.rehearsal.desk import Desk
from workflows.rehearsal.given import Account, Rules
from workflows.rehearsal.outbox import Outbox
from workflows.rehearsal.told import Told

#: More rounds than any moment needs; more would mean that something is ordered again and again.
_RESTLESS = 200


def rehearse(account: Account, rules: Rules, since: datetime, until: datetime) -> Told:
    """What would happen to one debtor's cases from `since` until before `until`.

    Args:
        account: as the ledger knew it at `since`.
        rules: ladders, budgets, holds and what is assumed.
        since: aware; what was due before rings then.
        until: aware; excluded.
    """
    desk, outbox = _let_pass(account, rules, since, until)
    desk.told.cases = len(desk.cases)
    desk.told.stuck = [*desk.blocked(), *outbox.stuck()]
    return desk.told


def lived(
    account: Account, rules: Rules, since: datetime, until: datetime
) -> tuple[tuple[Case, ...], tuple[datetime, ...]]:
    """The cases as they would stand at `until`, and the contacts made by then; see `rehearse`."""
    desk, outbox = _let_pass(account, rules, since, until)
    return tuple(desk.cases.values()), tuple(outbox.contacts)


def _let_pass(account: Account, rules: Rules, since: datetime, until: datetime) -> tuple[Desk, Outbox]:
    desk = Desk(account, rules, since.astimezone(UTC))
    outbox = Outbox(desk)
    outbox.begin()
    while (now := _next_moment(desk, outbox)) is not None and now < until:
        _live(desk, outbox, now)
    return desk, outbox


def _next_moment(desk: Desk, outbox: Outbox) -> datetime | None:
    moments = [case.next_wake_at for case in desk.cases.values() if case.next_wake_at is not None]
    moments += [at for at in (desk.next_arrival(), outbox.next_look()) if at is not None]
    return max(min(moments), desk.since) if moments else None


def _live(desk: Desk, outbox: Outbox, now: datetime) -> None:
    """Everything that happens at one moment, until nothing is due any more."""
    for _round in range(_RESTLESS):
        arrived, rung = desk.take_in(now), desk.ring(now)
        if not outbox.deliver(now) and not arrived and not rung:
            return
    raise RuntimeError(f"debtor {desk.debtor.ref!r} never comes to rest at {now.isoformat()}")
