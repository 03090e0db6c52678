"""Rules about dates: one clear action with one date, ahead, that the facts grant."""

from collections.abc import Iterator

from workflows.letter_reading import days_in, deadlines_in
from workflows.letter_rules.drafts import Draft
from workflows.letter_rules.rule import Hit, Rule, Said, found, says, words_of


def _past(draft: Draft) -> Iterator[Hit]:
    """The day a debtor promised may be today; any other limit must be ahead."""
    facts = draft.facts
    limits = deadlines_in(draft.whole, facts.language, facts.today) - {facts.promised_on}
    yield from (found(f"{day:%Y-%m-%d}") for day in sorted(limits) if day <= facts.today)


def _several(draft: Draft) -> Iterator[Hit]:
    """Days of an instalment plan and the announced day of a hand-over are no deadlines of the letter itself."""
    facts = draft.facts
    others = {line.due_on for line in facts.plan.lines} if facts.plan else set()
    others |= {facts.hand_over.on} if facts.hand_over else set()
    others |= {line.due_on for line in facts.lines} if facts.deadline_on is None else set()
    named = deadlines_in(draft.whole, facts.language, facts.today)
    limits = sorted(f"{day:%Y-%m-%d}" for day in named - others)
    if facts.from_reception and says(draft, "from_reception"):
        limits = [f"{facts.deadline_days} d", *limits]
    if len(limits) > 1:
        yield found(", ".join(limits))


def _foreign_dates(draft: Draft) -> Iterator[Hit]:
    known = draft.known_days
    for day in sorted(days_in(draft.wording), key=lambda each: (each.year or 0, each.month, each.day)):
        if not any((day.year in {None, each.year}) and (each.month, each.day) == day[1:] for each in known):
            yield found("-".join(f"{part:02d}" for part in day if part is not None))


RULES = (
    Rule(
        "past-deadline",
        Said("on ne peut pas tenir un délai déjà passé", "a deadline in the past cannot be kept"),
        Said("accordez une date nouvelle, après le jour de la lettre", "grant a new date after the day of the letter"),
        _past,
    ),
    Rule(
        "several-deadlines",
        Said("avec plusieurs dates, on ne sait plus laquelle tenir", "of several dates nobody knows which one to keep"),
        Said("ne demandez qu’une chose, pour une seule date", "ask for one thing, by one date"),
        _several,
    ),
    Rule(
        "vague-deadline",
        Said("personne ne sait quand ce délai s’achève", "nobody knows when it ends"),
        Said("donnez une date précise", "name one date"),
        words_of("vague_deadline"),
    ),
    Rule(
        "foreign-date",
        Said("cette date ne vient pas du dossier", "this date does not come from the facts"),
        Said("employez les dates fournies, comme {{ f.deadline }}", "use the dates given, such as {{ f.deadline }}"),
        _foreign_dates,
    ),
)
