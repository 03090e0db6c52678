"""`relance letters`: what is written to debtors, to be leafed through; without any server."""

import sys
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workers.cli.bilingual import command, group, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


@group(
    "letters", fr="Montre toutes les lettres, par canal et par langue.", en="Show all letters, by channel and language."
)
def letters() -> None:
    """Have commands of its own."""


@command(
    "gallery",
    fr="Écrit une page par lettre : e-mail, SMS, courrier, appel, dans chaque langue, avec des faits d’exemple.",
    en="Write a page for each letter: e-mail, SMS, paper, call, in every language, with example facts.",
)
@option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("docs/gallery"), show_default=True,
    fr="Le dossier à écrire.", en="The folder to write.",
)  # fmt: skip
@option(
    "--language", "languages", multiple=True, fr="Une langue, comme fr ; plusieurs fois.",
    en="A language, such as fr; several times.",
)  # fmt: skip
@option(
    "--letter", "chosen", multiple=True, fr="Une lettre, comme first_reminder ; plusieurs fois.",
    en="A letter, such as first_reminder; several times.",
)  # fmt: skip
@pass_invocation
def gallery(invocation: Invocation, *, out: Path, languages: Sequence[str], chosen: Sequence[str]) -> int:
    """Write the pages and say where they begin."""
    from workers.rendering.catalogue import shipped  # noqa: PLC0415 - help must not pay for it
    from workers.rendering.gallery import build, letters_in  # noqa: PLC0415

    catalogue = shipped()
    wanted = _wanted(letters_in(catalogue), languages, chosen)
    with _progress(invocation, len(wanted)) as step:
        built = build(out, catalogue, wanted, spoken=invocation.language, told=step)
    for problem in built.problems:
        invocation.tell(problem, problem)
    invocation.tell(
        f"{built.pages} pages ; commencez par {built.index}", f"{built.pages} pages; begin with {built.index}"
    )
    return ExitCode.FAILURE if built.problems else ExitCode.OK


def _wanted(
    known: "Iterable[tuple[str, str]]", languages: Sequence[str], chosen: Sequence[str]
) -> list[tuple[str, str]]:
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
def _progress(invocation: Invocation, total: int) -> "Iterator[Callable[[int], None]]":
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


letters.add_command(gallery)
