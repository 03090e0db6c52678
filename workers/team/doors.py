"""The ways to the creditor's own people: apprise for chats, the project's own channel for e-mails.

A daily list by e-mail does not go through apprise's `mailto://`: the channel `email` already knows the server, asks for
no second password, gives every message an identifier of its own, and tells a refusal from a doubt.
"""

import hashlib
import logging
import queue
import re
import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from pydantic import SecretStr

from workers.channels.base import Channel as Outlet
from workers.channels.base import ChannelError, InDoubt, OutgoingMessage, TryLater
from workers.channels.http_outcomes import OUR_SETTINGS_S, outcome_of_status
from workers.team.messages import Note

if TYPE_CHECKING:
    from apprise import Apprise

_SOCKET: Final = "Socket Exception:"
_STATUS: Final = re.compile(r"\berror=(\d{3})\b")
#: What urllib3 calls a connection that was never made: nothing was said.
_NO_CONNECTION: Final = (
    "NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ProxyError", "CERTIFICATE_VERIFY_FAILED",
    "WRONG_VERSION_NUMBER",
)  # fmt: skip
_UNREACHABLE_S: Final = 60


class Door(Protocol):
    """One way to some of the creditor's own people. Thread-safe."""

    def send(self, note: Note, reference: str, at: datetime) -> str:
        """Let a message out, once; what the other side is called.

        Raises:
            TryLater: it certainly did not leave.
            Refused: it certainly did not leave, and never will.
            InDoubt: it may have left.
        """

    def check(self) -> str:
        """Look whether it would work, and send nothing; one line for the operator, without any secret.

        Raises:
            ChannelError: in words, what does not work.
        """


@dataclass(frozen=True, slots=True)
class ChatDoor:
    """A chat, by an address of apprise, which says no more than that something failed, in lines of a log.

    Attributes:
        url: with its keys; it is in no message, no error, no log line.
        timeout_s: seconds for a connection, and between two pieces of an answer, unless the address says otherwise.
        deadline_s: seconds for the whole; giving up leaves the message in doubt.
    """

    url: SecretStr
    timeout_s: float
    deadline_s: float

    def send(self, note: Note, reference: str, at: datetime) -> str:
        """Let a message out, once; see `Door.send`."""
        del reference, at  # no chat takes a reference of ours
        chat = self._chat()
        result = _within(self.deadline_s, lambda: _notified(chat, note))
        if result:
            return str(chat[0].service_name)
        raise outcome_of([(entry.level, entry.message) for entry in result.logs()])

    def check(self) -> str:
        """Whether apprise understands the address; nothing is asked of the service."""
        chat = self._chat()
        return f"{chat[0].service_name} (apprise)"

    def _chat(self) -> "Apprise":
        """The service, alone, with limits of its own; made anew each time, so that threads share nothing."""
        silence()
        _load()
        from apprise import Apprise, AppriseAsset  # noqa: PLC0415 - see _load

        asset = AppriseAsset(
            app_id="relance", app_desc="relance", service_timeout=0, storage_mode="memory", allow_templates=False,
            image_url_mask="", image_url_logo="",  # or every message makes its readers ask GitHub for an icon
            http_redirects=False,  # a redirected POST comes back as a GET that says nothing and looks like a success
        )  # fmt: skip
        chat = Apprise(asset=asset)
        if not chat.add(self.url.get_secret_value()) or len(chat) != 1:
            words = "apprise does not understand this address; check it (see its documentation of the service)"
            raise TryLater("address", words, OUR_SETTINGS_S)
        for name in ("socket_connect_timeout", "socket_read_timeout"):
            if getattr(chat[0], name) == getattr(type(chat[0]), name):
                setattr(chat[0], name, self.timeout_s)
        return chat


@dataclass(frozen=True, slots=True)
class MailDoor:
    """A mailbox, by the channel that debtors' e-mails take.

    Attributes:
        outlet: asked for at the last moment.
        to: the mailbox.
        sender: our own address, and the name beside it.
    """

    outlet: Callable[[], Outlet]
    to: str
    sender: tuple[str, str | None] | None
    language: str = "fr"

    def send(self, note: Note, reference: str, at: datetime) -> str:
        """Let a message out, once; see `Door.send`."""
        address, name = self._sender()
        digest = hashlib.sha256(f"team/{reference}".encode()).hexdigest()[:40]
        message = OutgoingMessage(
            dispatch_id=f"team/{reference}", channel="email", to=self.to, sender=address, sender_name=name,
            subject=note.title, text=f"{note.body}\n", message_id=f"<{digest}@{address.rpartition('@')[2]}>",
            language=self.language, date=at,
        )  # fmt: skip
        self.outlet().send(message)
        return "e-mail"

    def check(self) -> str:
        """Ask the mail server."""
        self._sender()
        return f"e-mail: {self.outlet().check()}"

    def _sender(self) -> tuple[str, str | None]:
        if self.sender is None:
            raise TryLater("sender", "nobody to write as; set smtp.sender, or declare a creditor", OUR_SETTINGS_S)
        return self.sender


@cache
def _load() -> None:
    """Import apprise with its 180 services, which takes a second, and warns of a module of Python that it replaces."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from apprise import Apprise  # noqa: PLC0415 - only for who has something to tell

        Apprise.instantiate("json://localhost")


def silence() -> None:
    """Keep the lines of apprise and of what it stands on out of every log: they show addresses with their keys."""
    for name in ("apprise", "urllib3", "requests_oauthlib", "oauthlib"):
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    logging.getLogger("apprise").setLevel(logging.DEBUG)  # its lines are all it says about a failure; see `outcome_of`


def outcome_of(lines: Sequence[tuple[str, str]]) -> ChannelError:
    """What a failure means, read from apprise's own lines (level, text); their texts are not passed on.

    What is not clearly a refusal or a connection never made counts as a doubt: nobody hears a thing twice.
    """
    statuses = [int(found) for _level, text in lines for found in _STATUS.findall(text)]
    sockets = [text for _level, text in lines if text.startswith(_SOCKET)]
    if any(level == "INFO" and text.startswith("Sent ") for level, text in lines):
        return InDoubt("partial", "one of several recipients of this address has it, another has not")
    if sockets:
        if any(word in sockets[-1] for word in _NO_CONNECTION):
            return TryLater("no-connection", "no connection was made", _UNREACHABLE_S)
        return InDoubt("closed", "the connection broke or fell silent")
    if statuses:
        return outcome_of_status(statuses[-1], f"HTTP {statuses[-1]}", {})
    return InDoubt("unclear", "apprise did not say why it failed")


def _notified(chat: "Apprise", note: Note) -> Any:  # noqa: ANN401 - apprise's result, read above
    return chat.notify(title=note.title, body=note.body, body_format="text", log_level=logging.DEBUG)


def _within(seconds: float, work: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever `work` answers
    """Do `work` in a thread that may be left behind: a server that drips its answer never lets `requests` end.

    Raises:
        InDoubt: it takes longer, or broke in a way that nobody foresaw.
    """
    answers: queue.SimpleQueue[tuple[bool, Any]] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put((True, work()))
        except Exception as error:  # noqa: BLE001 - told below; its text may hold the address
            answers.put((False, type(error).__name__))

    threading.Thread(target=run, name="team-chat", daemon=True).start()
    try:
        is_done, answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise InDoubt("timeout", f"no end after {seconds:g} s") from None
    if not is_done:
        raise InDoubt("fault", str(answer))
    return answer
