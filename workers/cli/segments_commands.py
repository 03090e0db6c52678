"""`relance segments`: what sort of client each debtor is, and why; and looking at all of them again."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import TYPE_CHECKING

import click

from workers.cli.bilingual import Group, argument, command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import cursor_option, limit_option
from workers.cli.tables import Column, show_json, show_table

if TYPE_CHECKING:
    from workers.ledger.queries.debtors import DebtorLine
    from workers.segmenting import Change
    from workflows.invoice import Segment
    from workflows.segments import Found


class Shown(Group):
    """A group that shows, where no command of its own is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """`relance segments C-0117` is `relance segments show C-0117`."""
        if not args or args[0] not in {*self.commands, "--help"}:
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(
    "segments",
    cls=Shown,
    fr="Dit quelle sorte de client est chaque débiteur, ou un seul, et pourquoi.",
    en="Tell what sort of client each debtor is, or one of them, and why.",
)
def segments() -> None:
    """Have commands of its own."""


@command(
    "show",
    fr="Montre les segments d’un débiteur, ou de tous, avec leurs raisons.",
    en="Show the segments of a debtor, or of all of them, with their reasons.",
)
@argument("debtor", required=False, metavar="[DÉBITEUR]", fr="Sa référence.", en="Its reference.")
@option("--creditor", fr="Le créancier.", en="The creditor.")
@limit_option
@cursor_option
@json_option
@pass_invocation
def show(
    invocation: Invocation,
    /,
    *,
    debtor: str | None,
    creditor: str | None,
    limit: int,
    cursor: str | None,
    as_json: bool,
) -> ExitCode:
    """Show one debtor, or one page."""
    from workers.cli.paged import checked_cursor, tell_next  # noqa: PLC0415 - help must not pay for it
    from workers.ledger.queries.debtors import find_debtors, list_debtors  # noqa: PLC0415

    following = None
    with checked_cursor(), invocation.system.ledger.connect() as connection:
        if debtor is not None:
            lines: Sequence[DebtorLine] = find_debtors(connection, debtor, creditor)
        else:
            page = list_debtors(connection, creditor=creditor, limit=limit, cursor=cursor)
            lines, following = page.rows, page.cursor
    if debtor is not None and not lines:
        raise Failure(
            f"aucun débiteur {debtor} ; relance segments les liste", f"no debtor {debtor}; relance segments lists them",
            ExitCode.NOTHING_MATCHED,
        )  # fmt: skip
    found = list(_found(invocation, lines))
    if as_json:
        show_json(invocation, "segments", {"debtors": [_plain(invocation, *each) for each in found], "next": following})
        return ExitCode.OK if lines else ExitCode.NOTHING_MATCHED
    return tell_next(invocation, "segments", (_COLUMNS, list(_rows(invocation, found))), following)


_COLUMNS = (
    Column("DÉBITEUR", "DEBTOR"), Column("NOM", "NAME"), Column("CRÉANCIER", "CREDITOR"),
    Column("SEGMENT", "SEGMENT"), Column("POURQUOI", "WHY"),
)  # fmt: skip


def _found(invocation: Invocation, lines: "Sequence[DebtorLine]") -> "Iterator[tuple[DebtorLine, tuple[Found, ...]]]":
    """What the ledger shows now of each debtor; shares of revenue as they were last looked at."""
    from workers.ledger.queries.history import histories  # noqa: PLC0415 - help must not pay for it
    from workflows.segments import segments_of  # noqa: PLC0415

    system, policy = invocation.system, invocation.settings.segments
    keys = [(line.creditor_ref, line.ref) for line in lines]
    with system.ledger.connect() as connection:
        known = histories(connection, keys, system.clock.now().astimezone(UTC).date(), policy)
    for line, key in zip(lines, keys, strict=True):
        yield line, segments_of(line.debtor, known[key], policy)


def _rows(invocation: Invocation, found: "Sequence[tuple[DebtorLine, tuple[Found, ...]]]") -> Iterator[list[str]]:
    """A line for each segment; the debtor is named on the first."""
    from workflows.reasons import say  # noqa: PLC0415 - help must not pay for it

    for line, segments_found in found:
        head = [line.ref, line.debtor.name, line.creditor_ref]
        for item in segments_found:
            yield [*head, segment_text(item.segment, invocation.language), say(item.reason, invocation.language)]
            head = ["", "", ""]
        if not segments_found:
            yield [*head, invocation.say("aucun", "none"), ""]


def _plain(invocation: Invocation, line: "DebtorLine", found: "tuple[Found, ...]") -> dict[str, object]:
    from workflows.reasons import say  # noqa: PLC0415 - help must not pay for it

    told = [
        {"segment": item.segment, "reason": item.reason.model_dump(), "text": say(item.reason, invocation.language)}
        for item in found
    ]
    return {"creditor": line.creditor_ref, "debtor": line.ref, "name": line.debtor.name, "segments": told}


def segment_text(segment: "Segment", language: str) -> str:
    """A segment as people read it."""
    from workflows.reason_texts.segmented import SEGMENTS  # noqa: PLC0415 - help must not pay for it

    return SEGMENTS[segment][0 if language == "fr" else 1]


@command(
    "refresh",
    fr="Regarde à nouveau tous les débiteurs, parts de chiffre d’affaires comprises, et garde ce qui a changé.",
    en="Look at every debtor again, shares of revenue included, and keep what changed.",
)
@json_option
@pass_invocation
def refresh(invocation: Invocation, as_json: bool) -> ExitCode:
    """Refresh every debtor."""
    from workers.segmenting import refresh_all  # noqa: PLC0415 - help must not pay for it

    system = invocation.system
    looked_at = 0
    changes: list[Change] = []
    for count, changed in refresh_all(system.ledger, system.clock.now(), invocation.settings.segments):
        looked_at += count
        changes += changed
    if as_json:
        told = [each._asdict() for each in changes]
        show_json(invocation, "segments-refreshed", {"looked_at": looked_at, "changes": told})
        return ExitCode.OK
    if changes:
        _show_changes(invocation, changes)
    invocation.tell(
        f"{looked_at} débiteurs regardés, {len(changes)} changés",
        f"{looked_at} debtors looked at, {len(changes)} changed",
    )
    return ExitCode.OK


def _show_changes(invocation: Invocation, changes: "Sequence[Change]") -> None:
    columns = (
        Column("DÉBITEUR", "DEBTOR"), Column("CRÉANCIER", "CREDITOR"), Column("AVANT", "BEFORE"),
        Column("MAINTENANT", "NOW"),
    )  # fmt: skip
    language = invocation.language
    rows = [
        [each.debtor_ref, each.creditor_ref,
         *(", ".join(segment_text(one, language) for one in sorted(some)) or "–" for some in (each.before, each.now))]
        for each in changes
    ]  # fmt: skip
    show_table(invocation, columns, rows)


for each in (show, refresh):
    segments.add_command(each)
