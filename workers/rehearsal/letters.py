"""What a rehearsal must know of the letters: which cite earlier reminders, and how firm each is."""

from workers.rendering.catalogue import Catalogue
from workflows.rehearsal import Manners
from workflows.wording import Need


def manners_of(catalogue: Catalogue) -> Manners:
    """The facts of all letters; they are the same in every language."""
    metas = {letter.meta.id: letter.meta for letter in catalogue.letters.values()}
    citing = frozenset(name for name, meta in metas.items() if Need.PREVIOUS in meta.needs)
    return Manners(citing, {name: metas[name].tone for name in sorted(metas)})
