"""The gallery: one command, and a person can leaf through every letter in every channel and language."""

import html
import re
from pathlib import Path

import pytest

from workers.cli import run
from workers.cli.exit_codes import ExitCode

DOCS = Path(__file__).parents[2] / "docs" / "letters.md"


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One letter in two languages, by the command that the documentation shows."""
    out = tmp_path_factory.mktemp("gallery")
    (line,) = re.findall(r"^relance (letters gallery --.+)$", DOCS.read_text("utf-8"), re.MULTILINE)
    assert run([*line.split(), "--out", str(out)]) == ExitCode.OK
    return out


def test_the_index_leads_to_every_page(gallery: Path) -> None:
    index = (gallery / "index.html").read_text("utf-8")

    linked = re.findall(r'href="([a-z]+/[a-z_]+\.html)"', index)
    assert linked == [
        "fr/second_reminder.html",
        "fr/second_reminder.html",
        "en/second_reminder.html",
    ]  # the cover first
    assert 'src="fr/second_reminder/business-1.png"' in index


def test_every_link_and_image_of_a_page_is_there(gallery: Path) -> None:
    for language in ("fr", "en"):
        page = (gallery / language / "second_reminder.html").read_text("utf-8")
        linked = re.findall(r'(?:href|src)="([^"#:]+)"', page)
        assert [name for name in linked if not (gallery / language / name).is_file()] == []
        assert not re.search(r'(?:src|href)="https?:', page)


def test_a_page_shows_every_channel_of_the_letter(gallery: Path) -> None:
    page = (gallery / "fr" / "second_reminder.html").read_text("utf-8")

    mails = [html.unescape(mail) for mail in re.findall(r'srcdoc="([^"]+)"', page)]
    assert "F-2026-0042" in mails[0]
    assert "data:image/png;base64," in mails[0]
    assert page.count("GSM-7 · ") == len(mails)
    assert 'src="second_reminder/business-1.png"' in page
    assert "Appel" in page
    for name in ("business-1.png", "business.pdf", "business.docx", "consumer-1.png"):
        assert (gallery / "fr" / "second_reminder" / name).stat().st_size > 5_000


@pytest.mark.parametrize(
    ("words", "known"),
    [
        pytest.param(["--language", "xx"], "fr", id="a language that is not there"),
        pytest.param(["--letter", "nothing"], "first_reminder", id="a letter that is not there"),
    ],
)
def test_what_does_not_exist_is_named_with_what_does(
    tmp_path: Path, words: list[str], known: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["letters", "gallery", "--out", str(tmp_path), *words])

    assert code == ExitCode.NOTHING_MATCHED
    assert known in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
