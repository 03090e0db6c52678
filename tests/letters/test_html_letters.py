"""A letter as an e-mail: it fetches nothing, is read on any screen, and carries the images it shows."""

import re
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.letters.letter_pages import codes_of
from tests.mail_examples import a_message
from workers.channels.base import Attachment
from workers.channels.mail_message import to_mime
from workers.rendering.colours import ENOUGH, NIGHT, WHITE, contrast, readable
from workers.rendering.errors import TemplateProblem
from workers.rendering.html import Envelope, html_of
from workers.rendering.images import CODE, LOGO
from workers.rendering.layouts import SHIPPED
from workers.rendering.messages import Rendered, render
from workers.rendering.nodes import Choices
from workers.rendering.text import text_of
from workflows.letter_example_people import CREDITOR
from workflows.letter_examples import example

PAY_URL = "https://pay.example/x?a=1&b=2"
LOGO_FILE = str(Path("tests/data/logos/atelier.svg").resolve())
ABOUT = Envelope(subject="s", language="fr", creditor="Atelier", colour="#1f3a5f", preview="p")


def written(name: str, **changes: Any) -> Rendered:  # noqa: ANN401 - any field of LetterFacts
    return render(example(name, **changes))


def test_a_message_fetches_nothing_and_knows_dark_mode_and_phones() -> None:
    html = written("formal_notice", count=3).html

    assert re.findall(r'src="([^"]+)"', html) == [f"cid:{CODE}"]
    assert not re.search(r"background\s*=|url\(|@import|<link|<script|http", html)
    assert 'content="light dark"' in html
    assert "prefers-color-scheme: dark" in html
    assert "max-width: 520px" in html
    assert CREDITOR.colour in html


def test_the_same_facts_give_the_same_message() -> None:
    assert written("formal_notice", count=3).html == written("formal_notice", count=3).html


def test_the_pay_link_is_a_button_and_an_address_in_full() -> None:
    html = written("account_reminder", pay_url=PAY_URL).html

    assert re.findall(r'href="([^"]+)"', html) == ["https://pay.example/x?a=1&amp;b=2"] * 2
    assert re.search(r'class="button"[^>]*>Payer en ligne</a>', html)
    assert ">https://pay.example/x?a=1&amp;b=2</a>" in html


def test_the_code_in_a_message_is_the_transfer() -> None:
    (image,) = written("first_reminder").inline_images

    (code,) = codes_of(picture(image.content))

    assert code.split("\n")[5:8] == ["ATELIER MARTIN SARL", "FR7630006000011234567890189", "EUR1250.00"]


def test_a_logo_goes_with_the_message_and_says_the_name_where_images_are_off() -> None:
    message = written("first_reminder", creditor=CREDITOR.model_copy(update={"logo": LOGO_FILE}))

    logo = message.inline_images[0]

    assert f'src="cid:{LOGO}" alt="Atelier Martin"' in message.html
    assert (logo.media_type, logo.filename) == ("image/png", "logo.png")
    assert logo.height <= 56
    assert picture(logo.content).size[0] >= logo.width


def test_images_travel_beside_the_html_that_shows_them() -> None:
    image = Attachment(filename="logo.png", media_type="image/png", content=b"\x89PNG", content_id=LOGO)
    pdf = Attachment(filename="f.pdf", media_type="application/pdf", content=b"%PDF")

    mail = message_from_bytes(
        to_mime(a_message(html="<p>", inline=(image,), attachments=(pdf,))), policy=policy.default
    )

    assert [part.get_content_type() for part in mail.walk()] == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"),
        "application/pdf",
    ]
    shown = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    assert shown["Content-ID"] == f"<{LOGO}>"
    assert shown.get_content_disposition() == "inline"


@pytest.mark.parametrize("colour", ["#1f3a5f", "#f2a900", "#ffffff", "#000000", "#ffff00", "#7f7f7f"])
def test_text_in_the_creditor_s_colour_can_be_read(colour: str) -> None:
    assert contrast(readable(colour), WHITE) >= ENOUGH
    assert contrast(readable(colour, NIGHT), NIGHT) >= ENOUGH


def test_a_colour_that_can_be_read_is_left_alone() -> None:
    assert readable("#1f3a5f") == "#1f3a5f"
    assert round(contrast("#000000", "#ffffff"), 2) == 21


def test_answers_are_links_on_screen_and_lines_in_text() -> None:
    choices = (Choices((("Déjà parti", "mailto:a@b.example?subject=x"), ("Autre", None))),)

    assert '<a class="choice" href="mailto:a@b.example?subject=x"' in html_of(choices, ABOUT)
    assert text_of(choices, " : ") == "- Déjà parti\n- Autre\n"
    assert text_of((Choices((("Payer", "https://pay.example/x"),)),), " : ") == "- Payer :\n  https://pay.example/x\n"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", 'https://a"b', "ftp://x", "https://a b"]
)
def test_an_answer_leads_to_the_web_or_to_a_mailbox(address: str) -> None:
    with pytest.raises(ValueError, match="give an http"):
        Choices((("Autre", address),))


@pytest.mark.parametrize(
    ("added", "line", "words"),
    [
        pytest.param("{% if %}", 1, "Expected an expression", id="syntax"),
        pytest.param("{{ creditr }}", 1, "'creditr' is undefined", id="a misspelt name"),
        pytest.param('{% include "/etc/passwd" %}', 1, "", id="another file"),
        pytest.param("{{ blocks.__class__.__mro__ }}", 1, "unsafe", id="a way out of the sandbox"),
    ],
)
def test_a_layout_at_fault_is_refused_with_its_line(tmp_path: Path, added: str, line: int, words: str) -> None:
    (tmp_path / "email.html.j2").write_text(added + "\n", "utf-8")

    with pytest.raises(TemplateProblem) as problem:
        html_of((), ABOUT, tmp_path)

    assert problem.value.template.endswith("/email.html.j2")
    assert problem.value.line == line
    assert words in problem.value.detail


def test_a_creditor_may_have_a_layout_of_its_own(tmp_path: Path) -> None:
    text = (SHIPPED / "email.html.j2").read_text("utf-8").replace("</body>", "<p>Atelier depuis 1987</p></body>")
    (tmp_path / "email.html.j2").write_text(text, "utf-8")

    assert "Atelier depuis 1987" in html_of((), ABOUT, tmp_path)


def picture(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("L")
