"""Letters that creditors bring themselves: laid over those that ship, judged alike, used whole or not at all."""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from workers.creditors import DeclaredCreditor
from workers.rendering.answers import Answers
from workers.rendering.catalogue import CALL, LABELS, LAYOUTS, SHIPPED, Catalogue, layered, shipped
from workers.rendering.checking import Case, Flaw, check_letters, example_of, template_flaw, written
from workers.rendering.compiling import PHRASES
from workers.rendering.errors import TemplateProblem
from workers.settings import Settings
from workflows.invoice import Channel, DebtorKind
from workflows.letter_rules import Said

_PROGRAM: Final = Path(__file__).parents[1]
#: What a judgment rests on besides the folder itself: the letters that ship, the rules and what writes letters.
_RULES: Final = ("templates/letters", "templates/_layouts", "workflows", "workers/rendering")
_FETCHES: Final = re.compile(
    r"(?:src|background)\s*=\s*[\"']?+(?!cid:|data:)|url\((?!data:)|@import|<(?:link|script|iframe)", re.IGNORECASE
)


class LettersRefused(Exception):
    """A creditor's own letters are at fault: none of them is used, and nothing starts with half of them.

    Attributes:
        folders: the creditors' folders with their flaws.
    """

    def __init__(self, folders: Mapping[str, tuple[Flaw, ...]]) -> None:
        super().__init__(folders)
        self.folders = folders

    def text(self, language: str) -> str:
        """Every flaw, one a line."""
        head = "lettres refusées" if language == "fr" else "letters refused"
        lines = (f"{folder}/{flaw.text(language)}" for folder, flaws in self.folders.items() for flaw in flaws)
        return "\n".join([f"{head} :" if language == "fr" else f"{head}:", *lines])

    def __str__(self) -> str:
        return self.text("en")


@dataclass(frozen=True)
class Reviewed:
    """A folder, read and judged: its letters over those that ship, and what is at fault; usable only without flaws."""

    catalogue: Catalogue
    flaws: tuple[Flaw, ...]


def catalogue_of(settings: Settings) -> Catalogue:
    """The letters that ship, with those of every creditor that has its own.

    A folder that was accepted once is not tried again until it, the letters that ship or the rules change: the data
    directory keeps the hashes of what was accepted.

    Raises:
        LettersRefused: with every flaw of every folder.
    """
    own: dict[str, Catalogue] = {}
    refused: dict[str, tuple[Flaw, ...]] = {}
    for creditor, folder in folders_of(settings.creditors):
        reviewed = _accepted(folder, settings.data_dir / "letters")
        own[creditor] = reviewed.catalogue
        if reviewed.flaws:
            refused[str(folder)] = reviewed.flaws
    for declared in settings.creditors:
        answers = Answers(own.get(declared.ref, shipped()), declared.answers_dir)
        if faults := answers.faults():
            refused[str(declared.answers_dir)] = tuple(template_flaw(each) for each in faults)
    if refused:
        raise LettersRefused(refused)
    return replace(shipped(), own=own) if own else shipped()


def channels_of(settings: Settings) -> dict[str, frozenset[str]]:
    """The channels of each letter, the creditors' own included, as the checks of ladders take them.

    Raises:
        LettersRefused: with every flaw of every folder.
    """
    catalogue = catalogue_of(settings)
    found = catalogue.channels()
    for own in catalogue.own.values():
        found |= {name: channels | found.get(name, frozenset()) for name, channels in own.channels().items()}
    return found


def folders_of(creditors: Iterable[DeclaredCreditor]) -> Iterator[tuple[str, Path]]:
    """Reference and folder of each creditor with letters of its own."""
    yield from ((creditor.ref, creditor.letters_dir) for creditor in creditors if creditor.letters_dir is not None)


def review(folder: Path) -> Reviewed:
    """Read a folder over the letters that ship, and try what it changes."""
    reviewed = read(folder)
    if reviewed.flaws:
        return reviewed
    return Reviewed(reviewed.catalogue, tuple(try_out(reviewed.catalogue, touched(folder, reviewed.catalogue))))


def read(folder: Path | None = None) -> Reviewed:
    """Read and judge the templates of a folder over those that ship, or (None) of those alone; no letter is written.

    Args:
        folder: `<language>/<id>.md.j2`, `_phrases.md.j2`, `_call.md.j2`, `_labels.toml`; `_layouts/…`.
    """
    folders = (SHIPPED,) if folder is None else (SHIPPED, folder)
    version = version_of(folder) if folder is not None and folder.is_dir() else ""
    catalogue, problems = layered(*folders, version=version)
    return Reviewed(catalogue, tuple(template_flaw(problem) for problem in problems))


def try_out(
    catalogue: Catalogue,
    letters: Collection[tuple[str, str]],
    tell: Callable[[str, str], None] = lambda _language, _letter: None,
) -> list[Flaw]:
    """Write letters with example facts of every kind and judge them, and the layouts with one of them.

    Args:
        catalogue: read without flaws.
        letters: language and id.
        tell: hears of each letter before it is tried.
    """
    return [*check_letters(catalogue, letters, tell), *_layout_flaws(catalogue)]


def touched(folder: Path, catalogue: Catalogue) -> frozenset[tuple[str, str]]:
    """Language and id of the letters that a folder changes; shared phrases and labels change all of their language."""
    found: set[tuple[str, str]] = set()
    for language, letter in catalogue.letters:
        home = folder / language
        shared = any((home / name).is_file() for name in (PHRASES, CALL, LABELS))
        if shared or (home / f"{letter}.md.j2").is_file():
            found.add((language, letter))
    return frozenset(found)


def version_of(*folders: Path) -> str:
    """Hash of every file of the folders, names and contents."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(each for each in folder.rglob("*") if each.is_file() and "__pycache__" not in each.parts):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(folder)}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def _accepted(folder: Path, memory: Path) -> Reviewed:
    """The folder, judged once for each content."""
    return _judged(folder, version_of(folder), memory) if folder.is_dir() else review(folder)


@lru_cache(maxsize=16)
def _judged(folder: Path, version: str, memory: Path) -> Reviewed:
    mark = memory / f"{version[:32]}-{_rules_version()[:16]}.accepted"
    if mark.is_file():
        catalogue, problems = layered(SHIPPED, folder, version=version)
        return Reviewed(catalogue, tuple(template_flaw(problem) for problem in problems))
    reviewed = review(folder)
    if not reviewed.flaws:
        with suppress(OSError):  # a data directory that cannot be written to is judged again, and told elsewhere
            memory.mkdir(parents=True, exist_ok=True)
            mark.write_text(f"{folder}\n", "utf-8")
    return reviewed


@cache
def _rules_version() -> str:
    return version_of(*(_PROGRAM / each for each in _RULES))


def _layout_flaws(catalogue: Catalogue) -> Iterator[Flaw]:
    """A creditor's own layouts: they make an e-mail and a letter, and the e-mail fetches nothing."""
    if catalogue.layouts is None:
        return
    letter = catalogue.letter("first_reminder", "fr")
    for channel in (Channel.EMAIL, Channel.LETTER):
        rendered = written(letter, example_of(letter, "fr", Case(channel, DebtorKind.BUSINESS)), catalogue)
        try:
            made = rendered.html if channel is Channel.EMAIL else f"{len(rendered.letter_pdf)} bytes"
        except TemplateProblem as problem:
            yield template_flaw(problem)
            continue
        if fetched := _FETCHES.search(made):
            why = Said("un e-mail ne va rien chercher ailleurs", "an e-mail fetches nothing from elsewhere")
            mend = Said("mettez l’image dans le logo du créancier", "make the image the creditor's logo")
            yield Flaw(f"{LAYOUTS}/email.html.j2", None, "external-asset", Said(fetched[0], fetched[0]), why, mend)
