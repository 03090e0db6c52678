"""Legal rates for late payment, by civil semester, with the source of each; `rates.toml` holds them."""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from workflows.errors import WorkflowError
from workflows.invoice import DebtorKind, Fact, Line

#: Points above the ECB's rate between businesses: art. L441-10 II C. com.
BUSINESS_POINTS = Decimal(10)
#: Points above the ECB's rate owed by public buyers: art. R2192-31 C. commande publique.
PUBLIC_POINTS = Decimal(8)
#: A contract's rate is at least this many times the legal rate: art. L441-10 II C. com.
FLOOR_FACTOR = 3

#: Letters state interest for at most this long after today.
RATES_AHEAD = timedelta(days=45)

#: A yearly rate in percent: 12.15 is 12.15 % a year.
Percent = Annotated[Decimal, Field(ge=0, le=100)]
Semester = Annotated[str, Field(pattern=r"^[0-9]{4}-S[12]$")]


class RatesError(WorkflowError):
    """A table of rates that must not be used, with every finding."""

    def __init__(self, findings: tuple[str, ...]) -> None:
        super().__init__(findings)
        self.findings = findings

    def __str__(self) -> str:
        return "rates: " + "; ".join(self.findings)


class UnknownRate(WorkflowError):
    """A day whose semester is not in the table: nothing is extrapolated."""

    def __init__(self, semester: str, first: str, last: str) -> None:
        super().__init__(semester, first, last)
        self.semester, self.first, self.last = semester, first, last

    @property
    def is_older(self) -> bool:
        """Whether it lies before the table: what is added comes after."""
        return self.semester < self.first

    def __str__(self) -> str:
        year, half = self.semester.split("-")
        if self.is_older:
            return (
                f"no rate is known for {self.semester} (the table goes from {self.first} to {self.last}); interest on "
                "a debt as old as that is not computed here"
            )
        return (
            f"no rate is known for {self.semester} (the table goes from {self.first} to {self.last}); read the ECB's "
            f"main refinancing rate in force on {year}-{'01' if half == 'S1' else '07'}-01 and the legal interest "
            f"rate, and add them: relance rates add {self.semester} --ecb … --legal … --source …"
        )


class UnknownPrivateRate(WorkflowError):
    """A semester whose table leaves out the legal rate of private creditors."""

    def __init__(self, semester: str) -> None:
        super().__init__(semester)
        self.semester = semester

    def __str__(self) -> str:
        return f"{self.semester} has no legal_private rate; add legal_private with its source to your file of rates"


class Confidence(StrEnum):
    """How far a figure can be relied on."""

    OFFICIAL = "official"
    SECONDARY = "secondary"
    MEMORY = "memory"


class Coverage(StrEnum):
    """Whether the known rates are enough for the letters of the coming weeks."""

    ENOUGH = "enough"
    ENDS_SOON = "ends_soon"
    ENDED = "ended"


class Source(Fact):
    """Where a figure was read."""

    text: Line
    confidence: Confidence


class SemesterRates(Fact):
    """The published rates of one civil semester, in percent a year, and what follows from them.

    Attributes:
        ecb: the European Central Bank's main refinancing rate on the first day.
        legal: the legal rate where the creditor is a professional.
        legal_private: the same where the creditor is a natural person who does not act professionally; None unknown.
    """

    semester: Semester
    ecb: Percent
    ecb_source: str
    legal: Percent
    legal_source: str
    legal_private: Percent | None = None
    legal_private_source: str | None = None

    @model_validator(mode="after")
    def _private_rate_has_its_source(self) -> Self:
        if (self.legal_private is None) != (self.legal_private_source is None):
            raise ValueError(f"{self.semester}: give legal_private and legal_private_source, or none of them")
        return self

    @property
    def named_sources(self) -> tuple[str, ...]:
        """The keys of the sources of its figures."""
        named = (self.ecb_source, self.legal_source, self.legal_private_source)
        return tuple(name for name in named if name is not None)

    def owed_by(self, kind: DebtorKind) -> Decimal:
        """The rate that the law sets for a kind of debtor where no contract does; consumers: from the formal notice."""
        if kind is DebtorKind.CONSUMER:
            return self.legal
        return self.ecb + (PUBLIC_POINTS if kind is DebtorKind.PUBLIC else BUSINESS_POINTS)

    def legal_rate(self, *, is_private_creditor: bool) -> Decimal:
        """The legal rate; it depends on the creditor.

        Raises:
            UnknownPrivateRate: that of private creditors is not in the table.
        """
        if not is_private_creditor:
            return self.legal
        if self.legal_private is None:
            raise UnknownPrivateRate(self.semester)
        return self.legal_private

    @property
    def floor(self) -> Decimal:
        """The least that a contract between businesses may set; it does not raise the rate set by the law."""
        return self.legal * FLOOR_FACTOR


class Rates(Fact):
    """All known semesters, one after the other without a gap."""

    sources: dict[str, Source]
    semesters: tuple[SemesterRates, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for before, after in zip(self.semesters, self.semesters[1:], strict=False):
            if _number(after.semester) != _number(before.semester) + 1:
                raise ValueError(f"{after.semester} stands after {before.semester}; give every semester once, in order")
        for entry in self.semesters:
            for source in entry.named_sources:
                if source not in self.sources:
                    raise ValueError(f"{entry.semester} names the source {source!r}; add [sources.{source}]")
        return self

    def knows(self, day: date) -> bool:
        """Whether the table holds the semester of `day`."""
        first, last = self.semesters[0].semester, self.semesters[-1].semester
        return _number(first) <= _number(semester_of(day)) <= _number(last)

    def weakest_source(self, entry: SemesterRates) -> Source:
        """The source on which one of the figures of a semester relies least."""
        order = tuple(Confidence)
        return max((self.sources[name] for name in entry.named_sources), key=lambda each: order.index(each.confidence))

    def coverage(self, today: date) -> Coverage:
        """Whether a letter of `today`, and of the `RATES_AHEAD` days after it, has its rates."""
        if not self.knows(today):
            return Coverage.ENDED
        return Coverage.ENOUGH if self.knows(today + RATES_AHEAD) else Coverage.ENDS_SOON

    def on(self, day: date, *, provisional: bool = False) -> SemesterRates:
        """The rates of the semester of `day`: 30 June is the last day of S1, 1 July the first of S2.

        Args:
            day: any day.
            provisional: after the last known semester, answer with that one; whoever asks says so in what it shows.

        Raises:
            UnknownRate: the table does not hold that semester.
        """
        semester = semester_of(day)
        first, last = self.semesters[0].semester, self.semesters[-1].semester
        if provisional and _number(semester) > _number(last):
            return self.semesters[-1]
        if not self.knows(day):
            raise UnknownRate(semester, first, last)
        return self.semesters[_number(semester) - _number(first)]


def semester_of(day: date) -> str:
    """The civil semester of `day`, such as `"2026-S2"`."""
    return f"{day.year:04d}-S{1 if day < date(day.year, 7, 1) else 2}"


def next_semester(semester: str) -> str:
    """The civil semester after one such as `"2026-S2"`."""
    year, half = int(semester[:4]), semester[-1]
    return f"{year:04d}-S2" if half == "1" else f"{year + 1:04d}-S1"


def _number(semester: str) -> int:
    return 2 * int(semester[:4]) + int(semester[-1])


def parse_rates(text: str) -> Rates:
    """Read a table of rates (TOML, see `rates.toml`).

    Raises:
        RatesError: not TOML, an unknown or missing field, a semester missing or double, a source without its table.
    """
    try:
        return Rates.model_validate(tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        raise RatesError((f"not TOML: {error}",)) from None
    except ValidationError as error:
        findings = [(".".join(str(part) for part in e["loc"]), e["msg"]) for e in error.errors()]
        raise RatesError(tuple(f"{where}: {what}" if where else what for where, what in findings)) from None


def joined(known: Rates, own: Rates) -> Rates:
    """`known` with the semesters of an operator's own table after it; his sources are kept as `own:NAME`.

    Raises:
        RatesError: a semester is in both with other figures, or one between them is in neither.
    """
    by_name = {entry.semester: entry for entry in known.semesters}
    findings = tuple(
        f"{entry.semester} is known with {_figures(by_name[entry.semester])}, your file says {_figures(entry)}; take "
        "it out of your file, or correct it"
        for entry in own.semesters
        if entry.semester in by_name and _contradicts(entry, by_name[entry.semester])
    )
    if findings:
        raise RatesError(findings)
    added = tuple(_renamed(entry) for entry in own.semesters if entry.semester not in by_name)
    sources = known.sources | {f"own:{name}": source for name, source in own.sources.items()}
    try:
        return Rates(sources=sources, semesters=(*known.semesters, *added))
    except ValidationError as error:
        raise RatesError(tuple(str(e["msg"]) for e in error.errors())) from None


def _contradicts(entry: SemesterRates, known: SemesterRates) -> bool:
    private = {entry.legal_private, known.legal_private} - {None}
    return (entry.ecb, entry.legal) != (known.ecb, known.legal) or len(private) > 1


def _figures(entry: SemesterRates) -> str:
    private = "" if entry.legal_private is None else f", legal_private {entry.legal_private.normalize():f}"
    return f"ecb {entry.ecb.normalize():f}, legal {entry.legal.normalize():f}{private}"


def _renamed(entry: SemesterRates) -> SemesterRates:
    """The same with the sources of an operator's own table."""
    private = entry.legal_private_source
    names = {"ecb_source": f"own:{entry.ecb_source}", "legal_source": f"own:{entry.legal_source}"}
    return entry.model_copy(update=names | ({} if private is None else {"legal_private_source": f"own:{private}"}))


@cache
def load_rates() -> Rates:
    """The rates that come with the program; read once."""
    return parse_rates(files("workflows").joinpath("rates.toml").read_text(encoding="utf-8"))
