"""The images that an e-mail carries with it, so that it fetches nothing: the logo, and the code of a transfer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from workers.rendering.logo import logo_of
from workers.rendering.nodes import Node, Slip
from workers.rendering.transfer_code import png_of
from workflows.invoice import Creditor

LOGO: Final = "logo@letter.relance"
CODE: Final = "transfer@letter.relance"
#: The largest a logo is shown, in pixels.
_LOGO_WIDTH, _LOGO_HEIGHT = 220, 56
_CODE_WIDTH: Final = 132


@dataclass(frozen=True, slots=True)
class InlineImage:
    """An image that HTML shows by `cid:`.

    Attributes:
        content_id: without angle brackets.
        width: pixels as shown; `height` likewise.
    """

    content_id: str
    media_type: str
    content: bytes
    width: int
    height: int

    @property
    def filename(self) -> str:
        """How mail clients list it."""
        return f"{self.content_id.partition('@')[0]}.{self.media_type.partition('/')[2]}"


def inline_images(nodes: Iterable[Node], creditor: Creditor) -> tuple[InlineImage, ...]:
    """The creditor's logo if it has one, and the code of the first transfer among `nodes` if there is one.

    Raises:
        TemplateProblem: the logo cannot be read any more.
    """
    found: list[InlineImage] = []
    if logo := logo_of(creditor):
        raster = logo.raster
        scale = min(_LOGO_WIDTH / raster.width, _LOGO_HEIGHT / raster.height, 1)
        size = round(raster.width * scale) or 1, round(raster.height * scale) or 1
        found.append(InlineImage(LOGO, raster.media_type, raster.content, *size))
    transfers = [node.transfer for node in nodes if isinstance(node, Slip) and node.transfer]
    found += [InlineImage(CODE, "image/png", png_of(each), _CODE_WIDTH, _CODE_WIDTH) for each in transfers[:1]]
    return tuple(found)
