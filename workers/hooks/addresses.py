"""Where providers call us: the addresses they are given."""

from typing import Final

from pydantic import SecretStr

from workers.settings import Settings

PATH: Final = "/hooks"


def address_of(settings: Settings, name: str) -> str | None:
    """The address that provider `name` calls; None while it may not call, or cannot reach us."""
    given: object = getattr(settings.hooks, name, None)
    public_url = settings.web.public_url
    if not given or public_url is None:
        return None
    token = f"/{given.get_secret_value()}" if isinstance(given, SecretStr) else ""
    return f"{public_url}{PATH}/{name}{token}"
