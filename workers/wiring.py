"""The composition root: from settings to a running system. Nothing else builds its own parts."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import dramatiq
import sqlalchemy as sa
from dramatiq.middleware import AgeLimit, Callbacks, Pipelines, Retries, ShutdownNotifications, TimeLimit

from workers import embedded
from workers.actors import declare
from workers.broker import TimetableBroker
from workers.channels.base import Channel as Outlet
from workers.choosing import Choosing
from workers.clock import Clock, clock_of
from workers.delivery import Delivery, DeliveryPolicy
from workers.engine import Engine
from workers.hooks import take as hook_calls
from workers.hooks.registry import Entrance, entrances_of
from workers.intake import mailbox_schedule
from workers.intake.messages import receive
from workers.ledger import database, store
from workers.outlets import outlets_of
from workers.own_letters import catalogue_of, channels_of
from workers.presets import load_presets, load_scenarios
from workers.privacy.daily import Upkeep
from workers.publisher import QueuePublisher
from workers.rates_file import rates_of
from workers.relay import Relay
from workers.rendering.catalogue import Catalogue
from workers.return_addresses import return_addresses
from workers.settings import Settings
from workers.settings_parts.errors import Finding, SettingsError
from workers.settings_parts.sources import FILE_NAME
from workers.team.crew import Crew
from workers.team.listeners import lease_of, listeners_of
from workflows.invoice import Channel, DebtorKind
from workflows.scenario import Scenario


@dataclass
class System:
    """Everything one process needs, built once; heavy parts when they are first asked for."""

    settings: Settings
    clock: Clock
    ledger: sa.Engine
    broker: TimetableBroker

    @cached_property
    def publisher(self) -> QueuePublisher:
        """From committed orders to the queues."""
        days = self.settings.relay.horizon_days
        horizon = None if days is None else timedelta(days=days)
        return QueuePublisher(self.broker, self.ledger, self.clock, horizon=horizon)

    @cached_property
    def engine(self) -> Engine:
        """The only writer of cases."""
        choosing = Choosing(self.settings.segments, self.settings.choice)
        return Engine(self.ledger, self.clock, self.publisher, choosing=choosing)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The letters, with those of each creditor that brings its own."""
        return catalogue_of(self.settings)

    @cached_property
    def outlets(self) -> Mapping[Channel, Outlet]:
        """What carries each channel."""
        return outlets_of(self.settings)

    @cached_property
    def entrances(self) -> Mapping[str, Entrance]:
        """Which providers may call back, and how their calls are read."""
        return entrances_of(self.settings)

    @cached_property
    def delivery(self) -> Delivery:
        """Lets messages out."""
        return Delivery(
            self.engine, self.outlets, policy_of(self.settings), catalogue=self.catalogue, rates=rates_of(self.settings)
        )

    @cached_property
    def relay(self) -> Relay:
        """Repeats what was not published."""
        upkeep = Upkeep(self.ledger, self.broker, self.clock, self.settings.retention)
        minutes = self.settings.mailbox.every_minutes
        return Relay(
            self.ledger, self.publisher, self.delivery, self.clock, crew=self.crew, upkeep=upkeep,
            mail_every=None if minutes is None else timedelta(minutes=minutes),
        )  # fmt: skip

    @cached_property
    def crew(self) -> Crew:
        """The creditor's own people."""
        return Crew(
            ledger=self.ledger, clock=self.clock, settings=self.settings.team,
            listeners=listeners_of(self.settings, lambda: self.outlets[Channel.EMAIL]),
            hand_over=self.publisher.hand_to_chat, lease=lease_of(self.settings),
        )  # fmt: skip

    def close(self) -> None:
        """Give connections back; servers go on."""
        if "outlets" in self.__dict__:
            for outlet in self.outlets.values():
                outlet.close()
        self.broker.close()
        self.broker.client.close()
        self.broker.client.connection_pool.disconnect()  # which the client leaves alone: the pool is dramatiq's
        self.ledger.dispose()


def open_system(settings: Settings, *, migrate: bool = True) -> System:
    """Connect to the servers of the settings, or start the embedded ones; `migrate` also brings the ledger up to date.

    Raises:
        EmbeddedError: an embedded server does not start.
        sqlalchemy.exc.OperationalError, redis.RedisError: a server does not answer.
        ScenarioClash: a published scenario version has other content in its file.
        SettingsError: a choice rule names a ladder that was never published.
        LettersRefused: a creditor's own letters are at fault.
    """
    redis_url, postgres_url = addresses_of(settings)
    clock = clock_of(settings)
    system = System(settings, clock, database.connect(postgres_url), broker_of(settings, redis_url, clock))
    if migrate:
        database.upgrade(postgres_url)
        try:
            _publish_reference_data(system)
            _ = system.catalogue  # refused now, and not when the first letter is due
        except BaseException:
            system.close()
            raise
    return system


def addresses_of(settings: Settings) -> tuple[str, str]:
    """Addresses of Redis and PostgreSQL; those the settings leave out are embedded, and started."""
    given_redis, given_postgres = settings.redis_url, settings.postgres_url
    return (
        given_redis.get_secret_value() if given_redis else embedded.start_valkey(settings.data_dir),
        given_postgres.get_secret_value() if given_postgres else embedded.start_postgres(settings.data_dir),
    )


def broker_of(settings: Settings, redis_url: str, clock: Clock) -> TimetableBroker:
    """The timetable; a stepped clock decides what is due there, too."""
    middleware = [AgeLimit(), TimeLimit(), ShutdownNotifications(), Callbacks(), Pipelines(), Retries()]
    stepped = clock.now_ms if settings.clock_file is not None else None
    return TimetableBroker(
        url=redis_url,
        namespace=settings.namespace,
        middleware=middleware,
        clock=stepped,
        recovery_ms=int(settings.relay.recovery_s * 1000),
    )


def ladders_of(settings: Settings) -> list[Scenario]:
    """The ladders that ship and those of the settings; several versions of one name may stand side by side.

    Raises:
        ScenarioError: a file of the settings' folder does not obey the rules.
    """
    own = load_scenarios(settings.scenarios_dir, channels_of(settings)) if settings.scenarios_dir is not None else {}
    return [*load_presets().values(), *own.values()]


def policy_of(settings: Settings) -> DeliveryPolicy:
    """What the operator decides about deliveries."""
    budgets = settings.pressure
    return DeliveryPolicy(
        freshness=timedelta(hours=settings.delivery.freshness_hours),
        lease=timedelta(seconds=settings.delivery.lease_s),
        budgets={
            DebtorKind.BUSINESS: budgets.business,
            DebtorKind.PUBLIC: budgets.business,
            DebtorKind.CONSUMER: budgets.consumer,
        },
        worker=f"{socket.gethostname()}/{os.getpid()}",
        returns=return_addresses(settings),
    )


def wire(system: System) -> TimetableBroker:
    """Declare the actors and make the broker dramatiq's own: what a worker process runs."""
    declare(
        system.broker, system.engine, system.delivery, lambda payload: receive(system, payload),
        take_hook=lambda call_id: hook_calls.take(system, call_id), tell_team=system.crew.deliver,
        fetch_mail=lambda: mailbox_schedule.take_turn(system),
    )  # fmt: skip
    dramatiq.set_broker(system.broker)
    return system.broker


class ScenarioClash(Exception):
    """Scenario files that differ from what was published under the same version."""

    def __init__(self, versions: tuple[str, ...]) -> None:
        super().__init__(versions)
        self.versions = versions

    def __str__(self) -> str:
        return f"scenarios {', '.join(self.versions)} were published with other content; raise their version"


def _publish_reference_data(system: System) -> None:
    creditors = [item.fact() for item in system.settings.creditors]
    ladders = ladders_of(system.settings)
    with system.ledger.begin() as connection:
        clashes = store.publish_reference_data(connection, creditors, ladders, system.clock.now())
        wrong = [
            (place, rule.scenario)
            for place, rule in enumerate(system.settings.choice)
            if store.newest_version(connection, rule.scenario) is None
        ]
    if clashes:
        raise ScenarioClash(tuple(clashes))
    if wrong:
        raise SettingsError(tuple(_no_ladder(place, name, ladders) for place, name in wrong))


def _no_ladder(place: int, name: str, ladders: list[Scenario]) -> Finding:
    known = ", ".join(sorted({each.name for each in ladders}))
    return Finding(
        key=f"choice[{place}].scenario", value=name, source=FILE_NAME,
        fr=f"aucune échelle de ce nom n’est publiée ; connues : {known}",
        en=f"no ladder of this name is published; known: {known}",
    )  # fmt: skip
