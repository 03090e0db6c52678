"""Every reason has its sentence, in French and in English, with and without its facts."""

import re
from pathlib import Path
from typing import get_args

import pytest

import workers
import workflows.machine
from tests.unit.ladder_facts import NUMBER, Story, after, disputed, paid, resolved
from workflows import events
from workflows.effects import Reason
from workflows.events import DispatchReported, PromiseMade
from workflows.reason_texts import TEXTS
from workflows.reasons import say, say_all

DELIVERY = (
    "gate.freshness", "gate.window", "gate.pressure", "gate.no_longer_wanted", "gate.no_contact",
    "gate.missing_attachment", "gate.template", "gate.hold", "gate.merged", "gate.do_not_contact", "delivery.sent",
    "delivery.failed", "delivery.in_doubt", "delivery.address", "delivery.retry", "delivery.lease_expired",
    "resolved.sent", "resolved.resend", "delivery.refused", "delivery.no_outlet", "gate.discarded", "discarded",
    "postponed", "retry", "address",
)  # fmt: skip
_RULE = re.compile(r'"((?:plan|waits|silent|ended|blocked|wake|resumed|passed|outlook|learnt|gate|letter)\.[a-z_]+)"')


def rules_in_the_source() -> set[str]:
    """Every rule written out in the machine and the replay, and those made of parts there."""
    folder = Path(workflows.machine.__file__).parent
    files = [*folder.glob("*.py"), folder.parent / "replay.py"]
    written = {rule for file in files for rule in _RULE.findall(file.read_text(encoding="utf-8"))}
    kinds = {member.model_fields["kind"].default for member in get_args(events.Inbound)} | {"step.fell_due"}
    outcomes = get_args(DispatchReported.model_fields["outcome"].annotation)
    silent = {rule for rule in written if rule.startswith("silent.")} - {"silent.instalments"}
    made = {f"learnt.{kind}" for kind in kinds} | {f"learnt.dispatch.{outcome}" for outcome in outcomes}
    made |= {f"learnt.side_letter.{outcome}" for outcome in outcomes}
    return written | made | {f"{rule}_over" for rule in silent} | {"opened", "replanned"}


def codes_of_the_delivery() -> set[str]:
    """Every gate and every resolution written out in the shell."""
    folder = Path(workers.__file__).parent
    written = (path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    return {rule for text in written for rule in re.findall(r'"((?:gate|resolved)\.[a-z_]+)"', text)}


def test_every_code_of_the_delivery_has_a_sentence() -> None:
    assert codes_of_the_delivery() - set(TEXTS) == set()


def test_the_source_is_really_scanned() -> None:
    assert {"plan.offset", "waits.dispute", "silent.reply_over", "passed.too_late"} <= rules_in_the_source()


@pytest.mark.parametrize("rule", sorted(rules_in_the_source() | set(DELIVERY)))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_rule_has_a_sentence(rule: str, language: str) -> None:
    assert rule in TEXTS
    assert say(Reason(rule=rule), language).endswith((".", "…"))


@pytest.mark.parametrize("rule", sorted(TEXTS))
def test_both_languages_use_the_same_facts(rule: str) -> None:
    french, english = TEXTS[rule]

    assert set(re.findall(r"\{(\w+)\}", french)) == set(re.findall(r"\{(\w+)\}", english))
    for text in (french, english):
        assert re.sub(r"\[[^\[\]]*\]", "", text).count("[") == 0


@pytest.mark.parametrize("rule", sorted(set(TEXTS) - {rule for rule in TEXTS if rule.startswith(("learnt", "passed"))}))
def test_an_idle_reason_reads_well_without_facts(rule: str) -> None:
    for language in ("fr", "en"):
        words = say(Reason(rule=rule), language)

        assert not set("{}[]…") & set(words)
        assert "  " not in words
        assert " ." not in words


PLAN = {"step": "second", "day": "2026-11-24", "due_on": "2026-11-08", "previous_on": "2026-11-14",
        "at": "2026-11-24T10:30+01:00"}  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "french", "english"),
    [
        pytest.param(
            Reason(rule="plan.offset", facts=PLAN),
            "L’étape « second » vient à son rang, au plus tôt le 24 novembre 2026 ; échéance du 8 novembre 2026 ; "
            "dernier envoi le 14 novembre 2026. Départ prévu : 24 novembre 2026 à 10\u00a0h\u00a030.",
            "Step “second” comes at its place, on 24 November 2026 at the earliest; due date 8 November 2026; "
            "last message on 14 November 2026. Planned: 24 November 2026 at 10:30.",
            id="a planned step",
        ),
        pytest.param(
            Reason(rule="sends.plan.deadline", facts={"step": "first", "day": "2026-12-01", "channels": "email, sms"}),
            "L’étape « first » part par e-mail, SMS. L’étape « first » attend la fin du délai accordé au débiteur ; "
            "au plus tôt le 1er décembre 2026.",
            "Step “first” leaves by e-mail, text message. Step “first” waits for the end of the delay granted to the "
            "debtor; on 1 December 2026 at the earliest.",
            id="a step that leaves",
        ),
        pytest.param(
            Reason(rule="learnt.payment.received", facts={"payment_id": "V-1", "amount": "1250000.50 EUR"}),
            "Règlement V-1 reçu : 1\u202f250\u202f000,50\u00a0€.",
            "Payment V-1 received: €1,250,000.50.",
            id="an amount",
        ),
        pytest.param(
            Reason(rule="waits.min_amount", facts={"owed": "9.90 CHF", "minimum": "15.00 CHF"}),
            "Le solde relançable, 9,90\u00a0CHF, est sous le seuil de l’échelle (15,00\u00a0CHF).",
            "What may be chased, CHF\u00a09.90, is below the ladder’s minimum (CHF\u00a015.00).",
            id="another currency",
        ),
        pytest.param(
            Reason(rule="learnt.dispatch.postponed", facts={"step": "1", "channel": "sms", "reason": "gate.hold"}),
            "Étape n° 2 par SMS reportée : tous les envois sont suspendus par une personne.",
            "Step no. 2 by text message postponed: a person holds all dispatches.",
            id="a gate within a sentence",
        ),
        pytest.param(
            Reason(rule="learnt.dispute.opened", facts={"dispute_id": "L7", "reason": "missing_purchase_order"}),
            "Litige L7 ouvert (bon de commande manquant).",
            "Dispute L7 opened (missing purchase order).",
            id="a code in words",
        ),
        pytest.param(
            Reason(rule="of.yesterday", facts={"x": "1"}),
            "Règle « of.yesterday » (sans texte).",
            "Rule “of.yesterday” (without a text).",
            id="a rule that an older version wrote",
        ),
    ],
)
def test_facts_are_shown_as_a_reader_expects(reason: Reason, french: str, english: str) -> None:
    assert (say(reason), say(reason, "en")) == (french, english)


def test_a_fact_that_looks_like_a_date_and_is_none_is_left_alone() -> None:
    reason = Reason(rule="learnt.payment.received", facts={"payment_id": "2026-13-45", "amount": "x"})

    assert say(reason) == "Règlement 2026-13-45 reçu : x."


def test_free_text_never_enters_a_reason() -> None:
    story = Story()
    promise = PromiseMade(
        event_id="w", at=after(1), promise_id="w1", invoice_nos=(NUMBER,), date=after(3).date(), by="Mme Perrin"
    )
    story.happens(promise, disputed(after(2)).model_copy(update={"comment": "très confidentiel"}))

    quoted = " ".join(value for each in story.decisions for reason in each.reasons for value in reason.facts.values())
    assert "Perrin" not in quoted
    assert "confidentiel" not in quoted


def test_a_whole_story_reads_as_sentences() -> None:
    story = Story().climbs(2).happens(paid(25_000, after(7)), disputed(after(8)), resolved(after(20)))

    told = [say_all(decision.reasons) for decision in story.decisions]

    assert told[0].startswith("Dossier ouvert sur l’échelle standard@1 ; échéance le 8 novembre 2026. L’étape")
    assert "Règlement p1 reçu : 250,00\u00a0€, valeur du 15 novembre 2026." in told[-3]
    assert told[-2].endswith("rien n’est relancé tant que le litige n’est pas clos.")
