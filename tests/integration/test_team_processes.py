"""A real relay and real workers tell the team; one that is killed in between leaves a doubt, no second message."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chat_server import Trouble, chat_server
from tests.command_line import ROOT
from tests.office import Office, office_at
from tests.until import until
from workers.settings import Settings

TASK = (
    "INSERT INTO tasks (key, kind, creditor_ref, detail, asked_at) "
    "VALUES ('atelier/' || :number || '/unallocated/P', 'reply', 'atelier', '', :now)"
)


@contextmanager
def running(settings: Settings, url: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker or a relay that knows one target, whose address is in the environment alone."""
    assert settings.redis_url is not None
    assert settings.postgres_url is not None
    environ = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "RELANCE_DATA_DIR": str(settings.data_dir),
        "RELANCE_NAMESPACE": settings.namespace, "RELANCE_CLOCK_FILE": str(settings.clock_file),
        "RELANCE_REDIS_URL": settings.redis_url.get_secret_value(),
        "RELANCE_POSTGRES_URL": settings.postgres_url.get_secret_value(),
        "RELANCE_TEAM__TARGETS": json.dumps([{"name": "compta", "digest": False}]),
        "RELANCE_TEAM__URLS": json.dumps({"compta": url}), "RELANCE_TEAM__GATHER_S": "0",
        "RELANCE_TEAM__LOOK_EVERY_S": "0.1",
        "RELANCE_RELAY__INTERVAL_S": "0.1", "RELANCE_RELAY__RECOVERY_S": "1", "RELANCE_TEAM__DEADLINE_S": "9",
    }  # fmt: skip
    with (settings.data_dir / f"{words[0]}.log").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "workers.cli", *words],
            cwd=settings.data_dir, env=environ, stdout=output, stderr=output,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def statuses(office: Office) -> list[str]:
    return [row.status for row in office.rows("SELECT status FROM notices ORDER BY subject")]


def test_processes_tell_the_team_and_a_killed_one_leaves_a_doubt_and_no_second_message(
    settings: Settings, tmp_path: Path
) -> None:
    with chat_server() as chat, office_at(settings) as office:
        url = f"json://user:sesame@127.0.0.1:{chat.port}/hook?rto=60"
        with running(settings, url, "relay"):
            chat.script = [Trouble(takes=True, hangs=True)]
            office.write(TASK, number="F-1", now=office.clock.now())
            with running(settings, url, "worker", "--queues", "chat") as worker:
                until(lambda: len(chat.shown) == 1, within_s=60)
                assert statuses(office) == ["claimed"]
                worker.kill()
            office.jump(hours=1)
            with running(settings, url, "worker", "--queues", "chat"):
                until(lambda: statuses(office) == ["in_doubt"], within_s=60)
                office.write(TASK, number="F-2", now=office.clock.now())
                until(lambda: statuses(office) == ["in_doubt", "sent"], within_s=60)

    assert [text.partition("\n")[0] for text in chat.texts] == ["relance : réponse à lire"] * 2
    logs = "".join(file.read_text() for file in tmp_path.glob("*.log"))
    assert '"queues": ["chat"]' in logs
    assert "sesame" not in logs
