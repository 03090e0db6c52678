"""Channels run by somebody else: what a provider can do, and the guard that stands before each.

A provider is a `Channel` with `abilities`. To add one without touching this project, publish a package with an entry
point of the group `relance.channels`; see `workers.channels.plugins`.
"""

import math
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, runtime_checkable

from workers.channels.base import Channel, InDoubt, OutgoingMessage, Receipt, Refused, TryLater
from workers.channels.circuit import Circuit
from workers.channels.hours import Hours
from workers.channels.rate import TokenBucket

#: The share of a wait by which waits differ, so that not everything comes back at one instant.
_JITTER: Final = 0.25
_LONGEST_TURN_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What a provider can do; nothing is asked of it that it cannot.

    Attributes:
        idempotency_key: the same message given twice under our reference is one message, for eight days at least: what
            is in doubt is given again for a week.
        look_up: it can be asked by our reference what became of a message: it is a `CanLookUp`.
        delivery_events: it reports arrivals.
        cost: it says what a message costs, beforehand or in its receipt.
        attachments: it takes files beside the message.
        hours: when it lets messages out; in words where only the provider knows (see `KeepsHours`); None at any hour.
        is_opened_by_hand: its hours are opened by a person, who is asked for it while messages wait.
    """

    idempotency_key: bool = False
    look_up: bool = False
    delivery_events: bool = False
    cost: bool = False
    attachments: bool = False
    hours: Hours | str | None = None
    is_opened_by_hand: bool = False

    @property
    def words(self) -> str:
        """One line for the operator."""
        can = [
            words
            for has, words in (
                (self.idempotency_key, "repeats harmlessly"), (self.look_up, "can be asked by our reference"),
                (self.delivery_events, "reports arrivals"), (self.cost, "tells costs"),
                (self.attachments, "takes files"), (self.hours is not None, f"lets out {self.hours}"),
            )
            if has
        ]  # fmt: skip
        return ", ".join(can) or "takes messages, no more"


@runtime_checkable
class Provider(Channel, Protocol):
    """A channel that says what it can do."""

    @property
    def abilities(self) -> Abilities:
        """What it can do."""


@runtime_checkable
class CanLookUp(Protocol):
    """A provider that can be asked about a message it may have."""

    def look_up(self, message_id: str) -> Receipt | None:
        """What it knows of our reference; None if it is certain that it has nothing.

        Raises:
            ChannelError: it does not answer, or is not certain.
        """


@runtime_checkable
class KeepsHours(Protocol):
    """A provider that does not always let messages out."""

    def opens_at(self, at: datetime) -> datetime:
        """When it lets messages out next, seen at `at`: that very instant while it does."""


class Guarded:
    """A provider behind its rate limit and its circuit. Thread-safe; each process guards for itself.

    Args:
        provider: whom it guards.
        circuit: when to leave the provider in peace.
        bucket: how many messages a minute; None for no limit.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        provider: Provider,
        *,
        circuit: Circuit | None = None,
        bucket: TokenBucket | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.provider = provider
        self._circuit, self._bucket, self._clock = circuit or Circuit(), bucket, clock
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The provider's."""
        return self.provider.name

    @property
    def abilities(self) -> Abilities:
        """The provider's."""
        return self.provider.abilities

    def opens_at(self, at: datetime) -> datetime:
        """When the provider lets messages out next; see `KeepsHours.opens_at`."""
        if isinstance(self.provider, KeepsHours):
            return self.provider.opens_at(at)
        return self.abilities.hours.opens_at(at) if isinstance(self.abilities.hours, Hours) else at

    def send(self, message: OutgoingMessage) -> Receipt:
        """Let the message out when the provider may be asked; see `workers.channels.base.Channel.send`."""
        self._wait_for_its_turn()
        is_well = False
        try:
            receipt = self.provider.send(message)
            is_well = True
        except (Refused, ValueError):  # it answered, or was never asked
            is_well = True
            raise
        finally:
            self._learn(is_well=is_well)
        return receipt

    def check(self) -> str:
        """Ask the provider, whatever the circuit says, and say what it can do; see `Channel.check`."""
        return f"{self.provider.check()} ({self.abilities.words})"

    def look_up(self, message_id: str) -> Receipt | None:
        """Ask the provider about our reference, whatever the circuit says; see `CanLookUp.look_up`.

        Raises:
            InDoubt: this provider cannot be asked.
        """
        if not self.abilities.look_up or not isinstance(self.provider, CanLookUp):
            raise InDoubt("no-look-up", f"{self.name} cannot be asked by our reference; look in its own console")
        return self.provider.look_up(message_id)

    def close(self) -> None:
        """Close the provider."""
        self.provider.close()

    def _wait_for_its_turn(self) -> None:
        with self._lock:
            now = self._clock()
            turn_s = self._bucket.wait_s(now) if self._bucket else 0.0
            if turn_s > _LONGEST_TURN_S:
                words = f"{self.name} may be given no more messages for now"
                raise TryLater("rate", words, _spread(turn_s))
            wait_s = self._circuit.wait_s(now)
            if wait_s > 0:
                words = f"{self.name} failed {self._circuit.failed} times in a row and is left in peace"
                raise TryLater("circuit", words, _spread(wait_s))
            turn_s = self._bucket.take(now) if self._bucket else 0.0
        if turn_s > 0:
            time.sleep(turn_s)

    def _learn(self, *, is_well: bool) -> None:
        with self._lock:
            if is_well:
                self._circuit.succeed()
            else:
                self._circuit.fail(self._clock())


def _spread(wait_s: float) -> int:
    return math.ceil(wait_s * random.uniform(1, 1 + _JITTER))  # noqa: S311 - no secret
