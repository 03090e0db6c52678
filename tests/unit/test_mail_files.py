"""The files of an e-mail are given as they are, under names that can do no harm."""

import io
import zipfile
from email.message import EmailMessage

import pytest

from workers.intake.mail_files import MOST_FILES, files_of, files_or_none, safe_name


def a_mail(*files: tuple[str | None, str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "anne@btp.example", "Bon de commande"
    message.set_content("Ci-joint.")
    for name, media_type, content in files:
        main, _, sub = media_type.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def test_files_come_in_order_with_their_bytes() -> None:
    raw = a_mail(("bon 42.pdf", "application/pdf", b"%PDF-1"), ("photo.jpg", "image/jpeg", b"\xff\xd8"))

    found = files_of(raw)

    assert [(each.name, each.media_type, each.size, each.content) for each in found] == [
        ("bon 42.pdf", "application/pdf", 6, b"%PDF-1"),
        ("photo.jpg", "image/jpeg", 2, b"\xff\xd8"),
    ]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Temp\\bon.pdf", "bon.pdf"),
        (".bashrc", "bashrc"),
        ("..", "piece"),
        ("", "piece"),
        ("con.pdf", "_con.pdf"),
        ("LPT1", "_LPT1"),
        ("console.pdf", "console.pdf"),
        ("icon.png", "icon.png"),
        ("bon.com1.pdf", "bon.com1.pdf"),
        ("nul .pdf", "_nul.pdf"),
        ("COM¹.txt", "_COM¹.txt"),
        ("fdp.\u202exe.exe", "fdp.xe.exe"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("$(rm -rf ~);|`x`.sh", "_(rm -rf _)___x_.sh"),
        ("-rf", "rf"),
        ("relevé n°7.pdf", "relevé n_7.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("fin. ", "fin"),
    ],
)
def test_a_name_can_do_no_harm(said: str, name: str) -> None:
    assert safe_name(said) == name


@pytest.mark.parametrize("said", ["é" * 300 + ".pdf", "x" * 300, "a." + "b" * 300, "." * 300])
def test_a_name_is_short(said: str) -> None:
    assert 0 < len(safe_name(said).encode()) <= 120


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name("é" * 300 + ".pdf").endswith("é.pdf")


def test_a_file_without_a_name_is_called_by_its_type() -> None:
    assert [each.name for each in files_of(a_mail((None, "application/pdf", b"x")))] == ["piece.pdf"]


def test_two_files_never_have_one_name() -> None:
    raw = a_mail(*((name, "text/csv", b"x") for name in ("a.csv", "A.CSV", "x/a.csv", "a-2.csv")))

    names = [each.name for each in files_of(raw)]

    assert names == ["a.csv", "A-2.CSV", "a-3.csv", "a-2-2.csv"]
    assert len({name.casefold() for name in names}) == len(names)


def test_a_message_inside_is_one_file() -> None:
    inner = EmailMessage()
    inner["Subject"] = "Re: votre/facture"
    inner.set_content("Payée.")
    outer = EmailMessage()
    outer["From"] = "anne@btp.example"
    outer.set_content("Voir plus bas.")
    outer.add_attachment(inner)

    (found,) = files_of(outer.as_bytes())

    assert (found.name, found.media_type) == ("Re_ votre_facture.eml", "message/rfc822")
    assert "Payée".encode() in found.content or b"Pay=C3=A9e" in found.content or b"UGF5" in found.content


def test_an_archive_is_never_opened() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(50_000_000))

    (found,) = files_of(a_mail(("bombe.zip", "application/zip", packed.getvalue())))

    assert found.size == len(packed.getvalue()) < 100_000


def test_more_files_than_people_attach_stay_in_the_message() -> None:
    raw = a_mail(*((f"{count}.txt", "text/plain", b"x") for count in range(MOST_FILES + 20)))

    assert len(files_of(raw)) == MOST_FILES


def test_a_type_that_is_none_decides_nothing() -> None:
    raw = b"From: a@b.example\r\nContent-Type: <script>/x\r\nContent-Disposition: attachment\r\n\r\nx"

    assert [each.media_type for each in files_of(raw)] == ["application/octet-stream"]


def test_a_header_that_the_library_cannot_write_is_read() -> None:
    [found] = files_of(b"From: a@b\r\nContent-Type: message/\x1es:")

    assert (found.name, found.media_type) == ("piece", "application/octet-stream")


def test_a_name_in_torn_pieces_is_no_name() -> None:
    head = b"Content-Disposition: attachment; filename*0*=utf-8''a; filename*=b; filename*x=c\r\n"
    [found] = files_of(b"From: a@b\r\nContent-Type: text/csv\r\n" + head + b"\r\nx")

    assert (found.name, found.content) == ("piece", b"x")


@pytest.mark.parametrize("raw", [None, b"", b"\r\n\r\nno header"])
def test_what_cannot_be_read_has_no_files(raw: bytes | None) -> None:
    assert files_or_none(raw) == ()
