"""The evidence file: all that is known of an invoice or of a debtor, sealed, and verifiable without this program."""
