"""One run of the command: what it was asked for, and the settings and the system, opened on demand."""

import os
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from workers.cli.speech import Language, ascii_only, wants_ascii

if TYPE_CHECKING:
    from workers.settings import Settings
    from workers.wiring import System
    from workflows.rates import Rates


@dataclass
class Invocation:
    """What every command is given; nothing is read or opened before it is asked for.

    Attributes:
        asked: the language of `--lang` or of the environment; None leaves it to the settings.
        config: what `--config` says.
        data_dir: what `--data` says.
    """

    asked: Language | None = None
    config: Path | None = None
    data_dir: Path | None = None
    is_ascii: bool = field(default_factory=lambda: wants_ascii(os.environ))

    @property
    def language(self) -> Language:
        """French, unless asked otherwise; the settings count from the moment they are read."""
        if self.asked is None and "settings" in self.__dict__:
            return self.settings.language
        return self.asked or "fr"

    @cached_property
    def settings(self) -> "Settings":
        """The settings.

        Raises:
            SettingsError: with every wrong setting at once.
        """
        from workers.settings import load  # noqa: PLC0415 - help must not pay for it

        return load(self.config, data_dir=self.data_dir)

    @cached_property
    def rates(self) -> "Rates":
        """The rates for late payment, the operator's own included.

        Raises:
            SettingsError, BadRatesFile: they cannot be read; the text says why.
        """
        from workers.rates_file import rates_of  # noqa: PLC0415 - help must not pay for it

        return rates_of(self.settings)

    @cached_property
    def system(self) -> "System":
        """The ledger, the timetable and the engine; `close` gives them back.

        Raises:
            SettingsError, EmbeddedError: they cannot be had; the text says why.
        """
        from workers.logs import talk_to_stderr  # noqa: PLC0415 - help must not pay for it
        from workers.wiring import open_system  # noqa: PLC0415 - help must not pay for it

        talk_to_stderr()
        return open_system(self.settings)

    def close(self) -> None:
        """Close what was opened."""
        system = self.__dict__.pop("system", None)
        if system is not None:
            system.close()

    def say(self, fr: str, en: str) -> str:
        """The text in the language of this run."""
        return fr if self.language == "fr" else en

    def show(self, text: str) -> None:
        """One or more lines of data, to standard output."""
        self._write(text, sys.stdout)

    def tell(self, fr: str, en: str) -> None:
        """A line of talk, to standard error."""
        self._write(self.say(fr, en), sys.stderr)

    def _write(self, text: str, stream: TextIO) -> None:
        stream.write((ascii_only(text) if self.is_ascii else text) + "\n")
        stream.flush()


#: Gives a command the run it belongs to, as its first argument.
pass_invocation = click.make_pass_decorator(Invocation)
