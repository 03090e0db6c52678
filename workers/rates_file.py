"""The rates in use: those that ship, and behind them the semesters that an operator adds in a file of his own."""

import json
from pathlib import Path

from workers.channels.whole_files import write_whole
from workers.settings import Settings
from workflows.rates import Rates, RatesError, SemesterRates, Source, joined, load_rates, parse_rates


class BadRatesFile(Exception):
    """A file of rates that must not be used, with every finding."""

    def __init__(self, path: Path, findings: tuple[str, ...]) -> None:
        super().__init__(path, findings)
        self.path, self.findings = path, findings

    def text(self, language: str) -> str:
        """The findings, with a head in `fr`, or in English for any other language."""
        head = "fichier de taux inutilisable" if language == "fr" else "unusable file of rates"
        separator = " : " if language == "fr" else ": "
        return "\n".join(f"{self.path}: {head}{separator}{finding}" for finding in self.findings)

    def __str__(self) -> str:
        return self.text("en")


def rates_of(settings: Settings) -> Rates:
    """Every known semester; the operator's file need not exist.

    Raises:
        BadRatesFile: it cannot be read, or contradicts what ships.
    """
    return rates_with(settings.own_rates) if settings.own_rates.exists() else load_rates()


def rates_with(path: Path) -> Rates:
    """What ships, and the semesters of `path` after it.

    Raises:
        BadRatesFile: it cannot be read, or contradicts what ships.
    """
    return _joined(path, _read(path))


def add_semester(path: Path, entry: SemesterRates, source: Source) -> Rates:
    """Write one semester with its source at the end of the operator's file, whole or not at all.

    Args:
        path: made, with its folder, where it does not exist; a link stays one.
        entry: its three sources are one, named as in the file.
        source: where its figures were read.

    Returns:
        Every known semester, the new one included.

    Raises:
        BadRatesFile: the file would not be usable with it; nothing was written.
        OSError: it cannot be written.
    """
    before = _read(path) if path.exists() else ""
    after = f"{before.rstrip()}\n\n{_tables(entry, source)}".lstrip()
    rates = _joined(path, after)
    place = path.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    write_whole(place, after.encode())
    return rates


def _read(path: Path) -> str:
    if path.exists() and not path.is_file():
        raise BadRatesFile(path, ("not a file; give a TOML file, or set rates_file to one",))
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadRatesFile(path, ("not UTF-8; save it as UTF-8",)) from None
    except OSError as error:
        raise BadRatesFile(path, (f"{error.strerror}; check the path and the rights",)) from None


def _joined(path: Path, text: str) -> Rates:
    try:
        return joined(load_rates(), parse_rates(text))
    except RatesError as error:
        raise BadRatesFile(path, error.findings) from None


def _tables(entry: SemesterRates, source: Source) -> str:
    private = (
        ""
        if entry.legal_private is None
        else f'legal_private = {entry.legal_private}\nlegal_private_source = "{entry.legal_private_source}"\n'
    )
    return (
        f"[sources.{entry.ecb_source}]\ntext = {json.dumps(source.text, ensure_ascii=False)}\n"
        f'confidence = "{source.confidence}"\n\n'
        f'[[semesters]]\nsemester = "{entry.semester}"\necb = {entry.ecb}\necb_source = "{entry.ecb_source}"\n'
        f'legal = {entry.legal}\nlegal_source = "{entry.legal_source}"\n{private}'
    )
