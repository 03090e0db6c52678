"""Options and answers that the lists of dealings share."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from workers.cli.bilingual import argument, json_option, option
from workers.cli.empty import tell_empty
from workers.cli.exit_codes import ExitCode
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import Table, show_json, show_table

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

#: Which invoices a list is about; all open ones where nothing is said.
Which = dict[str, Any]


def about_dealings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a list `[NUMBER]`, `--debtor`, `--creditor`, `--all`, `--json`; it gets a `Which` and `as_json`."""

    def run(invocation: Invocation, /, **said: Any) -> int:  # noqa: ANN401 - the options of the command itself
        which: Which = {name: said.pop(name) for name in ("number", "debtor", "creditor", "everything")}
        answer: int = command(invocation, which, **said)
        return answer

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    known = json_option(pass_invocation(run))
    known = option("--all", "everything", is_flag=True, fr="Aussi ce qui est clos.", en="Also what is over.")(known)
    known = option("--creditor", fr="Le créancier.", en="The creditor.")(known)
    known = option("--debtor", metavar="REF", fr="Le débiteur.", en="The debtor.")(known)
    vars(known)["__click_params__"].extend(getattr(command, "__click_params__", []))
    return argument("number", required=False, metavar="[NUMÉRO]", fr="La facture ; sinon toutes.",
                    en="The invoice; else all.")(known)  # fmt: skip


def show_lines(
    invocation: Invocation,
    kind: str,
    lines: "Sequence[DataclassInstance]",
    table: Table,
    *,
    as_json: bool,
) -> ExitCode:
    """A table, or `lines` as JSON; exit code 3 when there are none."""
    columns, rows = table
    if as_json:
        show_json(invocation, kind, {kind: [asdict(line) for line in lines]})
    elif rows:
        show_table(invocation, columns, rows)
    else:
        tell_empty(invocation, kind)
    return ExitCode.OK if lines else ExitCode.NOTHING_MATCHED
