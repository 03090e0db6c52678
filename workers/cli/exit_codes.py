"""What the exit code of a command says to the program that called it."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The same meanings for every command."""

    OK = 0
    FAILURE = 1
    USAGE = 2  # the command line or the settings are wrong
    NOTHING_MATCHED = 3
    THRESHOLD_EXCEEDED = 4
    GUARDED = 5  # refused by a guard rail; an option or a person can lift it
    UNREACHABLE = 6  # a store, the ledger or the timetable, does not answer
    INTERRUPTED = 130  # Ctrl-C, as shells count it
