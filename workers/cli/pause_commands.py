"""`relance pause` and `relance resume`: let nothing leave for an invoice or a debtor, until a day and for a reason."""

from typing import TYPE_CHECKING, Literal

from workers.cli.acts import act_on
from workers.cli.bilingual import argument, command, json_option, option
from workers.cli.case_command import creditor_option, the_case
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.figures import day_of
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import dry_run_option, reason_option

if TYPE_CHECKING:
    from workers.dealings.pauses import Whose

_number = argument("number", required=False, metavar="[NUMÉRO]", fr="La facture, ou --debtor.",
                   en="The invoice, or --debtor.")  # fmt: skip
_debtor = option("--debtor", metavar="REF", fr="Toutes les factures d’un débiteur.", en="All invoices of a debtor.")


@command(
    "pause",
    fr="Rien ne part pour une facture ou un débiteur jusqu’à un jour ; quinze jours si rien n’est dit.",
    en="Nothing leaves for an invoice or a debtor until a day; fifteen days unless told.",
)
@_number
@_debtor
@option("--until", metavar="DATE", fr="Le dernier jour.", en="The last day.")
@reason_option
@creditor_option
@dry_run_option
@json_option
@pass_invocation
def pause(
    invocation: Invocation, /, *, until: str | None, reason: str, dry_run: bool, as_json: bool, **whom: str
) -> int:
    """Publish the pause."""
    from workers.cli.options import PARIS  # noqa: PLC0415 - help must not pay for it
    from workers.dealings import pauses  # noqa: PLC0415

    system, whose = invocation.system, _whose(invocation, **whom)
    today = system.clock.now().astimezone(PARIS).date()
    day = None if until is None else day_of("--until", until)
    return act_on(
        invocation,
        lambda who: pauses.pause(system, who, whose, today=today, reason=reason, until=day),
        is_trial=dry_run,
        as_json=as_json,
    )


@command("resume", fr="Met fin à une pause.", en="End a pause.")
@_number
@_debtor
@reason_option
@creditor_option
@dry_run_option
@json_option
@pass_invocation
def resume(invocation: Invocation, /, *, reason: str, dry_run: bool, as_json: bool, **whom: str) -> int:
    """Publish the end of the pause."""
    from workers.dealings import pauses  # noqa: PLC0415 - help must not pay for it

    system, whose = invocation.system, _whose(invocation, **whom)
    return act_on(
        invocation, lambda who: pauses.resume(system, who, whose, reason=reason), is_trial=dry_run, as_json=as_json
    )


def _whose(invocation: Invocation, *, number: str | None, debtor: str | None, creditor: str | None) -> "Whose":
    """The invoice or the debtor that is spoken of.

    Raises:
        Failure: both, none, or one that is not there or not the only one.
    """
    from workers.dealings.pauses import Whose  # noqa: PLC0415 - help must not pay for it
    from workers.ledger.queries.debtors import find_debtors  # noqa: PLC0415

    if (number is None) == (debtor is None):
        raise Failure("donnez un numéro de facture, ou --debtor", "give an invoice number, or --debtor", ExitCode.USAGE)
    scope: Literal["invoice", "debtor"] = "invoice" if debtor is None else "debtor"
    if number is not None:
        invoice = the_case(invocation, number, creditor).case.invoice
        return Whose(invoice.creditor_ref, scope, invoice.number)
    with invocation.system.ledger.connect() as connection:
        found = find_debtors(connection, debtor or "", creditor)
    if len(found) != 1:
        names = ", ".join(line.creditor_ref for line in found)
        raise Failure(
            f"le débiteur {debtor} existe chez {names} ; ajoutez --creditor" if found else f"aucun débiteur {debtor}",
            f"debtor {debtor} exists for {names}; add --creditor" if found else f"no debtor {debtor}",
            ExitCode.USAGE if found else ExitCode.NOTHING_MATCHED,
        )
    return Whose(found[0].creditor_ref, scope, found[0].ref)
