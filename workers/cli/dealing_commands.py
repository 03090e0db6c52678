"""`relance offer`, `relance handover`: what a person offers or decides about one invoice."""

from typing import TYPE_CHECKING

import click

from workers.cli.bilingual import command, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.figures import amount_of, day_of, percent_of
from workers.cli.invocation import Invocation
from workers.cli.telling import About, about_a_case, tell, today_of
from workers.dealings.names import free_name

if TYPE_CHECKING:
    from workflows.case import Case
    from workflows.known import Settlement

_RECIPIENTS = ("agency", "commissaire_de_justice", "avocat", "contentieux")


@command(
    "offer",
    fr="Propose un escompte pour un règlement avant un jour ; silence jusque-là.",
    en="Offer a discount for payment by a day; silence until then.",
)
@about_a_case
@option("--percent", metavar="N", fr="La part du solde, en pour cent.", en="The share of the balance, in percent.")
@option("--amount", metavar="MONTANT", fr="Ou un montant, en euros.", en="Or an amount, in euros.")
@option("--until", metavar="DATE", fr="Le dernier jour.", en="The last day.")
@option("--withdraw", is_flag=True, fr="Retire l’offre en cours.", en="Take back the offer that runs.")
def offer(
    invocation: Invocation, about: About, *, percent: str | None, amount: str | None, until: str | None, withdraw: bool
) -> int:
    """Publish the offer, or its end."""
    from workflows.machine.standing import open_settlement  # noqa: PLC0415 - help must not pay for it

    case = about.file.case
    running = open_settlement(case)
    if withdraw:
        if running is None:
            raise Failure(
                f"aucun escompte n’est proposé pour {case.invoice.number}",
                f"no discount is on offer for {case.invoice.number}",
                ExitCode.NOTHING_MATCHED,
            )
        ended = {"offer_id": running.offer_id, "invoice_no": case.invoice.number}
        return tell(invocation, about, "settlement.withdrawn", ended)
    if until is None or (percent is None) == (amount is None):
        raise Failure(
            "dites l’escompte et le dernier jour : --percent 2 --until 2026-12-10, ou --amount",
            "say the discount and the last day: --percent 2 --until 2026-12-10, or --amount",
            ExitCode.USAGE,
        )
    said = _discount(percent, amount, until)
    data = {"offer_id": _new_offer(invocation, case, said), "invoice_no": case.invoice.number}
    return tell(invocation, about, "settlement.offered", data | said)


def _new_offer(invocation: Invocation, case: "Case", said: dict[str, str]) -> str:
    """A name for an offer of today: the same terms again are the same offer, other ones another."""
    taken, old = {item.offer_id for item in case.settlement_ends}, case.settlement
    if old is not None and _terms(old) != said:
        taken.add(old.offer_id)
    return free_name(f"offer-{today_of(invocation)}", taken)


def _terms(offer: "Settlement") -> dict[str, str]:
    from workflows.money import decimal_text  # noqa: PLC0415 - help must not pay for it

    amount = None if offer.amount is None else decimal_text(offer.amount)
    terms = {"until": offer.until.isoformat(), "percent": offer.percent, "amount": amount}
    return {name: value for name, value in terms.items() if value is not None}


def _discount(percent: str | None, amount: str | None, until: str) -> dict[str, str]:
    from workflows.money import decimal_text  # noqa: PLC0415 - help must not pay for it

    said = {"until": day_of("--until", until).isoformat()}
    if percent is not None:
        return said | {"percent": str(percent_of("--percent", percent))}
    return said | {"amount": decimal_text(amount_of("--amount", amount or ""))}


@command(
    "handover",
    fr="Note que le dossier est transmis ; les relances amiables prennent fin.",
    en="Note that the file was handed over; amicable reminders end.",
)
@about_a_case
@option("--to", required=True, type=click.Choice(_RECIPIENTS), fr="À quel service.", en="To which office.")
@option("--on", metavar="DATE", fr="Le jour ; sinon aujourd’hui.", en="The day; else today.")
@option("--name", metavar="NOM", fr="Le nom de ce service.", en="The office's name.")
@option("--contact", metavar="TEXTE", fr="Comment le joindre.", en="How to reach it.")
def handover(
    invocation: Invocation, about: About, *, to: str, on: str | None, name: str | None, contact: str | None
) -> int:
    """Publish the hand-over."""
    data = {
        "invoice_no": about.file.case.invoice.number, "to": to, "name": name, "contact": contact,
        "on": None if on is None else day_of("--on", on).isoformat(),
    }  # fmt: skip
    return tell(invocation, about, "case.escalated", data)
