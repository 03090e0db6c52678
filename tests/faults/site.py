"""A site that things can happen to: its own servers, real workers and relays, a real mail server, a stepped clock."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import redis
import sqlalchemy as sa

from tests.until import until
from workers import embedded
from workers.channels.sink import SmtpSink
from workers.channels.sink_dialogue import SinkSettings
from workers.clock import SteppedClock
from workers.demo.lookout import Lookout
from workers.ledger.pipeline import LEDGER_IS_AWAY
from workers.settings import load
from workers.wiring import System, open_system
from workflows.events import Inbound, InvoiceIssued, NewDebtor
from workflows.invoice import Contact
from workflows.money import Money

ROOT = Path(__file__).parents[2]
BEGAN = datetime(2026, 1, 5, 8, tzinfo=UTC)
DUE = date(2026, 2, 4)
#: Kinds of processes that a test starts and kills.
WORKER, RELAY = "worker", "relay"
CONFIG = """
data_dir = "{data}"
clock_file = "{clock}"
[smtp]
host = "127.0.0.1"
port = {port}
security = "none"
timeout_s = 20
deadline_s = 25
answer_timeout_s = 25
[delivery]
lease_s = 60
[delivery.channels]
email = "smtp"
[relay]
interval_s = 0.2
recovery_s = 1
[[creditors]]
ref = "atelier"
name = "Atelier Martin SAS"
email = "compta@atelier-martin.example"
phone = "04 65 71 00 12"
contact_name = "Claire Delmas"
address = {{ lines = ["12 rue des Forges"], postcode = "38000", city = "Grenoble" }}
bank = {{ holder = "ATELIER MARTIN SAS", iban = "FR7630006000011234567890189" }}
"""


@dataclass
class Site:
    """One site; the tests are the world around it."""

    place: Path
    sink: SmtpSink
    system: System
    clock: SteppedClock
    running: list[tuple[str, "subprocess.Popen[bytes]"]] = field(default_factory=list)

    def start(self, *kinds: str) -> None:
        """Start one process of each of `kinds`."""
        for kind in kinds:
            words = [kind, "--threads", "2"] if kind == WORKER else [kind]
            with (self.place / f"{kind}.log").open("ab") as log:
                process = subprocess.Popen(
                    [sys.executable, "-m", "workers.cli", "--config", str(self.place / "relance.toml"), *words],
                    cwd=self.place, stdout=log, stderr=log, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
                )  # fmt: skip
            self.running.append((kind, process))

    def kill(self, kind: str) -> None:
        """`kill -9` of every process of `kind`."""
        for name, process in self.running:
            if name == kind:
                process.send_signal(signal.SIGKILL)
                process.wait()
        self.running = [each for each in self.running if each[0] != kind]

    def rest(self, within_s: float = 45) -> None:
        """Wait until nothing is under way."""
        until(self._is_idle, within_s=within_s, every_s=0.05)

    def go_to(self, moment: datetime) -> None:
        """Let time pass until `moment`, stopping at everything that is due."""
        lookout = Lookout(self.system)
        self.rest()
        while (following := lookout.next_moment()) is not None and following <= moment:
            self.jump_to(following)
            self.rest()
        self.jump_to(moment)

    def jump_to(self, moment: datetime) -> None:
        """The clock jumps, and whoever waits for it is told."""
        self.clock.jump_to(moment)
        self.system.broker.ring()

    def publish(self, *events: Inbound) -> list[str]:
        """Let events come in; returns what became of each."""
        return [outcome.status for outcome in self.system.engine.handle_many(events)]

    def rows(self, statement: str) -> Sequence[Any]:
        """Rows of a query."""
        with self.system.ledger.connect() as connection:
            return connection.execute(sa.text(statement)).all()

    def statuses(self) -> Counter[str]:
        """How many messages the ledger has in each state."""
        return Counter(row.status for row in self.rows("SELECT status FROM messages"))

    def arrived(self) -> list[str]:
        """Message ids as the mail server counts them, one for each time it took a message."""
        return [message.message_id or "" for message in self.sink.messages()]

    def agree(self) -> None:
        """The mail server and the ledger count the same, and nothing arrived twice."""
        sent = [row.message_id for row in self.rows("SELECT message_id FROM messages WHERE status = 'sent'")]
        assert sorted(self.arrived()) == sorted(sent)
        assert len(sent) == len(set(sent))

    def _is_idle(self) -> bool:
        try:
            return Lookout(self.system).is_idle()
        except (redis.RedisError, *LEDGER_IS_AWAY):
            return False


def invoices(count: int) -> list[InvoiceIssued]:
    """One invoice for each of `count` debtors, due on `DUE`."""
    return [
        InvoiceIssued(
            event_id=f"issued-{number}", at=BEGAN, invoice_no=f"F-{number}", issue_date=BEGAN.date(), due_date=DUE,
            debtor=NewDebtor(
                ref=f"d{number}", name=f"Client {number}", contacts=(Contact(email=f"client{number}@example.com"),)
            ),
            total=Money(amount=1000_00 + number),
        )
        for number in range(count)
    ]  # fmt: skip


@contextmanager
def site() -> Iterator[Site]:
    """A site without any process of ours; everything it started ends with it."""
    place = Path(tempfile.mkdtemp(prefix="relance-fault-"))
    clock = SteppedClock.begin(place / "clock", BEGAN)
    with SmtpSink(SinkSettings(directory=place / "mails")) as sink:
        config = CONFIG.format(data=place / "data", clock=clock.path, port=sink.port)
        (place / "relance.toml").write_text(config, encoding="utf-8")
        system = open_system(load(place / "relance.toml", {}))
        opened = Site(place, sink, system, clock)
        try:
            yield opened
        finally:
            opened.kill(WORKER)
            opened.kill(RELAY)
            system.close()
            embedded.stop(place / "data")
            shutil.rmtree(place, ignore_errors=True)


def days(count: int) -> timedelta:
    """So many days."""
    return timedelta(days=count)
