"""How far a debtor may go by himself on the portal, as settings; `refusals.py` says why not further."""

from pydantic import Field, model_validator

from workflows.contacts import Fact
from workflows.money import CentsField


class SelfService(Fact):
    """How far a debtor may go by himself.

    Attributes:
        promise_days: a promised day is at most so many days ahead.
        postponements: so many promises may be made by himself for one invoice.
        after_formal_notice: whether he still may once a formal notice has left.
        plan_min, plan_max: number of instalments that he may ask for.
        plan_first_days: the first one is due at most so many days ahead.
        plan_from, plan_to: cents of the balance for which he may ask for a plan; None leaves an end open.
    """

    promise_days: int = Field(30, ge=1, le=366)
    postponements: int = Field(2, ge=0, le=10)
    after_formal_notice: bool = False
    plan_min: int = Field(2, ge=2, le=60)
    plan_max: int = Field(4, ge=2, le=60)
    plan_first_days: int = Field(30, ge=1, le=90)
    plan_from: CentsField | None = None
    plan_to: CentsField | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "SelfService":
        if self.plan_max < self.plan_min:
            raise ValueError(f"plan_max {self.plan_max} is below plan_min {self.plan_min}; exchange them")
        if self.plan_from is not None and self.plan_to is not None and self.plan_to < self.plan_from:
            raise ValueError("plan_to is below plan_from; exchange them")
        return self
