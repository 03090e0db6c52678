"""What whoever posts letters tells about them, read and checked: tracking numbers, places, days."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from workers.operations.post import Batch
from workflows.tracking import BadTracking, tracking_number

#: Headers under which a file may name the letter and its number; the first are those of the manifest.
_NAMES: Final = ("reference", "place", "invoice")
_NUMBER: Final = "tracking"


class BadWord(ValueError):
    """Something that was told and cannot be.

    Attributes:
        fr: the place, the value and the fix, in French.
        en: the same in English.
    """

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(fr, en)
        self.fr, self.en = fr, en


def letter_named(batch: Batch, name: str) -> str:
    """The message id of the letter that `name` means: its place, its reference, or a number of its invoices.

    Raises:
        BadWord: none, or several.
    """
    found = [
        each.message_id
        for each in batch.letters
        if name in (str(each.place), each.message_id, each.message_id.strip("<>"), *each.invoices)
    ]
    if len(found) == 1:
        return found[0]
    last = len(batch.letters)
    raise BadWord(
        f"« {name} » désigne {len(found)} lettre(s) de {batch.batch_id} ; donnez sa place, de 1 à {last}",
        f"{name!r} means {len(found)} letter(s) of {batch.batch_id}; give its place, from 1 to {last}",
    )


def numbers_of(batch: Batch, pairs: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Checked tracking numbers by message id.

    Args:
        batch: whose letters they are.
        pairs: where it was said, the letter as `letter_named` takes it, the number.

    Raises:
        BadWord: no such letter, no such number, or one number for two letters.
    """
    found: dict[str, str] = {}
    for where, name, text in pairs:
        message_id = letter_named(batch, name)
        try:
            number = tracking_number(text)
        except BadTracking as bad:
            raise BadWord(f"{where} : {text!r} {bad.fr}", f"{where}: {text!r} {bad.en}") from bad
        known: Mapping[str, str] = {
            each.tracking_no: each.message_id for each in batch.letters if each.tracking_no is not None
        } | {given: name for name, given in found.items()}
        if known.get(number, message_id) != message_id:
            raise BadWord(
                f"{where} : {number} est déjà donné à une autre lettre", f"{where}: {number} is another letter’s"
            )
        found[message_id] = number
    return found


def pairs_of_file(text: str, name: str) -> Iterator[tuple[str, str, str]]:
    """The pairs of a CSV file, such as the filled-in manifest; lines without a number are passed over.

    Raises:
        BadWord: a column is missing.
    """
    first = text.lstrip("\ufeff").partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=";" if ";" in first else ",")
    headers = [header.strip().lower() for header in rows.fieldnames or ()]
    rows.fieldnames = headers
    key = next((each for each in _NAMES if each in headers), None)
    if key is None or _NUMBER not in headers:
        wanted = f"{' / '.join(_NAMES)}, {_NUMBER}"
        raise BadWord(f"{name} : colonnes attendues : {wanted}", f"{name}: columns wanted: {wanted}")
    for line, row in enumerate(rows, start=2):
        if (row.get(_NUMBER) or "").strip():
            yield f"{name}:{line}", (row.get(key) or "").strip().removeprefix("'"), str(row[_NUMBER]).strip()
