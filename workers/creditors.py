"""Creditors as the settings declare them: bank details and logo are checked before any letter shows them."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from workflows.invoice import BankAccount, Creditor
from workflows.self_service import SelfService


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


def _logo(path: str) -> str:
    from workers.rendering.logo import BadLogo, read_logo  # noqa: PLC0415 - only for who declares a logo

    file = Path(path).expanduser().absolute()
    try:
        read_logo(file)
    except BadLogo as problem:
        raise PydanticCustomError("logo", "{en}", {"fr": problem.fr, "en": problem.en}) from None
    return str(file)


OwnFolder = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]


class DeclaredAccount(BankAccount):
    """A bank account whose IBAN (check digits and national part) and BIC were checked; spaces are taken out."""

    iban: Annotated[str, AfterValidator(_iban)]
    bic: Annotated[str, AfterValidator(_bic)] | None = None


class DeclaredCreditor(Creditor):
    """A table `[[creditors]]` of the settings; its logo was read and checked.

    Attributes:
        letters_dir: a folder of letters of its own, laid over those that ship; for the settings only, no fact.
        answers_dir: the same for the predefined answers to replies.
        self_service: how far its debtors may go by themselves; None for what holds for all. No fact either.
    """

    bank: DeclaredAccount
    logo: Annotated[str, Field(min_length=1), AfterValidator(_logo)] | None = None
    letters_dir: OwnFolder | None = None
    answers_dir: OwnFolder | None = None
    self_service: SelfService | None = None

    def fact(self) -> Creditor:
        """The creditor as letters and the ledger know it."""
        return Creditor.model_validate(self.model_dump(exclude={"letters_dir", "answers_dir", "self_service"}))
