"""Segments and choices on a real ledger: history by SQL, what is kept, a person's word, and the commands."""

import json
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.command_line import CommandLine
from tests.office import CREDITOR, Office, a_contact, a_debtor, a_payment, a_reversal, an_invoice, office_at
from workers.choosing import Choosing
from workers.ledger.queries.history import histories, invoiced_by_creditor
from workers.relay import SEGMENTS_AGAIN, Relay
from workers.segmenting import refresh_all
from workers.settings import Settings
from workers.settings_parts.errors import SettingsError
from workflows.choice import ChoiceRule
from workflows.effects import Reason
from workflows.events import CreditNoteIssued, DebtorUpdated, DisputeOpened, DisputeReason, DisputeResolved, NewDebtor
from workflows.invoice import Segment
from workflows.money import Money
from workflows.reasons import say
from workflows.segments import History, SegmentPolicy

MORNING = datetime(2026, 1, 12, 8, tzinfo=UTC)
TODAY = MORNING.date()
POLICY = SegmentPolicy()
_ids = count(1)


def at_one_time(number: str, days_late: int | None = 0, *, ref: str = "btp", **changes: Any) -> list[Any]:  # noqa: ANN401
    """An invoice of last autumn, and its payment so many days after the due date; None for none."""
    due = date(2025, 10, 31)
    changes.setdefault("debtor", a_debtor(ref))
    told: list[Any] = [
        an_invoice(
            number, issue_date=date(2025, 10, 1), due_date=due, at=datetime(2025, 10, 1, 8, tzinfo=UTC), **changes
        )
    ]
    if days_late is not None:
        paid_at = datetime(2025, 10, 31, 12, tzinfo=UTC) + timedelta(days=days_late)
        told.append(a_payment({number: told[0].total.amount}, paid_at))
    return told


def history(office: Office, ref: str = "btp", *, shares: bool = False) -> History:
    with office.system.ledger.connect() as connection:
        totals = invoiced_by_creditor(connection, TODAY) if shares else None
        return histories(connection, [("atelier", ref)], TODAY, POLICY, totals=totals)["atelier", ref]


def found(office: Office, ref: str = "btp") -> set[str]:
    facts = json.loads(office.one("SELECT facts::text FROM debtors WHERE ref = :ref", ref=ref))
    return set(facts["segments_found"])


def told(office: Office, number: str) -> list[str]:
    """The reasons of the opening of a case, in English."""
    rows = office.rows(
        "SELECT decision FROM journal WHERE case_id = :id AND kind = 'invoice.issued'", id=f"atelier/{number}"
    )
    return [say(Reason.model_validate(each), "en") for each in json.loads(rows[0].decision)["reasons"]]


def test_the_history_of_a_debtor_is_what_the_ledger_proves(office: Office) -> None:
    for number, days in (("F-1", -3), ("F-2", 5), ("F-3", 6), ("F-4", 40), ("F-5", None)):
        office.happen(*at_one_time(number, days))

    assert history(office) == History(
        as_of=TODAY, paid=4, measured=4, late=2, median_days=5, invoiced=5 * 1000_00, first_on=date(2025, 10, 1)
    )


@dataclass
class Told:
    """What one random invoice of a ledger is made of; `came` holds (value date, cents kept, cents that went back)."""

    number: str
    due_on: date
    total: int
    came: list[tuple[date, int, int]]
    credited: int
    is_disputed: bool

    def facts(self) -> list[Any]:
        """Its events."""
        opened_at = datetime(2025, 9, 1, 8, tzinfo=UTC)
        found: list[Any] = [
            an_invoice(
                self.number, issue_date=date(2025, 9, 1), due_date=self.due_on, at=opened_at, debtor=a_debtor("btp"),
                total=Money(amount=self.total),
            )
        ]  # fmt: skip
        if self.is_disputed:
            about: dict[str, Any] = {"dispute_id": f"d-{self.number}", "invoice_no": self.number}
            found.append(
                DisputeOpened(event_id=f"o-{self.number}", at=opened_at, reason=DisputeReason.QUALITY, **about)
            )
            found.append(DisputeResolved(event_id=f"r-{self.number}", at=opened_at, outcome="creditor", **about))
        if self.credited:
            found.append(
                CreditNoteIssued(
                    event_id=f"c-{self.number}", at=opened_at, credit_note_no=f"A-{self.number}",
                    amount=Money(amount=self.credited), invoice_no=self.number,
                )
            )  # fmt: skip
        for on, kept, back in self.came:
            at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
            payment = a_payment({self.number: kept + back}, at, value_date=on)
            found.append(payment)
            if back:
                found.append(a_reversal(payment, at + timedelta(hours=1), amount=Money(amount=back)))
        return found

    @property
    def paid_on(self) -> date | None:
        """The first day on which everything had come in; None where it never had, or nothing was ever paid."""
        owed, last = self.total - self.credited, None
        for on, kept, _back in sorted(self.came):
            owed, last = owed - kept, on
            if owed <= 0:
                return on
        return last if owed <= 0 else None


def a_random_invoice(number: str, chance: random.Random) -> Told:
    total, due_on = chance.randint(100, 500_000), date(2025, 10, 1) + timedelta(days=chance.randint(0, 30))
    parts = chance.choice([[], [total], [total], [total, total], [total // 2], [total // 2, total - total // 2]])
    came = [
        (due_on + timedelta(days=chance.randint(-10, 50)), kept, chance.choice([0, 0, 0, 700]))
        for kept in parts
        if kept
    ]
    credited = chance.choice([0, 0, total // 3])
    return Told(number, due_on, total, came, credited, is_disputed=chance.random() < 0.2)


@pytest.mark.parametrize("seed", range(4))
def test_the_history_by_sql_is_the_one_counted_by_hand(seed: int, office: Office) -> None:
    chance = random.Random(seed)  # noqa: S311 - a ledger, no secret
    ledger = [a_random_invoice(f"F-{number}", chance) for number in range(12)]
    for each in ledger:
        office.happen(*each.facts())

    paid = [each for each in ledger if each.paid_on is not None]
    delays = sorted((each.paid_on - each.due_on).days for each in paid if each.paid_on and not each.is_disputed)
    assert history(office) == History(
        as_of=TODAY, paid=len(paid), measured=len(delays), late=sum(days > POLICY.late_after_days for days in delays),
        median_days=delays[(len(delays) - 1) // 2] if delays else None, invoiced=sum(each.total for each in ledger),
        first_on=date(2025, 9, 1),
    )  # fmt: skip


def test_a_disputed_invoice_is_paid_but_never_late(office: Office) -> None:
    invoice, payment = at_one_time("F-1", 40)
    when = datetime(2025, 11, 3, 9, tzinfo=UTC)
    dispute = DisputeOpened(
        event_id="d", at=when, dispute_id="d1", invoice_no="F-1", reason=DisputeReason.QUALITY, amount=None
    )
    resolved = DisputeResolved(event_id="r", at=when, dispute_id="d1", invoice_no="F-1", outcome="creditor")
    office.happen(invoice, dispute, resolved, payment)

    assert (history(office).paid, history(office).measured, history(office).late) == (1, 0, 0)


def test_the_revenue_counts_twelve_months_and_one_currency(office: Office) -> None:
    office.happen(*at_one_time("F-1", 0))
    office.happen(an_invoice("F-2", issue_date=date(2025, 1, 12), due_date=date(2025, 2, 12)))
    office.happen(an_invoice("F-3", issue_date=date(2025, 1, 13), due_date=date(2025, 2, 13)))
    office.happen(an_invoice("F-4", total=Money(amount=500_00, currency="USD")))
    office.happen(an_invoice("F-5", debtor=a_debtor("other"), total=Money(amount=300_00)))

    mine = history(office, shares=True)

    assert (mine.invoiced, mine.creditor_invoiced) == (2000_00, 2300_00)
    assert mine.first_on == date(2025, 1, 12)


def test_a_debtor_that_nobody_knows_has_an_empty_history(office: Office) -> None:
    assert history(office, "nobody") == History(as_of=TODAY)


def test_many_debtors_are_asked_for_at_once(office: Office) -> None:
    office.happen(*at_one_time("F-1", 0), *at_one_time("F-2", 30, ref="other"))

    with office.system.ledger.connect() as connection:
        both = histories(connection, [("atelier", "other"), ("atelier", "btp")], TODAY, POLICY)

    assert {ref: each.late for (_creditor, ref), each in both.items()} == {"btp": 0, "other": 1}


def test_a_broken_promise_and_a_formal_notice_count(office: Office) -> None:
    office.happen(*at_one_time("F-1", None))
    key = "atelier/F-1/promise_broken/p1"
    office.write(
        "UPDATE cases SET state = state || jsonb_build_object('asked', jsonb_build_array(CAST(:key AS text)), 'steps', "
        "jsonb_build_array(jsonb_build_object('template', 'formal_notice', 'state', 'sent')))",
        key=key,
    )

    assert (history(office).broken_promises, history(office).formal_notices) == (1, 1)


def test_segments_are_kept_when_an_invoice_opens_and_when_one_is_paid(office: Office) -> None:
    for number in ("F-1", "F-2", "F-3"):
        office.happen(*at_one_time(number, None))
    assert found(office) == {"new"}

    for number in ("F-1", "F-2", "F-3"):
        office.happen(a_payment({number: 1000_00}, datetime(2025, 11, 20, tzinfo=UTC)))

    assert found(office) == {"often_late"}


def test_a_refresh_finds_the_shares_of_revenue(office: Office) -> None:
    office.happen(*at_one_time("F-1", 0), *at_one_time("F-2", 0, ref="other", total=Money(amount=10_000_00)))
    [(looked_at, changes)] = refresh_all(office.system.ledger, MORNING, POLICY)

    assert looked_at == 2
    assert [(each.debtor_ref, each.now - each.before) for each in changes] == [
        ("other", frozenset({Segment.STRATEGIC}))
    ]
    assert "strategic" in found(office, "other")

    office.happen(an_invoice("F-3", debtor=a_debtor("other")))  # nobody looks at all accounts for one invoice
    assert "strategic" in found(office, "other")


RULES = [
    ChoiceRule(name="clients fidèles", version=2, scenario="courtoise", when={"segments": ["loyal"]}),  # type: ignore[arg-type]
    ChoiceRule(name="gros montants", scenario="progressive", when={"min_amount": "900.00"}),  # type: ignore[arg-type]
]


@pytest.fixture
def ruled(settings: Settings) -> Any:  # noqa: ANN401 - a context
    with office_at(settings.model_copy(update={"choice": tuple(RULES)})) as opened:
        yield opened


def test_a_rule_chooses_the_ladder_and_the_journal_says_so(ruled: Office) -> None:
    loyal = NewDebtor(ref="btp", name="BTP", contacts=(a_contact(),), segments=frozenset({Segment.LOYAL}))
    ruled.happen(an_invoice("F-1", debtor=loyal), an_invoice("F-2", debtor=a_debtor("other")))

    assert (ruled.case("F-1").scenario, ruled.case("F-2").scenario) == ("courtoise", "progressive")
    assert told(ruled, "F-1")[1:3] == [
        "Ladder courtoise comes from rule “clients fidèles”, version 2; segments: loyal client.",
        "Set by hand.",
    ]
    assert told(ruled, "F-2")[1] == (
        "Ladder progressive comes from rule “gros montants”, version 1; segments: new client."
    )


def test_a_persons_word_wins_over_the_ledger_until_it_is_taken_back(ruled: Office) -> None:
    def says(segments: set[Segment], event_id: str, hour: int) -> None:
        when = datetime(2026, 1, 6, hour, tzinfo=UTC)
        word = DebtorUpdated(event_id=event_id, at=when, debtor_ref="btp", segments=frozenset(segments))
        assert ruled.statuses(word) == ["accepted"]

    ruled.happen(*at_one_time("F-1", 0))
    says({Segment.LOYAL}, "by-hand", 8)
    ruled.happen(an_invoice("F-2"))
    says(set(), "taken-back", 9)
    ruled.happen(an_invoice("F-3"))

    assert (ruled.case("F-2").scenario, ruled.case("F-3").scenario) == ("courtoise", "progressive")


def test_a_loyal_client_gets_the_loyal_step(ruled: Office) -> None:
    loyal = NewDebtor(ref="btp", name="BTP", contacts=(a_contact(),), segments=frozenset({Segment.LOYAL}))
    ruled.happen(an_invoice("F-1", debtor=loyal, scenario="progressive"))

    # J+7 is a Wednesday; the usual first step would leave on J+1
    assert ruled.case("F-1").next_wake_at.date() == date(2026, 2, 11)


def test_a_rule_with_a_ladder_that_is_gone_refuses_the_invoice_and_says_why(office: Office) -> None:
    office.system.engine.choosing = Choosing(rules=(ChoiceRule(name="faute", scenario="courtois"),))
    [outcome] = office.happen(an_invoice("F-1"))

    assert (outcome.status, outcome.findings) == (
        "refused",
        ("scenario 'courtois' is not published; publish it first",),
    )


def test_nothing_starts_with_a_rule_whose_ladder_nobody_published(settings: Settings) -> None:
    right, wrong = ChoiceRule(name="a", scenario="micro"), ChoiceRule(name="faute", scenario="courtois")
    with (
        pytest.raises(SettingsError, match=r"choice\[1\]\.scenario.*courtois"),
        office_at(settings.model_copy(update={"choice": (right, wrong)})),
    ):
        pass


# --- the commands -------------------------------------------------------------------------------------------------


@pytest.fixture
def relance(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    folder = settings.data_dir
    rules = [
        "[[choice]]", 'name = "gros montants"', "version = 4", 'scenario = "courtoise"',
        'when = { min_amount = "900.00" }',
        "[[choice]]", 'name = "export"', 'scenario = "progressive"', 'when = { tags = ["export"] }',
    ]  # fmt: skip
    (folder / "relance.toml").write_text("\n".join(rules), encoding="utf-8")
    monkeypatch.setenv("RELANCE_CREDITORS", json.dumps([CREDITOR]))
    return CommandLine(settings, folder, monkeypatch, capsys)


def test_the_segments_of_a_debtor_with_their_reasons(office: Office, relance: CommandLine) -> None:
    office.happen(*at_one_time("F-1", 0))

    shown = relance("segments", "btp")
    assert (shown.code, "nouveau client" in shown.out) == (0, False)
    assert "aucun" in shown.out

    office.happen(*at_one_time("F-2", 3), *at_one_time("F-3", 4))
    assert "D’ordinaire" not in relance("segments", "btp").out
    assert "Paie d’ordinaire à l’heure : 0 facture(s) en retard sur 3." in relance("segments", "btp").out
    assert "Usually pays on time: 0 of 3 invoices late." in relance("--lang", "en", "segments").out


def test_the_segments_as_json(office: Office, relance: CommandLine) -> None:
    office.happen(*at_one_time("F-1", None))
    answer = json.loads(relance("segments", "btp", "--json").out)

    assert answer["schema"] == "relance.segments/1"
    [debtor] = answer["debtors"]
    assert [each["segment"] for each in debtor["segments"]] == ["new"]
    assert debtor["segments"][0]["reason"]["facts"] == {"first_on": "2025-10-01"}


def test_segments_page_by_page(office: Office, relance: CommandLine) -> None:
    office.happen(*at_one_time("F-1", None), *at_one_time("F-2", None, ref="other"))
    first = json.loads(relance("segments", "--limit", "1", "--json").out)
    second = json.loads(relance("segments", "--limit", "1", "--cursor", first["next"], "--json").out)

    assert [page["debtors"][0]["debtor"] for page in (first, second)] == ["btp", "other"]
    assert second["next"] is None


def test_an_unknown_debtor_is_answered(relance: CommandLine) -> None:
    answer = relance("--lang", "en", "segments", "nobody")

    assert (answer.code, answer.err) == (3, "no debtor nobody; relance segments lists them\n")


def test_all_segments_are_refreshed(office: Office, relance: CommandLine) -> None:
    office.happen(*at_one_time("F-1", 0))

    shown = relance("segments", "refresh")
    assert "client stratégique" in shown.out
    assert shown.err == "1 débiteurs regardés, 1 changés\n"
    again = json.loads(relance("segments", "refresh", "--json").out)
    assert (again["looked_at"], again["changes"]) == (1, [])


def test_which_ladder_an_invoice_would_get(office: Office, relance: CommandLine) -> None:
    export = NewDebtor(ref="btp", name="BTP", contacts=(a_contact(),), tags=frozenset({"export"}))
    office.happen(an_invoice("F-1", debtor=export))

    shown = relance("scenarios", "choose", "--debtor", "btp", "--amount", "1250,00")
    assert shown.out.splitlines() == [
        "courtoise@2  L’échelle courtoise vient de la règle « gros montants », version 4 ; segments : nouveau client.",
        "Segments :",
        "  · Nouveau client : aucune facture réglée à ce jour ; première facture le 5 janvier 2026.",
        "Règles écartées :",
        "  · La règle « export », version 1, cède à une échelle plus prudente que progressive.",
    ]
    english = relance("--lang", "en", "scenarios", "choose", "--debtor", "btp", "--amount", "500").out
    assert "Rule “gros montants”, version 4, does not apply: amount too small." in english
    assert english.startswith("progressive@2  ")


def test_which_ladder_a_stranger_would_get(relance: CommandLine) -> None:
    words = ("scenarios", "choose", "--debtor", "new", "--amount", "50", "--kind", "public", "--json")
    answer = json.loads(relance(*words).out)

    assert answer["scenario"] == "public_buyer@1"
    assert answer["because"][0]["rule"] == "chosen.public_buyer"
    assert {each["rule"] for each in answer["lost"]} == {"unchosen.condition"}


def test_an_amount_that_is_none_is_answered(relance: CommandLine) -> None:
    answer = relance("scenarios", "choose", "--debtor", "btp", "--amount", "beaucoup")

    assert answer.code == 2
    assert "--amount « beaucoup »" in answer.err


def test_explain_says_which_ladder_a_case_got_and_why(office: Office, relance: CommandLine) -> None:
    office.happen(an_invoice("F-1"))

    assert "Ni la facture, ni une règle, ni le créancier ne nomme d’échelle." in relance("explain", "F-1").out
    assert "New client: no invoice paid so far." in relance("--lang", "en", "explain", "F-1").out


def test_the_relay_looks_at_every_debtor_once_a_day(office: Office) -> None:
    office.happen(*at_one_time("F-1", 0), *at_one_time("F-2", 0, ref="other", total=Money(amount=10_000_00)))
    assert "strategic" not in found(office, "other")

    office.system.relay.sweep()
    assert "strategic" in found(office, "other")

    forget(office, "other")
    office.system.relay.sweep()
    assert found(office, "other") == set()  # the same day

    office.jump(days=1)
    Relay(office.system.ledger, office.system.publisher, office.system.delivery, office.clock).sweep()
    assert "strategic" in found(office, "other")


def test_a_look_at_the_segments_that_fails_stops_no_sweep_and_is_taken_up_again(office: Office) -> None:
    office.happen(*at_one_time("F-1", 0))
    office.write('UPDATE debtors SET facts = facts || \'{"kind": "unheard of"}\'')

    with capture_logs() as logs:
        office.system.relay.sweep()

    assert "segments_refresh_failed" in {line["event"] for line in logs}
    key = f"{office.system.broker.namespace}:relay:segments-of:{office.clock.now():%Y-%m-%d}"
    assert 0 < office.system.broker.client.ttl(key) <= SEGMENTS_AGAIN.total_seconds()


def forget(office: Office, ref: str) -> None:
    office.write("UPDATE debtors SET facts = jsonb_set(facts, '{segments_found}', '[]') WHERE ref = :ref", ref=ref)
