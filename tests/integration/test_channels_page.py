"""Every command of docs/channels.md about channels and contacts, run as it stands there; its figures and reasons."""

import re
import shlex
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.office import GRENOBLE, Office, a_contact, a_debtor, an_invoice
from workers.delivery.reports import LONGEST_SPREAD
from workers.doubts import ASKED_AFTER_MINUTES
from workers.ledger.queries.channels import LATEST
from workflows.contacts import Obstacle
from workflows.invoice import DebtorKind

PAGE = (Path(__file__).parents[2] / "docs" / "channels.md").read_text("utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
    if line and not line.startswith("relance post")
]


@pytest.fixture
def relance(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    contact = a_contact(phone="+33612345678", address=GRENOBLE)
    office.happen(an_invoice(debtor=a_debtor("C-0117", contact, kind=DebtorKind.CONSUMER)))
    return CommandLine(office.system.settings, tmp_path, monkeypatch, capsys)


def test_the_commands_of_the_page_answer_in_their_order(office: Office, relance: CommandLine) -> None:
    assert len(COMMANDS) > 6

    for command in COMMANDS:
        name, *words = shlex.split(command)
        done = relance(*words)
        assert (name, done.code) == ("relance", 0), (command, done.err)
        assert done.out.strip(), command
        office.jump(seconds=1)

    assert "Canal écarté" not in relance("--lang", "fr", "contact", "show", "C-0117").out


def test_the_price_of_a_text_is_shown_as_the_page_says(relance: CommandLine) -> None:
    assert "`relance letters show second_reminder --channel sms`" in PAGE
    assert "segment" in relance("letters", "show", "second_reminder", "--channel", "sms").out


@pytest.mark.parametrize("obstacle", list(Obstacle))
def test_the_page_names_every_reason_for_which_a_channel_is_not_used(obstacle: Obstacle) -> None:
    assert f"| `{obstacle}` |" in PAGE


def test_the_figures_of_the_page_are_the_programs() -> None:
    *first, last = (f"{minutes:,}" for minutes in ASKED_AFTER_MINUTES)

    assert f"{', '.join(first)} and {last} minutes" in " ".join(PAGE.split())
    assert f"latest {LATEST:,} attempts" in " ".join(PAGE.split())
    assert f"never more than {LONGEST_SPREAD.seconds // 60} minutes" in PAGE
