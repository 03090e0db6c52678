"""Texts of answers in files, to be changed by a person."""

from pathlib import Path
from typing import Final

from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure

#: Characters of an answer.
LONGEST: Final = 10_000
_MOST_BYTES: Final = 100_000


def read_text(file: Path) -> str:
    """The text of an answer that a person wrote.

    Raises:
        Failure: it is no text, empty, or too long.
    """
    try:
        text = file.read_bytes()[:_MOST_BYTES].decode("utf-8-sig").replace("\r\n", "\n").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{file} ne se lit pas ({error})", f"{file} cannot be read ({error})", ExitCode.USAGE) from None
    if 0 < len(text) <= LONGEST:
        return text
    raise Failure(
        f"{file} a {len(text)} caractères ; une réponse en a 1 à {LONGEST}",
        f"{file} has {len(text)} characters; an answer has 1 to {LONGEST}",
        ExitCode.USAGE,
    )


def write_text(out: Path, text: str) -> None:
    """Write the text of an answer to a new file.

    Raises:
        Failure: it cannot be written, or is there already: what a person wrote stays.
    """
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError as error:
        words = f"{out} : {error.strerror}"
        raise Failure(words, words, ExitCode.GUARDED) from None
