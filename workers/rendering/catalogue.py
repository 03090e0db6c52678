"""Reading letters: those that ship, and a creditor's own folder laid over them, file by file."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Final

from workers.rendering import markdown
from workers.rendering.compiling import PHRASES, Workshop, workshop
from workers.rendering.errors import TemplateProblem
from workers.rendering.formats import FORMATS
from workers.rendering.library import Catalogue, Letter
from workers.rendering.template_files import Section, french, read_letter

__all__ = ["LAYOUTS", "SHIPPED", "Catalogue", "Letter", "layered", "load", "shipped"]

SHIPPED: Final = Path(__file__).parents[2] / "templates" / "letters"
CALL: Final = "_call.md.j2"
LABELS: Final = "_labels.toml"
#: Folder of a creditor's own layouts, beside its languages.
LAYOUTS: Final = "_layouts"
#: Bytes of one file; the longest that ships has a tenth of it.
MOST_BYTES: Final = 100_000
_LETTER: Final = re.compile(r"[a-z0-9][a-z0-9_]*\.md\.j2")
_OUTSIDE: Final = ("mène hors du dossier ; mettez-y le fichier lui-même", "leads out of the folder; put the file there")
#: What no text editor writes, and no letter shows; among it the marks that turn the direction of reading.
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@cache
def shipped() -> Catalogue:
    """The letters of the project, read on the first call; the tests judge them."""
    return _Reader((SHIPPED,)).catalogue()


def load(folder: Path) -> Catalogue:
    """Read every letter below `folder/<language>/`.

    Raises:
        TemplateProblem: for the first file that cannot be used.
    """
    reader = _Reader((folder,))
    catalogue = reader.catalogue()
    if reader.problems:
        raise reader.problems[0]
    for letter in catalogue.letters.values():
        for section in letter.sections:
            letter.template(section)
    return catalogue


def layered(*folders: Path, version: str = "") -> tuple[Catalogue, tuple[TemplateProblem, ...]]:
    """Read folders laid over each other, the last one on top, and judge every template without running it.

    Args:
        folders: those that ship first.
        version: what the catalogue calls itself.

    Returns:
        The catalogue of what can be read, and everything that is at fault in it; only one without faults may be used.
    """
    reader = _Reader(folders, judges=True)
    found = reader.catalogue()
    own = folders[-1] / LAYOUTS
    catalogue = Catalogue(found.letters, found.labels, own if own.is_dir() else None, version)
    return catalogue, (*reader.problems, *catalogue.check_all())


@dataclass
class _Reader:
    """Reads folders laid over each other; what is at fault gathers in `problems`.

    Attributes:
        judges: whether the templates are judged as well: those that ship are, by the tests.
    """

    folders: Sequence[Path]
    judges: bool = False
    problems: list[TemplateProblem] = field(default_factory=list)

    def catalogue(self) -> Catalogue:
        """Every letter that can be read."""
        letters: dict[tuple[str, str], Letter] = {}
        labels: dict[str, Mapping[str, str]] = {}
        for language in sorted({home for folder in self.folders for home in self._homes(folder)}):
            files = self._files(language)
            missing = [name for name in (LABELS, PHRASES, CALL) if name not in files]
            for name in missing:
                self._add(
                    f"{language}/{name}",
                    0,
                    "manque ; chaque langue a le sien",
                    "is missing; every language has its own",
                )
            if not missing:
                labels[language] = self._labels(language)
                letters |= {(language, each.meta.id): each for each in self._letters(language, files)}
        return Catalogue(letters, labels)

    def _add(self, path: str, line: int, fr: str, en: str) -> None:
        self.problems.append(TemplateProblem(path, line, en, fr))

    def _homes(self, folder: Path) -> Iterator[str]:
        """The languages of a folder; anything else in it is at fault."""
        if not folder.is_dir():
            fr, en = (
                "n’est pas un dossier ; créez-le, ou corrigez letters_dir",
                "is no folder; create it, or correct letters_dir",
            )
            self._add(str(folder), 0, fr, en)
            return
        for path in sorted(folder.iterdir()):
            if path.is_dir() and path.name in FORMATS and not _leads_out(path, folder):
                yield path.name
            elif path.name in {*FORMATS, LAYOUTS} and _leads_out(path, folder):
                self._add(path.name, 0, *_OUTSIDE)
            elif path.name != LAYOUTS and not path.name.startswith("."):
                known = ", ".join(sorted(FORMATS))
                fr = f"n’est pas une langue ; un dossier s’appelle {known} ou {LAYOUTS}"
                self._add(path.name, 0, fr, f"is no language; name folders after one of {known}, or {LAYOUTS}")

    def _files(self, language: str) -> dict[str, Path]:
        """The file of each name, from the topmost folder that has it."""
        files: dict[str, Path] = {}
        homes = (folder / language for folder in self.folders)
        for home in (each for each in homes if each.is_dir() and not _leads_out(each, each.parent)):
            for path in sorted(home.iterdir()):
                if _LETTER.fullmatch(path.name) or path.name in {LABELS, PHRASES, CALL}:
                    if fault := _misplaced(path, home.parent):
                        self._add(f"{language}/{path.name}", 0, *fault)
                    else:
                        files[path.name] = path
                elif not path.name.startswith("."):
                    fr = "n’est pas une lettre ; nommez-la <id>.md.j2, en minuscules"
                    self._add(f"{language}/{path.name}", 0, fr, "is no letter; name it <id>.md.j2, in lower case")
        return files

    def _text(self, name: str, path: Path) -> str:
        try:
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
            text = content.decode("utf-8-sig").replace("\r\n", "\n")
        except OSError as error:
            self._add(name, 0, f"ne se lit pas : {error.strerror}", f"cannot be read: {error.strerror}")
            return ""
        except UnicodeDecodeError as error:
            fr, en = "n’est pas en UTF-8 ; enregistrez-le ainsi", "is not UTF-8; save it in that encoding"
            self._add(name, content.count(b"\n", 0, error.start) + 1, fr, en)
            return ""
        if len(content) > MOST_BYTES:
            fr, en = f"a plus de {MOST_BYTES} octets", f"has more than {MOST_BYTES} bytes"
            self._add(name, 0, f"{fr} ; raccourcissez-le", f"{en}; shorten it")
            return ""
        if control := _CONTROL.search(text):
            fr, en = "contient un caractère de contrôle", "holds a control character"
            sign, line = f"U+{ord(control[0]):04X}", text.count("\n", 0, control.start()) + 1
            self._add(name, line, f"{fr}, {sign} ; effacez-le", f"{en}, {sign}; delete it")
        return text

    def _labels(self, language: str) -> dict[str, str]:
        """The labels of every layer merged: a creditor may change one word and keep the others."""
        merged: dict[str, str] = {}
        known: Mapping[str, str] | None = None if self.folders[0] == SHIPPED else {}
        for folder in self.folders:
            path, name = folder / language / LABELS, f"{language}/{LABELS}"
            if _misplaced(path, folder):
                continue  # told where the files are listed, or not there
            try:
                given = tomllib.loads(self._text(name, path))
            except tomllib.TOMLDecodeError as error:
                self._add(name, 0, f"n’est pas du TOML : {error}", f"is not TOML: {error}")
                continue
            for key, value in given.items():
                detail = self._label_fault(key, value, folder, known)
                if detail is None:
                    merged[key] = value
                else:
                    self._add(name, 0, *detail)
        return merged

    def _label_fault(
        self, key: str, value: object, folder: Path, known: Mapping[str, str] | None
    ) -> tuple[str, str] | None:
        """Why a label cannot be used: it is none, or it has other places to fill in than the one that ships."""
        if not isinstance(value, str):
            return (
                f"{key} vaut {value!r} ; écrivez un texte entre guillemets",
                f"{key} is {value!r}; write a text in quotes",
            )
        if known is not None or folder == SHIPPED:
            return None
        like = shipped().labels["fr"].get(key)
        if like is None:
            near = get_close_matches(key, shipped().labels["fr"], 1)
            hint = (f" ; vouliez-vous écrire {near[0]} ?", f"; did you mean {near[0]}?") if near else ("", "")
            return f"{key} n’est pas un libellé{hint[0]}", f"{key} is no label{hint[1]}"
        places, wanted = _places(value), _places(like)
        if places is None or places - (wanted or set()):
            fr, en = f"{key} = {value!r} a d’autres champs que", f"{key} = {value!r} has other places to fill in than"
            named = ", ".join(sorted(f"{{{each}}}" for each in wanted or ())) or "–"
            return f"{fr} {named}", f"{en} {named}"
        return None

    def _letters(self, language: str, files: Mapping[str, Path]) -> Iterator[Letter]:
        phrases = self._text(f"{language}/{PHRASES}", files[PHRASES])
        shop, path = workshop(f"{language}/{PHRASES}", phrases, language), f"{language}/{CALL}"
        script = self._text(path, files[CALL])
        call = Section(french(script) if language == "fr" else script, 1, path)
        self.problems += shop.faults_of_phrases() if self._judges(language, PHRASES) else ()
        self.problems += shop.faults(path, call) if self._judges(language, CALL) else ()
        for name in sorted(files.keys() - {PHRASES, CALL, LABELS}):
            try:
                yield self._letter(shop, f"{language}/{name}", self._text(f"{language}/{name}", files[name]), call)
            except TemplateProblem as problem:
                self.problems.append(problem)

    def _judges(self, language: str, name: str) -> bool:
        """Whether a file is judged: the topmost folder has it, or the phrases it calls; the tests judged the others."""
        home = self.folders[-1] / language
        return self.judges and ((home / name).is_file() or (home / PHRASES).is_file())

    def _letter(self, shop: Workshop, path: str, text: str, call: Section) -> Letter:
        file = read_letter(path, text, path.partition("/")[0])
        blocks = frozenset(markdown.BLOCK.findall(file.sections["body"].source))
        if self._judges(*path.split("/")):
            for section in file.sections.values():
                self.problems += shop.faults(path, section)
        return Letter(file.meta, path, {"call": call, **file.sections}, blocks, shop, file.purpose)


def _leads_out(path: Path, folder: Path) -> bool:
    """Whether a link leads elsewhere, or nowhere."""
    try:
        return not path.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a broken link, or a circle of links
        return True


def _misplaced(path: Path, folder: Path) -> tuple[str, str] | None:
    """Why a file of the folder is not read: it is none, or lies elsewhere."""
    if _leads_out(path, folder):
        return _OUTSIDE
    return None if path.is_file() else ("n’est pas un fichier ; retirez-le", "is no file; remove it")


def _places(text: str) -> set[str] | None:
    """The names in braces, None where the braces are wrong."""
    try:
        return {name for _text, name, _format, _conversion in Formatter().parse(text) if name is not None}
    except ValueError:
        return None
