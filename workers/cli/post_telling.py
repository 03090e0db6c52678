"""What `relance post` says of letters and batches, to people and to programs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workers.cli.exit_codes import ExitCode
from workers.cli.invocation import Invocation
from workers.cli.tables import show_json

if TYPE_CHECKING:
    from workers.operations.post import Batch, Made
    from workers.operations.post_files import Files
    from workers.operations.post_letters import PostLetter


def tell_made(invocation: Invocation, made: "Made", files: "Sequence[Files]", *, as_json: bool) -> ExitCode:
    """Say which batches were made, and what was left out."""
    if as_json:
        content = {
            "batches": [
                {**batch_json(each), "pdf": str(file.pdf), "manifest": str(file.manifest)}
                for each, file in zip(made.batches, files, strict=True)
            ],
            "withdrawn": [letter_json(each) for each in made.withdrawn],
            "kept_back": [letter_json(each) for each in made.kept_back],
        }
        show_json(invocation, "post_batch", content)
    for each, file in zip(made.batches, files, strict=True):
        if not as_json:
            invocation.show(f"{each.batch_id} · {len(each.letters)} · {file.pdf} · {file.manifest}")
    _tell_left_out(invocation, made)
    if not made.batches:
        invocation.tell("aucune lettre à mettre en lot", "no letter to batch")
    return ExitCode.OK if made.batches else ExitCode.NOTHING_MATCHED


def _tell_left_out(invocation: Invocation, made: "Made") -> None:
    for letter in (letter for each in made.batches for letter in each.letters):
        if letter.is_settled and letter.withdrawn is None:
            numbers, place = " ".join(letter.invoices), letter.place
            invocation.tell(
                f"soldée depuis le lot : {numbers} ; retirez la lettre {place} de la pile",
                f"settled since the batch was made: {numbers}; take letter {place} out of the pile",
            )
    for letter in made.withdrawn:
        numbers = " ".join(letter.invoices)
        invocation.tell(f"1 lettre retirée, soldée : {numbers}", f"1 letter withdrawn, settled: {numbers}")
    for letter in made.kept_back:
        numbers, flaw, first = " ".join(letter.invoices), _flaw(invocation, letter.flaw), letter.invoices[0]
        invocation.tell(
            f"1 lettre retenue : {numbers} ({flaw}) ; --include {first} la prend",
            f"1 letter kept back: {numbers} ({flaw}); --include {first} takes it",
        )


def tell_posted(invocation: Invocation, closed: "Batch") -> None:
    """Say what was posted, and which numbers are missing."""
    sent = [each for each in closed.letters if each.withdrawn is None]
    bare = [str(each.place) for each in sent if each.tracking_no is None]
    invocation.show(
        invocation.say(
            f"{closed.batch_id} posté le {closed.posted_on} : {len(sent)} lettre(s)",
            f"{closed.batch_id} posted on {closed.posted_on}: {len(sent)} letter(s)",
        )
    )
    if closed.channel != "letter" and bare:
        places = ", ".join(bare)
        invocation.tell(f"sans numéro de suivi : {places}", f"without tracking number: {places}")


def state_of(invocation: Invocation, letter: "PostLetter", posted_on: str) -> str:
    """Where one letter stands, in words."""
    if letter.withdrawn is not None:
        return invocation.say("retirée", "withdrawn")
    if posted_on:
        return invocation.say("postée", "posted")
    if letter.is_settled:
        return invocation.say("soldée, à retirer", "settled, to be withdrawn")
    if letter.batch_id is not None:
        return invocation.say("à poster", "to post")
    flaw = letter.flaw
    if flaw is None:
        return invocation.say("à imprimer", "to print")
    return invocation.say("retenue", "kept back") + f" ({_flaw(invocation, flaw)})"


def _flaw(invocation: Invocation, flaw: str | None) -> str:
    from workers.cli.words import stage_text  # noqa: PLC0415 - help must not pay for it
    from workflows.case import Stage  # noqa: PLC0415

    if flaw == "amount":
        return invocation.say("le montant a changé", "the amount has changed")
    return stage_text(Stage(str(flaw)), invocation.language)


def letter_json(letter: "PostLetter") -> dict[str, object]:
    """A letter, for programs."""
    return {
        "reference": letter.message_id, "channel": letter.channel, "template": letter.template,
        "debtor": letter.debtor_ref, "name": letter.name, "invoices": list(letter.invoices), "place": letter.place,
        "withdrawn": letter.withdrawn, "kept_back": letter.flaw if letter.batch_id is None else None,
        "is_settled": letter.is_settled, "tracking_no": letter.tracking_no,
    }  # fmt: skip


def batch_json(made: "Batch") -> dict[str, object]:
    """A batch with its letters, for programs."""
    return {
        "batch": made.batch_id, "channel": made.channel, "made_at": made.made_at.isoformat(),
        "posted_on": made.posted_on.isoformat() if made.posted_on else None,
        "letters": [letter_json(each) for each in made.letters],
    }  # fmt: skip
