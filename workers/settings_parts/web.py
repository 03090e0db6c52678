"""The settings of what answers over HTTP: where it listens, how the world reaches it, which providers may call."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from workers.settings_parts.table import Table, refused

#: Characters that a secret in an address has at least: nobody guesses 24 random ones.
SHORTEST_TOKEN = 24


def _token(secret: SecretStr) -> SecretStr:
    """A secret that may stand in the path of an address."""
    plain = secret.get_secret_value()
    if len(plain) < SHORTEST_TOKEN or not plain.isascii() or not plain.replace("-", "").replace("_", "").isalnum():
        raise refused(
            "",
            f"donnez au moins {SHORTEST_TOKEN} lettres, chiffres, - ou _, tirés au hasard",
            f"give at least {SHORTEST_TOKEN} letters, digits, - or _, drawn at random",
        )
    return secret


Token = Annotated[SecretStr, AfterValidator(_token)]


class Web(Table):
    """What answers over HTTP.

    Attributes:
        host: the address to listen on.
        port: 0 takes any free one.
        public_url: how providers and debtors reach it from outside, without a final slash; None while nobody does.
    """

    host: str = Field("127.0.0.1", min_length=1)
    port: int = Field(8620, ge=0, le=65_535)
    public_url: str | None = Field(None, pattern=r"^https?://[^\s/?#]+(/[^\s?#]*[^\s/?#])?$")


class Hooks(Table):
    """Which providers may call back; one that is left out gets the same answer as one that does not exist.

    Attributes:
        twilio: its calls are signed with `sms.twilio.auth_token`.
        brevo: the secret that ends the address Brevo calls.
        ovh: the secret that ends the address OVHcloud calls.
        mysendingbox: the secret that ends the address MySendingBox calls.
        merci_facteur: its calls bear `post.merci_facteur.webhook_key`.
        ar24: the secret that ends the address AR24 calls.
    """

    twilio: bool = False
    brevo: Token | None = None
    ovh: Token | None = None
    mysendingbox: Token | None = None
    merci_facteur: bool = False
    ar24: Token | None = None

    @property
    def are_on(self) -> bool:
        """Whether anybody may call."""
        return any(bool(getattr(self, name)) for name in type(self).model_fields)
