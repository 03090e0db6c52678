"""A circuit that opens when a provider keeps failing, and closes by itself: pure, it never reads a clock."""

from dataclasses import dataclass


@dataclass(slots=True)
class Circuit:
    """After `failures` failures in a row nobody asks for `pause_s`; then one attempt decides.

    Not thread-safe: its owner has a lock.

    Attributes:
        failures: in a row; at least 1.
        pause_s: seconds; more than 0. A failed attempt after a pause opens it again at once.
        failed: how many failures there have been since the last success.
        open_until: on the caller's monotonic clock; None while closed.
        is_trying: one attempt is under way after a pause.
    """

    failures: int = 5
    pause_s: float = 60.0
    failed: int = 0
    open_until: float | None = None
    is_trying: bool = False

    def wait_s(self, now: float) -> float:
        """Seconds until an attempt makes sense; 0 at once. Whoever gets 0 tells `succeed` or `fail`.

        Whoever died before telling holds the next attempt up for one pause, not for ever.
        """
        if self.open_until is None:
            return 0.0
        if now < self.open_until:
            return self.open_until - now
        self.is_trying, self.open_until = True, now + self.pause_s
        return 0.0

    def succeed(self) -> None:
        """The provider answered as it should, be it with a refusal."""
        self.failed, self.open_until, self.is_trying = 0, None, False

    def fail(self, now: float) -> None:
        """The provider did not answer, or asked for time."""
        self.failed += 1
        if self.is_trying or self.failed >= self.failures:
            self.open_until = now + self.pause_s
        self.is_trying = False
