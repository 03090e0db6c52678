"""Whether there is anything that a person could resume."""

from typing import Literal

import sqlalchemy as sa

from workers.ledger import schema


def is_resumable(connection: sa.Connection, creditor_ref: str, scope: Literal["invoice", "debtor"], ref: str) -> bool:
    """Whether an invoice, or a case of a debtor, is paused by that scope or has been through an insolvency."""
    cases = schema.cases.c
    whose = cases.number if scope == "invoice" else cases.debtor_ref
    paused = cases.state[(f"{scope}_pause", "until")].astext.is_not(None)
    insolvent = cases.state["insolvency"].astext.is_not(None)
    found = sa.exists().where(cases.creditor_ref == creditor_ref, whose == ref, paused | insolvent)
    return bool(connection.execute(sa.select(found)).scalar_one())
