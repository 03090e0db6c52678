"""Taking over the delayed messages that a stock broker left on the server."""

from contextlib import suppress
from typing import Any

import redis
from dramatiq import DecodeError

from workers.timetable.scripts import BATCH, ID_LENGTH, Scripts, as_delivered, as_message, as_text


def adopt(client: redis.Redis, lua: Scripts, namespace: str, queue_name: str) -> int:
    """Book up to 500 messages of the stock delay queue under their own ids, and take them off it.

    Only those that no stock worker holds in memory are there; its others come back when it stops or dies. What cannot
    be read stays where it is.

    Returns:
        How many were booked.
    """
    stock_queue = f"{namespace}:{queue_name}.DQ"
    ids: Any = client.lrange(stock_queue, 0, BATCH - 1)
    if not ids:
        return 0
    found: Any = client.hmget(f"{stock_queue}.msgs", ids)
    adopted = 0
    for message_id, encoded in zip(map(as_text, ids), found, strict=True):
        with suppress(DecodeError):
            if encoded is not None and len(message_id) == ID_LENGTH:
                message = as_message(encoded)
                due_ms = int(message.options.get("eta") or 0)
                args = (due_ms, message_id, message_id, as_delivered(message).encode())
                lua.run("schedule", queue_name, "", "at", *args)
                lua.run("adopted", queue_name, message_id)
                adopted += 1
    return adopted
