"""`relance plan`: offer an instalment plan, note that it was agreed, end it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from workers.cli.bilingual import command, group, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.figures import dated_amount_of, day_of
from workers.cli.invocation import Invocation
from workers.cli.telling import About, about_a_case, free_name, tell, today_of

if TYPE_CHECKING:
    from workflows.case import Case
    from workflows.events import PlanLine

Lines: TypeAlias = list[dict[str, str]]
line_option = option(
    "--line", "lines", multiple=True, metavar="DATE:MONTANT", fr="Une échéance, comme 2026-12-15:250 ; plusieurs fois.",
    en="An instalment, such as 2026-12-15:250; several times.",
)  # fmt: skip
plan_option = option("--plan", "plan_id", metavar="REF", fr="La référence de l’échéancier.", en="The plan's reference.")


@group("plan", fr="Propose un échéancier, note son accord, y met fin.", en="Offer a plan, note its agreement, end it.")
def plan() -> None:
    """Have commands of its own."""


@command(
    "offer",
    fr="Propose un échéancier par écrit ; silence jusqu’à la réponse attendue.",
    en="Offer an instalment plan in writing; silence until the answer is due.",
)
@about_a_case
@line_option
@option("--answer-by", required=True, metavar="DATE", fr="Le jour de la réponse.", en="The day of the answer.")
@plan_option
def offer(invocation: Invocation, about: About, *, lines: Sequence[str], answer_by: str, plan_id: str | None) -> int:
    """Publish the offer."""
    data: dict[str, Any] = {
        "invoice_no": about.file.case.invoice.number, "lines": _lines(lines),
        "answer_by": day_of("--answer-by", answer_by).isoformat(),
    }  # fmt: skip
    data["plan_id"] = plan_id or _new_plan(invocation, about.file.case, data["lines"])
    return tell(invocation, about, "instalment_plan.offered", data)


@command(
    "agree",
    fr="Note l’accord sur un échéancier ; sans --line, celui qui est proposé.",
    en="Note that a plan was agreed; without --line, the one on offer.",
)
@about_a_case
@line_option
@plan_option
@option(
    "--no-clause", is_flag=True, fr="Une échéance manquée ne rend pas tout exigible.",
    en="A missed instalment does not make the whole due.",
)  # fmt: skip
def agree(invocation: Invocation, about: About, *, lines: Sequence[str], plan_id: str | None, no_clause: bool) -> int:
    """Publish the agreement."""
    from workflows.machine.standing import open_plan_offer  # noqa: PLC0415 - help must not pay for it

    case = about.file.case
    offered = open_plan_offer(case)
    if not lines and offered is None:
        raise Failure(
            f"aucun échéancier n’est proposé pour {case.invoice.number} ; donnez les échéances avec --line",
            f"no plan is on offer for {case.invoice.number}; give the instalments with --line",
            ExitCode.USAGE,
        )
    agreed = _lines(lines) if lines or offered is None else _told(offered.lines)
    name = offered.plan_id if offered is not None and not lines else _new_plan(invocation, case, agreed)
    data = {
        "plan_id": plan_id or name, "invoice_no": case.invoice.number, "lines": agreed, "break_clause": not no_clause,
    }  # fmt: skip
    return tell(invocation, about, "instalment_plan.agreed", data)


@command(
    "break",
    fr="Met fin à un échéancier ou à sa proposition : l’échelle reprend où elle en était.",
    en="End a plan, or its offer: the ladder resumes where it stood.",
)
@about_a_case
@plan_option
def end(invocation: Invocation, about: About, *, plan_id: str | None) -> int:
    """Publish the end."""
    case = about.file.case
    over = {item.plan_id for item in case.plan_ends}
    known = [item for item in (case.plan, case.plan_offer) if item is not None and item.plan_id not in over]
    if plan_id is None and not known:
        raise Failure(
            f"{case.invoice.number} n’a ni échéancier ni proposition",
            f"{case.invoice.number} has neither a plan nor an offer of one",
            ExitCode.NOTHING_MATCHED,
        )
    name = plan_id or max(known, key=lambda item: item.stamp).plan_id
    data = {"plan_id": name, "invoice_no": case.invoice.number}
    return tell(invocation, about, "instalment_plan.broken", data)


def _lines(given: Sequence[str]) -> Lines:
    from workflows.money import decimal_text  # noqa: PLC0415 - help must not pay for it

    if not given:
        raise Failure(
            "--line manque : donnez les échéances, comme --line 2026-12-15:250",
            "--line is missing: give the instalments, such as --line 2026-12-15:250",
            ExitCode.USAGE,
        )
    read = [dated_amount_of("--line", text) for text in given]
    return [{"due_date": day.isoformat(), "amount": decimal_text(amount)} for day, amount in read]


def _told(lines: "Sequence[PlanLine]") -> Lines:
    from workflows.money import decimal_text  # noqa: PLC0415 - help must not pay for it

    return [{"due_date": line.due_date.isoformat(), "amount": decimal_text(line.amount)} for line in lines]


def _new_plan(invocation: Invocation, case: "Case", lines: Lines) -> str:
    """A name for a plan of today: the same lines again are the same plan, other ones another."""
    others = {item.plan_id for item in (case.plan, case.plan_offer) if item is not None and _told(item.lines) != lines}
    return free_name(f"plan-{today_of(invocation)}", others | {item.plan_id for item in case.plan_ends})


for each in (offer, agree, end):
    plan.add_command(each)
