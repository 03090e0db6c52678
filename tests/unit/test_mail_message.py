import email
import email.policy
from datetime import datetime
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail_examples import a_message
from workers.channels.base import Attachment
from workers.channels.mail_message import mailbox, to_mime

PDF = Attachment(filename="facture.pdf", media_type="application/pdf", content=bytes(range(256)) * 120)
ONE_LINE = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=200)


def read(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def raw_header(content: bytes, name: str) -> str:
    """The header as RFC 2047 readers decode it, without the standard library's address parser."""
    return str(make_header(decode_header(email.message_from_bytes(content)[name])))


def test_the_same_message_gives_the_same_bytes() -> None:
    message = a_message(html="<p>Bonjour</p>", attachments=(PDF, PDF))

    assert to_mime(message) == to_mime(message)


def test_another_message_id_gives_other_boundaries() -> None:
    one, two = (to_mime(a_message(html="<p>x</p>")).split(b"boundary=")[1][:40] for _ in range(2))

    assert one != two


def test_a_reader_finds_every_field_again() -> None:
    content = to_mime(
        a_message(
            to="hélène.œuvre@société-générale.example",
            to_name="Hélène Œuvré",
            sender_name='Atelier "Bréhat", Père & Fils',
            reply_to="réponses@atelier.example",
            subject="Rappel : facture n° 2026-0042 – 1 234,56 € échus depuis dix jours, à régler avant le 30",
            text="Échéance dépassée.\n.\n..\nFrom nous\n" + "é" * 2000,
            html="<p>Échéance dépassée</p>",
            attachments=(PDF, Attachment(filename="Relevé n° 3 – été.csv", media_type="text/csv", content=b"a;b")),
            in_reply_to="<dispatch-0@atelier.example>",
            references=("<one@atelier.example>", "<dispatch-0@atelier.example>"),
            headers={"X-Relance-Case": "42"},
        )
    )
    message = read(content)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    attachments = list(message.iter_attachments())

    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == "Échéance dépassée.\n.\n..\nFrom nous\n" + "é" * 2000 + "\n"
    assert html.get_content().strip() == "<p>Échéance dépassée</p>"
    assert [part.get_filename() for part in attachments] == ["facture.pdf", "Relevé n° 3 – été.csv"]
    assert attachments[0].get_content() == PDF.content
    assert message["To"].addresses[0].display_name == "Hélène Œuvré"
    assert message["From"].addresses[0].display_name == 'Atelier "Bréhat", Père & Fils'
    assert raw_header(content, "Subject").startswith("Rappel : facture n° 2026-0042 – 1 234,56 € échus")
    assert message["Date"].datetime == datetime.fromisoformat("2026-11-23T09:15:00+01:00")
    assert message["In-Reply-To"] == "<dispatch-0@atelier.example>"
    assert message["References"].split() == ["<one@atelier.example>", "<dispatch-0@atelier.example>"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Content-Language"] == "fr"
    assert message["X-Relance-Case"] == "42"


@pytest.mark.parametrize(
    ("html", "attachments", "kinds"),
    [
        pytest.param(None, (), ["text/plain"], id="text alone has no wrapping"),
        pytest.param("<p>", (), ["multipart/alternative", "text/plain", "text/html"], id="text and HTML"),
        pytest.param(None, (PDF,), ["multipart/mixed", "text/plain", "application/pdf"], id="text and a file"),
        pytest.param(
            "<p>",
            (PDF,),
            ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"],
            id="the two texts stay together beside a file",
        ),
    ],
)
def test_the_tree_has_no_level_too_many(
    html: str | None, attachments: tuple[Attachment, ...], kinds: list[str]
) -> None:
    message = read(to_mime(a_message(html=html, attachments=attachments)))

    assert [part.get_content_type() for part in message.walk()] == kinds


@given(name=ONE_LINE, subject=ONE_LINE)
def test_any_name_and_subject_survive_and_add_no_header(name: str, subject: str) -> None:
    plain = a_message(to_name="x", subject="x")
    content = to_mime(a_message(to_name=name, subject=subject))
    head = content.split(b"\r\n\r\n")[0]

    assert email.message_from_bytes(content).keys() == email.message_from_bytes(to_mime(plain)).keys()
    assert raw_header(content, "Subject") == subject
    assert all(len(line) <= 78 for line in head.split(b"\r\n"))
    assert head.isascii()


@pytest.mark.parametrize(
    "evil", ["x\r\nBcc: a@b.fr", "x\ny", "x\ry", "x\x00y", "x\x0by", "x\x85y", "x\u2028y", "x\ud800"]
)
@pytest.mark.parametrize(
    ("field", "named"),
    [
        pytest.param("to_name", "to_name", id="the name of the debtor"),
        pytest.param("sender_name", "sender_name", id="the name of the creditor"),
        pytest.param("subject", "subject", id="the subject"),
        pytest.param("to", "to", id="the address"),
        pytest.param("reply_to", "reply_to", id="where answers go"),
        pytest.param("message_id", "message_id", id="the identifier"),
        pytest.param("in_reply_to", "in_reply_to", id="the thread"),
        pytest.param("language", "language", id="the language"),
    ],
)
def test_a_line_break_in_a_header_is_refused_by_name(field: str, named: str, evil: str) -> None:
    with pytest.raises(ValueError, match=rf"^{named} is '"):
        to_mime(a_message(**{field: evil}))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"headers": {"Bcc": "a@b.fr"}}, "own fields decide", id="a header of ours"),
        pytest.param({"headers": {"Content-Type": "x"}}, "own fields decide", id="a header of the tree"),
        pytest.param({"headers": {"X Y": "a"}}, "letters, digits and hyphens", id="a header that is none"),
        pytest.param({"headers": {"X-Y": "a\nb"}}, "control character", id="a break in a header of theirs"),
        pytest.param({"references": ("<a@b>", "c")}, "references is 'c'", id="a thread of no identifiers"),
        pytest.param({"message_id": f"<{'x' * 250}@b>"}, "at most 250", id="an identifier too long"),
        pytest.param({"date": datetime(2026, 11, 23)}, "time zone", id="a date of nowhere"),  # noqa: DTZ001 - the point
        pytest.param(
            {"attachments": (Attachment(filename="../x.pdf", media_type="application/pdf", content=b""),)},
            "without a directory",
            id="a file elsewhere",
        ),
        pytest.param(
            {"attachments": (Attachment(filename="x\n.pdf", media_type="application/pdf", content=b""),)},
            "attachments.filename",
            id="a break in a file name",
        ),
        pytest.param(
            {"attachments": (Attachment(filename="x", media_type="multipart/mixed", content=b""),)},
            "application/pdf",
            id="a file that is a tree",
        ),
    ],
)
def test_what_cannot_stand_in_an_email_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        to_mime(a_message(**changes))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("claire@client.example", "claire@client.example", id="an ordinary address"),
        pytest.param("Claire+x@CLIENT.example", "Claire+x@client.example", id="the local part is its owner's"),
        pytest.param("a@société.example", "a@xn--socit-esab.example", id="a domain in French"),
        pytest.param("hélène@client.example", "hélène@client.example", id="a local part in French"),
        pytest.param("compta@serveur.local", "compta@serveur.local", id="a name of the house"),
    ],
)
def test_an_address_as_smtp_takes_it(address: str, expected: str) -> None:
    assert mailbox("to", address) == expected


@pytest.mark.parametrize(
    "address", ["", "claire", "a@b@c.fr", "<a@b.fr>", "a b@c.fr", "a@b.fr>\r\nRCPT TO:<c@d.fr", "a@-b.fr"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"^to is '.*(not an e-mail address|control character)"):
        mailbox("to", address)
