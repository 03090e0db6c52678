"""`relance ledger`: whether the ledger holds together, and the heads of its chains to be kept elsewhere."""

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workers.cli.bilingual import command, group, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import Column, show_json, show_table

if TYPE_CHECKING:
    from workers.ledger.audit import Check, Finding

#: Progress is told after so many lines of the journal, and so many cases.
_EVERY = {"chain": 100_000, "states": 10_000}
_NAMES = {
    "chain": ("lignes du journal", "lines of the journal"), "cases": ("dossiers", "cases"),
    "messages": ("messages", "messages"), "payments": ("règlements", "payments"),
    "states": ("états des dossiers", "states of cases"), "wake_ups": ("échéances", "wake-ups"),
}  # fmt: skip


@group(
    "ledger",
    fr="Vérifie le registre, et donne de quoi le vérifier plus tard.",
    en="Check the ledger, and give what it can be checked against later.",
)
def ledger() -> None:
    """Have commands of its own."""


@command(
    "check",
    fr="Vérifie les chaînes, les messages, les sommes et les échéances ; code 1 si quelque chose ne tient pas.",
    en="Check chains, messages, sums and wake-ups; exit code 1 where something does not hold.",
)
@option(
    "--against", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FICHIER",
    fr="Les têtes gardées ailleurs (relance ledger heads) : montre aussi ce qui a disparu depuis.",
    en="The heads kept elsewhere (relance ledger heads): also shows what vanished since.",
)  # fmt: skip
@json_option
@pass_invocation
def check(invocation: Invocation, *, against: Path | None, as_json: bool) -> int:
    """Look at everything once."""
    from workers.ledger import redactions  # noqa: PLC0415 - help must not pay for it
    from workers.ledger.audit import audit  # noqa: PLC0415

    kept = None if against is None else _kept(against)
    done: Counter[str] = Counter()

    def told(each: "Check", count: int) -> None:
        before, done[each] = done[each], done[each] + count
        every = _EVERY.get(each)
        if every is not None and before // every < done[each] // every:
            fr, en = _NAMES[each]
            invocation.tell(f"{done[each]} {fr}…", f"{done[each]} {en}…")

    with invocation.system.ledger.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        found = list(audit(connection, kept, told=told))
        lines, records = redactions.figures(connection)
    done["cases"] = done["states"]
    if as_json:
        findings = [
            {"check": each.check, "subject": each.subject, "line": each.line, "text": invocation.say(each.fr, each.en)}
            for each in found
        ]
        checked = {name: done[name] for name in ("chain", "cases", "messages", "payments")}
        anonymised = {"lines": lines, "records": records}
        content = {"holds": not found, "checked": checked, "anonymised": anonymised, "findings": findings}
        show_json(invocation, "ledger-check", content)
    else:
        if lines:
            invocation.show(invocation.say(f"{lines} lignes anonymisées, {records} relevés",
                                           f"{lines} lines anonymised, {records} records"))  # fmt: skip
        _show(invocation, done, found)
    return ExitCode.FAILURE if found else ExitCode.OK


def _show(invocation: Invocation, done: Counter[str], found: "list[Finding]") -> None:
    for name in ("chain", "cases", "messages", "payments"):
        invocation.show(f"{done[name]} {invocation.say(*_NAMES[name])}")
    if not found:
        invocation.show(invocation.say("Tout tient.", "All of it holds."))
        return
    columns = [Column("VÉRIFIÉ", "CHECKED"), Column("SUR", "ON"), Column("LIGNE", "LINE"), Column("CONSTAT", "FINDING")]
    rows = [
        [invocation.say(*_NAMES[each.check]), each.subject, "" if each.line is None else str(each.line),
         invocation.say(each.fr, each.en)]
        for each in found
    ]  # fmt: skip
    show_table(invocation, columns, rows)


@command(
    "heads",
    fr="Écrit la dernière empreinte de chaque dossier, à garder hors de cette machine.",
    en="Write the last hash of every case, to be kept off this machine.",
)
@pass_invocation
def heads(invocation: Invocation) -> int:
    """One object for a file."""
    from workers.ledger import chain  # noqa: PLC0415 - help must not pay for it

    with invocation.system.ledger.connect() as connection:
        show_json(
            invocation, "ledger-heads", {"chain": chain.FORMAT, "heads": dict(sorted(chain.heads(connection).items()))}
        )
    return ExitCode.OK


def _kept(path: Path) -> dict[str, str]:
    from workers.ledger import chain  # noqa: PLC0415 - help must not pay for it

    try:
        document = json.loads(path.read_text("utf-8"))
        heads_kept = document["heads"]
        if all(isinstance(text, str) for pair in heads_kept.items() for text in pair):
            if document.get("chain") == chain.FORMAT:
                return dict(heads_kept)
            raise _older(path)
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise Failure(
        f"--against {path} : ce n’est pas ce qu’écrit relance ledger heads",
        f"--against {path}: this is not what relance ledger heads writes",
        ExitCode.USAGE,
    )


def _older(path: Path) -> Failure:
    return Failure(
        f"--against {path} : ces têtes datent d’avant la migration 0008, qui a vérifié puis réécrit la chaîne ; elles "
        "ne valent que pour une sauvegarde d’avant. Gardez ailleurs celles que relance ledger heads écrit maintenant",
        f"--against {path}: these heads are from before migration 0008, which verified the chain and wrote it anew; "
        "they only speak for a backup from before. Keep those that relance ledger heads writes now elsewhere",
        ExitCode.USAGE,
    )


for _each in (check, heads):
    ledger.add_command(_each)
