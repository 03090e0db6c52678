"""What a delivery reads and writes, for one debtor or many: sets in, sets out, few round trips."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from workers.ledger import schema
from workers.ledger.pipeline import Row, sql_of
from workflows.side_letters import ANSWERS

_PAIRS = "unnest(CAST(%(creditors)s AS text[]), CAST(%(debtors)s AS text[])) AS given(creditor_ref, debtor_ref)"
_MINE = "{0}.creditor_ref = given.creditor_ref AND {0}.debtor_ref = given.debtor_ref"

#: The dispatches of these keys that are still wanted and whose time has come.
WANTED = (
    "SELECT key, creditor_ref, debtor_ref, channel FROM dispatches WHERE key = ANY(%(keys)s) AND status = 'wanted' "
    "AND (not_before IS NULL OR not_before <= %(now)s)"
)
LOCK_DEBTORS = (
    f"SELECT debtors.creditor_ref, debtors.ref, debtors.facts FROM debtors JOIN {_PAIRS} "
    "ON debtors.creditor_ref = given.creditor_ref AND debtors.ref = given.debtor_ref "
    "ORDER BY debtors.creditor_ref, debtors.ref FOR UPDATE OF debtors"
)
#: Cases of these debtors that want something now, or whose wake-up is due and has not rung yet. Chosen first, and then
#: locked by their names: a case that another worker lets ring meanwhile has no wake-up any more, and its dispatch is
#: younger than this statement; asked again under the lock, it would fall out of both conditions and of the message.
LOCK_CASES = (
    f"WITH mine AS MATERIALIZED (SELECT cases.case_id FROM cases JOIN {_PAIRS} ON {_MINE.format('cases')} "
    "WHERE cases.next_wake_at <= %(now)s OR EXISTS (SELECT FROM dispatches "
    "WHERE dispatches.case_id = cases.case_id AND dispatches.status = 'wanted' "
    "AND dispatches.creditor_ref = cases.creditor_ref AND dispatches.debtor_ref = cases.debtor_ref)) "
    "SELECT cases.state, cases.chain FROM cases JOIN mine USING (case_id) ORDER BY cases.case_id FOR UPDATE OF cases"
)
#: Other cases whose wake-up is due and that nobody is working on.
LOCK_DUE = (
    "SELECT cases.state, cases.chain, debtors.facts FROM cases "
    "JOIN debtors ON debtors.creditor_ref = cases.creditor_ref AND debtors.ref = cases.debtor_ref "
    "WHERE cases.next_wake_at <= %(now)s AND cases.case_id <> %(case_id)s "
    "ORDER BY cases.next_wake_at, cases.case_id LIMIT %(limit)s FOR UPDATE OF cases SKIP LOCKED"
)
LOCK_WANTED = (
    f"SELECT dispatches.* FROM dispatches JOIN {_PAIRS} ON {_MINE.format('dispatches')} "
    "WHERE dispatches.status = 'wanted' AND (dispatches.not_before IS NULL OR dispatches.not_before <= %(now)s) "
    "ORDER BY dispatches.key FOR UPDATE OF dispatches"
)
#: What answers the debtor is no contact in the budget's eyes.
CONTACTS = (
    "SELECT messages.creditor_ref, messages.debtor_ref, messages.claimed_at FROM messages "
    f"JOIN {_PAIRS} ON {_MINE.format('messages')} "
    "WHERE messages.claimed_at > %(since)s AND messages.status IN ('claimed', 'sent', 'in_doubt') "
    "AND messages.template <> ALL(%(answers)s) "
    "ORDER BY messages.claimed_at"
)
FRESHNESS = "SELECT creditor_ref, as_of FROM feeds WHERE feed = 'payments' AND creditor_ref = ANY(%(creditors)s)"
HOLDS = "SELECT scope, reason FROM holds WHERE until IS NULL OR until > %(now)s"
CREDITORS = "SELECT ref, facts FROM creditors WHERE ref = ANY(%(creditors)s)"

#: How far back contacts are read for the pressure budget: beyond its longest window.
CONTACTS_SINCE = timedelta(days=366)

_MESSAGE_COLUMNS = (
    "message_id", "creditor_ref", "debtor_ref", "channel", "template", "recipient", "subject", "facts", "body",
    "body_sha256", "status", "claimed_at", "lease_until", "claimed_by",
)  # fmt: skip
_MESSAGE = insert(schema.messages)
#: A provider may have refused it "for now" before: the same order is the same message again. Any other message of this
#: id stays as it is, and the dispatch is not claimed.
CLAIM_MESSAGE = sql_of(
    _MESSAGE.on_conflict_do_update(
        index_elements=["message_id"],
        set_={name: _MESSAGE.excluded[name] for name in _MESSAGE_COLUMNS}
        | {"ended_at": None, "receipt": None, "path": None, "provider": None, "provider_id": None},
        where=schema.messages.c.status == "failed",
    ),
    _MESSAGE_COLUMNS,
)
#: Only for a message that was claimed in this very transaction; a claim without a message breaks a constraint.
CLAIM_DISPATCHES = (
    "UPDATE dispatches SET status = 'claimed', reason = NULL, published = true, message_id = (SELECT message_id "
    "FROM messages WHERE message_id = %(message_id)s AND status = 'claimed' AND claimed_at = %(now)s) "
    "WHERE key = ANY(%(keys)s) AND status = 'wanted'"
)

#: Another message that answers the same reply, or may have.
ANSWERED = (
    "SELECT message_id FROM messages WHERE creditor_ref = %(creditor)s AND debtor_ref = %(debtor)s "
    "AND template = %(template)s AND facts->'answer'->>'reply_id' = %(reply)s "
    "AND status IN ('claimed', 'sent', 'in_doubt') LIMIT 1"
)
#: Claims about one case that nobody speaks for any more.
SILENT_CLAIMS = (
    "SELECT DISTINCT messages.message_id FROM messages JOIN dispatches USING (message_id) "
    "WHERE dispatches.case_id = %(case_id)s AND messages.status = 'claimed' AND messages.lease_until < %(now)s"
)
LOCK_CLAIMED_CASES = (
    "SELECT state, chain FROM cases "
    "WHERE case_id IN (SELECT case_id FROM dispatches WHERE message_id = ANY(%(messages)s)) "
    "ORDER BY case_id FOR UPDATE"
)
#: A statement of its own, after the locks: it sees what was committed while they were waited for.
CLAIMED_DEBTORS = (
    "SELECT DISTINCT debtors.creditor_ref, debtors.ref, debtors.facts::text FROM debtors JOIN dispatches "
    "ON debtors.creditor_ref = dispatches.creditor_ref AND debtors.ref = dispatches.debtor_ref "
    "WHERE dispatches.message_id = ANY(%(messages)s)"
)
#: With how often each was tried since a person last sent it again, and the hash and the deadline of its message.
#: A claim that expired is still the claimer's to speak of: it knows what became of the message.
LOCK_CLAIMED = (
    "SELECT dispatches.*, messages.claimed_at, messages.body_sha256, messages.facts->>'deadline_on' AS deadline_on, "
    "(SELECT count(*) FROM attempts WHERE attempts.dispatch_key = dispatches.key AND attempts.id > coalesce("
    "(SELECT max(ended.id) FROM attempts AS ended WHERE ended.dispatch_key = dispatches.key "
    "AND ended.outcome <> 'postponed'), 0)) AS attempts "
    "FROM dispatches JOIN messages ON messages.message_id = dispatches.message_id "
    "WHERE dispatches.message_id = ANY(%(messages)s) AND dispatches.status IN ('claimed', 'in_doubt') "
    "ORDER BY dispatches.key FOR UPDATE OF dispatches"
)
END_MESSAGE = (
    "UPDATE messages SET status = %(status)s, ended_at = %(now)s, receipt = %(receipt)s, path = %(path)s, "
    "provider = %(provider)s, provider_id = %(provider_id)s "
    "WHERE message_id = %(message_id)s"
)
END_DISPATCH = (
    "UPDATE dispatches SET status = %(status)s, reason = %(reason)s, detail = %(detail)s, done_at = %(now)s "
    "WHERE key = %(key)s"
)
POSTPONE_DISPATCH = (
    "UPDATE dispatches SET status = 'wanted', not_before = CAST(%(until)s AS timestamptz), "
    "published = CAST(%(until)s AS timestamptz) IS NULL, reason = %(reason)s, detail = %(detail)s WHERE key = %(key)s"
)
INSERT_ATTEMPT = sql_of(sa.insert(schema.attempts), ("dispatch_key", "at", "outcome", "code", "detail"))


def pairs(rows: Sequence[Row], now: datetime) -> dict[str, object]:
    """Parameters of the statements above for the debtors of `rows`, in lock order."""
    given = sorted({(row.creditor_ref, row.debtor_ref) for row in rows})
    return {
        "creditors": [creditor for creditor, _debtor in given],
        "debtors": [debtor for _creditor, debtor in given],
        "now": now,
        "since": now - CONTACTS_SINCE,
        "answers": sorted(ANSWERS),
    }
