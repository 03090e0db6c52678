"""`relance explain NUMBER`: why, why not, what comes next, and what would cancel it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from workers.cli.bilingual import command, json_option, option
from workers.cli.case_command import creditor_option, number_argument, show_head, the_case
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import Moment, at
from workers.cli.tables import Column, show_json, show_table

if TYPE_CHECKING:
    from workers.ledger.queries.cases import CaseFile, TimelineEntry
    from workflows.replay import Planned

#: How far ahead the outlook goes.
AHEAD = timedelta(days=120)
_CANCELS_FR = (
    "Ce qui l’annulerait ou le déplacerait : un règlement ou un avoir, un litige, une promesse, un échéancier, une "
    "pause, une réponse du débiteur, une procédure collective, une suspension des envois."
)
_CANCELS_EN = (
    "What would cancel or move it: a payment or a credit note, a dispute, a promise, an instalment plan, a pause, "
    "a reply of the debtor, a collective procedure, a hold on what leaves."
)


@command(
    "explain",
    fr="Dit pourquoi un dossier en est là, ce qui vient ensuite, et ce qui l’annulerait.",
    en="Tell why a case stands where it does, what comes next, and what would cancel it.",
)
@number_argument
@creditor_option
@option(
    "--at", "moment", type=Moment(), metavar="DATE", fr="À cette date ; sinon maintenant.", en="On this date; else now."
)
@json_option
@pass_invocation
def explain(invocation: Invocation, *, number: str, creditor: str | None, moment: str | None, as_json: bool) -> None:
    """Explain one case, now or as it stood."""
    from workers.ledger.queries.cases import timeline  # noqa: PLC0415 - help must not pay for it

    file, system = the_case(invocation, number, creditor), invocation.system
    when = None if moment is None else _end_of(moment, at(moment, system))
    with system.ledger.connect() as connection:
        entries = timeline(connection, file.case.case_id, until=when)
    if not entries:
        raise Failure(
            f"{number} n’existait pas encore à cette date",
            f"{number} did not exist yet on that date",
            ExitCode.NOTHING_MATCHED,
        )
    ahead = outlook_of(invocation, file) if when is None or when >= system.clock.now() else []
    if as_json:
        _json(invocation, number, entries, ahead)
        return
    if when is None:
        show_head(invocation, file)
    _show(invocation, entries, ahead)


def _end_of(text: str, moment: datetime) -> datetime:
    """A day means all of it."""
    return moment + timedelta(days=1) if len(text) == len("2026-11-24") else moment


def outlook_of(invocation: Invocation, file: "CaseFile") -> "list[Planned]":
    """What would happen if nothing else came."""
    from workflows.replay import outlook  # noqa: PLC0415 - help must not pay for it

    system = invocation.system
    with system.ledger.connect() as connection:
        scenario = system.engine.scenario(connection, file.case.scenario)
    return outlook(file.case, scenario, file.debtor, system.clock.now() + AHEAD)


def _json(invocation: Invocation, number: str, entries: "list[TimelineEntry]", ahead: "list[Planned]") -> None:
    from workflows.reasons import say  # noqa: PLC0415 - help must not pay for it

    language = invocation.language
    decisions = [
        {"at": entry.at, "because_of": entry.kind, "stage": entry.stage, "next_wake_at": entry.next_wake_at,
         "idle_reason": entry.idle_reason,
         "reasons": [reason.model_dump() | {"text": say(reason, language)} for reason in entry.reasons]}
        for entry in entries
    ]  # fmt: skip
    planned = [item.model_dump(mode="json") for item in ahead]
    show_json(invocation, "explain", {"number": number, "decisions": decisions, "ahead": planned})


def _show(invocation: Invocation, entries: "list[TimelineEntry]", ahead: "list[Planned]") -> None:
    from workers.cli import words  # noqa: PLC0415 - help must not pay for it
    from workflows.reasons import say, say_all  # noqa: PLC0415

    language = invocation.language
    for entry in entries:
        stage = words.stage_text(entry.stage, language)
        invocation.show(f"\n{words.moment_text(entry.at, language)}  {entry.kind} → {stage}")
        for reason in entry.reasons:
            invocation.show(f"  · {say(reason, language)}")
            facts = ", ".join(f"{name} = {value}" for name, value in sorted(reason.facts.items()))
            invocation.show(f"    {reason.rule}{' : ' + facts if facts else ''}")
    if not ahead:
        return
    rows = [
        [words.moment_text(item.at, language),
         words.letter_text(item.name, language) or words.task_text(item.task or "", language),
         ", ".join(item.channels) or invocation.say("à faire par une personne", "for a person"),
         say_all(item.because, language)]
        for item in ahead
    ]  # fmt: skip
    invocation.show(
        "\n" + invocation.say("Ce qui vient, si rien d’autre n’arrive :", "What comes, if nothing else does:")
    )
    columns = [Column("QUAND", "WHEN"), Column("QUOI", "WHAT"), Column("PAR", "BY"), Column("POURQUOI", "WHY")]
    show_table(invocation, columns, rows)
    invocation.show(invocation.say(_CANCELS_FR, _CANCELS_EN))
