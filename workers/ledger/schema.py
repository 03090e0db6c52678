"""The tables of the ledger; `database.py` brings a database to them and connects to it.

Facts are stored as JSON text of the models in `workflows` and read back by them; the columns beside them exist for
locks, indexes and lists. Times are `timestamptz`, amounts integer cents.
"""

import json

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)
Instant = sa.DateTime(timezone=True)

creditors = sa.Table(
    "creditors",
    metadata,
    sa.Column("ref", sa.Text, primary_key=True),
    sa.Column("facts", JSONB, nullable=False),
)

debtors = sa.Table(
    "debtors",
    metadata,
    sa.Column("creditor_ref", sa.Text, sa.ForeignKey("creditors.ref"), primary_key=True),
    sa.Column("ref", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("facts", JSONB, nullable=False),
    # by field, instant and event id of the latest word on it: an older word that comes later changes nothing
    sa.Column("said", JSONB, nullable=False, server_default="{}"),
)

scenarios = sa.Table(
    "scenarios",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("facts", JSONB, nullable=False),
    sa.Column("published_at", Instant, nullable=False),
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("creditor_ref", sa.Text, nullable=False),
    sa.Column("debtor_ref", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("armed_epoch", sa.Integer, nullable=False, server_default="0"),  # the last one given to the timetable
    sa.Column("next_wake_at", Instant),
    sa.Column("idle_reason", sa.Text),
    sa.Column("balance", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("scenario", sa.Text, nullable=False),
    sa.Column("scenario_version", sa.Integer, nullable=False),
    sa.Column("claim_ends_on", sa.Date),  # the last day for a court claim; none while a procedure holds the clock
    sa.Column("chain", sa.Text, nullable=False),  # hash of the last line of the journal of this case
    sa.Column("level", sa.SmallInteger, nullable=False, server_default="0"),  # what is left of it: `copies.Level`
    sa.Column("state", JSONB, nullable=False),
    sa.ForeignKeyConstraint(["creditor_ref", "debtor_ref"], ["debtors.creditor_ref", "debtors.ref"]),
    sa.ForeignKeyConstraint(["scenario", "scenario_version"], ["scenarios.name", "scenarios.version"]),
    # fewer pages are rewritten when a case moves from stage to stage
    postgresql_with={"fillfactor": 80},
)
sa.Index("ix_cases_debtor", cases.c.creditor_ref, cases.c.debtor_ref)
sa.Index("ix_cases_number", cases.c.number)
sa.Index("ix_cases_stage_due_on", cases.c.stage, cases.c.due_on, cases.c.case_id)
sa.Index("ix_cases_next_wake_at", cases.c.next_wake_at, postgresql_where=cases.c.next_wake_at.is_not(None))
sa.Index(
    "ix_cases_claim_ends_on",
    cases.c.claim_ends_on,
    postgresql_where=cases.c.stage.not_in(["paid", "cancelled", "written_off"]),
)
sa.Index("ix_cases_unarmed", cases.c.case_id, postgresql_where=cases.c.armed_epoch < cases.c.epoch)

events = sa.Table(
    "events",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Text, primary_key=True),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("creditor_ref", sa.Text),
    sa.Column("at", Instant, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("subject", sa.Text),  # debtor/REF, where the event is about a debtor as a whole
    # accepted, parked (part of it waits for its invoice or payment), refused (kept for the operator)
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("findings", JSONB),
    sa.Column("body", JSONB, nullable=False),
)
sa.Index("ix_events_subject", events.c.creditor_ref, events.c.subject, postgresql_where=events.c.subject.is_not(None))
sa.Index("ix_events_status", events.c.status, events.c.recorded_at, postgresql_where=events.c.status != "accepted")

parked = sa.Table(
    "parked",  # the inbox: an event that came before what it is about, applied on arrival
    metadata,
    sa.Column("waiting_for", sa.Text, primary_key=True),  # a case id, payment:…, debtor:…
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Text, primary_key=True),
    sa.Column("since", Instant, nullable=False),
    sa.ForeignKeyConstraint(["source", "event_id"], ["events.source", "events.event_id"]),
)

rejects = sa.Table(
    "rejects",  # what could not even be read as an event; kept for the operator
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("findings", JSONB, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

journal = sa.Table(
    # append-only: triggers of the migrations refuse DELETE, TRUNCATE, and every UPDATE but one: of a line to the copy
    # of itself without people that its seals promised when it was written
    "journal",
    metadata,
    sa.Column("seq", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("event", sa.Text, nullable=False),  # text, not JSONB: the seals are over these very characters
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("level", sa.SmallInteger, nullable=False, server_default="0"),  # what is left of it: `copies.Level`
    sa.Column("salts", sa.Text),  # one word for each; see `seals.py`
    sa.Column("seals", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),  # over the seals and the hash before
    sa.UniqueConstraint("case_id", "source", "event_id"),
)

redactions = sa.Table(
    "redactions",  # which lines of the journal were anonymised, by whom and why; append-only, and chained per case
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),  # the rule of the retention policy, or of the person's right
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("lines", sa.ARRAY(sa.Text), nullable=False),  # "LEVEL HASH" of each line
    sa.Column("hash", sa.Text, nullable=False),
)

dispatches = sa.Table(
    "dispatches",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), nullable=False),
    sa.Column("creditor_ref", sa.Text, nullable=False),
    sa.Column("debtor_ref", sa.Text, nullable=False),
    sa.Column("ladder", sa.Text, nullable=False),
    sa.Column("step", sa.Integer),  # none for a letter beside the ladder
    sa.Column("occasion", sa.Text),  # of such a letter: the id of the fact it speaks of
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("tone", sa.Integer, nullable=False),
    sa.Column("deadline_days", sa.Integer),
    sa.Column("from_reception", sa.Boolean, nullable=False),
    # wanted, claimed, sent, failed, in_doubt, withheld, bounced
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("wanted_at", Instant, nullable=False),
    sa.Column("not_before", Instant),
    sa.Column("published", sa.Boolean, nullable=False, server_default=sa.false()),  # handed to the channel's queue
    sa.Column("message_id", sa.Text, sa.ForeignKey("messages.message_id")),
    sa.Column("reason", sa.Text),
    sa.Column("detail", sa.Text),
    sa.Column("done_at", Instant),
    # promise 2: what may have left can be looked up
    sa.CheckConstraint("status NOT IN ('claimed', 'in_doubt') OR message_id IS NOT NULL", name="has_message"),
    sa.CheckConstraint("(step IS NULL) = (occasion IS NOT NULL)", name="step_or_letter"),
)
sa.Index(  # promise 2: one step of one case by one channel, once
    "uq_dispatches_once",
    dispatches.c.case_id, dispatches.c.ladder, dispatches.c.step, dispatches.c.channel,
    unique=True,
    postgresql_where=dispatches.c.status.in_(["wanted", "claimed", "sent", "in_doubt"]),
)  # fmt: skip
sa.Index(  # promise 2: one letter about one fact, once
    "uq_dispatches_letter_once",
    dispatches.c.case_id, dispatches.c.template, dispatches.c.occasion,
    unique=True,
    postgresql_where=sa.and_(
        dispatches.c.step.is_(None), dispatches.c.status.in_(["wanted", "claimed", "sent", "in_doubt"])
    ),
)  # fmt: skip
sa.Index(
    "ix_dispatches_wanted",
    dispatches.c.creditor_ref, dispatches.c.debtor_ref, dispatches.c.channel,
    postgresql_where=dispatches.c.status == "wanted",
)  # fmt: skip
sa.Index(
    "ix_dispatches_unpublished",
    dispatches.c.key,
    postgresql_where=sa.and_(dispatches.c.status == "wanted", ~dispatches.c.published),
)
sa.Index("ix_dispatches_message_id", dispatches.c.message_id)
sa.Index("ix_dispatches_status", dispatches.c.status, dispatches.c.done_at, dispatches.c.key)  # lists, by keyset

messages = sa.Table(
    "messages",  # what left, or was about to: one for one debtor by one channel, for one or several invoices
    metadata,
    sa.Column("message_id", sa.Text, primary_key=True),
    sa.Column("creditor_ref", sa.Text, nullable=False),
    sa.Column("debtor_ref", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("facts", JSONB, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),  # exactly what was handed over
    sa.Column("body_sha256", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),  # claimed, sent, failed, in_doubt
    sa.Column("claimed_at", Instant, nullable=False),
    sa.Column("lease_until", Instant, nullable=False),
    sa.Column("claimed_by", sa.Text, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("receipt", sa.Text),
    sa.Column("path", sa.Text),
    sa.Column("provider", sa.Text),  # who took it, and under which name: by these it calls back
    sa.Column("provider_id", sa.Text),
)
sa.Index("ix_messages_contacts", messages.c.creditor_ref, messages.c.debtor_ref, messages.c.claimed_at)
sa.Index("ix_messages_tag", sa.func.left(messages.c.message_id, 21))  # what tagged addresses say of it
sa.Index("ix_messages_leases", messages.c.lease_until, postgresql_where=messages.c.status == "claimed")
sa.Index("ix_messages_provider_id", messages.c.provider_id, postgresql_where=messages.c.provider_id.is_not(None))

hook_calls = sa.Table(
    "hook_calls",  # what providers called back about, whether it is about a message of ours or not
    metadata,
    sa.Column("call_id", sa.Text, primary_key=True),  # hash of what was said: the same call twice is one
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),  # without the secret segment of its path
    sa.Column("headers", JSONB, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("status", sa.Text, nullable=False),  # new, parked, done, unmatched, unreadable, refused
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("again_at", Instant),  # while new or parked: when the relay repeats it
    sa.Column("reason", sa.Text),
    sa.Column("message_id", sa.Text),
    sa.Column("events", JSONB),
)
sa.Index("ix_hook_calls_again", hook_calls.c.again_at, postgresql_where=hook_calls.c.again_at.is_not(None))
sa.Index("ix_hook_calls_status", hook_calls.c.status, hook_calls.c.received_at, hook_calls.c.call_id)

incoming = sa.Table(
    "incoming",  # e-mails that came in: answers, absences, reports of mail servers, and what fits nobody
    metadata,
    sa.Column("mail_id", sa.Text, primary_key=True),  # of the message's own id and content; the id of the reply, too
    sa.Column("taken_at", Instant, nullable=False),
    sa.Column("sent_at", Instant, nullable=False),
    sa.Column("status", sa.Text, nullable=False),  # reply, automatic, bounce, notice, own, unmatched, refused
    sa.Column("creditor_ref", sa.Text),
    sa.Column("debtor_ref", sa.Text),
    sa.Column("matched_by", sa.Text),  # tag, message, number, sender, person
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("reading", JSONB),  # of a reply: what it seems to say
    sa.Column("reason", sa.Text),
    sa.Column("event", JSONB),  # what was published about it
    sa.Column("raw", sa.LargeBinary),  # the whole message, with its attachments; none where it was refused
    sa.Column("raw_sha256", sa.Text, nullable=False),
)
sa.Index("ix_incoming_status", incoming.c.status, incoming.c.taken_at, incoming.c.mail_id)
sa.Index("ix_incoming_debtor", incoming.c.creditor_ref, incoming.c.debtor_ref, incoming.c.taken_at)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("dispatch_key", sa.Text, sa.ForeignKey("dispatches.key"), nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("code", sa.Text),
    sa.Column("detail", sa.Text),
)

payments = sa.Table(
    "payments",
    metadata,
    sa.Column("creditor_ref", sa.Text, primary_key=True),
    sa.Column("payment_id", sa.Text, primary_key=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("value_date", sa.Date, nullable=False),
    sa.Column("reference", sa.Text),
    sa.Column("unallocated", sa.BigInteger, nullable=False),
)

allocations = sa.Table(
    "allocations",
    metadata,
    sa.Column("creditor_ref", sa.Text, primary_key=True),
    sa.Column("payment_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
)

tasks = sa.Table(
    "tasks",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("creditor_ref", sa.Text),
    sa.Column("case_id", sa.Text),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("due_on", sa.Date),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("done_at", Instant),
)
sa.Index("ix_tasks_open", tasks.c.asked_at, tasks.c.key, postgresql_where=tasks.c.done_at.is_(None))
sa.Index("ix_tasks_case_id", tasks.c.case_id, postgresql_where=tasks.c.done_at.is_(None))

feeds = sa.Table(
    "feeds",
    metadata,
    sa.Column("creditor_ref", sa.Text, primary_key=True),
    sa.Column("feed", sa.Text, primary_key=True),
    sa.Column("as_of", Instant, nullable=False),
)

holds = sa.Table(
    "holds",  # nothing leaves: everything, or one channel, until released
    metadata,
    sa.Column("scope", sa.Text, primary_key=True),  # "all" or a channel
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("until", Instant),
)

operations = sa.Table(
    "operations",  # what people did to queues and messages: who, when, why
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("verb", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

person_requests = sa.Table(
    "person_requests",  # what natural persons asked for about their own data, and what was answered; names nobody
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("asked_for", sa.Text, nullable=False),  # export, erase, restrict
    sa.Column("creditor_ref", sa.Text),
    sa.Column("debtor_ref", sa.Text),
    sa.Column("reference", sa.Text),  # under which the operator keeps the request itself
    sa.Column("answer", JSONB, nullable=False),
)

workers = sa.Table(
    "workers",  # our own heartbeats: the broker's list also counts programs that only publish
    metadata,
    sa.Column("worker_id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),  # worker, relay, web
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("queues", sa.Text, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("beat_at", Instant, nullable=False),
)

post_batches = sa.Table(
    "post_batches",  # letters that somebody printed together and posts
    metadata,
    sa.Column("batch_id", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("posted_on", sa.Date),
)

post_letters = sa.Table(
    "post_letters",  # one letter is in one batch at most; withdrawn before or after it was printed, it is not posted
    metadata,
    sa.Column("message_id", sa.Text, sa.ForeignKey("messages.message_id"), primary_key=True),
    sa.Column("batch_id", sa.Text, sa.ForeignKey("post_batches.batch_id")),
    sa.Column("place", sa.Integer),
    sa.Column("withdrawn", sa.Text),
    sa.Column("tracking_no", sa.Text),
    sa.UniqueConstraint("batch_id", "place"),
    sa.CheckConstraint("batch_id IS NOT NULL OR withdrawn IS NOT NULL", name="batch_or_reason"),
)

letter_proofs = sa.Table(
    "letter_proofs",  # what carriers give to prove what became of a letter
    metadata,
    sa.Column("message_id", sa.Text, sa.ForeignKey("messages.message_id"), primary_key=True),
    sa.Column("sha256", sa.Text, primary_key=True),  # as in `letter.tracked`
    sa.Column("taken_at", Instant, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),  # empty once its time is over
)

notices = sa.Table(
    "notices",  # what the creditor's own people are told: one fact, one target, once
    metadata,
    sa.Column("target", sa.Text, primary_key=True),  # by its name in the settings
    sa.Column("subject", sa.Text, primary_key=True),  # the fact: task/KEY, held/…, digest/DAY
    sa.Column("kind", sa.Text, nullable=False),
    # wanted, claimed, sent, failed, in_doubt, withdrawn (it needed nobody any more)
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("wanted_at", Instant, nullable=False),
    sa.Column("not_before", Instant),
    sa.Column("published_at", Instant),  # when it was last handed to the queue
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("batch", sa.Text),  # what left in one message
    sa.Column("claimed_at", Instant),
    sa.Column("lease_until", Instant),
    sa.Column("ended_at", Instant),
    sa.Column("code", sa.Text),
    sa.Column("detail", sa.Text),
    sa.CheckConstraint("status <> 'claimed' OR (batch IS NOT NULL AND lease_until IS NOT NULL)", name="has_a_lease"),
)
sa.Index("ix_notices_open", notices.c.target, postgresql_where=notices.c.status.in_(["wanted", "claimed"]))
sa.Index("ix_notices_ended_at", notices.c.ended_at, postgresql_where=notices.c.ended_at.is_not(None))


def json_text(value: list[str] | dict[str, str]) -> str:
    """JSON text for a JSON column; see `database.connect`."""
    return json.dumps(value, ensure_ascii=False)
