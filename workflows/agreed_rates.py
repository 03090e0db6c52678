"""Rates that a contract between businesses may set: a fixed one, or a multiple of the legal rate."""

from decimal import Decimal
from typing import Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from workflows.invoice import ContractRate, Fact
from workflows.rates import Percent, SemesterRates

_CONTRACT_RATE: TypeAdapter[str] = TypeAdapter(ContractRate)


class AgreedRate(Fact):
    """The rate for late payment that a contract sets; exactly one of the two.

    Attributes:
        percent: a year, for the whole delay.
        times_legal: the legal rate of each semester, so many times.
    """

    percent: Percent | None = None
    times_legal: int | None = Field(None, ge=1, le=9)

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.percent is None) == (self.times_legal is None):
            raise ValueError("give percent or times_legal, one of them")
        return self

    def in_semester(self, semester: SemesterRates) -> Decimal:
        """Percent a year in a semester."""
        if self.percent is not None:
            return self.percent
        return semester.legal * (self.times_legal or 0)


def agreed_rate(text: str) -> AgreedRate:
    """Read a contract's rate.

    Raises:
        ValueError: neither a percentage such as "12.5" nor a multiple of the legal rate such as "3x".
    """
    try:
        _CONTRACT_RATE.validate_python(text)
    except ValidationError:
        raise ValueError(
            f"contract rate {text!r} is not a rate; write percent a year such as 12.5, or 3x for three times the "
            "legal rate"
        ) from None
    if text.endswith("x"):
        return AgreedRate(times_legal=int(text[:-1]))
    return AgreedRate(percent=Decimal(text))


def is_another_rate(said: str | None, known: str | None) -> bool:
    """Whether a contract's rate is stated and is not the known one; 12.4 and 12.40 are one."""
    return said is not None and (known is None or agreed_rate(said) != agreed_rate(known))
