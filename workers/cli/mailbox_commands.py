"""`relance mailbox`: take in what debtors and mail servers write."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from workers.cli.bilingual import argument, command, group, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import dry_run_option
from workers.cli.tables import show_json

if TYPE_CHECKING:
    from workers.intake.mail import Taken
    from workers.settings_parts.mailbox import Mailbox


@group(
    "mailbox",
    fr="Relève la boîte où les débiteurs écrivent : réponses, absences, messages non distribués.",
    en="Read the mailbox that debtors write to: replies, absences, bounces.",
)
def mailbox() -> None:
    """Have commands of its own."""


@command(
    "check", fr="Ouvre la boîte et compte ce qui attend ; ne lit rien.", en="Open the mailbox and count; read nothing."
)
@pass_invocation
def check(invocation: Invocation) -> None:
    """Count what waits."""
    from workers.intake.mailbox import MailboxAway, waiting  # noqa: PLC0415 - help must not pay for it

    settings = _settings(invocation)
    try:
        count = waiting(settings)
    except MailboxAway as error:
        raise _away(error.place, error.reason) from None
    place = f"{settings.host}:{settings.port}/{settings.folder}"
    invocation.show(invocation.say(f"{place} : {count} message(s) en attente", f"{place}: {count} message(s) wait"))


@command(
    "fetch",
    fr="Prend chaque message de la boîte, puis le range dans le dossier des messages traités.",
    en="Take each message of the mailbox, then move it to the folder of processed ones.",
)
@dry_run_option
@json_option
@pass_invocation
def fetch(invocation: Invocation, *, dry_run: bool, as_json: bool) -> int:
    """Take what waits."""
    from workers.intake.mailbox import MailboxAway  # noqa: PLC0415 - help must not pay for it
    from workers.intake.mailbox import fetch as fetched  # noqa: PLC0415
    from workers.intake.mailbox_schedule import alone  # noqa: PLC0415

    taken: list[Taken] = []
    settings = _settings(invocation)
    with alone(invocation.system) as mine:
        if not mine:
            raise Failure(
                "un autre processus relève la boîte en ce moment ; recommencez ensuite",
                "another process is fetching the mailbox now; try again afterwards",
                ExitCode.GUARDED,
            )
        try:
            for each in fetched(invocation.system, settings, dry_run=dry_run):
                taken.append(each)
                if not as_json:
                    _show(invocation, each)
        except MailboxAway as error:
            raise _away(error.place, error.reason) from None
    if as_json:
        show_json(invocation, "mailbox.fetch", {"dry_run": dry_run, "taken": [_plain(each) for each in taken]})
    else:
        invocation.tell(f"messages lus : {len(taken)}", f"messages read: {len(taken)}")
    return ExitCode.OK if taken else ExitCode.NOTHING_MATCHED


@command(
    "take",
    fr="Prend un message donné en fichier, ou sur l’entrée standard avec « - ».",
    en="Take one message given as a file, or on standard input with “-”.",
)
@argument("file", metavar="FICHIER", fr="Le message (.eml), ou -.", en="The message (.eml), or -.")
@option("--to", "recipient", metavar="ADRESSE", fr="L’adresse de l’enveloppe, comme le serveur la donne.",
        en="The address of the envelope, as the mail server gives it.")  # fmt: skip
@dry_run_option
@json_option
@pass_invocation
def take(invocation: Invocation, *, file: str, recipient: str | None, dry_run: bool, as_json: bool) -> int:
    """Take one message; a message that is refused is answered, and fails."""
    from workers.intake.mail import take as taken_in  # noqa: PLC0415 - help must not pay for it

    taken = taken_in(invocation.system, _bytes(file), recipient=recipient, dry_run=dry_run)
    if as_json:
        show_json(invocation, "mailbox.take", {"dry_run": dry_run, "taken": [_plain(taken)]})
    else:
        _show(invocation, taken)
    return ExitCode.FAILURE if taken.status == "refused" else ExitCode.OK


for each in (check, fetch, take):
    mailbox.add_command(each)


def _bytes(file: str) -> bytes:
    """The message, and no more than is needed to see that it is too large."""
    from workers.intake.mail_reading import LARGEST  # noqa: PLC0415 - help must not pay for it

    try:
        if file == "-":
            return sys.stdin.buffer.read(LARGEST + 1)
        with Path(file).open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        raise Failure(
            f"FILE : « {file} » ne peut être lu ({error.strerror}) ; vérifiez le chemin",
            f"FILE {file!r} cannot be read ({error.strerror}); check the path",
            ExitCode.USAGE,
        ) from None


def _settings(invocation: Invocation) -> "Mailbox":
    settings = invocation.settings.mailbox
    if settings.host is None:
        raise Failure(
            "aucune boîte n’est réglée ; donnez [mailbox] host, username et password, ou utilisez « mailbox take »",
            "no mailbox is set; give [mailbox] host, username and password, or use “mailbox take”",
            ExitCode.USAGE,
        )
    return settings


def _away(place: str, reason: str) -> Failure:
    return Failure(
        f"la boîte {place} ne répond pas comme il faut ({reason}) ; vérifiez [mailbox], puis recommencez",
        f"the mailbox {place} does not answer as it should ({reason}); check [mailbox], then try again",
        ExitCode.UNREACHABLE,
    )


def _plain(taken: "Taken") -> dict[str, object]:
    match = taken.match
    return {
        "mail_id": taken.mail_id, "status": taken.status, "is_new": taken.is_new, "sender": taken.sender,
        "subject": taken.subject, "reason": taken.reason,
        "creditor": match.creditor_ref if match else None, "debtor": match.debtor_ref if match else None,
        "reading": None if taken.reading is None else taken.reading.model_dump(mode="json"),
    }  # fmt: skip


def _show(invocation: Invocation, taken: "Taken") -> None:
    from workers.cli.reply_words import reading_text, reason_text, status_text  # noqa: PLC0415 - help must not pay for it

    language = invocation.language
    seen = "" if taken.is_new else invocation.say(" (déjà pris)", " (taken before)")
    head = f"{taken.mail_id[:10]}  {status_text(taken.status, language)}{seen}"
    whose = "–" if taken.match is None else f"{taken.match.creditor_ref}/{taken.match.debtor_ref}"
    said = reading_text(taken.reading, language) if taken.reading else reason_text(taken.reason, language)
    invocation.show("  ".join(part for part in (head, taken.sender, whose, said) if part))
