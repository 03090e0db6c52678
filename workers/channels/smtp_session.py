"""One connection to one SMTP server, led command by command.

The client library's own `sendmail` does not tell at which command a connection broke; here every
step is announced in `stage` before it begins, and the final dot is a command of its own.
"""

import asyncio
import contextlib
import re
import ssl
from dataclasses import dataclass

import aiosmtplib

from workers.channels.mail_outcomes import Stage, is_a_break
from workers.channels.mail_server import MailServer

_GO_ON = range(354, 355)
_DONE = range(200, 300)  # RFC 5321, 4.3.2: a client goes by the first digit
_METHOD_REFUSED = frozenset({500, 501, 502, 503, 504})
_LEADING_DOT = re.compile(rb"(?m)^\.")
_GOODBYE_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What SMTP itself needs: from, to, and the bytes, lines ending in CRLF."""

    sender: str
    recipient: str
    content: bytes

    @property
    def needs_utf8(self) -> bool:
        """Whether a local part is beyond ASCII (RFC 6531)."""
        return not (self.sender.isascii() and self.recipient.isascii())


class SmtpSession:
    """One connection; used by one message at a time.

    Attributes:
        stage: the step that has begun last; where an error came from.
        mails: messages that the server accepted on this connection.
    """

    def __init__(self, server: MailServer, helo_name: str, tls: ssl.SSLContext | None) -> None:
        self.stage = Stage.CONNECT
        self.mails = 0
        self._server = server
        self._needs_reset = False
        self._smtp = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            local_hostname=helo_name,
            timeout=server.timeout_s,
            use_tls=server.security == "tls",
            start_tls=False,
            tls_context=tls,
        )

    @property
    def is_connected(self) -> bool:
        """False as soon as the server has closed the connection."""
        return self._smtp.is_connected

    async def open(self) -> None:
        """Connect, encrypt and log in as the settings say; raises what the client raises."""
        self.stage = Stage.CONNECT
        await self._smtp.connect()
        await self._hello()
        if self._server.security == "starttls":
            self.stage = Stage.TLS
            await self._smtp.starttls()
            await self._hello()
        if self._server.username is not None and self._server.password is not None:
            self.stage = Stage.LOGIN
            await self._login(self._server.username, self._server.password)

    async def offer(self, envelope: Envelope) -> None:
        """Everything but the final dot: after it the server has the text and no order to deliver it."""
        self.stage = Stage.MAIL
        if self._needs_reset:
            await self._smtp.rset()
        self._needs_reset = True
        options = self._mail_options(envelope)
        encoding = "utf-8" if envelope.needs_utf8 else "ascii"
        await self._smtp.mail(envelope.sender, options=options, encoding=encoding)
        self.stage = Stage.RCPT
        await self._smtp.rcpt(envelope.recipient, encoding=encoding)
        self.stage = Stage.DATA
        await self._expect(_GO_ON, b"DATA", self._server.timeout_s)
        self.stage = Stage.BODY
        await self._push(_LEADING_DOT.sub(b"..", envelope.content))

    async def finish(self) -> str:
        """Write the final dot; what the server answers once it has accepted the message."""
        self.stage = Stage.DOT
        answer = await self._expect(_DONE, b".", self._server.answer_timeout_s)
        self.mails += 1
        self._needs_reset = False
        return answer

    async def say_goodbye(self) -> None:
        """Quit politely if the server is still there, and close in any case."""
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            await self._smtp.quit(timeout=_GOODBYE_S)
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._smtp.close()

    def describe(self) -> str:
        """What the server offers, for the operator."""
        cipher = self._smtp.get_transport_info("cipher")
        size = self._smtp.esmtp_extensions.get("size", "")
        words = [
            f"{self._server.address} answers",
            f"encrypted with {cipher[1]}" if cipher else "not encrypted",
            f"logged in as {self._server.username}" if self._server.username else "without login",
        ]
        return ", ".join([*words, f"takes up to {int(size) // 1_000_000} MB"] if size.isdigit() else words)

    async def _hello(self) -> None:
        self.stage = Stage.HELLO
        try:
            await self._smtp.ehlo()
        except aiosmtplib.SMTPHeloError as refusal:
            if is_a_break(refusal):
                raise
            await self._smtp.helo()

    async def _login(self, username: str, password: str) -> None:
        """One attempt: a second method is only tried when the server does not know the first.

        The client's own `login` tries every method with the same wrong password, and three
        failures a message lock accounts.
        """
        methods = {"plain": self._smtp.auth_plain, "login": self._smtp.auth_login, "cram-md5": self._smtp.auth_crammd5}
        refusal: Exception = aiosmtplib.SMTPNotSupported("the server offers no way to log in that we know")
        for name, log_in in methods.items():
            if name not in self._smtp.server_auth_methods:
                continue
            try:
                await log_in(username, password)
            except aiosmtplib.SMTPAuthenticationError as error:
                refusal = error
                if error.code not in _METHOD_REFUSED:
                    break
            else:
                return
        raise refusal

    def _mail_options(self, envelope: Envelope) -> list[str]:
        options = []
        if self._smtp.supports_extension("size"):
            options.append(f"SIZE={len(envelope.content)}")
        if envelope.needs_utf8:
            if not self._smtp.supports_extension("smtputf8"):
                raise aiosmtplib.SMTPNotSupported("the server takes no address beyond ASCII (SMTPUTF8)")
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        return options

    async def _expect(self, expected: range, command: bytes, timeout_s: float) -> str:
        reply = await self._smtp.execute_command(command, timeout=timeout_s)
        if reply.code not in expected:
            raise aiosmtplib.SMTPResponseException(reply.code, reply.message)
        return reply.message

    async def _push(self, content: bytes) -> None:
        """Hand the body to the network and wait until it has gone, so that the dot comes last and alone."""
        protocol = self._smtp.protocol
        if protocol is None or not isinstance(protocol.transport, asyncio.WriteTransport):
            raise aiosmtplib.SMTPServerDisconnected("the connection closed before the body")
        protocol.transport.set_write_buffer_limits(high=1, low=0)
        protocol.write(content)
        await protocol._drain_helper()  # noqa: SLF001 - as asyncio's own StreamWriter.drain does
        if not self._smtp.is_connected:
            raise aiosmtplib.SMTPServerDisconnected("the connection closed during the body")
