"""Every command of docs/dealings.md, run as it stands there, and its settings read as they stand there."""

import re
import shlex
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.office import GRENOBLE, Office, a_contact, a_debtor, an_invoice
from workers.settings import Settings, load
from workflows.self_service import SelfService

PAGE = (Path(__file__).parents[2] / "docs" / "dealings.md").read_text("utf-8")
COMMANDS = [line for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
[TABLE] = re.findall(r"```toml settings\n(.*?)```", PAGE, re.DOTALL)


def test_every_command_of_the_page_does_what_it_says(
    *,
    office: Office,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    contact = a_contact(phone="+33478000000", address=GRENOBLE)
    office.happen(an_invoice(due_date=date(2026, 1, 10), debtor=a_debtor("btp", contact)))
    office.go_to(datetime(2026, 1, 20, 9, tzinfo=UTC))
    relance = CommandLine(settings, tmp_path, monkeypatch, capsys)

    for command in COMMANDS:
        done = relance(*shlex.split(command)[1:])
        assert done.code == 0, (command, done.err)
        office.jump(minutes=1)

    told = {row.kind for row in office.rows("SELECT DISTINCT kind FROM events WHERE source = '/cli'")}
    assert told == {
        "dispute.opened", "dispute.updated", "dispute.answered", "dispute.resolved", "letter.requested", "promise.made",
        "promise.withdrawn", "instalment_plan.requested", "instalment_plan.offered", "instalment_plan.agreed",
        "instalment_plan.broken", "case.paused", "case.resumed", "call.logged",
    }  # fmt: skip


def test_the_table_of_the_page_is_taken_as_it_stands_and_shows_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "relance.toml").write_text(TABLE, encoding="utf-8")

    limits = load(tmp_path / "relance.toml", {}).self_service

    assert limits.model_copy(update={"plan_from": None, "plan_to": None}) == SelfService()
    assert (limits.plan_from, limits.plan_to) == (100_00, 5_000_00)
    assert [name for name in SelfService.model_fields if f"{name} = " not in TABLE] == []
