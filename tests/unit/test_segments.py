"""Segments: each with facts just inside and just outside its threshold, and a person's word over them."""

from datetime import date
from typing import Any

import pytest

from workflows.invoice import Debtor, DebtorKind, Segment
from workflows.money import Money
from workflows.reasons import say
from workflows.segments import History, SegmentPolicy, computed, current, segments_of, with_found

TODAY = date(2026, 11, 22)
POLICY = SegmentPolicy()
COMPANY = Debtor(ref="D-1", name="Perrin & Fils")
#: Years of relation, few delays: the client that most rules below change in one point.
GOOD: dict[str, Any] = {"paid": 10, "measured": 10, "late": 2, "median_days": 1}


def history(**facts: Any) -> History:  # noqa: ANN401 - as many types as fields
    return History(as_of=TODAY, **facts)


def a_debtor(**facts: Any) -> Debtor:  # noqa: ANN401 - as above
    return Debtor(ref="D-1", name="Perrin & Fils", **facts)


def named(debtor: Debtor, past: History, amount: int | None = None) -> set[str]:
    total = None if amount is None else Money(amount=amount)
    return {str(item.segment) for item in segments_of(debtor, past, POLICY, amount=total)}


SINCE_THREE_YEARS = a_debtor(client_since=date(2023, 11, 22))


@pytest.mark.parametrize(
    ("segment", "debtor", "inside", "outside"),
    [
        pytest.param("new", COMPANY, history(), history(paid=1, measured=1), id="new: nothing paid yet"),
        pytest.param(
            "loyal", SINCE_THREE_YEARS, history(**GOOD), history(**GOOD | {"late": 3}), id="loyal: a fifth late at most"
        ),
        pytest.param(
            "loyal",
            SINCE_THREE_YEARS,
            history(paid=6, measured=6, late=1),
            history(paid=6, measured=5, late=1),
            id="loyal: six measured invoices",
        ),
        pytest.param(
            "loyal",
            SINCE_THREE_YEARS,
            history(**GOOD),
            history(**GOOD, formal_notices=1),
            id="loyal: never a formal notice",
        ),
        pytest.param(
            "usually_on_time",
            COMPANY,
            history(paid=5, measured=5, late=1),
            history(paid=4, measured=4, late=1),
            id="usually on time: 20 percent late, not 25",
        ),
        pytest.param(
            "usually_on_time",
            COMPANY,
            history(paid=3, measured=3),
            history(paid=3, measured=2),
            id="usually on time: three measured invoices",
        ),
        pytest.param(
            "often_late",
            COMPANY,
            history(paid=4, measured=4, late=2, median_days=9),
            history(paid=5, measured=5, late=2, median_days=3),
            id="often late: 50 percent, not 40",
        ),
        pytest.param(
            "often_late",
            COMPANY,
            history(paid=3, measured=3, late=3, median_days=59),
            history(paid=3, measured=3, late=3, median_days=60),
            id="often late: a bad payer is named once",
        ),
        pytest.param(
            "bad_payer", COMPANY, history(formal_notices=2), history(formal_notices=1), id="bad payer: formal notices"
        ),
        pytest.param(
            "bad_payer", COMPANY, history(broken_promises=3), history(broken_promises=2), id="bad payer: promises"
        ),
        pytest.param(
            "bad_payer",
            COMPANY,
            history(paid=3, measured=3, late=3, median_days=60),
            history(paid=2, measured=2, late=2, median_days=90),
            id="bad payer: a median of sixty days over three invoices",
        ),
        pytest.param(
            "strategic",
            COMPANY,
            history(invoiced=15_00, creditor_invoiced=100_00),
            history(invoiced=14_99, creditor_invoiced=100_00),
            id="strategic: 15 percent of the revenue",
        ),
        pytest.param("in_difficulty", COMPANY, history(open_plans=1), history(), id="in difficulty: a plan in force"),
        pytest.param("insolvent", COMPANY, history(is_insolvent=True), history(), id="insolvent"),
    ],
)
def test_what_the_ledger_shows(segment: str, debtor: Debtor, inside: History, outside: History) -> None:
    assert segment in named(debtor, inside)
    assert segment not in named(debtor, outside)


@pytest.mark.parametrize(
    ("segment", "inside", "outside"),
    [
        pytest.param("consumer", a_debtor(kind=DebtorKind.CONSUMER), COMPANY, id="a consumer"),
        pytest.param("public_buyer", a_debtor(kind=DebtorKind.PUBLIC), COMPANY, id="a public buyer"),
        pytest.param("large_company", a_debtor(tags={"large_company"}), a_debtor(tags={"large"}), id="large company"),
        pytest.param("small_company", a_debtor(tags={"small_company"}), COMPANY, id="small company"),
        pytest.param("micro_entrepreneur", a_debtor(segments={"micro_entrepreneur"}), COMPANY, id="micro-entrepreneur"),
        pytest.param("patient_sector", a_debtor(tags={"restaurant"}), a_debtor(tags={"bank"}), id="a patient sector"),
        pytest.param("patient_sector", a_debtor(tags={"patient_sector"}), COMPANY, id="a sector by its own tag"),
        pytest.param(
            "loyal", SINCE_THREE_YEARS, a_debtor(client_since=date(2023, 11, 23)), id="loyal: three full years"
        ),
        pytest.param("loyal", SINCE_THREE_YEARS, COMPANY, id="loyal: only with a stored date"),
    ],
)
def test_what_is_known_of_the_debtor(segment: str, inside: Debtor, outside: Debtor) -> None:
    assert segment in named(inside, history(**GOOD))
    assert segment not in named(outside, history(**GOOD))


def test_a_large_amount_is_a_matter_of_the_invoice() -> None:
    assert "large_amount" in named(COMPANY, history(), 5_000_00)
    assert "large_amount" not in named(COMPANY, history(), 4_999_99)
    assert "large_amount" not in named(COMPANY, history())


def test_a_large_amount_is_said_in_its_own_currency() -> None:
    found = segments_of(COMPANY, history(paid=1), POLICY, amount=Money(amount=7_500_00, currency="USD"))

    assert [say(item.reason, "en") for item in found] == [
        "Large amount: USD\xa07,500.00, the threshold is USD\xa05,000.00."
    ]


def test_a_threshold_may_be_changed() -> None:
    strict = SegmentPolicy(late_percent=30)
    past = history(paid=10, measured=10, late=3, median_days=2)

    assert Segment.OFTEN_LATE not in {item.segment for item in segments_of(COMPANY, past, POLICY)}
    assert Segment.OFTEN_LATE in {item.segment for item in segments_of(COMPANY, past, strict)}


def test_the_reason_is_the_rule_with_its_facts_in_both_languages() -> None:
    [found] = segments_of(COMPANY, history(paid=4, measured=4, late=3, median_days=12), POLICY)

    assert found.segment is Segment.OFTEN_LATE
    assert say(found.reason, "fr") == "Souvent en retard : 3 facture(s) sur 4, retard médian de 12 jours."
    assert say(found.reason, "en") == "Often late: 3 of 4 invoices, median delay 12 days."


def test_a_persons_word_replaces_the_behaviour_and_nothing_else() -> None:
    past = history(paid=4, measured=4, late=4, median_days=70, is_insolvent=True)
    debtor = a_debtor(segments={"loyal", "small_company"})

    assert named(debtor, past) == {"loyal", "small_company", "insolvent"}
    assert {say(item.reason) for item in segments_of(debtor, past, POLICY)} == {
        "Dit par une personne.",
        "Procédure collective en cours.",
    }


def test_a_word_about_size_leaves_the_behaviour_as_computed() -> None:
    past = history(paid=4, measured=4, late=4, median_days=20)

    assert named(a_debtor(segments={"small_company"}), past) == {"small_company", "often_late"}


@pytest.mark.parametrize(
    "debtor",
    [
        pytest.param({"kind": DebtorKind.CONSUMER}, id="a consumer"),
        pytest.param({"tags": {"micro_entrepreneur"}}, id="a micro-entrepreneur by tag"),
        pytest.param({"segments": {"micro_entrepreneur"}}, id="a micro-entrepreneur by a person's word"),
    ],
)
def test_no_unfavourable_segment_is_ever_said_of_a_natural_person(debtor: dict[str, Any]) -> None:
    worst = history(paid=9, measured=9, late=9, median_days=200, formal_notices=9, broken_promises=9)
    said = debtor | {"segments": debtor.get("segments", set()) | {"bad_payer", "often_late"}}

    assert not {"bad_payer", "often_late"} & named(a_debtor(**debtor), worst)
    assert not {"bad_payer", "often_late"} & named(a_debtor(**said), worst)
    assert not {"bad_payer", "often_late"} & current(a_debtor(**said))


def test_what_is_kept_are_the_computed_segments_without_a_persons_word() -> None:
    past = history(paid=4, measured=4, late=4, median_days=20)
    debtor = a_debtor(segments={"loyal"})
    kept = with_found(debtor, computed(debtor, past, POLICY))

    assert kept.segments_found == {Segment.OFTEN_LATE}
    assert current(kept) == {Segment.LOYAL}
    assert current(kept.model_copy(update={"segments": frozenset()})) == {Segment.OFTEN_LATE}


def test_nothing_new_leaves_the_debtor_as_it_is() -> None:
    debtor = a_debtor(segments_found={"new"})

    assert with_found(debtor, computed(debtor, history(), POLICY)) is debtor


def test_a_strategic_client_stays_so_where_nobody_looked_at_the_shares() -> None:
    debtor = a_debtor(segments_found={"strategic"})

    assert "strategic" in named(debtor, history(paid=1))
    assert "strategic" not in named(debtor, history(paid=1, invoiced=1, creditor_invoiced=100))


@pytest.mark.parametrize("segment", ["consumer", "public_buyer", "insolvent", "large_amount"])
def test_what_other_facts_decide_is_never_said_by_hand(segment: str) -> None:
    with pytest.raises(ValueError, match=f"{segment} follows from other facts"):
        a_debtor(segments={segment})
