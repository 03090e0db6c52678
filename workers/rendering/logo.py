"""The creditor's logo: a PNG, JPEG or SVG file, read and checked before any letter shows it."""

import base64
import re
import zlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from workers.rendering.errors import TemplateProblem
from workflows.invoice import Creditor

MOST_BYTES: Final = 500_000
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
#: What a drawing may not hold: it would run, or fetch something.
_ACTIVE: Final = frozenset({"script", "foreignobject", "iframe", "audio", "video", "animate", "set"})
_INSIDE: Final = re.compile(r"#|data:image/(?:png|jpeg);base64,", re.IGNORECASE)
_FETCHING: Final = re.compile(r"@import|url\(\s*['\"]?(?!#|data:image/(?:png|jpeg);base64,)", re.IGNORECASE)
_LENGTH: Final = re.compile(r"\s*([0-9.]+)\s*(?:px|pt|mm|cm|in)?\s*")


class BadLogo(Exception):
    """A file that cannot be a logo.

    Attributes:
        fr: what is wrong and what to do, in French.
        en: the same in English.
    """

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(fr, en)
        self.fr, self.en = fr, en

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True)
class Logo:
    """A logo that was checked.

    Attributes:
        media_type: `image/png`, `image/jpeg` or `image/svg+xml`.
        width: pixels, or the drawing's own units; `height` likewise.
    """

    content: bytes
    media_type: str
    width: float
    height: float

    @cached_property
    def svg(self) -> str:
        """The logo as a drawing; an image is put into one."""
        if self.media_type == "image/svg+xml":
            return self.content.decode("utf-8-sig")
        href = f"data:{self.media_type};base64,{base64.b64encode(self.content).decode()}"
        size = f'width="{self.width:g}" height="{self.height:g}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size} href="{href}"/></svg>'

    @cached_property
    def raster(self) -> "Logo":
        """The logo as an image, for those who cannot draw: mail clients and word processors."""
        if self.media_type != "image/svg+xml":
            return self
        from workers.rendering.logo_image import drawn  # noqa: PLC0415 - loads typst, which a settings check can spare

        return _png(drawn(self.svg))


def logo_of(creditor: Creditor) -> Logo | None:
    """The creditor's logo, None where it has none.

    Raises:
        TemplateProblem: the file is no longer what it was when the settings were read.
    """
    if creditor.logo is None:
        return None
    try:
        return read_logo(Path(creditor.logo))
    except BadLogo as problem:
        raise TemplateProblem(f"creditors[{creditor.ref}].logo {creditor.logo}", 0, problem.en) from problem


def read_logo(path: Path) -> Logo:
    """Read and check a logo; the same file is read once.

    Raises:
        BadLogo: unreadable, too large, of another type, broken, or a drawing that runs or fetches something.
    """
    try:
        state = path.stat()
        return _read(path, state.st_mtime_ns, state.st_size)
    except OSError as error:
        raise BadLogo(
            f"le fichier ne se lit pas ({error.strerror}) ; donnez le chemin d’une image lisible",
            f"the file cannot be read ({error.strerror}); give the path of a readable image",
        ) from error


@lru_cache(maxsize=64)
def _read(path: Path, _changed_ns: int, size: int) -> Logo:
    if size > MOST_BYTES:
        raise BadLogo(
            f"le fichier pèse {size:_} octets ; réduisez l’image à {MOST_BYTES:_} octets au plus".replace(
                "_", "\u202f"
            ),
            f"the file has {size:,} bytes; reduce the image to {MOST_BYTES:,} bytes at most",
        )
    content = path.read_bytes()
    if content.startswith(_PNG):
        return _png(content)
    if content.startswith(_JPEG):
        return _jpeg(content)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return _svg(content)
    raise BadLogo(
        "ce n’est ni un PNG, ni un JPEG, ni un SVG ; enregistrez le logo dans l’un de ces formats",
        "it is neither PNG, JPEG nor SVG; save the logo in one of these formats",
    )


def _png(content: bytes) -> Logo:
    at, end = len(_PNG), b""
    while at + 12 <= len(content):  # length, name, data, check sum
        after = at + 8 + int.from_bytes(content[at : at + 4])
        if zlib.crc32(content[at + 4 : after]) != int.from_bytes(content[after : after + 4]):
            raise _broken("PNG")
        at, end = after + 4, content[at + 4 : at + 8]
    if end != b"IEND" or at != len(content) or content[12:16] != b"IHDR":
        raise _broken("PNG")
    return _sized(content, "image/png", int.from_bytes(content[16:20]), int.from_bytes(content[20:24]))


def _jpeg(content: bytes) -> Logo:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004 - every segment begins with it
        mark, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if 0xC0 <= mark <= 0xCF and mark not in {0xC4, 0xC8, 0xCC}:  # noqa: PLR2004 - a frame's header
            height, width = int.from_bytes(content[at + 5 : at + 7]), int.from_bytes(content[at + 7 : at + 9])
            if not content.rstrip(b"\x00").endswith(b"\xff\xd9"):
                break
            return _sized(content, "image/jpeg", width, height)
        at += 2 + length
    raise _broken("JPEG")


def _svg(content: bytes) -> Logo:
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", content, re.IGNORECASE):
        raise _dangerous("<!DOCTYPE>")
    try:
        root = ET.fromstring(content.decode("utf-8-sig"))  # noqa: S314 - without a DOCTYPE there are no entities
    except (ET.ParseError, ValueError) as error:
        raise _broken(f"SVG ({error})") from error
    if _local(root.tag) != "svg":
        raise _broken("SVG")
    for element in root.iter():
        _check_element(element)
    box = [float(part) for part in re.findall(r"-?[0-9.]+", root.get("viewBox", ""))]
    sizes = [_LENGTH.fullmatch(root.get(name, "")) for name in ("width", "height")]
    width, height = (float(size[1]) if size else 0.0 for size in sizes)
    if len(box) == 4 and not (width and height):  # noqa: PLR2004 - left, top, width, height
        width, height = box[2:]
    return _sized(content, "image/svg+xml", width, height)


def _check_element(element: ET.Element) -> None:
    """Refuse what runs or fetches; comments and processing instructions are not elements."""
    tag = _local(element.tag)
    if tag in _ACTIVE:
        raise _dangerous(f"<{tag}>")
    if tag == "text":
        raise BadLogo(
            "le dessin contient du texte, que chacun verrait dans une autre police ; vectorisez-le (texte en tracés)",
            "the drawing holds text, which everyone would see in another font; convert it to outlines",
        )
    if tag == "style" and _FETCHING.search(element.text or ""):
        raise _dangerous("<style>")
    for name, value in element.attrib.items():
        attribute = _local(name)
        outside = attribute in {"href", "src"} and not _INSIDE.match(value.strip())
        if attribute.startswith("on") or outside or _FETCHING.search(value):
            raise _dangerous(f"{attribute}={value[:40]!r}")


def _local(name: object) -> str:
    return name.rpartition("}")[2].lower() if isinstance(name, str) else ""


def _sized(content: bytes, media_type: str, width: float, height: float) -> Logo:
    if not (width > 0 and height > 0):
        raise BadLogo(
            "l’image n’a ni largeur ni hauteur ; indiquez width et height, ou viewBox",
            "the image has no width or height; give width and height, or viewBox",
        )
    return Logo(content, media_type, width, height)


def _broken(kind: str) -> BadLogo:
    return BadLogo(
        f"le fichier {kind} est abîmé ; enregistrez-le à nouveau", f"the {kind} file is damaged; save it again"
    )


def _dangerous(what: str) -> BadLogo:
    return BadLogo(
        f"le dessin contient {what}, qui s’exécute ou va chercher un fichier ailleurs ; exportez un SVG simple",
        f"the drawing holds {what}, which runs or fetches another file; export a plain SVG",
    )
