"""The settings of messages to the creditor's own people: `[team]`."""

import re
from collections.abc import Mapping
from datetime import time
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, EmailStr, Field, SecretStr, model_validator

from workers.settings_parts.table import Table, refused
from workers.team.kinds import AT_ONCE, KINDS

_FORM: Final = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)


def _apprise(secret: SecretStr) -> SecretStr:
    if _FORM.fullmatch(secret.get_secret_value()):
        return secret
    fr = "donnez une adresse d’apprise, comme slack://… ou workflows://…"
    raise refused("", fr, "give an address of apprise, such as slack://… or workflows://…")


def _kind(given: str) -> str:
    if given in KINDS:
        return given
    every = ", ".join(KINDS)
    raise refused("", f"choisissez parmi : {every}", f"choose among: {every}")


def _minute(given: time) -> time:
    if given.tzinfo is None and given == given.replace(second=0, microsecond=0):
        return given
    raise refused("", "donnez une heure locale en minutes, comme 08:30", "give a local time in minutes, such as 08:30")


AppriseUrl = Annotated[SecretStr, AfterValidator(_apprise)]
Kind = Annotated[str, AfterValidator(_kind)]
Minute = Annotated[time, AfterValidator(_minute)]


class Target(Table):
    """One table `[[team.targets]]`: a channel, a group or a mailbox of the creditor's own people.

    Attributes:
        name: what commands, logs and the ledger call it.
        apprise: the address as apprise writes it, with its keys; it may stand in `team.urls` instead.
        email: a mailbox, reached through the channel `email`; given instead of `apprise`.
        language: of what it is told.
        at_once: kinds of facts that it is told as soon as somebody is awake.
        digest: whether it gets the daily list of all that is open.
        creditors: whose facts it is told; all of them where none is named.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")
    apprise: AppriseUrl | None = None
    email: EmailStr | None = None
    language: Literal["fr", "en"] = "fr"
    at_once: tuple[Kind, ...] = AT_ONCE
    digest: bool = True
    creditors: tuple[str, ...] = ()


class Team(Table):
    """Who is told what needs a person, and when.

    Attributes:
        targets: nobody is told anything while there is none.
        urls: addresses by the name of their target, for those that do not stand beside it: one variable of the
            environment holds all secrets.
        awake_from: local time before which nothing leaves; nothing does on Saturdays, Sundays and public holidays.
        awake_until: from then on what comes up waits until the next working day.
        digest_at: when the daily list leaves on working days.
        look_every_s: seconds between two looks of one relay at everything that is open.
        gather_s: seconds after a message within which what comes up for the same target waits for the next one.
        timeout_s: seconds for a connection, and between two pieces of an answer.
        deadline_s: seconds for a whole message; giving up leaves it in doubt.
        attempts: how often a message is tried before its facts count as not told.
    """

    targets: tuple[Target, ...] = ()
    urls: Mapping[str, AppriseUrl] = {}
    awake_from: Minute = time(8)
    awake_until: Minute = time(19)
    digest_at: Minute = time(8, 30)
    look_every_s: float = Field(5.0, gt=0, le=600)
    gather_s: float = Field(60.0, ge=0, le=86_400)
    timeout_s: float = Field(10.0, gt=0, le=120)
    deadline_s: float = Field(30.0, gt=0, le=300)
    attempts: int = Field(8, ge=1, le=20)

    def url_of(self, target: Target) -> SecretStr | None:
        """The secret address of a target; None of a mailbox."""
        return target.apprise or self.urls.get(target.name)

    @model_validator(mode="after")
    def _targets_are_whole(self) -> "Team":
        names = [target.name for target in self.targets]
        for place, target in enumerate(self.targets):
            if target.name in names[:place]:
                raise refused(f"targets[{place}].name", f"« {target.name} » est déjà pris", f"{target.name!r} is taken")
            ways = [target.apprise, target.email, self.urls.get(target.name)]
            if sum(way is not None for way in ways) != 1:
                fr = f"donnez-lui apprise, ou email, ou une adresse team.urls.{target.name} : une seule des trois"
                en = f"give it apprise, or email, or an address team.urls.{target.name}: one of the three"
                raise refused(f"targets[{place}]", fr, en)
        return self

    @model_validator(mode="after")
    def _urls_have_targets(self) -> "Team":
        for name in self.urls.keys() - {target.name for target in self.targets}:
            raise refused(f"urls.{name}", "aucune cible ne porte ce nom", "no target has this name")
        return self

    @model_validator(mode="after")
    def _hours_are_in_order(self) -> "Team":
        if not self.awake_from <= self.digest_at < self.awake_until:
            fr, en = "donnez awake_from <= digest_at < awake_until", "give awake_from <= digest_at < awake_until"
            raise refused("digest_at", fr, en)
        return self
