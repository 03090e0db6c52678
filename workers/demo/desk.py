"""The people of the story: they type commands of `relance`, on the demonstration's own system."""

import contextlib
import io
import json
import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from workers.channels.sink_files import kept
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import answer_to
from workers.cli.invocation import Invocation
from workers.cli.reply_words import reading_text
from workers.cli.root import relance
from workers.cli.speech import Language
from workers.demo import words
from workers.demo.arrivals import ZONE, MailArrives, PersonActs, PostGoes
from workers.demo.mails import written
from workers.demo.place import Place
from workers.demo.timeline import Line
from workers.operations import post
from workers.wiring import System
from workflows.replies import Reading

#: Characters of a reply's number that its commands take.
_SHORT: Final = 10
#: Who a command says that it was typed by; see `getpass.getuser`.
_ACCOUNT: Final = "LOGNAME"


class CommandFailed(Exception):
    """A command of the story was refused: a fault of the demonstration."""

    def __init__(self, command: str, answer: str) -> None:
        super().__init__(command, answer)
        self.command, self.answer = command, answer

    def text(self, language: str) -> str:
        """Which one, and what it answered."""
        if language == "fr":
            return f"une commande de la démonstration a échoué : relance {self.command} : {self.answer}"
        return f"a command of the demonstration failed: relance {self.command}: {self.answer}"

    def __str__(self) -> str:
        return self.text("en")


@dataclass(slots=True)
class Desk:
    """Where people sit who read, telephone, print and decide; each method does its work and tells it."""

    system: System
    place: Place
    language: Language
    _replies: dict[str, str] = field(default_factory=dict)

    def act(self, deed: PersonActs) -> list[Line]:
        """Type the command."""
        command = self._named(deed.command)
        self._run(deed.who, shlex.split(command))
        return [self._line(words.PERSON, words.told(deed.who, f"relance {command}", self.language))]

    def _named(self, command: str) -> str:
        """The command with the numbers of the replies that it names in braces."""
        for name, number in self._replies.items():
            command = command.replace("{" + name + "}", number)
        return command

    def take(self, mail: MailArrives) -> list[Line]:
        """Take an e-mail in as `relance mailbox take` does, from a file that stays."""
        [original] = [each for each in kept(self.place.mails) if each.message_id == mail.answers]
        file = self.place.letters_in / f"{mail.name}.eml"
        file.write_bytes(written(mail, original.path.read_bytes()))
        taken = self._json(mail.creditor, ["mailbox", "take", str(file), "--json"])["taken"][0]
        self._replies[mail.name] = str(taken["mail_id"])[:_SHORT]
        said = words.named(words.MAILS, str(taken["status"]), self.language)
        if taken["status"] == "reply":
            said = said.format(reading_text(Reading.model_validate(taken["reading"], strict=False), self.language))
        return [self._line(words.MAIL, words.told(str(taken["sender"]), said, self.language))]

    def post(self, round_: PostGoes) -> list[Line]:
        """Print what waits, take it to the post, and note the day and the numbers."""
        if not post.waiting(self.system):
            return []
        out = self.place.batches
        # where all that waited is withdrawn or kept back, there is no batch, and that is no fault
        batch = ["post", "batch", "--out", str(out), "--json"]
        made = self._json(round_.who, batch, fine=ExitCode.NOTHING_MATCHED)
        return [line for each in made["batches"] for line in self._posted(round_, each)]

    def _posted(self, round_: PostGoes, batch: dict[str, Any]) -> Iterator[Line]:
        letters = batch["letters"]
        given = {
            f"{each['place']}={round_.tracking[number]}": number
            for each in letters for number in each["invoices"] if number in round_.tracking
        } if batch["channel"] == "registered" else {}  # fmt: skip
        today = self.system.clock.now().astimezone(ZONE).date().isoformat()
        self._run(round_.who, ["post", "done", "--batch", batch["batch"], "--on", today, *given])
        count = words.pick(words.LETTERS_POSTED[len(letters) > 1], self.language).format(len(letters))
        kind = words.named(words.CHANNELS, batch["channel"], self.language)
        numbers = ", ".join(f"{number} {pair.partition('=')[2]}" for pair, number in given.items())
        head = words.pick(words.BATCH, self.language).format(batch["batch"], kind)
        yield self._line(words.POST, words.told(head, count, self.language) + (f" ({numbers})" if numbers else ""))

    # --- typing -----------------------------------------------------------------------------------------------------

    def _json(self, who: str, command: Sequence[str], *, fine: ExitCode = ExitCode.OK) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._run(who, command, fine=fine))
        return answer

    def _run(self, who: str, command: Sequence[str], *, fine: ExitCode = ExitCode.OK) -> str:
        """What the command answered on standard output; `fine` is one more code that is no fault.

        Raises:
            CommandFailed: it was refused.
        """
        invocation = Invocation(asked=self.language, is_ascii=False)
        invocation.__dict__ |= {"system": self.system, "settings": self.system.settings}
        out, talk = io.StringIO(), io.StringIO()
        with _account(who), contextlib.redirect_stdout(out), contextlib.redirect_stderr(talk):
            try:
                code = relance.main(list(command), prog_name="relance", standalone_mode=False, obj=invocation)
            except Exception as error:
                answer = answer_to(error, self.language)
                if answer is None:
                    raise
                raise CommandFailed(shlex.join(command), answer[0]) from error
        if code and code != fine:
            raise CommandFailed(shlex.join(command), talk.getvalue() or out.getvalue())
        return out.getvalue()

    def _line(self, label: words.Words, text: str) -> Line:
        return Line(self.system.clock.now(), words.pick(label, self.language), text, "act")


@contextlib.contextmanager
def _account(who: str) -> Iterator[None]:
    """Let commands believe that `who` types them."""
    before = os.environ.get(_ACCOUNT)
    os.environ[_ACCOUNT] = who
    try:
        yield
    finally:
        if before is None:
            del os.environ[_ACCOUNT]
        else:
            os.environ[_ACCOUNT] = before
