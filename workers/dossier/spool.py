"""The files of a dossier while it is made: large ones lie on the disk, not in memory."""

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

from workers.dossier import verifier

#: Bytes; larger contents are laid down.
_SMALL: Final = 64 * 1024


@dataclass(slots=True)
class Spool:
    """Keeps contents until the ZIP is written; `folder` is for large ones, and its owner's to remove."""

    folder: Path
    files: "verifier.Files" = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=count)

    def add(self, name: str, content: bytes) -> None:
        """Keep a file of the dossier."""
        if len(content) <= _SMALL:
            self.files |= verifier.in_memory({name: content})
            return
        path = self.folder / f"{next(self._numbers):06d}"
        path.write_bytes(content)
        self.files[name] = verifier.on_disk(path)

    def add_all(self, files: dict[str, bytes]) -> None:
        """Keep several."""
        for name, content in files.items():
            self.add(name, content)

    @property
    def size(self) -> int:
        """Bytes of all contents."""
        return sum(entry.size for entry in self.files.values())
