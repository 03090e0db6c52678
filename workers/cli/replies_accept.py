"""`relance replies accept` and `match`: a person decides what a reply says, or whom it is from."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from workers.cli.bilingual import argument, command, option
from workers.cli.case_command import creditor_option, number_argument, the_case
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.figures import amount_of, day_of
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import dry_run_option
from workers.cli.replies_answer import approved, attach_option, checked, correspondence, predefined_text
from workers.cli.replies_one import KINDS, publish, refuse, the_mail

if TYPE_CHECKING:
    from workers.operations.replies import Accepted
    from workflows.events import Inbound

_CATEGORIES = ("quality", "delivery", "quantity", "price", "vat", "duplicate", "not_ordered", "missing_purchase_order",
               "wrong_addressee", "other")  # fmt: skip
_id_argument = argument("mail_id", metavar="N°", fr="Le numéro, ou son début.", en="The id, or its beginning.")


@command(
    "accept",
    fr="Accepte ce que la réponse semble dire, ou dit autre chose ; la réponse est alors lue.",
    en="Accept what the reply seems to say, or say otherwise; the reply is read then.",
)
@_id_argument
@option("--as", "kind", type=click.Choice(KINDS), fr="Ce qu’elle dit, sinon.", en="What it says instead.")
@option("--date", "day", metavar="DATE", fr="Le jour promis, ou celui du premier versement.",
        en="The promised day, or that of the first instalment.")  # fmt: skip
@option("--amount", metavar="MONTANT", fr="Le montant ; sinon tout le solde.", en="The amount; else all of it.")
@option("--category", type=click.Choice(_CATEGORIES), fr="Le motif d’un litige.", en="The reason of a dispute.")
@option("--count", type=click.IntRange(2, 60), fr="Le nombre de versements demandés.", en="How many instalments.")
@option("--invoice", "invoices", multiple=True, metavar="NUMÉRO", fr="La facture.", en="The invoice.")
@option("--answer", is_flag=True, fr="Envoie aussi la réponse prédéfinie ; voir --by.",
        en="Also send the predefined answer; see --by.")  # fmt: skip
@option("--by", metavar="NOM", fr="Qui approuve cette réponse, ou un jour promis lointain.",
        en="Who approves that answer, or a promised day that is far away.")  # fmt: skip
@option("--reason", metavar="MOTIF", fr="Pourquoi un jour lointain est accepté.", en="Why a far day is agreed to.")
@attach_option
@dry_run_option
@pass_invocation
def accept(
    invocation: Invocation,
    /,
    *,
    mail_id: str,
    invoices: tuple[str, ...],
    dry_run: bool,
    **said: Any,  # noqa: ANN401 - the options
) -> int:
    """Publish what the reply says, and that it was read."""
    from workers.cli.reply_words import kind_text  # noqa: PLC0415

    row = _waiting(invocation, mail_id)
    accepted = _accepted(invocation, row, invoices, said)
    events = _events(invocation, row, accepted, said)
    refuse(invocation, events)
    invocation.show(kind_text(accepted.kind, invocation.language))
    for event in events:
        invocation.show(f"{event.kind}  {', '.join(_numbers(event))}".rstrip())
    if dry_run:
        invocation.tell("Essai : rien n’est écrit.", "A trial: nothing is written.")
        return ExitCode.OK
    publish(invocation, events, f"accepted as {accepted.kind}")
    if len(events) == 1:
        _tell_of_silence(invocation, row.mail_id, accepted)
    return ExitCode.OK


def _events(
    invocation: Invocation,
    row: Any,  # noqa: ANN401 - a row of `incoming`
    accepted: "Accepted",
    said: dict[str, Any],
) -> "list[Inbound]":
    """What is published, within the limits of every promise; the answer last, where one is sent."""
    from workers.operations.replies import CannotAccept, facts_of  # noqa: PLC0415 - help must not pay for it

    try:
        events = facts_of(row.event, accepted, invocation.system.clock.now())
    except CannotAccept as error:
        raise Failure(error.fr, error.en, ExitCode.USAGE) from None
    _check_promise(invocation, row, accepted)
    return [*events, _answer(invocation, row, accepted, said)] if said["answer"] else events


def _check_promise(invocation: Invocation, row: Any, accepted: "Accepted") -> None:  # noqa: ANN401 - a row of `incoming`
    """A promise by letter has the limits of any other; what this debtor did not keep before is recalled."""
    from workers.cli.acts import failure_of  # noqa: PLC0415 - help must not pay for it
    from workers.dealings import promises  # noqa: PLC0415
    from workers.dealings.acts import NotAllowed  # noqa: PLC0415
    from workflows.replies import ReplyKind  # noqa: PLC0415

    if accepted.kind is not ReplyKind.PROMISE or accepted.day is None:
        return
    files = [the_case(invocation, number, row.creditor_ref) for number in accepted.invoice_nos]
    vow = promises.Vow(day=accepted.day, amount=accepted.amount, approved_by=accepted.approved_by, note=accepted.note)
    try:
        warnings = promises.checked(invocation.system, files, vow)
    except NotAllowed as error:
        raise failure_of(error) from None
    for warning in warnings:
        invocation.tell(warning.fr, warning.en)


def _tell_of_silence(invocation: Invocation, mail_id: str, accepted: "Accepted") -> None:
    """A reply that was only marked as read and wants an answer: nobody gives one by themselves."""
    from workers.rendering.answers import UNANSWERED  # noqa: PLC0415 - help must not pay for it

    if not accepted.is_answered and accepted.kind not in UNANSWERED:
        command = f"relance replies answer {mail_id[:10]} --as {accepted.kind} --predefined --by"
        invocation.tell(f"le débiteur n’a pas encore de réponse : {command} NOM",
                        f"the debtor has no answer yet: {command} NAME")  # fmt: skip


def _waiting(invocation: Invocation, mail_id: str) -> Any:  # noqa: ANN401 - a row of `incoming`
    """The reply, which nobody has read yet."""
    row = the_mail(invocation, mail_id)
    if row.status == "reply" and row.waits:
        return row
    raise Failure(
        f"le message {mail_id} n’attend pas de lecture ; relance replies list montre ceux qui attendent",
        f"message {mail_id} does not wait to be read; relance replies list shows those that do",
        ExitCode.GUARDED,
    )


def _accepted(
    invocation: Invocation,
    row: Any,  # noqa: ANN401 - a row of `incoming`
    invoices: Sequence[str],
    said: dict[str, Any],
) -> "Accepted":
    """What the person takes the reply to say: about the open invoices it named, or all open ones of the debtor."""
    from workers.cli.reply_words import reading_of  # noqa: PLC0415 - help must not pay for it
    from workers.ledger.queries.incoming import address_that_answered, answer_to, open_invoices_of  # noqa: PLC0415
    from workers.operations.replies import merged  # noqa: PLC0415
    from workflows.events import EVENT, DisputeReason, ReplyReceived  # noqa: PLC0415
    from workflows.replies import Reading, ReplyKind  # noqa: PLC0415

    with invocation.system.ledger.connect() as connection:
        known = open_invoices_of(connection, row.creditor_ref, row.debtor_ref)
        # whoever is asked who the right person is must still be reached by that question
        address = None if said["answer"] else address_that_answered(connection, row)
        is_answered = said["answer"] or answer_to(connection, row.mail_id) is not None
    _refuse_strangers(invoices, known)
    event = EVENT.validate_json(row.event)
    named = event.invoice_nos if isinstance(event, ReplyReceived) else ()
    kind, day, amount, category = said["kind"], said["day"], said["amount"], said["category"]
    return merged(
        reading_of(row) or Reading(kind=ReplyKind.OTHER, confidence=0),
        invoices or [number for number in known if not named or number in named],
        kind=None if kind is None else ReplyKind(kind),
        day=None if day is None else day_of("--date", day),
        amount=None if amount is None else amount_of("--amount", amount),
        category=None if category is None else DisputeReason(category),
        count=said["count"],
        wrong_address=address,
        is_answered=is_answered,
        approved_by=said["by"] if said["reason"] else None,
        note=said["reason"],
    )


def _refuse_strangers(invoices: Sequence[str], known: Sequence[str]) -> None:
    strangers, listed = [number for number in invoices if number not in known], ", ".join(known)
    if strangers:
        raise Failure(
            f"--invoice {strangers[0]} : pas une facture ouverte de ce débiteur ; ouvertes : {listed or 'aucune'}",
            f"--invoice {strangers[0]}: no open invoice of this debtor; open: {listed or 'none'}",
            ExitCode.USAGE,
        )


def _answer(
    invocation: Invocation,
    row: Any,  # noqa: ANN401 - a row of `incoming`
    accepted: "Accepted",
    said: dict[str, Any],
) -> "Inbound":
    """The predefined answer, approved by the person named."""
    from workers.cli.reply_words import reading_of  # noqa: PLC0415 - help must not pay for it
    from workflows.replies import Reading  # noqa: PLC0415

    if said["by"] is None:
        raise Failure("--answer : dites qui approuve la réponse : --by NOM",
                      "--answer: say who approves the answer: --by NAME", ExitCode.USAGE)  # fmt: skip
    about = correspondence(invocation, row, accepted.invoice_nos, attach=said["attach"])
    reading = reading_of(row) or Reading(kind=accepted.kind, confidence=0)
    reading = reading.model_copy(update={"day": accepted.day, "amount": accepted.amount})
    text = predefined_text(about, accepted.kind, reading)
    checked(invocation, about, text, reading)
    return approved(about, text, said["by"])


def _numbers(event: "Inbound") -> tuple[str, ...]:
    number = getattr(event, "invoice_no", None)
    return (number,) if number else getattr(event, "invoice_nos", ())


@command(
    "match",
    fr="Dit de quelle facture parle un message que rien n’a pu rattacher.",
    en="Say which invoice a message is about that nothing could be matched with.",
)
@_id_argument
@number_argument
@creditor_option
@pass_invocation
def match(invocation: Invocation, *, mail_id: str, number: str, creditor: str | None) -> None:
    """Make a reply of it."""
    from workers.cli.reply_words import reading_text  # noqa: PLC0415 - help must not pay for it
    from workers.intake.mail import belongs_to  # noqa: PLC0415
    from workers.intake.mail_matching import Match  # noqa: PLC0415

    row = the_mail(invocation, mail_id)
    invoice = the_case(invocation, number, creditor).case.invoice
    whose = Match(invoice.creditor_ref, invoice.debtor_ref, (invoice.number,), "person")
    taken = belongs_to(invocation.system, row.mail_id, whose)
    if taken is None:
        raise Failure(
            f"le message {mail_id} n’attend pas d’être rattaché",
            f"message {mail_id} does not wait to be matched",
            ExitCode.GUARDED,
        )
    invocation.show(f"{whose.creditor_ref}/{whose.debtor_ref}  {reading_text(taken.reading, invocation.language)}")
