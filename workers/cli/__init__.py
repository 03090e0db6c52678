"""The command `relance`: one module a command, found through `registry.py`."""

import os
import sys
from collections.abc import Sequence

import click
from click.exceptions import NoArgsIsHelpError

from workers.cli.exit_codes import ExitCode
from workers.cli.failures import answer_to
from workers.cli.invocation import Invocation
from workers.cli.root import relance
from workers.cli.speech import asked_language, wants_ascii


def main(words: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code.

    Args:
        words: the command line without the program's name; None takes the process's own.
    """
    sys.exit(run(sys.argv[1:] if words is None else words))


def run(words: Sequence[str]) -> int:
    """Run one command and return its exit code; errors nobody can do anything about are raised."""
    language, rest = asked_language(words, os.environ)
    invocation = Invocation(asked=language)
    if wants_ascii(os.environ):
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr] # the standard streams are text files
    try:
        result = relance.main(rest, prog_name="relance", standalone_mode=False, obj=invocation)
        return int(result or ExitCode.OK)
    except (click.Abort, KeyboardInterrupt):
        invocation.tell("interrompu", "interrupted")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:  # the reader of our output has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FAILURE
    except Exception as error:  # noqa: BLE001 - what has no answer is raised again
        return _answer(error, invocation)
    finally:
        invocation.close()


def _answer(error: Exception, invocation: Invocation) -> int:
    answer = answer_to(error, invocation.language)
    if answer is None:
        raise error
    text, code = answer
    invocation.tell(text, text)
    if isinstance(error, click.UsageError) and not isinstance(error, NoArgsIsHelpError) and error.ctx is not None:
        path = error.ctx.command_path
        invocation.tell(f"voir : {path} --help", f"see: {path} --help")
    return code
