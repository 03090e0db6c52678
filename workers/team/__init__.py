"""The creditor's own people hear what needs one of them: at once, or once a day.

Facts that need a person are read from the ledger (`facts.py`). Which target is told of which fact, and what became of
it, is a row of `notices` (`notices.py`), so that nothing is told twice and nothing is lost. `crew.py` does the work.
"""
