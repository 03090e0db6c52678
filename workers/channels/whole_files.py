"""Files that are there whole or not at all, whatever dies in between."""

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path


def write_whole(path: Path, content: bytes, *, durable: bool = True, is_private: bool = False) -> None:
    """Write beside `path`, then put it in place; an older file is replaced.

    Args:
        path: its directory exists.
        content: the whole file.
        durable: survive a power cut as well as the death of the process.
        is_private: nobody but its owner may read it.

    Raises:
        OSError: nothing changed at `path`.
    """
    with _draft(path, content, durable=durable, is_private=is_private) as draft:
        draft.replace(path)
    if durable:
        make_durable(path.parent)


def write_once(path: Path, content: bytes) -> None:
    """Like `write_whole`, but whoever was first stays: an older file is left alone."""
    with _draft(path, content, durable=True) as draft, contextlib.suppress(FileExistsError):
        os.link(draft, path)
    make_durable(path.parent)


def put_once(whole: Path, path: Path) -> None:
    """Give a file of the same file system its place; whoever was first stays, and the draft is its owner's to remove.

    Raises:
        OSError: nothing changed at `path`.
    """
    with whole.open("rb") as file:
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(whole, path)
    make_durable(path.parent)


@contextlib.contextmanager
def _draft(path: Path, content: bytes, *, durable: bool, is_private: bool = False) -> Iterator[Path]:
    draft = path.with_name(f".{path.name[:80]}.{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        with draft.open("wb") as file:
            if is_private:
                draft.chmod(0o600)
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def make_durable(directory: Path) -> None:
    """Make new names in `directory` survive a power cut, where the system can (not on Windows)."""
    if os.name != "posix":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
