"""The sealed dossier of a real ledger: verified by its own script without this project, refused once a byte changed."""

import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.command_line import CommandLine, Done
from tests.office import GRENOBLE, Office, a_contact, a_debtor, a_payment, an_invoice, office_at
from workers.channels.base import InDoubt
from workers.dossier import build, verifier
from workers.settings import Settings
from workflows.events import (
    CallLogged,
    DebtorInsolvent,
    DisputeOpened,
    DisputeReason,
    MessageDelivered,
    PromiseMade,
    ReplyReceived,
)
from workflows.invoice import DebtorKind
from workflows.money import Money

MARCH = datetime(2026, 3, 20, 9, tzinfo=UTC)
SAID = "Le chantier n’est pas fini 😀 漢字."


@pytest.fixture
def office(settings: Settings, tmp_path: Path) -> Iterator[Office]:
    """Two invoices of one debtor, reminded in the same messages; one of another debtor; answers of all sorts."""
    invoice = tmp_path / "F-1.pdf"
    invoice.write_bytes(b"%PDF-1.7\nthe invoice\n%%EOF\n")
    debtor = a_debtor("btp", a_contact(address=GRENOBLE))
    with office_at(settings) as found:
        found.happen(
            an_invoice("F-1", document=str(invoice), debtor=debtor), an_invoice("F-2", debtor=debtor),
            an_invoice("G-1", debtor=a_debtor("autre", a_contact(email="secret@autre.example"))),
        )  # fmt: skip
        found.go_to(datetime(2026, 2, 12, 9, tzinfo=UTC))
        at, ref = found.clock.now(), "btp"
        left = found.one("SELECT max(message_id) FROM messages WHERE debtor_ref = 'btp'")
        found.happen(
            a_payment({"F-1": 100_00}, at),
            MessageDelivered(event_id="m", at=at, message_id=left),
            ReplyReceived(event_id="r", at=at, reply_id="R-1", debtor_ref=ref, invoice_nos=("F-1",), text=SAID),
            CallLogged(event_id="c", at=at, call_id="C-1", debtor_ref=ref, invoice_nos=("F-1",), disposition="reached"),
            PromiseMade(event_id="p", at=at, promise_id="P-1", invoice_nos=("F-1", "F-2"), date=date(2026, 2, 27)),
            DisputeOpened(
                event_id="d", at=at, dispute_id="D-1", invoice_no="F-2", reason=DisputeReason.PRICE, amount=50_00
            ),
        )  # fmt: skip
        found.go_to(MARCH)
        yield found


@pytest.fixture
def relance(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(office.system.settings, tmp_path, monkeypatch, capsys)


def made(relance: CommandLine, *words: str, name: str = "d.zip") -> Path:
    done = relance("dossier", *words, "--out", name)
    assert done.code == 0, done.err
    return relance.folder / name


def alone(program: Path, *words: str) -> Done:
    """Run the verifier as a stranger does: another process, without this project and its packages."""
    done = subprocess.run(
        [sys.executable, "-I", str(program), *words], capture_output=True, text=True, check=False, timeout=60,
        cwd=program.parent, encoding="utf-8", env={"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def unpacked(archive: Path, folder: Path) -> Path:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder


def read(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    verifier.pack(verifier.in_memory(files), stream)
    return stream.getvalue()


def sealed(files: dict[str, bytes]) -> dict[str, bytes]:
    """What a forger does who has read the verifier: write the manifest and its seal anew."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = {
        name: {"bytes": len(content), "sha256": verifier.sha256(content)}
        for name, content in files.items() if name != "manifest.json"
    }  # fmt: skip
    manifest["messages"] = [each for each in manifest["messages"] if each["file"] in files]
    manifest["seal"] = verifier.seal_of(manifest)
    return files | {"manifest.json": verifier.canonical(manifest).encode()}


# --- what holds -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("F-1",), ("btp",), ("G-1",), ("btp", "--language", "en")], ids=" ".join)
def test_a_dossier_holds_without_this_project_as_a_zip_and_as_a_folder(
    words: tuple[str, ...], relance: CommandLine, tmp_path: Path
) -> None:
    archive = made(relance, *words)
    folder = unpacked(archive, tmp_path / "apart")

    as_folder, as_zip = alone(folder / "verifier.py"), alone(folder / "verifier.py", str(archive), "--lang", "en")

    assert (as_folder.code, as_folder.err) == (0, "")
    assert (as_zip.code, as_zip.err) == (0, "")
    assert "All of it holds" in as_zip.out
    assert json.loads((folder / "manifest.json").read_text("utf-8"))["seal"] in as_folder.out


def test_the_same_ledger_and_day_give_the_same_bytes(relance: CommandLine) -> None:
    one, two = made(relance, "btp", name="1.zip"), made(relance, "btp", name="2.zip")

    assert one.read_bytes() == two.read_bytes()


def test_the_verifier_needs_nothing_newer_than_python_3_8() -> None:
    import ast  # noqa: PLC0415 - only this test reads code

    source = Path(verifier.__file__).read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [each.name for each in node.names] if isinstance(node, ast.Import)
            else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        )
    }  # fmt: skip

    assert imported <= sys.stdlib_module_names


def test_a_case_of_which_nothing_left_has_a_dossier_that_holds(
    office: Office, relance: CommandLine, tmp_path: Path
) -> None:
    office.happen(an_invoice("N-1", due_date=date(2026, 9, 30), debtor=a_debtor("neuf")))

    folder = unpacked(made(relance, "N-1"), tmp_path / "apart")

    assert alone(folder / "verifier.py").code == 0
    assert not (folder / "messages").exists()


# --- what is in it --------------------------------------------------------------------------------------------------


def test_the_dossier_of_one_invoice_has_the_messages_it_shares_and_says_with_which(relance: CommandLine) -> None:
    files = read(made(relance, "F-1"))
    proofs = [json.loads(content) for name, content in files.items() if name.endswith("proof.json")]

    assert {item["invoice"] for proof in proofs for item in proof["carries"]} == {"F-1", "F-2"}
    assert all(proof["balance"]["read_at"] and proof["recipient"] and proof["facts"] for proof in proofs)
    assert [each["kind"] for proof in proofs for each in proof["tracking"]] == ["message.delivered"]
    assert any(item["name"] == "F-1.pdf" for proof in proofs for item in proof["attachments"])
    assert files["factures/001-F-1.pdf"].startswith(b"%PDF-1.7\nthe invoice")
    assert list(json.loads(files["manifest.json"])["journal"]["heads"]) == ["atelier/F-1"]


def test_a_registered_letter_is_there_as_it_was_posted_and_is_the_ground_of_the_claim(
    office: Office, relance: CommandLine
) -> None:
    office.happen(an_invoice("L-1", debtor=a_debtor("poste", a_contact(address=GRENOBLE))))
    office.go_on(days=90)

    files = read(made(relance, "L-1"))
    letters = [json.loads(content) for name, content in files.items() if name.endswith("proof.json")]
    [notice] = [proof for proof in letters if proof["channel"] == "registered"]

    assert files[notice["file"]].startswith(b"%PDF")
    assert notice["file"].endswith("message.pdf")
    assert "Mise en demeure : L-1" in files["donnees-injonction.txt"].decode()


def test_a_message_of_which_nobody_knows_whether_it_left_says_so(office: Office, relance: CommandLine) -> None:
    office.mail.script.append(office.mail.refuse(InDoubt("cut", "the connection ended")))
    office.happen(an_invoice("D-1", debtor=a_debtor("doute")))
    office.go_on(days=3)

    archive = made(relance, "D-1")
    [proof] = [json.loads(content) for name, content in read(archive).items() if name.endswith("proof.json")]

    assert proof["status"] == "in_doubt"
    assert [each["outcome"] for each in proof["attempts"]] == ["in_doubt"]
    assert alone(Path(verifier.__file__), str(archive)).code == 0


def test_nothing_of_another_debtor_is_in_it(relance: CommandLine) -> None:
    for name, content in read(made(relance, "btp")).items():
        assert b"secret@autre.example" not in content, name
        assert b"G-1" not in content, name


def test_a_payment_that_another_debtor_shares_is_warned_of(office: Office, relance: CommandLine) -> None:
    office.happen(a_payment({"F-2": 10_00, "G-1": 20_00}, office.clock.now()))

    done = relance("--lang", "en", "dossier", "F-2")
    of_another = json.loads(relance("dossier", "F-1", "--json").out)

    assert "also pays for another debtor" in done.err
    assert of_another["shared_payments"] == []


def test_what_the_debtor_said_is_kept_word_for_word(relance: CommandLine) -> None:
    files = read(made(relance, "btp"))
    said = {name: content.decode() for name, content in files.items() if name.startswith("echanges/")}

    assert [name.split("-", 4)[-1].removesuffix(".txt") for name in sorted(said)] == [
        "appel-telephonique", "litige-ouvert", "message-arrive", "promesse-de-reglement", "reponse-du-debiteur",
    ]  # fmt: skip
    assert any(SAID in text for text in said.values())


def test_the_statement_follows_the_law_to_the_day_asked_for(relance: CommandLine) -> None:
    """100.00 came on 12 February, 8 days late at 12.15 %: 2.66 of interest, 40.00, and 57.34 of principal."""
    files = read(made(relance, "F-1", "--as-of", "2026-03-01"))
    lines = files["decompte.csv"].decode("utf-8-sig").splitlines()

    assert "F-1,interest,2026-02-05,2026-02-12,8,1000.00,12.15,2.66,,,,EUR" in lines
    assert "F-1,payment,2026-02-12,,,,,100.00,2.66,40.00,57.34,EUR" in lines
    assert "F-1,principal_left,,2026-03-01,,,,942.66,,,,EUR" in lines


def test_the_sheet_names_the_form_the_parties_and_the_sum_and_is_no_advice(relance: CommandLine) -> None:
    text = read(made(relance, "btp"))["donnees-injonction.txt"].decode()

    for words in ("12946", "12948", "conseil juridique", "Atelier Martin SAS", "3 place Notre-Dame", "Somme réclamée"):
        assert words in text
    assert "Litige en cours : F-2" in text


def test_a_consumer_owes_no_indemnity_and_goes_to_another_court(office: Office, relance: CommandLine) -> None:
    office.happen(an_invoice("C-1", debtor=a_debtor("jean", kind=DebtorKind.CONSUMER)))

    text = read(made(relance, "C-1"))["donnees-injonction.txt"].decode()

    assert "16040" in text
    assert "12946" not in text
    assert "Indemnité forfaitaire : 0,00" in text


def test_a_collective_procedure_brings_the_draft_of_a_declaration(office: Office, relance: CommandLine) -> None:
    opened = DebtorInsolvent(
        event_id="i", at=MARCH, debtor_ref="btp", procedure="redressement", judgment_date=date(2026, 3, 16),
        published_on=date(2026, 3, 20), mandataire="Selarl Aubert",
    )  # fmt: skip
    office.happen(opened)

    files = read(made(relance, "btp"))
    draft = files["declaration-de-creance/brouillon.txt"].decode().replace("\u00a0", " ")

    assert "veille du jugement d’ouverture" in draft
    assert "15 mars 2026" in draft
    assert "20 mai 2026" in draft
    assert files["declaration-de-creance/brouillon.pdf"].startswith(b"%PDF")
    assert "20/05/2026" in files["declaration-de-creance/a-lire.txt"].decode()
    assert "procédure collective est ouverte" in files["donnees-injonction.txt"].decode()


def test_a_declaration_speaks_of_one_currency_and_says_what_is_left_out(office: Office, relance: CommandLine) -> None:
    dollars = an_invoice("U-1", debtor=a_debtor("btp"), total=Money(amount=500_00, currency="USD"))
    opened = DebtorInsolvent(
        event_id="i", at=MARCH, debtor_ref="btp", procedure="liquidation", judgment_date=date(2026, 3, 16)
    )
    office.happen(dollars, opened)

    files = read(made(relance, "btp"))
    note = files["declaration-de-creance/a-lire.txt"].decode()

    assert "U-1" not in files["declaration-de-creance/brouillon.txt"].decode()
    assert "autre monnaie, à déclarer à part : 1." in note
    assert "publication au BODACC n’est pas connue" in note
    assert "complétez son nom" in note


def test_a_declaration_that_comes_too_late_is_a_note_and_no_draft(office: Office, relance: CommandLine) -> None:
    opened = DebtorInsolvent(
        event_id="i", at=MARCH, debtor_ref="btp", procedure="redressement", judgment_date=date(2026, 1, 15),
        published_on=date(2026, 1, 16),
    )  # fmt: skip
    office.happen(opened)

    files = read(made(relance, "btp"))

    assert "declaration-de-creance/brouillon.pdf" not in files
    assert "has passed" in files["declaration-de-creance/a-lire.txt"].decode()


@pytest.mark.parametrize("number", ["../../etc/passwd", "C:\\x\\..", "=1+1", "Ⅷ 漢字", "a" * 70])
def test_no_number_leads_out_of_the_folder(number: str, office: Office, relance: CommandLine, tmp_path: Path) -> None:
    document = tmp_path / "doc.pdf"
    document.write_bytes(b"%PDF-1.7")
    office.happen(an_invoice(number, document=str(document), debtor=a_debtor("x/../y")))

    archive = made(relance, number)

    for name in read(archive):
        parts = Path(name).parts
        assert name.isascii()
        assert not {"..", "/", ""} & set(parts)
        assert ":" not in name
        assert "\\" not in name
    assert alone(Path(verifier.__file__), str(archive)).code == 0
    summary = read(archive)["factures/factures.csv"].decode("utf-8-sig")
    assert not [line for line in summary.splitlines() if line.startswith("=")]


@pytest.mark.parametrize("place", ["no/such.pdf", "https://factures.example/F-9.pdf", "notes.txt"])
def test_a_document_that_cannot_be_had_is_said_to_be_absent(
    place: str, office: Office, relance: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("private", encoding="utf-8")
    where = str(tmp_path / place) if place == "notes.txt" else place
    office.happen(an_invoice("F-9", document=where))

    done = relance("dossier", "F-9", "--out", "d.zip", "--json")

    assert json.loads(done.out)["absent"][0].startswith("F-9: ")
    assert "factures/001-F-9.pdf" not in read(tmp_path / "d.zip")


def test_of_many_absent_documents_a_few_are_named(office: Office, relance: CommandLine) -> None:
    office.happen(*(an_invoice(f"M-{number}", debtor=a_debtor("many")) for number in range(12)))

    done = relance("--lang", "en", "dossier", "many")

    assert done.err.count("without its document") == 10
    assert "… and 2 more" in done.err


# --- what does not hold ---------------------------------------------------------------------------------------------


def test_one_byte_changed_in_any_file_is_refused_and_named(relance: CommandLine) -> None:
    files = read(made(relance, "F-1"))
    dice = random.Random(4)  # noqa: S311 - the same bytes every time
    for name, content in files.items():
        for at in {0, len(content) - 1, dice.randrange(len(content))}:
            changed = files | {name: content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]}
            with pytest.raises(verifier.Difference) as found:
                verifier.verify(verifier.in_memory(changed))
            assert found.value.where == name


def test_the_script_itself_names_the_changed_file_and_exits_with_one(relance: CommandLine, tmp_path: Path) -> None:
    folder = unpacked(made(relance, "F-1"), tmp_path / "apart")
    program = tmp_path / "verifier.py"
    program.write_bytes((folder / "verifier.py").read_bytes())
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        before = path.read_bytes()
        path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))

        done = alone(program, str(folder))

        assert done.code == 1
        assert path.relative_to(folder).as_posix() in done.out
        path.write_bytes(before)
    assert alone(program, str(folder)).code == 0


def test_one_byte_changed_anywhere_in_the_zip_is_refused(relance: CommandLine, tmp_path: Path) -> None:
    archive = made(relance, "G-1")
    whole, dice, other = archive.read_bytes(), random.Random(5), tmp_path / "other.zip"  # noqa: S311 - as above
    listed = whole.rindex(b"PK\x01\x02") - 2000
    for at in [*range(60), *range(listed, len(whole), 3), *(dice.randrange(len(whole)) for _ in range(200))]:
        other.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(verifier.Difference):
            verifier.verify(verifier.read(other))
    for changed in (whole[:-1], whole + b"x", b"", whole[: len(whole) // 2]):
        other.write_bytes(changed)
        assert alone(Path(verifier.__file__), str(other)).code == 1


def without_a_message(files: dict[str, bytes]) -> dict[str, bytes]:
    last = max(name for name in files if name.endswith("message.eml")).rpartition("/")[0]
    return {name: content for name, content in files.items() if not name.startswith(last)}


def with_another_message(files: dict[str, bytes]) -> dict[str, bytes]:
    name = min(name for name in files if name.endswith("message.eml"))
    proof = name.replace("message.eml", "proof.json")
    body = files[name].replace(b"Anne", b"Anna")
    document = json.loads(files[proof]) | {"body_sha256": verifier.sha256(body)}
    manifest = json.loads(files["manifest.json"])
    for item in manifest["messages"]:
        item["sha256"] = verifier.sha256(body) if item["file"] == name else item["sha256"]
    changed = {name: body, proof: json.dumps(document).encode(), "manifest.json": json.dumps(manifest).encode()}
    assert body != files[name]
    return files | changed


def with_lines(files: dict[str, bytes], change: list[int]) -> dict[str, bytes]:
    lines = files["journal.jsonl"].splitlines(keepends=True)
    return files | {"journal.jsonl": b"".join(lines[at] for at in change)}


def swapped(files: dict[str, bytes]) -> dict[str, bytes]:
    count = len(files["journal.jsonl"].splitlines())
    return with_lines(files, [0, 2, 1, *range(3, count)])


def cut(files: dict[str, bytes]) -> dict[str, bytes]:
    return with_lines(files, list(range(len(files["journal.jsonl"].splitlines()) - 1)))


def changed_line(files: dict[str, bytes]) -> dict[str, bytes]:
    return files | {"journal.jsonl": files["journal.jsonl"].replace(b"100.00", b"900.00", 1)}


@pytest.mark.parametrize(
    ("forge", "where"),
    [
        pytest.param(without_a_message, "<", id="a message removed"),
        pytest.param(with_another_message, "messages/", id="a message and its proof rewritten"),
        pytest.param(swapped, "journal.jsonl, 2", id="two lines swapped"),
        pytest.param(cut, "journal.jsonl", id="the last line cut"),
        pytest.param(changed_line, "journal.jsonl, ", id="a line changed"),
    ],
)
def test_a_forger_who_writes_the_manifest_anew_is_still_found(
    forge: object, where: str, relance: CommandLine, tmp_path: Path
) -> None:
    assert callable(forge)
    forged = tmp_path / "forged.zip"
    forged.write_bytes(packed(sealed(forge(read(made(relance, "F-1"))))))

    done = alone(Path(verifier.__file__), str(forged), "--lang", "en")

    assert done.code == 1
    assert done.out.startswith(f"DIFFERENCE: {where}")


def test_a_file_too_many_a_link_and_no_dossier_are_refused(relance: CommandLine, tmp_path: Path) -> None:
    folder = unpacked(made(relance, "G-1"), tmp_path / "apart")
    (folder / "messages" / "extra.txt").write_text("x", encoding="utf-8")
    extra = alone(folder / "verifier.py", "--lang", "en")
    (folder / "messages" / "extra.txt").unlink()
    (folder / "messages" / "link").symlink_to(folder / "journal.jsonl")
    link = alone(folder / "verifier.py", "--lang", "en")

    assert (extra.code, extra.out.strip()) == (1, "DIFFERENCE: messages/extra.txt: the manifest does not know it")
    assert (link.code, link.out.strip()) == (1, "DIFFERENCE: messages/link: this is a link and no file")
    assert alone(folder / "verifier.py", str(tmp_path / "nothing.zip")).code == 2


def test_no_dossier_is_made_of_a_ledger_that_does_not_hold(office: Office, relance: CommandLine) -> None:
    with office.system.ledger.begin() as connection:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        connection.execute(sa.text("UPDATE journal SET decision = decision || ' ' WHERE case_id = 'atelier/F-1'"))

    done = relance("--lang", "en", "dossier", "F-1")

    assert done.code == 1
    assert "relance ledger check" in done.err
    assert not (relance.folder / "dossier-F-1.zip").exists()


def test_more_than_a_zip_holds_is_refused(relance: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "MOST_BYTES", 1000)

    done = relance("--lang", "en", "dossier", "F-1")

    assert (done.code, "one dossier for each invoice" in done.err) == (1, True)


# --- the command ----------------------------------------------------------------------------------------------------


def test_a_proof_is_never_overwritten(relance: CommandLine) -> None:
    archive = made(relance, "F-1")
    before = archive.read_bytes()

    done = relance("dossier", "F-2", "--out", archive.name)

    assert done.code == 5
    assert archive.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(("NOBODY",), 3, "NOBODY", id="neither an invoice nor a debtor"),
        pytest.param(("F-1", "--debtor"), 3, "F-1", id="an invoice taken for a debtor"),
        pytest.param(("F-1", "--as-of", "2031-01-01"), 1, "--as-of 2031-01-01", id="a day without a rate"),
        pytest.param(("F-1", "--as-of", "soon"), 2, "--as-of", id="no day"),
    ],
)
def test_what_cannot_be_made_is_said(words: tuple[str, ...], code: int, said: str, relance: CommandLine) -> None:
    done = relance("dossier", *words)

    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert list(relance.folder.glob("*.zip")) == []
