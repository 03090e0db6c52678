"""Rules about figures: they add up, they come from the facts, and a penalty can be checked."""

import re
from collections.abc import Iterator

from workflows.invoice import Channel, DebtorKind
from workflows.letter_reading import amounts_in, rates_in
from workflows.letter_rules.drafts import Draft
from workflows.letter_rules.rule import Hit, Rule, Said, found, matches, says
from workflows.money import decimal_text
from workflows.wording_checks import BadFacts, check_facts

#: An amount in words cannot be compared with the facts, nor read at a glance.
_SPELT = re.compile(
    r"\b(?:dix|vingts?|trente|quarante|cinquante|soixante|cents?|mille|ten|twenty|thirty|forty|fifty|hundred|thousand)"
    r" euros?\b"
)


def _sums(draft: Draft) -> Iterator[Hit]:
    try:
        check_facts(draft.facts)
    except BadFacts as bad:
        yield from map(found, bad.findings)


def _foreign_amounts(draft: Draft) -> Iterator[Hit]:
    yield from (found(decimal_text(each)) for each in sorted(amounts_in(draft.wording) - draft.known_amounts))
    yield from (found(each[0], draft.line_at(each.start())) for each in _SPELT.finditer(draft.bare))


def _foreign_rates(draft: Draft) -> Iterator[Hit]:
    yield from (found(f"{each.normalize():f} %") for each in sorted(rates_in(draft.wording) - draft.known_rates))


def _penalty_without_terms(draft: Draft) -> Iterator[Hit]:
    """Every rate and every number of days of the statement is named, beside words that say what they are."""
    named = next(matches(draft, "penalty"), None)
    is_script = draft.facts.channel is Channel.CALL  # the person who calls has the statement at hand
    if named is None or is_script or draft.facts.kind is DebtorKind.CONSUMER:
        return
    rates = {line.rate.normalize() for line in draft.facts.interest}
    if not says(draft, "yearly_rate") or not rates or rates - rates_in(draft.wording):
        yield Hit(_lacks(named, "taux annuel", "yearly rate"), named.line)
    days = {str(line.days) for line in draft.facts.interest}
    if not says(draft, "day_count") or days - set(re.findall(r"\d+", draft.text)):
        yield Hit(_lacks(named, "nombre de jours", "number of days"), named.line)


def _lacks(named: Hit, fr: str, en: str) -> Said:
    return Said(f"{named.excerpt.fr}, sans {fr}", f"{named.excerpt.en}, no {en}")


RULES = (
    Rule(
        "sums",
        Said("les faits se contredisent, ou contredisent la loi", "the facts contradict each other or the law"),
        Said("corrigez les faits", "mend the facts"),
        _sums,
        is_law=True,
    ),
    Rule(
        "foreign-amount",
        Said("ce montant ne vient pas du dossier", "this amount does not come from the facts"),
        Said("employez les montants fournis, comme {{ f.balance }}", "use the amounts given, such as {{ f.balance }}"),
        _foreign_amounts,
    ),
    Rule(
        "foreign-rate",
        Said("ce taux ne vient pas du dossier", "this rate does not come from the facts"),
        Said("employez {{ f.rates }}", "use {{ f.rates }}"),
        _foreign_rates,
    ),
    Rule(
        "penalty-without-terms",
        Said(
            "sans son taux annuel et ses jours, une pénalité ne se vérifie pas",
            "a penalty is stated with its yearly rate and its days, or it cannot be checked",
        ),
        Said(
            "ajoutez le taux et le nombre de jours, ou le bloc [[interest]]",
            "add the rate and the number of days, or the [[interest]] block",
        ),
        _penalty_without_terms,
        is_law=True,
    ),
)
