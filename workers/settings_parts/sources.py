"""Where settings come from: one TOML file and the environment, merged, with a memory of who said what."""

import json
import tomllib
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from types import UnionType
from typing import Any, get_args

from pydantic import BaseModel

from workers.settings_parts.errors import Finding, KeyPath, SettingsError, advice, dotted, shown, unknown_key

FILE_NAME = "relance.toml"
PREFIX = "RELANCE_"
CONFIG_VARIABLE = "RELANCE_CONFIG"
#: Keys that hold paths: in a file they are relative to that file, elsewhere to the current directory.
PATHS = (("data_dir",), ("clock_file",), ("scenarios_dir",), ("delivery", "folder"), ("smtp", "ca_file"))


@dataclass
class Given:
    """What was said, before anybody checks it.

    Attributes:
        file: the file that was read, if any.
        values: all sources merged, the later over the earlier.
        said_by: the variable or option that set a key; the file set the others.
        findings: what could not even be read.
    """

    file: Path | None
    values: dict[str, Any]
    said_by: dict[KeyPath, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def overrule(self, path: KeyPath, value: object, source: str) -> None:
        """Set one key over what is there, and remember who said it."""
        table: MutableMapping[str, Any] = self.values
        for part in path[:-1]:
            inner = table.get(str(part))
            table[str(part)] = table = inner if isinstance(inner, dict) else {}
        table[str(path[-1])] = value
        self.said_by[path] = source

    def finding(self, model: type[BaseModel], error: Mapping[str, Any]) -> Finding:
        """One of pydantic's errors about `model`, in the operator's words."""
        path: KeyPath = error["loc"]
        if key := error.get("ctx", {}).get("key"):  # an error of a whole table names the key to change
            path = (*path, *key.split("."))
        if error["type"] == "extra_forbidden":
            fr, en = unknown_key(str(path[-1]), _keys_at(model, path[:-1]))
        else:
            fr, en = advice(error)
        return Finding(key=dotted(path), value=self._shown(path), source=self._source(path), fr=fr, en=en)

    def _shown(self, path: KeyPath) -> str | None:
        value: Any = self.values
        for part in path:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                return None
        return shown(path, value)

    def _source(self, path: KeyPath) -> str:
        for length in range(len(path), 0, -1):
            if path[:length] in self.said_by:
                return self.said_by[path[:length]]
        variable = PREFIX + "__".join(str(part).upper() for part in path)
        return str(self.file) if self.file else f"{FILE_NAME} / {variable}"


def read(model: type[BaseModel], config: Path | None, environ: Mapping[str, str]) -> Given:
    """Read the file and the environment.

    Args:
        model: the settings that exist.
        config: the file; None takes `RELANCE_CONFIG`, then `relance.toml` in the current directory if there is one.
        environ: environment variables; empty ones count as absent.

    Raises:
        SettingsError: the file cannot be read at all.
    """
    file = _file_of(config, environ)
    given = Given(file, _read_toml(file) if file else {})
    for name in sorted(environ):
        if name.startswith(PREFIX) and name != CONFIG_VARIABLE and environ[name]:
            _hear(given, model, name, environ[name])
    return given


def _file_of(config: Path | None, environ: Mapping[str, str]) -> Path | None:
    if config is not None:
        return config.expanduser().absolute()
    if environ.get(CONFIG_VARIABLE):
        return Path(environ[CONFIG_VARIABLE]).expanduser().absolute()
    return Path(FILE_NAME).absolute() if Path(FILE_NAME).exists() else None


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _unreadable(file, "donnez un fichier lisible", "name a readable file", error) from None
    except UnicodeDecodeError as error:
        raise _unreadable(file, "enregistrez le fichier en UTF-8", "save the file as UTF-8", error) from None
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(file, "corrigez le TOML", "mend the TOML", error) from None
    _anchor(values, file.parent)
    return values


def _unreadable(file: Path, fr: str, en: str, error: Exception) -> SettingsError:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    finding = Finding(key="config", value=None, source=str(file), fr=f"{fr} ({reason})", en=f"{en} ({reason})")
    return SettingsError((finding,))


def _anchor(values: dict[str, Any], folder: Path) -> None:
    """Make the file's relative paths absolute, so that they mean the same from any directory."""
    for *tables, key in PATHS:
        table: Any = values
        for name in tables:
            table = table.get(name) if isinstance(table, dict) else None
        _anchor_key(table, key, folder)
    creditors = values.get("creditors")
    for creditor in creditors if isinstance(creditors, list) else ():
        _anchor_key(creditor, "logo", folder)
        _anchor_key(creditor, "letters_dir", folder)
        _anchor_key(creditor, "answers_dir", folder)


def _anchor_key(table: object, key: str, folder: Path) -> None:
    if isinstance(table, dict) and isinstance(table.get(key), str):
        table[key] = str(folder / Path(table[key]).expanduser())


def _hear(given: Given, model: type[BaseModel], name: str, text: str) -> None:
    """Take one environment variable; lists and tables are written as JSON."""
    path: KeyPath = tuple(name.removeprefix(PREFIX).lower().split("__"))
    if path[-1] not in _keys_at(model, path[:-1]):
        variables = [f"{PREFIX}{'__'.join(known).upper()}" for known in _variables(model)]
        fr, en = unknown_key(name, [*variables, CONFIG_VARIABLE])
        given.findings += (Finding(key=dotted(path), value=shown(path, text), source=name, fr=fr, en=en),)
        return
    value: Any = text
    if text.startswith(("[", "{")):
        try:
            value = json.loads(text)
        except ValueError as error:
            fr, en = f"écrivez du JSON correct ({error})", f"write correct JSON ({error})"
            given.findings += (Finding(key=dotted(path), value=shown(path, text), source=name, fr=fr, en=en),)
            return
    given.overrule(path, value, name)


def _keys_at(model: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys of the table at `path`; none where there is no such table."""
    for part in path:
        inner = _table(model.model_fields[str(part)].annotation) if part in model.model_fields else None
        if inner is None:
            return []
        model = inner
    return list(model.model_fields)


def _variables(model: type[BaseModel], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The path of every key that is not a table."""
    paths: list[tuple[str, ...]] = []
    for name, info in model.model_fields.items():
        inner = _table(info.annotation)
        if inner is not None:
            paths += _variables(inner, (*above, name))
        else:
            paths.append((*above, name))
    return paths


def _table(annotation: object) -> type[BaseModel] | None:
    """The table that a key holds, be it one that may be left out; None for any other key."""
    for each in get_args(annotation) if isinstance(annotation, UnionType) else (annotation,):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
    return None
