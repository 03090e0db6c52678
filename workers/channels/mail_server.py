"""The facts about one SMTP server: where it is, how to speak to it, how much it may be given."""

import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """One SMTP server that takes our messages. All limits hold for one process.

    Attributes:
        host: its name, as its certificate has it, or its address.
        port: usually 587 with `starttls`, 465 with `tls`, 25 without encryption.
        security: `tls` from the first byte, `starttls` before anything is said (a server that
            does not offer it gets nothing), or `none`. Certificates are always verified.
        username: to log in with; None does not log in.
        password: only sent over an encrypted connection, or within this machine.
        ca_file: PEM file of a private certificate authority; None trusts the system's.
        helo_name: the name this machine gives itself; None asks the system for it.
        timeout_s: seconds for a connection, or for the answer to one command.
        deadline_s: seconds for everything before the final dot.
        answer_timeout_s: seconds for the answer to the final dot. Giving up leaves the message
            in doubt, so it is long (RFC 5321, 4.5.3.2.6, asks for ten minutes).
        max_connections: at most so many at a time.
        mails_per_connection: a connection is replaced after so many messages.
        idle_s: seconds after which an unused connection is closed.
        mails_per_minute: how many the server may be given; None for no limit.
        burst: how many of them may follow each other without a pause.
        max_wait_s: seconds a message may wait for its turn; beyond, it is told to come back later.
            Short, because the last look at the ledger is behind it.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "none"] = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    helo_name: str | None = None
    timeout_s: float = 30.0
    deadline_s: float = 90.0
    answer_timeout_s: float = 300.0
    max_connections: int = 4
    mails_per_connection: int = 100
    idle_s: float = 30.0
    mails_per_minute: float | None = None
    burst: int = 1
    max_wait_s: float = 2.0

    def __post_init__(self) -> None:
        if not self.host or not 0 < self.port < 65_536:  # noqa: PLR2004 - ports have 16 bits
            raise ValueError(f"host and port are {self.host!r} and {self.port}: give a name and a port below 65536")
        if self.security not in {"tls", "starttls", "none"}:
            raise ValueError(f"security is {self.security!r}: choose tls, starttls or none")
        self._check_login()
        self._check_limits()

    @property
    def address(self) -> str:
        """The server as operators write it."""
        return f"{self.host}:{self.port}"

    @property
    def longest_send_s(self) -> float:
        """Seconds after which `send` has answered, whatever the server does: a lease must be longer."""
        return self.max_wait_s + self.deadline_s + self.answer_timeout_s

    def tls_context(self) -> ssl.SSLContext | None:
        """What verifies the server's certificate; None without encryption.

        Raises:
            ValueError: `ca_file` cannot be read as certificates.
        """
        if self.security == "none":
            return None
        try:
            return ssl.create_default_context(cafile=self.ca_file)
        except OSError as error:
            raise ValueError(f"ca_file is {self.ca_file}, which holds no readable PEM certificate: {error}") from error

    def _check_login(self) -> None:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password: give both or none")
        if self.username is not None and self.security == "none" and not _is_this_machine(self.host):
            raise ValueError(f"password would cross the network to {self.host} in clear: set security to tls")

    def _check_limits(self) -> None:
        for name in ("timeout_s", "deadline_s", "answer_timeout_s", "max_connections", "mails_per_connection", "burst"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}: give a number above 0")
        for name in ("idle_s", "max_wait_s"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}: give 0 or more seconds")
        if self.mails_per_minute is not None and self.mails_per_minute <= 0:
            raise ValueError(f"mails_per_minute is {self.mails_per_minute}: give a number above 0, or leave it out")


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
