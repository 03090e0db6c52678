"""E-mails that came in are read without trust: characters, HTML, headers, reports."""

from datetime import UTC, datetime

import pytest

from workers.intake.mail_bounces import report_in
from workers.intake.mail_reading import Mail, Refused, one_line, read_mail, text_of_html

HEAD = b"From: Anne <Anne@BTP.example>\r\nTo: compta@atelier.example\r\n"


def mail(text: bytes, head: bytes = b"") -> Mail:
    return read_mail(HEAD + head + b"\r\n" + text)


UTF_8, REGLE = b"Content-Type: text/plain; charset=utf-8\r\n", "réglé"


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        pytest.param(UTF_8, REGLE.encode(), REGLE, id="as it says"),
        pytest.param(UTF_8, REGLE.encode("cp1252"), REGLE, id="not as it says"),
        pytest.param(UTF_8.replace(b"utf-8", b"klingon"), REGLE.encode(), REGLE, id="an unknown charset"),
        pytest.param(b"", REGLE.encode(), REGLE, id="says nothing"),
        pytest.param(b"Content-Transfer-Encoding: base64\r\n", b"x", "x", id="a broken encoding"),
        pytest.param(b"Content-Type: text/html\r\n", b"<style>x</style><p>Oui <i>!</i><p>Non", "Oui !\nNon", id="HTML"),
        pytest.param(b"Content-Type: text/plain; a*0=x; a*=y; a*z=z\r\n", b"Oui", "Oui", id="a torn header"),
        pytest.param(b"Content-Type: image/png\r\n", b"\x89PNG", "", id="no text"),
        pytest.param(
            UTF_8, b"Oui\x1b]0;x\x07\x1b[2J\xc2\x9b2J\x08\r!", "Oui ]0;x  [2J 2J\n!", id="orders to a terminal"
        ),
        pytest.param(UTF_8, "Oui\u202e!\u2066\u00a0à\t2\u00a0€".encode(), "Oui ! \u00a0à\t2\u00a0€", id="turned round"),
    ],
)
def test_the_text_is_read_whatever_it_says_of_itself(head: bytes, body: bytes, text: str) -> None:
    assert mail(body, head).text.strip() == text


def test_quoted_blocks_of_html_are_marked_as_in_plain_text() -> None:
    assert text_of_html("<div>Oui.</div><blockquote><p>Payez <b>vite</b></p></blockquote>") == "Oui.\n> Payez vite"


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("=?utf-8?q?a=0D=0ABcc:_x@y.example?=", "a Bcc: x@y.example"),
        ("=?utf-8?b?w6k=?=", "é"),
        ("=?klingon?q?x?=", "=?klingon?q?x?="),
        ("a\x00b\u2028c", "a\\x00b c"),
        ("x" * 9000, "x" * 4000),
    ],
)
def test_a_header_is_one_bounded_line(header: str, line: str) -> None:
    assert one_line(header) == line


def test_the_same_message_by_another_way_is_the_same() -> None:
    first, second = (
        mail(b"Oui.\r\n", b"Message-ID: <1@x>\r\n"),
        mail(b"Oui.\n", b"Received: by y\r\nMessage-ID: <1@x>\r\n"),
    )

    assert first.mail_id == second.mail_id
    assert mail(b"Non.\r\n", b"Message-ID: <1@x>\r\n").mail_id != first.mail_id


def test_the_nearest_message_it_answers_comes_first() -> None:
    found = mail(b"", b"References: <1@x>\r\n <2@x> <3@x>\r\nIn-Reply-To: <3@x>\r\n").named

    assert found == ("<3@x>", "<2@x>", "<1@x>")


@pytest.mark.parametrize(
    ("said", "at"),
    [
        (b"Tue, 10 Mar 2026 09:00:00 +0100", datetime(2026, 3, 10, 8, tzinfo=UTC)),
        (b"Tue, 10 Mar 2026 09:00:00 -0000", datetime(2026, 3, 10, 9, tzinfo=UTC)),
        (b"yesterday", None),
        (b"Tue, 99 Foo 99999999 99:99:99 +9999", None),
    ],
)
def test_a_date_is_an_instant_or_nothing(said: bytes, at: datetime | None) -> None:
    assert mail(b"", b"Date: " + said + b"\r\n").sent_at == at


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\nno header at all"])
def test_what_has_no_header_is_no_message(raw: bytes) -> None:
    with pytest.raises(Refused, match="no message"):
        read_mail(raw)


def a_report(kind: bytes, body: bytes) -> Mail:
    head = b'Content-Type: multipart/report; report-type=%s; boundary="b"\r\n' % kind
    return mail(b"--b\r\n" + body + b"\r\n--b--\r\n", head)


STATUS = b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"


@pytest.mark.parametrize(
    ("fields", "what", "code"),
    [
        pytest.param(b"Action: failed\r\nStatus: 5.1.1\r\n", "hard", "5.1.1", id="unknown user"),
        pytest.param(b"Action: failed\r\nStatus: 4.4.7 (expired)\r\n", "soft", "4.4.7", id="given up"),
        pytest.param(b"Action: failed\r\nStatus: 5.2.2\r\n", "soft", "5.2.2", id="mailbox full"),
        pytest.param(b"Action: failed\r\nDiagnostic-Code: smtp; 550 5.7.1 no\r\n", "hard", "5.7.1", id="by its words"),
        pytest.param(b"Action: delayed\r\nStatus: 4.4.1\r\n", "delayed", "4.4.1", id="delayed"),
        pytest.param(b"Action: relayed\r\nStatus: 2.0.0\r\n", "delivered", "2.0.0", id="delivered"),
        pytest.param(b"Action:\r\nStatus: banana\r\n", "hard", None, id="nothing it should say"),
        pytest.param(b"\xff\xfe", "hard", None, id="noise"),
    ],
)
def test_a_report_says_how_a_message_failed(fields: bytes, what: str, code: str | None) -> None:
    report = report_in(a_report(b"delivery-status", STATUS + fields))

    assert report is not None
    assert (report.what, report.code) == (what, code)


def test_the_returned_headers_name_the_message() -> None:
    returned = b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <ours@atelier.example>\r\nSubject: x\r\n\r\ny"
    report = report_in(a_report(b"delivery-status", returned))
    complaint = report_in(a_report(b"feedback-report", returned))

    assert report is not None
    assert report.named[0] == "<ours@atelier.example>"
    assert complaint is not None
    assert (complaint.what, complaint.named[0]) == ("complaint", "<ours@atelier.example>")


@pytest.mark.parametrize(
    ("sender", "head"),
    [(b"anne@btp.example", b""), (b"postmaster@btp.example", b"In-Reply-To: <ours@atelier.example>\r\n")],
    ids=["a person", "a person who answers from the mailbox of a postmaster"],
)
def test_what_a_person_writes_is_no_report(sender: bytes, head: bytes) -> None:
    assert report_in(read_mail(b"From: " + sender + b"\r\n" + head + b"\r\n5.1.1 failed")) is None


@pytest.mark.parametrize(
    ("sender", "text", "what"),
    [
        pytest.param(b"MAILER-DAEMON@mx.example", b"550 5.1.1 no such user", "hard", id="a code for good"),
        pytest.param(b"MAILER-DAEMON@mx.example", b"Warning: still trying to deliver", "soft", id="words alone"),
        pytest.param(b"postmaster@mx.example", b"Could not be delivered: 4.2.2 full", "soft", id="a code for now"),
    ],
)
def test_a_plain_report_is_only_for_good_by_its_code(sender: bytes, text: bytes, what: str) -> None:
    report = report_in(read_mail(b"From: " + sender + b"\r\n\r\n" + text))

    assert report is not None
    assert report.what == what


@pytest.mark.parametrize("sign", ["<", "<!--", "<a ", "</", "<![", "<div>", "<blockquote>", "&", "<a b='"])
def test_a_page_made_to_be_slow_is_read_in_one_go(sign: str) -> None:
    page = sign * 100_000

    assert len(text_of_html(page)) <= len(page)
