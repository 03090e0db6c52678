"""What to do: pure decisions about invoices, with no clock and no I/O."""
