"""Where providers call us: the addresses they are given."""

from typing import Final
from urllib.parse import urlencode

from pydantic import SecretStr

from workers.settings import Settings

PATH: Final = "/hooks"
#: The parameter of our own in an address that we give with a message: its `message_id` without angle brackets.
REFERENCE: Final = "reference"


def address_of(settings: Settings, name: str) -> str | None:
    """The address that provider `name` calls; None while it may not call, or cannot reach us."""
    given: object = getattr(settings.hooks, name, None)
    public_url = settings.web.public_url
    if not given or public_url is None:
        return None
    token = f"/{given.get_secret_value()}" if isinstance(given, SecretStr) else ""
    return f"{public_url}{PATH}/{name}{token}"


def address_for(address: str, message_id: str) -> str:
    """The address for calls about one message, which then bear our own name for it."""
    return f"{address}?{urlencode({REFERENCE: message_id.strip('<>')})}"
