"""`relance letters check`: what the rules refuse, in the letters that ship or in a folder of one's own."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workers.cli.bilingual import argument, command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.letters_choice import progress, wanted
from workers.cli.tables import show_json

if TYPE_CHECKING:
    from workers.rendering.checking import Flaw


@command(
    "check",
    fr="Vérifie les lettres livrées, ou celles d’un dossier ; code 1 si l’une est refusée.",
    en="Check the letters that ship, or those of a folder; exit code 1 when one is refused.",
)
@argument(
    "folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path),
    fr="Un dossier de vos lettres ; sinon celles qui sont livrées.",
    en="A folder of letters of yours; else those that ship.",
)  # fmt: skip
@option("--language", "languages", multiple=True, fr="Une langue, comme fr ; plusieurs fois.",
        en="A language, such as fr; several times.")  # fmt: skip
@option("--letter", "chosen", multiple=True, fr="Une lettre, comme first_reminder ; plusieurs fois.",
        en="A letter, such as first_reminder; several times.")  # fmt: skip
@json_option
@pass_invocation
def check(
    invocation: Invocation, *, folder: Path | None, languages: Sequence[str], chosen: Sequence[str], as_json: bool
) -> int:
    """Judge the templates, then every letter written with example facts."""
    from workers.own_letters import read, touched, try_out  # noqa: PLC0415 - help must not pay for it

    reviewed = read(folder)
    known = sorted(reviewed.catalogue.letters if folder is None else touched(folder, reviewed.catalogue))
    asked = [] if reviewed.flaws else wanted(known, languages, chosen)
    flaws = list(reviewed.flaws)
    if not flaws:
        with progress(invocation, len(asked)) as step:
            done = iter(range(1, len(asked) + 1))
            flaws = try_out(reviewed.catalogue, asked, lambda _language, _letter: step(next(done)))
    if as_json:
        show_json(invocation, "letters_check", {"letters": len(asked), "findings": [_as_json(each) for each in flaws]})
    else:
        for each in flaws:
            invocation.show(each.text(invocation.language))
        invocation.tell(
            f"{len(asked)} lettre(s), {len(flaws)} refus", f"{len(asked)} letter(s), {len(flaws)} finding(s)"
        )  # fmt: skip
    return ExitCode.FAILURE if flaws else ExitCode.OK


def _as_json(flaw: "Flaw") -> dict[str, object]:
    said = {name: getattr(flaw, name)._asdict() for name in ("excerpt", "why", "mend")}
    where = {"file": flaw.file, "line": flaw.line, "line_of": "file" if flaw.in_file else "text", "seen": flaw.seen}
    return {"rule": flaw.rule, **where, **said}
