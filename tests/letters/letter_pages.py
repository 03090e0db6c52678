"""Rendered letters as a reader meets them: words and where they stand, and what a telephone sees of a page."""

from contextlib import closing
from dataclasses import dataclass
from functools import cached_property

import pypdfium2
from deqr import QRdecDecoder
from PIL import Image

#: Points in a millimetre.
_POINTS = 72 / 25.4


@dataclass(frozen=True)
class Word:
    """A stretch of text on a page; edges in millimetres from the left and the top of the sheet."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Pages:
    """A PDF, read back."""

    pdf: bytes

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The text of each page, its lines joined and the breaks that nobody sees taken out."""
        with closing(pypdfium2.PdfDocument(self.pdf)) as document:
            found = [page.get_textpage().get_text_range() for page in document]
        return tuple(" ".join(text.replace("\u200b\r\n", "").replace("\u200b", "").split()) for text in found)

    @property
    def text(self) -> str:
        return " ".join(self.texts)

    def words(self, page: int = 0) -> list[Word]:
        """Every run of text of one page with its place."""
        with closing(pypdfium2.PdfDocument(self.pdf)) as document:
            sheet = document[page]
            text, height = sheet.get_textpage(), sheet.get_height()
            boxes = [text.get_rect(at) for at in range(text.count_rects())]
            return [_word(text.get_text_bounded(*box), height, box) for box in boxes]

    def codes(self, page: int = -1) -> list[str]:
        """What a telephone reads on a page; by default the last one."""
        with closing(pypdfium2.PdfDocument(self.pdf)) as document:
            return codes_of(document[page % len(document)].render(scale=2).to_pil())


def _word(text: str, height: float, box: tuple[float, float, float, float]) -> Word:
    left, bottom, right, top = box
    return Word(text, left / _POINTS, (height - top) / _POINTS, right / _POINTS, (height - bottom) / _POINTS)


def codes_of(image: Image.Image) -> list[str]:
    """What zbar's decoder reads, which shares no code with what wrote it."""
    found = QRdecDecoder().decode(image.convert("L"), convert_data=False)
    return [b"".join(part.data for part in code.data_entries).decode() for code in found]
