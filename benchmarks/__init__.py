"""Measurements, each beside its peers or its physical floor in the same run; the program imports none of it."""
