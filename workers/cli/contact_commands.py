"""`relance contact`: by which channels a debtor may be reached, and what he said about them."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from workers.cli.bilingual import argument, command, group, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.figures import day_of, phone_of
from workers.cli.hold_commands import CHANNELS
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import dry_run_option
from workers.cli.tables import Column, show_json, show_table
from workers.cli.telling import AboutDebtor, tell

if TYPE_CHECKING:
    from workers.ledger.queries.debtors import DebtorLine

debtor_argument = argument("debtor", metavar="DÉBITEUR", fr="Sa référence.", en="Its reference.")
creditor_option = option(
    "--creditor", fr="Le créancier, s’il y en a plusieurs.", en="The creditor, where there are several."
)
how_option = option("--how", metavar="TEXTE", fr="Où cela se lit.", en="Where it can be read.")


def about_a_channel(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a word about a channel: whom it is about, and where it can be read."""
    for shared in (
        json_option,
        dry_run_option,
        creditor_option,
        option("--address", metavar="ADRESSE", fr="Cette adresse seule, qui que ce soit qui l’ait.",
               en="This address alone, whoever has it."),
        option("--contact", metavar="RÉF", fr="Ce contact seul ; sinon le débiteur entier.",
               en="This contact alone; else the whole debtor."),
        debtor_argument,
    ):  # fmt: skip
        command = shared(command)
    return pass_invocation(command)


@group(
    "contact",
    fr="Dit par quels canaux un débiteur peut être joint ; note ce qu’il en dit.",
    en="Tell by which channels a debtor may be reached; note what he says about them.",
)
def contact() -> None:
    """Have commands of its own."""


@command("opt-out", fr="Note que le débiteur ne veut plus d’un canal.", en="Note that the debtor refuses a channel.")
@option("--channel", required=True, type=click.Choice(CHANNELS), fr="Le canal.", en="The channel.")
@how_option
@about_a_channel
def opt_out(invocation: Invocation, *, channel: str, how: str | None, **said: Any) -> int:  # noqa: ANN401 - the shared options
    """Publish the refusal."""
    return _tell(invocation, "contact.opted_out", {"channel": channel, "how": how}, said)


@command("opt-in", fr="Note que le débiteur veut bien d’un canal.", en="Note that the debtor agrees to a channel.")
@option("--channel", required=True, type=click.Choice(CHANNELS), fr="Le canal.", en="The channel.")
@how_option
@about_a_channel
def opt_in(invocation: Invocation, *, channel: str, how: str | None, **said: Any) -> int:  # noqa: ANN401 - the shared options
    """Publish the word."""
    return _tell(invocation, "contact.opted_in", {"channel": channel, "how": how}, said)


@command(
    "consent",
    fr="Note l’accord d’un particulier pour la lettre recommandée électronique (art. L100 CPCE).",
    en="Note a consumer’s consent to electronic registered letters (art. L100 CPCE).",
)
@option("--how", required=True, metavar="TEXTE", fr="Où il se lit : clause, formulaire…",
        en="Where it can be read: a clause, a form…")  # fmt: skip
@option("--on", metavar="DATE", fr="Le jour où il fut donné ; sinon aujourd’hui.", en="The day it was given; else now.")
@about_a_channel
def consent(invocation: Invocation, *, how: str, on: str | None, **said: Any) -> int:  # noqa: ANN401 - the shared options
    """Publish the consent."""
    given = None if on is None else day_of("--on", on).isoformat()
    return _tell(invocation, "contact.opted_in", {"channel": "lre", "how": how, "on": given}, said)


def _tell(invocation: Invocation, kind: str, word: dict[str, str | None], said: dict[str, Any]) -> int:
    debtor = said["debtor"]
    line = _the_debtor(invocation, debtor, said["creditor"])
    known = [each.ref for each in line.debtor.contacts]
    if said["contact"] is not None and said["contact"] not in known:
        names = ", ".join(known) or "–"
        raise Failure(
            f"--contact : {debtor} n’a pas de contact {said['contact']} ; il a {names}",
            f"--contact: {debtor} has no contact {said['contact']}; it has {names}",
            ExitCode.NOTHING_MATCHED,
        )
    about = AboutDebtor(line.creditor_ref, said["dry_run"], said["as_json"])
    address = _address(said["address"], word["channel"])
    _known(line, address, str(word["channel"]))
    whom = {"debtor_ref": line.ref, "contact": said["contact"], "address": address}
    return tell(invocation, about, kind, whom | word)


def _known(line: "DebtorLine", address: str | None, channel: str) -> None:
    """Refuse an address that no contact has: a word about it would change nothing."""
    from workflows.contacts import Channel, address_of  # noqa: PLC0415 - help must not pay for it

    known = {found for each in line.debtor.contacts if (found := address_of(each, Channel(channel))) is not None}
    if address is None or address.casefold() in known:
        return
    names = " ; ".join(sorted(known)) or "–"
    raise Failure(
        f"--address : aucun contact de {line.ref} n’a {address} ; pour {channel}, il a {names}",
        f"--address: no contact of {line.ref} has {address}; for {channel} it has {names}",
        ExitCode.NOTHING_MATCHED,
    )


def _address(given: str | None, channel: str | None) -> str | None:
    """A number as the ledger writes it; anything else as it is."""
    return given if given is None or channel not in ("sms", "call") else phone_of("--address", given)


def _the_debtor(invocation: Invocation, debtor: str, creditor: str | None) -> "DebtorLine":
    from workers.ledger.queries.debtors import find_debtors  # noqa: PLC0415 - help must not pay for it

    with invocation.system.ledger.connect() as connection:
        found = find_debtors(connection, debtor, creditor)
    if not found:
        raise Failure(
            f"aucun débiteur {debtor} ; relance segments les liste", f"no debtor {debtor}; relance segments lists them",
            ExitCode.NOTHING_MATCHED,
        )  # fmt: skip
    if len(found) > 1:
        names = ", ".join(each.creditor_ref for each in found)
        raise Failure(
            f"{debtor} existe chez {names} ; ajoutez --creditor", f"{debtor} exists for {names}; add --creditor",
            ExitCode.USAGE,
        )  # fmt: skip
    return found[0]


@command(
    "show",
    fr="Montre chaque canal d’un débiteur : à quelle adresse il le joint, ou pourquoi il ne le peut pas.",
    en="Show each channel of a debtor: at which address it reaches him, or why it cannot.",
)
@debtor_argument
@creditor_option
@json_option
@pass_invocation
def show(invocation: Invocation, *, debtor: str, creditor: str | None, as_json: bool) -> int:
    """Show one debtor."""
    line = _the_debtor(invocation, debtor, creditor)
    found = list(_ways(invocation, line))
    if as_json:
        show_json(invocation, "contact", {"debtor": line.ref, "creditor": line.creditor_ref, "channels": found})
        return ExitCode.OK
    columns = [Column("CANAL", "CHANNEL"), Column("CONTACT", "CONTACT"), Column("ADRESSE", "ADDRESS"),
               Column("OBSTACLE", "OBSTACLE")]  # fmt: skip
    rows: Sequence[Sequence[str]] = [
        [each[name] or "" for name in ("channel", "contact", "address", "text")] for each in found
    ]
    show_table(invocation, columns, rows)
    return ExitCode.OK


def _ways(invocation: Invocation, line: "DebtorLine") -> "Iterator[dict[str, str | None]]":
    from workers.addresses import address  # noqa: PLC0415 - help must not pay for it
    from workflows.effects import Reason  # noqa: PLC0415
    from workflows.invoice import Channel  # noqa: PLC0415
    from workflows.numbering import national  # noqa: PLC0415
    from workflows.reasons import say  # noqa: PLC0415

    for channel in Channel:
        contact, obstacle = line.debtor.contact_for(channel), line.debtor.obstacle(channel)
        where = None if contact is None else national(address(contact, channel)).replace("\n", ", ")
        yield {
            "channel": str(channel), "contact": None if contact is None else contact.ref, "address": where,
            "obstacle": None if obstacle is None else str(obstacle),
            "text": None if obstacle is None else say(Reason(rule=obstacle), invocation.language),
        }  # fmt: skip


for _each in (show, opt_out, opt_in, consent):
    contact.add_command(_each)
