"""The ledger: the SQL truth. Redis is an alarm clock beside it that can be thrown away."""
