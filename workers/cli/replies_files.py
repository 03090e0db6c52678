"""`relance replies files`: the files of a reply, written as they came under names that can do no harm."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workers.cli.bilingual import argument, command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.replies_one import the_mail
from workers.cli.tables import show_json

if TYPE_CHECKING:
    from workers.intake.mail_files import MailFile


@command(
    "files",
    fr="Écrit les pièces jointes d’un message dans un dossier ; rien n’est ouvert ni exécuté.",
    en="Write the files of a message to a folder; nothing is opened or run.",
)
@argument("mail_id", metavar="N°", fr="Le numéro, ou son début.", en="The id, or its beginning.")
@option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR",
        fr="Où écrire ; créé s’il manque.", en="Where to write; made if it is not there.")  # fmt: skip
@json_option
@pass_invocation
def files(invocation: Invocation, *, mail_id: str, out: Path, as_json: bool) -> int:
    """Write each file, and say its name, type, size and hash."""
    from workers.cli.reply_words import size_text  # noqa: PLC0415 - help must not pay for it
    from workers.intake.mail_files import files_or_none  # noqa: PLC0415

    found = files_or_none(the_mail(invocation, mail_id).raw)
    _write(found, out)
    if as_json:
        show_json(invocation, "reply.files", {"folder": str(out), "files": [plain_file(each) for each in found]})
    else:
        for each in found:
            size = size_text(each.size, invocation.language)
            invocation.show(f"{out / each.name}  {each.media_type}  {size}")
    return ExitCode.OK if found else ExitCode.NOTHING_MATCHED


def plain_file(file: "MailFile") -> dict[str, object]:
    """A file for programs, without its content."""
    return {"name": file.name, "media_type": file.media_type, "size": file.size, "sha256": file.sha256}


def _write(found: "tuple[MailFile, ...]", out: Path) -> None:
    try:
        if found:
            out.mkdir(parents=True, exist_ok=True)
        for each in found:
            _write_one(out / each.name, each.content)
    except OSError as error:
        words = f"{error.filename or out} : {error.strerror}"
        raise Failure(words, words) from None


def _write_one(path: Path, content: bytes) -> None:
    """A new file that only its owner reads and nobody runs; the same file again is left alone, another one too."""
    no_links = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | no_links, 0o600)
    except FileExistsError:
        if not path.is_symlink() and path.is_file() and path.read_bytes() == content:
            return
        raise Failure(
            f"{path} existe déjà et n’est pas cette pièce ; choisissez un autre --out",
            f"{path} is there already and is not this file; choose another --out",
            ExitCode.GUARDED,
        ) from None
    with os.fdopen(handle, "wb") as file:
        file.write(content)
