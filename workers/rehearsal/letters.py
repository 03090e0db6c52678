"""What a rehearsal must know of the letters: which cite earlier reminders, and how firm each is."""

from dataclasses import dataclass

from workers.rendering.catalogue import Catalogue
from workflows.wording import Need


@dataclass(frozen=True, slots=True)
class Letters:
    """Facts of the letters that decide which one is written.

    Attributes:
        citing: those that cannot be written where there was no reminder before.
        tones: the tone of each letter's own wording, in the order of their names.
    """

    citing: frozenset[str]
    tones: tuple[tuple[str, int], ...]


def letters_of(catalogue: Catalogue) -> Letters:
    """The facts of all letters; they are the same in every language."""
    metas = {letter.meta.id: letter.meta for letter in catalogue.letters.values()}
    citing = frozenset(name for name, meta in metas.items() if Need.PREVIOUS in meta.needs)
    return Letters(citing, tuple(sorted((name, meta.tone) for name, meta in metas.items())))
