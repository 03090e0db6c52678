"""The settings of the mailbox to which debtors write."""

from typing import Literal

from pydantic import Field, SecretStr, model_validator

from workers.settings_table import Table, refused


class Mailbox(Table):
    """The mailbox to which debtors write, read over IMAP by `relance mailbox fetch`.

    Attributes:
        host: None where messages come by `relance mailbox take` alone.
        folder: where messages arrive.
        processed: where they are moved once they are in the ledger; made if it is not there.
        timeout_s: seconds for a connection, or for one answer.
    """

    host: str | None = Field(None, min_length=1)
    port: int = Field(993, ge=1, le=65_535)
    security: Literal["none", "starttls", "tls"] = "tls"
    username: str | None = None
    password: SecretStr | None = None
    folder: str = Field("INBOX", min_length=1)
    processed: str = Field("relance", min_length=1)
    timeout_s: float = Field(30.0, gt=0, le=600)

    @model_validator(mode="after")
    def _is_whole(self) -> "Mailbox":
        for key in ("username", "password"):
            if self.host is not None and getattr(self, key) is None:
                raise refused(
                    key, "indiquez-le : une boîte s’ouvre avec un compte", "give it: a mailbox has an account"
                )
        if self.folder == self.processed:
            raise refused("processed", "choisissez un autre dossier que folder", "choose another folder than folder")
        return self
