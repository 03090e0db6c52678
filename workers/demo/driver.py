"""Steps the clock: lets everything settle, lets in what comes, and jumps to the next appointed moment."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, assert_never

from dramatiq import Message

from workers.actors import EVENTS, RECEIVE
from workers.clock import SteppedClock
from workers.demo import words
from workers.demo.arrivals import SOURCE, Arrival, EventArrives, FileArrives, MailArrives, PersonActs, PostGoes
from workers.demo.children import Children
from workers.demo.desk import Desk
from workers.demo.inputs import Script
from workers.demo.lookout import Lookout
from workers.demo.place import Place
from workers.demo.timeline import Line, Timeline
from workers.intake.csv_import import Import, Report, complete_feed, import_file
from workers.intake.csv_rejects import own_name, rejects_text
from workers.intake.french_findings import french
from workers.wiring import System

#: Seconds between two looks while something is under way.
_LOOK_EVERY_S: Final = 0.002
#: Seconds after which a moment that does not settle is a fault: no message takes nearly as long.
_PATIENCE_S: Final = 60.0
#: Told after each moment: the instant, and its lines.
Watch = Callable[[datetime, Iterable[Line]], None]


class NothingSettles(Exception):
    """A moment did not come to rest; the logs of the processes say more."""

    def __init__(self, at: datetime, logs: Path) -> None:
        super().__init__(at, logs)
        self.at, self.logs = at, logs

    def text(self, language: str) -> str:
        """What happened and where to look."""
        if language == "fr":
            return f"la démonstration ne se stabilise pas au {self.at.isoformat()} ; les journaux : {self.logs}"
        return f"the demonstration does not settle at {self.at.isoformat()}; the logs: {self.logs}"

    def __str__(self) -> str:
        return self.text("en")


@dataclass(slots=True)
class Driver:
    """Plays a script through a running system.

    Everything happens in the processes of the system; the driver is the outside world and the hand on the clock.

    Args:
        desk: where the people of the story sit.
        watch: is told what happened.
    """

    system: System
    clock: SteppedClock
    script: Script
    children: Children
    place: Place
    timeline: Timeline
    desk: Desk
    watch: Watch
    rejected_lines: int = 0

    def play(self) -> None:
        """Play until the end of the script.

        Raises:
            ChildDied, CommandFailed, NothingSettles: a fault of the demonstration.
        """
        lookout = Lookout(self.system)
        self._wait(lambda: {"worker", "relay"} <= lookout.kinds_alive())
        while True:
            self._settle(lookout)
            now = self.clock.now()
            for arrival in self.script.take_until(now):
                self.watch(now, self._let_in(arrival, lookout))
                self._settle(lookout)
            moments = [at for at in (lookout.next_moment(), self.script.next_at) if at is not None]
            if not moments or min(moments) >= self.script.ends_at:
                self.clock.jump_to(self.script.ends_at)
                return
            self.clock.jump_to(min(moments))
            self.system.broker.ring()

    # --- coming to rest ---------------------------------------------------------------------------------------------

    def _settle(self, lookout: Lookout) -> None:
        """Wait until nothing is under way, then tell what was recorded."""
        self._wait(lookout.is_idle)
        fresh = len(self.timeline.sent)
        lines = list(self.timeline.read(lookout.news()))
        for each in self.timeline.sent[fresh:]:
            self.script.message_left(each.invoice_number, each.step, each.at, each.message_id)
        self.watch(self.clock.now(), lines)

    def _wait(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not holds():
            self.children.look()
            if time.monotonic() > deadline:
                raise NothingSettles(self.clock.now(), self.place.logs)
            time.sleep(_LOOK_EVERY_S)

    # --- what comes in ----------------------------------------------------------------------------------------------

    def _let_in(self, arrival: Arrival, lookout: Lookout) -> list[Line]:
        match arrival:
            case FileArrives():
                return self._import(arrival)
            case EventArrives():
                return self._publish(arrival, lookout)
            case MailArrives():
                return self.desk.take(arrival)
            case PersonActs():
                return self.desk.act(arrival)
            case PostGoes():
                return self.desk.post(arrival)
            case _:
                assert_never(arrival)

    def _import(self, arrival: FileArrives) -> list[Line]:
        """Import a file as `relance import` does, and say how fresh the payments are."""
        count, lines = 0, []
        if arrival.file is not None:
            folder = self.place.inputs / arrival.file.parent.parent.name / arrival.creditor
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / arrival.file.name
            file.write_bytes(arrival.file.read_bytes())
            report = import_file(self.system, Import(file=file, kind=arrival.kind, creditor=arrival.creditor))
            lines, count = self._told(arrival, file, report), report.events
        if arrival.feed_as_of is not None:
            complete_feed(self.system, arrival.creditor, arrival.feed_as_of, count)
        elif arrival.kind == "payments":
            text = words.pick(words.NO_STATEMENT, self.timeline.language).format(arrival.creditor)
            lines.append(Line(self.clock.now(), words.pick(words.OUTAGE, self.timeline.language), text, "refused"))
        return lines

    def _told(self, arrival: FileArrives, file: Path, report: Report) -> list[Line]:
        language, at = self.timeline.language, self.clock.now()
        kind = words.named(words.FILES, arrival.kind, language)
        counts = {"accepted": report.accepted, "duplicates": report.duplicates, "parked": report.parked}
        counts["rejected"] = len(report.rejected)
        forms = words.COUNTS[arrival.kind]
        said = ", ".join(f"{n} {words.pick(forms[name][n > 1], language)}" for name, n in counts.items() if n)
        lines = [
            Line(
                at,
                words.pick(words.IMPORT, language),
                words.told(f"{kind} {arrival.creditor}/{file.name}", said, language),
            )
        ]
        if report.rejected:
            self.rejected_lines += len(report.rejected)
            text = rejects_text(report.rejected, report.layout, language)
            own_name(file, text).write_bytes(text)
        refused = words.pick(words.REFUSED, language)
        return lines + [
            Line(at, refused, f"{file.name}, {finding.text(language)}", "refused") for finding in report.findings
        ]

    def _publish(self, arrival: EventArrives, lookout: Lookout) -> list[Line]:
        """Send an event as another program does: one message to the actor that receives events."""
        message: Message[None] = Message(
            queue_name=EVENTS, actor_name=RECEIVE, args=(arrival.payload,), kwargs={}, options={}
        )
        self.system.broker.enqueue(message)
        self._wait(lookout.is_idle)
        status, findings = lookout.answer(SOURCE, arrival.event_id)
        if status not in ("refused", "unreadable"):
            return []
        language = self.timeline.language
        label, name = words.pick(words.REFUSED, language), arrival.event_id or "?"
        return [
            Line(self.clock.now(), label, words.told(name, self._said(finding), language), "refused")
            for finding in findings
        ]

    def _said(self, finding: str) -> str:
        return french(finding) if self.timeline.language == "fr" else finding
