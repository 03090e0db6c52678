"""Rehearsals: cases per second beside reading and parsing them only."""
