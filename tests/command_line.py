"""The command `relance` as tests run it: in this process, which is quick, or as a process of its own."""

import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from workers.cli import run
from workers.settings import Settings

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Done:
    """What a command answered."""

    code: int
    out: str
    err: str


@dataclass
class CommandLine:
    """Runs commands on a test's own servers, in a directory of its own."""

    settings: Settings
    folder: Path
    patch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]

    def __call__(self, *words: str, given: str = "") -> Done:
        """Run one command in this process; `given` is its standard input."""
        self.patch.chdir(self.folder)
        for name, value in self.environ.items():
            self.patch.setenv(name, value)
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8"))
        self.capture.readouterr()
        code = run(words)
        answer = self.capture.readouterr()
        return Done(code, answer.out, answer.err)

    def apart(self, *words: str, given: str = "") -> Done:
        """Run one command in a process of its own, as people do."""
        known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        done = subprocess.run(
            [sys.executable, "-m", "workers.cli", *words],
            capture_output=True, text=True, check=False, cwd=self.folder, timeout=60, input=given,
            env=known | self.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    @property
    def environ(self) -> dict[str, str]:
        """What leads a command to the test's servers."""
        redis_url, postgres_url = self.settings.redis_url, self.settings.postgres_url
        assert redis_url is not None
        assert postgres_url is not None
        return {
            "LC_ALL": "C.UTF-8",
            "RELANCE_DATA_DIR": str(self.settings.data_dir),
            "RELANCE_NAMESPACE": self.settings.namespace,
            "RELANCE_CLOCK_FILE": str(self.settings.clock_file),
            "RELANCE_REDIS_URL": redis_url.get_secret_value(),
            "RELANCE_POSTGRES_URL": postgres_url.get_secret_value(),
        }
