"""What the commands share that tell the ledger a fact about one case or debtor: say what follows, then publish it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workers.cli.bilingual import json_option
from workers.cli.case_command import creditor_option, number_argument, the_case
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import dry_run_option
from workers.cli.tables import show_json

if TYPE_CHECKING:
    from workers.intake.unreadable import Unread
    from workers.ledger.queries.cases import CaseFile
    from workers.orders import Outcome


@dataclass(frozen=True, slots=True)
class About:
    """The case that is spoken of, and how the answer is shown."""

    file: "CaseFile"
    dry_run: bool
    as_json: bool

    @property
    def creditor_ref(self) -> str:
        """Who is owed."""
        return self.file.case.invoice.creditor_ref


@dataclass(frozen=True, slots=True)
class AboutDebtor:
    """The debtor that is spoken of, and how the answer is shown."""

    creditor_ref: str
    dry_run: bool
    as_json: bool


def about_a_case(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command a case to speak of: `NUMBER`, `--creditor`, `--dry-run`, `--json`; it gets an `About`."""

    def run(
        invocation: Invocation,
        /,
        *,
        number: str,
        creditor: str | None,
        dry_run: bool,
        as_json: bool,
        **said: Any,  # noqa: ANN401 - the options of the command itself
    ) -> int:
        about = About(the_case(invocation, number, creditor), dry_run, as_json)
        answer: int = command(invocation, about, **said)
        return answer

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    known = pass_invocation(run)
    own = list(getattr(command, "__click_params__", []))
    for shared in (json_option, dry_run_option, creditor_option):
        known = shared(known)
    params = vars(known)["__click_params__"]
    params.extend(own)  # click shows them in reverse: the number, what the command has of its own, what all have
    return number_argument(known)


def today_of(invocation: Invocation) -> str:
    """The day in Paris, for the names of what is told today."""
    from workers.cli.options import PARIS  # noqa: PLC0415 - help must not pay for it

    return invocation.system.clock.now().astimezone(PARIS).date().isoformat()


def tell(invocation: Invocation, about: About | AboutDebtor, kind: str, data: Mapping[str, object]) -> int:
    """Publish one event about the case, or the debtor, and say what follows from it; with `dry_run`, only say so.

    Raises:
        Failure: it would be refused; nothing was written.
    """
    from workers.intake.messages import receive, rehearse  # noqa: PLC0415 - help must not pay for it

    system, now = invocation.system, invocation.system.clock.now()
    said = {name: value for name, value in data.items() if value is not None}
    creditor = about.creditor_ref
    content = hashlib.sha256(json.dumps([kind, creditor, now.isoformat(), said], sort_keys=True).encode())
    envelope = {
        "type": kind, "id": content.hexdigest()[:32], "source": "/cli", "time": now.isoformat(), "creditor": creditor,
        "data": said,
    }  # fmt: skip
    payload = json.dumps(envelope)
    [answer] = rehearse(system, [payload])
    _refuse(invocation, answer)
    if not about.dry_run:
        answer = receive(system, payload, way="/cli")
        _refuse(invocation, answer)
    _show(invocation, about, kind, answer)
    return ExitCode.OK


def _refuse(invocation: Invocation, answer: "Outcome | Unread") -> None:
    from workers.cli.events_publish import french_or_not  # noqa: PLC0415 - help must not pay for it

    if answer.findings:
        words = "\n".join(french_or_not(invocation, finding) for finding in answer.findings)
        raise Failure(words, words)


def _show(invocation: Invocation, about: About | AboutDebtor, kind: str, answer: "Outcome | Unread") -> None:
    from workers.cli import words  # noqa: PLC0415 - help must not pay for it
    from workers.cli.events_publish import decision_json  # noqa: PLC0415
    from workflows.reasons import say_all  # noqa: PLC0415

    decisions = getattr(answer, "decisions", ())
    if about.as_json:
        content = {"dry_run": about.dry_run, "type": kind, "decisions": [decision_json(item) for item in decisions]}
        show_json(invocation, "told", content)
        return
    if about.dry_run:
        invocation.show(invocation.say("Essai : rien n’est écrit.", "A trial: nothing is written."))
    language = invocation.language
    for decision in decisions:
        invocation.show(f"{decision.case.invoice.number} · {words.stage_text(decision.stage, language)}")
        invocation.show(say_all(decision.reasons, language))
