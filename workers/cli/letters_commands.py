"""`relance letters`: what is written to debtors, to be leafed through; without any server."""

from collections.abc import Sequence
from pathlib import Path

import click

from workers.cli.bilingual import command, group, option
from workers.cli.exit_codes import ExitCode
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.letters_check import check
from workers.cli.letters_choice import progress, wanted
from workers.cli.letters_send import send
from workers.cli.letters_show import list_letters, show


@group(
    "letters",
    fr="Montre, vérifie et liste les lettres, par canal et par langue.",
    en="Show, check and list the letters, by channel and language.",
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
    asked = wanted(letters_in(catalogue), languages, chosen)
    with progress(invocation, len(asked)) as step:
        built = build(out, catalogue, asked, spoken=invocation.language, told=step)
    for problem in built.problems:
        invocation.tell(problem, problem)
    invocation.tell(
        f"{built.pages} pages ; commencez par {built.index}", f"{built.pages} pages; begin with {built.index}"
    )
    return ExitCode.FAILURE if built.problems else ExitCode.OK


for each in (gallery, check, list_letters, show, send):
    letters.add_command(each)
