"""Answers to replies: what would leave, what is odd about it, and the event of a person's approval."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa
from pydantic import ValidationError

from workers.creditors import DeclaredCreditor
from workers.delivery.letters import Letter, Order, write
from workers.intake.mail_reading import Mail, read_mail
from workers.ledger import schema
from workers.ledger.book import Held
from workers.ledger.facts import creditor_of, debtor_of
from workers.ledger.queries.incoming import APPROVED
from workers.operations.answer_checks import odd_words
from workers.rates_file import rates_of
from workers.rendering.answers import Answers
from workers.wiring import System
from workflows.calendar_days import next_working_day
from workflows.case import Case, SideLetter
from workflows.events import EVENT, ReplyAnswered, ReplyReceived
from workflows.invoice import Channel, Creditor, Debtor
from workflows.known import Answer
from workflows.letter_reading import days_in, names_day
from workflows.letter_rules import RULES, Draft, Finding, lint
from workflows.machine import records, standing
from workflows.replies import Reading, ReplyKind
from workflows.scenario import Scenario
from workflows.side_letters import REPLY_ANSWER
from workflows.wording import LetterFacts

#: Calendar days that a predefined answer grants.
GRANTED_DAYS: Final = 8
#: Rules of letters that an answer need not obey: whoever wrote has the reminder before them, and the subject is theirs.
_NOT_ASKED: Final = frozenset({"incomplete", "subject-names-one", "subject-too-long"})
ASKED: Final = frozenset(rule.id for rule in RULES) - _NOT_ASKED
_MESSAGE_ID: Final = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>", re.ASCII)
_LONGEST_ID, _MOST_REFERENCES = 250, 20


class NoAnswer(Exception):
    """This reply cannot be answered so.

    Args:
        fr: why, and what to do, in French.
        en: the same in English.
    """

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(fr, en)
        self.fr, self.en = fr, en

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True)
class Correspondence:
    """A reply with the cases that it is about, as they are now.

    Attributes:
        orders: one for each invoice, as if the answer had been ordered already.
        deadline_on: the day that an answer may grant.
        attach: whether the invoices' documents go with the answer.
    """

    system: System
    reply: ReplyReceived
    mail: Mail | None
    creditor: Creditor
    orders: tuple[Order, ...]
    deadline_on: date
    attach: bool = False

    @property
    def invoice_nos(self) -> tuple[str, ...]:
        """The invoices that the answer is about."""
        return tuple(order.case.invoice.number for order in self.orders)

    @property
    def answers(self) -> Answers:
        """The predefined answers of this creditor."""
        return answers_of(self.system, self.creditor.ref)


def answers_of(system: System, creditor_ref: str) -> Answers:
    """The predefined answers of a creditor: its own over those that ship."""
    declared = next((each for each in system.settings.creditors if each.ref == creditor_ref), None)
    own = declared.answers_dir if isinstance(declared, DeclaredCreditor) else None
    return Answers(system.catalogue.of(creditor_ref), own)


def open_correspondence(
    system: System,
    row: Any,  # noqa: ANN401 - a row of `incoming`
    invoice_nos: Sequence[str],
    deadline_on: date | None = None,
    *,
    attach: bool = False,
) -> Correspondence:
    """Look up everything that an answer needs; nothing is locked, since the delivery looks again.

    Raises:
        NoAnswer: no invoice is concerned, one of them was answered about already, or has no document to attach.
    """
    reply = EVENT.validate_json(row.event)
    if not isinstance(reply, ReplyReceived):
        raise NoAnswer("ce message n’est pas une réponse", "this message is no reply")
    with system.ledger.connect() as connection:
        cases = _cases(connection, row.creditor_ref, invoice_nos)
        debtor, creditor = _parties(connection, row)
        scenarios = [system.engine.scenario(connection, case.scenario) for case in cases]
    _refuse(cases, reply.reply_id, attach=attach)
    today = records.local_day(system.clock.now(), debtor)
    day = deadline_on or next_working_day(today + timedelta(days=GRANTED_DAYS), records.region(debtor))
    orders = tuple(
        _order(Held(case, "", debtor), scenario, reply.reply_id)
        for case, scenario in zip(cases, scenarios, strict=True)
    )
    return Correspondence(system, reply, read_mail(row.raw) if row.raw else None, creditor, orders, day, attach)


def _refuse(cases: Sequence[Case], reply_id: str, *, attach: bool) -> None:
    if not cases:
        raise NoAnswer("aucune facture n’est concernée ; nommez-la : --invoice NUMÉRO",
                       "no invoice is concerned; name it: --invoice NUMBER")  # fmt: skip
    if any(item.reply_id == reply_id for case in cases for item in case.answers):
        raise NoAnswer("ce message a déjà sa réponse", "this reply was answered already")
    if attach and (bare := [case.invoice.number for case in cases if not case.invoice.document]):
        numbers = ", ".join(bare)
        raise NoAnswer(f"aucun fichier n’est connu pour {numbers} ; répondez sans --attach, ou sans cette facture",
                       f"no file is known for {numbers}; answer without --attach, or without it")  # fmt: skip


def predefined(about: Correspondence, kind: ReplyKind, reading: Reading) -> str | None:
    """The text of the predefined answer to a reply of this kind; None where there is none.

    Raises:
        TemplateProblem: a creditor's own answer is at fault.
        NoAnswer: nobody can be written to.
    """
    return about.answers.text(kind, facts_of(about, reading))


def refuse_unnoted(about: Correspondence, kind: ReplyKind, reading: Reading) -> None:
    """Refuse a predefined answer that says of a dispute or a promised day that it is on record while it is not.

    Raises:
        NoAnswer: nothing is on record, so that the ladder would break the word of the answer.
    """
    cases = [order.case for order in about.orders]
    if kind is ReplyKind.DISPUTE:
        is_noted = any(standing.open_disputes(case) for case in cases)
    elif kind is ReplyKind.PROMISE and (day := facts_of(about, reading).promised_on) is not None:
        is_noted = any(item.on >= day for case in cases for item in standing.open_promises(case))
    else:
        return
    if not is_noted:
        command = f"relance replies accept {about.reply.reply_id[:10]} --as {kind} --answer --by"
        raise NoAnswer(f"cette réponse dit que c’est noté, et rien ne l’est encore ; faites les deux : {command} NOM",
                       f"this answer says that it is noted, and nothing is yet; do both: {command} NAME")  # fmt: skip


def facts_of(about: Correspondence, reading: Reading) -> LetterFacts:
    """What an answer may say: the figures of now, the day that it may grant, and what the debtor named.

    Raises:
        NoAnswer: nobody can be written to.
    """
    facts = as_it_leaves(about, "–", deadline_on=about.deadline_on).facts
    changes: dict[str, object] = {}
    if reading.day is not None and reading.day >= facts.today:
        changes["promised_on"] = reading.day
        if reading.amount is not None and 0 < reading.amount <= facts.balance:
            changes["promised_amount"] = reading.amount
    return facts.model_copy(update=changes)


def as_it_leaves(about: Correspondence, text: str, *, deadline_on: date | None = None) -> Letter:
    """The message as it would leave now.

    Raises:
        NoAnswer: the text cannot be written, or nobody can be written to.
    """
    now, system = about.system.clock.now(), about.system
    answer = Answer(
        stamp=(now, ""), deadline_on=deadline_on, attach_invoices=about.attach,
        **event_facts(about, text) | {"reply_id": about.reply.reply_id},
    )  # fmt: skip
    catalogue = system.catalogue.of(about.creditor.ref)
    try:
        return write(
            [_imagined(order, answer) for order in about.orders], about.creditor, Channel.EMAIL, now=now,
            catalogue=catalogue, rates=rates_of(system.settings),
        )  # fmt: skip
    except Exception as error:  # whatever is at fault in a text or a case, the person who writes it must hear of it
        words = str(error) or type(error).__name__
        raise NoAnswer(f"cela ne peut pas être écrit ({words})", f"this cannot be written ({words})") from error


def findings(about: Correspondence, text: str, reading: Reading) -> tuple[Finding, ...]:
    """What the linter of letters finds in a text, amounts and days that the facts do not know among it.

    Raises:
        NoAnswer: the text cannot be written.
    """
    letter, facts = as_it_leaves(about, text), facts_of(about, reading)
    said = letter.message.text
    return (*lint(Draft(facts, "", said, asks_payment=False), ASKED), *odd_words(said, letter.facts))


def granted_on(about: Correspondence, text: str) -> date | None:
    """The day that the text grants, if it names the one that it was given."""
    return about.deadline_on if names_day(about.deadline_on, days_in(text)) else None


def approval(about: Correspondence, text: str, by: str) -> ReplyAnswered:
    """The event of a person's approval.

    Raises:
        NoAnswer: the text or the name holds what no message may, such as control characters.
    """
    reply = about.reply
    try:
        return ReplyAnswered(
            event_id=f"{reply.reply_id}-answer", source=APPROVED, at=about.system.clock.now(), creditor=reply.creditor,
            reply_id=reply.reply_id, debtor_ref=reply.debtor_ref, invoice_nos=about.invoice_nos, by=by,
            deadline_on=granted_on(about, text), attach_invoices=about.attach, **event_facts(about, text),
        )  # fmt: skip
    except ValidationError as error:
        wrong = ", ".join(sorted({str(each["loc"][0]) for each in error.errors()}))
        raise NoAnswer(f"{wrong} : vide, trop long, ou avec des caractères de commande ; corrigez-le",
                       f"{wrong}: empty, too long, or with control characters; mend it") from None  # fmt: skip


def event_facts(about: Correspondence, text: str) -> dict[str, Any]:
    """What the answer takes from the reply: its text, whom it goes to, its subject and its thread."""
    mail = about.mail
    own = mail.message_id if mail is not None else None
    thread = tuple(each for each in reversed(mail.named if mail else ()) if _fits(each))
    return {
        "text": text.strip(), "sender": about.reply.sender, "subject": (mail.subject[:190] or None) if mail else None,
        "in_reply_to": own if own is not None and _fits(own) else None, "references": thread[-_MOST_REFERENCES:],
    }  # fmt: skip


def _fits(message_id: str) -> bool:
    return len(message_id) <= _LONGEST_ID and _MESSAGE_ID.fullmatch(message_id) is not None


def _imagined(order: Order, answer: Answer) -> Order:
    """The order of an answer that is not approved yet."""
    case = order.case
    letter = SideLetter(
        key=order.key, template=REPLY_ANSWER, occasion=answer.reply_id, channel=Channel.EMAIL, state="wanted",
        at=answer.stamp[0], deadline_on=answer.deadline_on,
    )  # fmt: skip
    changed = case.model_copy(update={"answers": (*case.answers, answer), "letters": (*case.letters, letter)})
    return replace(order, held=Held(changed, "", order.debtor))


def _order(held: Held, scenario: Scenario, reply_id: str) -> Order:
    return Order(
        key=f"{held.case.case_id}/letter/{REPLY_ANSWER}/{reply_id}#1", step=None, template=REPLY_ANSWER, tone=1,
        deadline_days=None, from_reception=False, held=held, scenario=scenario,
    )  # fmt: skip


def _parties(connection: sa.Connection, row: Any) -> tuple[Debtor, Creditor]:  # noqa: ANN401 - a row of `incoming`
    debtors, creditors = schema.debtors.c, schema.creditors.c
    debtor = sa.select(sa.cast(debtors.facts, sa.Text)).where(
        debtors.creditor_ref == row.creditor_ref, debtors.ref == row.debtor_ref
    )
    creditor = sa.select(sa.cast(creditors.facts, sa.Text)).where(creditors.ref == row.creditor_ref)
    return debtor_of(connection.scalars(debtor).one()), creditor_of(connection.scalars(creditor).one())


def _cases(connection: sa.Connection, creditor_ref: str, numbers: Sequence[str]) -> list[Case]:
    table = schema.cases.c
    mine = (table.creditor_ref == creditor_ref) & table.number.in_(numbers)
    states = connection.scalars(
        sa.select(sa.cast(table.state, sa.Text)).where(mine).order_by(table.due_on, table.number)
    )
    found = [Case.model_validate_json(state) for state in states]
    return [case for case in found if case.invoice.currency == found[0].invoice.currency]
