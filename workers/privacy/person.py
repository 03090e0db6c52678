"""Where the ledger holds something of one natural person: a debtor, or somebody with an e-mail address."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from workers.ledger import schema
from workers.ledger.pipeline import Row
from workers.privacy.columns import COLUMNS, personal

_CASES: Final = "(SELECT case_id FROM cases WHERE creditor_ref = :creditor AND debtor_ref = :debtor)"
_MESSAGES: Final = "(SELECT message_id FROM messages WHERE creditor_ref = :creditor AND debtor_ref = :debtor)"
_MINE: Final = "creditor_ref = :creditor AND debtor_ref = :debtor"
_PAID: Final = (
    "(creditor_ref, payment_id) IN (SELECT allocations.creditor_ref, allocations.payment_id FROM allocations "
    f"JOIN cases USING (creditor_ref, number) WHERE cases.case_id IN {_CASES})"
)
#: What stands before a word may be written so in JSON, or by PostgreSQL's `encode`: a line's end, a byte beyond ASCII.
_ESCAPED: Final = r"(?<=\\[nrt])|(?<=\\[0-7]{3})"
#: Which rows of a table are about a debtor, as SQL; every table with words of people is here.
ABOUT: Final[dict[str, str]] = {
    "debtors": "creditor_ref = :creditor AND ref = :debtor",
    "cases": _MINE, "dispatches": _MINE, "messages": _MINE, "incoming": _MINE, "person_requests": _MINE,
    "journal": f"case_id IN {_CASES}",
    "events": f"(source, event_id) IN (SELECT source, event_id FROM journal WHERE case_id IN {_CASES}) "
              "OR (creditor_ref = :creditor AND :debtor IN (body->>'debtor_ref', body#>>'{debtor,ref}'))",
    "rejects": "strpos(body, '\"' || :debtor || '\"') > 0 AND (strpos(body, '\"creditor\"') = 0 "
               "OR strpos(body, '\"' || :creditor || '\"') > 0)",
    "payments": _PAID,
    "tasks": f"case_id IN {_CASES} OR (kind = 'reply' AND detail IN (SELECT mail_id FROM incoming WHERE {_MINE}))",
    "attempts": f"dispatch_key IN (SELECT key FROM dispatches WHERE {_MINE})",
    "hook_calls": f"message_id IN {_MESSAGES}",
    "post_letters": f"message_id IN {_MESSAGES}",
    "letter_proofs": f"message_id IN {_MESSAGES}",
    "notices": f"subject IN (SELECT 'task/' || key FROM tasks WHERE case_id IN {_CASES})",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Of whom something is asked: a debtor of a creditor, or whoever has an e-mail address.

    Attributes:
        email: in any case; None where the debtor is meant as a whole.
    """

    creditor_ref: str | None = None
    debtor_ref: str | None = None
    email: str | None = None

    @property
    def given(self) -> dict[str, object]:
        """Parameters of the conditions."""
        pattern, whole = (
            (None, None) if self.email is None else (f"%{_escaped(self.email)}%", whole_address(self.email))
        )
        return {"creditor": self.creditor_ref, "debtor": self.debtor_ref, "pattern": pattern, "whole": whole}

    def used(self, table: str) -> dict[str, object]:
        """Those of the parameters that the condition of a table names."""
        where = self.where(table)
        return {name: value for name, value in self.given.items() if f":{name}" in where}

    def where(self, table: str) -> str:
        """SQL: which rows of a table hold something of this person."""
        if self.email is None:
            return ABOUT[table]
        names = [name for name, column in COLUMNS[table].items() if column.is_personal]
        types = schema.metadata.tables[table].c
        return " OR ".join(_contains(name, is_binary=isinstance(types[name].type, sa.LargeBinary)) for name in names)


def whole_address(email: str) -> str:
    """A pattern, for Python and PostgreSQL alike: this address, and not as a part of a longer one."""
    return rf"(?:(?<![\w.+-])|{_ESCAPED}){re.escape(email)}(?![\w-]|\.\w)"


def whole_word(text: str) -> str:
    """The same for a name or a number."""
    return rf"(?:(?<!\w)|{_ESCAPED}){re.escape(text)}(?!\w)"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def _contains(name: str, *, is_binary: bool) -> str:
    text = f"encode(\"{name}\", 'escape')" if is_binary else f'CAST("{name}" AS text)'
    return f"({text} ILIKE :pattern AND {text} ~* :whole)"


def tables() -> Sequence[str]:
    """The tables that hold words of people."""
    return list(dict.fromkeys(table for table, _name, _column in personal()))


def rows_of(connection: sa.Connection, person: Person, table: str) -> Iterator[Row]:
    """The rows of a table that hold something of this person, by key."""
    keys = [column.name for column in schema.metadata.tables[table].primary_key]
    chosen = sa.select(schema.metadata.tables[table]).where(sa.text(person.where(table))).order_by(*map(sa.text, keys))
    yield from connection.execute(chosen, person.given)


def count(connection: sa.Connection, person: Person, table: str) -> int:
    """How many they are."""
    chosen = sa.select(sa.func.count()).select_from(schema.metadata.tables[table])
    return connection.execute(chosen.where(sa.text(person.where(table))), person.given).scalar_one()


def debtors_of(connection: sa.Connection, person: Person) -> list[tuple[str, str]]:
    """The debtors, (creditor, reference) each, that the person is, is a contact of, or wrote for."""
    if person.email is None:
        return [(str(person.creditor_ref), str(person.debtor_ref))]
    found = set()
    for table, ref in (("debtors", "ref"), ("messages", "debtor_ref"), ("incoming", "debtor_ref")):
        statement = (
            f"SELECT DISTINCT creditor_ref, {ref} FROM {table} WHERE ({person.where(table)}) AND {ref} IS NOT NULL"
        )
        found |= {(row[0], row[1]) for row in connection.execute(sa.text(statement), person.given)}
    lines = "SELECT DISTINCT creditor_ref, debtor_ref FROM cases JOIN journal USING (case_id) WHERE " + _contains(
        "event", is_binary=False
    )
    found |= {(row[0], row[1]) for row in connection.execute(sa.text(lines), person.given)}
    return sorted(found)
