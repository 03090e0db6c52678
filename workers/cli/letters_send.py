"""`relance letters send`: one letter beside the ladder, because a person asks for it."""

import getpass
from typing import Final

import click

from workers.cli.bilingual import argument, command, option
from workers.cli.figures import day_of
from workers.cli.invocation import Invocation
from workers.cli.telling import About, about_a_case, tell, today_of

#: Those of `workflows.events.letters`, whose import help must not pay for.
LETTERS: Final = (
    "apology", "call_confirmation", "credit_policy", "dispute_acknowledged", "dispute_answered", "hand_over_notice",
    "instalment_confirmation", "loyal_client", "payment_thanks", "promise_acknowledged", "reason_request",
    "services_reminder",
)  # fmt: skip
#: Channels that such a letter may take.
CHANNELS = ("email", "letter", "tracked", "registered", "lre")


@command(
    "send",
    fr="Envoie une lettre à part : l’échelle attend au plus le jour qu’elle accorde.",
    en="Send a letter beside the ladder, which waits at most for the day it grants.",
)
@about_a_case
@argument("letter", metavar="LETTRE", type=click.Choice(LETTERS), fr="La lettre.", en="The letter.")
@option("--deadline", metavar="DATE", fr="Le jour que la lettre accorde.", en="The day that the letter grants.")
@option(
    "--channel",
    type=click.Choice(CHANNELS),
    fr="Le canal ; sinon e-mail, ou courrier.",
    en="The channel; else e-mail, or post.",
)
@option("--note", metavar="TEXTE", fr="Une phrase imprimée telle quelle.", en="A sentence printed as it stands.")
def send(
    invocation: Invocation, about: About, *, letter: str, deadline: str | None, channel: str | None, note: str | None
) -> int:
    """Ask for the letter; the same letter on the same day is one letter."""
    day = None if deadline is None else day_of("--deadline", deadline).isoformat()
    data = {
        "request_id": f"{letter}-{today_of(invocation)}", "invoice_no": about.file.case.invoice.number,
        "letter": letter, "channel": channel, "deadline_on": day, "by": getpass.getuser(), "note": note,
    }  # fmt: skip
    return tell(invocation, about, "letter.requested", data)
