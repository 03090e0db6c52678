"""`relance channels`: what carries each channel, what it can do, how it fares; and asking one whether it would work."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import click

from workers.cli.bilingual import Group, argument, command, json_option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.hold_commands import CHANNELS
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import Column, show_json, show_table

if TYPE_CHECKING:
    from datetime import datetime

    from workers.channels.provider import Abilities
    from workers.ledger.queries.channels import Attempt, Record

#: How long after its last word a circuit that refused is still taken for open.
_RESTING: Final = timedelta(minutes=2)
_STATES: Final = {
    "held": ("suspendu", "held"), "resting": ("laissé en paix", "left in peace"), "failing": ("échoue", "failing"),
    "working": ("fonctionne", "working"), "unused": ("pas encore servi", "not used yet"),
}  # fmt: skip
_ABILITIES: Final = {
    "idempotency_key": ("répète sans doublon", "repeats harmlessly"),
    "look_up": ("retrouve par notre référence", "can be asked by our reference"),
    "delivery_events": ("dit l’arrivée", "reports arrivals"), "cost": ("dit le prix", "tells costs"),
    "attachments": ("prend des fichiers", "takes files"),
}  # fmt: skip


class Listed(Group):
    """A group that lists, where no command of its own is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """`relance channels` is `relance channels list`."""
        if not args or args[0] not in {*self.commands, "--help"}:
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(
    "channels",
    cls=Listed,
    fr="Dit ce qui porte chaque canal, ce qu’il sait faire et comment il va.",
    en="Tell what carries each channel, what it can do and how it fares.",
)
def channels() -> None:
    """Have commands of its own."""


@command("list", fr="Montre chaque canal ; ne demande rien à personne.", en="Show each channel; ask nobody.")
@json_option
@pass_invocation
def list_channels(invocation: Invocation, *, as_json: bool) -> int:
    """Show all channels, by the settings and the ledger."""
    from workers.ledger.queries.channels import channel_records  # noqa: PLC0415 - help must not pay for it

    system = invocation.system
    now = system.clock.now()
    with system.ledger.connect() as connection:
        records = channel_records(connection, now)
    lines = [_line(invocation, str(channel), records[channel], now) for channel in records]
    if as_json:
        show_json(invocation, "channels", {"channels": lines})
        return ExitCode.OK
    columns = [
        Column("CANAL", "CHANNEL"), Column("PAR", "BY"), Column("ÉTAT", "STATE"), Column("DERNIER ENVOI", "LAST SENT"),
        Column("DERNIER ÉCHEC", "LAST FAILURE"), Column("SAIT FAIRE", "CAN DO"), Column("HEURES", "HOURS"),
        Column("PRIX", "PRICE"),
    ]  # fmt: skip
    show_table(invocation, columns, [_row(invocation, line) for line in lines])
    return ExitCode.OK


def _line(invocation: Invocation, channel: str, record: "Record", now: "datetime") -> dict[str, Any]:
    from workflows.invoice import Channel  # noqa: PLC0415 - help must not pay for it

    settings, outlet = invocation.settings, invocation.system.outlets[Channel(channel)]
    abilities = getattr(outlet, "abilities", None)
    price = settings.sms.price_per_segment if channel == "sms" else None
    return {
        "channel": channel, "way": getattr(settings.delivery.channels, channel), "name": outlet.name,
        "state": _state(record, now), "held": record.held, "held_until": record.held_until,
        "failed_in_row": record.failed_in_row, "last_sent": _attempt(record.last_sent),
        "last_failed": _attempt(record.last_failed), "abilities": _abilities(abilities),
        "hours": None if abilities is None or abilities.hours is None else str(abilities.hours),
        "price_per_segment": None if price is None else f"{price:f}",
    }  # fmt: skip


def _state(record: "Record", now: "datetime") -> str:
    failed = record.last_failed
    if record.held is not None:
        return "held"
    if record.failed_in_row and failed is not None:
        is_resting = failed.code == "circuit" and now - failed.at < _RESTING
        return "resting" if is_resting else "failing"
    return "unused" if record.last_sent is None else "working"


def _attempt(attempt: "Attempt | None") -> dict[str, Any] | None:
    if attempt is None:
        return None
    return {"at": attempt.at, "outcome": attempt.outcome, "code": attempt.code, "detail": attempt.detail}


def _abilities(abilities: "Abilities | None") -> list[str]:
    return [name for name in _ABILITIES if getattr(abilities, name, False)]


def _row(invocation: Invocation, line: dict[str, Any]) -> Sequence[str]:
    from workers.cli.words import moment_text  # noqa: PLC0415 - help must not pay for it

    language, say = invocation.language, invocation.say
    sent, failed = line["last_sent"], line["last_failed"]
    by = line["way"] if line["way"] in ("folder", "print", "smtp") else f"{line['way']} ({line['name']})"
    state = say(*_STATES[line["state"]])
    if line["state"] == "held":
        state += f" : {line['held']}" if language == "fr" else f": {line['held']}"
    elif line["failed_in_row"]:
        state += f" (× {line['failed_in_row']})"
    price = line["price_per_segment"]
    return [
        line["channel"], by, state, moment_text(sent["at"], language) if sent else "–",
        f"{moment_text(failed['at'], language)} {failed['code'] or failed['outcome']}" if failed else "–",
        ", ".join(say(*_ABILITIES[name]) for name in line["abilities"]) or "–", line["hours"] or "–",
        say(f"{price.replace('.', ',')} € le segment", f"€{price} a segment") if price else "–",
    ]  # fmt: skip


@command(
    "check",
    fr="Demande à ce qui porte un canal s’il fonctionnerait ; rien ne part.",
    en="Ask what carries a channel whether it would work; nothing leaves.",
)
@argument("channel", metavar="CANAL", type=click.Choice(CHANNELS), fr="Le canal.", en="The channel.")
@json_option
@pass_invocation
def check(invocation: Invocation, *, channel: str, as_json: bool) -> int:
    """Ask one provider."""
    from workers.channels.base import ChannelError  # noqa: PLC0415 - help must not pay for it
    from workflows.invoice import Channel  # noqa: PLC0415

    outlet = invocation.system.outlets[Channel(channel)]
    try:
        said, is_well = outlet.check(), True
    except ChannelError as error:
        said, is_well = str(error), False
    if as_json:
        show_json(invocation, "channels.check", {"channel": channel, "name": outlet.name, "ok": is_well, "said": said})
    elif not is_well:
        raise Failure(f"{channel} ({outlet.name}) : {said}", f"{channel} ({outlet.name}): {said}", ExitCode.FAILURE)
    else:
        invocation.show(said)
    return ExitCode.OK if is_well else ExitCode.FAILURE


channels.add_command(list_channels)
channels.add_command(check)
