"""`relance events schema` and `validate`: the contract of events, without any server."""

from typing import TYPE_CHECKING, BinaryIO

import click

from workers.cli.bilingual import argument, command, json_option, option
from workers.cli.event_files import payloads_of
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import Column, show_json, show_table
from workers.cli.term_warnings import tell_warnings

if TYPE_CHECKING:
    from workflows.payment_terms import TermWarning


@command(
    "schema",
    fr="Décrit un type d’événement par son schéma JSON ; sans type, liste les types.",
    en="Describe a type of event by its JSON Schema; without a type, list the types.",
)
@argument(
    "kind",
    metavar="[TYPE]",
    required=False,
    fr="Le type, comme invoice.issued.",
    en="The type, such as invoice.issued.",
)
@option("--all", "every", is_flag=True, fr="Tous les types, en un objet JSON.", en="Every type, as one JSON object.")
@option("--example", is_flag=True, fr="Un exemple au lieu du schéma.", en="An example instead of the schema.")
@pass_invocation
def schema(invocation: Invocation, kind: str | None, *, every: bool, example: bool) -> int:
    """Print schemas or examples."""
    from workflows.errors import BadEvent  # noqa: PLC0415 - help must not pay for it
    from workflows.event_schemas import EXAMPLES, KINDS, schema_of  # noqa: PLC0415

    if every:
        found = EXAMPLES if example else {name: schema_of(name) for name in KINDS}
        show_json(invocation, "events.examples" if example else "events.schemas", {"types": found})
        return ExitCode.OK
    if kind is None:
        rows = [(name, (model.__doc__ or "").partition("\n")[0]) for name, model in KINDS.items()]
        show_table(invocation, (Column("TYPE", "TYPE"), Column("DESCRIPTION", "DESCRIPTION")), rows)
        return ExitCode.OK
    try:
        described = schema_of(kind)
    except BadEvent as error:
        words = str(error).removeprefix("/type: ")
        raise Failure(words, words, ExitCode.NOTHING_MATCHED) from None
    name = str(described["title"]).rpartition(".v")[0]
    invocation.show(_json(EXAMPLES[name] if example else described, is_ascii=invocation.is_ascii))
    return ExitCode.OK


def _json(value: object, *, is_ascii: bool) -> str:
    import json  # noqa: PLC0415

    return json.dumps(value, ensure_ascii=is_ascii, indent=2)


@command(
    "validate",
    fr="Vérifie des événements sans rien publier.",
    en="Check events without publishing anything.",
)
@argument(
    "file",
    type=click.File("rb"),
    fr="Un fichier JSON ou NDJSON ; - pour l’entrée standard.",
    en="A JSON or NDJSON file; - for standard input.",
)
@json_option
@pass_invocation
def validate(invocation: Invocation, file: BinaryIO, *, as_json: bool) -> int:
    """Read every event of a file."""
    from workers.intake.term_notes import warnings_of  # noqa: PLC0415 - help must not pay for it
    from workflows.errors import BadEvent  # noqa: PLC0415
    from workflows.event_schemas import parse_event  # noqa: PLC0415

    bad: list[dict[str, object]] = []
    odd: dict[int, tuple[TermWarning, ...]] = {}
    count = 0
    for place, payload in payloads_of(file):
        count += 1
        try:
            warnings = warnings_of(parse_event(payload), invocation.rates)
        except BadEvent as error:
            bad.append({"place": place, "findings": error.findings})
        else:
            odd |= {place: warnings} if warnings else {}
    _show_validated(invocation, count, bad, odd, as_json=as_json)
    if count == 0:
        return ExitCode.NOTHING_MATCHED
    return ExitCode.FAILURE if bad else ExitCode.OK


def _show_validated(
    invocation: Invocation,
    count: int,
    bad: list[dict[str, object]],
    odd: "dict[int, tuple[TermWarning, ...]]",
    *,
    as_json: bool,
) -> None:
    if as_json:
        warnings = [
            {"place": place} | warning.model_dump(mode="json") for place, each in odd.items() for warning in each
        ]
        show_json(invocation, "events.validate", {"events": count, "invalid": bad, "warnings": warnings})
    else:
        for each in bad:
            for finding in each["findings"]:  # type: ignore[attr-defined] # a tuple of words
                invocation.show(f"{each['place']} : {finding}")
        for place, found in odd.items():
            tell_warnings(invocation, place, found)
        invocation.tell(f"{count} événement(s), {len(bad)} incorrect(s)", f"{count} event(s), {len(bad)} invalid")
