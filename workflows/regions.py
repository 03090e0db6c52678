"""Regions of France, as far as public holidays and clocks differ."""

from datetime import date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from zoneinfo import ZoneInfo


class Region(StrEnum):
    """Where a debtor lives, as far as holidays and clocks differ within France."""

    METROPOLE = "metropole"
    ALSACE_MOSELLE = "alsace_moselle"
    GUADELOUPE = "guadeloupe"
    MARTINIQUE = "martinique"
    GUYANE = "guyane"
    REUNION = "reunion"
    MAYOTTE = "mayotte"
    SAINT_PIERRE_ET_MIQUELON = "saint_pierre_et_miquelon"
    SAINT_BARTHELEMY = "saint_barthelemy"
    SAINT_MARTIN = "saint_martin"
    TERRES_AUSTRALES = "terres_australes"
    WALLIS_ET_FUTUNA = "wallis_et_futuna"
    POLYNESIE = "polynesie"
    NOUVELLE_CALEDONIE = "nouvelle_caledonie"


#: Subdivision of the `holidays` library, time zone, ISO 3166 country code in use beside FR, postcode prefixes.
_PLACES: dict[Region, tuple[str | None, str, str | None, tuple[str, ...]]] = {
    Region.METROPOLE: (None, "Europe/Paris", None, ()),
    Region.ALSACE_MOSELLE: ("57", "Europe/Paris", None, ("57", "67", "68")),
    Region.GUADELOUPE: ("971", "America/Guadeloupe", "GP", ("971",)),
    Region.MARTINIQUE: ("972", "America/Martinique", "MQ", ("972",)),
    Region.GUYANE: ("973", "America/Cayenne", "GF", ("973",)),
    Region.REUNION: ("974", "Indian/Reunion", "RE", ("974",)),
    Region.MAYOTTE: ("976", "Indian/Mayotte", "YT", ("976",)),
    Region.SAINT_PIERRE_ET_MIQUELON: ("PM", "America/Miquelon", "PM", ("975",)),
    Region.SAINT_BARTHELEMY: ("BL", "America/St_Barthelemy", "BL", ("97133", "977")),
    Region.SAINT_MARTIN: ("MF", "America/Marigot", "MF", ("97150", "978")),
    Region.TERRES_AUSTRALES: ("TF", "Indian/Kerguelen", "TF", ("984",)),
    Region.WALLIS_ET_FUTUNA: ("WF", "Pacific/Wallis", "WF", ("986",)),
    Region.POLYNESIE: ("PF", "Pacific/Tahiti", "PF", ("987",)),
    Region.NOUVELLE_CALEDONIE: ("NC", "Pacific/Noumea", "NC", ("988",)),
}


def region_of(postcode: str | None, country: str = "FR") -> Region:
    """The region whose holidays and clock hold at an address.

    An unknown or foreign address counts as mainland France: its holidays are the creditor's, and no other calendar
    is known here. 97133 and 97150 are Saint-Barthélemy and Saint-Martin, although they begin like Guadeloupe.
    """
    for region, (_, _, own_country, _) in _PLACES.items():
        if country == own_country:
            return region
    digits = "".join((postcode or "").split())
    if country != "FR" or len(digits) != len("75001") or not digits.isdecimal():
        return Region.METROPOLE
    fits = [(len(p), region) for region, place in _PLACES.items() for p in place[3] if digits.startswith(p)]
    return max(fits, default=(0, Region.METROPOLE))[1]


@cache
def zone_of(region: Region) -> ZoneInfo:
    """The time zone of `region`."""
    return ZoneInfo(_PLACES[region][1])


@lru_cache(maxsize=8192)  # the same instants are asked about all through a decision
def day_at(at: datetime, region: Region) -> date:
    """The calendar day in `region` at the instant `at`.

    Raises:
        ValueError: `at` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone; give an aware instant")
    return at.astimezone(zone_of(region)).date()


def subdivision_of(region: Region) -> str | None:
    """The name of `region` in the `holidays` library; None for mainland France."""
    return _PLACES[region][0]
