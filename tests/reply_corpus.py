"""The corpus of replies, and what is counted of what is read of them."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from workflows.replies import Reading, ReplyKind, read_reply
from workflows.replies.learnt import Table

CORPUS = Path(__file__).parent / "data" / "replies"
#: The day on which every reply of the corpus was written.
TUESDAY = date(2026, 3, 10)
#: The line of each kind, and the column of each kind that was read.
KINDS = [str(kind) for kind in ReplyKind]
#: A reply of the corpus with what is read of it.
Pair = tuple[dict[str, Any], Reading]


def rows(name: str) -> list[dict[str, Any]]:
    """The replies of a part, in the order of the file."""
    return [json.loads(line) for line in (CORPUS / f"{name}.jsonl").read_text("utf-8").splitlines()]


def read_row(row: dict[str, Any], table: Table | None = None) -> Reading:
    """What is read of a reply of the corpus, with the table of the program or another."""
    return read_reply(row["text"], row["subject"], row.get("headers"), received_on=TUESDAY, table=table)


def figures(pairs: Sequence[Pair]) -> dict[str, int]:
    """What docs/replies.md publishes of a part."""
    wrong = [reading for row, reading in pairs if row["kind"] != reading.kind]
    right = [(row, reading) for row, reading in pairs if row["kind"] == reading.kind]
    sure = [(row, got) for row, got in pairs if got.is_confident and got.kind is not ReplyKind.AUTOMATIC]
    dated = [(row, got) for row, got in right if row["kind"] in ("promise", "already_paid", "request_for_time")]
    disputes = [(row, reading) for row, reading in right if row["kind"] == "dispute"]
    return {
        "replies": len(pairs),
        "right": len(right),
        "wrong, left as `other`": sum(got.kind is ReplyKind.OTHER for got in wrong),
        "wrong, read as another kind": sum(got.kind is not ReplyKind.OTHER for got in wrong),
        "sure": len(sure),
        "sure and wrong": sum(row["kind"] != reading.kind for row, reading in sure),
        "days, of the right ones": len(dated),
        "days read": sum(row.get("date") == (got.day.isoformat() if got.day else None) for row, got in dated),
        "categories, of the right disputes": len(disputes),
        "categories read": sum(row["category"] == got.category for row, got in disputes),
    }  # fmt: skip


def matrix(pairs: Sequence[Pair]) -> list[str]:
    """The confusion matrix as the lines of a table: a line for what is meant, a column for what is read."""
    counts = Counter((row["kind"], str(reading.kind)) for row, reading in pairs)
    lines = ["| meant \\ read | " + " | ".join(KINDS) + " |", "|---|" + "---:|" * len(KINDS)]
    for meant in KINDS:
        cells = [str(counts[meant, kind] or "·") for kind in KINDS]
        lines.append(f"| {meant} | " + " | ".join(cells) + " |")
    return lines
