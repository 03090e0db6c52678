import pytest

from workflows.scenario_files import describe, parse_scenario

LADDER = """
name = "mine"
kinds = ["business"]
min_amount = "15.00"

[[steps]]
name = "before"
after_due_days = -5
channel = "email"
template = "preventive"
tone = 1
mode = "to_confirm"
when = { min_amount = "12500.00", tags = ["new"], channel_present = "email" }

[[steps]]
name = "third"
after_due_days = 30
channel = "email"
also = ["sms"]
fallback = ["letter", "call"]
template = "third_reminder"
tone = 4
deadline = { days = 7 }

[[steps]]
name = "notice"
after_previous_days = 8
channel = "registered"
template = "formal_notice"
tone = 5
deadline = { days = 8, runs_from = "reception" }

[[steps]]
name = "own"
after_due_days = 60
after_previous_days = 10
channel = "call"
template = "our_own"
tone = 5
mode = "by_hand"
deadline = { days = 3 }
when = { max_amount = "5000.00", without_tags = ["new", "old"], kinds = ["business"] }
"""


def test_a_ladder_reads_as_prose_in_french() -> None:
    assert describe(parse_scenario(LADDER, "mine.toml"), "fr") == (
        "J−5 : rappel avant échéance par e-mail ; à partir de 12 500,00 € ; si le client est marqué « new » ; "
        "si le débiteur peut être joint par e-mail ; une personne confirme l’envoi\n"
        "J+30 : troisième rappel par e-mail et SMS, à défaut par courrier, à défaut par téléphone ; délai de 7 jours\n"
        "8 jours après l’étape précédente : mise en demeure par lettre recommandée ; "
        "délai de 8 jours à compter de la réception\n"
        "J+60 et au moins 10 jours après l’étape précédente : our_own par téléphone ; délai de 3 jours ; "
        "jusqu’à 5 000,00 € ; pour : entreprises ; sauf client marqué « new », « old » ; une personne l’envoie\n"
        "Aucune relance en dessous de 15,00 €.\n"
        "Ensuite : une personne décide de la suite.\n"
        "À part, d’elles-mêmes : excuses pour une relance croisée, confirmation d’appel, "
        "accusé de réception du litige, confirmation de l’échéancier, échéance manquée (délai de 8 jours), "
        "accusé de réception de la promesse."
    )


def test_a_ladder_reads_as_prose_in_english() -> None:
    text = LADDER.replace('min_amount = "15.00"', 'at_end = "stop"', 1)

    assert describe(parse_scenario(text, "mine.toml"), "en").splitlines()[1:] == [
        "D+30: third reminder by e-mail and SMS, failing that by letter, failing that by telephone; 7 days granted",
        "8 days after the previous step: formal notice by registered letter; 8 days granted from reception",
        (
            "D+60 and at least 10 days after the previous step: our_own by telephone; 3 days granted; "
            "up to €5,000.00; for businesses; unless the client is tagged “new”, “old”; a person sends it"
        ),
        "Then: no further reminder.",
        (
            "Beside it, by themselves: apology for a reminder that crossed a payment, confirmation of a call, "
            "acknowledgement of the dispute, confirmation of the instalment plan, missed instalment (8 days granted), "
            "acknowledgement of the promise."
        ),
    ]


OFF = "apology promise_acknowledged call_confirmation dispute_acknowledged instalment_confirmation instalment_missed"


@pytest.mark.parametrize(
    ("settings", "fr", "en"),
    [
        pytest.param(
            "".join(f"{name} = false\n" for name in OFF.split()), "À part, aucune lettre ne part d’elle-même.",
            "Beside it, no letter leaves by itself.", id="none",
        ),
        pytest.param(
            "".join(f"{name} = false\n" for name in OFF.split()[:-1]) + "payment_thanks = true\nmissed_days = 5",
            "À part, d’elles-mêmes : échéance manquée (délai de 5 jours), remerciement.",
            "Beside it, by themselves: missed instalment (5 days granted), thanks for the payment.", id="chosen",
        ),
    ],
)  # fmt: skip
def test_the_letters_that_leave_by_themselves_are_named(settings: str, fr: str, en: str) -> None:
    ladder = parse_scenario(f"{LADDER}\n[letters]\n{settings}", "mine.toml")

    assert describe(ladder, "fr").splitlines()[-1] == fr
    assert describe(ladder, "en").splitlines()[-1] == en


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'de' is not written; use 'fr' or 'en'"):
        describe(parse_scenario(LADDER, "mine.toml"), "de")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        pytest.param(
            "fr",
            [
                "si le débiteur est « client fidèle », « nouveau client »",
                "sauf si le débiteur est « mauvais payeur »",
                "Au plus 4 rappels amiables par dossier.",
                "Après 3 rappels sans réponse, le dossier va droit au dernier rappel amiable.",
            ],
            id="French",
        ),
        pytest.param(
            "en",
            [
                "if the debtor is “loyal client”, “new client”",
                "unless the debtor is “bad payer”",
                "At most 4 amicable reminders per case.",
                "After 3 reminders without an answer, the case goes straight to the last amicable step.",
            ],
            id="English",
        ),
    ],
)
def test_segments_and_limits_are_said_in_words(language: str, expected: list[str]) -> None:
    text = LADDER.replace('tags = ["new"]', 'segments = ["loyal", "new"], without_segments = ["bad_payer"]', 1).replace(
        'min_amount = "15.00"', "max_reminders = 4\nescalate_after_unanswered = 3", 1
    )

    described = describe(parse_scenario(text, "mine.toml"), language)

    assert all(words in described for words in expected)
