"""Amounts: integer cents in memory, decimal strings on the wire."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationInfo

#: An amount in the smallest unit of its currency; negative only where a docstring says so.
Cents: TypeAlias = int

#: ISO 4217 currencies whose smallest unit is not a hundredth. They are refused: an amount "in cents" would be wrong.
NOT_HUNDREDTHS = frozenset(
    {"BHD", "BIF", "CLF", "CLP", "DJF", "GNF", "IQD", "ISK", "JOD", "JPY", "KMF", "KRW", "KWD", "LYD", "OMR", "PYG"}
    | {"RWF", "TND", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"}
)


_AMOUNT = re.compile(r"[+-]?[0-9]{1,13}(\.(?P<decimals>[0-9]+))?", re.ASCII)


def cents(text: str | int | Decimal) -> Cents:
    """Read a decimal amount such as `"1250.00"` into cents.

    Raises:
        ValueError: not a number, or more than two decimals; nothing is rounded silently.
    """
    written = _AMOUNT.fullmatch(str(text))
    if written is None:
        raise ValueError(f"{str(text)[:40]!r} is not an amount; write a decimal string such as '1250.00'")
    if len(written["decimals"] or "") > len("00"):
        raise ValueError(f"{text!r} has more than two decimals; write a decimal string such as '1250.00'")
    return int(Decimal(text) * 100)


def decimal_text(amount: Cents) -> str:
    """Write cents as a decimal string: 125000 becomes `"1250.00"`."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def half_up(value: Decimal) -> Cents:
    """Round a number of cents to a whole cent, halves away from zero."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _cents_field(value: object, info: ValidationInfo) -> Cents:
    if isinstance(value, str):
        return cents(value)
    if info.mode == "python" and isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError(f"{value!r} is not an exact amount; write a decimal string such as '1250.00'")


def _currency_field(value: object) -> object:
    if isinstance(value, str) and value in NOT_HUNDREDTHS:
        raise ValueError(f"{value!r} has no hundredths; only currencies with two decimals are supported")
    return value


#: Cents in memory, a decimal string in JSON.
CentsField: TypeAlias = Annotated[
    int,
    BeforeValidator(_cents_field, json_schema_input_type=str),
    PlainSerializer(decimal_text, return_type=str, when_used="json"),
]
#: A three-letter ISO 4217 code with two decimals.
Currency: TypeAlias = Annotated[str, BeforeValidator(_currency_field), Field(pattern=r"^[A-Z]{3}$")]


class Money(BaseModel):
    """An amount with its currency; on the wire `{"amount": "1250.00", "currency": "EUR"}`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    amount: CentsField
    currency: Currency = "EUR"
