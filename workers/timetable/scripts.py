"""The Lua of this folder, registered once for a client, and replies as Python values."""

from importlib.resources import files
from typing import Any, Final, TypeAlias

import redis
from dramatiq import Message
from dramatiq.common import q_name

_LUA: Final = files("workers.timetable") / "lua"
BATCH: Final = 500
"""Most messages that one call moves; the same number as in `common.lua`."""
ID_LENGTH: Final = 36
"""Of the broker's ids; the same number as in `common.lua`."""
KEY_OPTION: Final = "timetable_key"
"""Message option that chooses the key of a delayed message: `send_with_options(delay=…, timetable_key=…)`."""

Argument: TypeAlias = str | bytes | int
Call: TypeAlias = tuple[Argument, ...]
"""A script's name and its arguments."""


class Scripts:
    """Calls scripts by name. Loads them again if the server has forgotten them.

    Every script may be repeated by the client after a lost reply: the second time changes nothing.
    """

    def __init__(self, client: redis.Redis, namespace: str) -> None:
        common = (_LUA / "common.lua").read_text(encoding="utf-8")
        self._namespace = namespace
        self._scripts = {
            entry.name.removesuffix(".lua"): client.register_script(common + entry.read_text(encoding="utf-8"))
            for entry in _LUA.iterdir()
            if entry.name.endswith(".lua") and entry.name != "common.lua"
        }

    def run(self, name: Argument, *args: Argument) -> Any:  # noqa: ANN401  # each script has its own reply
        """Run one script.

        Args:
            name: of its file, without `.lua`.
            args: its ARGV, as its first line lists them.

        Returns:
            What Lua returned, as redis-py gives it.

        Raises:
            redis.ConnectionError, redis.TimeoutError: the server is out of reach after the client's own retries.
            redis.ResponseError: the script failed; nothing else is known to raise it than a key of another type.
        """
        return self._scripts[str(name)](keys=[self._namespace], args=args)


def as_text(value: bytes | str) -> str:
    """Text of a reply, whether or not the client decodes replies."""
    return value.decode() if isinstance(value, bytes) else value


def as_message(value: bytes | str) -> Message[Any]:
    """The message of a reply.

    Raises:
        dramatiq.DecodeError: the encoder of this process does not understand it.
    """
    return Message.decode(value.encode() if isinstance(value, str) else value)


def as_delivered(message: Message[Any]) -> Message[Any]:
    """The message on its ordinary queue, without what only concerns the waiting."""
    delivered = message.copy(queue_name=q_name(message.queue_name))
    delivered.options.pop("eta", None)
    delivered.options.pop(KEY_OPTION, None)
    return delivered
