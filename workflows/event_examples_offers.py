"""Examples of offers and letters beside the ladder, and of words about channels; see `event_examples.py`."""

from typing import Any

#: What debtors say about channels.
CHOICES: dict[str, tuple[str, dict[str, Any]]] = {
    "contact.opted_out": (
        "2026-11-30T10:31:00+01:00",
        {"debtor_ref": "C-0117", "channel": "sms", "address": "+33612345678", "how": "STOP"},
    ),
    "contact.opted_in": (
        "2026-12-01T09:00:00+01:00",
        {
            "debtor_ref": "C-0117", "channel": "lre", "contact": "compta", "on": "2026-11-28",
            "how": "Formulaire signé le 28 novembre 2026",
        },
    ),
}  # fmt: skip
OFFERS: dict[str, tuple[str, dict[str, Any]]] = {
    "instalment_plan.offered": (
        "2026-11-27T10:00:00+01:00",
        {
            "plan_id": "ECH-4",
            "invoice_no": "F-2026-0042",
            "lines": [{"due_date": "2026-12-15", "amount": "250.00"}, {"due_date": "2027-01-15", "amount": "250.00"}],
            "answer_by": "2026-12-04",
        },
    ),
    "settlement.offered": (
        "2026-11-27T10:10:00+01:00",
        {"offer_id": "ESC-2", "invoice_no": "F-2026-0042", "until": "2026-12-10", "percent": "2"},
    ),
    "settlement.withdrawn": ("2026-12-02T09:00:00+01:00", {"offer_id": "ESC-2", "invoice_no": "F-2026-0042"}),
    "letter.requested": (
        "2026-11-28T09:20:00+01:00",
        {
            "request_id": "DEM-9",
            "invoice_no": "F-2026-0042",
            "letter": "reason_request",
            "by": "Claire Delmas",
        },
    ),
    "reply.answered": (
        "2026-11-16T14:05:00+01:00",
        {
            "reply_id": "<r-1@perrin-fils.example>",
            "debtor_ref": "C-0117",
            "invoice_nos": ["F-2026-0042"],
            "text": "Bonjour,\n\nMerci de votre message. Voici où en est la facture.\n\n[[invoices]]",
            "by": "Claire Delmas",
            "subject": "Votre rappel",
            "in_reply_to": "<r-1@perrin-fils.example>",
        },
    ),
}
