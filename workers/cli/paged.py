"""One page of a list on the terminal, and how to ask for the next."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation
from workers.cli.tables import Column, show_table
from workers.ledger.queries.paging import BadCursor


def tell_next(
    invocation: Invocation, cursor: str | None, columns: Sequence[Column], rows: Sequence[Sequence[str]]
) -> ExitCode:
    """Show the rows, and say how the list goes on; exit code 3 when there are none."""
    if not rows:
        invocation.tell("rien ne correspond", "nothing matches")
        return ExitCode.NOTHING_MATCHED
    show_table(invocation, columns, rows)
    if cursor is not None:
        invocation.tell(f"la suite : --cursor {cursor}", f"more: --cursor {cursor}")
    return ExitCode.OK


@contextmanager
def checked_cursor() -> Iterator[None]:
    """Answer a cursor that no page gave."""
    try:
        yield
    except BadCursor as error:
        raise Failure(
            f"--cursor {error.cursor} : prenez celui que la page précédente donne", str(error), ExitCode.USAGE
        ) from None
