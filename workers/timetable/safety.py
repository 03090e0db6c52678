"""Is this server fit to keep a timetable?"""

from typing import Any

import redis

from workers.timetable.records import UnsafeServer
from workers.timetable.scripts import as_text


def check_durable(client: redis.Redis) -> None:
    """Refuse a server that evicts keys or keeps nothing on disk.

    Raises:
        UnsafeServer: with the fact and the fix.
        redis.ConnectionError: it does not answer.
    """
    memory: Any = client.info("memory")
    policy = memory.get("maxmemory_policy", "unknown")
    if policy != "noeviction":
        raise UnsafeServer(f"its maxmemory-policy is {policy}", "Set maxmemory-policy to noeviction")
    persistence: Any = client.info("persistence")
    if persistence.get("aof_enabled") == 1:
        return
    if not _snapshot_rules(client):
        raise UnsafeServer("it has neither an append-only file nor snapshots", "Set appendonly to yes")


def _snapshot_rules(client: redis.Redis) -> str:
    """When it saves snapshots; empty: never, or nobody may know."""
    try:
        rules: Any = client.config_get("save")
    except redis.ResponseError as refusal:
        raise UnsafeServer(
            f"it has no append-only file and does not tell whether it saves snapshots ({refusal})",
            "Set appendonly to yes",
        ) from refusal
    return as_text(next(iter(rules.values()), ""))
