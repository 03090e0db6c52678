"""What the ledger proves about debtors: how their invoices were paid, which promises they broke, what they bought.

The cases of a debtor are found by the index `ix_cases_debtor`, so that the cost follows the debtor, not the portfolio;
only the shares of revenue look at all cases, once for as many debtors as are asked for.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import sqlalchemy as sa

from workers.ledger.pipeline import Row, ask
from workflows.segments import History, SegmentPolicy

#: A debtor: creditor, reference.
Key = tuple[str, str]
_YEAR = "CAST(CAST(%(as_of)s AS date) - INTERVAL '1 year' AS date)"
#: Cents of invoices of the twelve months up to `as_of`; amounts in other currencies cannot be added.
_INVOICED = (
    "COALESCE(CAST(sum(CAST(state->'invoice'->>'total' AS numeric) * 100) FILTER (WHERE currency = 'EUR' "
    "AND stage <> 'cancelled' AND CAST(state->'invoice'->>'issued_on' AS date) "
    f"BETWEEN {_YEAR} + 1 AND %(as_of)s) AS bigint), 0)"
)
#: Each payment of a case, as far as it did not go back, and what had come in with it by its day.
_KEPT = """
    SELECT CAST(payment->>'value_date' AS date) AS came_on,
        sum(CAST(payment->>'amount' AS numeric) - LEAST(CAST(payment->>'amount' AS numeric), GREATEST(0,
            (SELECT COALESCE(sum(CAST(back->>'amount' AS numeric)), 0)
                FROM jsonb_array_elements(state->'reversals') AS back
                WHERE back->>'payment_id' = payment->>'payment_id')
            - CAST(payment->>'before' AS numeric)))) OVER (ORDER BY CAST(payment->>'value_date' AS date)) AS so_far
    FROM jsonb_array_elements(state->'payments') AS payment
"""
#: The day on which a paid case was paid in full; what came in twice, later, makes nobody late. The last payment where
#: no day brought the whole: a discount was accepted.
_PAID_ON = f"""
    SELECT COALESCE(min(came_on) FILTER (WHERE so_far >= CAST(state->'invoice'->>'total' AS numeric)
        - (SELECT COALESCE(sum(CAST(credit->>'amount' AS numeric)), 0)
            FROM jsonb_array_elements(state->'credits') AS credit)), max(came_on)) FROM ({_KEPT}) AS kept
"""
#: What is default in a case is not stored: no key `disputes` or `plan` means there was none.
_CASES = f"""
    SELECT cases.stage, cases.currency, cases.state,
        NOT jsonb_exists_any(state, ARRAY['disputes', 'plan']) AS is_plain,
        CASE WHEN cases.stage = 'paid' THEN ({_PAID_ON}) END AS paid_on,
        cases.due_on,
        (SELECT count(*) FROM jsonb_array_elements_text(state->'asked') AS key
            WHERE starts_with(key, cases.case_id || '/promise_broken/')) AS broken,
        EXISTS (SELECT 1 FROM jsonb_array_elements(state->'steps') AS step
            WHERE step->>'template' = 'formal_notice' AND step->>'state' = 'sent') AS is_formal
    FROM cases WHERE cases.creditor_ref = given.creditor_ref AND cases.debtor_ref = given.ref
"""
_HISTORIES = f"""
    SELECT given.creditor_ref, given.ref,
        count(paid_on) AS paid,
        count(paid_on) FILTER (WHERE is_plain) AS measured,
        count(*) FILTER (WHERE is_plain AND paid_on - due_on > %(late_after)s) AS late,
        percentile_disc(0.5) WITHIN GROUP (ORDER BY paid_on - due_on)
            FILTER (WHERE is_plain AND paid_on IS NOT NULL) AS median_days,
        CAST(COALESCE(sum(broken), 0) AS integer) AS broken_promises,
        count(*) FILTER (WHERE is_formal) AS formal_notices,
        count(*) FILTER (WHERE stage = 'instalments') AS open_plans,
        COALESCE(bool_or(stage = 'insolvent'), false) AS is_insolvent,
        {_INVOICED} AS invoiced,
        min(CAST(state->'invoice'->>'issued_on' AS date)) AS first_on
    FROM unnest(CAST(%(creditors)s AS text[]), CAST(%(refs)s AS text[])) AS given(creditor_ref, ref)
    LEFT JOIN LATERAL ({_CASES}) AS mine ON true
    GROUP BY given.creditor_ref, given.ref
"""
_OF_CREDITORS = f"SELECT creditor_ref, {_INVOICED} AS invoiced FROM cases GROUP BY creditor_ref"


def invoiced_by_creditor(connection: sa.Connection, as_of: date) -> dict[str, int]:
    """Cents that each creditor invoiced to everybody in the twelve months up to `as_of`; looks at every case."""
    return {row.creditor_ref: row.invoiced for row in ask(connection, _OF_CREDITORS, {"as_of": as_of})}


def histories(
    connection: sa.Connection,
    debtors: Iterable[Key],
    as_of: date,
    policy: SegmentPolicy,
    *,
    totals: Mapping[str, int] | None = None,
) -> dict[Key, History]:
    """The history of each debtor, known to the ledger or not.

    Args:
        connection: within the transaction whose view of the ledger counts.
        debtors: (creditor, reference) each; twice is once.
        as_of: the day; the twelve months of revenue end with it.
        policy: says from when on a payment is late.
        totals: what `invoiced_by_creditor` found; None leaves the shares of revenue open.
    """
    wanted = sorted(set(debtors))
    if not wanted:
        return {}
    given = {
        "creditors": [creditor for creditor, _ref in wanted], "refs": [ref for _creditor, ref in wanted],
        "as_of": as_of, "late_after": policy.late_after_days,
    }  # fmt: skip
    rows = ask(connection, _HISTORIES, given)
    return {
        (row.creditor_ref, row.ref): _history(row, as_of, None if totals is None else totals.get(row.creditor_ref, 0))
        for row in rows
    }


def _history(row: Row, as_of: date, creditor_invoiced: int | None) -> History:
    return History(
        as_of=as_of, paid=row.paid, measured=row.measured, late=row.late, median_days=row.median_days,
        broken_promises=row.broken_promises, formal_notices=row.formal_notices, open_plans=row.open_plans,
        is_insolvent=row.is_insolvent, invoiced=row.invoiced, creditor_invoiced=creditor_invoiced,
        first_on=row.first_on,
    )  # fmt: skip
