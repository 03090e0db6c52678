"""What came back is in the dossier with its files and its proofs; large files pass through piece by piece."""

import hashlib
import json
import random
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.integration.test_dossier import alone, made, packed, read, sealed, unpacked
from tests.integration.test_mailbox import a_bounce, a_reply
from tests.office import GRENOBLE, Office, a_contact, a_debtor, an_invoice, office_at
from workers.channels.folder import FolderChannel
from workers.dossier import verifier
from workers.hooks import calls, proofs
from workers.hooks.base import Call, Proof
from workers.intake.mail import take
from workers.outlets import post_folder
from workers.settings import Settings
from workflows.events import CallLogged, LetterTracked
from workflows.events.messages import LetterState
from workflows.invoice import Channel

TUESDAY = datetime(2026, 1, 20, 9, tzinfo=UTC)
RECEIPT, NOTE = b"%PDF-1.4 signed by Mr Perrin", "rappelle lundi, après la réunion"
MEGABYTE = 1024 * 1024
#: A provider tells of our message alone, and of ours together with a stranger's.
ALONE, TOGETHER = b'{"status": "delivered"}', b'{"batch": ["ours", "of somebody else"]}'


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    """A reminder was answered with two files, another came back; a letter was signed for; a call was noted."""
    with office_at(settings) as found:
        found.system.outlets = {**found.providers, Channel.LETTER: FolderChannel(post_folder(settings), "letter")}
        found.happen(
            an_invoice(due_date=date(2026, 1, 10)),
            an_invoice("L-1", due_date=date(2026, 1, 10), debtor=a_debtor("poste", a_contact(address=GRENOBLE))),
        )
        found.go_to(TUESDAY)
        take(found.system, with_files(a_reply("Voir mes pièces. Je paierai vendredi.", mine(found, "btp")), RECEIPT))
        take(found.system, a_bounce(mine(found, "poste")))
        found.work()
        at = found.clock.now()
        talked = CallLogged(event_id="c", at=at, call_id="C-1", debtor_ref="btp", disposition="reached", note=NOTE)
        found.happen(talked)
        yield found


def mine(office: Office, debtor: str, channel: str = "email") -> str:
    """The last message of ours to a debtor."""
    found: str = office.one(
        "SELECT message_id FROM messages WHERE debtor_ref = :debtor AND channel = :channel ORDER BY claimed_at DESC "
        "LIMIT 1", debtor=debtor, channel=channel,
    )  # fmt: skip
    return found


def with_files(raw: bytes, *contents: bytes) -> bytes:
    """A message with files, of which the first is called as an attacker would call it."""
    import email  # noqa: PLC0415 - only here
    from email.policy import default  # noqa: PLC0415

    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    for place, content in enumerate(contents):
        name = "../../reçu\u202efdp.pdf" if place == 0 else f"piece {place}.pdf"
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes()


@pytest.fixture
def relance(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    (tmp_path / "relance.toml").write_text('[delivery.channels]\nletter = "print"\n', encoding="utf-8")
    return CommandLine(office.system.settings, tmp_path, monkeypatch, capsys)


def a_proof(office: Office, message_id: str) -> str:
    """A proof of the carrier beside a letter; its hash."""
    proof = Proof(RECEIPT, "application/pdf")
    with office.system.ledger.begin() as connection:
        proofs.keep(connection, message_id, proof, office.clock.now())
    return proof.sha256


def one_of(files: dict[str, bytes], ending: str) -> bytes:
    [content] = [content for name, content in files.items() if name.startswith("echanges/") and name.endswith(ending)]
    return content


def test_a_reply_is_there_as_it_came_with_its_files_and_what_was_read_in_it(relance: CommandLine) -> None:
    files = read(made(relance, "F-1"))
    proof = json.loads(one_of(files, "proof.json"))
    [part] = proof["files"]

    assert files[part["file"]] == RECEIPT
    assert part["file"].isascii()
    assert part["file"].endswith(".pdf")
    assert hashlib.sha256(files[proof["file"]]).hexdigest() == proof["sha256"]
    assert (proof["reading"]["kind"], proof["sender"]) == ("promise", "anne.perrin@btp-rhone.example")
    assert NOTE in one_of(files, "appel-telephonique.txt").decode()


def test_a_bounce_is_there_as_the_mail_server_wrote_it(relance: CommandLine) -> None:
    files = read(made(relance, "L-1"))

    assert b"Status: 5.1.1" in one_of(files, "message-revenu/message.eml")
    assert json.loads(one_of(files, "message-revenu/proof.json"))["status"] == "bounce"


def test_a_letter_has_its_batch_its_number_and_the_carriers_proof(office: Office, relance: CommandLine) -> None:
    assert relance("post", "batch", "--out", "lots").code == 0
    [batch] = json.loads(relance("post", "list", "--json").out)["batches"]
    assert relance("post", "done", "--batch", batch["batch"], "--on", "2026-01-20", "1=RR473124829GB").code == 0
    sha256 = a_proof(office, mine(office, "poste", "letter"))
    office.happen(
        LetterTracked(event_id="t", at=office.clock.now(), message_id=mine(office, "poste", "letter"),
                      state=LetterState.DELIVERED, proof_sha256=sha256)
    )  # fmt: skip

    files = read(made(relance, "L-1"))
    told = [json.loads(content) for name, content in files.items() if name.startswith("messages/") and "proof" in name]
    [letter] = [proof for proof in told if proof["channel"] == "letter"]

    assert (letter["post"]["tracking_no"], letter["post"]["posted_on"]) == ("RR473124829GB", "2026-01-20")
    assert one_of(files, "preuve.pdf") == RECEIPT
    assert [each["state"] for each in letter["tracking"]] == ["delivered", "deposited"]
    operations = files["echanges/operations.csv"].decode("utf-8-sig")
    assert "post.batch" in operations
    assert "post.done" in operations


def test_a_proof_that_is_not_kept_is_said_plainly(office: Office, relance: CommandLine) -> None:
    sha256 = hashlib.sha256(b"another").hexdigest()
    told = LetterTracked(event_id="t", at=office.clock.now(), message_id=mine(office, "poste"),
                         state=LetterState.DELIVERED, proof_sha256=sha256)  # fmt: skip
    office.happen(told)

    done = relance("dossier", "L-1", "--out", "sans.zip", "--lang", "fr")

    assert "preuve non gardée ici" in done.err
    assert sha256 in one_of(read(Path("sans.zip")), "preuve-absente.txt").decode()


def test_what_providers_called_back_is_there_word_for_word_unless_it_names_others(
    office: Office, relance: CommandLine
) -> None:
    left = mine(office, "btp")
    for body, named in ((ALONE, [left]), (TOGETHER, [left, "<of-a-stranger@atelier-martin.example>"])):
        call = Call(method="POST", url="https://us.example/hooks/twilio", headers={}, query=(), body=body,
                    received_at=office.clock.now())  # fmt: skip
        with office.system.ledger.begin() as connection:
            name = calls.keep(connection, "twilio", call)
            assert name is not None
            calls.end(connection, name, "done", message_id=left, events=[{"message_id": each} for each in named])

    files = read(made(relance, "F-1"))
    [told] = [json.loads(content) for name, content in files.items() if name.startswith("echanges/prestataires/")]

    assert told["body"].encode() == ALONE
    assert told["body_sha256"] == hashlib.sha256(ALONE).hexdigest()


def test_the_dossier_of_another_invoice_has_none_of_it(relance: CommandLine) -> None:
    files = read(made(relance, "L-1"))

    assert not [name for name, content in files.items() if RECEIPT in content or NOTE.encode() in content]


def test_the_verifier_alone_holds_with_all_of_it(relance: CommandLine, tmp_path: Path) -> None:
    folder = unpacked(made(relance, "F-1"), tmp_path / "apart")

    done = alone(folder / "verifier.py", "--lang", "en")

    assert (done.code, done.err) == (0, "")
    assert "1 messages received: as in their proof" in done.out


def test_a_dossier_takes_no_more_memory_for_many_large_files_than_for_one(
    office: Office, relance: CommandLine, tmp_path: Path
) -> None:
    size = 6 * MEGABYTE

    def peak_with(*numbers: int, name: str) -> int:
        for at in numbers:
            raw = a_reply(f"Pièce {at}", mine(office, "btp"), Message_ID=f"<big-{at}@btp-rhone.example>")
            take(office.system, with_files(raw, random.Random(at).randbytes(size)))  # noqa: S311 - does not shrink
        tracemalloc.start()
        try:
            made(relance, "F-1", name=name)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    one, many = peak_with(1, name="one.zip"), peak_with(2, 3, 4, 5, name="many.zip")
    archive = tmp_path / "many.zip"

    assert archive.stat().st_size > 2 * 5 * size  # each as it came, and its file
    assert many < one + size
    assert alone(Path(verifier.__file__), str(archive)).code == 0
    assert not list(tmp_path.glob(".dossier-*"))


# --- what does not hold ---------------------------------------------------------------------------------------------


def test_one_byte_changed_in_any_member_of_the_zip_is_refused(relance: CommandLine, tmp_path: Path) -> None:
    archive, dice, other = made(relance, "F-1"), random.Random(6), tmp_path / "other.zip"  # noqa: S311 - always the same
    whole = archive.read_bytes()
    for name, entry in verifier.read(archive).items():
        for at in {entry.at, entry.at + entry.size - 1, *(entry.at + dice.randrange(entry.size) for _ in range(3))}:
            flipped = whole[at] ^ (1 << dice.randrange(8))
            other.write_bytes(whole[:at] + bytes([flipped]) + whole[at + 1 :])
            with pytest.raises(verifier.Difference) as found:
                verifier.verify(verifier.read(other))
            assert found.value.where == name


def renamed(files: dict[str, bytes]) -> dict[str, bytes]:
    name = next(name for name in files if name.endswith("message.eml"))
    return {(f"{each}.bak" if each == name else each): content for each, content in files.items()}


def without_a_file(files: dict[str, bytes]) -> dict[str, bytes]:
    name = next(name for name in files if name.startswith("echanges/") and name.endswith(".pdf"))
    return {each: content for each, content in files.items() if each != name}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda files: packed(files | {"note.txt": b"more"}), id="a member more"),
        pytest.param(lambda files: packed(without_a_file(files)), id="a member less"),
        pytest.param(lambda files: packed(renamed(files)), id="a member of another name"),
        pytest.param(lambda files: packed(files)[:-2] + b"\x05\x00hello", id="a comment on the ZIP"),
        pytest.param(lambda files: b"MZ" + packed(files), id="bytes before it"),
        pytest.param(lambda files: packed(files) + b"\0", id="bytes behind it"),
        pytest.param(lambda files: packed(files)[:-1], id="a byte less"),
        pytest.param(lambda files: zipped_anew(files, twice=True), id="a name twice"),
        pytest.param(lambda files: zipped_anew(files, twice=False), id="packed by another program"),
        pytest.param(lambda files: packed(sealed(without_a_file(files))), id="a file less, sealed anew"),
        pytest.param(
            lambda files: packed(sealed({each: content.replace(b"Mr", b"Mx") for each, content in files.items()})),
            id="another file, sealed anew",
        ),
    ],
)
def test_a_zip_that_is_not_whole_is_refused(change: object, relance: CommandLine, tmp_path: Path) -> None:
    forged = tmp_path / "forged.zip"
    assert callable(change)
    forged.write_bytes(change(read(made(relance, "F-1"))))

    done = alone(Path(verifier.__file__), str(forged))

    assert (done.code, "DIFF" in done.out, done.err) == (1, True, "")


def zipped_anew(files: dict[str, bytes], *, twice: bool) -> bytes:
    import io  # noqa: PLC0415 - only here
    import warnings  # noqa: PLC0415

    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w") as archive:
        warnings.simplefilter("ignore")  # zipfile warns of the name that stands twice
        for name, content in files.items():
            archive.writestr(name, content)
        if twice:
            archive.writestr("factures/factures.csv", files["factures/factures.csv"])
    return stream.getvalue()
