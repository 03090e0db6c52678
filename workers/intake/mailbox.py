"""The mailbox to which debtors write, over IMAP: each message is taken, and then moved away."""

import imaplib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from workers.intake.mail import Taken, refuse, take
from workers.intake.mail_reading import LARGEST, too_large

if TYPE_CHECKING:
    from workers.settings_parts.mailbox import Mailbox
    from workers.wiring import System

#: Everything that the server, the network or the library answers instead of what was asked.
_AWAY: Final = (ImapToolsError, imaplib.IMAP4.error, OSError)

_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")


class NotGiven(Exception):
    """The server names a message and does not give it."""


class MailboxAway(Exception):
    """The mailbox cannot be read now; nothing that was not taken is lost.

    Args:
        place: the server and the folder.
        reason: what it said.
    """

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place, reason)
        self.place, self.reason = place, reason

    def __str__(self) -> str:
        return f"{self.place} does not answer as it should: {self.reason}"


def waiting(settings: "Mailbox") -> int:
    """How many messages wait in the folder.

    Raises:
        MailboxAway: it cannot be read.
    """
    with _opened(settings) as box:
        return len(box.uids())


def fetch(system: "System", settings: "Mailbox", *, dry_run: bool = False) -> Iterator[Taken]:
    """Take each message of the folder, the oldest first; what was taken is moved to the folder of processed ones.

    A message that was taken and not moved is met again by the next run, and is the same reply. One that the server does
    not give keeps none behind it back.

    Raises:
        MailboxAway: the server went away, or has a message that it does not give; what was yielded is in the ledger.
    """
    missing: list[str] = []
    with _opened(settings) as box:
        if not dry_run and not box.folder.exists(settings.processed):
            box.folder.create(settings.processed)
        for uid in box.uids():
            try:
                taken = _take(system, box, uid, dry_run=dry_run)
            except NotGiven:
                missing.append(uid)
                continue
            yield taken
            if not dry_run:
                box.move(uid, settings.processed)
        kept = set(box.uids()).intersection(missing) if missing else set()  # the others were taken away meanwhile
    if kept:
        raise MailboxAway(_place(settings), f"it does not give {len(kept)} message(s), such as number {min(kept)}")


def _take(system: "System", box: BaseMailBox, uid: str, *, dry_run: bool) -> Taken:
    """One message; a too large one is not even downloaded, except for its head."""
    size, head = _asked(box, uid, "(RFC822.SIZE BODY.PEEK[HEADER])")
    if size > LARGEST:
        return refuse(system, head, too_large(size), dry_run=dry_run)
    _, raw = _asked(box, uid, "(RFC822.SIZE BODY.PEEK[])")
    return take(system, raw, dry_run=dry_run)


def _asked(box: BaseMailBox, uid: str, what: str) -> tuple[int, bytes]:
    """The size that the server states, and the bytes it gives; reading does not mark as seen."""
    _, answer = box.client.uid("FETCH", uid, what)
    heads = b" ".join(item[0] if isinstance(item, tuple) else item or b"" for item in answer)
    contents = [item[1] for item in answer if isinstance(item, tuple)]
    stated = _SIZE.search(heads)
    if stated is None or not contents:
        raise NotGiven(uid)
    return int(stated[1]), contents[0]


@contextmanager
def _opened(settings: "Mailbox") -> Iterator[BaseMailBox]:
    password = settings.password.get_secret_value() if settings.password else ""
    try:
        box = _connect(settings)
        try:
            box.login(settings.username or "", password, initial_folder=settings.folder)
        except BaseException:
            box.client.shutdown()
            raise
        with box:
            yield box
    except _AWAY as error:
        raise MailboxAway(_place(settings), " ".join(str(error).split())[:300]) from error


def _place(settings: "Mailbox") -> str:
    return f"{settings.host}:{settings.port}/{settings.folder}"


def _connect(settings: "Mailbox") -> BaseMailBox:
    host, port, timeout = settings.host or "", settings.port, settings.timeout_s
    if settings.security == "none":
        return MailBoxUnencrypted(host, port, timeout)
    if settings.security == "starttls":
        return MailBoxStartTls(host, port, timeout)
    return MailBox(host, port, timeout)
