"""How often one server may be given a message: a token bucket that never reads a clock."""

from dataclasses import dataclass

_MINUTE_S = 60.0


@dataclass(slots=True)
class TokenBucket:
    """Lets `per_minute` messages through, at most `burst` of them at once.

    Not thread-safe: it belongs to one event loop. The limit holds for one process.

    Attributes:
        per_minute: messages per minute in the long run; more than 0.
        burst: how many may follow each other without a pause; at least 1.
        full_at: seconds, on the caller's monotonic clock, when the bucket will be full again.
    """

    per_minute: float
    burst: int = 1
    full_at: float = 0.0

    def __post_init__(self) -> None:
        if self.per_minute <= 0:
            raise ValueError(f"per_minute is {self.per_minute}: give a number above 0, or no limit at all")
        if self.burst < 1:
            raise ValueError(f"burst is {self.burst}: at least 1 message must fit")

    def wait_s(self, now: float) -> float:
        """Seconds until the next message may leave; 0 if it may leave at once."""
        return max(0.0, self.full_at - now - (self.burst - 1) * self._interval_s)

    def take(self, now: float) -> float:
        """Take the next place in the queue and say how many seconds away it is."""
        wait = self.wait_s(now)
        self.full_at = max(self.full_at, now) + self._interval_s
        return wait

    @property
    def _interval_s(self) -> float:
        return _MINUTE_S / self.per_minute
