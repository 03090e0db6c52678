"""A drawing as an image, by the typesetter that draws it on paper."""

from typing import Final

from workers.rendering.layouts import SHIPPED
from workers.rendering.typesetter import images_of

#: Twice what an e-mail shows, for fine screens.
_PIXELS_PER_INCH: Final = 192


def drawn(svg: str) -> bytes:
    """The drawing as a PNG on white, 60 mm wide at most and 18 mm high at most."""
    (image,) = images_of(SHIPPED / "logo.typ", {"logo": svg}, _PIXELS_PER_INCH)
    return image
