"""What a run anonymised, or would: counts by rule and table, and what is kept and why."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True)
class Tally:
    """Figures of one run.

    Attributes:
        changed: rows by rule and table.
        kept: cases by the reason for which they are kept.
        oldest: by rule, the day of the oldest of them.
        debtors: of how many something was anonymised.
    """

    changed: Counter[tuple[str, str]] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    oldest: dict[str, date] = field(default_factory=dict)
    debtors: int = 0

    def add(self, rule: str, table: str, rows: int, day: date | None = None) -> None:
        """Count rows of a table; `day` is that of the oldest."""
        if rows:
            self.changed[rule, table] += rows
        if rows and day is not None:
            self.oldest[rule] = min(day, self.oldest.get(rule, day))

    def take(self, other: "Tally") -> None:
        """Add what another one counted."""
        self.changed.update(other.changed)
        self.kept.update(other.kept)
        self.debtors += other.debtors
        for rule, day in other.oldest.items():
            self.oldest[rule] = min(day, self.oldest.get(rule, day))

    @property
    def total(self) -> int:
        """Rows in all."""
        return self.changed.total()
