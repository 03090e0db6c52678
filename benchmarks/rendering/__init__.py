"""Letters and e-mails per second, and the memory they take, beside two other makers of PDF."""
