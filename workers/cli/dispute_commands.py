"""`relance dispute`: open a dispute, give it to somebody, answer it, resolve it; list and show disputes."""

from typing import TYPE_CHECKING

import click

from workers.cli.acts import act
from workers.cli.bilingual import command, group, option
from workers.cli.dispute_lists import list_, show
from workers.cli.figures import amount_of, day_of
from workers.cli.invocation import Invocation
from workers.cli.telling import About, about_a_case

if TYPE_CHECKING:
    from workflows.machine.disputes import Awaited

CATEGORIES = ("quality", "delivery", "quantity", "price", "vat", "duplicate", "not_ordered", "missing_purchase_order",
              "wrong_addressee", "other")  # fmt: skip
_SIDES = ("creditor", "debtor")
_OUTCOMES = ("creditor", "debtor", "partial")
_file_option = option("--file", "files", multiple=True, metavar="NOM", fr="Le nom d’une pièce ; plusieurs fois.",
                      en="The name of a document; several times.")  # fmt: skip
_dispute_option = option("--dispute", "dispute_id", metavar="REF", fr="Le litige, s’il y en a plusieurs.",
                         en="The dispute, where there are several.")  # fmt: skip
_no_letter_option = option("--no-letter", is_flag=True, fr="N’écrit pas au débiteur.", en="Do not write to the debtor.")


@group("dispute", fr="Ouvre, suit, répond et tranche les litiges.", en="Open, follow, answer and resolve disputes.")
def dispute() -> None:
    """Have commands of its own."""


@command(
    "open",
    fr="Ouvre un litige : la part contestée n’est plus relancée, le débiteur en reçoit acte.",
    en="Open a dispute: what is contested is no longer chased, and the debtor is told so.",
)
@about_a_case
@option("--category", required=True, type=click.Choice(CATEGORIES), fr="Le motif.", en="The reason.")
@option("--amount", metavar="MONTANT", fr="La part contestée ; sinon tout.", en="What is contested; else all of it.")
@option("--owner", metavar="NOM", fr="Qui s’en charge.", en="Who looks into it.")
@option("--deadline", metavar="DATE", fr="Le jour de la réponse ; sinon celui de l’échelle.",
        en="The day of the answer; else the ladder’s.")  # fmt: skip
@option("--comment", metavar="TEXTE", fr="Ce que dit le débiteur.", en="What the debtor says.")
@_file_option
@_no_letter_option
def open_(
    invocation: Invocation,
    about: About,
    *,
    category: str,
    amount: str | None,
    owner: str | None,
    deadline: str | None,
    comment: str | None,
    files: tuple[str, ...],
    no_letter: bool,
) -> int:
    """Publish the dispute."""
    from workers.dealings.disputes import Opening, open_dispute  # noqa: PLC0415 - help must not pay for it
    from workflows.events import DisputeReason  # noqa: PLC0415

    opening = Opening(
        reason=DisputeReason(category), amount=None if amount is None else amount_of("--amount", amount), owner=owner,
        deadline=None if deadline is None else day_of("--deadline", deadline), comment=comment, files=files,
        acknowledge=not no_letter,
    )  # fmt: skip
    return act(invocation, about, lambda who: open_dispute(invocation.system, who, about.file.case.case_id, opening))


@command(
    "assign",
    fr="Confie un litige à quelqu’un, déplace son délai, ou dit qui doit agir.",
    en="Give a dispute to somebody, move its deadline, or say who has to act.",
)
@about_a_case
@option("--owner", metavar="NOM", fr="Qui s’en charge.", en="Who looks into it.")
@option("--deadline", metavar="DATE", fr="Le jour de la réponse.", en="The day of the answer.")
@option("--awaiting", type=click.Choice(_SIDES), fr="Qui doit agir.", en="Who has to act.")
@option("--note", metavar="TEXTE", fr="Une note pour le journal.", en="A note for the journal.")
@_dispute_option
def assign(
    invocation: Invocation,
    about: About,
    *,
    owner: str | None,
    deadline: str | None,
    awaiting: "Awaited | None",
    note: str | None,
    dispute_id: str | None,
) -> int:
    """Publish the change."""
    from workers.dealings import disputes  # noqa: PLC0415 - help must not pay for it

    day = None if deadline is None else day_of("--deadline", deadline)
    return act(invocation, about, lambda who: disputes.assign(
        invocation.system, who, about.file.case.case_id, dispute_id=dispute_id, owner=owner, deadline=day,
        awaiting=awaiting, note=note,
    ))  # fmt: skip


@command(
    "answer",
    fr="Répond dans un litige qui reste ouvert, par lettre ; ou note la réponse du débiteur.",
    en="Answer in a dispute that stays open, by letter; or note the debtor’s answer.",
)
@about_a_case
@option("--text", required=True, metavar="TEXTE", fr="La réponse, imprimée telle quelle.",
        en="The answer, printed as it stands.")  # fmt: skip
@option("--from", "by", type=click.Choice(_SIDES), default="creditor", show_default=True, fr="Qui répond.",
        en="Who answers.")  # fmt: skip
@_file_option
@_dispute_option
@_no_letter_option
def answer(
    invocation: Invocation,
    about: About,
    *,
    text: str,
    by: "Awaited",
    files: tuple[str, ...],
    dispute_id: str | None,
    no_letter: bool,
) -> int:
    """Publish the answer."""
    from workers.dealings import disputes  # noqa: PLC0415 - help must not pay for it

    return act(invocation, about, lambda who: disputes.answer(
        invocation.system, who, about.file.case.case_id, text, dispute_id=dispute_id, by=by, write=not no_letter,
        files=files,
    ))  # fmt: skip


@command(
    "resolve",
    fr="Tranche un litige : le débiteur reçoit la réponse, un avoir est demandé s’il y a lieu.",
    en="Resolve a dispute: the debtor gets the answer, a credit note is asked for where one is due.",
)
@about_a_case
@option("--outcome", required=True, type=click.Choice(_OUTCOMES), fr="En faveur de qui.", en="For whom.")
@option("--amount", metavar="MONTANT", fr="Ce qui est abandonné, si partial.", en="What is given up, if partial.")
@option("--note", metavar="TEXTE", fr="Ce que la lettre en dit.", en="What the letter says of it.")
@option("--deadline", metavar="DATE", fr="Le jour que la lettre accorde.", en="The day that the letter grants.")
@_dispute_option
@_no_letter_option
def resolve(
    invocation: Invocation,
    about: About,
    *,
    outcome: str,
    amount: str | None,
    note: str | None,
    deadline: str | None,
    dispute_id: str | None,
    no_letter: bool,
) -> int:
    """Publish the end."""
    from workers.dealings import disputes  # noqa: PLC0415 - help must not pay for it

    ending = disputes.Ending(
        outcome=outcome, amount=None if amount is None else amount_of("--amount", amount), note=note,
        write=not no_letter, deadline=None if deadline is None else day_of("--deadline", deadline),
    )  # fmt: skip
    return act(invocation, about, lambda who: disputes.resolve(
        invocation.system, who, about.file.case.case_id, ending, dispute_id=dispute_id
    ))  # fmt: skip


for each in (open_, list_, show, assign, answer, resolve):
    dispute.add_command(each)
