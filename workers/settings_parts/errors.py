"""What is wrong with the settings: each finding names the key, the value, where it stands and the fix."""

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

#: Where a setting stands: names of tables and keys, and positions in lists.
KeyPath: TypeAlias = tuple[str | int, ...]
#: Keys whose value is never shown.
SECRETS = frozenset(
    {"password", "redis_url", "postgres_url", "application_key", "application_secret", "consumer_key"}
    | {"api_key", "auth_token", "plugins", "secret_key", "webhook_key", "token", "private_key"}
)

#: What is asked for, by pydantic's kind of error: French, English. `{name}` is a fact that pydantic gives.
ASKED: dict[str, tuple[str, str]] = {
    "missing": ("cette clé est obligatoire : ajoutez-la", "this key is required: add it"),
    "bool_parsing": ("écrivez true ou false", "write true or false"),
    "int_parsing": ("écrivez un nombre entier", "write a whole number"),
    "int_from_float": ("écrivez un nombre entier", "write a whole number"),
    "int_type": ("écrivez un nombre entier", "write a whole number"),
    "float_parsing": ("écrivez un nombre", "write a number"),
    "float_type": ("écrivez un nombre", "write a number"),
    "string_type": ("écrivez un texte entre guillemets", "write a text in quotes"),
    "string_pattern_mismatch": ("la forme attendue est {pattern}", "the form must be {pattern}"),
    "string_too_short": ("écrivez au moins {min_length} caractère(s)", "write at least {min_length} character(s)"),
    "too_short": (
        "donnez au moins {min_length} caractère(s) ou élément(s)",
        "give at least {min_length} character(s) or item(s)",
    ),
    "path_type": ("écrivez un chemin entre guillemets", "write a path in quotes"),
    "literal_error": ("choisissez {expected}", "choose {expected}"),
    "greater_than": ("donnez un nombre supérieur à {gt}", "give a number above {gt}"),
    "greater_than_equal": ("donnez au moins {ge}", "give at least {ge}"),
    "less_than": ("donnez un nombre inférieur à {lt}", "give a number below {lt}"),
    "less_than_equal": ("donnez au plus {le}", "give at most {le}"),
    "model_type": ("écrivez une table TOML, comme [smtp]", "write a TOML table, such as [smtp]"),
    "dict_type": ("écrivez une table TOML, comme [[creditors]]", "write a TOML table, such as [[creditors]]"),
    "list_type": ("écrivez une liste TOML, comme [[creditors]]", "write a TOML list, such as [[creditors]]"),
    "tuple_type": ("écrivez une liste TOML, comme [ … ]", "write a TOML list, such as [ … ]"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One wrong setting.

    Attributes:
        key: dotted, as in the file: `smtp.port`.
        value: what was found, ready to show; masked where it is secret; None if nothing was there.
        source: the file, the environment variable or the option where it stands.
        fr: what to do, in French.
        en: the same in English.
    """

    key: str
    value: str | None
    source: str
    fr: str
    en: str

    def text(self, language: str) -> str:
        """One line in `fr`, or in English for any other language."""
        found = "" if self.value is None else f" = {self.value}"
        if language == "fr":
            return f"{self.source} : {self.key}{found} : {self.fr}"
        return f"{self.source}: {self.key}{found}: {self.en}"


class SettingsError(Exception):
    """Settings that must not be used, with everything that is wrong at once."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings)
        self.findings = findings

    def text(self, language: str) -> str:
        """A line for each finding, in `fr`, or in English for any other language."""
        return "\n".join(finding.text(language) for finding in self.findings)

    def __str__(self) -> str:
        return self.text("en")


def advice(error: Mapping[str, Any]) -> tuple[str, str]:
    """What to do about one of pydantic's errors, in French and in English."""
    facts = error.get("ctx", {})
    if "fr" in facts:
        return facts["fr"], facts["en"]
    if error["type"] in ASKED:
        fr, en = ASKED[error["type"]]
        return fr.format(**facts).replace("' or '", "' ou '"), en.format(**facts)
    return f"ce n’est pas accepté ({error['msg']})", f"this is not accepted ({error['msg']})"


def unknown_key(name: str, known: Collection[str]) -> tuple[str, str]:
    """What to do about a key that nobody reads, in French and in English: the likely one, or all of them."""
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"clé inconnue ; vouliez-vous écrire {close[0]} ?", f"unknown key; did you mean {close[0]}?"
    if not known:
        return "clé inconnue : retirez-la", "unknown key: remove it"
    every = ", ".join(sorted(known))
    return f"clé inconnue ; les clés possibles sont : {every}", f"unknown key; the possible ones are: {every}"


def shown(path: KeyPath, value: object) -> str:
    """A value as an error message may show it."""
    if SECRETS & {str(part) for part in path} or _is_address_of_team(path, value):
        return "***"
    if isinstance(value, Mapping | list):
        return "{…}" if isinstance(value, Mapping) else "[…]"
    return repr(value)


def _is_address_of_team(path: KeyPath, value: object) -> bool:
    """Whether it may be an address of apprise, which holds its keys; also where it stands under a wrong key."""
    return path[:1] == ("team",) and ("urls" in path or "apprise" in path or "://" in str(value))


def dotted(path: KeyPath) -> str:
    """A path as operators write it: `creditors[0].name`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
