"""What the creditor's own people read, and the settings that say who they are."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from workers.settings import load
from workers.settings_parts.errors import SettingsError
from workers.team.facts import Fact
from workers.team.messages import ROOM, Reader, digest_of, harmless, note_of

AT = datetime(2026, 1, 12, 8, 30, tzinfo=UTC)
FRENCH = Reader(language="fr", zone=ZoneInfo("Europe/Paris"))
ENGLISH = Reader(language="en", zone=ZoneInfo("Europe/Paris"))
PROMISE = Fact(
    subject="task/atelier/F-1/promise_broken/P", kind="promise_broken", creditor_ref="atelier", number="F-1",
    debtor="BTP Rhône", detail="", due_on=date(2026, 1, 20), since=AT,
)  # fmt: skip
HELD = replace(PROMISE, subject="held/sms/1", kind="held", creditor_ref=None, number=None, debtor=None, due_on=None)


def test_one_fact_is_a_sentence_with_its_day_and_its_command() -> None:
    assert note_of([PROMISE], FRENCH).body == (
        "promesse non tenue – BTP Rhône, F-1, depuis le 12/01/2026 à 09:30. "
        "À faire avant le 20/01/2026 : rappeler le débiteur. relance case F-1 --creditor atelier"
    )
    assert note_of([PROMISE], ENGLISH).title == "relance: broken promise – BTP Rhône, F-1"


def test_a_channel_is_named_by_its_code_and_a_stop_of_everything_in_words() -> None:
    assert note_of([replace(HELD, detail="sms")], ENGLISH).title.endswith("– sms")
    assert note_of([replace(HELD, detail="all")], ENGLISH).title.endswith("– every channel")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("BTP  Rhône\n& Fils", "BTP Rhône & Fils", id="one line"),
        pytest.param("<!everyone>", "‹!everyone›", id="Slack's mention"),
        pytest.param("@here", "＠here", id="a mention"),
        pytest.param("[payez](https://mal.example)", "(payez)(https : mal.example)", id="a link"),
        pytest.param("*gras* `code` ~non~", "·gras· 'code' -non-", id="formats"),
        pytest.param("a\u202eb\x1b[31m\u200bc", "a b (31m c", id="signs that turn a line round"),
        pytest.param("x" * 61, "x" * 59 + "…", id="too long"),
    ],
)
def test_a_name_is_only_a_name(name: str, shown: str) -> None:
    assert harmless(name) == shown


def test_a_number_that_is_no_plain_word_is_not_made_a_command() -> None:
    assert note_of([replace(PROMISE, number="F<1>")], FRENCH).body.endswith("relance tasks")
    assert "relance case 'F 1;rm'" in note_of([replace(PROMISE, number="F 1;rm")], FRENCH).body


@pytest.mark.parametrize("reader", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_a_thousand_facts_fit_into_one_message_that_says_how_many_are_left_out(reader: Reader) -> None:
    facts = [replace(PROMISE, subject=str(n), number=f"F-{n}", debtor="D" * 80) for n in range(1_000)] + [HELD]

    note = digest_of(facts, reader, AT)

    shown = note.body.count("•")
    assert 3 <= shown < 20
    assert f" {1_001 - shown} " in note.body.splitlines()[-1]
    assert note.body.startswith("1000 × ")
    assert len(note.body) + len(note.title) <= ROOM + 100
    assert "(1001)" in note.title


# --- settings -------------------------------------------------------------------------------------------------------

A = '[[team.targets]]\nname = "a"'
WRONG = [
    pytest.param(A, "team.targets[0] : donnez-lui apprise, ou email", id="no way"),
    pytest.param(
        f'{A}\nemail = "a@b.fr"\napprise = "slack://SECRET/x"', "une seule des trois", id="two ways"
    ),
    pytest.param(f'{A}\napprise = "SECRET"', "apprise = *** : donnez une adresse", id="no address"),
    pytest.param(f'{A}\nurl = "slack://SECRET/x"', "url = *** : clé inconnue", id="a wrong key"),
    pytest.param('[team.urls]\na = "slack://SECRET/x"', "urls.a = *** : aucune cible ne porte ce nom", id="no target"),
    pytest.param(
        '[[team.targets]]\nname = "a"\nemail = "a@b.fr"\nat_once = ["disputes"]',
        "at_once[0] = 'disputes' : choisissez parmi : confirm_step", id="no kind",
    ),
    pytest.param(
        '[[team.targets]]\nname = "a"\nemail = "a@b.fr"\n[[team.targets]]\nname = "a"\nemail = "b@b.fr"',
        "targets[1].name : « a » est déjà pris", id="twice",
    ),
    pytest.param('[team]\ndigest_at = "06:00"', "awake_from <= digest_at < awake_until", id="hours"),
    pytest.param('[team]\nawake_from = "08:00:30"', "en minutes, comme 08:30", id="seconds"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "advice"), WRONG)
def test_a_wrong_target_is_answered_with_its_key_and_without_its_address(
    tmp_path: Path, text: str, advice: str
) -> None:
    (tmp_path / "relance.toml").write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError) as caught:
        load(tmp_path / "relance.toml", {})

    assert advice in caught.value.text("fr")
    assert "SECRET" not in caught.value.text("fr") + caught.value.text("en") + str(caught.value)


@pytest.mark.parametrize("variable", ["RELANCE_TEAM__URLS", "RELANCE_TEAM__TARGETS"])
def test_json_that_breaks_off_does_not_show_what_it_held(variable: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(None, {variable: '[{"name": "a", "apprise": "slack://SECRET/x"'})

    assert "SECRET" not in str(caught.value)


def test_an_address_may_come_from_the_environment_alone(tmp_path: Path) -> None:
    (tmp_path / "relance.toml").write_text('[[team.targets]]\nname = "a"\n', encoding="utf-8")

    team = load(tmp_path / "relance.toml", {"RELANCE_TEAM__URLS": '{"a": "slack://SECRET/x"}'}).team

    secret = team.url_of(team.targets[0])
    assert secret is not None
    assert secret.get_secret_value() == "slack://SECRET/x"
    assert "SECRET" not in repr(team)
