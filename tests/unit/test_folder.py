import hashlib
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mail_examples import a_message
from workers.channels.base import Attachment, Channel, OutgoingMessage, TryLater
from workers.channels.folder import FolderChannel
from workers.channels.mail_message import to_mime
from workers.channels.whole_files import write_whole

LETTER = Attachment(filename="letter.pdf", media_type="application/pdf", content=b"%PDF-1.7 letter")
INVOICE = Attachment(filename="Facture n° 42.PDF", media_type="application/pdf", content=b"%PDF-1.7 invoice")


def a_letter(**changes: Any) -> OutgoingMessage:  # noqa: ANN401 - as many types as fields
    facts: dict[str, Any] = {
        "channel": "letter",
        "to": "Société Bréhat\n12 rue de l’Église\n22870 ÎLE-DE-BRÉHAT",
        "to_name": "Société Bréhat",
        "attachments": (LETTER, INVOICE),
    }
    return a_message(**facts | changes)


def written(root: Path) -> list[str]:
    """Every file below, less the channel's own notes."""
    files = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return sorted(str(path) for path in files if ".dispatches" not in path.parts)


def test_an_email_is_the_file_that_would_be_sent(tmp_path: Path) -> None:
    message = a_message(dispatch_id="d1")
    channel: Channel = FolderChannel(tmp_path, "email")
    receipt = channel.send(message)

    assert written(tmp_path) == ["email/2026-11-23_claire-dubois_d1.eml"]
    assert receipt.path == str(tmp_path / "email/2026-11-23_claire-dubois_d1.eml")
    assert Path(receipt.path).read_bytes() == to_mime(message)


def test_a_letter_is_a_pdf_with_its_facts_and_enclosures(tmp_path: Path) -> None:
    FolderChannel(tmp_path, "letter").send(a_letter(dispatch_id="d1"))
    stem = tmp_path / "letter/2026-11-23_societe-brehat_d1"
    facts = json.loads(stem.with_suffix(".json").read_text())

    assert written(tmp_path) == [f"letter/{stem.name}{end}" for end in (".json", ".pdf", "_1.pdf")]
    assert stem.with_suffix(".pdf").read_bytes() == LETTER.content
    assert stem.with_name(f"{stem.name}_1.pdf").read_bytes() == INVOICE.content
    assert facts["to"] == ["Société Bréhat", "12 rue de l’Église", "22870 ÎLE-DE-BRÉHAT"]
    assert facts["enclosed"] == ["Facture n° 42.PDF"]
    assert {file["suffix"]: file["sha256"] for file in facts["files"]} == {
        ".pdf": hashlib.sha256(LETTER.content).hexdigest(),
        "_1.pdf": hashlib.sha256(INVOICE.content).hexdigest(),
    }


@pytest.mark.parametrize("kind", ["sms", "call"])
def test_anything_else_is_its_text_with_its_facts(tmp_path: Path, kind: str) -> None:
    FolderChannel(tmp_path, kind).send(a_message(dispatch_id="d1", channel=kind, to="+33612345678", text="Échéance"))
    stem = tmp_path / kind / "2026-11-23_claire-dubois_d1"

    assert stem.with_suffix(".txt").read_text() == "Échéance"
    assert json.loads(stem.with_suffix(".json").read_text())["to"] == ["+33612345678"]


@pytest.mark.parametrize("make", [a_message, a_letter])
def test_the_same_dispatch_twice_is_one_file_and_one_receipt(
    tmp_path: Path, make: Callable[..., OutgoingMessage]
) -> None:
    channel, message = FolderChannel(tmp_path, "out"), make()
    first = channel.send(message)
    files = written(tmp_path)

    assert channel.send(message) == first
    assert FolderChannel(tmp_path, "out").send(message) == first
    assert written(tmp_path) == files


def test_a_dispatch_keeps_its_first_file_when_it_is_written_differently(tmp_path: Path) -> None:
    channel, message = FolderChannel(tmp_path, "email"), a_message(dispatch_id="d1")
    first = channel.send(message)
    again = channel.send(a_message(dispatch_id="d1", to_name="Somebody Else", text="Autre texte"))

    assert again == first
    assert [path.read_bytes() for path in (tmp_path / "email").glob("*.eml")] == [to_mime(message)]


def test_many_threads_with_the_same_dispatch_make_one_file(tmp_path: Path) -> None:
    channel, message = FolderChannel(tmp_path, "letter"), a_letter()
    with ThreadPoolExecutor(8) as threads:
        receipts = set(threads.map(lambda _: channel.send(message), range(40)))

    assert len(receipts) == 1
    assert len(written(tmp_path)) == 3


def test_a_crash_between_two_files_is_mended_by_the_next_attempt(tmp_path: Path) -> None:
    channel, message = FolderChannel(tmp_path, "letter"), a_letter()
    receipt = channel.send(message)
    files = written(tmp_path)
    Path(receipt.path or "").unlink()

    assert channel.send(message) == receipt
    assert written(tmp_path) == files


ANY_TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=80)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(name=ANY_TEXT, dispatch_id=ANY_TEXT)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str, dispatch_id: str) -> None:
    channel = FolderChannel(tmp_path, "sms")
    path = Path(channel.send(a_message(channel="sms", to_name=name, dispatch_id=dispatch_id)).path or "")

    assert path.resolve().parent == (tmp_path / "sms").resolve()
    assert path.name.isascii()
    assert len(path.name) < 160
    assert path.is_file()


@pytest.mark.parametrize(
    ("one", "two"),
    [
        pytest.param("case/1@2", "case-1-2", id="one that needs cleaning beside one that does not"),
        pytest.param("case/1", "case@1", id="two that are cleaned to the same"),
        pytest.param("D1", "d1", id="two that a disk may take for the same"),
        pytest.param("x" * 64 + "a", "x" * 64 + "b", id="two that are too long"),
    ],
)
def test_different_dispatches_never_share_a_file(tmp_path: Path, one: str, two: str) -> None:
    channel = FolderChannel(tmp_path, "email")
    paths = {(channel.send(a_message(dispatch_id=given)).path or "").lower() for given in (one, two)}

    assert len(paths) == 2


@pytest.mark.parametrize("attachments", [(), (INVOICE,), (LETTER, LETTER)])
def test_a_letter_without_its_pdf_is_refused_by_name(tmp_path: Path, attachments: tuple[Attachment, ...]) -> None:
    with pytest.raises(ValueError, match=r"^attachments holds \d files named letter\.pdf"):
        FolderChannel(tmp_path, "letter").send(a_letter(attachments=attachments))

    assert written(tmp_path) == []


@pytest.mark.parametrize("name", ["", "..", "a/b", "Letter", "1st"])
def test_a_name_that_is_no_directory_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"^name is"):
        FolderChannel(tmp_path, name)


def test_a_folder_that_cannot_be_written_is_for_later(tmp_path: Path) -> None:
    (tmp_path / "email").write_text("a file where the folder should be")
    channel = FolderChannel(tmp_path, "email")

    with pytest.raises(TryLater, match="cannot be written"):
        channel.send(a_message())
    with pytest.raises(TryLater, match="cannot be written"):
        channel.check()


def test_the_probe_leaves_nothing_behind(tmp_path: Path) -> None:
    words = FolderChannel(tmp_path, "email").check()

    assert words.startswith(f"{tmp_path / 'email'} can be written, ")
    assert written(tmp_path) == []


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    write_whole(path, b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")

    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"old"]
