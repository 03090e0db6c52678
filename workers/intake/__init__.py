"""The ways in for facts: messages of other programs, CSV files. Each answers bad input and keeps it."""
