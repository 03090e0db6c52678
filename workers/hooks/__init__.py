"""What providers tell us by calling back: receipts, opt-outs, tracking."""
