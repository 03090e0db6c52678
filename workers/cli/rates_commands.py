"""`relance rates`: the rates for late payment, where each was read, and how to add the next; without any server."""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workers.cli.bilingual import argument, command, group, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.figures import percent_of
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import Column, show_json, show_table

if TYPE_CHECKING:
    from workflows.rates import Coverage, Rates, SemesterRates, Source

_CONFIDENCES = {
    "official": ("officiel", "official"),
    "secondary": ("indirect", "secondary"),
    "memory": ("sans source", "no source"),
}


@group(
    "rates",
    fr="Liste, vérifie et complète les taux de retard.",
    en="List, check and add the rates for late payment.",
)
def rates() -> None:
    """Have commands of its own."""


@command("list", fr="Liste les taux de chaque semestre.", en="List the rates of every semester.")
@json_option
@pass_invocation
def list_rates(invocation: Invocation, *, as_json: bool) -> int:
    """Print a line for each semester."""
    table = invocation.rates
    if as_json:
        show_json(invocation, "rates", {"semesters": [_entry(table, each) for each in table.semesters]})
        return ExitCode.OK
    columns = (
        Column("SEMESTRE", "SEMESTER"), Column("BCE", "ECB", "right"), Column("ENTREPRISE", "BUSINESS", "right"),
        Column("PUBLIC", "PUBLIC", "right"), Column("LÉGAL", "LEGAL", "right"), Column("PLANCHER", "FLOOR", "right"),
        Column("LÉGAL PART.", "LEGAL PRIV.", "right"), Column("FIABILITÉ", "CONFIDENCE"),
    )  # fmt: skip
    show_table(invocation, columns, [_row(invocation, table, each) for each in table.semesters])
    return ExitCode.OK


def _figures(entry: "SemesterRates") -> tuple[Decimal | None, ...]:
    from workflows.invoice import DebtorKind  # noqa: PLC0415 - help must not pay for it

    business, public = entry.owed_by(DebtorKind.BUSINESS), entry.owed_by(DebtorKind.PUBLIC)
    return (entry.ecb, business, public, entry.legal, entry.floor, entry.legal_private)


def _row(invocation: Invocation, table: "Rates", entry: "SemesterRates") -> tuple[str, ...]:
    from workers.cli.interest_view import percent_text  # noqa: PLC0415 - help must not pay for it

    figures = ("-" if rate is None else percent_text(rate, invocation.language) for rate in _figures(entry))
    return (entry.semester, *figures, invocation.say(*_CONFIDENCES[table.weakest_source(entry).confidence]))


def _entry(table: "Rates", entry: "SemesterRates") -> dict[str, object]:
    names = ("ecb", "business", "public", "legal", "floor", "legal_private")
    figures = {
        name: None if rate is None else str(rate) for name, rate in zip(names, _figures(entry), strict=True)
    }  # fmt: skip
    read = {"ecb": entry.ecb_source, "legal": entry.legal_source, "legal_private": entry.legal_private_source}
    sources = {
        field: table.sources[name].model_dump(mode="json") | {"is_own": name.startswith("own:")}
        for field, name in read.items()
        if name is not None
    }
    return {"semester": entry.semester, **figures, "sources": sources}


@command(
    "check",
    fr="Vérifie les taux en vigueur, ou un fichier avant de l’utiliser.",
    en="Check the rates in use, or a file before it is used.",
)
@argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    fr="Un fichier TOML de taux.", en="A TOML file of rates.",
)  # fmt: skip
@json_option
@pass_invocation
def check(invocation: Invocation, file: Path | None, *, as_json: bool) -> int:
    """Say how far the rates go, what is missing soon, and which figures lack an official source."""
    from workers.cli.interest_command import today_of  # noqa: PLC0415 - help must not pay for it
    from workers.rates_file import rates_with  # noqa: PLC0415
    from workflows.rates import Coverage  # noqa: PLC0415

    table = invocation.rates if file is None else rates_with(file)
    coverage = table.coverage(today_of(invocation))
    if as_json:
        weak = [each.semester for each in table.semesters if table.weakest_source(each).confidence != "official"]
        known = {"first": table.semesters[0].semester, "last": table.semesters[-1].semester}
        show_json(invocation, "rates.check", {**known, "coverage": coverage, "not_official": weak})
    else:
        _show_check(invocation, table, coverage)
    return ExitCode.FAILURE if coverage is Coverage.ENDED else ExitCode.OK


def _show_check(invocation: Invocation, table: "Rates", coverage: "Coverage") -> None:
    from workflows.rates import Coverage, next_semester  # noqa: PLC0415 - help must not pay for it

    first, last = table.semesters[0].semester, table.semesters[-1].semester
    invocation.show(invocation.say(f"taux connus de {first} à {last}", f"rates known from {first} to {last}"))
    for confidence, (fr, en) in _CONFIDENCES.items():
        found = [each.semester for each in table.semesters if table.weakest_source(each).confidence == confidence]
        if found:
            names = ", ".join(found)
            invocation.show(invocation.say(f"{fr} : {names}", f"{en}: {names}"))
    if coverage is not Coverage.ENOUGH:
        coming = next_semester(last)
        invocation.tell(
            f"{coming} manque {'déjà' if coverage is Coverage.ENDED else 'bientôt'} ; dès sa publication : "
            f"relance rates add {coming} --ecb … --legal … --source …",
            f"{coming} is missing {'already' if coverage is Coverage.ENDED else 'soon'}; once it is published: "
            f"relance rates add {coming} --ecb … --legal … --source …",
        )


@command(
    "add",
    fr="Ajoute le semestre suivant à votre fichier de taux.",
    en="Add the next semester to your file of rates.",
)
@argument("semester", fr="Comme 2027-S1.", en="Such as 2027-S1.")
@option(
    "--ecb",
    required=True,
    metavar="RATE",
    fr="Taux de refinancement de la BCE au premier jour, en pour cent.",
    en="The ECB's main refinancing rate on the first day, in percent.",
)
@option(
    "--legal",
    required=True,
    metavar="RATE",
    fr="Taux légal, colonne des professionnels.",
    en="The legal rate, column of professionals.",
)
@option(
    "--legal-private",
    metavar="RATE",
    fr="Taux légal, colonne des particuliers.",
    en="The legal rate, column of private persons.",
)
@option("--source", required=True, fr="Où vous les avez lus.", en="Where you read them.")
@option(
    "--confidence",
    type=click.Choice(["official", "secondary", "memory"]),
    default="secondary",
    show_default=True,
    fr="Ce que vaut cette source.",
    en="What that source is worth.",
)
@pass_invocation
def add(invocation: Invocation, /, semester: str, **typed: str | None) -> int:
    """Write the semester into the operator's file."""
    from workers.rates_file import add_semester  # noqa: PLC0415 - help must not pay for it
    from workflows.rates import next_semester  # noqa: PLC0415

    known, path = invocation.rates, invocation.settings.own_rates
    coming = next_semester(known.semesters[-1].semester)
    if semester != coming:
        raise Failure(
            f"« {semester} » ne suit pas le dernier semestre connu ; ajoutez d’abord {coming}",
            f"{semester!r} does not follow the last known semester; add {coming} first",
            ExitCode.USAGE,
        )
    entry, source = _new(semester, typed)
    try:
        add_semester(path, entry, source)
    except OSError as error:
        raise Failure(
            f"{path} : écriture impossible ({error.strerror}) ; vérifiez les droits, ou réglez rates_file",
            f"{path}: cannot be written ({error.strerror}); check the rights, or set rates_file",
        ) from None
    invocation.show(str(path))
    invocation.tell(
        f"{semester} est ajouté ; les workers le liront à leur prochain démarrage",
        f"{semester} is added; workers read it when they start next",
    )
    return ExitCode.OK


def _new(semester: str, typed: dict[str, str | None]) -> "tuple[SemesterRates, Source]":
    from pydantic import ValidationError  # noqa: PLC0415 - help must not pay for it

    from workflows.rates import SemesterRates, Source  # noqa: PLC0415

    name, private = f"read_for_{semester}", typed["legal_private"]
    entry = SemesterRates(
        semester=semester, ecb=percent_of("--ecb", typed["ecb"] or ""), ecb_source=name,
        legal=percent_of("--legal", typed["legal"] or ""), legal_source=name,
        legal_private=None if private is None else percent_of("--legal-private", private),
        legal_private_source=None if private is None else name,
    )  # fmt: skip
    try:
        return entry, Source.model_validate({"text": typed["source"], "confidence": typed["confidence"]})
    except ValidationError:
        raise Failure(
            "--source : une ligne de 1 à 200 caractères, comme « arrêté du 15 décembre 2026 »",
            "--source: one line of 1 to 200 characters, such as 'order of 15 December 2026'",
            ExitCode.USAGE,
        ) from None


for each in (list_rates, check, add):
    rates.add_command(each)
