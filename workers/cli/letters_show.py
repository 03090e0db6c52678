"""`relance letters list` and `show`: which letters there are, and one of them as its reader would read it."""

from pathlib import Path
from typing import Final

import click

from workers.cli.bilingual import argument, command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import Column, show_json, show_table

_CHANNELS: Final = ("email", "letter", "tracked", "registered", "lre", "sms", "call")
_KINDS: Final = ("business", "consumer", "public")

folder_option = option(
    "--folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
    fr="Un dossier de vos lettres, par-dessus celles qui sont livrées.",
    en="A folder of letters of yours, over those that ship.",
)  # fmt: skip


@command(
    "list", fr="Liste les lettres : ton, canaux, langues, but.", en="List letters: tone, channels, languages, aim."
)
@folder_option
@json_option
@pass_invocation
def list_letters(invocation: Invocation, *, folder: Path | None, as_json: bool) -> int:
    """Print a line for each letter."""
    from workers.own_letters import read  # noqa: PLC0415 - help must not pay for it

    catalogue = read(folder).catalogue
    found = []
    for name in catalogue.ids:
        languages = sorted(language for language, letter in catalogue.letters if letter == name)
        spoken = next(each for each in (invocation.language, "fr", *languages) if each in languages)
        letter = catalogue.letters[spoken, name]
        channels = sorted(map(str, letter.meta.channels))
        found.append((name, letter.meta.tone, channels, languages, letter.purpose))
    found.sort(key=lambda each: (each[1], each[0]))
    if as_json:
        keys = ("id", "tone", "channels", "languages", "purpose")
        show_json(invocation, "letters", {"letters": [dict(zip(keys, each, strict=True)) for each in found]})
        return ExitCode.OK
    heads = (("LETTRE", "LETTER"), ("TON", "TONE"), ("CANAUX", "CHANNELS"), ("LANGUES", "LANGUAGES"), ("BUT", "AIM"))
    rows = [(name, str(tone), ", ".join(ways), ", ".join(all_), aim) for name, tone, ways, all_, aim in found]
    show_table(invocation, [Column(*head) for head in heads], rows)
    return ExitCode.OK


@command("show", fr="Montre une lettre, avec des faits d’exemple.", en="Show a letter, with example facts.")
@argument("letter", fr="Son nom, comme first_reminder.", en="Its name, such as first_reminder.")
@option("--language", default="fr", show_default=True, fr="La langue.", en="The language.")
@option("--channel", type=click.Choice(_CHANNELS), fr="Le canal ; sinon l’e-mail.", en="The channel; else e-mail.")
@option("--kind", type=click.Choice(_KINDS), default="business", show_default=True, fr="À qui.", en="To whom.")
@option("--count", type=click.IntRange(1, 50), default=1, show_default=True, fr="Combien de factures.",
        en="How many invoices.")  # fmt: skip
@folder_option
@pass_invocation
def show(
    invocation: Invocation, *, letter: str, language: str, channel: str | None, kind: str, count: int,
    folder: Path | None,
) -> int:  # fmt: skip
    """Print the letter as the debtor would read it."""
    from workers.cli.sms_figures import length_of, length_text  # noqa: PLC0415 - help must not pay for it
    from workers.own_letters import read  # noqa: PLC0415
    from workers.rendering.checking import Case, example_of, written  # noqa: PLC0415
    from workers.rendering.errors import TemplateProblem  # noqa: PLC0415
    from workflows.invoice import Channel, DebtorKind  # noqa: PLC0415
    from workflows.wording_checks import BadFacts  # noqa: PLC0415

    catalogue = read(folder).catalogue
    try:
        found = catalogue.letter(letter, language)
        ways = [each for each in _CHANNELS if each in found.meta.carried_by]
        if channel is not None and channel not in ways:
            fr, en = f"{letter} n’a pas ce canal ; il a {', '.join(ways)}", f"{letter} has no such channel; it has"
            raise Failure(fr, f"{en} {', '.join(ways)}", ExitCode.NOTHING_MATCHED)
        case = Case(Channel(channel or ways[0]), DebtorKind(kind), count=count)
        message = written(found, example_of(found, language, case), catalogue)
        head = "" if case.channel in {Channel.SMS, Channel.CALL} else f"{message.subject}\n\n"
        invocation.show(f"{head}{message.body}".rstrip("\n"))
        if case.channel is Channel.SMS:
            invocation.show(f"\n({length_text(invocation, length_of(message.body))})")
    except TemplateProblem as problem:
        raise Failure(str(problem), str(problem), ExitCode.NOTHING_MATCHED) from None
    except BadFacts as bad:
        raise Failure(str(bad), str(bad), ExitCode.FAILURE) from None
    return ExitCode.OK
