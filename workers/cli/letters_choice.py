"""What the commands about letters share: which of them are meant, and a bar while they are tried."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation


def wanted(known: Iterable[tuple[str, str]], languages: Sequence[str], chosen: Sequence[str]) -> list[tuple[str, str]]:
    """Language and id of the letters asked for, all of them if nothing is said."""
    every = list(known)
    for asked, at in ((languages, 0), (chosen, 1)):
        names = sorted({each[at] for each in every})
        if strange := sorted(set(asked) - set(names)):
            raise Failure(
                f"« {strange[0]} » n’existe pas ; connus : {', '.join(names)}",
                f"there is no {strange[0]!r}; known: {', '.join(names)}",
                ExitCode.NOTHING_MATCHED,
            )
    return [
        (language, letter)
        for language, letter in every
        if (not languages or language in languages) and (not chosen or letter in chosen)
    ]


@contextmanager
def progress(invocation: Invocation, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal pays for it
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(invocation.say("lettres", "letters"), total=total)
        yield lambda done: bar.update(task, completed=done)
