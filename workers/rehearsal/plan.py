"""What every process of one rehearsal is told: where the ledger is, which snapshot of it, and the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from workflows.rehearsal import Rules
from workflows.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Draft:
    """A ladder that nobody has published, and the name of the one whose cases would move to it."""

    scenario: Scenario
    replaces: str


@dataclass(frozen=True, slots=True)
class Slice:
    """Debtors from the first to the last of these, both included, in the order of the ledger: (creditor, debtor)."""

    first: tuple[str, str]
    last: tuple[str, str]


@dataclass(frozen=True, eq=False)
class Plan:
    """One rehearsal.

    Attributes:
        ledger: address in the form of libpq.
        snapshot: name of the exported snapshot that all processes read.
        since: the moment of the snapshot.
        until: end of the rehearsal, excluded.
        rules: with the ladders of the ledger, and the draft's.
    """

    ledger: str
    snapshot: str
    since: datetime
    until: datetime
    rules: Rules
    draft: Draft | None = None


def unpublished(draft: Draft | None, ladders: Mapping[str, Scenario]) -> Draft | None:
    """The draft under a version that nobody has published, so that the cases it runs are told from all others."""
    if draft is None:
        return None
    name = draft.scenario.name
    versions = [int(ref.rpartition("@")[2]) for ref in ladders if ref.rpartition("@")[0] == name]
    version = max([draft.scenario.version, *(each + 1 for each in versions)])
    return replace(draft, scenario=draft.scenario.model_copy(update={"version": version}))
