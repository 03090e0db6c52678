"""Who acts on the command line, and what became of it."""

import getpass

from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.operations.doing import Doing


def doing(reason: str) -> Doing:
    """The account of the operating system and the reason given.

    Raises:
        Failure: the reason is empty.
    """
    try:
        return Doing(by=getpass.getuser(), reason=reason)
    except ValueError as error:
        raise Failure("--reason est vide ; dites pourquoi", str(error), ExitCode.USAGE) from None
