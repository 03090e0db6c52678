"""What `/healthz` and `relance status --json` answer."""

from workers.health import Health


def health_json(health: Health) -> dict[str, object]:
    """One look as JSON; the schema `relance.health/1`."""
    return {
        "schema": "relance.health/1",
        "status": "up" if health.is_up else "down",
        **{
            each.name: {"ok": each.is_well, "took_ms": each.took_ms, "error": each.error}
            for each in (health.ledger, health.timetable)
        },
        "payments": [
            {"creditor": feed.creditor, "as_of": feed.as_of.isoformat(), "fresh": feed.is_fresh}
            for feed in health.feeds
        ],
        "workers": sum(each.is_alive for each in health.processes if each.kind == "worker"),
        "relays": sum(each.is_alive for each in health.processes if each.kind == "relay"),
        "holds": list(health.holds),
    }
