"""Days, amounts, rates and telephone numbers as people type them on the command line, read strictly."""

import re
from datetime import date
from decimal import Decimal

from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workflows.money import Cents, cents


def day_of(option: str, text: str) -> date:
    """A day such as `2026-04-30`, of the years that the ledger takes.

    Raises:
        Failure: it is none; the text names the option, the value and the fix.
    """
    from workflows.admission import FIRST_DAY, LAST_DAY  # noqa: PLC0415 - help must not pay for it

    try:
        day = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII) else None
    except ValueError:
        day = None
    if day is not None and FIRST_DAY <= day <= LAST_DAY:
        return day
    fr, en = "ce n’est pas un jour", "this is not a day"
    if day is not None:
        first, last = FIRST_DAY.year, LAST_DAY.year
        fr, en = f"l’année n’est pas entre {first} et {last}", f"the year is not from {first} to {last}"
    raise Failure(
        f"{option} « {text} » : {fr} ; écrivez AAAA-MM-JJ, comme 2026-04-30",
        f"{option} {text!r}: {en}; write YYYY-MM-DD, such as 2026-04-30",
        ExitCode.USAGE,
    )


def amount_of(option: str, text: str) -> Cents:
    """An amount above zero such as `10000`, `10000.50` or `10000,50`, in cents.

    Raises:
        Failure: it is none; the text names the option, the value and the fix.
    """
    try:
        amount = cents(text.replace(",", "."))
    except ValueError:
        amount = 0
    if amount > 0:
        return amount
    raise Failure(
        f"{option} « {text} » : ce n’est pas un montant au-dessus de zéro ; écrivez-le en euros, comme 10000.50",
        f"{option} {text!r}: this is not an amount above zero; write it in euros, such as 10000.50",
        ExitCode.USAGE,
    )


def phone_of(option: str, text: str) -> str:
    """A telephone number as the ledger writes it, `+33612345678`.

    Raises:
        Failure: it is none; the text names the option, the value and the fix.
    """
    from workers.intake.findings import Unfit  # noqa: PLC0415 - help must not pay for it
    from workers.intake.phones import read_phone  # noqa: PLC0415

    try:
        return read_phone(text)
    except Unfit as unfit:
        raise Failure(f"{option} : « {text} » {unfit.fr}", f"{option}: {text!r} {unfit.en}", ExitCode.USAGE) from None


def dated_amount_of(option: str, text: str) -> tuple[date, Cents]:
    """A day and an amount such as `2026-06-30:4000`.

    Raises:
        Failure: it is none; the text names the option, the value and the fix.
    """
    day, colon, amount = text.partition(":")
    if not colon:
        raise Failure(
            f"{option} « {text} » : écrivez le jour et le montant, comme 2026-06-30:4000",
            f"{option} {text!r}: write the day and the amount, such as 2026-06-30:4000",
            ExitCode.USAGE,
        )
    return day_of(option, day), amount_of(option, amount)


def percent_of(option: str, text: str) -> Decimal:
    """A yearly rate in percent from 0 to 100, such as `2.65` or `2,65`.

    Raises:
        Failure: it is none; the text names the option, the value and the fix.
    """
    if re.fullmatch(r"[0-9]{1,3}([.,][0-9]{1,4})?", text, re.ASCII):
        rate = Decimal(text.replace(",", "."))
        if rate <= Decimal(100):
            return rate
    raise Failure(
        f"{option} « {text} » : ce n’est pas un taux annuel ; écrivez-le en pour cent, comme 2.65",
        f"{option} {text!r}: this is not a yearly rate; write it in percent, such as 2.65",
        ExitCode.USAGE,
    )
