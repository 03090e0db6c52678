"""What the operator decides: a TOML file, overruled by the environment, overruled by the command line.

`relance.toml` in the current directory, or the file named by `--config` or `RELANCE_CONFIG`. In the environment, a
key is written in capitals with `__` for each level: `smtp.port` is `RELANCE_SMTP__PORT`.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import (
    AfterValidator,
    BeforeValidator,
    EmailStr,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from workers.creditors import DeclaredCreditor
from workers.settings_parts.channels import Channels, Sms
from workers.settings_parts.checks import check_hooks
from workers.settings_parts.drafts import Drafts
from workers.settings_parts.errors import SettingsError
from workers.settings_parts.mailbox import Mailbox
from workers.settings_parts.post import Lre, Post, check_letters
from workers.settings_parts.retention import Retention
from workers.settings_parts.sources import read
from workers.settings_parts.table import Table, refused
from workers.settings_parts.team import Team
from workers.settings_parts.web import Hooks, Web
from workflows.choice import ChoiceRule
from workflows.pressure import BUSINESS_BUDGET, CONSUMER_BUDGET, Budget
from workflows.segments import SegmentPolicy
from workflows.self_service import SelfService


def default_data_dir() -> Path:
    """Where this user's programs keep their data, in a folder of our own."""
    return platformdirs.user_data_path("relance", appauthor=False)


def _redis_url(secret: SecretStr) -> SecretStr:
    if not re.match(r"(rediss?|unix)://.", secret.get_secret_value()):
        raise refused(
            "",
            "une adresse commence par redis://, rediss:// ou unix://",
            "an address begins with redis://, rediss:// or unix://",
        )
    return secret


def _postgres_url(secret: SecretStr) -> SecretStr:
    """Accept the usual forms of the address; SQLAlchemy wants the driver's name in it."""
    scheme, mark, rest = secret.get_secret_value().partition("://")
    if scheme not in {"postgresql", "postgres", "postgresql+psycopg"} or not mark or not rest:
        raise refused("", "une adresse commence par postgresql://", "an address begins with postgresql://")
    return SecretStr(f"postgresql+psycopg://{rest}")


def _over_consumer_budget(given: object) -> object:
    """What a file leaves out of `pressure.consumer` keeps the consumer's figure, not the company's."""
    return {**CONSUMER_BUDGET.model_dump(), **given} if isinstance(given, Mapping) else given


AbsolutePath = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]
RedisUrl = Annotated[SecretStr, AfterValidator(_redis_url)]
PostgresUrl = Annotated[SecretStr, AfterValidator(_postgres_url)]
ConsumerBudget = Annotated[Budget, BeforeValidator(_over_consumer_budget)]


class Smtp(Table):
    """The server that takes our e-mails, and the names under which they leave.

    Attributes:
        host: None as long as e-mails go to the folder.
        timeout_s: seconds for a connection, or for the answer to one command.
        deadline_s: seconds for everything before the end of the message.
        answer_timeout_s: seconds for the answer to the end of the message; giving up leaves it in doubt.
        mails_per_minute: how many the server may be given by each process; None for no limit.
        sender: the address from which e-mails leave where the creditor has none of its own.
        envelope_domain: where bounces go, at an address of their own for each message; None uses the sender.
    """

    host: str | None = Field(None, min_length=1)
    port: int = Field(587, ge=1, le=65_535)
    security: Literal["none", "starttls", "tls"] = "starttls"
    username: str | None = None
    password: SecretStr | None = None
    ca_file: AbsolutePath | None = None
    timeout_s: float = Field(30.0, gt=0, le=600)
    deadline_s: float = Field(90.0, gt=0, le=3_600)
    answer_timeout_s: float = Field(300.0, gt=0, le=3_600)
    mails_per_minute: float | None = Field(None, gt=0)
    sender: EmailStr | None = None
    sender_name: str | None = Field(None, min_length=1)
    envelope_domain: str | None = Field(None, pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")

    @model_validator(mode="after")
    def _login_is_whole(self) -> "Smtp":
        if (self.username is None) != (self.password is None):
            key = "password" if self.password is None else "username"
            raise refused(
                key, "indiquez username et password, ou aucun des deux", "give username and password, or none"
            )
        return self


class Delivery(Table):
    """The last look, and the way out.

    Attributes:
        freshness_hours: no automatic message while the known payments are older.
        lease_s: seconds a worker may take for one message before another looks after it.
        folder: where the channel `folder` writes; None is `outbox` in the data directory.
    """

    freshness_hours: int = Field(24, ge=1, le=24 * 31)
    lease_s: int = Field(600, ge=30, le=86_400)
    channels: Channels = Channels()
    folder: AbsolutePath | None = None


class PressureBudgets(Table):
    """How often a debtor may be contacted, across invoices and channels, by kind of debtor."""

    business: Budget = BUSINESS_BUDGET
    consumer: ConsumerBudget = CONSUMER_BUDGET


class Relay(Table):
    """The repeater between the ledger and the timetable.

    Attributes:
        interval_s: seconds between two looks at the ledger.
        horizon_days: wake-ups further away stay in the ledger alone; None hands all of them over.
        recovery_s: seconds of silence after which a worker's messages go to others; the machine's time.
    """

    interval_s: float = Field(1.0, gt=0, le=3_600)
    horizon_days: int | None = Field(None, ge=1)
    recovery_s: float = Field(30.0, ge=1, le=600)


class Settings(Table):
    """Everything the operator decides; `load` reads it.

    Attributes:
        data_dir: the embedded servers and everything that is written; absolute.
        redis_url: None starts the embedded Valkey in `data_dir`.
        postgres_url: None starts the embedded PostgreSQL there; else in SQLAlchemy's form for psycopg 3.
        namespace: the first part of every key in Redis; several installations may share a server.
        language: of what the program says to its operator.
        scenarios_dir: your own ladders, one TOML file each, beside those that ship.
        rates_file: your own semesters of rates; None is `rates.toml` in the data directory.
        clock_file: the stepped clock of a demonstration or a test; None is the machine's clock.
        segments: from where on a debtor counts as loyal, late, strategic.
        plugins: the tables `[plugins.NAME]`, which only the plug-in of that name reads.
        choice: the tables `[[choice]]`: which ladder goes with which debtors and invoices.
        self_service: how far debtors may go by themselves; a creditor may have a table of its own.
        creditors: the tables `[[creditors]]`.
    """

    data_dir: AbsolutePath = Field(default_factory=default_data_dir)
    redis_url: RedisUrl | None = None
    postgres_url: PostgresUrl | None = None
    namespace: str = Field("relance", pattern=r"^[a-z][a-z0-9_-]{0,39}$")
    language: Literal["fr", "en"] = "fr"
    scenarios_dir: AbsolutePath | None = None
    rates_file: AbsolutePath | None = None
    clock_file: AbsolutePath | None = None
    smtp: Smtp = Smtp()
    mailbox: Mailbox = Mailbox()
    drafts: Drafts = Drafts()
    retention: Retention = Retention()
    sms: Sms = Sms()
    team: Team = Team()
    post: Post = Post()
    lre: Lre = Lre()
    web: Web = Web()
    hooks: Hooks = Hooks()
    plugins: Mapping[str, dict[str, Any]] = Field({}, repr=False)
    delivery: Delivery = Delivery()
    pressure: PressureBudgets = PressureBudgets()
    relay: Relay = Relay()
    segments: SegmentPolicy = SegmentPolicy()
    choice: tuple[ChoiceRule, ...] = ()
    self_service: SelfService = SelfService()
    creditors: tuple[DeclaredCreditor, ...] = ()

    @property
    def outbox(self) -> Path:
        """Where the channel `folder` writes."""
        return self.delivery.folder or self.data_dir / "outbox"

    def self_service_of(self, creditor_ref: str) -> SelfService:
        """How far the debtors of a creditor may go by themselves."""
        own = next((item.self_service for item in self.creditors if item.ref == creditor_ref), None)
        return own or self.self_service

    @property
    def own_rates(self) -> Path:
        """The operator's file of rates; it need not exist."""
        return self.rates_file or self.data_dir / "rates.toml"

    @model_validator(mode="after")
    def _rules_have_names_of_their_own(self) -> "Settings":
        names = [rule.name for rule in self.choice]
        for place, name in enumerate(names):
            if name in names[:place]:
                fr, en = f"« {name} » est déjà pris ; choisissez-en un autre", f"{name!r} is taken; choose another"
                raise refused(f"choice[{place}].name", fr, en)
        return self

    @model_validator(mode="after")
    def _smtp_has_a_server(self) -> "Settings":
        if self.delivery.channels.email == "smtp" and self.smtp.host is None:
            raise refused(
                "smtp.host",
                'nommez le serveur, car delivery.channels.email = "smtp"',
                'name the server, because delivery.channels.email = "smtp"',
            )
        return self

    @model_validator(mode="after")
    def _bounces_have_a_secret(self) -> "Settings":
        if self.smtp.envelope_domain is not None and self.mailbox.tag_secret is None:
            raise refused(
                "mailbox.tag_secret",
                "donnez le secret qui signe les adresses de smtp.envelope_domain",
                "give the secret that signs the addresses at smtp.envelope_domain",
            )
        return self

    @model_validator(mode="after")
    def _sms_have_a_provider(self) -> "Settings":
        if self.delivery.channels.sms == "provider" and self.sms.provider is None:
            raise refused(
                "sms.provider",
                "nommez le prestataire : ovh, brevo ou twilio",
                "name the provider: ovh, brevo or twilio",
            )
        return self

    @model_validator(mode="after")
    def _hooks_have_their_keys(self) -> "Settings":
        check_hooks(self.hooks, self.sms, self.post)
        return self

    @model_validator(mode="after")
    def _letters_have_their_providers(self) -> "Settings":
        check_letters(self.delivery.channels, self.post, self.lre, self.delivery.lease_s)
        return self

    @model_validator(mode="after")
    def _lease_outlives_a_send(self) -> "Settings":
        longest = self.smtp.deadline_s + self.smtp.answer_timeout_s
        if self.delivery.channels.email == "smtp" and self.delivery.lease_s <= longest:
            raise refused(
                "delivery.lease_s",
                f"donnez plus de {longest:g} s, le plus long envoi possible (smtp.deadline_s + smtp.answer_timeout_s)",
                f"give more than {longest:g} s, the longest a send may take (smtp.deadline_s + smtp.answer_timeout_s)",
            )
        if self.delivery.channels.sms == "provider" and self.delivery.lease_s <= self.sms.longest_send_s:
            raise refused(
                "delivery.lease_s",
                f"donnez plus de {self.sms.longest_send_s:g} s, le plus long envoi d’un SMS",
                f"give more than {self.sms.longest_send_s:g} s, the longest a text message may take",
            )
        return self


def load(
    config: Path | None = None, environ: Mapping[str, str] | None = None, *, data_dir: Path | None = None
) -> Settings:
    """Read the settings.

    Args:
        config: the file; None takes `RELANCE_CONFIG`, then `relance.toml` in the current directory if there is one.
        environ: None takes this process's environment.
        data_dir: what `--data` says; overrules everything.

    Raises:
        SettingsError: with every wrong setting at once.
    """
    given = read(Settings, config, os.environ if environ is None else environ)
    if data_dir is not None:
        given.overrule(("data_dir",), str(data_dir), "--data")
    findings = given.findings
    try:
        settings = Settings.model_validate(given.values)
    except ValidationError as error:
        findings = (*findings, *(given.finding(Settings, one) for one in error.errors()))
    if findings:
        raise SettingsError(findings)
    return settings
