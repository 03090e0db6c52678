"""The one row whose id begins as a person has typed it."""

from collections.abc import Sequence
from typing import TypeVar

from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure

Row = TypeVar("Row")


def the_one(found: Sequence[Row], begins: str, noun: tuple[str, str], listed: str) -> Row:
    """The only one of `found`.

    Args:
        found: the rows whose id begins with `begins`.
        begins: what was typed.
        noun: what they are, in French (masculine) and in English; an s makes several of it.
        listed: the command that lists them.

    Raises:
        Failure: there is none, or several are.
    """
    fr, en = noun
    if not found:
        raise Failure(f"aucun {fr} {begins} ; {listed} les liste", f"no {en} {begins}; {listed} lists them",
                      ExitCode.NOTHING_MATCHED)  # fmt: skip
    if len(found) > 1:
        raise Failure(f"plusieurs {fr}s commencent par {begins} ; donnez plus de chiffres",
                      f"several {en}s begin with {begins}; give more of the id", ExitCode.USAGE)  # fmt: skip
    return found[0]
