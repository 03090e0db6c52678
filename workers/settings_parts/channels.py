"""The tables of the settings that choose and describe channels: `[delivery.channels]` and `[sms]`."""

import re
from decimal import Decimal
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator

from workers.channels.sms_message import SENDER
from workers.settings_parts.table import Table, refused

PLUGIN: Final = "plugin:"
_PLUGIN_NAME: Final = re.compile(r"plugin:[a-z][a-z0-9_-]{0,39}", re.ASCII)
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def _way(*own: str) -> AfterValidator:
    """One of our own ways out, or a plug-in's."""

    def check(given: str) -> str:
        if given in own or _PLUGIN_NAME.fullmatch(given):
            return given
        names = ", ".join(f"'{name}'" for name in own)
        raise refused("", f"choisissez {names} ou 'plugin:nom'", f"choose {names} or 'plugin:name'")

    return AfterValidator(check)


def _safe_url(given: str) -> str:
    """Keys and debtors' numbers go there: in clear only on this machine."""
    parts = urlsplit(given)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)):
        return given.rstrip("/")
    raise refused("", "une adresse commence par https://", "an address begins with https://")


def _sender(given: str) -> str:
    if re.fullmatch(SENDER, given) or re.fullmatch(r"\+?\d{3,15}", given):
        return given
    raise refused(
        "",
        "donnez 3 à 11 lettres sans accent, chiffres ou espaces, dont une lettre ; ou un numéro",
        "give 3 to 11 letters without accents, digits or spaces, a letter among them; or a number",
    )


Url = Annotated[str, AfterValidator(_safe_url)]


class Channels(Table):
    """What carries each channel.

    `folder` writes to a directory and lets nothing out; `print` writes letters that somebody posts (`relance post`);
    `provider` is the one of `[sms]`, `[post]` or `[lre]`; `plugin:name` comes from another package, with its settings
    in `[plugins.name]`.
    """

    email: Literal["smtp", "folder"] = "folder"
    sms: Annotated[str, _way("folder", "provider")] = "folder"
    letter: Annotated[str, _way("folder", "print", "provider")] = "folder"
    tracked: Annotated[str, _way("folder", "print", "provider")] = "folder"
    registered: Annotated[str, _way("folder", "print", "provider")] = "folder"
    lre: Annotated[str, _way("folder", "provider")] = "folder"
    call: Annotated[str, _way("folder")] = "folder"

    @property
    def printed(self) -> tuple[str, ...]:
        """The channels that somebody posts."""
        return tuple(name for name in ("letter", "tracked", "registered") if getattr(self, name) == "print")


class OvhSmsKeys(Table):
    """`[sms.ovh]`: a service of OVHcloud and the keys of an application that may use it."""

    service: str = Field(min_length=1)
    application_key: SecretStr
    application_secret: SecretStr
    consumer_key: SecretStr
    url: Url = "https://eu.api.ovh.com/1.0"


class BrevoSmsKeys(Table):
    """`[sms.brevo]`."""

    api_key: SecretStr
    url: Url = "https://api.brevo.com/v3"


class TwilioSmsKeys(Table):
    """`[sms.twilio]`."""

    account_sid: str = Field(min_length=1)
    auth_token: SecretStr = Field(min_length=1)
    url: Url = "https://api.twilio.com"


class Sms(Table):
    """Who carries text messages, and under which name they leave.

    Attributes:
        provider: whose table below is used.
        sender: 3 to 11 letters, digits and spaces that the debtor sees, or a number that the provider rents out.
        price_per_segment: euros, as your contract says; shown before anything leaves.
        timeout_s: seconds for a connection, for sending, between two pieces of an answer.
        deadline_s: seconds for a whole answer; giving up leaves the message in doubt.
        per_minute: how many the provider may be given by each process.
    """

    provider: Literal["ovh", "brevo", "twilio"] | None = None
    sender: Annotated[str, AfterValidator(_sender)] | None = None
    price_per_segment: Decimal | None = Field(None, ge=0, le=10)
    timeout_s: float = Field(20.0, gt=0, le=300)
    deadline_s: float = Field(60.0, gt=0, le=600)
    per_minute: float = Field(60.0, gt=0)
    ovh: OvhSmsKeys | None = None
    brevo: BrevoSmsKeys | None = None
    twilio: TwilioSmsKeys | None = None

    @property
    def longest_send_s(self) -> float:
        """Seconds after which a send has answered for sure: two exchanges at OVHcloud, and a turn."""
        return 2 * (self.deadline_s + 3 * self.timeout_s) + 5

    @model_validator(mode="after")
    def _provider_is_whole(self) -> "Sms":
        if self.provider is None:
            return self
        if self.sender is None:
            raise refused("sender", "nommez l’expéditeur des SMS", "name the sender of text messages")
        if getattr(self, self.provider) is None:
            raise refused(
                self.provider,
                f"donnez la table [sms.{self.provider}] avec ses clés",
                f"give the table [sms.{self.provider}] with its keys",
            )
        return self
