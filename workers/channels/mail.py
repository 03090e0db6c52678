"""E-mail by SMTP: a synchronous channel over an asynchronous client.

Which answer of a server means what is in `workers.channels.mail_outcomes`.
"""

import asyncio
import contextlib
import math
import re
import socket
import ssl
from concurrent.futures import CancelledError

from workers.channels.base import InDoubt, OutgoingMessage, Receipt, Refused, TryLater
from workers.channels.loop_thread import LoopThread
from workers.channels.mail_message import mailbox, to_mime
from workers.channels.mail_outcomes import Stage, is_a_break, leaves_the_connection_usable, outcome
from workers.channels.mail_server import MailServer
from workers.channels.rate import TokenBucket
from workers.channels.smtp_session import Envelope, SmtpSession

_MARGIN_S = 5.0
_HOST_NAME = re.compile(r"[A-Za-z0-9.-]+", re.ASCII)
_QUEUE_ID = re.compile(r"queued as ([^\s,;()]+)", re.IGNORECASE)


class MailChannel:
    """Gives messages to one SMTP server over connections that it keeps.

    Thread-safe. The connections live in an event loop in a thread of its own, which several
    channels of a process may share.
    """

    def __init__(self, server: MailServer, name: str = "email", loop_thread: LoopThread | None = None) -> None:
        self._name = name
        self._server = server
        self._owns_loop = loop_thread is None
        self._loop = loop_thread or LoopThread(f"mail to {server.address}")
        self._outlet = _Outlet(server, server.tls_context())

    @property
    def name(self) -> str:
        """What operators call it."""
        return self._name

    @property
    def longest_send_s(self) -> float:
        """Seconds after which `send` has answered for sure; a lease must be longer."""
        return self._server.longest_send_s + 2 * _MARGIN_S

    def send(self, message: OutgoingMessage) -> Receipt:
        """Give the message to the server, once; see `workers.channels.base.Channel.send`."""
        envelope = _envelope(message)
        try:
            answer = self._loop.run(lambda: self._outlet.send(envelope), self._server.longest_send_s + _MARGIN_S)
        except (TimeoutError, CancelledError) as error:
            raise InDoubt("interrupted", f"the attempt was given up from outside: {error!r}") from error
        queue_id = _QUEUE_ID.search(answer)
        return Receipt(provider_id=queue_id[1] if queue_id else None, detail=f"250 {' '.join(answer.split())}")

    def check(self) -> str:
        """Connect, encrypt, log in and leave, without a message; see `Channel.check`."""
        try:
            return self._loop.run(self._outlet.probe, self._server.deadline_s + _MARGIN_S)
        except (TimeoutError, CancelledError) as error:
            raise TryLater("timeout", f"{self._server.address} did not answer in time") from error

    def close(self) -> None:
        """Say goodbye on idle connections and end the thread, if it is this channel's own."""
        try:
            if self._loop.is_running:
                self._loop.run(self._outlet.close, _MARGIN_S)
        finally:
            if self._owns_loop:
                self._loop.close()


def _envelope(message: OutgoingMessage) -> Envelope:
    try:
        recipient = mailbox("to", message.to)
    except ValueError as error:
        raise Refused("bad-address", str(error), address_is_bad=True) from error
    sender = mailbox("envelope_sender", message.envelope_sender or message.sender)
    return Envelope(sender=sender, recipient=recipient, content=to_mime(message))


class _Outlet:
    """The asynchronous half: connections, turns, deadlines. Everything runs in one event loop."""

    def __init__(self, server: MailServer, tls: ssl.SSLContext | None) -> None:
        self._server = server
        self._tls = tls
        self._helo_name = server.helo_name
        self._turns = asyncio.Semaphore(server.max_connections)
        self._idle: dict[SmtpSession, asyncio.TimerHandle] = {}
        self._goodbyes: set[asyncio.Task[None]] = set()
        self._bucket = TokenBucket(server.mails_per_minute, server.burst) if server.mails_per_minute else None

    async def send(self, envelope: Envelope) -> str:
        """The server's own words once it has accepted the message."""
        await self._wait_for_its_place()
        deadline = asyncio.get_running_loop().time() + self._server.deadline_s
        try:
            async with asyncio.timeout_at(deadline):
                await self._turns.acquire()
        except TimeoutError as error:
            words = f"all {self._server.max_connections} connections to {self._server.address} stayed busy"
            raise TryLater("busy", words) from error
        try:
            return await self._send_by(deadline, envelope)
        finally:
            self._turns.release()

    async def probe(self) -> str:
        """Everything but a message."""
        session = await self._new_session()
        try:
            async with asyncio.timeout(self._server.deadline_s):
                await session.open()
            words = session.describe()
        except Exception as error:
            session.close()
            raise outcome(session.stage, error) from error
        await session.say_goodbye()
        return words

    async def close(self) -> None:
        """Leave every idle connection politely."""
        while self._idle:
            session, timer = self._idle.popitem()
            timer.cancel()
            self._leave(session)
        await asyncio.gather(*self._goodbyes)

    async def _wait_for_its_place(self) -> None:
        if self._bucket is None:
            return
        now = asyncio.get_running_loop().time()
        wait_s = self._bucket.wait_s(now)
        if wait_s > self._server.max_wait_s:
            words = f"{self._server.address} may be given {self._server.mails_per_minute:g} messages a minute"
            raise TryLater("rate", words, math.ceil(wait_s))
        await asyncio.sleep(self._bucket.take(now))

    async def _send_by(self, deadline: float, envelope: Envelope) -> str:
        kept = self._take_idle()
        if kept is not None:
            with contextlib.suppress(_Stale):  # it had closed behind our back: a new one, once
                return await self._attempt(kept, deadline, envelope)
        return await self._attempt(await self._new_session(), deadline, envelope)

    async def _attempt(self, session: SmtpSession, deadline: float, envelope: Envelope) -> str:
        was_kept = session.is_connected
        try:
            async with asyncio.timeout_at(deadline):
                if not was_kept:
                    await session.open()
                await session.offer(envelope)
            answer = await session.finish()
        except Exception as error:
            self._keep_or_close(session, error)
            if was_kept and session.stage < Stage.DOT and is_a_break(error):
                raise _Stale from error
            raise outcome(session.stage, error) from error
        except BaseException:
            session.close()
            raise
        self._keep(session)
        return answer

    async def _new_session(self) -> SmtpSession:
        if self._helo_name is None:
            name = await asyncio.to_thread(socket.getfqdn)
            self._helo_name = name if _HOST_NAME.fullmatch(name) else "localhost"
        return SmtpSession(self._server, self._helo_name, self._tls)

    def _take_idle(self) -> SmtpSession | None:
        while self._idle:
            session, timer = self._idle.popitem()
            timer.cancel()
            if session.is_connected:
                return session
            session.close()
        return None

    def _keep_or_close(self, session: SmtpSession, error: Exception) -> None:
        if leaves_the_connection_usable(error) and session.stage >= Stage.MAIL:
            self._keep(session)
        else:
            session.close()

    def _keep(self, session: SmtpSession) -> None:
        if not session.is_connected or session.mails >= self._server.mails_per_connection:
            self._leave(session)
            return
        loop = asyncio.get_running_loop()
        self._idle[session] = loop.call_later(self._server.idle_s, self._expire, session)

    def _expire(self, session: SmtpSession) -> None:
        if self._idle.pop(session, None) is not None:
            self._leave(session)

    def _leave(self, session: SmtpSession) -> None:
        goodbye = asyncio.get_running_loop().create_task(session.say_goodbye())
        self._goodbyes.add(goodbye)
        goodbye.add_done_callback(self._goodbyes.discard)


class _Stale(Exception):
    """A kept connection turned out to be gone before the final dot."""
