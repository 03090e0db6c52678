"""What all tables of the settings share."""

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class Table(BaseModel):
    """Common part of every table of the settings: unknown keys are an error, and nothing changes later."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def refused(key: str, fr: str, en: str) -> PydanticCustomError:
    """An error of a whole table that names the key to change; "" is the value itself."""
    return PydanticCustomError("refused", "{en}", {"key": key, "fr": fr, "en": en})
