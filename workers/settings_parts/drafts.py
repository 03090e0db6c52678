"""The settings of the chat model that may draft answers; it is off unless an address is given."""

from typing import Literal

from pydantic import Field, SecretStr, model_validator

from workers.settings_parts.channels import Url
from workers.settings_parts.table import Table, refused


class Drafts(Table):
    """`[drafts]`: a model behind an OpenAI-compatible interface; it drafts, and a person approves.

    Attributes:
        url: of the interface, such as `https://host/v1`, or of its `/chat/completions`; None asks no model.
        sends: what of a reply may leave this machine: what it seems to say (`kind`), or also its text with addresses,
            numbers and names masked (`text`).
        timeout_s: seconds for a connection, and between two pieces of an answer.
        deadline_s: seconds for a whole answer; then the predefined answer stands.
        max_tokens: that the model may write.
    """

    url: Url | None = None
    model: str | None = Field(None, min_length=1, max_length=200)
    api_key: SecretStr | None = None
    sends: Literal["kind", "text"] = "kind"
    timeout_s: float = Field(20.0, gt=0, le=300)
    deadline_s: float = Field(40.0, gt=0, le=600)
    max_tokens: int = Field(600, ge=50, le=4_000)

    @model_validator(mode="after")
    def _model_is_named(self) -> "Drafts":
        if self.url is not None and self.model is None:
            raise refused("model", "nommez le modèle", "name the model")
        return self
