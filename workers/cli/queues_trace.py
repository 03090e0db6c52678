"""`relance queues trace`: one invoice from the fact to the provider's answer."""

from typing import TYPE_CHECKING, Any

from workers.cli.bilingual import argument, command, json_option
from workers.cli.case_command import creditor_option, the_case
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import show_json

if TYPE_CHECKING:
    from workers.ledger.queries.cases import CaseFile

#: What a decision orders that leaves.
_SENDS = ("send_step", "send_letter")


@command(
    "trace",
    fr="Suit une facture : fait → décision → envoi → réponse du prestataire, en un arbre.",
    en="Follow an invoice: fact → decision → dispatch → provider's answer, as one tree.",
)
@argument("number", metavar="NUMÉRO", fr="Le numéro de facture.", en="The invoice number.")
@creditor_option
@json_option
@pass_invocation
def trace(invocation: Invocation, *, number: str, creditor: str | None, as_json: bool) -> None:
    """Show the tree."""
    from workers.cli import words  # noqa: PLC0415 - help must not pay for it

    tree = _tree(invocation, the_case(invocation, number, creditor))
    if as_json:
        show_json(invocation, "trace", {"number": number, "facts": tree})
        return
    language = invocation.language
    for fact in tree:
        invocation.show(f"{words.moment_text(fact['at'], language)}  {fact['fact']}\n  {fact['why']}")
        for sent in fact["dispatches"]:
            invocation.show(f"  └ {sent['key']} : {words.status_text(sent['status'], language)}")
            for each in sent["reports"]:
                why, at = words.rule_text(each["reason"], language), words.moment_text(each["at"], language)
                invocation.show(f"      └ {at}  {each['outcome']} · {why} {each['detail'] or ''}".rstrip())


def _tree(invocation: Invocation, file: "CaseFile") -> list[dict[str, Any]]:
    """Each fact with the dispatches that it ordered, and each dispatch with what was reported about it."""
    from workers.ledger.queries.cases import timeline  # noqa: PLC0415 - help must not pay for it
    from workers.ledger.queries.dispatches import dispatches_of  # noqa: PLC0415
    from workflows.events import DispatchReported  # noqa: PLC0415
    from workflows.reasons import say_all  # noqa: PLC0415

    keys = [record.key for record in file.case.ordered]
    with invocation.system.ledger.connect() as connection:
        entries = timeline(connection, file.case.case_id)
        rows = {row.key: row for row in dispatches_of(connection, keys)}
    reports: dict[str, list[dict[str, Any]]] = {key: [] for key in rows}
    for entry in entries:
        said = entry.happened
        if isinstance(said, DispatchReported) and said.dispatch_key in reports:
            line = {"at": entry.at, "outcome": said.outcome, "reason": said.reason, "detail": said.detail}
            reports[said.dispatch_key].append(line)

    def sent(key: str) -> dict[str, Any]:
        row = rows[key]
        return {"key": key, "status": row.status, "message_id": row.message_id, "reports": reports[key]}

    return [
        {
            "at": entry.at,
            "fact": entry.kind,
            "why": say_all(entry.reasons, invocation.language),
            "dispatches": [sent(item["key"]) for item in entry.effects if item["kind"] in _SENDS],
        }
        for entry in entries
        if not isinstance(entry.happened, DispatchReported) or any(e["kind"] in _SENDS for e in entry.effects)
    ]
