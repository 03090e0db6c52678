"""`relance post`: letters that somebody prints and posts, batch by batch."""

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from workers.cli.bilingual import argument, command, group, json_option, option
from workers.cli.empty import tell_empty
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.figures import day_of
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import PARIS
from workers.cli.post_telling import batch_json, letter_json, state_of, tell_made, tell_posted
from workers.cli.tables import Column, show_json, show_table

if TYPE_CHECKING:
    from workers.operations.doing import Doing
    from workers.operations.post import Batch
    from workers.operations.post_files import Files

batch_option = option("--batch", "batch_id", required=True, metavar="LOT", fr="Quel lot.", en="Which batch.")


@group(
    "post", fr="Imprime les courriers par lots, note leur dépôt.", en="Print letters in batches, note their posting."
)
def post() -> None:
    """Have commands of its own."""


@command(
    "batch",
    fr="Relit les dossiers, retire ce qui est payé, et fait un lot de ce qui attend : un PDF et un bordereau CSV.",
    en="Look at the cases again, withdraw what is paid, and make a batch of what waits: one PDF and a CSV manifest.",
)
@option(
    "--channel", type=click.Choice(["letter", "tracked", "registered"]), fr="Ce canal seul.", en="This channel alone."
)
@option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", fr="Où écrire.", en="Where to write.")
@option("--include", multiple=True, metavar="F", fr="Prend aussi la lettre retenue de cette facture.",
        en="Take the letter of this invoice, too, although it is kept back.")  # fmt: skip
@option("--again", metavar="LOT", fr="Récrit les fichiers d’un lot, à l’identique.", en="Write a batch’s files again.")
@option("--duplicate", is_flag=True, fr="Avec --again : réimpression, marquée DUPLICATA.",
        en="With --again: a reprint, marked as a duplicate.")  # fmt: skip
@option("--no-sheets", is_flag=True, fr="Sans feuille de séparation.", en="Without separator sheets.")
@json_option
@pass_invocation
def batch(
    invocation: Invocation, *, channel: str | None, out: Path | None, include: tuple[str, ...], again: str | None,
    duplicate: bool, no_sheets: bool, as_json: bool,
) -> ExitCode:  # fmt: skip
    """Make batches, or write the files of one again."""
    from workers.operations import post as act  # noqa: PLC0415 - help must not pay for it
    from workers.outlets import post_folder  # noqa: PLC0415

    if duplicate and again is None:
        raise Failure("--duplicate demande --again LOT", "--duplicate needs --again BATCH", ExitCode.USAGE)
    system = invocation.system
    if again is not None:
        made = act.Made((_the_batch(invocation, again),), (), ())
        if duplicate:
            act.reprinted(system, again, _doing())
    else:
        made = act.make(system, _channels(invocation, channel), _doing(), include=include)
    folder = (out or post_folder(system.settings) / "batches").absolute()
    files = [_written(invocation, each, folder, duplicate=duplicate, sheets=not no_sheets) for each in made.batches]
    return tell_made(invocation, made, files, as_json=as_json)


@command(
    "done", fr="Note qu’un lot a été posté, avec ses numéros de suivi.",
    en="Note that a batch was posted, with its tracking numbers.",
)  # fmt: skip
@argument("numbers", nargs=-1, metavar="[LETTRE=NUMÉRO]…", fr="La place de la lettre, ou sa facture, et son numéro.",
          en="The letter’s place, or its invoice, and its number.")  # fmt: skip
@batch_option
@option("--on", "on", required=True, metavar="DATE", fr="Le jour du dépôt.", en="The day of posting.")
@option("--tracking", type=click.File(encoding="utf-8-sig"), metavar="FILE.csv", fr="Le bordereau rempli.",
        en="The manifest, filled in.")  # fmt: skip
@option("--without", multiple=True, metavar="LETTRE", fr="Cette lettre a été retirée de la pile.",
        en="This letter was taken out of the pile.")  # fmt: skip
@option("--anyway", is_flag=True, fr="Les lettres payées depuis le lot sont parties quand même.",
        en="Letters paid since the batch was made have left all the same.")  # fmt: skip
@pass_invocation
def done(
    invocation: Invocation, *, numbers: tuple[str, ...], batch_id: str, on: str, tracking: TextIO | None,
    without: tuple[str, ...], anyway: bool,
) -> ExitCode:  # fmt: skip
    """Note that a batch was posted."""
    from workers.operations import post as act  # noqa: PLC0415 - help must not pay for it
    from workers.operations.post_events import deposited  # noqa: PLC0415
    from workers.operations.post_words import BadWord, letter_named, numbers_of, pairs_of_file  # noqa: PLC0415

    chosen, day = _the_batch(invocation, batch_id), day_of("--on", on)
    pairs = [(pair, *_split(pair)) for pair in numbers]
    try:
        pairs += pairs_of_file(tracking.read(), tracking.name) if tracking is not None else []
        given = numbers_of(chosen, pairs)
        out = [letter_named(chosen, each) for each in without]
        closed = act.posted(
            invocation.system, batch_id, day, _doing(), tracking=given, without=out, anyway=anyway
        )  # fmt: skip
    except BadWord as bad:
        raise Failure(bad.fr, bad.en, ExitCode.USAGE) from None
    except act.NotPosted as problem:
        raise _not_posted(problem, chosen) from None
    deposited(invocation.system, closed)
    tell_posted(invocation, closed)
    return ExitCode.OK


@command("list", fr="Montre ce qui attend et les lots.", en="Show what waits, and the batches.")
@json_option
@pass_invocation
def list_post(invocation: Invocation, *, as_json: bool) -> ExitCode:
    """Show what waits, and the batches."""
    from workers.operations import post as act  # noqa: PLC0415 - help must not pay for it

    waiting, made = act.waiting(invocation.system), act.batches(invocation.system)
    if as_json:
        content = {"waiting": [letter_json(each) for each in waiting], "batches": [batch_json(each) for each in made]}
        show_json(invocation, "post", content)
        return ExitCode.OK if waiting or made else ExitCode.NOTHING_MATCHED
    if not waiting and not made:
        return tell_empty(invocation, "post")
    lines = [("–", each, "") for each in waiting] + [
        (each.batch_id, letter, each.posted_on.isoformat() if each.posted_on else "")
        for each in made
        for letter in each.letters
    ]
    rows = [
        [name, str(each.place or ""), each.channel, each.name, " ".join(each.invoices), day, each.tracking_no or "",
         state_of(invocation, each, day)]
        for name, each, day in lines
    ]  # fmt: skip
    columns = [
        Column("LOT", "BATCH"), Column("N°", "NO."), Column("CANAL", "CHANNEL"), Column("DÉBITEUR", "DEBTOR"),
        Column("FACTURES", "INVOICES"), Column("POSTÉ LE", "POSTED ON"), Column("SUIVI", "TRACKING"),
        Column("ÉTAT", "STATE"),
    ]  # fmt: skip
    show_table(invocation, columns, rows)
    return ExitCode.OK


# --- acting ---------------------------------------------------------------------------------------------------------


def _doing() -> "Doing":
    from workers.cli.acting import doing  # noqa: PLC0415 - help must not pay for it

    return doing("relance post")


def _channels(invocation: Invocation, channel: str | None) -> tuple[str, ...]:
    printed = invocation.system.settings.delivery.channels.printed
    chosen = printed if channel is None else tuple(name for name in printed if name == channel)
    if not chosen:
        name = channel or "letter"
        raise Failure(
            f'rien n’est imprimé ici ; écrivez delivery.channels.{name} = "print" dans relance.toml',
            f'nothing is printed here; write delivery.channels.{name} = "print" in relance.toml',
            ExitCode.USAGE,
        )
    return chosen


def _the_batch(invocation: Invocation, batch_id: str) -> "Batch":
    from workers.operations.post import batches  # noqa: PLC0415 - help must not pay for it

    found = batches(invocation.system, batch_id=batch_id)
    if not found:
        raise Failure(
            f"le lot {batch_id} n’existe pas ; voyez relance post list",
            f"there is no batch {batch_id}; see relance post list",
            ExitCode.NOTHING_MATCHED,
        )
    return found[0]


def _written(invocation: Invocation, made: "Batch", folder: Path, *, duplicate: bool, sheets: bool) -> "Files":
    from workers.operations.post_files import write  # noqa: PLC0415 - help must not pay for it

    try:
        return write(invocation.system, made, folder, language=invocation.language, duplicate=duplicate, sheets=sheets)
    except OSError as error:
        raise Failure(
            f"{folder} ne s’écrit pas ({error}) ; puis : relance post batch --again {made.batch_id} --out …",
            f"{folder} cannot be written ({error}); then: relance post batch --again {made.batch_id} --out …",
        ) from None


def _split(pair: str) -> tuple[str, str]:
    name, mark, number = pair.partition("=")
    if not mark or not name.strip():
        raise Failure(
            f"{pair!r} : écrivez LETTRE=NUMÉRO, comme 1=RR473124829GB",
            f"{pair!r}: write LETTER=NUMBER, such as 1=RR473124829GB",
            ExitCode.USAGE,
        )
    return name.strip(), number


def _not_posted(problem: Exception, chosen: "Batch") -> Failure:
    from workers.operations.post import NotPosted  # noqa: PLC0415 - help must not pay for it

    why = problem.why if isinstance(problem, NotPosted) else ""
    if isinstance(problem, NotPosted) and why == "settled":
        places = " ".join(f"--without {each.place}" for each in problem.letters)
        numbers = ", ".join(" ".join(each.invoices) for each in problem.letters)
        return Failure(
            f"payé depuis le lot : {numbers} ; retirez de la pile et ajoutez {places}, ou --anyway si c’est parti",
            f"paid since the batch was made: {numbers}; take out of the pile and add {places}, or --anyway if it left",
            ExitCode.GUARDED,
        )
    if why == "posted_already":
        day = chosen.posted_on
        return Failure(f"--on : déjà posté le {day}", f"--on: posted on {day} already", ExitCode.GUARDED)
    made = f"{chosen.made_at.astimezone(PARIS):%Y-%m-%d}"
    return Failure(
        f"--on : donnez un jour entre le {made}, où le lot fut fait, et aujourd’hui",
        f"--on: give a day from {made}, when the batch was made, to today",
        ExitCode.USAGE,
    )


for each in (batch, done, list_post):
    post.add_command(each)
