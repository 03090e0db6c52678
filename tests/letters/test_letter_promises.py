"""What each letter beside the ladder promises, in the words that its reader sees."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest

from workers.rendering.catalogue import shipped
from workers.rendering.messages import Rendered, render
from workflows.events.answers import DisputeReason
from workflows.invoice import Channel, DebtorKind
from workflows.letter_examples import TODAY, TONES, example, invoice_lines
from workflows.sms import sms_segments
from workflows.wording import InterestLine, PreviousContact
from workflows.wording_checks import BadFacts
from workflows.wording_parts import (
    AnswerKind,
    CallPart,
    DisputePart,
    HandOverPart,
    InsolvencyPart,
    InstalmentLine,
    OfferPart,
    PaymentPart,
    PlanPart,
)

LANGUAGES = ("fr", "en")
TEXT_MESSAGES = (
    *("credit_policy", "reason_request", "call_confirmation", "instalment_confirmation", "instalment_missed"),
    *("final_warning", "hand_over_warning", "apology"),
)
WARNINGS = ("final_warning", "hand_over_warning")
COMMERCIAL = ("indemnité", "pénalités", "compensation", "late-payment interest", "L441-10", "D441-5")
RECEIVED = TODAY - timedelta(days=10)
OVERDUE = TODAY - timedelta(days=22)


def written(letter: str, **changes: Any) -> Rendered:  # noqa: ANN401 - any argument of `example`
    """The example letter, in French unless asked otherwise."""
    return render(example(letter, **changes))


def read(letter: str, **changes: Any) -> str:  # noqa: ANN401 - any argument of `example`
    """What the letter's channel carries, on one line, with ordinary spaces and apostrophes."""
    text = written(letter, **changes).body.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")
    return " ".join(text.split())


def says(letter: str, *sentences: str, **changes: Any) -> None:  # noqa: ANN401 - any argument of `example`
    """Assert that the letter contains every sentence."""
    text = read(letter, **changes)
    assert not [sentence for sentence in sentences if sentence not in text], text


# The catalogue


def test_every_letter_of_the_catalogue_is_written_in_french_and_english() -> None:
    found = {(language, letter) for language, letter in shipped().letters if language in LANGUAGES}

    assert found == {(language, letter) for language in LANGUAGES for letter in TONES}


@pytest.mark.parametrize("letter", TONES)
def test_a_letter_has_the_tone_it_is_listed_with(letter: str) -> None:
    assert shipped().letter(letter, "fr").meta.tone == TONES[letter]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [1, 3, 11])
@pytest.mark.parametrize("letter", TEXT_MESSAGES)
def test_a_text_message_is_one_message(letter: str, count: int, language: str) -> None:
    sms = written(letter, channel=Channel.SMS, count=count, language=language).sms

    assert sms_segments(sms) == ("GSM-7", 1), f"{len(sms)} characters: {sms}"


@pytest.mark.parametrize("letter", ["early_settlement_offer", "services_reminder"])
def test_what_offers_something_is_never_a_text_message(letter: str) -> None:
    assert Channel.SMS not in shipped().letter(letter, "fr").meta.channels


# Penalties


def test_the_waiver_says_that_penalties_already_run() -> None:
    says(
        "before_penalties",
        "Des pénalités de retard courent de plein droit depuis le 24 octobre 2026",
        "si le solde de 1 250,00 € nous parvient au plus tard le 21 novembre 2026, nous renonçons à ces pénalités",
        "les pénalités pour toute la durée écoulée depuis l'échéance",
        "Montant : 1 250,00 €",
    )
    says("before_penalties", "we waive this interest", "for the whole time since the due date", language="en")


@pytest.mark.parametrize("kind", [DebtorKind.PUBLIC, DebtorKind.CONSUMER])
@pytest.mark.parametrize("letter", ["before_penalties", "credit_policy", "insolvency_declaration"])
def test_what_rests_on_the_law_between_businesses_is_for_businesses(letter: str, kind: DebtorKind) -> None:
    with pytest.raises(BadFacts, match="this letter rests on the law between businesses"):
        written(letter, kind=kind)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", [*WARNINGS, "hand_over_notice", "instalment_missed"])
def test_a_consumer_is_told_neither_of_indemnity_nor_of_commercial_penalties(letter: str, language: str) -> None:
    text = read(letter, kind=DebtorKind.CONSUMER, language=language)

    assert not [word for word in COMMERCIAL if word in text]


def after_the_notice(letter: str, *, count: int = 1, language: str = "fr") -> str:
    """The letter to a consumer who received the formal notice ten days ago: 0.94 € an invoice, at 2.75 %."""
    lines = invoice_lines(count, OVERDUE)
    from_on = RECEIVED + timedelta(days=1)
    interest = tuple(
        InterestLine(
            invoice=line.number, principal=line.balance, from_on=from_on, to_on=TODAY, days=10, rate=Decimal("2.75"),
            amount=94,
        )
        for line in lines
    )  # fmt: skip
    notice = PreviousContact(on=RECEIVED, template="formal_notice", channel=Channel.REGISTERED)
    sums = {"interest_total": 94 * count, "grand_total": 125_094 * count}
    facts = {"lines": lines, "interest": interest, "previous": (notice,), "notice_received_on": RECEIVED, **sums}
    return read(letter, kind=DebtorKind.CONSUMER, language=language, **facts)


@pytest.mark.parametrize("letter", WARNINGS)
def test_a_consumer_owes_interest_at_the_legal_rate_once_the_notice_was_received(letter: str) -> None:
    assert "Intérêt au taux légal, 10 jours au taux annuel de 2,75 %" in after_the_notice(letter)
    assert "Intérêt au taux légal, selon le décompte ci-dessus" in after_the_notice(letter, count=3)
    assert "Interest at the legal rate, 10 days at a yearly rate of 2.75%" in after_the_notice(letter, language="en")


def test_a_consumer_s_interest_is_stated_with_its_articles() -> None:
    one, many = (after_the_notice("last_amicable", count=count) for count in (1, 3))

    assert "L'intérêt au taux légal court depuis le 5 novembre 2026, au taux annuel de 2,75 % ; au 14 novembre" in one
    assert "il s'élève à 0,94 € pour 10 jours (articles 1231-6 et 1344-1 du code civil)" in one
    assert (
        "depuis le lendemain du 4 novembre 2026, jour où vous avez reçu notre mise en demeure, au taux annuel" in many
    )


@pytest.mark.parametrize("language", ["de", "es", "it", "nl"])
@pytest.mark.parametrize("count", [1, 3])
def test_no_language_claims_commercial_interest_from_a_consumer(language: str, count: int) -> None:
    text = after_the_notice("last_amicable", count=count, language=language)

    assert "1231-6" in text
    assert "L441-10" not in text


# What was decided


@pytest.mark.parametrize(
    ("to", "name", "sentence"),
    [
        ("court", None, "Nous avons décidé de saisir la juridiction compétente le 20 novembre 2026, afin d'obtenir"),
        ("agency", "Recouvra", "remettre ce dossier à une société de recouvrement amiable (Recouvra) le 20 novembre"),
        ("commissaire_de_justice", "Étude Lacaze", "à un commissaire de justice (Étude Lacaze) le 20 novembre 2026"),
        ("avocat", "Maître Aubry", "remettre ce dossier à un avocat (Maître Aubry) le 20 novembre 2026"),
        ("contentieux", None, "remettre ce dossier à notre service contentieux le 20 novembre 2026"),
    ],
)
def test_the_final_warning_says_what_was_decided_and_for_which_day(to: Any, name: str | None, sentence: str) -> None:  # noqa: ANN401 - one of the names of the facts
    part = HandOverPart(to=to, on=TODAY + timedelta(days=6), name=name)

    says("final_warning", sentence, "nous parvient au plus tard le 19 novembre 2026", hand_over=part)


@pytest.mark.parametrize("letter", WARNINGS)
def test_nothing_is_announced_that_was_not_decided(letter: str) -> None:
    with pytest.raises(BadFacts, match="this letter announces what a person decided, with its day"):
        written(letter, hand_over=None)


@pytest.mark.parametrize("to", ["agency", "commissaire_de_justice", "avocat"])
def test_whoever_gets_the_file_is_named_and_can_be_reached(to: Any) -> None:  # noqa: ANN401 - one of the names of the facts
    ahead, gone = HandOverPart(to=to, on=TODAY + timedelta(days=6)), HandOverPart(to=to, on=TODAY, name="Étude Lacaze")

    for letter in WARNINGS:
        with pytest.raises(BadFacts, match=rf"hand_over\.name is missing for hand_over\.to {to}; say who has the file"):
            written(letter, hand_over=ahead)
    with pytest.raises(BadFacts, match=r"hand_over\.contact is missing"):
        written("hand_over_notice", hand_over=gone)


def test_an_action_is_not_said_to_have_been_announced_where_nobody_knows() -> None:
    part = HandOverPart(to="court", on=TODAY)

    says("hand_over_notice", "Le 14 novembre 2026, nous avons saisi la juridiction compétente, ", hand_over=part)
    assert "announced" not in read("hand_over_notice", hand_over=part, language="en")


@pytest.mark.parametrize("letter", WARNINGS)
def test_a_warning_cites_the_formal_notice_where_there_was_one(letter: str) -> None:
    notice = PreviousContact(on=date(2026, 11, 2), template="formal_notice", channel=Channel.REGISTERED)

    says(letter, "Notre mise en demeure du 2 novembre 2026 est demeurée sans effet", previous=(notice,))
    reminder = notice.model_copy(update={"template": "second_reminder"})
    says(letter, "Notre courrier du 2 novembre 2026 est demeuré sans effet", previous=(reminder,))


@pytest.mark.parametrize("letter", [*WARNINGS, "hand_over_notice"])
def test_what_follows_the_formal_notice_asks_for_everything_that_is_owed(letter: str) -> None:
    says(letter, "Montant : 1 299,34 €")


def test_a_hand_over_is_a_mandate_and_not_an_assignment() -> None:
    says(
        "hand_over_notice",
        "Le 14 novembre 2026, nous avons remis ce dossier à une société de recouvrement amiable (Cabinet Recouvra).",
        "04 00 00 00 09",
        "nous lui avons donné mandat de recouvrer la somme de 1 299,34 €",
        "La créance ne lui est pas cédée, et nous restons votre créancier.",
    )
    says("hand_over_notice", "The claim is not assigned to them, and we remain your creditor.", language="en")


def test_an_agency_costs_a_consumer_nothing() -> None:
    says(
        "hand_over_notice",
        "Son intervention amiable n'ajoute aucuns frais à cette somme (article L111-8 du code des procédures civiles",
        kind=DebtorKind.CONSUMER,
    )


@pytest.mark.parametrize("to", ["court", "contentieux"])
def test_no_mandate_is_spoken_of_where_none_was_given(to: Any) -> None:  # noqa: ANN401 - one of the names of the facts
    text = read("hand_over_notice", hand_over=HandOverPart(to=to, on=TODAY))

    assert "mandat" not in text
    assert "cédée" not in text


# Plans and offers


def test_an_instalment_offer_shows_amounts_and_dates_and_what_holds_without_an_agreement() -> None:
    says(
        "instalment_offer",
        "1 30 novembre 2026 416,66 € 2 30 décembre 2026 416,66 € 3 29 janvier 2027 416,68 €",
        "confirmez-nous-le par écrit au plus tard le 22 novembre 2026",
        "Sans accord écrit de votre part d'ici là, cette proposition prend fin et la totalité de la somme reste",
        "un versement qui ne nous parviendrait pas à sa date rendrait exigible la totalité du solde",
        "L'échéancier en lui-même n'ajoute rien à la somme due.",
    )


def test_a_plan_that_shares_out_the_charges_shows_where_they_come_from() -> None:
    notice = example("formal_notice")
    plan = PlanPart(lines=(InstalmentLine(due_on=date(2026, 12, 1), amount=notice.grand_total),))
    charges = {name: getattr(notice, name) for name in ("interest", "interest_total", "indemnity", "grand_total")}

    says(
        "instalment_offer",
        "en un versement, à une nouvelle date",
        "au taux annuel de 12,40 %",
        "Total 1 299,34 €",
        plan=plan,
        **charges,
    )


@pytest.mark.parametrize(
    ("letter", "amount"),
    [
        ("instalment_offer", "416,66 €"),
        ("instalment_confirmation", "416,66 €"),
        ("instalment_missed", "416,66 €"),
        ("early_settlement_offer", "1 225,00 €"),
    ],
)
def test_the_means_of_payment_name_what_is_to_be_paid_now(letter: str, amount: str) -> None:
    says(letter, f"Montant : {amount}")


def test_a_confirmed_plan_tells_what_was_paid_and_waits_for_the_next_instalment() -> None:
    lines = (
        InstalmentLine(due_on=date(2026, 11, 10), amount=50_000, is_paid=True),
        InstalmentLine(due_on=date(2026, 12, 10), amount=75_000),
    )
    says(
        "instalment_confirmation",
        "1 10 novembre 2026 réglé 500,00 € 2 10 décembre 2026 à régler 750,00 €",
        "Le prochain versement, de 750,00 €, est attendu au plus tard le 10 décembre 2026.",
        plan=PlanPart(lines=lines),
        lines=invoice_lines(1, OVERDUE, paid=50_000),
    )


def test_a_missed_instalment_gets_a_time_of_grace_before_the_whole_is_due() -> None:
    says(
        "instalment_missed",
        "prévoyait un versement de 416,66 € le 8 novembre 2026. Au 14 novembre 2026, il ne nous est pas parvenu.",
        "un versement manquant rend exigible la totalité du solde, soit 1 250,00 €",
        "si ce versement nous parvient au plus tard le 22 novembre 2026, l'échéancier se poursuit",
    )


def test_without_its_clause_a_plan_does_not_make_the_whole_due() -> None:
    plan = example("instalment_missed").plan
    assert plan is not None

    text = read("instalment_missed", plan=plan.model_copy(update={"break_clause": False}))

    assert "totalité" not in text
    assert "l'échéancier se poursuit aux dates convenues" in text


def test_an_offer_has_its_sums_and_its_last_day() -> None:
    says(
        "early_settlement_offer",
        "Remise de 2 % : 25,00 €",
        "Net à régler : 1 225,00 €",
        "Offre valable jusqu'au : 22 novembre 2026",
        "Nous établirons alors un avoir de 25,00 €",
        "l'offre prend fin et le solde de 1 250,00 € reste à régler en entier",
    )
    says("early_settlement_offer", "100,00 €", "1 150,00 €", offer=OfferPart(discount=10_000, net=115_000))


# Calls, answers, disputes, excuses


def test_a_call_is_confirmed_with_what_was_promised() -> None:
    says("call_confirmation", "d'un montant de 1 250,00 € TTC, sera réglée au plus tard le 20 novembre 2026.")
    says(
        "call_confirmation",
        "notre échange téléphonique du 13 novembre 2026 avec Paul Roche",
        "qu'un versement de 400,00 € sur la facture F-2026-0042",
        "Montant : 400,00 €",
        promised_amount=40_000,
        call=CallPart(on=TODAY - timedelta(days=1), with_name="Paul Roche"),
    )


def test_a_reader_is_not_told_that_we_spoke_to_the_reader() -> None:
    assert "avec Madame Perrin" not in read("call_confirmation")


def test_a_promise_of_a_part_is_acknowledged_as_such() -> None:
    says("promise_acknowledged", "un versement de 400,00 €", "Montant : 400,00 €", promised_amount=40_000)


def test_the_answers_are_links_where_links_can_be_followed() -> None:
    mailed, posted = (written("reason_request", channel=channel) for channel in (Channel.EMAIL, Channel.LETTER))

    assert mailed.html.count("mailto:") == len(AnswerKind)
    for message in (mailed, posted):
        assert "- Je conteste tout ou partie de la somme\n- Je ne suis pas" in message.text
        assert "mailto:" not in message.text


def test_without_links_the_answers_are_still_there_to_choose_from() -> None:
    says("reason_request", "- Je souhaite régler en plusieurs fois - Je conteste", answers=())


@pytest.mark.parametrize(
    ("outcome", "french", "english"),
    [
        ("creditor", "nous maintenons la facturation", "we stand by the invoice."),
        ("debtor", "Vos observations sont fondées, et nous vous prions de nous excuser", "Your remarks are justified,"),
        ("partial", "Vos observations sont fondées en partie.", "Your remarks are justified in part."),
    ],
)
def test_a_dispute_is_answered_as_it_was_decided(outcome: Any, french: str, english: str) -> None:  # noqa: ANN401 - one of the names of the facts
    part = DisputePart(opened_on=date(2026, 11, 5), reason=DisputeReason.PRICE, outcome=outcome, note="Voir pièce 3.")

    says("dispute_answered", french, "et portant sur le prix", "Voir pièce 3.", dispute=part)
    says("dispute_answered", english, language="en", dispute=part)


def test_a_debtor_who_was_right_about_everything_is_asked_for_nothing() -> None:
    part = DisputePart(opened_on=date(2026, 11, 5), outcome="debtor")

    text = read("dispute_answered", dispute=part, lines=invoice_lines(1, OVERDUE, paid=125_000), deadline_on=None)

    assert "Cette facture est close : vous n'avez rien d'autre à faire." in text
    assert "IBAN" not in text


@pytest.mark.parametrize("reason", DisputeReason)
def test_every_reason_of_a_dispute_has_its_words(reason: DisputeReason) -> None:
    part = DisputePart(opened_on=date(2026, 11, 5), reason=reason, outcome="creditor")
    french, english = (read("dispute_answered", dispute=part, language=language) for language in LANGUAGES)

    assert ("portant sur" in french) is (reason is not DisputeReason.OTHER)
    assert (", concerning " in english) is (reason is not DisputeReason.OTHER)


def test_an_apology_names_the_reminder_and_the_payment_that_crossed() -> None:
    says(
        "apology",
        "Notre rappel du 13 novembre 2026 s'est croisé avec votre règlement de 1 250,00 €, daté du 12 novembre 2026.",
        "est soldée : vous n'avez rien d'autre à faire",
    )


def test_an_apology_for_a_part_still_says_what_remains() -> None:
    part = PaymentPart(on=date(2026, 11, 12), amount=50_000, crossed_on=date(2026, 11, 13))

    says(
        "apology", "est maintenant de 750,00 € TTC", "IBAN", payment=part, lines=invoice_lines(1, OVERDUE, paid=50_000)
    )


# Terms and procedures


@pytest.mark.parametrize(("days", "sentence"), [(30, "à 30 jours de la date"), (0, "à réception de la facture")])
def test_the_credit_policy_recalls_the_terms_agreed(days: int, sentence: str) -> None:
    says("credit_policy", f"Nous sommes convenus d'un règlement {sentence}", terms_days=days)


def test_a_declaration_of_claim_is_stopped_on_the_day_before_the_judgment() -> None:
    says(
        "insolvency_declaration",
        "Arrêtée au 8 novembre 2026, veille du jugement d'ouverture, elle s'élève à 1 296,79 €.",
        "Elle était échue en totalité à cette date.",
        "qui expire le 12 janvier 2027 (article R622-24 du code de commerce)",
        "Maître,",
        "Veuillez agréer, Maître,",
    )


def test_a_declaration_in_a_liquidation_cites_its_own_article() -> None:
    part = InsolvencyPart(
        procedure="liquidation", judgment_on=TODAY - timedelta(days=5), declare_by=date(2027, 1, 12), mandataire="X"
    )
    says("insolvency_declaration", "articles R622-24 et R641-25 du code de commerce", insolvency=part)


def test_a_declaration_asks_the_debtor_for_nothing_and_threatens_nobody() -> None:
    text = read("insolvency_declaration").lower()

    assert not [word for word in ("pour régler", "mise en demeure", "juridiction", "payer", "perrin") if word in text]


# The last reminders


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "fr",
            "Après le 22 novembre 2026, faute de règlement ou d'accord écrit, une mise en demeure vous sera adressée",
        ),
        ("en", "After 22 November 2026, failing payment or a written agreement, a formal notice will be sent to you"),
    ],
)
def test_the_third_reminder_names_the_day_after_which_a_formal_notice_leaves(language: str, sentence: str) -> None:
    says("third_reminder", sentence, language=language)


def test_the_third_reminder_says_where_the_formal_notice_goes() -> None:
    says("third_reminder", "par lettre recommandée, à votre siège.")
    assert "siège" not in read("third_reminder", kind=DebtorKind.CONSUMER)


def test_what_went_to_interest_first_is_shown_apart() -> None:
    line = invoice_lines(1, OVERDUE)[0].model_copy(update={"paid": 50_000, "charges_paid": 5_000, "balance": 80_000})

    says("first_reminder", "dont imputé sur les intérêts et indemnités : 50,00 €", lines=(line,))


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "1 jour au taux"), ("en", "1 day at a"), ("de", "1 Tag zum"), ("es", "1 día al"), ("it", "1 giorno,")],
)
def test_one_day_of_interest_is_said_in_the_singular(language: str, words: str) -> None:
    reminder = PreviousContact(on=TODAY, template="first_reminder", channel=Channel.LETTER)
    lines = invoice_lines(1, TODAY - timedelta(days=1))
    facts = example("formal_notice", language=language, lines=lines, channel=Channel.REGISTERED, previous=(reminder,))

    assert words in render(facts).text.replace("\u00a0", " ")


def test_an_answer_by_e_mail_says_in_its_subject_what_was_chosen() -> None:
    html = unescape(written("reason_request").html)

    subjects = [unquote(found) for found in re.findall(r'href="mailto:[^"?]+\?subject=([^"]+)"', html)]

    assert "F-2026-0042 – Je conteste tout ou partie de la somme" in subjects
    assert len(subjects) == len(AnswerKind)


def test_an_indemnity_that_a_payment_has_settled_is_not_shared_out_among_the_others() -> None:
    facts = example("formal_notice", channel=Channel.REGISTERED, count=2)
    facts = facts.model_copy(update={"indemnity": 4_000, "grand_total": facts.grand_total - 4_000})

    text = " ".join(render(facts).text.split())

    assert "20,00" not in text
    assert "Indemnités forfaitaires pour frais de recouvrement 40,00 €" in text.replace("\u00a0", " ")
