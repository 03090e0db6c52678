"""What answers over HTTP: whether the system is well, and the calls of providers."""
