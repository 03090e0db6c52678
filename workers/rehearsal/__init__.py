"""Rehearsals on the real ledger: reading it in one snapshot, sharing the work among processes, changing nothing."""
