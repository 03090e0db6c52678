"""Until when AR24 takes electronic registered letters from us: the hour that the sender's code of one use opens.

One small file in the data directory, so that all processes that share the directory know it. Workers on other machines
do not: there the hour is closed until it is opened there, too.
"""

import json
from datetime import datetime
from pathlib import Path

from workers.channels.whole_files import write_whole


class LreSession:
    """The hour, as a file. Thread-safe.

    Args:
        path: of the file; its directory is made when it is first written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def until(self) -> datetime | None:
        """Its end, an aware instant; None if no hour was opened, or the file cannot be read."""
        try:
            found = datetime.fromisoformat(json.loads(self._path.read_text("utf-8"))["until"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if found.tzinfo is not None else None

    def open(self, until: datetime) -> None:
        """Remember that it is open."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._path, json.dumps({"until": until.isoformat()}).encode(), is_private=True)

    def close(self) -> None:
        """Forget it: AR24 says that it is over."""
        self._path.unlink(missing_ok=True)
