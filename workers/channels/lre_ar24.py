"""Electronic registered letters by AR24, qualified (art. 44 of regulation (EU) 910/2014): file, then letter.

The limit, plainly: AR24 must know who the sender is. It sends him a key on paper, from which he makes codes of one use;
one code opens one hour (`POST /user/auth_otp`). No program can do that for him: without an open hour letters wait, and
`relance lre open CODE` lets them leave.

The file goes by `POST /attachment`, which delivers nothing; the letter by `POST /mail`, with our reference as
`ref_dossier`. Until he accepts it, the recipient is not told who wrote.

Source: developers.ar24.fr and ar24.fr/base-de-connaissances (identity of the sender, `auth_otp`, one hour, proofs);
fields of `/mail` (with `webhook`) and of its answer from public clients in PHP.
Not verified, for lack of an access: that an open hour needs no further field in `/mail`; that `/user/mail` lists recent
letters without being given their numbers, so that a letter which is not found may still be there; units of `price_ht`.
"""

from datetime import datetime, timedelta
from typing import Final

from workers.channels.ar24_door import PARIS, TIME, Ar24Door, Said, outcome
from workers.channels.base import InDoubt, OutgoingMessage, Party, Receipt, Refused, TryLater
from workers.channels.lre_session import LreSession
from workers.channels.post_message import letter_pdf, log, reference_of
from workers.channels.provider import Abilities
from workers.channels.receipts import receipts_for

HOUR: Final = timedelta(hours=1)
#: Whoever opens the hour lets leave what waits; this is for an hour that was opened otherwise.
LOOK_AGAIN: Final = timedelta(days=1)
_WAIT_S: Final = 4 * 3_600
_CLOSED: Final = "AR24 wants the sender's code of one use, and no hour is open: `relance lre open CODE` opens one"


class Ar24Lre:
    """Gives electronic registered letters to AR24, while an hour is open.

    Args:
        door: signed.
        session: until when the hour is open.
        receipts_at: where AR24 tells what became of each; None leaves that to what the account says.
    """

    abilities = Abilities(
        look_up=True,
        delivery_events=True,
        hours="only within an hour that the sender's code has opened",
        is_opened_by_hand=True,
    )

    def __init__(self, door: Ar24Door, session: LreSession, *, receipts_at: str | None = None) -> None:
        self._door, self._session, self._receipts_at = door, session, receipts_at

    @property
    def name(self) -> str:
        """What operators call it."""
        return "ar24"

    def send(self, message: OutgoingMessage) -> Receipt:
        """Give it one letter; see `workers.channels.base.Channel.send`."""
        recipient, pdf = _recipient(message), letter_pdf(message)
        names = _names(recipient)
        if not self._is_open():
            raise TryLater("no-session", _CLOSED, _WAIT_S)
        log.info("letter_leaves", provider=self.name, message_id=message.message_id, postage="lre")
        fields = {
            "eidas": "1", "to_email": message.to, **names, "attachment[0]": self._upload(pdf),
            "dest_statut": "particulier" if recipient.is_consumer else "professionnel",
            "ref_dossier": reference_of(message.message_id),
        }  # fmt: skip
        if self._receipts_at is not None:
            fields["webhook"] = receipts_for(self._receipts_at, message.message_id)
        said = self._door.post("/mail", fields)
        if said.is_success and said.field("id"):
            return Receipt(provider_id=said.field("id"), detail=f"{said.status} {said.field('status')}".strip())
        raise self._failure(said)

    def opens_at(self, at: datetime) -> datetime:
        """That very instant while an hour is open, else the next look; see `workers.channels.provider.KeepsHours`."""
        return at if self._is_open() else at + LOOK_AGAIN

    def look_up(self, message_id: str) -> Receipt | None:
        """The letter that bears our reference, if AR24 lists it; see `workers.channels.provider.CanLookUp`."""
        reference = reference_of(message_id)
        said = self._door.get("/user/mail")
        letters = said.result if isinstance(said.result, list) else None
        if not said.is_success or letters is None:
            raise outcome(said)
        for found in letters:
            if isinstance(found, dict) and found.get("ref_dossier") == reference and found.get("id"):
                return Receipt(provider_id=str(found["id"]), detail=f"listed as {found.get('status', 'unknown')}")
        raise InDoubt("not-listed", f"{self._door.url} lists no letter of {reference}; that proves nothing yet")

    def check(self) -> str:
        """Ask for the sender's account, and say whether an hour is open; see `Channel.check`."""
        said = self._door.get("/user")
        if not said.is_success:
            raise outcome(said)
        is_verified = said.field("is_identity_verified") not in ("", "0", "False")
        identity = "identity verified" if is_verified else "identity not verified: ask AR24 for the sender's key"
        until = self._session.until()
        hour = f"open until {until.isoformat()}" if self._is_open() and until else "no hour open: relance lre open CODE"
        return f"{self._door.url} answers, {identity}; {hour}"

    def open_hour(self, code: str) -> datetime:
        """Prove who the sender is, for one hour; until when.

        Args:
            code: of one use, as the sender's key makes them.

        Raises:
            ChannelError: AR24 does not take it.
        """
        said = self._door.post("/user/auth_otp", {"otp": code})
        if not said.is_success:
            raise outcome(said)
        until = _instant(said.field("expiration_date")) or self._door.now() + HOUR
        self._session.open(until)
        return until

    def close(self) -> None:
        """Give connections back."""
        self._door.close()

    def _is_open(self) -> bool:
        until = self._session.until()
        return until is not None and self._door.now() < until

    def _upload(self, pdf: bytes) -> str:
        """The file's number. Nobody is told of a file alone, so that whatever goes wrong is tried again."""
        try:
            said = self._door.post("/attachment", {}, pdf=("lettre.pdf", pdf))
        except InDoubt as error:
            raise TryLater(error.code, f"giving the file: {error.text}") from error
        number = said.field("file_id") or said.field("id")
        if said.is_success and number:
            return number
        failure = self._failure(said)
        if isinstance(failure, InDoubt):
            raise TryLater(failure.code, f"giving the file: {failure.text}")
        raise failure

    def _failure(self, said: Said) -> Exception:
        failure = outcome(said)
        if isinstance(failure, TryLater) and failure.code == "no-session":
            self._session.close()
        return failure


def _recipient(message: OutgoingMessage) -> Party:
    if message.recipient is None:
        raise ValueError("recipient is missing: an electronic letter goes to somebody")
    if "@" not in message.to:
        words = f"to is {message.to!r}: an electronic registered letter needs an e-mail address"
        raise Refused("no-address", words, address_is_bad=True)
    return message.recipient


def _names(recipient: Party) -> dict[str, str]:
    """First and last name apart: AR24 compares a private person's with the papers that he shows.

    Raises:
        Refused: nobody can tell where a private person's first name ends.
    """
    words = (recipient.name if recipient.is_consumer else recipient.person or "").split()
    if recipient.is_consumer and len(words) != 2:  # noqa: PLR2004 - one of each
        said = f"the name {recipient.name!r} has {len(words)} words: AR24 wants one first and one last name"
        raise Refused("name", f"{said}; send this letter on paper", address_is_bad=False)
    person = {"to_firstname": words[0], "to_lastname": " ".join(words[1:]) or words[0]} if words else {}
    return person if recipient.is_consumer else {"to_company": recipient.name, **person}


def _instant(local: str) -> datetime | None:
    try:
        return datetime.strptime(local, TIME).replace(tzinfo=PARIS)
    except ValueError:
        return None
