"""Creditors as the settings declare them: bank details are checked before any letter names them."""

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from workflows.invoice import BankAccount, Creditor


def _iban(iban: str) -> str:
    from schwifty import IBAN  # noqa: PLC0415 - half a second of registry, only for who declares creditors
    from schwifty.exceptions import SchwiftyException  # noqa: PLC0415

    try:
        return str(IBAN(iban, validate_bban=True))
    except SchwiftyException as error:
        fr, en = "ce n’est pas un IBAN valable : recopiez-le du RIB", "this is not a valid IBAN: copy it from the bank"
        raise PydanticCustomError("iban", "{en}", {"fr": fr, "en": f"{en} ({error})"}) from None


def _bic(bic: str) -> str:
    from schwifty import BIC  # noqa: PLC0415 - see _iban
    from schwifty.exceptions import SchwiftyException  # noqa: PLC0415

    try:
        return str(BIC(bic))
    except SchwiftyException as error:
        fr, en = "ce n’est pas un BIC valable : recopiez-le du RIB", "this is not a valid BIC: copy it from the bank"
        raise PydanticCustomError("bic", "{en}", {"fr": fr, "en": f"{en} ({error})"}) from None


class DeclaredAccount(BankAccount):
    """A bank account whose IBAN (check digits and national part) and BIC were checked; spaces are taken out."""

    iban: Annotated[str, AfterValidator(_iban)]
    bic: Annotated[str, AfterValidator(_bic)] | None = None


class DeclaredCreditor(Creditor):
    """A table `[[creditors]]` of the settings."""

    bank: DeclaredAccount
