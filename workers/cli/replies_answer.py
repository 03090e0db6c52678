"""`relance replies draft` and `answer`: what an answer would look like, and a person's approval of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workers.cli.bilingual import argument, command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import dry_run_option
from workers.cli.replies_one import KINDS, publish, refuse, the_mail
from workers.cli.replies_texts import read_text, write_text
from workers.cli.tables import show_json

if TYPE_CHECKING:
    from datetime import date

    from workers.operations.answers import Correspondence
    from workflows.events import ReplyAnswered
    from workflows.letter_rules import Finding
    from workflows.replies import Reading, ReplyKind

_id_argument = argument("mail_id", metavar="N°", fr="Le numéro, ou son début.", en="The id, or its beginning.")
_kind_option = option(
    "--as", "kind", type=click.Choice(KINDS), fr="Ce que dit le message, sinon.", en="What the message says instead."
)
_invoice_option = option(
    "--invoice", "invoices", multiple=True, metavar="NUMÉRO", fr="Les factures dont la réponse parle.",
    en="The invoices that the answer is about.",
)  # fmt: skip
_deadline_option = option(
    "--deadline", metavar="DATE", fr="Le jour que la réponse accorde.", en="The day that the answer grants."
)
attach_option = option("--attach", is_flag=True, fr="Joint les factures.", en="Attach the invoices.")


@command(
    "draft",
    fr="Montre la réponse prédéfinie à un message, remplie avec le dossier ; rien ne part.",
    en="Show the predefined answer to a message, filled with the case; nothing leaves.",
)
@_id_argument
@_kind_option
@_invoice_option
@_deadline_option
@attach_option
@option("--model", "by_model", is_flag=True, fr="La demande au modèle réglé dans [drafts].",
        en="Ask the model of [drafts] for it.")  # fmt: skip
@option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FICHIER",
        fr="Écrit le texte à changer, puis à donner à « answer --text ».",
        en="Write the text, to be changed and given to “answer --text”.")  # fmt: skip
@json_option
@pass_invocation
def draft(
    invocation: Invocation,
    /,
    *,
    mail_id: str,
    by_model: bool,
    out: Path | None,
    as_json: bool,
    **said: Any,  # noqa: ANN401 - the options
) -> int:
    """Show the text as it would leave, and what is odd about it."""
    about, reading, kind = opened(invocation, mail_id, said)
    text, source = _drafted(invocation, about, reading, kind) if by_model else (None, "predefined")
    if text is None:
        text, source = predefined_text(about, kind, reading), "predefined"
    found = odd_in(about, text, reading)
    if out is not None:
        write_text(out, text)
    _show(invocation, about, text, as_json=as_json, source=source, found=found)
    return ExitCode.OK


@command(
    "answer",
    fr="Répond à un message dans son fil, une fois : le texte est approuvé par la personne nommée.",
    en="Answer a message in its thread, once: the text is approved by the person named.",
)
@_id_argument
@option("--text", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FICHIER",
        fr="Le texte de la réponse.", en="The text of the answer.")  # fmt: skip
@option("--edit", is_flag=True, fr="Ouvre la réponse prédéfinie dans votre éditeur.",
        en="Open the predefined answer in your editor.")  # fmt: skip
@option("--predefined", is_flag=True, fr="La réponse prédéfinie, telle quelle.", en="The predefined answer as it is.")
@option("--by", required=True, metavar="NOM", fr="Qui l’approuve.", en="Who approves it.")
@_kind_option
@_invoice_option
@_deadline_option
@attach_option
@option("--as-it-is", is_flag=True, fr="Envoie malgré ce qui est signalé.", en="Send it despite what is flagged.")
@dry_run_option
@pass_invocation
def answer(
    invocation: Invocation,
    /,
    *,
    mail_id: str,
    by: str,
    as_it_is: bool,
    dry_run: bool,
    **said: Any,  # noqa: ANN401 - the options
) -> int:
    """Publish the approval; the delivery looks once more before anything leaves."""
    about, reading, kind = opened(invocation, mail_id, said)
    text = _text_of(about, reading, kind, said)
    checked(invocation, about, text, reading, as_it_is=as_it_is)
    event = approved(about, text, by)
    refuse(invocation, [event])
    _show(invocation, about, text)
    if dry_run:
        invocation.tell("Essai : rien n’est écrit.", "A trial: nothing is written.")
        return ExitCode.OK
    publish(invocation, [event], f"answer approved by {by}")
    return ExitCode.OK


def opened(invocation: Invocation, mail_id: str, said: dict[str, Any]) -> "tuple[Correspondence, Reading, ReplyKind]":
    """The reply with its cases, what it seems to say, and what a person takes it for."""
    from workers.cli.figures import day_of  # noqa: PLC0415 - help must not pay for it
    from workers.cli.reply_words import reading_of  # noqa: PLC0415
    from workflows.replies import Reading, ReplyKind  # noqa: PLC0415

    row = the_mail(invocation, mail_id)
    if row.status != "reply":
        raise Failure(
            f"le message {mail_id} n’est pas la réponse d’un débiteur connu ; relance replies match la rattache",
            f"message {mail_id} is no reply of a known debtor; relance replies match tells whose it is",
            ExitCode.GUARDED,
        )
    reading = reading_of(row) or Reading(kind=ReplyKind.OTHER, confidence=0)
    deadline = None if said["deadline"] is None else day_of("--deadline", said["deadline"])
    about = correspondence(invocation, row, said["invoices"], deadline, attach=said["attach"])
    return about, reading, reading.kind if said["kind"] is None else ReplyKind(said["kind"])


def correspondence(
    invocation: Invocation,
    row: Any,  # noqa: ANN401 - a row of `incoming`
    invoices: Sequence[str],
    deadline: "date | None" = None,
    *,
    attach: bool = False,
) -> "Correspondence":
    """The reply with the invoices named, those that it named, or the debtor's open ones."""
    from workers.ledger.queries.incoming import invoices_of, open_invoices_of  # noqa: PLC0415 - help must not pay for it
    from workers.operations.answers import NoAnswer, open_correspondence  # noqa: PLC0415
    from workflows.events import EVENT, ReplyReceived  # noqa: PLC0415

    event = EVENT.validate_json(row.event)
    named = event.invoice_nos if isinstance(event, ReplyReceived) else ()
    with invocation.system.ledger.connect() as connection:
        known = invoices_of(connection, row.creditor_ref, row.debtor_ref)
        chosen = invoices or named or open_invoices_of(connection, row.creditor_ref, row.debtor_ref) or known[-1:]
    if strangers := [number for number in chosen if number not in known]:
        raise Failure(
            f"--invoice {strangers[0]} : pas une facture de ce débiteur ; connues : {', '.join(known[-20:])}",
            f"--invoice {strangers[0]}: no invoice of this debtor; known: {', '.join(known[-20:])}",
            ExitCode.USAGE,
        )
    try:
        return open_correspondence(invocation.system, row, chosen, deadline, attach=attach)
    except NoAnswer as error:
        raise Failure(error.fr, error.en, ExitCode.GUARDED) from None


def approved(about: "Correspondence", text: str, by: str) -> "ReplyAnswered":
    """The event of the approval; what no message may hold fails."""
    from workers.operations.answers import NoAnswer, approval  # noqa: PLC0415 - help must not pay for it

    try:
        return approval(about, text, by)
    except NoAnswer as error:
        raise Failure(error.fr, error.en, ExitCode.USAGE) from None


def odd_in(about: "Correspondence", text: str, reading: "Reading") -> "tuple[Finding, ...]":
    """What the linter finds; a text that cannot be written fails."""
    from workers.operations.answers import NoAnswer, findings  # noqa: PLC0415 - help must not pay for it

    try:
        return findings(about, text, reading)
    except NoAnswer as error:
        raise Failure(error.fr, error.en, ExitCode.USAGE) from None


def checked(
    invocation: Invocation, about: "Correspondence", text: str, reading: "Reading", *, as_it_is: bool = False
) -> None:
    """Tell what is odd about a text; it only leaves as it is where the person says so."""
    found = odd_in(about, text, reading)
    if found and not as_it_is:
        listed_fr, listed_en = ("\n".join(each.text(language) for each in found) for language in ("fr", "en"))
        raise Failure(
            f"{listed_fr}\ncorrigez le texte, ou approuvez-le ainsi : --as-it-is",
            f"{listed_en}\nmend the text, or approve it all the same: --as-it-is",
            ExitCode.GUARDED,
        )
    for each in found:
        invocation.tell(each.text("fr"), each.text("en"))


def predefined_text(
    about: "Correspondence", kind: "ReplyKind", reading: "Reading", *, must_be_noted: bool = False
) -> str:
    """The predefined answer; a kind that has none fails, and one that says that something is noted which is not."""
    from workers.operations.answers import NoAnswer, predefined, refuse_unnoted  # noqa: PLC0415 - help must not pay
    from workers.rendering.errors import TemplateProblem  # noqa: PLC0415

    try:
        text = predefined(about, kind, reading)
        if must_be_noted:
            refuse_unnoted(about, kind, reading)
    except NoAnswer as error:
        raise Failure(error.fr, error.en, ExitCode.GUARDED) from None
    except TemplateProblem as problem:
        raise Failure(f"{problem.template}:{problem.line} {problem.french}", str(problem)) from None
    if text is None:
        raise Failure(
            f"aucune réponse prédéfinie pour {kind} ; écrivez-la : relance replies answer --text FICHIER",
            f"no predefined answer for {kind}; write it: relance replies answer --text FILE",
            ExitCode.NOTHING_MATCHED,
        )
    return text


def _drafted(
    invocation: Invocation, about: "Correspondence", reading: "Reading", kind: "ReplyKind"
) -> tuple[str | None, str]:
    """What the model drafts; None, and the reason is told, where it does not."""
    from workers.operations.answers import facts_of  # noqa: PLC0415 - help must not pay for it
    from workers.operations.drafts import NoDraft, drafted  # noqa: PLC0415

    try:
        return drafted(invocation.settings.drafts, facts_of(about, reading), kind, about.reply.text), "model"
    except NoDraft as error:
        invocation.tell(f"le modèle n’a rien rendu ({error.fr}) ; voici la réponse prédéfinie",
                        f"the model gave nothing ({error.en}); here is the predefined answer")  # fmt: skip
        return None, "predefined"


def _text_of(about: "Correspondence", reading: "Reading", kind: "ReplyKind", said: dict[str, Any]) -> str:
    """The text that is approved: of exactly one of the three ways."""
    if sum(1 for name in ("file", "edit", "predefined") if said[name]) != 1:
        raise Failure(
            "donnez le texte d’une seule façon : --text FICHIER, --edit ou --predefined",
            "give the text in one way: --text FILE, --edit or --predefined",
            ExitCode.USAGE,
        )
    if said["file"] is not None:
        return read_text(said["file"])
    text = predefined_text(about, kind, reading, must_be_noted=True)
    if not said["edit"]:
        return text
    edited = click.edit(text, extension=".md")
    if edited is None or not edited.strip():
        raise Failure("rien n’a été enregistré ; rien ne part", "nothing was saved; nothing leaves", ExitCode.GUARDED)
    return edited


def _show(
    invocation: Invocation,
    about: "Correspondence",
    text: str,
    *,
    as_json: bool = False,
    source: str = "",
    found: "tuple[Finding, ...]" = (),
) -> None:
    """The message as it would leave."""
    from workers.operations.answers import as_it_leaves  # noqa: PLC0415 - help must not pay for it

    message = as_it_leaves(about, text).message
    if as_json:
        listed = [{"rule": each.rule, "found": each.excerpt.text(invocation.language)} for each in found]
        show_json(invocation, "reply.draft", {
            "to": message.to, "subject": message.subject, "text": message.text, "source": text, "by": source,
            "invoices": list(about.invoice_nos), "deadline": str(about.deadline_on), "flagged": listed,
        })  # fmt: skip
        return
    invocation.show(f"{message.to}\n{message.subject}\n\n{message.text}")
    for each in found:
        invocation.tell(each.text("fr"), each.text("en"))
