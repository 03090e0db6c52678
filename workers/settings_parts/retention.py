"""How long what belongs to people is kept; see docs/retention.md for the source of each figure."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from workers.settings_parts.table import Table, refused

_DAYS_OF = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _day_of_year(text: str) -> str:
    found = re.fullmatch(r"(\d\d)-(\d\d)", text)
    if found and 1 <= int(found[1]) <= len(_DAYS_OF) and 1 <= int(found[2]) <= _DAYS_OF[int(found[1]) - 1]:
        return text
    fr, en = "écrivez MM-JJ, un jour de toute année : 12-31", "write MM-DD, a day of every year: 12-31"
    raise refused("", fr, en)


class Retention(Table):
    """How long things are kept, and whether the relay anonymises what is over.

    Attributes:
        automatic: the relay does once a day what `relance retention apply` does.
        financial_year_ends: the last day of the financial year, as MM-DD.
        evidence_years: invoices and accounting evidence, from the end of the financial year: art. L123-22 of the
            commercial code says ten, so no fewer.
        correspondence_years: messages, replies, calls, from the day the case closed: five for contracts and
            commercial correspondence (service-public.fr, F10029), so no fewer.
        unmatched_days: mail that fits nobody, refused events, rejected input, calls of providers; no law says how long.
        logs_days: what people did to queues, tasks that are done, notices to the team; no law says how long.
    """

    automatic: bool = False
    financial_year_ends: Annotated[str, AfterValidator(_day_of_year)] = "12-31"
    evidence_years: int = Field(10, ge=10, le=50)
    correspondence_years: int = Field(5, ge=5, le=50)
    unmatched_days: int = Field(365, ge=30, le=1_826)
    logs_days: int = Field(365, ge=30, le=1_826)
