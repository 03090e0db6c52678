"""Every fact that can reach a case: frozen, in the past tense, in one discriminated union.

The names and fields are the public contract of the events API; `workflows.event_schemas` exports each as JSON
Schema with one valid example. Amounts on the wire are decimal strings, days are `YYYY-MM-DD`, instants are RFC 3339
with a zone.
"""

from typing import Annotated, TypeAlias

from pydantic import Field, TypeAdapter

from workflows.events.answers import (
    DisputeAnswered,
    DisputeOpened,
    DisputeReason,
    DisputeResolved,
    DisputeUpdated,
    InstalmentPlanAgreed,
    InstalmentPlanBroken,
    InstalmentPlanOffered,
    InstalmentPlanRequested,
    PlanLine,
    PromiseMade,
    PromiseWithdrawn,
    ReplyHandled,
    ReplyReceived,
)
from workflows.events.base import Fact
from workflows.events.calls import CallLogged, Spoken, Unanswered, dispute_of_call, promise_of_call
from workflows.events.debtors import (
    ContactOptedIn,
    ContactOptedOut,
    DebtorInsolvent,
    DebtorRecovered,
    DebtorUpdated,
)
from workflows.events.internal import (
    CaseReviewed,
    DispatchReported,
    StepFellDue,
)
from workflows.events.invoices import (
    InvoiceCancelled,
    InvoiceChange,
    InvoiceIssued,
    InvoiceUpdated,
    NewDebtor,
)
from workflows.events.letters import (
    LetterRequested,
    RequestedLetter,
    SettlementOffered,
    SettlementWithdrawn,
)
from workflows.events.messages import (
    LetterState,
    LetterTracked,
    MessageBounced,
    MessageDelivered,
)
from workflows.events.payments import (
    Allocation,
    CreditNoteIssued,
    PaymentAnnounced,
    PaymentReceived,
    PaymentReversed,
)
from workflows.events.people import (
    CaseClosed,
    CaseEscalated,
    CasePaused,
    CaseResumed,
    FeedCompleted,
    HandOverPlan,
    ScenarioChanged,
    StepApproved,
    StepSkipped,
)
from workflows.events.replies import ReplyAnswered

Inbound: TypeAlias = (
    InvoiceIssued | InvoiceUpdated | InvoiceCancelled
    | PaymentReceived | PaymentReversed | PaymentAnnounced | CreditNoteIssued
    | DisputeOpened | DisputeUpdated | DisputeAnswered | DisputeResolved | PromiseMade | PromiseWithdrawn
    | InstalmentPlanRequested | InstalmentPlanOffered | InstalmentPlanAgreed | InstalmentPlanBroken
    | ReplyReceived | ReplyHandled | ReplyAnswered | CallLogged
    | LetterRequested | SettlementOffered | SettlementWithdrawn
    | MessageBounced | MessageDelivered | LetterTracked
    | DebtorUpdated | ContactOptedOut | ContactOptedIn | DebtorInsolvent | DebtorRecovered
    | CasePaused | CaseResumed | CaseEscalated | CaseClosed
    | StepApproved | StepSkipped | ScenarioChanged | FeedCompleted
)  # fmt: skip
Internal: TypeAlias = StepFellDue | DispatchReported | CaseReviewed
Event: TypeAlias = Annotated[Inbound | Internal, Field(discriminator="kind")]

#: Built once; reads any event, from outside or from the journal.
EVENT: TypeAdapter[Event] = TypeAdapter(Event)

__all__ = [
    "EVENT",
    "Allocation",
    "CallLogged",
    "CaseClosed",
    "CaseEscalated",
    "CasePaused",
    "CaseResumed",
    "CaseReviewed",
    "ContactOptedIn",
    "ContactOptedOut",
    "CreditNoteIssued",
    "DebtorInsolvent",
    "DebtorRecovered",
    "DebtorUpdated",
    "DispatchReported",
    "DisputeAnswered",
    "DisputeOpened",
    "DisputeReason",
    "DisputeResolved",
    "DisputeUpdated",
    "Event",
    "Fact",
    "FeedCompleted",
    "HandOverPlan",
    "Inbound",
    "InstalmentPlanAgreed",
    "InstalmentPlanBroken",
    "InstalmentPlanOffered",
    "InstalmentPlanRequested",
    "Internal",
    "InvoiceCancelled",
    "InvoiceChange",
    "InvoiceIssued",
    "InvoiceUpdated",
    "LetterRequested",
    "LetterState",
    "LetterTracked",
    "MessageBounced",
    "MessageDelivered",
    "NewDebtor",
    "PaymentAnnounced",
    "PaymentReceived",
    "PaymentReversed",
    "PlanLine",
    "PromiseMade",
    "PromiseWithdrawn",
    "ReplyAnswered",
    "ReplyHandled",
    "ReplyReceived",
    "RequestedLetter",
    "ScenarioChanged",
    "SettlementOffered",
    "SettlementWithdrawn",
    "Spoken",
    "StepApproved",
    "StepFellDue",
    "StepSkipped",
    "Unanswered",
    "dispute_of_call",
    "promise_of_call",
]
