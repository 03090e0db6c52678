"""`relance simulate LADDER --due DATE`: the dated ladder of one imagined invoice; without any server."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from workers.cli.bilingual import argument, command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.figures import amount_of, day_of
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import Column, money_text, show_json, show_table

if TYPE_CHECKING:
    from workflows.invoice import Debtor
    from workflows.rehearsal import Told
    from workflows.scenario import Scenario

_KINDS = ("business", "consumer", "public")


@command(
    "simulate",
    fr=(
        "Date une échelle de relance pour une facture imaginaire.\n\nChaque étape avec son jour, son heure, son canal, "
        "son délai et la raison de ce jour : plages de contact, jours fériés de la région, délais accordés. Rien n’est "
        "lu ni écrit dans la base."
    ),
    en=(
        "Date a ladder for an imagined invoice.\n\nEach step with its day, hour, channel, deadline and the reason for "
        "that day: contact windows, holidays of the region, deadlines granted. The ledger is neither read nor written."
    ),
)
@argument("ladder", metavar="ÉCHELLE", fr="Un nom, comme standard, ou un fichier TOML.", en="A name or a TOML file.")
@option("--due", metavar="AAAA-MM-JJ", required=True, fr="L’échéance de la facture.", en="The due date.")
@option("--kind", type=click.Choice(_KINDS), default="business", show_default=True, fr="Le débiteur.", en="The debtor.")
@option("--amount", default="1000.00", show_default=True, fr="Le montant, TTC.", en="The amount, taxes included.")
@option("--postcode", default="75001", show_default=True, fr="Choisit jours fériés et fuseau.", en="Chooses holidays.")
@option("--tag", "tags", multiple=True, fr="Une étiquette du débiteur ; répétable.", en="A tag of the debtor.")
@option("--no-email", is_flag=True, fr="Le débiteur n’a pas d’e-mail.", en="The debtor has no e-mail.")
@option("--no-mobile", is_flag=True, fr="Il n’a pas de téléphone.", en="No telephone.")
@option("--no-address", is_flag=True, fr="Il n’a pas d’adresse postale utilisable.", en="No usable postal address.")
@option(
    "--today", metavar="AAAA-MM-JJ", fr="Le jour où la facture est connue ; sinon aujourd’hui.",
    en="The day on which the invoice becomes known; else today.",
)  # fmt: skip
@json_option
@pass_invocation
def simulate(
    invocation: Invocation, /, *, ladder: str, due: str, amount: str, today: str | None, as_json: bool,
    **debtor: Any,  # noqa: ANN401 - the options that describe the debtor
) -> int:  # fmt: skip
    """Print the ladder."""
    from workers.cli.ladder_files import find_ladder  # noqa: PLC0415 - help must not pay for it
    from workers.clock import clock_of  # noqa: PLC0415
    from workers.rehearsal.rules import rules_for  # noqa: PLC0415
    from workflows.rehearsal.given import Assumed  # noqa: PLC0415
    from workflows.rehearsal.ladder import one_invoice  # noqa: PLC0415

    scenario, owing = find_ladder(invocation, ladder), _debtor(**debtor)
    _check(scenario, owing)
    due_on, total = day_of("--due", due), amount_of("--amount", amount)
    told = one_invoice(
        scenario, owing, rules_for(invocation.settings, Assumed(confirms=True)), due_on=due_on, total=total,
        known_on=clock_of(invocation.settings).now().date() if today is None else day_of("--today", today),
    )  # fmt: skip
    if as_json:
        _json(invocation, scenario, told, due_on)
    else:
        _show(invocation, scenario, told, due_on, total=total)
    return ExitCode.OK if told.planned or told.asked else ExitCode.NOTHING_MATCHED


def _debtor(
    *, kind: str, postcode: str, tags: tuple[str, ...], no_email: bool, no_mobile: bool, no_address: bool
) -> "Debtor":
    """A debtor who lives at `postcode` and can be reached as the options say."""
    from workflows.invoice import POSTED, Address, Contact, Debtor, DebtorKind  # noqa: PLC0415 - see above

    try:
        home = Address(lines=("1 place de la Mairie",), postcode=postcode, city="Ville")
    except ValueError:
        raise Failure(
            f"--postcode : {postcode!r} n’est pas un code postal, comme 67000",
            f"--postcode: {postcode!r} is not a postcode such as 67000", ExitCode.USAGE,
        ) from None  # fmt: skip
    contact = Contact(
        email=None if no_email else "client@example.com", phone=None if no_mobile else "+33639980001", address=home,
        invalid=POSTED if no_address else frozenset(),
    )  # fmt: skip
    return Debtor(
        ref="simulation", name="Débiteur simulé", kind=DebtorKind(kind), contacts=(contact,), tags=frozenset(tags)
    )


def _check(scenario: "Scenario", debtor: "Debtor") -> None:
    if debtor.kind not in scenario.kinds:
        kinds = ", ".join(sorted(scenario.kinds))
        raise Failure(
            f"l’échelle {scenario.ref} est faite pour : {kinds} ; choisissez --kind parmi ceux-là",
            f"ladder {scenario.ref} is made for: {kinds}; choose --kind among these", ExitCode.USAGE,
        )  # fmt: skip


def _json(invocation: Invocation, scenario: "Scenario", told: "Told", due_on: date) -> None:
    from workers.cli.rehearsal_words import asked_json, planned_json  # noqa: PLC0415 - help must not pay for it
    from workers.cli.sms_figures import expected, expected_json  # noqa: PLC0415

    language = invocation.language
    show_json(invocation, "simulate", {
        "scenario": str(scenario.ref), "due_on": due_on,
        "messages": [planned_json(each, language) for each in told.planned],
        "tasks": [asked_json(each) for each in told.asked],
        "stuck": [each.rule for each in told.stuck],
        "sms": expected_json(invocation, expected(told.planned)),
    })  # fmt: skip


def _show(invocation: Invocation, scenario: "Scenario", told: "Told", due_on: date, *, total: int) -> None:
    from workers.cli.rehearsal_words import ladder_rows  # noqa: PLC0415 - help must not pay for it
    from workers.cli.sms_figures import expected, expected_text  # noqa: PLC0415
    from workers.cli.words import rule_text  # noqa: PLC0415

    say, language = invocation.say, invocation.language
    columns = [
        Column("J", "DAY", "right"), Column("DATE", "DATE"), Column("HEURE", "TIME"), Column("ÉTAPE", "STEP"),
        Column("CANAL", "CHANNEL"), Column("MODÈLE", "LETTER"), Column("TON", "TONE", "right"),
        Column("DÉLAI ACCORDÉ", "DEADLINE"), Column("POURQUOI CE JOUR", "WHY THAT DAY"),
    ]  # fmt: skip
    invocation.show(say(
        f"Échelle {scenario.ref}, échéance {due_on:%d/%m/%Y}, {money_text(total, 'EUR', language)}\n",
        f"Ladder {scenario.ref}, due {due_on.isoformat()}, {money_text(total, 'EUR', language)}\n",
    ))  # fmt: skip
    show_table(invocation, columns, ladder_rows(told, scenario, due_on, language))
    if (texts := expected(told.planned)).messages:
        invocation.show("\n" + expected_text(invocation, texts))
    if total < scenario.min_amount:
        least = money_text(scenario.min_amount, "EUR", language)
        invocation.show("\n" + say(f"rien ne part en dessous de {least}", f"nothing leaves below {least}"))
    for each in told.stuck:
        invocation.show("\n" + rule_text(each.rule, language))
    invocation.show("\n" + say(
        "Hypothèses : personne ne paie ni ne répond ; ce qui attend une personne est confirmé le jour même ; une "
        "lettre recommandée arrive 3 jours après son départ.",
        "Assumed: nobody pays or answers; what waits for a person is confirmed that very day; a registered letter "
        "arrives 3 days after it left.",
    ))  # fmt: skip
