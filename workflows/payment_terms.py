"""How late an invoice may be due: the caps of the law, checked when an invoice comes in.

Facts of French law, not legal advice. A due date over its cap is a warning to whoever issued the invoice: nothing is
refused, and nothing is shortened silently.
"""

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

from workflows.agreed_rates import agreed_rate
from workflows.business_days import Region, add_months, next_working_day
from workflows.invoice import DebtorKind, Fact
from workflows.penalties import Terms, semesters_under_floor
from workflows.rates import Rates

#: Between professionals, from the invoice's date: art. L441-10 I C. com.
LONGEST_DAYS, END_OF_MONTH_DAYS, PERIODIC_DAYS = 60, 45, 45
#: Without an agreement, from reception of the goods or the end of the service: art. L441-10 I C. com.
DEFAULT_DAYS = 30


class Trade(StrEnum):
    """What was sold; some goods have caps of their own (service-public.fr, fiche F23211, as of October 2020)."""

    GENERAL = "general"
    PERISHABLE = "perishable"
    MEAT = "meat"
    ALCOHOL = "alcohol"


class Buyer(StrEnum):
    """Which public buyer owes; each has its delay (service-public.fr, fiches F23386 and F32073)."""

    STATE_OR_LOCAL = "state_or_local"
    HEALTH = "health"
    UNDERTAKING = "undertaking"


_BUYER_DAYS = {Buyer.STATE_OR_LOCAL: 30, Buyer.HEALTH: 50, Buyer.UNDERTAKING: 60}


class WarningCode(StrEnum):
    """What is odd about an invoice; stable codes."""

    OVER_CAP = "over_cap"
    OVER_PUBLIC_DELAY = "over_public_delay"
    RATE_UNDER_FLOOR = "rate_under_floor"


class TermWarning(Fact):
    """One thing that whoever issued the invoice should know.

    Attributes:
        limit: the last lawful due date, or the least lawful rate, as text.
        law: where the limit stands.
        fr, en: what is odd and what to do about it.
    """

    code: WarningCode
    limit: str
    law: str
    fr: str
    en: str


def end_of_month_dates(issued_on: date) -> tuple[date, date]:
    """45 days end of month in both accepted readings: to the month's end, then 45 days; 45 days, then to it."""
    days = timedelta(days=END_OF_MONTH_DAYS)
    return _end_of_month(issued_on) + days, _end_of_month(issued_on + days)


def due_without_agreement(received_on: date) -> date:
    """The due date that holds where none was agreed: 30 days after the goods came or the service ended."""
    return received_on + timedelta(days=DEFAULT_DAYS)


def latest_due_on(
    issued_on: date, *, trade: Trade = Trade.GENERAL, is_periodic: bool = False, delivered_on: date | None = None
) -> date:
    """The latest due date that professionals may agree upon.

    60 days from the invoice's date, or 45 days end of month where the contract says so; for a periodic invoice 45
    days. What the contract says is not known here: the later of the two is the cap.

    Args:
        issued_on: the invoice's date.
        trade: what was sold.
        is_periodic: it gathers the deliveries of a month at most (art. 289 I 3 CGI).
        delivered_on: the day of delivery, from which the caps of some goods run; the invoice's date where unknown.
    """
    if trade is not Trade.GENERAL:
        return _TRADE_CAPS[trade](delivered_on or issued_on)
    if is_periodic:
        return issued_on + timedelta(days=PERIODIC_DAYS)
    return max(issued_on + timedelta(days=LONGEST_DAYS), *end_of_month_dates(issued_on))


def _end_of_month(day: date) -> date:
    return add_months(day.replace(day=1), 1) - timedelta(days=1)


def _end_of_ten_days(day: date) -> date:
    """The last day of the ten-day period of a month: the 10th, the 20th, or the month's last day."""
    return day.replace(day=10 if day.day <= 10 else 20) if day.day <= 20 else _end_of_month(day)  # noqa: PLR2004


_TRADE_CAPS: dict[Trade, Callable[[date], date]] = {
    Trade.PERISHABLE: lambda day: _end_of_ten_days(day) + timedelta(days=30),
    Trade.MEAT: lambda day: day + timedelta(days=20),
    Trade.ALCOHOL: lambda day: _end_of_month(day) + timedelta(days=30),
}


def term_warnings(
    issued_on: date,
    due_on: date,
    kind: DebtorKind,
    *,
    trade: Trade = Trade.GENERAL,
    is_periodic: bool = False,
    buyer: Buyer | None = None,
) -> tuple[TermWarning, ...]:
    """What is odd about the due date of an invoice; nothing for consumers, whose terms have no cap.

    Args:
        issued_on: the invoice's date.
        due_on: the last day of payment in time.
        kind: who owes.
        trade: what was sold.
        is_periodic: see `latest_due_on`.
        buyer: which public buyer; the shortest delay where unknown.
    """
    if kind is DebtorKind.CONSUMER:
        return ()
    if kind is DebtorKind.PUBLIC:
        return _public_warnings(issued_on, due_on, buyer)
    latest = latest_due_on(issued_on, trade=trade, is_periodic=is_periodic)
    if due_on <= latest:
        return ()
    return (
        TermWarning(
            code=WarningCode.OVER_CAP, limit=str(latest), law="art. L441-10 I C. com.",
            fr=f"l’échéance du {due_on:%d/%m/%Y} dépasse le délai maximal entre professionnels, soit le "
            f"{latest:%d/%m/%Y} au plus tard (60 jours, ou 45 jours fin de mois ; art. L441-10 I C. com.) ; reprise "
            "telle quelle, vérifiez les conditions de règlement"
            if trade is Trade.GENERAL and not is_periodic
            else f"l’échéance du {due_on:%d/%m/%Y} dépasse le délai maximal de ce type de facture, soit le "
            f"{latest:%d/%m/%Y} au plus tard ; reprise telle quelle, vérifiez les conditions de règlement",
            en=f"the due date {due_on} is later than professionals may agree upon for this invoice, {latest} (art. "
            "L441-10 I C. com.); taken as it is, check the terms of payment",
        ),
    )  # fmt: skip


def _public_warnings(issued_on: date, due_on: date, buyer: Buyer | None) -> tuple[TermWarning, ...]:
    days = _BUYER_DAYS[buyer or Buyer.STATE_OR_LOCAL]
    # a delay that ends on a weekend or a holiday ends on the next working day (service-public.fr, fiche F32073)
    latest = next_working_day(issued_on + timedelta(days=days), Region.METROPOLE)
    if due_on <= latest:
        return ()
    return (
        TermWarning(
            code=WarningCode.OVER_PUBLIC_DELAY, limit=str(latest), law="art. R2192-10 C. commande publique",
            fr=f"l’échéance du {due_on:%d/%m/%Y} va au-delà de {days} jours (État et collectivités 30, établissements "
            "de santé 50, entreprises publiques 60) ; les intérêts moratoires peuvent courir plus tôt, vérifiez ; "
            "l’étiquette health ou undertaking du débiteur dit de quel acheteur il s’agit",
            en=f"the due date {due_on} lies beyond {days} days (State and local authorities 30, public hospitals 50, "
            "public undertakings 60); interest may run earlier, check it; the debtor's tag health or undertaking says "
            "which buyer it is",
        ),
    )  # fmt: skip


def rate_warnings(contract_rate: str | None, due_on: date, kind: DebtorKind, rates: Rates) -> tuple[TermWarning, ...]:
    """Whether a business's contract sets too low a rate on the day interest would begin; unknown semesters pass."""
    if contract_rate is None or kind is not DebtorKind.BUSINESS:
        return ()
    terms = Terms(kind=kind, due_on=due_on, agreed=agreed_rate(contract_rate))
    first_on = due_on + timedelta(days=1)
    return tuple(
        TermWarning(
            code=WarningCode.RATE_UNDER_FLOOR, limit=str(low.floor), law="art. L441-10 II C. com.",
            fr=f"le taux du contrat, {_percent(contract_rate)} %, est sous le plancher de "
            f"{_percent(str(low.floor))} % (trois fois le "
            f"taux légal de {low.semester} ; art. L441-10 II C. com.) ; aucune lettre ne l’appliquera, corrigez-le",
            en=f"the contract's rate, {contract_rate} %, is under the floor of {low.floor} % (three times the legal "
            f"rate of {low.semester}; art. L441-10 II C. com.); no letter will apply it, correct it",
        )
        for low in semesters_under_floor(terms, first_on, first_on, rates)
    )  # fmt: skip


def _percent(text: str) -> str:
    """As the French write it; a multiple such as `3x` stays as it is."""
    return text.replace(".", ",")
