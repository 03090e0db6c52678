"""Examples of a dispute that goes on and of a wish to pay in parts; see `event_examples.py`."""

from typing import Any

DEALINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "dispute.updated": (
        "2026-11-19T09:00:00+01:00",
        {"dispute_id": "LIT-31", "invoice_no": "F-2026-0042", "owner": "Karim Benali", "deadline": "2026-12-01"},
    ),
    "dispute.answered": (
        "2026-11-20T11:30:00+01:00",
        {
            "dispute_id": "LIT-31",
            "invoice_no": "F-2026-0042",
            "answer_id": "LIT-31-1",
            "text": "Les deux panneaux seront échangés à la livraison du 24 novembre ; cela vous convient-il ?",
        },
    ),
    "instalment_plan.requested": (
        "2026-11-26T18:40:00+01:00",
        {
            "plan_id": "ECH-4",
            "invoice_no": "F-2026-0042",
            "count": 2,
            "first_on": "2026-12-15",
            "by": "Hélène Perrin",
            "channel": "portal",
        },
    ),
}
