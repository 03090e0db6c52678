"""The common part of every event."""

from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from workflows.invoice import Ref
from workflows.money import CentsField
from workflows.plain_lines import ONE_LINE

Positive = Annotated[CentsField, Field(gt=0)]
#: What a person writes to a debtor: printed as it stands, so without control characters.
Paragraph = Annotated[str, Field(min_length=1, max_length=1000, pattern=ONE_LINE)]
Text = Annotated[str, Field(max_length=4000)]


class Fact(BaseModel):
    """Common part of every event.

    Attributes:
        event_id: given by its source; the same id with the same content twice changes nothing.
        source: the program or person that says it, unique together with `event_id`.
        at: the instant it happened; the only clock that decisions see.
        creditor: reference of the creditor; may be left out where there is only one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    schema_number: ClassVar[int] = 1
    event_id: Ref
    source: Ref = "/api"
    at: AwareDatetime
    creditor: Ref | None = None
