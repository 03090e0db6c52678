"""The gallery: every letter in every channel and language, with example facts, as pages to leaf through."""

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from workers.rendering.catalogue import Catalogue
from workers.rendering.errors import TemplateProblem
from workers.rendering.messages import Rendered, render
from workflows.errors import WorkflowError
from workflows.invoice import Channel, DebtorKind
from workflows.letter_examples import TONES, example
from workflows.sms import sms_segments

_LAYOUTS: Final = Path(__file__).parents[2] / "templates" / "_gallery"
_PIXELS_PER_INCH: Final = 96


@dataclass(frozen=True, slots=True)
class Situation:
    """A debtor and a number of invoices that a letter is shown with.

    Attributes:
        name: part of file names.
        fr: title in French.
        en: title in English.
    """

    name: str
    fr: str
    en: str
    kind: DebtorKind
    count: int


SITUATIONS: Final = (
    Situation("business", "Une entreprise, une facture", "A business, one invoice", DebtorKind.BUSINESS, 1),
    Situation("several", "Une entreprise, onze factures", "A business, eleven invoices", DebtorKind.BUSINESS, 11),
    Situation("consumer", "Un particulier, une facture", "A consumer, one invoice", DebtorKind.CONSUMER, 1),
    Situation("public", "Un acheteur public, une facture", "A public buyer, one invoice", DebtorKind.PUBLIC, 1),
)


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail; its images are inside the HTML, so that a page can show it alone."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """A text message, with what it costs to send."""

    text: str
    alphabet: str
    segments: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A letter on paper: names of files beside the page."""

    images: tuple[str, ...]
    pdf: str
    docx: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One letter in one situation; what the letter is not made for is None.

    Attributes:
        why_not: why there is nothing, such as a letter that consumers never get.
    """

    situation: Situation
    mail: Mail | None = None
    sms: Message | None = None
    paper: Paper | None = None
    call: str | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Built:
    """What was written; `problems` are faults of templates, which stopped one situation each."""

    index: Path
    pages: int
    problems: tuple[str, ...]


def build(
    out: Path,
    catalogue: Catalogue,
    wanted: Sequence[tuple[str, str]],
    *,
    spoken: str = "fr",
    told: Callable[[int], None] = lambda _done: None,
) -> Built:
    """Write the pages of the wanted letters, and an index that leads to them.

    Args:
        out: folder to write to; other files in it stay.
        catalogue: where letters are read.
        wanted: language and id of each letter, which must exist.
        spoken: language of the gallery's own words, `fr` or `en`.
        told: called with the number of letters done, after each.
    """
    out.mkdir(parents=True, exist_ok=True)
    (out / "gallery.css").write_bytes((_LAYOUTS / "gallery.css").read_bytes())
    problems: list[str] = []
    covers: dict[str, str] = {}
    around = {"spoken": spoken, "wanted": wanted, "tones": TONES, "labels": catalogue.labels}
    for done, (language, letter) in enumerate(wanted, start=1):
        shown = [_shown(out / language, catalogue, letter, situation) for situation in SITUATIONS]
        problems += [each.why_not for each in shown if each.why_not.startswith("!")]
        covers.setdefault(letter, _cover(language, shown))
        page = _page("letter.html.j2").render(around, language=language, letter=letter, shown=shown)
        (out / language / f"{letter}.html").write_text(page, "utf-8")
        told(done)
    index = out / "index.html"
    index.write_text(_page("index.html.j2").render(around, covers=covers), "utf-8")
    return Built(index, len(wanted) + 1, tuple(problem.lstrip("! ") for problem in problems))


def _shown(home: Path, catalogue: Catalogue, letter: str, situation: Situation) -> Shown:
    """Every form of one letter in one situation; a fault becomes text that begins with `!`."""
    language = home.name
    try:
        forms = {
            channel: render(
                example(letter, channel=channel, kind=situation.kind, language=language, count=situation.count),
                catalogue,
            )
            for channel in sorted(catalogue.letter(letter, language).meta.channels)
        }
        return Shown(situation, *_forms(home, f"{letter}/{situation.name}", forms))
    except WorkflowError as refusal:  # facts that this letter is not made of
        return Shown(situation, why_not=str(refusal))
    except TemplateProblem as problem:
        return Shown(situation, why_not=f"! {problem}")


def _cover(language: str, shown: Sequence[Shown]) -> str:
    """The first page of a letter as the index shows it, empty where it is never on paper."""
    return next((f"{language}/{each.paper.images[0]}" for each in shown if each.paper), "")


def _forms(
    home: Path, stem: str, forms: dict[Channel, Rendered]
) -> tuple[Mail | None, Message | None, Paper | None, str | None]:
    mail, sms = forms.get(Channel.EMAIL), forms.get(Channel.SMS)
    posted = forms.get(Channel.REGISTERED) or forms.get(Channel.LETTER)
    spoken = forms.get(Channel.CALL)
    return (
        Mail(mail.subject, _alone(mail), mail.text) if mail else None,
        Message(sms.sms, *sms_segments(sms.sms)) if sms else None,
        _paper(home, stem, posted) if posted else None,
        spoken.call if spoken else None,
    )


def _paper(home: Path, stem: str, rendered: Rendered) -> Paper:
    """Write the pages as images, the PDF and the document for a word processor."""
    (home / stem).parent.mkdir(parents=True, exist_ok=True)
    images = []
    for number, image in enumerate(rendered.letter_images(_PIXELS_PER_INCH), start=1):
        images.append(f"{stem}-{number}.png")
        (home / images[-1]).write_bytes(image)
    (home / f"{stem}.pdf").write_bytes(rendered.letter_pdf)
    (home / f"{stem}.docx").write_bytes(rendered.letter_docx)
    return Paper(tuple(images), f"{stem}.pdf", f"{stem}.docx")


def _alone(rendered: Rendered) -> str:
    """The e-mail's HTML with its images inside."""
    html = rendered.html
    for image in rendered.inline_images:
        content = base64.b64encode(image.content).decode()
        html = html.replace(f"cid:{image.content_id}", f"data:{image.media_type};base64,{content}")
    return html


def letters_in(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Language and id of every letter: French and English first, each in the order in which a debtor might get them."""
    order = {letter: at for at, letter in enumerate(TONES)}
    languages = sorted(catalogue.languages, key=lambda one: (one != "fr", one != "en", one))
    for language in languages:
        known = [letter for spoken, letter in catalogue.letters if spoken == language]
        yield from ((language, letter) for letter in sorted(known, key=lambda one: (order.get(one, len(order)), one)))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_LAYOUTS),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _page(name: str) -> Template:
    return _environment().get_template(name)
