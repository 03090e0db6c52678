"""A mapping file: which column of somebody's file is which field, and what holds where a column is missing."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from workers.intake.csv_fields import FIELDS, Kind
from workers.intake.findings import BadFile
from workers.intake.french_values import Decimal
from workflows.findings import closest

_TABLES: Final = frozenset({"columns", "constants", "file"})
_FILE_KEYS: Final = frozenset({"encoding", "delimiter", "decimal"})


@dataclass(frozen=True, slots=True)
class Mapping:
    """What a mapping file says; empty without one.

    Attributes:
        columns: header of the file, by field.
        constants: value of a field whose column is missing or whose cell is empty.
        encoding: of the file.
        delimiter: between values.
        decimal: sign before the decimals of amounts.
    """

    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    decimal: Decimal | None = None


def read_mapping(path: Path, kind: Kind) -> Mapping:
    """Read a mapping file.

    Raises:
        BadFile: with the first mistake, its place and the fix.
    """
    try:
        given = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise BadFile(f"{path.name} : illisible ({error.strerror})", f"{path.name}: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFile(f"{path.name} : TOML incorrect ({error})", f"{path.name}: wrong TOML ({error})") from None
    _known(path, given, _TABLES, "")
    for name in given:
        if not isinstance(given[name], dict):
            raise BadFile(f"{path.name} : écrivez la table [{name}]", f"{path.name}: write the table [{name}]")
    columns, constants, file = (given.get(name, {}) for name in ("columns", "constants", "file"))
    for name, table in (("columns", columns), ("constants", constants)):
        _known(path, table, frozenset(FIELDS[kind]), name)
    _known(path, file, _FILE_KEYS, "file")
    _check(path, file)
    return Mapping(
        {key: str(value) for key, value in columns.items()}, {k: str(v) for k, v in constants.items()}, **file
    )


def _known(path: Path, table: dict[str, Any], known: frozenset[str], name: str) -> None:
    for key in table.keys() - known:
        near = closest(key, known)
        fr = f"vouliez-vous écrire {near} ?" if near else f"les clés possibles sont : {', '.join(sorted(known))}"
        en = f"did you mean {near}?" if near else f"the possible ones are: {', '.join(sorted(known))}"
        place = f"{name}.{key}" if name else key
        raise BadFile(f"{path.name} : la clé {place} est inconnue ; {fr}", f"{path.name}: unknown key {place}; {en}")


def _check(path: Path, file: dict[str, Any]) -> None:
    decimal, delimiter = file.get("decimal", ","), file.get("delimiter", ";")
    if decimal not in (",", "."):
        raise BadFile(f'{path.name} : file.decimal est "," ou "."', f'{path.name}: file.decimal is "," or "."')
    if not isinstance(delimiter, str) or len(delimiter) != 1:
        raise BadFile(f"{path.name} : file.delimiter est un caractère", f"{path.name}: file.delimiter is one character")
