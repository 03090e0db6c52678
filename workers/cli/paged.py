"""One page of a list on the terminal, and how to ask for the next."""

from collections.abc import Iterator
from contextlib import contextmanager

from workers.cli.empty import tell_empty
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation
from workers.cli.tables import Table, show_table
from workers.ledger.queries.paging import BadCursor


def tell_next(invocation: Invocation, kind: str, table: Table, cursor: str | None) -> ExitCode:
    """Show the rows of a list of `kind`, and say how it goes on; exit code 3 when there are none."""
    columns, rows = table
    if not rows:
        return tell_empty(invocation, kind)
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
