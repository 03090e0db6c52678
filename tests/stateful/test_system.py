"""The whole shell in a world that repeats, reorders, delays, kills and forgets: the seven promises as invariants.

Real PostgreSQL, real Valkey, the real broker; no threads, so that a failing story shrinks to a few lines.
`pytest tests/stateful/test_system.py --hypothesis-profile deep` tells many and longer stories.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    rule,
    run_state_machine_as_test,
)

from tests.office import Act, Died, Office, office_at
from tests.stateful.telling import START, Telling, some_number
from tests.stateful.world import Answering, World, begin
from workers.channels.base import InDoubt, Refused, TryLater
from workers.channels.provider import Abilities
from workers.ledger import chain
from workers.operations import dispatches
from workers.operations.doing import Doing
from workers.orders import Orders
from workers.publisher import WAKE
from workers.relay import Relay
from workers.settings import Settings
from workflows.events import (
    CasePaused,
)
from workflows.invoice import Channel

some_luck = st.sampled_from(["later", "refused", "no such address", "doubt", "lost", "fault", "dies", "dies late"])
PERSON = Doing(by="Claire", reason="looked it up at the provider")


class Silent:
    """A process that dies between its commit and handing over: nobody hears of what it committed."""

    def publish(self, _orders: Orders) -> None:
        """Die quietly."""


class SystemLife(Telling):
    """Rules are what the world can do; the model is `World`."""

    clock_dir: ClassVar[Path]
    stories: ClassVar[Iterator[int]] = count(1)

    def __init__(self) -> None:
        super().__init__()
        clean(self.office)
        story = next(self.stories)
        self.office.clock.path = self.clock_dir / f"clock-{story}"
        begin(self.office.clock.path, START)
        self.world = World(self.office)
        for channel, provider in self.office.providers.items():
            assert isinstance(provider, Answering)
            provider.world, provider.script, provider.taken = self.world, [], []
            # in one story e-mails can be asked about, in the next one letters
            provider.abilities = Abilities(look_up=(channel is Channel.EMAIL) == bool(story % 2))
        self.ids = count(1)
        system = self.office.system
        self.relays = (system.relay, Relay(system.ledger, system.publisher, system.delivery, system.clock))

    # --- time and work ----------------------------------------------------------------------------------------------

    @rule(days=st.sampled_from([1, 2, 5, 9]))
    def days_pass(self, days: int) -> None:
        self.busy(lambda: self.office.go_on(days=days))

    @rule(weeks=st.sampled_from([2, 3]), answer=some_luck)
    def weeks_pass_with_one_message_that_has_bad_luck(self, weeks: int, answer: str) -> None:
        self.the_next_message_has_bad_luck(channel=Channel.EMAIL, answer=answer)
        self.busy(lambda: self.office.go_on(weeks=weeks))

    @rule(hours=st.sampled_from([1, 9, 24, 24 * 30]))
    def nobody_works_for_a_while(self, hours: int) -> None:
        self.office.jump(hours=hours)

    @rule()
    def the_queues_are_worked_off(self) -> None:
        self.busy(self.office.work)

    @rule(hours=st.sampled_from([24, 24 * 7, 24 * 30]))
    def wake_ups_ring_and_deliveries_wait(self, hours: int) -> None:
        self.office.jump(hours=hours)
        self.office.work_on(WAKE)

    def busy(self, work: Any) -> None:  # noqa: ANN401 - whatever works
        """Work until it is done; a worker that dies is replaced, and what it had begun comes to others."""
        for _ in range(9):
            try:
                work()
            except Died:
                self.recover_the_messages_of_the_dead()
            else:
                return

    def recover_the_messages_of_the_dead(self) -> None:
        broker = self.office.system.broker
        for queue in broker.known_queues():
            broker.do_reclaim(queue)

    @rule(which=st.integers(0, 1))
    def a_relay_sweeps(self, which: int) -> None:
        self.relays[which].sweep()

    @rule(answer=st.sampled_from(["doubt", "lost", "fault", "dies late"]), which=st.integers(0, 1))
    def a_doubt_arises_and_a_relay_has_the_provider_asked(self, answer: str, which: int) -> None:
        for channel in (Channel.EMAIL, Channel.LETTER):
            self.the_next_message_has_bad_luck(channel=channel, answer=answer)
        self.busy(lambda: self.office.go_on(weeks=2))
        for _ in range(2):  # the first look finds whoever fell silent, the second one the doubt
            self.office.jump(minutes=20)
            self.relays[which].sweep()
        self.busy(self.office.work)

    # --- things go wrong --------------------------------------------------------------------------------------------

    @rule(
        channel=st.sampled_from([Channel.EMAIL, Channel.EMAIL, Channel.LETTER]),
        answer=some_luck,
    )
    def the_next_message_has_bad_luck(self, channel: Channel, answer: str) -> None:
        provider = self.office.providers[channel]
        acts: dict[str, Act] = {
            "later": provider.refuse(TryLater("450", "busy")),
            "refused": provider.refuse(Refused("554", "spam", address_is_bad=False)),
            "no such address": provider.refuse(Refused("550", "unknown", address_is_bad=True)),
            "doubt": provider.take_and(InDoubt("lost", "after the dot")),
            "lost": provider.refuse(InDoubt("lost", "at the dot")),
            "fault": provider.take_and(RuntimeError("a fault")),
            "dies": provider.refuse(Died()),
            "dies late": provider.take_and(Died()),
        }
        provider.script.append(acts[answer])

    @rule()
    def redis_forgets_everything(self) -> None:
        self.office.system.broker.client.flushall()

    @rule(number=some_number, days=st.integers(0, 5))
    def a_process_dies_after_its_commit(self, number: str, days: int) -> None:
        system = self.office.system
        system.engine.publisher = Silent()
        self.tell(
            CasePaused(
                **self.envelope(), ref=number, until=self.world.today + timedelta(days=days), reason="last words"
            )
        )
        system.engine.publisher = system.publisher

    @rule(number=some_number, epochs=st.integers(0, 3))
    def a_wake_up_rings_again_or_too_early(self, number: str, epochs: int) -> None:
        rows = self.office.rows("SELECT epoch FROM cases WHERE number = :number", number=number)
        for row in rows:
            self.busy(lambda row=row: self.office.system.engine.ring(f"atelier/{number}", row.epoch - epochs))

    @rule()
    def every_dispatch_is_delivered_once_more(self) -> None:
        for row in self.office.rows("SELECT key FROM dispatches ORDER BY key"):
            self.busy(lambda row=row: self.office.system.delivery.deliver(row.key))

    @rule()
    def a_person_resolves_the_doubts(self) -> None:
        for row in self.office.rows("SELECT DISTINCT message_id FROM dispatches WHERE status = 'in_doubt'"):
            has_it = self.world.has_taken(row.message_id)
            resolve = dispatches.resolve_sent if has_it else dispatches.resolve_resend
            resolve(self.office.system.engine, row.message_id, PERSON)

    def teardown(self) -> None:
        """Promise 3 to its end: once nothing fails any more, everything that was pending comes to something."""
        for provider in self.office.providers.values():
            provider.script.clear()
        self.recover_the_messages_of_the_dead()
        for _ in range(2):
            self.office.jump(minutes=11)
            self.relays[0].sweep()
            self.relays[1].sweep()
            self.busy(lambda: self.office.go_on(days=20))
        late = "SELECT case_id, next_wake_at FROM cases WHERE next_wake_at <= :now"
        open_ends = (
            "SELECT key, status, reason FROM dispatches WHERE status = 'claimed' "
            "OR status = 'wanted' AND (not_before IS NULL OR not_before <= :now)"
        )

        assert self.office.rows(late, now=self.office.clock.now()) == []
        assert self.office.rows(open_ends, now=self.office.clock.now()) == []
        for name in [name for name in dir(self) if name.startswith("promise")]:
            getattr(self, name)()
        with self.office.system.ledger.connect() as connection:
            assert chain.verify(connection) == []


def clean(office: Office) -> None:
    """An empty ledger and an empty Redis; only a test may switch the journal's guard off."""
    office.system.broker.client.flushall()
    for name in office.system.broker.queues:
        office.system.broker.in_flight(name).ids.clear()
    with office.system.ledger.begin() as connection:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        kept = {"creditors", "scenarios", "alembic_version"}
        tables = sorted(set(sa.inspect(connection).get_table_names()) - kept)
        connection.execute(sa.text(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY"))


@pytest.fixture
def life(settings: Settings, tmp_path: Path) -> Iterator[type[SystemLife]]:
    with office_at(settings) as office:
        office.providers = {channel: Answering(str(channel)) for channel in Channel}
        office.system.outlets = office.system.delivery.outlets = office.providers
        SystemLife.office, SystemLife.clock_dir = office, tmp_path
        yield SystemLife


def test_the_promises_hold_whatever_happens(life: type[SystemLife]) -> None:
    is_deep = hypothesis_settings.get_current_profile_name() == "deep"
    run_state_machine_as_test(
        life,
        settings=hypothesis_settings(
            derandomize=not is_deep,
            max_examples=400 if is_deep else 25,
            stateful_step_count=60 if is_deep else 30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
