"""Measurements, each beside its peers or its physical floor in the same run. Nothing here is imported by the program."""
