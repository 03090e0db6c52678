"""The creditor's own people hear what needs one of them: once, in time, and of nothing that is done already."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.chat_server import Chat, Trouble, chat_server
from tests.command_line import CommandLine
from tests.office import CREDITOR, Died, Office, a_debtor, an_invoice, office_at
from workers.settings import Settings
from workers.team.crew import RETRY_MINUTES, Listener
from workers.team.doors import ChatDoor
from workers.team.messages import Note
from workflows.events import DisputeOpened
from workflows.events.answers import DisputeReason

#: A Monday, nine o'clock in Paris: `START`.
NINE = datetime(2026, 1, 12, 8, 0, tzinfo=UTC)


@pytest.fixture
def chat() -> Iterator[Chat]:
    with chat_server() as server:
        yield server


@contextmanager
def office_with(settings: Settings, *targets: dict[str, Any], **team: Any) -> Iterator[Office]:  # noqa: ANN401 - settings
    given = {"gather_s": 0, "timeout_s": 0.5, "deadline_s": 1, "targets": targets} | team
    table = settings.model_dump() | {"team": given, "smtp": {"sender": "relance@atelier.example"}}
    with office_at(Settings.model_validate(table)) as office:
        yield office


def to(chat: Chat, **changes: object) -> dict[str, Any]:
    return {"name": "compta", "apprise": f"json://user:sesame@127.0.0.1:{chat.port}/hook", "digest": False} | changes


@pytest.fixture
def office(settings: Settings, chat: Chat) -> Iterator[Office]:
    with office_with(settings, to(chat)) as opened:
        yield opened


def dispute(office: Office, *numbers: str, name: str = "BTP Rhône") -> None:
    """A debtor disputes invoices: a fact that a person has to hear of."""
    for number in numbers:
        debtor = a_debtor().model_copy(update={"name": name})
        office.happen(an_invoice(number, debtor=debtor, creditor="atelier"))
        opened = DisputeOpened(
            event_id=f"dispute-{number}", at=office.clock.now(), invoice_no=number, dispute_id=f"D-{number}",
            reason=DisputeReason.PRICE, creditor="atelier",
        )  # fmt: skip
        assert office.statuses(opened) == ["accepted"]


def tell(office: Office) -> None:
    """What a relay and a worker do in one go."""
    office.system.crew.look()
    office.work_on("chat")


def statuses(office: Office) -> list[tuple[str, str]]:
    rows = office.rows("SELECT target, status FROM notices WHERE kind <> 'digest' ORDER BY target, subject")
    return [(row.target, row.status) for row in rows]


def test_a_dispute_is_told_once_with_what_to_do_and_nothing_private(office: Office, chat: Chat) -> None:
    dispute(office, "F-1")

    for _ in range(3):
        tell(office)
        office.jump(hours=1)

    [text] = chat.texts
    title, _, body = text.partition("\n")
    assert title == "relance : litige ouvert – BTP Rhône, F-1"
    assert body.partition(" À faire : ")[0] == "litige ouvert – BTP Rhône, F-1, depuis le 12/01/2026 à 09:00."
    assert body.partition(" À faire : ")[2] == "répondre au débiteur. relance case F-1 --creditor atelier"
    assert statuses(office) == [("compta", "sent")]
    assert "btp-rhone.example" not in str(chat.shown)


def test_the_relay_looks_and_a_worker_of_the_queue_chat_tells(office: Office, chat: Chat) -> None:
    dispute(office, "F-1")

    office.system.relay.sweep()
    assert office.system.broker.queue_stats(["chat"])[0].ready == 1
    office.work()

    assert len(chat.shown) == 1


def test_a_task_done_before_anybody_was_told_is_not_told(office: Office, chat: Chat) -> None:
    dispute(office, "F-1", "F-2")
    office.system.crew.look()
    office.write("UPDATE tasks SET done_at = now() WHERE key LIKE '%F-1%'")

    office.work_on("chat")

    assert statuses(office) == [("compta", "withdrawn"), ("compta", "sent")]
    assert [("F-1," in text, "F-2" in text) for text in chat.texts] == [(False, True)]


def test_a_thousand_tasks_are_one_message_with_a_count(office: Office, chat: Chat) -> None:
    office.write(
        "INSERT INTO tasks (key, kind, creditor_ref, detail, asked_at) "
        "SELECT 'atelier/X-' || n || '/dispute/D', 'dispute', 'atelier', '', :now FROM generate_series(1, 1000) AS n",
        now=office.clock.now(),
    )

    tell(office)

    assert len(chat.texts) == 1
    assert "1000 choses à faire" in chat.texts[0]
    assert len(chat.texts[0]) < 2_000
    assert set(statuses(office)) == {("compta", "sent")}


def test_what_comes_up_just_after_a_message_waits_for_the_next_one(settings: Settings, chat: Chat) -> None:
    with office_with(settings, to(chat), gather_s=60) as office:
        for number in ("F-1", "F-2", "F-3"):
            dispute(office, number)
            tell(office)
            office.jump(seconds=10)
        assert len(chat.texts) == 1
        office.jump(seconds=60)
        tell(office)

    assert len(chat.texts) == 2
    assert all(number in chat.texts[1] for number in ("F-2", "F-3"))


QUIET = [
    pytest.param(
        datetime(2026, 1, 12, 18, 0, tzinfo=UTC), datetime(2026, 1, 13, 7, 0, tzinfo=UTC), id="in the evening"
    ),
    pytest.param(datetime(2026, 1, 17, 9, 0, tzinfo=UTC), datetime(2026, 1, 19, 7, 0, tzinfo=UTC), id="on a Saturday"),
    pytest.param(datetime(2026, 4, 6, 8, 0, tzinfo=UTC), datetime(2026, 4, 7, 6, 0, tzinfo=UTC), id="Easter Monday"),
]


@pytest.mark.parametrize(("at", "morning"), QUIET)
def test_what_comes_up_while_everybody_rests_waits_until_eight_of_the_next_working_day(
    office: Office, chat: Chat, at: datetime, morning: datetime
) -> None:
    office.clock.jump_to(at)
    dispute(office, "F-1")

    tell(office)
    office.clock.jump_to(morning - timedelta(minutes=1))
    tell(office)
    assert chat.shown == []

    office.clock.jump_to(morning)
    tell(office)
    assert len(chat.shown) == 1


def test_each_target_hears_what_its_settings_say_in_its_language(settings: Settings, chat: Chat) -> None:
    others = [CREDITOR | {"ref": "autre", "siren": None}]
    table = settings.model_dump() | {"creditors": [CREDITOR, *others]}
    english = to(chat, name="london", language="en")
    elsewhere = to(chat, name="autre", creditors=["autre"])
    deaf = to(chat, name="deaf", at_once=["overpaid"])
    with office_with(Settings.model_validate(table), english, elsewhere, deaf) as office:
        dispute(office, "F-1")
        tell(office)

        assert statuses(office) == [("london", "sent")]
    assert "open dispute – BTP Rhône, F-1, since 2026-01-12 09:00. To do: answer the debtor." in chat.texts[0]


def test_a_name_rings_nobodys_telephone(office: Office, chat: Chat) -> None:
    dispute(office, "F-1", name="<!channel> @here [payez](http://mal.example) `x`")

    tell(office)

    assert [sign for sign in ("<", ">", "@", "[", "](", "://", "`") if sign in chat.texts[0]] == []


# --- failures -------------------------------------------------------------------------------------------------------


def test_a_target_that_asks_for_time_is_told_later_and_once(office: Office, chat: Chat) -> None:
    chat.script = [Trouble(status=429), Trouble(status=503)]
    dispute(office, "F-1")

    tell(office)
    tell(office)
    assert len(chat.asked) == 1
    for minutes in RETRY_MINUTES[:2]:
        office.jump(minutes=1.3 * minutes)
        tell(office)

    assert (len(chat.asked), len(chat.shown)) == (3, 1)
    assert statuses(office) == [("compta", "sent")]


def test_after_enough_attempts_it_counts_as_failed_and_doctor_says_so(settings: Settings, chat: Chat) -> None:
    chat.script = [Trouble(status=429)] * 9
    with office_with(settings, to(chat), attempts=2) as office:
        dispute(office, "F-1")
        for _ in range(4):
            tell(office)
            office.jump(minutes=10)

        assert statuses(office) == [("compta", "failed")]
        assert len(chat.asked) == 2
        looks = [f"{each.level} {each.fr}" for each in _doctor(office) if each.name == "team"]
    assert looks == [
        "ok compta : JSON (apprise)",
        "warning compta : 1 fait(s) non annoncé(s), 0 incertain(s) en 7 jours : relance team list",
    ]


def _doctor(office: Office) -> list[Any]:
    from workers.operations.doctor import examine  # noqa: PLC0415 - it loads what every look needs

    return list(examine(office.system))


@pytest.mark.parametrize(
    "trouble", [Trouble(hangs=True, takes=True), Trouble(takes=True), Trouble(status=500)], ids=["hangs", "cut", "500"]
)
def test_what_may_have_arrived_is_not_said_again(office: Office, chat: Chat, trouble: Trouble) -> None:
    chat.script = [trouble]
    dispute(office, "F-1")

    for _ in range(3):
        tell(office)
        office.jump(hours=1)

    assert len(chat.asked) == 1
    assert statuses(office) == [("compta", "in_doubt")]


def test_a_target_that_hangs_delays_no_other(settings: Settings, chat: Chat) -> None:
    with chat_server() as silent:
        silent.script = [Trouble(hangs=True)]
        with office_with(settings, to(silent, name="a-silent"), to(chat, name="b-lively"), deadline_s=30) as office:
            dispute(office, "F-1")
            office.system.crew.look()
            started = threading.Event()
            with ThreadPoolExecutor(2) as threads:
                threads.submit(_after, started, office.system.crew.deliver, "a-silent")
                started.wait(5)
                threads.submit(office.system.crew.deliver, "b-lively").result(5)
                assert len(chat.shown) == 1
            assert statuses(office) == [("a-silent", "in_doubt"), ("b-lively", "sent")]


def _after(started: threading.Event, deliver: Callable[[str], None], target: str) -> None:
    started.set()
    deliver(target)


def test_a_target_that_keeps_failing_is_left_in_peace(office: Office, chat: Chat) -> None:
    chat.script = [Trouble(status=503)] * 20
    for number in range(8):
        dispute(office, f"F-{number}")
        tell(office)
        office.jump(seconds=1)

    assert len(chat.asked) == 5
    codes = {row.code for row in office.rows("SELECT code FROM notices WHERE status = 'wanted'")}
    assert codes == {"503", "circuit"}


def test_a_worker_that_dies_between_sending_and_recording_leaves_a_doubt(
    office: Office, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispute(office, "F-1")
    send = ChatDoor.send

    def send_and_die(door: ChatDoor, note: Note, reference: str, at: datetime) -> str:
        send(door, note, reference, at)
        raise Died

    monkeypatch.setattr(ChatDoor, "send", send_and_die)
    office.system.crew.look()
    with pytest.raises(Died):
        office.system.crew.deliver("compta")
    monkeypatch.setattr(ChatDoor, "send", send)

    tell(office)
    assert statuses(office) == [("compta", "claimed")]
    office.jump(hours=1)
    tell(office)
    tell(office)

    assert statuses(office) == [("compta", "in_doubt")]
    assert len(chat.shown) == 1


def test_two_relays_and_four_workers_tell_once(settings: Settings, office: Office, chat: Chat) -> None:
    dispute(office, *(f"F-{number}" for number in range(6)))
    with office_with(settings, to(chat)) as second, ThreadPoolExecutor(6) as threads:
        crews = [office.system.crew, second.system.crew]
        done: list[Future[Any]] = [threads.submit(crew.look) for crew in crews]
        done += [threads.submit(crew.deliver, "compta") for crew in (*crews, *crews)]
        for each in done:
            each.result(20)
        tell(office)

    said = "\n".join(chat.texts)
    assert all(said.count(f"F-{number},") >= 1 for number in range(6))
    assert [text.count("répondre au débiteur") for text in chat.texts] == [6]
    assert set(statuses(office)) == {("compta", "sent")}


def test_what_a_target_was_to_hear_while_some_settings_did_not_name_it_is_told_when_it_is_back(
    settings: Settings, office: Office, chat: Chat
) -> None:
    office.clock.jump_to(NINE + timedelta(hours=12))
    dispute(office, "F-1", "F-2")
    office.system.crew.look()
    office.write("UPDATE tasks SET done_at = now() WHERE key LIKE '%F-2%'")
    with office_with(settings, to(chat, name="other", at_once=[])) as elsewhere:
        elsewhere.clock.jump_to(NINE + timedelta(days=1))
        tell(elsewhere)
        assert chat.shown == []

    tell(office)

    assert [("F-1" in text, "F-2" in text) for text in chat.texts] == [(True, False)]


# --- beside the cases -----------------------------------------------------------------------------------------------


def stale(office: Office) -> None:
    """Payments of two days ago, and a message that waits for newer ones."""
    office.happen(an_invoice(due_date=date(2026, 1, 12)))
    wait = "UPDATE dispatches SET reason = 'gate.freshness' WHERE status = 'wanted'"
    office.write(_DISPATCH, key="k1", debtor="btp", channel="email")
    office.write(wait)
    office.write(
        "INSERT INTO feeds (creditor_ref, feed, as_of) VALUES ('atelier', 'payments', :at)",
        at=office.clock.now() - timedelta(days=2),
    )


_DISPATCH = (
    "INSERT INTO dispatches (key, case_id, creditor_ref, debtor_ref, ladder, step, channel, template, tone, "
    "from_reception, status, wanted_at, reason, published) VALUES (:key, 'atelier/F-1', 'atelier', :debtor, "
    "'x@1', length(:key) + ascii(right(:key, 1)), :channel, 'x', 1, false, 'wanted', now(), 'delivery.retry', true)"
)


def down(office: Office) -> None:
    """A provider of text messages that has put off three debtors for two hours."""
    office.happen(an_invoice())
    for number in range(3):
        office.write(_DISPATCH, key=f"k{number}", debtor=f"d{number}", channel="sms")
        office.write(
            "INSERT INTO attempts (dispatch_key, at, outcome) VALUES (:key, :at, 'postponed')",
            key=f"k{number}", at=office.clock.now() - timedelta(hours=2),
        )  # fmt: skip


def held(office: Office) -> None:
    office.write(
        "INSERT INTO holds (scope, reason, by, since) VALUES ('all', 'x', 'x', :at)",
        at=office.clock.now() - timedelta(days=2),
    )


def parked(office: Office) -> None:
    office.write(
        "INSERT INTO events (source, event_id, content_hash, kind, creditor_ref, at, recorded_at, status, body) "
        "VALUES ('/erp', 'E-1', 'x', 'payment.received', 'atelier', :at, :at, 'parked', '{}')",
        at=office.clock.now() - timedelta(days=2),
    )


BESIDE: list[Any] = [
    pytest.param(stale, "encaissements trop anciens, rien ne part – atelier, 1 message(s) en attente", id="payments"),
    pytest.param(down, "un canal ne prend plus rien – sms", id="channel"),
    pytest.param(held, "envois retenus depuis plus d’un jour – tous les canaux", id="hold"),
    pytest.param(parked, "événement en attente depuis plus d’un jour – payment.received", id="event"),
]


@pytest.mark.parametrize(("happen", "said"), BESIDE)
def test_what_no_case_can_know_is_told_too(
    settings: Settings, chat: Chat, happen: Callable[[Office], None], said: str
) -> None:
    kinds = ["payments_stale", "channel_down", "held", "parked"]
    with office_with(settings, to(chat, at_once=kinds)) as office:
        happen(office)
        tell(office)
        office.jump(hours=1)
        tell(office)

    assert [text.partition("\n")[0] for text in chat.texts] == [f"relance : {said}"]


# --- the daily list -------------------------------------------------------------------------------------------------


def digests(office: Office) -> list[str]:
    rows = office.rows("SELECT status FROM notices WHERE kind = 'digest' ORDER BY subject")
    return [row.status for row in rows]


def test_the_daily_list_comes_once_at_half_past_eight_by_email(settings: Settings) -> None:
    with office_with(settings, {"name": "equipe", "email": "equipe@atelier.example", "at_once": []}) as office:
        dispute(office, "F-1", "F-2")
        tell(office)
        assert (len(office.mails), digests(office)) == (1, ["sent"])
        office.clock.jump_to(datetime(2026, 1, 13, 7, 29, tzinfo=UTC))
        tell(office)
        assert len(office.mails) == 1
        office.clock.jump_to(datetime(2026, 1, 13, 7, 30, tzinfo=UTC))
        tell(office)
        tell(office)

    [_, mail] = office.mails
    assert (mail.to, mail.sender) == ("equipe@atelier.example", "relance@atelier.example")
    assert mail.subject == "relance : à faire le 13/01/2026 (2)"
    assert mail.text.startswith("2 × litige ouvert.\n")
    assert all(f"BTP Rhône, {number}" in mail.text for number in ("F-1", "F-2"))


def test_a_morning_without_anything_open_is_silent(settings: Settings, chat: Chat) -> None:
    with office_with(settings, to(chat, digest=True)) as office:
        tell(office)

        assert (chat.shown, digests(office)) == ([], ["withdrawn"])


def test_a_list_that_could_not_leave_is_told_by_the_next_one(settings: Settings, chat: Chat) -> None:
    chat.script = [Trouble(status=503)]
    with office_with(settings, to(chat, digest=True, at_once=[])) as office:
        dispute(office, "F-1")
        tell(office)
        office.clock.jump_to(NINE + timedelta(days=1))
        tell(office)

        assert digests(office) == ["withdrawn", "sent"]
    assert len(chat.shown) == 1


# --- commands -------------------------------------------------------------------------------------------------------


@pytest.fixture
def relance(
    settings: Settings, chat: Chat, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    monkeypatch.setenv("RELANCE_TEAM__TARGETS", json.dumps([{"name": "compta"}]))
    monkeypatch.setenv("RELANCE_TEAM__URLS", json.dumps({"compta": to(chat)["apprise"]}))
    return CommandLine(settings, settings.data_dir, monkeypatch, capsys)


COMMANDS = [
    ["team", "list"], ["team", "check"], ["team", "digest", "--dry-run"], ["team", "send-test", "compta"],
    ["team", "digest"], ["doctor"],
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("as_json", [False, True], ids=["", "json"])
def test_no_command_shows_an_address(office: Office, relance: CommandLine, words: list[str], *, as_json: bool) -> None:
    dispute(office, "F-1")

    done = relance(*words, *(["--json"] if as_json else []))

    assert done.code in (0, 1 if words == ["doctor"] else 0), done.err
    assert "compta" in done.out
    assert "sesame" not in done.out + done.err


@pytest.mark.usefixtures("office")
def test_the_queue_of_the_team_is_a_queue_like_any_other(relance: CommandLine) -> None:
    queues = {each["queue"]: each for each in json.loads(relance("queues", "--json").out)["queues"]}

    assert queues["chat"]["ready"] == 0
    assert relance("queues", "pause", "chat", "--reason", "the chat moves house").code == 0


def test_the_list_shows_what_became_of_what_was_wanted(office: Office, relance: CommandLine) -> None:
    dispute(office, "F-1")
    tell(office)

    [target] = json.loads(relance("team", "list", "--json").out)["targets"]

    assert (target["name"], target["by"], target["counts"]["sent"]) == ("compta", "apprise", 1)


def test_a_dry_run_sends_nothing_and_a_digest_leaves_at_any_hour(
    office: Office, relance: CommandLine, chat: Chat
) -> None:
    office.clock.jump_to(NINE + timedelta(hours=14))
    dispute(office, "F-1")

    shown = relance("team", "digest", "--dry-run")
    assert "relance : à faire le 12/01/2026 (1)" in shown.out
    assert chat.shown == []

    assert relance("team", "digest").out == "compta : envoyé\n"
    assert len(chat.shown) == 1


PAGE = (Path(__file__).parents[2] / "docs" / "team.md").read_text("utf-8")


@pytest.mark.parametrize("line", re.search(r"```console\n(.*?)```", PAGE, re.DOTALL)[1].splitlines())  # type: ignore[index] # there is one
def test_every_command_of_the_page_works(office: Office, relance: CommandLine, line: str) -> None:
    dispute(office, "F-1")

    done = relance(*line.split()[1:])

    assert done.code == 0, done.err


def test_the_message_on_the_page_is_the_programs(office: Office, chat: Chat) -> None:
    dispute(office, "F-2026-0042")

    tell(office)

    assert chat.texts[0] in PAGE


def test_a_test_message_that_fails_says_how(relance: CommandLine, chat: Chat) -> None:
    chat.script = [Trouble(status=401)]

    done = relance("team", "send-test", "compta")

    assert (done.code, done.err.strip()) == (1, "compta : n’est pas parti (401: HTTP 401)")


def test_without_a_target_the_commands_say_what_to_set(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = CommandLine(settings, tmp_path, monkeypatch, capsys)("team", "list")

    assert (done.code, "[[team.targets]]" in done.err) == (2, True)


def test_listeners_keep_the_zone_of_their_creditors(settings: Settings, chat: Chat) -> None:
    reunion = CREDITOR | {"address": {"lines": ["1 rue"], "postcode": "97400", "city": "Saint-Denis"}}
    table = settings.model_dump() | {"creditors": [reunion]}
    with office_with(Settings.model_validate(table), to(chat)) as office:
        listener: Listener = office.system.crew.listeners["compta"]

        assert [office.system.crew.is_awake(listener, NINE.replace(hour=hour)) for hour in (3, 4, 14, 15)] == [
            False, True, True, False,
        ]  # fmt: skip


@pytest.mark.parametrize(("postcode", "works"), [("38000", True), ("67000", False)], ids=["Grenoble", "Strasbourg"])
def test_listeners_keep_the_holidays_of_their_creditors(
    *, settings: Settings, chat: Chat, postcode: str, works: bool
) -> None:
    creditor = CREDITOR | {"address": {"lines": ["1 rue"], "postcode": postcode, "city": "Ville"}}
    with office_with(Settings.model_validate(settings.model_dump() | {"creditors": [creditor]}), to(chat)) as office:
        listener: Listener = office.system.crew.listeners["compta"]
        good_friday = datetime(2026, 4, 3, 9, tzinfo=UTC)

        assert office.system.crew.is_awake(listener, good_friday) is works
        assert not office.system.crew.is_awake(listener, good_friday + timedelta(days=3))  # Easter Monday, everywhere
