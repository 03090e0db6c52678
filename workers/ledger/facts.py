"""Debtors and creditors from their stored facts; the same text is read once, since it is asked for at every step."""

from functools import lru_cache

from workflows.invoice import Creditor, Debtor


@lru_cache(maxsize=8192)
def debtor_of(facts: str) -> Debtor:
    """The debtor that the ledger holds as `facts`."""
    return Debtor.model_validate_json(facts)


@lru_cache(maxsize=256)
def creditor_of(facts: str) -> Creditor:
    """The creditor that the ledger holds as `facts`."""
    return Creditor.model_validate_json(facts)
