"""One valid example of every event that may come from outside, as it travels: a CloudEvents envelope.

They tell one story: the workshop "Atelier Martin" invoices "Perrin & Fils", and what may happen then.
"""

from typing import Any

from workflows.event_examples_dealings import DEALINGS
from workflows.event_examples_offers import CHOICES, OFFERS

_SOURCE = "/erp/atelier-martin"


def _example(number: int, time: str, kind: str, /, **data: object) -> dict[str, Any]:
    envelope = {"specversion": "1.0", "id": f"evt-{number:04d}", "source": _SOURCE, "type": kind, "time": time}
    return envelope | {"data": data}


def _euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


_CONTACT = {
    "ref": "compta",
    "name": "Hélène Perrin",
    "civility": "Madame",
    "role": "billing",
    "email": "compta@perrin-fils.example",
    "phone": "+33612345678",
    "address": {"lines": ["12 rue des Tanneurs"], "postcode": "63000", "city": "Clermont-Ferrand", "country": "FR"},
}
_DEBTOR = {
    "ref": "C-0117",
    "name": "Perrin & Fils",
    "kind": "business",
    "siren": "732829320",
    "language": "fr",
    "contacts": [_CONTACT],
    "client_since": "2019-03-01",
}

_ALL = (
    _example(
        1,
        "2026-10-09T09:12:00+02:00",
        "invoice.issued",
        creditor="atelier-martin",
        invoice_no="F-2026-0042",
        debtor=_DEBTOR,
        issue_date="2026-10-09",
        due_date="2026-11-08",
        total=_euros("1250.00"),
        po_number="BC-7731",
        contract_rate="12.40",
    ),
    _example(
        2,
        "2026-10-20T15:04:00+02:00",
        "invoice.updated",
        invoice_no="F-2026-0042",
        changed={"due_date": "2026-11-15"},
        reason="Livraison reportée d'une semaine",
    ),
    _example(
        3,
        "2026-10-21T08:30:00+02:00",
        "invoice.cancelled",
        invoice_no="F-2026-0041",
        reason="Facture émise deux fois",
    ),
    _example(
        4,
        "2026-11-17T06:00:00+01:00",
        "payment.received",
        payment_id="VIR-88120",
        amount=_euros("750.00"),
        value_date="2026-11-16",
        allocations=[{"invoice_no": "F-2026-0042", "amount": "750.00"}],
        method="virement",
        reference="F-2026-0042 PERRIN ET FILS",
    ),
    _example(
        5,
        "2026-11-24T06:00:00+01:00",
        "payment.reversed",
        payment_id="PRL-5521",
        reversal_id="PRL-5521-R",
        amount=_euros("320.00"),
        reason="rejet_prelevement",
    ),
    _example(
        6,
        "2026-11-18T10:20:00+01:00",
        "payment.announced",
        invoice_no="F-2026-0042",
        expected_date="2026-11-20",
        amount=_euros("500.00"),
    ),
    _example(
        7,
        "2026-11-19T11:00:00+01:00",
        "credit_note.issued",
        credit_note_no="A-2026-0009",
        amount=_euros("60.00"),
        invoice_no="F-2026-0042",
        reason="Une pièce reprise",
        dispute_id="LIT-31",
    ),
    _example(
        8,
        "2026-11-18T14:45:00+01:00",
        "dispute.opened",
        dispute_id="LIT-31",
        invoice_no="F-2026-0042",
        reason="quality",
        amount="200.00",
        comment="Deux panneaux rayés à la livraison",
        owner="Claire Delmas",
    ),
    _example(
        9,
        "2026-11-27T09:00:00+01:00",
        "dispute.resolved",
        dispute_id="LIT-31",
        invoice_no="F-2026-0042",
        outcome="partial",
        amount="60.00",
        note="Remise de 60 € par avoir",
    ),
    _example(
        10,
        "2026-11-18T16:10:00+01:00",
        "promise.made",
        promise_id="PRO-12",
        invoice_nos=["F-2026-0042"],
        date="2026-11-30",
        amount="500.00",
        by="Hélène Perrin",
        channel="call",
    ),
    _example(
        11,
        "2026-11-25T09:30:00+01:00",
        "promise.withdrawn",
        promise_id="PRO-12",
        invoice_nos=["F-2026-0042"],
    ),
    _example(
        12,
        "2026-12-01T10:00:00+01:00",
        "instalment_plan.agreed",
        plan_id="ECH-4",
        invoice_no="F-2026-0042",
        lines=[{"due_date": "2026-12-15", "amount": "250.00"}, {"due_date": "2027-01-15", "amount": "250.00"}],
        break_clause=True,
    ),
    _example(
        13,
        "2027-01-22T09:00:00+01:00",
        "instalment_plan.broken",
        plan_id="ECH-4",
        invoice_no="F-2026-0042",
        line=2,
    ),
    _example(
        14,
        "2026-11-16T11:32:00+01:00",
        "reply.received",
        reply_id="<r-1@perrin-fils.example>",
        debtor_ref="C-0117",
        invoice_nos=["F-2026-0042"],
        sender="compta@perrin-fils.example",
        text="Bonjour, le virement partira vendredi. Cordialement, H. Perrin",
    ),
    _example(
        15,
        "2026-11-16T14:00:00+01:00",
        "reply.handled",
        reply_id="<r-1@perrin-fils.example>",
        debtor_ref="C-0117",
        invoice_nos=["F-2026-0042"],
        note="Promesse enregistrée",
    ),
    _example(
        16,
        "2026-11-23T10:15:00+01:00",
        "call.logged",
        call_id="APP-207",
        debtor_ref="C-0117",
        invoice_nos=["F-2026-0042"],
        disposition="voicemail",
        note="Message laissé au standard",
    ),
    _example(
        17,
        "2026-11-14T09:13:20+01:00",
        "message.bounced",
        message_id="<f-2026-0042.first@atelier-martin.example>",
        bounce="hard",
        code="5.1.1",
    ),
    _example(
        18, "2026-11-14T09:12:40+01:00", "message.delivered", message_id="<f-2026-0042.first@atelier-martin.example>"
    ),
    _example(
        19,
        "2026-12-21T10:05:00+01:00",
        "letter.tracked",
        message_id="f-2026-0042.formal_notice",
        state="delivered",
        tracking_no="1A 204 117 3301 8",
    ),
    _example(
        20,
        "2026-11-10T08:00:00+01:00",
        "debtor.updated",
        debtor_ref="C-0117",
        contacts=[_CONTACT],
        tags=["export"],
        segments=["loyal"],
    ),
    _example(
        21,
        "2027-01-12T08:00:00+01:00",
        "debtor.insolvent",
        debtor_ref="C-0117",
        procedure="redressement",
        judgment_date="2027-01-07",
        published_on="2027-01-10",
        mandataire="Me Aubert, Clermont-Ferrand",
    ),
    _example(22, "2028-02-01T08:00:00+01:00", "debtor.recovered", debtor_ref="C-0117"),
    _example(
        23,
        "2026-11-20T17:00:00+01:00",
        "case.paused",
        scope="debtor",
        ref="C-0117",
        until="2026-12-04",
        reason="Rendez-vous commercial le 3 décembre",
    ),
    _example(
        24,
        "2026-12-03T18:00:00+01:00",
        "case.resumed",
        scope="debtor",
        ref="C-0117",
        reason="Rendez-vous tenu, rien de convenu",
    ),
    _example(
        25,
        "2027-01-05T09:00:00+01:00",
        "case.escalated",
        invoice_no="F-2026-0042",
        to="commissaire_de_justice",
    ),
    _example(
        26,
        "2027-03-31T09:00:00+02:00",
        "case.closed",
        invoice_no="F-2026-0042",
        outcome="written_off",
        reason="Certificat d'irrécouvrabilité du mandataire",
    ),
    _example(
        27,
        "2026-12-16T09:00:00+01:00",
        "step.approved",
        invoice_no="F-2026-0042",
        step=4,
        by="Claire Delmas",
    ),
    _example(
        28,
        "2026-11-22T09:00:00+01:00",
        "step.skipped",
        invoice_no="F-2026-0042",
        step=2,
        reason="Le client a appelé ce matin",
    ),
    _example(
        29,
        "2026-11-22T09:05:00+01:00",
        "scenario.changed",
        invoice_no="F-2026-0042",
        scenario="courtoise",
        version=1,
        entry_step=2,
        reason="Relation à ménager",
    ),
    _example(
        30,
        "2026-11-17T06:05:00+01:00",
        "feed.completed",
        feed="payments",
        as_of="2026-11-17T06:00:00+01:00",
        count=37,
    ),
    *(_example(31 + n, time, kind, **data) for n, (kind, (time, data)) in enumerate(OFFERS.items())),
    *(_example(61 + n, time, kind, **data) for n, (kind, (time, data)) in enumerate(CHOICES.items())),
    *(_example(41 + n, time, kind, **data) for n, (kind, (time, data)) in enumerate(DEALINGS.items())),
)

#: By kind, in the order of the documentation.
EXAMPLES: dict[str, dict[str, Any]] = {example["type"]: example for example in _ALL}
