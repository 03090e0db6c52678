"""From the journal to the lines of the timeline, and to the steps that did not leave. Pure: it reads and remembers."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from workers.cli.speech import Language
from workers.cli.words import task_text
from workers.demo import words
from workers.demo.arrivals import ZONE
from workers.demo.dealings import Dealings
from workers.demo.lookout import News
from workflows.effects import Reason
from workflows.reasons import say
from workflows.scenario import Scenario

#: Rules under which a case waits for the moment of a step that may leave by itself.
_PLANS: Final = ("plan.", "resumed.", "silent.")
_DISPATCH: Final = "dispatch.reported"
#: Facts after which people ask what follows; the last reason of the decision says so.
_FOLLOWED: Final = frozenset({"call.logged", "instalment_plan.agreed", "letter.tracked", "reply.received"})
#: Stages that end by themselves when a day has passed; the timeline says so.
_SIDEWAYS: Final = frozenset({"promised", "paused", "instalments"})
#: The number of a reply, in full; its commands take the beginning.
_REPLY_ID: Final = re.compile(r"(?:reply:)?\b([0-9a-f]{10})[0-9a-f]{22}\b")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline.

    Attributes:
        tone: `sent`, `paid`, `withheld`, `refused`, `task`, `act` or `fact`, for its colour.
    """

    at: datetime
    label: str
    text: str
    tone: str = "fact"


@dataclass(frozen=True, slots=True)
class Stopped:
    """A step that did not leave although its moment, or its day, had come.

    Attributes:
        template: of the letter.
        reason: rule of `workflows.reasons`.
        channel: None where the step had not been ordered yet.
        is_for_good: False where it was put off.
    """

    invoice_number: str
    step: str
    template: str
    at: datetime
    reason: str
    channel: str | None = None
    is_for_good: bool = True


@dataclass(frozen=True, slots=True)
class Sent:
    """One step of one invoice that left in a message."""

    invoice_number: str
    debtor: str
    step: str
    template: str
    channel: str
    at: datetime
    message_id: str


@dataclass(slots=True)
class Timeline:
    """Remembers what each case plans, so that it can tell what a fact has stopped.

    Args:
        scenarios: by `name@version`.
        language: `fr` or `en`.
    """

    scenarios: dict[str, Scenario]
    language: Language
    stopped: list[Stopped] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    dealings: Dealings = field(default_factory=Dealings)
    _plans: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _stages: dict[str, str] = field(default_factory=dict)

    def read(self, news: Sequence[News]) -> Iterator[Line]:
        """The lines of what was just recorded; a message is one line, however many invoices are in it."""
        fresh = len(self.sent)
        yield from self._facts(news)
        for item in news:
            self.dealings.hear(item)
            if item.kind == _DISPATCH:
                yield from self._dispatch(item)
            yield from self._over(item)
            yield from self._withheld(item)
            yield from self._tasks(item)
        yield from self._messages(self.sent[fresh:])

    def _facts(self, news: Sequence[News]) -> Iterator[Line]:
        """What was learnt; a fact about several invoices is one line where it did the same to all of them."""
        groups: dict[tuple[str, str, str], list[News]] = {}
        for item in news:
            if item.kind in words.LABELS and not _is_told_otherwise(item):
                key = (item.event["source"], item.event["event_id"], item.decision["stage"])
                groups.setdefault(key, []).append(item)
        for group in groups.values():
            first = group[0]
            who = f"{first.debtor} ({', '.join(item.number for item in group)})"
            label = words.named(words.LABELS, first.kind, self.language)
            yield Line(first.at, label, words.told(who, self._learnt(first), self.language), _tone(first))

    # --- what left --------------------------------------------------------------------------------------------------

    def _dispatch(self, item: News) -> Iterator[Line]:
        event = item.event
        outcome, step = event["outcome"], self._step(event["dispatch_key"], event.get("step"))
        reason = str(event.get("reason", ""))
        what = f"{words.named(words.LETTERS, step[1], self.language)} → {_who(item)}"
        if outcome == "sent":
            self.sent.append(
                Sent(item.number, item.debtor, step[0], step[1], event["channel"], item.at, event["message_id"])
            )
        elif outcome == "postponed":
            self.stopped.append(Stopped(item.number, *step, item.at, reason, event["channel"], is_for_good=False))
            text = words.told(what, self._why(reason, until=_here(event.get("until"))), self.language)
            yield Line(item.at, words.pick(words.POSTPONED, self.language), text, "withheld")
        elif outcome == "withheld":
            self.stopped.append(Stopped(item.number, *step, item.at, reason, event["channel"]))
            text = words.told(what, self._why(reason), self.language)
            yield Line(item.at, words.pick(words.WITHHELD, self.language), text, "withheld")
        else:
            text = words.told(what, f"{self._why(reason)} {event.get('detail', '')}".rstrip(), self.language)
            yield Line(item.at, words.pick(words.REFUSED, self.language), text, "refused")

    def _messages(self, sent: Iterable[Sent]) -> Iterator[Line]:
        by_message: dict[str, list[Sent]] = {}
        for each in sent:
            by_message.setdefault(each.message_id, []).append(each)
        for group in by_message.values():
            first = group[0]
            numbers = ", ".join(sorted(each.invoice_number for each in group))
            text = f"{words.named(words.LETTERS, first.template, self.language)} → {first.debtor}  ({numbers})"
            yield Line(first.at, words.named(words.CHANNELS, first.channel, self.language), text, "sent")

    # --- what did not -----------------------------------------------------------------------------------------------

    def _withheld(self, item: News) -> Iterator[Line]:
        """Steps that were ordered and are taken back, or that were planned for this very day."""
        rule = str(item.decision["reasons"][-1]["rule"])
        taken_back = [each for each in item.decision["effects"] if each["kind"] == "withhold_step"]
        for each in taken_back:
            step, template = self._step(each["key"])
            self.stopped.append(Stopped(item.number, step, template, item.at, each["reason"], _channel(each["key"])))
            yield self._stop_line(item, words.named(words.LETTERS, template, self.language), each["reason"])
        before, after = self._plans.pop(item.case_id, None), self._plan(item)
        if after is not None:
            self._plans[item.case_id] = after
        if before is None or taken_back or item.kind in ("step.fell_due", _DISPATCH):
            return
        step, at = before
        if at.astimezone(ZONE).date() == item.at.astimezone(ZONE).date() and (after is None or after[1] > at):
            template = self._template(item.ladder, step)
            self.stopped.append(Stopped(item.number, step, template, item.at, rule))
            planned = ("{}, prévu ce jour à {}", "{}, planned today at {}")
            letter = words.named(words.LETTERS, template, self.language)
            what = words.pick(planned, self.language).format(letter, f"{at.astimezone(ZONE):%H:%M}")
            yield self._stop_line(item, what, rule)

    def _stop_line(self, item: News, what: str, reason: str) -> Line:
        text = words.told(f"{what} → {_who(item)}", self._why(reason), self.language)
        return Line(item.at, words.pick(words.WITHHELD, self.language), text, "withheld")

    def _plan(self, item: News) -> tuple[str, datetime] | None:
        """The step that the case will send next and when; None where it waits for anything else."""
        decision, last = item.decision, item.decision["reasons"][-1]
        step = last["facts"].get("step")
        is_plan = last["rule"].startswith(_PLANS) and last["rule"] not in ("plan.reception", "plan.end")
        if decision["next_wake_at"] is None or step is None or not is_plan:
            return None
        return step, datetime.fromisoformat(decision["next_wake_at"])

    def _over(self, item: News) -> Iterator[Line]:
        """A promise, a pause or a plan that has just ended because its day has passed."""
        before, after = self._stages.get(item.case_id), item.decision["stage"]
        self._stages[item.case_id] = after
        if item.kind == "step.fell_due" and before in _SIDEWAYS and after != before:
            self.dealings.over(item.number, str(before))
            stage = words.named(words.STAGES, after, self.language)
            past = words.named(words.PAST, str(before), self.language)
            text = words.told(_who(item), f"{past} [{stage}]", self.language)
            yield Line(item.at, words.pick(words.OVER, self.language), text)

    # --- what a person has to do ------------------------------------------------------------------------------------

    def _tasks(self, item: News) -> Iterator[Line]:
        for each in item.decision["effects"]:
            if each["kind"] == "ask_operator":
                text = words.told(task_text(each["task"], self.language), _who(item), self.language)
                yield Line(item.at, words.pick(words.TASK, self.language), text, "task")

    # --- words ------------------------------------------------------------------------------------------------------

    def _learnt(self, item: News) -> str:
        """What the case learnt, what follows where people ask for it, and the stage."""
        reasons = [Reason.model_validate(each) for each in item.decision["reasons"]]
        told = [self._say(item, reasons[0])]
        if item.kind == "letter.tracked" and reasons[-1].rule == "plan.end":
            told += [
                words.pick(words.RUNS[state], self.language) for state in words.RUNS if item.event["state"] == state
            ]
        if item.kind in _FOLLOWED and len(reasons) > 1:
            told.append(self._say(item, reasons[-1]))
        stage = words.named(words.STAGES, item.decision["stage"], self.language)
        return f"{' '.join(told)} [{stage}]"

    def _say(self, item: News, reason: Reason) -> str:
        """A reason with steps called by their letters, and replies by the number that commands take."""
        facts = dict(reason.facts)
        if (step := facts.get("step")) is not None:
            facts["step"] = words.named(words.LETTERS, self._template(item.ladder, str(step)), self.language)
        return _REPLY_ID.sub(r"\1", say(Reason(rule=reason.rule, facts=facts), self.language))

    def _why(self, rule: str, **facts: str | None) -> str:
        known = {name: value for name, value in facts.items() if value is not None}
        return say(Reason(rule=rule, facts=known), self.language)

    def _step(self, key: str, number: int | None = None) -> tuple[str, str]:
        """Name and template of the step that a dispatch is for; a letter beside the ladder has the name of its own."""
        beside = key.rpartition("/letter/")[2].partition("/")[0]
        if number is None and "/letter/" in key:
            return beside, beside
        _case, ladder, step, _channel = key.rsplit("/", 3)
        found = self.scenarios[ladder].step(int(step) if number is None else number)
        return found.name, found.template

    def _template(self, ladder: str, step: str) -> str:
        return next((each.template for each in self.scenarios[ladder].steps if each.name == step), step)


def _here(until: str | None) -> str | None:
    """An instant on the clock of the script."""
    return until and datetime.fromisoformat(until).astimezone(ZONE).isoformat(timespec="minutes")


def _channel(key: str) -> str:
    """The channel that a step's key ends with; that of a letter beside the ladder names none."""
    if "/letter/" in key:
        return ""
    return key.rsplit("/", 1)[1].partition("#")[0]


def _who(item: News) -> str:
    return f"{item.debtor} ({item.number})"


def _is_told_otherwise(item: News) -> bool:
    """Whether another line says it: an automatic reply came by mail, letters without a number went to the post."""
    is_plain_post = item.event.get("state") == "deposited" and not item.event.get("tracking_no")
    return bool(item.event.get("automatic")) or (item.kind == "letter.tracked" and is_plain_post)


def _tone(item: News) -> str:
    return "paid" if item.kind == "payment.received" and item.decision["stage"] == "paid" else "fact"
