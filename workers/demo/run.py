"""One demonstration: servers, processes, script, outcome; whatever happens, nothing is left running."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from workers import embedded
from workers.cli.speech import Language
from workers.clock import SteppedClock
from workers.demo.children import Children
from workers.demo.desk import Desk
from workers.demo.driver import Driver, Watch
from workers.demo.inputs import Script
from workers.demo.outcome import Outcome, read_outcome
from workers.demo.place import Place
from workers.demo.timeline import Timeline
from workers.presets import load_presets
from workers.settings import load
from workers.wiring import System, open_system

#: Threads of the worker process: enough to meet the promise "never twice" under concurrency, on two cores.
THREADS: Final = 4
_SETTINGS: Final = """\
# Les réglages de cette démonstration ; « relance --config CE_FICHIER … » les utilise.
data_dir = {data_dir}
clock_file = {clock_file}
language = "{language}"

[smtp]
host = "127.0.0.1"
port = {port}
security = "none"          # un serveur de démonstration, sur cette machine

[delivery.channels]
email = "smtp"
letter = "print"           # imprimés et postés par lots, comme les recommandés
registered = "print"
sms = "folder"             # écrits dans un dossier

[relay]
interval_s = 0.1

"""


def run_demo(place: Place, script: Script, *, language: Language, watch: Watch, keep: bool) -> Outcome:
    """Play `script` in `place`.

    Args:
        place: fresh.
        script: what comes in.
        language: of the lines that `watch` is told.
        watch: is told what happened, moment by moment.
        keep: leave the two embedded servers running.

    Raises:
        EmbeddedError: a server cannot be had.
        ChildDied, CommandFailed, NothingSettles: a fault of the demonstration; the logs lie in the place.
    """
    began = time.monotonic()
    ladders = {str(each.ref): each for each in load_presets().values()}
    timeline = Timeline(ladders, language)
    with _running(place, script, language, keep=keep) as (system, clock, children):
        driver = Driver(system, clock, script, children, place, timeline, Desk(system, place, language), watch)
        driver.play()
        found = read_outcome(system, place, timeline, rejected_lines=driver.rejected_lines)
    found.duration_s = time.monotonic() - began
    return found


@contextmanager
def _running(
    place: Place, script: Script, language: Language, *, keep: bool
) -> Iterator[tuple[System, SteppedClock, Children]]:
    """The system with its processes at work."""
    children = Children(place)
    system: System | None = None
    try:
        children.start_mail_server(script.refused)
        clock = SteppedClock.begin(place.clock, script.begins_at)
        # a demonstration need not survive the machine; everything else is as in production
        embedded.start(place.root, durable=False)
        place.config.write_text(_settings(place, script, language, children.mail_port()), encoding="utf-8")
        system = open_system(load(place.config, environ={}))
        for name in ("worker", "relay"):
            words = ["--threads", str(THREADS)] if name == "worker" else []
            children.start(name, "workers.cli", "--config", str(place.config), name, *words)
        yield system, clock, children
    finally:
        children.stop()
        if system is not None:
            system.close()
        if not keep:
            embedded.stop(place.root)


def _settings(place: Place, script: Script, language: Language, port: int) -> str:
    quoted = {name: _toml(str(path)) for name, path in (("data_dir", place.root), ("clock_file", place.clock))}
    return _SETTINGS.format(**quoted, port=port, language=language) + script.creditors


def _toml(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
