"""Addresses of our own for each message: where its bounces go (VERP), and where its answers go.

An address carries a tag, `bounces+TAG@domain`: which key signed it, the first 80 bits of the message's id, and 80 bits
of an HMAC-SHA256 over both and over what the address is for. Whoever does not know the secret makes no tag that names
a message. Nothing of it depends on a clock or on chance: the same message has the same addresses.
"""

import hashlib
import hmac
import re
from base64 import b32decode, b32encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from workers.settings import Settings

Purpose = Literal["bounces", "replies"]
#: Characters of a tag: the key, the message, the signature; no capitals, since mail servers do not keep them.
_KEY, _NAME, _SIGNATURE = 2, 16, 16
TAG_LENGTH: Final = _KEY + _NAME + _SIGNATURE
#: Characters before the `@` (RFC 5321, 4.5.3.1.1), less the tag and its `+`.
LONGEST_BASE: Final = 64 - 1 - TAG_LENGTH
_TAGGED: Final = re.compile(rf"\+([a-z2-7]{{{TAG_LENGTH}}})@")
_OURS: Final = re.compile(r"<([0-9a-f]{20})[0-9a-f]{20}@")
_MOST_ADDRESSES: Final = 100


class Tagged(NamedTuple):
    """What a tag that we signed says.

    Attributes:
        begins: the message's id begins so; 21 characters.
    """

    purpose: Purpose
    begins: str


@dataclass(frozen=True)
class ReturnAddresses:
    """Makes and reads the addresses.

    Attributes:
        secrets: the first one signs, all of them are believed; none makes no address and believes none.
        bounces: the address that the tag is put into; None leaves the sender as it is.
        replies: the same for answers.
    """

    secrets: tuple[bytes, ...] = field(default=(), repr=False)
    bounces: str | None = None
    replies: str | None = None

    def for_bounces(self, message_id: str) -> str | None:
        """Where bounces of the message go; None for the sender's own address."""
        return self._tagged(self.bounces, "bounces", message_id)

    def for_replies(self, message_id: str) -> str | None:
        """Where answers to the message go; None for the sender's own address."""
        return self._tagged(self.replies, "replies", message_id)

    def read(self, addresses: Iterable[str]) -> Tagged | None:
        """What the first tag of ours among `addresses` says; a forged one says nothing."""
        for address in list(addresses)[:_MOST_ADDRESSES]:
            found = _TAGGED.search(address.lower())
            said = None if found is None else self._verified(found[1])
            if said is not None:
                return said
        return None

    def _tagged(self, base: str | None, purpose: Purpose, message_id: str) -> str | None:
        ours = _OURS.match(message_id)
        if base is None or ours is None or not self.secrets:
            return None
        name = b32encode(bytes.fromhex(ours[1])).decode().lower()
        key_id, secret = next(iter(self._keys))
        local, _, domain = base.rpartition("@")
        return f"{local}+{key_id}{name}{_signature(secret, purpose, name)}@{domain}"

    def _verified(self, tag: str) -> Tagged | None:
        key_id, name, signature = tag[:_KEY], tag[_KEY:-_SIGNATURE], tag[-_SIGNATURE:]
        purposes: tuple[Purpose, ...] = ("bounces", "replies")
        for known, secret in self._keys:
            for purpose in purposes:
                is_signed = hmac.compare_digest(_signature(secret, purpose, name), signature)
                if is_signed and known == key_id:
                    return Tagged(purpose, f"<{b32decode(name.upper()).hex()}")
        return None

    @cached_property
    def _keys(self) -> tuple[tuple[str, bytes], ...]:
        """Each secret with the id that its tags begin with, which says nothing about it."""
        return tuple((_short(hashlib.sha256(b"relance-key-id:" + each).digest(), _KEY), each) for each in self.secrets)


def return_addresses(settings: "Settings") -> ReturnAddresses:
    """Those of the settings."""
    box, domain = settings.mailbox, settings.smtp.envelope_domain
    secrets = (box.tag_secret, *box.former_tag_secrets) if box.tag_secret is not None else ()
    return ReturnAddresses(
        secrets=tuple(each.get_secret_value().encode() for each in secrets),
        bounces=None if domain is None else f"{box.bounces_name}@{domain}",
        replies=box.replies_to,
    )


def _signature(secret: bytes, purpose: Purpose, name: str) -> str:
    return _short(hmac.new(secret, f"relance/{purpose}/{name}".encode(), hashlib.sha256).digest(), _SIGNATURE)


def _short(digest: bytes, length: int) -> str:
    return b32encode(digest).decode().lower()[:length]
