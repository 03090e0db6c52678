"""Make `workflows/replies/learnt.tsv` from the part `dev` of the corpus: `python -m tests.reply_learning`.

Softmax regression by AdaGrad, in plain Python: the same corpus gives the same table. It is also read in
five parts, each with the table learnt from the four others; what is counted of that stands at the head of the table.
About two minutes.
"""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from math import exp, sqrt
from pathlib import Path
from typing import Any, Final

from tests.reply_corpus import CORPUS, TUESDAY, Pair, figures, read_row, rows
from workflows.events import DisputeReason
from workflows.replies import ReplyKind, learnt, own_words
from workflows.replies.days import days_in
from workflows.replies.learnt import ALWAYS, Table, traits_of
from workflows.replies.tokens import words_of

TABLE: Final = Path(learnt.__file__).with_name("learnt.tsv")
FOLDS: Final = 5
#: Replies at the beginning of the part on which the rules were written: what is read of them shows nothing.
RULES_WRITTEN_ON: Final = 565
_ROUNDS: Final = 20
#: How far one reply may move a weight, how far the weight of all replies, and what pulls each weight back to nothing.
_STEP, _STEP_OF_ALL, _PULL = 0.3, 0.02, 1e-4
#: Replies in which a stem or a pair of words has to be found; whole words count from the first on.
_FROM: Final = 2
#: Tenths; smaller weights say nothing.
_SAYS_NOTHING: Final = 2
#: The note that holds what was counted of replies that neither the table nor the rules knew.
COUNTED: Final = "cross-validated "
#: Traits of a reply with the place of the column that is right.
Sample = tuple[tuple[str, ...], int]


def traits_of_row(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the traits of a reply of the corpus, sorted."""
    words = words_of(own_words(row["text"]))
    return tuple(sorted(traits_of(words, days_in(words.text, TUESDAY))))


def fit(samples: Sequence[Sample], columns: int) -> dict[str, list[float]]:
    """The weights of every trait for every column; `ALWAYS` for what holds without any."""
    counts = Counter(name for names, _ in samples for name in names)
    known = {name for name, count in counts.items() if name.isalpha() or count >= _FROM}
    weights = {name: [0.0] * columns for name in sorted(known)} | {ALWAYS: [0.0] * columns}
    moved = {name: [1e-6] * columns for name in weights}
    mine = [([name for name in names if name in known], right) for names, right in samples]
    order = random.Random(1)  # noqa: S311 - an order that is the same every time
    for _ in range(_ROUNDS):
        order.shuffle(mine)
        for names, right in mine:
            _learn(weights, moved, names, right)
    return weights


def _learn(weights: dict[str, list[float]], moved: dict[str, list[float]], names: list[str], right: int) -> None:
    """Move the weights of one reply's traits towards what is right."""
    scale = 1 / sqrt(len(names) + 1)
    mine = [weights[name] for name in names]
    sums = [
        common + scale * sum(column) for common, column in zip(weights[ALWAYS], zip(*mine, strict=True), strict=False)
    ]
    parts = [exp(value - max(sums)) for value in sums]
    errors = [part / sum(parts) for part in parts]
    if not errors:
        return
    errors[right] -= 1
    weights[ALWAYS] = [weight - _STEP_OF_ALL * error for weight, error in zip(weights[ALWAYS], errors, strict=True)]
    for name in names:
        row, past = weights[name], moved[name]
        for place, error in enumerate(errors):
            slope = error * scale + _PULL * row[place]
            past[place] += slope * slope
            row[place] -= _STEP * slope / sqrt(past[place])


def learn(corpus: Sequence[Mapping[str, Any]], notes: Sequence[str] = ()) -> Table:
    """The table of a corpus: automatic replies are not learnt, they are known by their headers and forms."""
    kinds = [str(kind) for kind in ReplyKind if kind is not ReplyKind.AUTOMATIC]
    reasons = [str(reason) for reason in DisputeReason]
    traits = [(row, traits_of_row(row)) for row in corpus if row["kind"] != "automatic"]
    by_kind = fit([(names, kinds.index(row["kind"])) for row, names in traits], len(kinds))
    disputes = [(names, reasons.index(row["category"])) for row, names in traits if row["kind"] == "dispute"]
    by_reason = fit(disputes, len(reasons))
    nothing = [0.0] * len(reasons)
    weights = {}
    for name, row in by_kind.items():
        cells = [round(10 * weight) for weight in (*row, *by_reason.get(name, nothing))]
        if name != ALWAYS:
            cells = [cell if abs(cell) >= _SAYS_NOTHING else 0 for cell in cells]
        if any(cells):
            weights[name] = tuple(cells)
    return Table((*kinds, *(f"dispute/{reason}" for reason in reasons)), weights, tuple(notes))


def cross_validated(corpus: Sequence[dict[str, Any]]) -> list[Pair]:
    """Every reply as it is read with a table that was learnt without it."""
    pairs: list[Pair] = []
    for fold in range(FOLDS):
        table = learn([row for place, row in enumerate(corpus) if place % FOLDS != fold])
        pairs += [(row, read_row(row, table)) for place, row in enumerate(corpus) if place % FOLDS == fold]
    return pairs


def written(table: Table) -> str:
    """The table as a file: notes, head, a line a trait; an empty cell is nothing."""
    head = [f"# {note}" for note in table.notes] + ["\t".join(("trait", *table.columns))]
    lines = ["\t".join((name, *(str(cell or "") for cell in cells))) for name, cells in sorted(table.weights.items())]
    return "\n".join((*head, *lines)) + "\n"


def digest() -> str:
    """SHA-256 of the part that the table is learnt from."""
    return hashlib.sha256((CORPUS / "dev.jsonl").read_bytes()).hexdigest()


def counted_before() -> dict[str, int]:
    """What was counted when the committed table was made."""
    note = next(note for note in learnt.load_table().notes if note.startswith(COUNTED))
    counted: dict[str, int] = json.loads(note.removeprefix(COUNTED))
    return counted


def main() -> None:
    """Write the table."""
    corpus = rows("dev")
    late = {row["id"] for row in corpus[RULES_WRITTEN_ON:]}
    counted = figures([pair for pair in cross_validated(corpus) if pair[0]["id"] in late])
    notes = [
        "made by python -m tests.reply_learning",
        f"dev.jsonl {digest()}",
        f"cross-validated {json.dumps(counted)}",
    ]
    TABLE.write_text(written(learn(corpus, notes)), "utf-8")
    print(TABLE, counted)  # noqa: T201 - a command


if __name__ == "__main__":
    main()
