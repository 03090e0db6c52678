"""When the time of a case is over: dates and reasons, from the settings; nothing is read or written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from workers.ledger.copies import Level
from workers.settings_parts.retention import Retention
from workflows.case import ENDED, Stage

#: Rules under which something is anonymised, and where each comes from.
CORRESPONDENCE: Final = "retention.correspondence"
EVIDENCE: Final = "retention.evidence"
UNMATCHED: Final = "retention.unmatched"
LOGS: Final = "retention.logs"
SOURCES: Final[Mapping[str, str]] = {
    CORRESPONDENCE: "service-public.fr F10029", EVIDENCE: "C. com. L123-22", UNMATCHED: "[retention] unmatched_days",
    LOGS: "[retention] logs_days",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """What the policy must know of a case.

    Attributes:
        closed_on: the day of the last fact that it heard of.
        claim_ends_on: the last day for a court claim; None where nothing runs.
        is_disputed: a dispute was opened and never resolved, whatever the stage says.
        messages: ids of the messages that speak of it.
    """

    case_id: str
    stage: Stage
    level: Level
    closed_on: date
    claim_ends_on: date | None = None
    is_disputed: bool = False
    messages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is due for a case, or why it is kept.

    Attributes:
        level: what is left of it from today on.
        why: a code of `WHY`, for what is kept; None where nothing more is to come.
        until: the day it is looked at again, where that is known.
    """

    level: Level
    why: str | None = None
    until: date | None = None


#: Why something is kept, in French and in English.
WHY: Final[Mapping[str, tuple[str, str]]] = {
    "open": ("le dossier n’est pas clos", "the case is not closed"),
    "handed_over": ("le dossier est transmis ou en justice", "the case was handed over, or is in court"),
    "insolvent": ("une procédure collective est ouverte", "a collective procedure is open"),
    "disputed": ("un litige n’est pas tranché", "a dispute is not resolved"),
    "claim": ("la créance passée en perte n’est pas prescrite", "the claim that was written off is not time-barred"),
    "shared": ("ses messages parlent aussi d’un dossier gardé", "its messages also speak of a case that is kept"),
    "correspondence": ("correspondance commerciale : 5 ans après la clôture (service-public.fr, F10029)",
                       "commercial correspondence: 5 years from closing (service-public.fr, F10029)"),
    "evidence": ("pièce comptable : 10 ans après la fin de l’exercice (art. L123-22 du code de commerce)",
                 "accounting evidence: 10 years from the end of the financial year (art. L123-22 C. com.)"),
    "broken": ("son journal n’est pas ce qui a été écrit : relance ledger check",
               "its journal is not what was written: relance ledger check"),
    "waiting": ("un événement attend encore sa facture", "an event still waits for its invoice"),
}  # fmt: skip
#: By which exception of article 17 (3) of regulation (EU) 2016/679 it is kept: (b) a legal duty, (e) legal claims.
EXCEPTION: Final[Mapping[str, str]] = {"evidence": "17 § 3 b"} | dict.fromkeys(
    ("open", "handed_over", "insolvent", "disputed", "claim", "shared", "correspondence"), "17 § 3 e"
)
_OPEN: Final = {Stage.HANDED_OVER: "handed_over", Stage.INSOLVENT: "insolvent", Stage.DISPUTED: "disputed"}


def years_after(day: date, years: int) -> date:
    """The same day of a later year; 29 February becomes 1 March, so that nothing goes a day early."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def correspondence_until(closed_on: date, settings: Retention) -> date:
    """The last day on which the correspondence about a case is kept."""
    return years_after(closed_on, settings.correspondence_years)


def evidence_until(closed_on: date, settings: Retention) -> date:
    """The last day on which the accounting evidence of a case is kept: from the end of its last financial year."""
    month, day = map(int, settings.financial_year_ends.split("-"))
    ends = date(closed_on.year, month, day)
    year_end = ends if ends >= closed_on else date(closed_on.year + 1, month, day)
    return max(years_after(year_end, settings.evidence_years), correspondence_until(closed_on, settings))


def before(now: datetime, days: int) -> datetime:
    """What is older than this is over."""
    return now - timedelta(days=days)


def verdict(case: Standing, today: date, settings: Retention) -> Verdict:
    """What is due for a case taken by itself."""
    if case.stage not in ENDED:
        return Verdict(Level.WHOLE, _OPEN.get(case.stage, "open"))
    if case.is_disputed:
        return Verdict(Level.WHOLE, "disputed")
    if case.stage is Stage.WRITTEN_OFF and case.claim_ends_on is not None and case.claim_ends_on >= today:
        return Verdict(Level.WHOLE, "claim", case.claim_ends_on)
    if today <= (until := correspondence_until(case.closed_on, settings)):
        return Verdict(Level.WHOLE, "correspondence", until)
    if today <= (until := evidence_until(case.closed_on, settings)):
        return Verdict(Level.EVIDENCE, "evidence", until)
    return Verdict(Level.BARE)


def verdicts(cases: Sequence[Standing], today: date, settings: Retention) -> dict[str, Verdict]:
    """What is due for the cases of one debtor, together: a message is not anonymised for one and kept for another."""
    found = {case.case_id: verdict(case, today, settings) for case in cases}
    while True:
        kept = {message for case in cases if found[case.case_id].level is Level.WHOLE for message in case.messages}
        bound = [case for case in cases if found[case.case_id].level > Level.WHOLE and case.messages & kept]
        if not bound:
            return found
        found |= {case.case_id: Verdict(Level.WHOLE, "shared") for case in bound}
