"""The demonstration: ninety days of three companies' invoices through the real processes, in seconds."""
