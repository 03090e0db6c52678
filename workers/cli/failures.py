"""How a command fails: one clear line, and an exit code that means something."""

import re
from typing import Final

import click

from workers.cli.exit_codes import ExitCode
from workers.cli.speech import Language

#: Options of `relance` itself; written after the command they are unknown.
_GENERAL: Final = frozenset({"--config", "--data", "--lang"})
#: Errors that mean that a store does not answer, by name: a command that never met a store imports none of them.
_UNREACHABLE: Final = frozenset(
    {
        "sqlalchemy.exc.OperationalError",
        "sqlalchemy.exc.TimeoutError",
        "psycopg.OperationalError",
        "redis.exceptions.ConnectionError",
        "redis.exceptions.TimeoutError",
        "dramatiq.errors.ConnectionError",
        "workers.embedded.errors.EmbeddedError",
    }
)
_SETTINGS: Final = frozenset(
    {
        "workers.settings_parts.errors.SettingsError",
        "workers.rates_file.BadRatesFile",
        "workers.own_letters.LettersRefused",
    }
)
_CLASH: Final = "workers.wiring.ScenarioClash"


class Failure(Exception):
    """Ends a command with a line in two languages and an exit code.

    Args:
        fr: what is wrong and what to do about it, in French.
        en: the same in English.
        code: what the calling program learns.
    """

    def __init__(self, fr: str, en: str, code: ExitCode = ExitCode.FAILURE) -> None:
        super().__init__(fr, en, code)
        self.fr, self.en, self.code = fr, en, code

    def text(self, language: str) -> str:
        """The line in `fr`, or in English for any other language."""
        return self.fr if language == "fr" else self.en

    def __str__(self) -> str:
        return self.en


def answer_to(error: BaseException, language: Language) -> tuple[str, ExitCode] | None:
    """The text and the exit code for an error that an operator can do something about; None for any other."""
    if isinstance(error, Failure):
        return error.text(language), error.code
    if isinstance(error, click.ClickException):
        return _usage(error, language), ExitCode(error.exit_code)
    names = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}
    if names & _SETTINGS:
        return _own_text(error, language), ExitCode.USAGE
    if _CLASH in names:
        return _clash(error, language), ExitCode.GUARDED
    if names & _UNREACHABLE:
        return _unreachable(error, language), ExitCode.UNREACHABLE
    return None


def _clash(error: BaseException, language: Language) -> str:
    if language != "fr":
        return str(error)
    versions = ", ".join(getattr(error, "versions", ()))
    return f"les scénarios {versions} ont été publiés avec un autre contenu ; augmentez leur version"


def _own_text(error: BaseException, language: Language) -> str:
    text = getattr(error, "text", None)
    return str(text(language)) if callable(text) else str(error)


def _unreachable(error: BaseException, language: Language) -> str:
    """The first line of what the driver says; the rest is its own background."""
    if callable(getattr(error, "text", None)):
        return _own_text(error, language)
    reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    if language == "fr":
        return f"la base ou Redis ne répond pas ({reason}) ; vérifiez qu’ils tournent, puis recommencez"
    return f"the database or Redis does not answer ({reason}); check that they run, then try again"


def _usage(error: click.ClickException, language: Language) -> str:
    if language != "fr":
        return error.format_message() + _general_hint(error, language)
    if isinstance(error, click.NoSuchOption):
        near = _near(error.possibilities)
        return f"l’option {error.option_name} n’existe pas{near}{_general_hint(error, language)}"
    if isinstance(error, click.NoSuchCommand):
        return f"la commande « {error.command_name} » n’existe pas{_near(error.possibilities)}"
    if isinstance(error, click.MissingParameter):
        return f"il manque {_name(error)}{_choices(error)}"
    if isinstance(error, click.BadParameter):
        return f"{_name(error)} : {_choices(error).removeprefix(' ; ') or _missing(error) or error.message}"
    return error.format_message()


def _missing(error: click.BadParameter) -> str:
    """A path that does not exist, in French; empty for anything else. The library tells it in its own words only."""
    found = re.fullmatch(r"\w+ '(?P<path>.*)' does not exist\.", error.message, re.DOTALL)
    return f"« {found['path']} » n’existe pas ; vérifiez le chemin" if found else ""


def _near(possibilities: list[str] | None) -> str:
    return f" ; vouliez-vous écrire {' ou '.join(possibilities)} ?" if possibilities else ""


def _general_hint(error: click.ClickException, language: Language) -> str:
    if not isinstance(error, click.NoSuchOption) or error.option_name not in _GENERAL:
        return ""
    if language == "fr":
        return f" ici : c’est une option générale, écrivez-la avant la commande (relance {error.option_name} …)"
    return f" It is a general option: write it before the command (relance {error.option_name} …)."


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint or "un paramètre")
    is_option = isinstance(error.param, click.Option)
    return max(error.param.opts, key=len) if is_option else error.param.human_readable_name


def _choices(error: click.BadParameter) -> str:
    kind = None if error.param is None else error.param.type
    return f" ; choisissez parmi {', '.join(map(str, kind.choices))}" if isinstance(kind, click.Choice) else ""
