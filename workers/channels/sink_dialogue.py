"""The sink's side of an SMTP dialogue: aiosmtpd's server, with the faults it has no hook for."""

import asyncio
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from workers.channels.sink_faults import Faults, FaultStage, meet
from workers.channels.sink_files import Arrival, SinkFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkSettings:
    """How a sink listens.

    Attributes:
        directory: made if it does not exist.
        host: the address to listen on.
        port: 0 takes a free one.
        security: `tls`, `starttls` (offered, and required before a message) or `none`.
        certificate: PEM files of the certificate and its key; needed unless `none`.
        users: names and passwords; if there are any, a message needs a login.
        smtputf8: whether addresses beyond ASCII are taken.
    """

    directory: Path
    host: str = "127.0.0.1"
    port: int = 0
    security: Literal["tls", "starttls", "none"] = "none"
    certificate: tuple[Path, Path] | None = None
    users: Mapping[str, str] | None = None
    smtputf8: bool = True

    def tls_context(self) -> ssl.SSLContext | None:
        """The server's side of the encryption, if there is any."""
        if self.security == "none":
            return None
        if self.certificate is None:
            raise ValueError(f"certificate is missing: security {self.security!r} needs one")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*self.certificate)
        return context


class Post:
    """What the dialogues share: the rules, the files, who is connected. Its hooks are aiosmtpd's."""

    def __init__(self, settings: SinkSettings, faults: Faults) -> None:
        self.settings = settings
        self.faults = faults
        self.connections = 0
        self.logins = 0
        self.open: set[asyncio.BaseTransport] = set()
        self._files = SinkFiles(settings.directory)

    async def hang_up(self) -> None:
        """Close every connection that is open now, without a word."""
        for transport in list(self.open):
            transport.close()
        await asyncio.sleep(0)

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: LoginPassword
    ) -> AuthResult:
        """Know the users of the settings, and nobody else."""
        self.logins += 1
        known = (self.settings.users or {}).get(login.login.decode())
        return AuthResult(
            success=known is not None and known == login.password.decode(), handled=False, auth_data=login
        )

    async def handle_EHLO(  # noqa: N802 - aiosmtpd finds its hooks by name
        self, server: "Dialogue", session: Session, _envelope: Envelope, hostname: str, offers: list[str]
    ) -> list[str]:
        """Offer a login only if there are users."""
        if answer := await server.meet("hello"):
            return [answer]
        session.host_name = hostname
        return offers if self.settings.users else [offer for offer in offers if not offer.startswith("250-AUTH")]

    async def handle_MAIL(  # noqa: N802, PLR0917 - aiosmtpd passes five
        self, server: "Dialogue", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take any sender who has logged in where that is asked for."""
        if answer := await server.meet("mail", [address]):
            return answer
        if self.settings.users and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self, server: "Dialogue", _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take any recipient."""
        if answer := await server.meet("rcpt", [address]):
            return answer
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: "Dialogue", session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message, and say so."""
        if answer := await server.meet("dot", envelope.rcpt_tos):
            return answer
        number = self._files.keep(
            Arrival(
                content=envelope.original_content or b"",
                mail_from=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                encrypted=session.ssl is not None or self.settings.security == "tls",
                user=getattr(session.auth_data, "login", b"").decode() or None,
            )
        )
        return await server.meet("kept", envelope.rcpt_tos) or f"250 2.0.0 Ok: queued as {number}"


class Dialogue(SMTP):
    """One connection of aiosmtpd's server, with the faults it has no hook for."""

    def __init__(self, post: Post, starttls: ssl.SSLContext | None) -> None:
        super().__init__(
            post,
            hostname="localhost",
            ident="ESMTP relance sink",
            enable_SMTPUTF8=post.settings.smtputf8,
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_require_tls=starttls is not None,
            authenticator=post.authenticate,
            loop=asyncio.get_running_loop(),
        )
        self._post = post

    async def meet(self, stage: FaultStage, addresses: Collection[str] = ()) -> str | None:
        """Suffer the fault that is due here, if any; what to answer instead of the usual."""
        return await meet(self._post.faults.take(stage, addresses), self.transport)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the connection, but not a second time when STARTTLS replaces its transport."""
        if self._original_transport is None:
            self._post.connections += 1
            self._post.open.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the connection."""
        self._post.open -= {self.transport, self._original_transport}
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        answer = await self.meet("banner")
        if answer is None:
            await super()._handle_client()
            return
        await self.push(answer)
        if self.transport is not None:
            self.transport.close()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd finds its commands by name
        """Refuse the command, hang up in the middle of the text, or take it."""
        known = self.envelope.rcpt_tos if self.envelope is not None else []
        if answer := await self.meet("data", known):
            await self.push(answer)
            return
        if fault := self._post.faults.take("body", known):
            await self.push("354 go on")
            await meet(fault, self.transport)
        await super().smtp_DATA(arg)
