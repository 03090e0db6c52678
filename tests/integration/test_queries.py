"""Reading models on a large portfolio: no table is read from end to end, and pages neither skip nor repeat a row."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from tests.conftest import TEMPLATE
from workers.ledger import database, schema
from workers.ledger.queries.cases import CaseFilter, find_cases, list_cases, timeline
from workers.ledger.queries.dispatches import DispatchFilter, State, find_dispatch, list_dispatches
from workers.ledger.queries.figures import channel_figures, wake_figures
from workers.ledger.queries.inbox import list_events, list_tasks
from workers.ledger.queries.paging import BadCursor
from workflows.case import Stage

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CASES = 100_000
_FILL = (
    """INSERT INTO creditors SELECT 'c' || n, '{}' FROM generate_series(1, 3) n""",
    """INSERT INTO debtors SELECT 'c' || (n % 3 + 1), 'd' || n, 'Debtor ' || n,
       jsonb_build_object('ref', 'd' || n, 'name', 'Debtor ' || n) FROM generate_series(1, 20000) n""",
    """INSERT INTO scenarios VALUES ('standard', 1, '{}', now())""",
    """INSERT INTO cases (case_id, creditor_ref, debtor_ref, number, stage, epoch, armed_epoch, next_wake_at, balance,
                          currency, due_on, scenario, scenario_version, chain, state)
       SELECT 'c' || (d % 3 + 1) || '/F-' || n, 'c' || (d % 3 + 1), 'd' || d, 'F-' || n,
              (ARRAY['watching', 'reminding', 'reminding', 'promised', 'blocked'])[n % 5 + 1], 1, 1,
              CASE WHEN n % 5 < 4 THEN timestamptz '2026-03-03' + n * interval '1 minute' END, n, 'EUR',
              date '2025-01-01' + (n % 500), 'standard', 1, '',
              jsonb_build_object('steps', jsonb_build_array(jsonb_build_object('key', 'key-' || n)))
       FROM (SELECT n, n % 20000 + 1 AS d FROM generate_series(1, :cases) n) numbers""",
    """INSERT INTO messages (message_id, creditor_ref, debtor_ref, channel, template, recipient, subject, facts, body,
                             body_sha256, status, claimed_at, lease_until, claimed_by, ended_at)
       SELECT 'm' || n, 'c1', 'd1', 'email', 'first_reminder', 'x@y.example', '', '{}', '', '', 'sent',
              timestamptz '2026-01-01' + n * interval '10 seconds', now(), 'w',
              timestamptz '2026-01-01' + n * interval '11 seconds'
       FROM generate_series(1, :cases) n""",
    """INSERT INTO dispatches (message_id, key, case_id, creditor_ref, debtor_ref, ladder, step, channel, template,
                               tone, from_reception, status, wanted_at, done_at, published)
       SELECT 'm' || n, 'key-' || n, 'c' || (d % 3 + 1) || '/F-' || n, 'c' || (d % 3 + 1), 'd' || d, 'standard@1',
              1, 'email', 'first_reminder', 1, false,
              CASE WHEN n % 1000 = 0 THEN 'in_doubt' WHEN n % 1000 = 1 THEN 'failed' WHEN n % 10 = 2 THEN 'withheld'
                   WHEN n % 1000 = 3 THEN 'wanted' ELSE 'sent' END,
              timestamptz '2026-01-01' + n * interval '10 seconds',
              timestamptz '2026-01-01' + n * interval '11 seconds', true
       FROM (SELECT n, n % 20000 + 1 AS d FROM generate_series(1, :cases) n) numbers""",
    """INSERT INTO journal (case_id, source, event_id, kind, at, recorded_at, event, decision, seals, hash)
       SELECT case_id, '/t', case_id, 'step.fell_due', due_on, due_on, '{}', '{}', '', '' FROM cases""",
    """INSERT INTO tasks (key, kind, creditor_ref, case_id, detail, asked_at, done_at)
       SELECT 'task-' || n, 'blocked', 'c1', 'c1/F-' || n, '', timestamptz '2026-01-01' + n * interval '1 minute',
              CASE WHEN n % 10 > 0 THEN now() END
       FROM generate_series(1, 20000) n""",
    """INSERT INTO events (source, event_id, content_hash, kind, at, recorded_at, status, body)
       SELECT '/t', 'e' || n, '', 'payment.received', now(), timestamptz '2026-01-01' + n * interval '1 minute',
              CASE WHEN n % 500 = 0 THEN 'refused' ELSE 'accepted' END, '{}'
       FROM generate_series(1, 50000) n""",
    "ANALYZE",
)


@pytest.fixture(scope="module")
def portfolio(postgres: str) -> Iterator[sa.Engine]:
    server = sa.create_engine(postgres, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE portfolio TEMPLATE {TEMPLATE}"))
    ledger = database.connect(make_url(postgres).set(database="portfolio").render_as_string(hide_password=False))
    with ledger.begin() as connection:
        for statement in _FILL:
            values = {"cases": CASES} if ":cases" in statement else {}
            connection.execute(sa.text(statement), values)
    yield ledger
    ledger.dispose()
    with server.connect() as connection:
        connection.execute(sa.text("DROP DATABASE portfolio WITH (FORCE)"))


def scanned(connection: sa.Connection, question: Callable[[], object]) -> set[str]:
    """Tables that any statement of `question` reads from end to end."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:  # noqa: ANN401
        asked.append((statement, parameters))

    sa.event.listen(connection, "before_cursor_execute", note)
    question()
    sa.event.remove(connection, "before_cursor_execute", note)
    assert asked
    found: set[str] = set()
    for statement, parameters in asked:
        for (line,) in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters):
            if "Seq Scan on" in line:
                found.add(line.split("Seq Scan on ")[1].split()[0])
    return found


def dispatches(connection: sa.Connection, state: State, **narrow: Any) -> list[Any]:  # noqa: ANN401
    return list(list_dispatches(connection, DispatchFilter(state=state, **narrow), NOW).rows)


QUESTIONS: dict[str, Callable[[sa.Connection], Any]] = {
    "open cases": lambda c: list_cases(c, CaseFilter()).rows,
    "cases of a stage": lambda c: list_cases(c, CaseFilter(stages=(Stage.BLOCKED,))).rows,
    "cases of a creditor": lambda c: list_cases(c, CaseFilter(creditor="c2")).rows,
    "cases of a debtor": lambda c: list_cases(c, CaseFilter(creditor="c1", debtor="d6000")).rows,
    "cases due in a month": lambda c: (
        list_cases(c, CaseFilter(due_from=date(2026, 1, 1), due_to=date(2026, 1, 31))).rows
    ),
    "cases of a number": lambda c: list_cases(c, CaseFilter(number="F-77777")).rows,
    "messages in doubt": lambda c: dispatches(c, State.IN_DOUBT),
    "dead messages": lambda c: dispatches(c, State.DEAD),
    "ready messages": lambda c: dispatches(c, State.READY),
    "withheld messages": lambda c: dispatches(c, State.WITHHELD),
    "sent messages": lambda c: dispatches(c, State.DONE),
    "sent messages of an invoice": lambda c: dispatches(c, State.DONE, number="F-77777"),
    "one message": lambda c: find_dispatch(c, "key-4"),
    "figures of channels": lambda c: channel_figures(c, NOW),
    "open tasks": lambda c: list_tasks(c).rows,
    "refused events": lambda c: list_events(c, "refused").rows,
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_nothing_large_is_read_from_end_to_end(portfolio: sa.Engine, name: str) -> None:
    large = {"cases", "dispatches", "journal", "events", "tasks", "debtors", "messages"}
    with portfolio.connect() as connection:
        answer = QUESTIONS[name](connection)
        assert answer
        assert scanned(connection, lambda: QUESTIONS[name](connection)) & large == set()


def test_the_scan_of_a_whole_table_would_be_seen(portfolio: sa.Engine) -> None:
    with portfolio.connect() as connection:
        everything = sa.select(sa.func.sum(schema.cases.c.balance))
        assert scanned(connection, lambda: connection.execute(everything).all()) == {"cases"}


def test_pages_of_cases_follow_one_another_without_a_gap(portfolio: sa.Engine) -> None:
    wanted, seen, cursor = CaseFilter(creditor="c1", stages=(Stage.BLOCKED, Stage.PROMISED)), [], None
    with portfolio.connect() as connection:
        while True:
            page = list_cases(connection, wanted, limit=1000, cursor=cursor)
            seen += [(row.due_on, row.case_id) for row in page.rows]
            cursor = page.cursor
            if cursor is None:
                break
        mine = "SELECT count(*) FROM cases WHERE creditor_ref = 'c1' AND stage IN ('blocked', 'promised')"
        count = connection.execute(sa.text(mine)).scalar_one()
    assert seen == sorted(set(seen))
    assert len(seen) == count > 10_000


@pytest.mark.parametrize("state", [State.IN_DOUBT, State.READY])
def test_pages_of_messages_follow_one_another_without_a_gap(portfolio: sa.Engine, state: State) -> None:
    seen: list[str] = []
    cursor = None
    with portfolio.connect() as connection:
        while True:
            page = list_dispatches(connection, DispatchFilter(state=state), NOW, limit=7, cursor=cursor)
            seen += [row.key for row in page.rows]
            cursor = page.cursor
            if cursor is None:
                break
    assert len(seen) == len(set(seen)) == CASES // 1000


@pytest.mark.parametrize("cursor", ["", "x", "WzFd", "WyJhIiwgImIiXQ"])
def test_a_cursor_that_no_page_gave_is_refused(portfolio: sa.Engine, cursor: str) -> None:
    with portfolio.connect() as connection, pytest.raises(BadCursor):
        list_cases(connection, CaseFilter(), cursor=cursor)


def test_a_number_or_the_whole_name_finds_a_case(portfolio: sa.Engine) -> None:
    with portfolio.connect() as connection:
        assert scanned(connection, lambda: connection.execute(sa.select(schema.cases.c.case_id).where(
            schema.cases.c.number == "F-5")).all()) == set()  # fmt: skip
        assert find_cases(connection, "F-unknown") == []
        assert timeline(connection, "c1/F-unknown") == []


def test_wake_figures_count_by_their_index(portfolio: sa.Engine) -> None:
    with portfolio.connect() as connection:
        figures = wake_figures(connection, NOW)
    assert (figures.ready, figures.delayed) == (0, CASES * 4 // 5)
    assert figures.next_due == datetime(2026, 3, 3, 0, 1, tzinfo=UTC)
