"""The settings of the mailbox to which debtors write."""

from typing import Annotated, Literal

from pydantic import AfterValidator, EmailStr, Field, SecretStr, model_validator

from workers.return_addresses import LONGEST_BASE
from workers.settings_parts.table import Table, refused

#: Characters of a secret; shorter ones are guessed.
_SHORTEST_SECRET = 20


def _secret(given: SecretStr) -> SecretStr:
    if len(given.get_secret_value()) < _SHORTEST_SECRET:
        raise refused(
            "",
            f"donnez au moins {_SHORTEST_SECRET} caractères tirés au hasard",
            f"give at least {_SHORTEST_SECRET} characters drawn at random",
        )
    return given


def _base(given: str) -> str:
    if len(given.partition("@")[0]) > LONGEST_BASE or "+" in given.partition("@")[0]:
        raise refused(
            "",
            f"donnez une adresse sans « + », de {LONGEST_BASE} caractères au plus avant le « @ »",
            f"give an address without “+”, of {LONGEST_BASE} characters at most before the “@”",
        )
    return given


TagSecret = Annotated[SecretStr, AfterValidator(_secret)]


class Mailbox(Table):
    """The mailbox to which debtors write, read over IMAP by `relance mailbox fetch`.

    Attributes:
        host: None where messages come by `relance mailbox take` alone.
        folder: where messages arrive.
        processed: where they are moved once they are in the ledger; made if it is not there.
        timeout_s: seconds for a connection, or for one answer.
        every_minutes: how often the relay has it fetched; None leaves that to `relance mailbox fetch`.
        replies_to: where answers go, with a tag for each message (`reponses+TAG@…`); None uses the sender.
        bounces_name: what stands before the tag in the address of bounces, at `smtp.envelope_domain`.
        tag_secret: signs the tags; without it there are none.
        former_tag_secrets: signed the tags of messages that are still answered.
    """

    host: str | None = Field(None, min_length=1)
    port: int = Field(993, ge=1, le=65_535)
    security: Literal["none", "starttls", "tls"] = "tls"
    username: str | None = None
    password: SecretStr | None = None
    folder: str = Field("INBOX", min_length=1)
    processed: str = Field("relance", min_length=1)
    timeout_s: float = Field(30.0, gt=0, le=600)
    every_minutes: int | None = Field(None, ge=1, le=1440)
    replies_to: Annotated[EmailStr, AfterValidator(_base)] | None = None
    bounces_name: str = Field("bounces", pattern=rf"^[a-z0-9][a-z0-9._-]{{0,{LONGEST_BASE - 1}}}$")
    tag_secret: TagSecret | None = None
    former_tag_secrets: tuple[TagSecret, ...] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> "Mailbox":
        for key in ("username", "password"):
            if self.host is not None and getattr(self, key) is None:
                raise refused(
                    key, "indiquez-le : une boîte s’ouvre avec un compte", "give it: a mailbox has an account"
                )
        if self.folder == self.processed:
            raise refused("processed", "choisissez un autre dossier que folder", "choose another folder than folder")
        if self.every_minutes is not None and self.host is None:
            raise refused("host", "nommez la boîte que every_minutes fait relever", "name the mailbox to be fetched")
        if self.tag_secret is None and (self.replies_to is not None or self.former_tag_secrets):
            raise refused(
                "tag_secret", "donnez le secret qui signe les adresses", "give the secret that signs addresses"
            )
        return self
