"""Letters that somebody posts: batches after a new look at the cases, their files, and the word of their posting."""

import csv
import io
import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread

import pypdfium2
import pytest

from tests.command_line import CommandLine
from tests.office import GRENOBLE, Office, a_contact, a_debtor, a_payment, an_invoice, office_at
from workers.operations import post
from workers.operations.doctor import examine
from workers.operations.doing import Doing
from workers.operations.post_files import COLUMNS
from workers.outlets import outlets_of
from workers.settings import Settings
from workflows.events import DisputeOpened
from workflows.events.answers import DisputeReason
from workflows.invoice import Channel
from workflows.scenario_files import parse_scenario

OVERDUE = date(2026, 1, 10)
TUESDAY = datetime(2026, 1, 20, 9, tzinfo=UTC)
CLAIRE = Doing("claire", "test")
PRINT = {"delivery": {"channels": {"letter": "print", "registered": "print"}}}
TRACKED_PRINT = {"delivery": {"channels": {"tracked": "print"}}}


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    """Two debtors without a mailbox got a letter each, which lies in the folder to be posted."""
    printing = Settings.model_validate(settings.model_dump() | PRINT)
    with office_at(printing) as opened:
        for channel in (Channel.LETTER, Channel.REGISTERED):
            opened.system.outlets[channel] = outlets_of(printing)[channel]  # type: ignore[index] # a dict, in tests
        for number, ref in (("F-1", "btp"), ("F-2", "sud")):
            debtor = a_debtor(ref, a_contact(email=None, address=GRENOBLE))
            opened.happen(an_invoice(number, debtor=debtor, due_date=OVERDUE))
        opened.go_to(TUESDAY)
        yield opened


@pytest.fixture
def relance(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    for channel in ("LETTER", "REGISTERED"):
        monkeypatch.setenv(f"RELANCE_DELIVERY__CHANNELS__{channel}", "print")
    return CommandLine(office.system.settings, tmp_path, monkeypatch, capsys)


def pay(office: Office, number: str, cents: int = 1000_00) -> None:
    office.jump(minutes=5)
    office.happen(a_payment({number: cents}, office.clock.now()))


def batched(relance: CommandLine, *words: str) -> list[dict[str, str]]:
    done = relance("post", "batch", "--out", "lots", *words)
    assert done.code == 0, done.err
    return lines_of(relance.folder / "lots" / "L20260120-1.csv")


def lines_of(file: Path) -> list[dict[str, str]]:
    text = file.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def tracked(office: Office) -> list[tuple[str, str, str | None]]:
    rows = office.rows(
        "SELECT case_id, event::jsonb->>'state' AS state, event::jsonb->>'tracking_no' AS number FROM journal "
        "WHERE kind = 'letter.tracked' ORDER BY case_id, seq"
    )
    return [(row.case_id, row.state, row.number) for row in rows]


def test_a_batch_is_one_file_for_the_printer_in_which_every_letter_begins_on_a_front(
    office: Office, relance: CommandLine
) -> None:
    lines = batched(relance)

    assert [(line["place"], line["kind"], line["debtor"], line["invoices"]) for line in lines] == [
        ("1", "letter", "btp", "F-1"), ("2", "letter", "sud", "F-2"),
    ]  # fmt: skip
    assert (lines[0]["address_1"], lines[0]["address_2"]) == ("3 place Notre-Dame", "38000 Grenoble")
    assert tuple(lines[0]) == COLUMNS
    pdf = pypdfium2.PdfDocument(relance.folder / "lots" / "L20260120-1.pdf")
    texts = [page.get_textpage().get_text_bounded() for page in pdf]
    own = [int(line["pages"]) for line in lines]
    assert len(texts) == sum(2 + pages + pages % 2 for pages in own)
    assert "Lettre simple" in texts[0]
    assert "1/2" in texts[0]
    assert not texts[1].strip()
    assert "F-1" in texts[2]
    bodies = office.rows("SELECT body FROM messages WHERE channel = 'letter'")
    assert [len(pypdfium2.PdfDocument(bytes(row.body))) for row in bodies] == own
    pdf.close()


def test_what_was_paid_meanwhile_is_withdrawn_and_the_rest_goes_on(office: Office, relance: CommandLine) -> None:
    pay(office, "F-1")

    done = relance("post", "batch", "--out", "lots")

    assert done.code == 0
    assert "1 lettre retirée, soldée : F-1" in done.err
    assert [line["invoices"] for line in lines_of(relance.folder / "lots" / "L20260120-1.csv")] == ["F-2"]
    assert office.one("SELECT count(*) FROM operations WHERE verb = 'post.withdraw'") == 1
    assert relance("post", "batch").code == 3


def test_a_letter_whose_amount_is_no_longer_right_is_kept_back_until_a_person_decides(
    office: Office, relance: CommandLine
) -> None:
    pay(office, "F-1", 400_00)

    kept = relance("post", "batch", "--out", "lots")
    taken = relance("post", "batch", "--out", "lots", "--include", "F-1")

    assert "1 lettre retenue : F-1 (le montant a changé) ; --include F-1 la prend" in kept.err
    assert "L20260120-1 · 1" in kept.out
    assert "L20260120-2 · 1" in taken.out


def test_a_letter_of_a_disputed_invoice_is_kept_back(office: Office, relance: CommandLine) -> None:
    office.jump(minutes=5)
    now = office.clock.now()
    dispute = DisputeOpened(
        event_id="d1", at=now, dispute_id="D-1", invoice_no="F-2", reason=DisputeReason.QUALITY, creditor="atelier"
    )
    office.happen(dispute)

    lines = batched(relance)
    listed = json.loads(relance("post", "list", "--json").out)

    assert [line["invoices"] for line in lines] == ["F-1"]
    assert [(each["invoices"], each["kept_back"]) for each in listed["waiting"]] == [(["F-2"], "disputed")]


def test_the_same_batch_again_gives_the_same_bytes_and_a_reprint_says_that_it_is_one(relance: CommandLine) -> None:
    batched(relance)
    folder = relance.folder / "lots"
    before = {file.name: file.read_bytes() for file in folder.iterdir()}

    again = relance("post", "batch", "--again", "L20260120-1", "--out", "lots")
    after = {file.name: file.read_bytes() for file in folder.iterdir()}
    relance("post", "batch", "--again", "L20260120-1", "--duplicate", "--out", "lots")

    assert again.code == 0
    assert before == after
    copies = lines_of(folder / "L20260120-1-duplicata.csv")
    assert {line["copy"] for line in copies} == {"duplicata"}
    assert [line["reference"] for line in copies] == [
        line["reference"] for line in lines_of(folder / "L20260120-1.csv")
    ]
    pdf = pypdfium2.PdfDocument(folder / "L20260120-1-duplicata.pdf")
    assert "DUPLICATA" in pdf[0].get_textpage().get_text_bounded()
    pdf.close()


def test_two_people_at_once_never_put_a_letter_into_two_batches(office: Office) -> None:
    made: list[post.Made] = []
    threads = [Thread(target=lambda: made.append(post.make(office.system, ["letter"], CLAIRE))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(len(batch.letters) for each in made for batch in each.batches) == [2]
    assert len(made) == 4


def test_posting_tells_each_case_once_with_its_number(office: Office, relance: CommandLine) -> None:
    batched(relance)
    words = ("post", "done", "--batch", "L20260120-1", "--on", "2026-01-20", "1=RR473124829GB", "F-2=1A 204 117 3301 8")

    first, second = relance(*words), relance(*words)

    assert (first.code, first.err) == (0, "")
    assert "L20260120-1 posté le 2026-01-20 : 2 lettre(s)" in first.out
    assert second.code == 0
    assert tracked(office) == [
        ("atelier/F-1", "deposited", "RR473124829GB"), ("atelier/F-2", "deposited", "1A20411733018"),
    ]  # fmt: skip


def test_the_filled_in_manifest_gives_the_numbers(office: Office, relance: CommandLine) -> None:
    lines = batched(relance)
    lines[1]["tracking"] = "RR473124829GB"
    with (relance.folder / "rempli.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=";")
        writer.writeheader()
        writer.writerows(lines)

    done = relance("post", "done", "--batch", "L20260120-1", "--on", "2026-01-20", "--tracking", "rempli.csv")

    assert done.code == 0, done.err
    assert tracked(office) == [("atelier/F-1", "deposited", None), ("atelier/F-2", "deposited", "RR473124829GB")]


def test_a_letter_paid_after_the_batch_is_asked_about_before_it_is_called_posted(
    office: Office, relance: CommandLine
) -> None:
    batched(relance)
    pay(office, "F-2")
    words = ("post", "done", "--batch", "L20260120-1", "--on", "2026-01-20")

    again = relance("post", "batch", "--again", "L20260120-1", "--out", "lots")
    asked, answered = relance(*words), relance(*words, "--without", "2")

    assert "soldée depuis le lot : F-2 ; retirez la lettre 2 de la pile" in again.err
    assert asked.code == 5
    assert "payé depuis le lot : F-2" in asked.err
    assert "--without 2" in asked.err
    assert answered.code == 0
    assert tracked(office) == [("atelier/F-1", "deposited", None)]
    [state] = [line for line in relance("post", "list").out.splitlines() if "F-2" in line]
    assert "retirée" in state


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(("1=RR473124828GB",), 2, "chiffre faux", id="a mistyped number"),
        pytest.param(("9=RR473124829GB",), 2, "donnez sa place, de 1 à 2", id="no such letter"),
        pytest.param(("1=RR473124829GB", "2=RR473124829GB"), 2, "déjà donné", id="one number twice"),
        pytest.param(("RR473124829GB",), 2, "écrivez LETTRE=NUMÉRO", id="no letter named"),
        pytest.param(("--on", "2026-01-21"), 2, "et aujourd’hui", id="a day to come"),
        pytest.param(("--on", "2026-01-19"), 2, "entre le 2026-01-20", id="before it was made"),
        pytest.param(("--on", "hier"), 2, "hier", id="no day"),
        pytest.param(("--batch", "L1"), 3, "relance post list", id="no such batch"),
    ],
)
def test_a_word_that_cannot_be_is_refused_and_nothing_is_written(
    office: Office, relance: CommandLine, *, words: tuple[str, ...], code: int, said: str
) -> None:
    batched(relance)

    done = relance("post", "done", "--batch", "L20260120-1", "--on", "2026-01-20", *words)

    assert (done.code, said in done.err) == (code, True), done.err
    assert tracked(office) == []
    assert office.one("SELECT count(*) FROM post_batches WHERE posted_on IS NOT NULL") == 0


def test_days_are_those_of_paris(office: Office, relance: CommandLine) -> None:
    office.clock.jump_to(datetime(2026, 1, 20, 23, 30, tzinfo=UTC))  # half past midnight there

    made = relance("post", "batch", "--out", "lots")
    done = relance("post", "done", "--batch", "L20260121-1", "--on", "2026-01-21")

    assert "L20260121-1 · 2" in made.out
    assert done.code == 0, done.err
    assert {state for _case, state, _number in tracked(office)} == {"deposited"}


def test_a_batch_is_posted_on_one_day_only(office: Office, relance: CommandLine) -> None:
    batched(relance)
    relance("post", "done", "--batch", "L20260120-1", "--on", "2026-01-20")
    office.jump(days=1)

    done = relance("post", "done", "--batch", "L20260120-1", "--on", "2026-01-21")

    assert (done.code, "déjà posté le 2026-01-20" in done.err) == (5, True)


def test_a_folder_that_cannot_be_written_leaves_a_batch_whose_files_can_be_made_again(relance: CommandLine) -> None:
    (relance.folder / "lots").write_text("a file, no folder", encoding="utf-8")

    failed = relance("post", "batch", "--out", "lots/in/it")
    mended = relance("post", "batch", "--again", "L20260120-1", "--out", "ailleurs")

    assert failed.code == 1
    assert "--again L20260120-1" in failed.err
    assert mended.code == 0
    assert len(lines_of(relance.folder / "ailleurs" / "L20260120-1.csv")) == 2


PAGE = (Path(__file__).parents[2] / "docs" / "channels.md").read_text("utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("relance post")
]


def test_the_commands_of_the_page_answer_one_after_the_other(office: Office, relance: CommandLine) -> None:
    for command in COMMANDS:
        name, *words = shlex.split(command)
        done = relance(*words)
        assert name == "relance"
        assert (done.code, done.err) == (0, ""), command
        assert done.out.strip()

    assert [state for _case, state, _number in tracked(office)] == ["deposited", "deposited"]
    assert all(f"`{column}`" in PAGE or column.startswith("address_") for column in COLUMNS)


def test_the_doctor_tells_of_letters_that_wait_too_long(office: Office, relance: CommandLine) -> None:
    def found() -> list[tuple[str, str]]:
        return [(each.level, each.fr) for each in examine(office.system) if each.name == "post"]

    late = found()
    office.write("UPDATE messages SET claimed_at = :now", now=office.clock.now())
    fresh = found()
    batched(relance)

    words = "2 lettre(s) à imprimer : relance post batch"
    assert (late, fresh, found()) == ([("warning", words)], [("ok", words)], [])


def test_without_the_setting_there_is_nothing_to_print(relance: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RELANCE_DELIVERY__CHANNELS__LETTER")

    done = relance("post", "batch", "--channel", "letter")

    assert (done.code, 'delivery.channels.letter = "print"' in done.err) == (2, True)


def test_a_formal_notice_waits_for_its_receipt_after_it_was_posted(office: Office, relance: CommandLine) -> None:
    office.go_to(TUESDAY + timedelta(days=40))
    done = relance("post", "batch", "--channel", "registered", "--json")

    [made] = json.loads(done.out)["batches"]
    assert made["batch"].startswith("R2026")
    assert {each["template"] for each in made["letters"]} == {"formal_notice"}
    day = office.clock.now().date().isoformat()
    posted = relance("post", "done", "--batch", made["batch"], "--on", day)
    assert "sans numéro de suivi : 1, 2" in posted.err


TRACKED = """
name = "suivie"
version = 1

[[steps]]
name = "rappel"
after_due_days = 5
channel = "tracked"
fallback = ["call"]
template = "first_reminder"
tone = 1
deadline = { days = 8 }
"""


def test_tracked_letters_have_batches_of_their_own_and_ask_for_their_numbers(
    office: Office, relance: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELANCE_DELIVERY__CHANNELS__TRACKED", "print")
    printing = Settings.model_validate(office.system.settings.model_dump() | TRACKED_PRINT)
    office.system.outlets[Channel.TRACKED] = outlets_of(printing)[Channel.TRACKED]  # type: ignore[index] # a dict
    ladder = parse_scenario(TRACKED, "suivie.toml")
    office.write(
        "INSERT INTO scenarios (name, version, facts, published_at) VALUES (:name, 1, CAST(:facts AS jsonb), :at)",
        name=ladder.name, facts=ladder.model_dump_json(), at=office.clock.now(),
    )  # fmt: skip
    debtor = a_debtor("est", a_contact(email=None, address=GRENOBLE))
    office.happen(an_invoice("F-3", debtor=debtor, due_date=OVERDUE, scenario="suivie"))
    office.go_on(days=3)

    made = relance("post", "batch", "--channel", "tracked", "--out", "lots", "--json")

    [batch] = json.loads(made.out)["batches"]
    assert (batch["batch"][:5], [each["invoices"] for each in batch["letters"]]) == ("T2026", [["F-3"]])
    [line] = lines_of(relance.folder / "lots" / f"{batch['batch']}.csv")
    assert line["kind"] == "tracked"
    day = office.clock.now().date().isoformat()
    assert "sans numéro de suivi : 1" in relance("post", "done", "--batch", batch["batch"], "--on", day).err
    assert tracked(office)[-1][:2] == ("atelier/F-3", "deposited")
