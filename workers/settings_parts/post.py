"""The tables of the settings that say who carries letters: `[post]` on paper, `[lre]` electronic and registered."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, model_validator

from workers.settings_parts.channels import Channels, Url
from workers.settings_parts.table import Table, refused


def _msb_key(secret: SecretStr) -> SecretStr:
    if re.fullmatch(r"(test|live)_\w+", secret.get_secret_value(), re.ASCII):
        return secret
    raise refused("", "une clé commence par test_ ou live_", "a key begins with test_ or live_")


class MySendingBoxKeys(Table):
    """`[post.mysendingbox]`.

    Attributes:
        api_key: `test_…` prints nothing, `live_…` does.
        simple: its name of a plain letter's postage; it changes with La Poste's catalogue.
        tracked: the same of a tracked letter; None where your contract has none.
        address_page: a sheet of its own bears the address; without it, the address is printed on the first page.
    """

    api_key: Annotated[SecretStr, AfterValidator(_msb_key)]
    simple: str = Field("verte", pattern=r"^[a-z_]{2,20}$")
    tracked: str | None = Field(None, pattern=r"^[a-z_]{2,20}$")
    address_page: bool = True
    url: Url = "https://api.mysendingbox.fr"


class MerciFacteurKeys(Table):
    """`[post.merci_facteur]`.

    Attributes:
        service_id: of the tab « API » of the account.
        secret_key: of the same tab; it signs, and is never sent.
        user_id: in whose name letters leave.
        authorized_ips: who may use the access, joined by `;`; left alone where the provider has lifted that limit.
        registered: `lrare` has the acknowledgement of receipt scanned and reported; `lrar` sends it back on paper.
        webhook_key: of the same tab; what proves that a call comes from the provider.
    """

    service_id: str = Field(min_length=1)
    secret_key: SecretStr
    user_id: int = Field(ge=1)
    authorized_ips: str = Field("111.111.111", pattern=r"^[0-9a-fA-F.:]+(;[0-9a-fA-F.:]+)*$")
    registered: Literal["lrare", "lrar"] = "lrare"
    webhook_key: SecretStr | None = Field(None, min_length=1)
    url: Url = "https://www.merci-facteur.com/api/1.2/prod/service"


class Post(Table):
    """Who prints and posts letters, and how.

    Attributes:
        provider: whose table below is used.
        colour: print in colour where the provider lets one choose.
        both_sides: print on both sides of a sheet.
        returned_mail: have what could not be delivered scanned and reported; providers charge for it.
        timeout_s: seconds for a connection, for sending, between two pieces of an answer.
        deadline_s: seconds for a whole answer; giving up leaves the letter in doubt.
        per_minute: how many the provider may be given by each process.
    """

    provider: Literal["mysendingbox", "merci_facteur"] | None = None
    colour: bool = False
    both_sides: bool = True
    returned_mail: bool = True
    timeout_s: float = Field(20.0, gt=0, le=300)
    deadline_s: float = Field(60.0, gt=0, le=600)
    per_minute: float = Field(30.0, gt=0)
    mysendingbox: MySendingBoxKeys | None = None
    merci_facteur: MerciFacteurKeys | None = None

    @property
    def longest_send_s(self) -> float:
        """Seconds after which a send has answered for sure: three exchanges at Merci Facteur, and a turn."""
        return 3 * (self.deadline_s + 3 * self.timeout_s) + 5

    @model_validator(mode="after")
    def _provider_is_whole(self) -> "Post":
        if self.provider is not None and getattr(self, self.provider) is None:
            table = f"[post.{self.provider}]"
            raise refused(
                self.provider, f"donnez la table {table} avec ses clés", f"give the table {table} with its keys"
            )
        return self

    def lacks(self, channel: str) -> bool:
        """Whether the provider has no name for the postage of `channel`."""
        is_msb = self.provider == "mysendingbox" and self.mysendingbox is not None
        return channel == "tracked" and is_msb and self.mysendingbox.tracked is None  # type: ignore[union-attr] # is_msb


class Ar24Keys(Table):
    """`[lre.ar24]`.

    Attributes:
        token: of the access to the interface.
        private_key: which signs every request, and reads the answers.
        user_id: the account of the sender, whose identity AR24 has verified.
    """

    token: SecretStr
    private_key: SecretStr
    user_id: int = Field(ge=1)
    url: Url = "https://app.ar24.fr/api"


class Lre(Table):
    """Who carries electronic registered letters.

    Attributes:
        provider: AR24; its sender proves who he is by a code of one use, which opens an hour (`relance lre open`).
        timeout_s: seconds for a connection, for sending, between two pieces of an answer.
        deadline_s: seconds for a whole answer; AR24 itself gives up after sixty.
        per_minute: how many the provider may be given by each process.
    """

    provider: Literal["ar24"] | None = None
    timeout_s: float = Field(20.0, gt=0, le=300)
    deadline_s: float = Field(90.0, gt=0, le=600)
    per_minute: float = Field(30.0, gt=0)
    ar24: Ar24Keys | None = None

    @property
    def longest_send_s(self) -> float:
        """Seconds after which a send has answered for sure: the file, the letter, and a turn."""
        return 2 * (self.deadline_s + 3 * self.timeout_s) + 5

    @model_validator(mode="after")
    def _provider_is_whole(self) -> "Lre":
        if self.provider is not None and getattr(self, self.provider) is None:
            table = f"[lre.{self.provider}]"
            raise refused(
                self.provider, f"donnez la table {table} avec ses clés", f"give the table {table} with its keys"
            )
        return self


#: The channels that `[post]` carries.
_PAPER = ("letter", "tracked", "registered")


def check_letters(channels: Channels, post: Post, lre: Lre, lease_s: int) -> None:
    """Whether each channel of letters that a provider is to carry has one, which can, within the lease.

    Raises:
        PydanticCustomError: names the key to change.
    """
    paper = [name for name in _PAPER if getattr(channels, name) == "provider"]
    if paper and post.provider is None:
        raise refused(
            "post.provider",
            "nommez qui poste les lettres : mysendingbox ou merci_facteur",
            "name who posts letters: mysendingbox or merci_facteur",
        )
    if any(post.lacks(name) for name in paper):
        raise refused(
            "post.mysendingbox.tracked",
            "nommez l’affranchissement des lettres suivies, ou donnez delivery.channels.tracked à un autre",
            "name the postage of tracked letters, or let something else carry delivery.channels.tracked",
        )
    if channels.lre == "provider" and lre.provider is None:
        raise refused("lre.provider", "nommez le prestataire : ar24", "name the provider: ar24")
    longest = max(post.longest_send_s if paper else 0, lre.longest_send_s if channels.lre == "provider" else 0)
    if lease_s <= longest:
        raise refused(
            "delivery.lease_s",
            f"donnez plus de {longest:g} s, le plus long envoi d’une lettre",
            f"give more than {longest:g} s, the longest a letter may take",
        )
