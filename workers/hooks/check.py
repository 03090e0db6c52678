"""What an operator should know about the calls of providers; `relance doctor` tells it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa

from workers.ledger import schema
from workers.ledger.queries.hook_calls import WAITING

if TYPE_CHECKING:
    from workers.wiring import System

Said = tuple[Literal["ok", "warning", "failure"], str, str]


def look(system: "System") -> Iterator[Said]:
    """Level, French, English of each finding; none where no provider may call."""
    settings = system.settings
    if not settings.hooks.are_on:
        return
    yield _reachable(", ".join(system.entrances), settings.web.public_url)
    with system.ledger.connect() as connection:
        chosen = sa.select(sa.func.count()).where(schema.hook_calls.c.status.in_(WAITING))
        count = connection.execute(chosen).scalar_one()
    if count:
        yield (
            "warning",
            f"{count} appel(s) n’ont trouvé personne : relance hooks list",
            f"{count} call(s) fit nobody: relance hooks list",
        )


def _reachable(names: str, public_url: str | None) -> Said:
    """Whether the providers of these names find us, and nobody listens on the way."""
    if public_url is None:
        return (
            "failure",
            f"{names} : ouverts sans web.public_url ; donnez l’adresse que les prestataires appellent",
            f"{names}: open without web.public_url; give the address that providers call",
        )
    if public_url.startswith("http://"):
        return (
            "warning",
            "web.public_url est en http : les secrets et les numéros passent en clair ; mettez https",
            "web.public_url is http: secrets and numbers travel in clear; use https",
        )
    return "ok", f"ouverts : {names}", f"open: {names}"
