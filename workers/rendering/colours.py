"""A creditor's colour where it must be read: darkened or lightened until the contrast is enough.

Source: WCAG 2.2, success criterion 1.4.3 (AA): 4.5 to 1 for text of ordinary size.
"""

from functools import cache
from typing import Final

ENOUGH: Final = 4.5
WHITE: Final = "#ffffff"
#: The card of an e-mail at night.
NIGHT: Final = "#1e232b"
_STEPS: Final = 100


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white); colours as `#rrggbb`."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@cache
def readable(colour: str, ground: str = WHITE, enough: float = ENOUGH) -> str:
    """`colour` itself if text in it can be read on `ground`, else the nearest shade of it that can.

    Args:
        colour: as `#rrggbb`.
        ground: what the text stands on.
        enough: contrast to reach, 1 to 21; black or white where no shade does.
    """
    goal = "#000000" if _luminance(ground) > 0.18 else WHITE  # noqa: PLR2004 - where black and white contrast alike
    shades = (_mixed(colour, goal, step / _STEPS) for step in range(_STEPS + 1))
    return next((shade for shade in shades if contrast(shade, ground) >= enough), goal)


def _mixed(colour: str, goal: str, share: float) -> str:
    parts = zip(_channels(colour), _channels(goal), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in parts)


def _luminance(colour: str) -> float:
    shares = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB, IEC 61966-2-1
        for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
