"""Commands, options and arguments whose help is written in French and in English, beside each other."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from workers.cli.invocation import Invocation
from workers.cli.speech import ascii_only

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def language_of(ctx: click.Context) -> str:
    """The language of the run that `ctx` belongs to."""
    invocation = ctx.find_object(Invocation)
    return "fr" if invocation is None else invocation.language


def _pick(ctx: click.Context, fr: str, en: str) -> str:
    return fr if language_of(ctx) == "fr" else en


class Option(click.Option):
    """An option with its help in two languages."""

    def __init__(self, names: Sequence[str], *, fr: str = "", en: str = "", **attributes: Any) -> None:  # noqa: ANN401
        super().__init__(names, **attributes)
        self.fr, self.en = fr, en

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The line of the help, in the language of the run."""
        self.help = _pick(ctx, self.fr, self.en)
        record = super().get_help_record(ctx)
        if record is None or language_of(ctx) != "fr":
            return record
        spelling, words = record
        for english, french in (("[required]", "[obligatoire]"), ("[default: ", "[par défaut : ")):
            words = words.replace(english, french)
        for english, french in ((" INTEGER RANGE", " NOMBRE"), (" INTEGER", " NOMBRE"), (" TEXT", " TEXTE")):
            spelling = spelling.replace(english, french)
        return spelling, words


class Argument(click.Argument):
    """An argument with its help in two languages."""

    def __init__(self, names: Sequence[str], *, fr: str = "", en: str = "", **attributes: Any) -> None:  # noqa: ANN401
        super().__init__(names, help=en, **attributes)
        self.fr, self.en = fr, en

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        """The line of the help, in the language of the run."""
        return self.make_metavar(ctx), _pick(ctx, self.fr, self.en)


class Spoken(click.Command):
    """The parts of a help page that a command and a group have in common."""

    fr: str = ""
    en: str = ""

    def get_help(self, ctx: click.Context) -> str:
        """The whole page."""
        invocation = ctx.find_object(Invocation)
        text = super().get_help(ctx)
        return ascii_only(text) if invocation is not None and invocation.is_ascii else text

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 - click's signature; nothing is cut
        """The first line of the help; the list of commands chooses the language itself."""
        ctx = click.get_current_context(silent=True)
        text = self.fr if ctx is None else _pick(ctx, self.fr, self.en)
        return text.strip().partition("\n")[0]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The line that shows how the command is written."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        if language_of(ctx) == "fr":
            pieces = pieces.replace("COMMAND [ARGS]...", "COMMANDE [ARGUMENTS]...")
        formatter.write_usage(ctx.command_path, pieces, prefix=_pick(ctx, "Usage : ", "Usage: "))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command does."""
        self.help = _pick(ctx, self.fr, self.en)
        super().format_help_text(ctx, formatter)

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The arguments that stand without a name."""
        given = [each for each in self.get_params(ctx) if isinstance(each, click.Argument)]
        if given:
            with formatter.section(_pick(ctx, "Arguments\N{NO-BREAK SPACE}", "Arguments")):
                formatter.write_dl([each.get_help_record(ctx) for each in given])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, the one for help last."""
        own = (each.get_help_record(ctx) for each in self.params)
        records = [each for each in own if each is not None and each[0].startswith("-")]
        records.append(("--help", _pick(ctx, "Affiche cette aide.", "Show this help.")))
        with formatter.section(_pick(ctx, "Options\N{NO-BREAK SPACE}", "Options")):
            formatter.write_dl(records)


class Command(Spoken):
    """A command with its help in two languages."""

    def __init__(self, name: str | None, *, fr: str = "", en: str = "", **attributes: Any) -> None:  # noqa: ANN401
        super().__init__(name, **attributes)
        self.fr, self.en = fr, en


class Group(Spoken, click.Group):
    """A command with commands of its own."""

    def __init__(self, name: str | None = None, *, fr: str = "", en: str = "", **attributes: Any) -> None:  # noqa: ANN401
        super().__init__(name, **attributes)
        self.fr, self.en = fr, en

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then the commands."""
        super().format_options(ctx, formatter)
        for heading, rows in self.sections(ctx):
            with formatter.section(heading):
                formatter.write_dl(rows)

    def sections(self, ctx: click.Context) -> list[tuple[str, list[tuple[str, str]]]]:
        """The commands under their headings, each with what it does, in one line."""
        rows = [(name, each.get_short_help_str()) for name, each in sorted(self.commands.items())]
        return [(_pick(ctx, "Commandes\N{NO-BREAK SPACE}", "Commands"), rows)] if rows else []


def command(name: str, *, fr: str, en: str) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command.

    Args:
        name: as it is typed.
        fr: what it does, in French; the first line stands in lists of commands.
        en: the same in English.
    """
    return click.command(name, cls=Command, fr=fr, en=en)


def group(name: str, *, fr: str, en: str) -> Callable[[Callable[..., Any]], Group]:
    """Make a function a group of commands; add to it with `group_object.add_command`."""
    return click.group(name, cls=Group, fr=fr, en=en)


def option(*names: str, fr: str, en: str, **attributes: Any) -> Callable[[Decorated], Decorated]:  # noqa: ANN401
    """Give a command an option; `attributes` are those of `click.option`."""
    return click.option(*names, cls=Option, fr=fr, en=en, **attributes)


def argument(*names: str, fr: str, en: str, **attributes: Any) -> Callable[[Decorated], Decorated]:  # noqa: ANN401
    """Give a command an argument; `attributes` are those of `click.argument`."""
    return click.argument(*names, cls=Argument, fr=fr, en=en, **attributes)


#: `--json`: data for programs instead of tables for people.
json_option = option(
    "--json", "as_json", is_flag=True, fr="Écrit du JSON, pour un programme.", en="Write JSON, for a program."
)
