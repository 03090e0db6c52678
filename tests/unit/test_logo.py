"""A logo is checked when the settings are read: whatever a letter could not show safely is refused with the fix."""

import json
import struct
import zlib
from pathlib import Path

import pytest

from workers.rendering.errors import TemplateProblem
from workers.rendering.logo import MOST_BYTES, BadLogo, logo_of, read_logo
from workers.settings import load
from workers.settings_parts.errors import SettingsError
from workflows.letter_example_people import CREDITOR

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 20 10">{}</svg>'
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x0a\x00\x14\x01\x01\x11\x00\xff\xd9"


def png(width: int = 20, height: int = 10) -> bytes:
    """A grey image, smallest form."""
    rows = zlib.compress((b"\x00" + b"\x7f" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        pytest.param(png(), "image/png", id="PNG"),
        pytest.param(JPEG, "image/jpeg", id="JPEG"),
        pytest.param(SVG.format('<path d="M0 0h9"/>').encode(), "image/svg+xml", id="SVG"),
    ],
)
def test_a_logo_is_known_by_its_content(tmp_path: Path, content: bytes, media_type: str) -> None:
    (tmp_path / "logo").write_bytes(content)

    logo = read_logo(tmp_path / "logo")

    assert (logo.media_type, logo.width, logo.height) == (media_type, 20, 10)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"GIF89a", "neither PNG, JPEG nor SVG", id="another type"),
        pytest.param(b"", "neither PNG", id="an empty file"),
        pytest.param(png()[:-9], "PNG file is damaged", id="a cut PNG"),
        pytest.param(png().replace(b"IDAT", b"IDAt"), "PNG file is damaged", id="a PNG with a wrong bit"),
        pytest.param(SVG.format("<g/><!--é-->").encode("latin-1"), "SVG ('utf-8' codec", id="an SVG in Latin-1"),
        pytest.param(JPEG[:-2], "JPEG file is damaged", id="a cut JPEG"),
        pytest.param(b"<svg", "SVG (unclosed token", id="a cut SVG"),
        pytest.param(b"<html/>", "SVG file is damaged", id="another XML"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"x" * MOST_BYTES, "reduce the image to 500,000 bytes", id="too large"),
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg"/>', "no width or height", id="no size"),
        pytest.param(SVG.format("<script/>").encode(), "<script>", id="a script"),
        pytest.param(SVG.format('<path onload="x()"/>').encode(), "onload=", id="a handler"),
        pytest.param(SVG.format('<image href="https://x.example/a.png"/>').encode(), "href=", id="an image elsewhere"),
        pytest.param(SVG.format('<image xlink:href="file:///etc/passwd"/>').encode(), "href=", id="a file"),
        pytest.param(SVG.format("<style>@import 'x.css'</style>").encode(), "<style>", id="an import"),
        pytest.param(SVG.format('<path style="fill:url(http://x)"/>').encode(), "style=", id="a fill elsewhere"),
        pytest.param(SVG.format("<foreignObject/>").encode(), "<foreignobject>", id="HTML inside"),
        pytest.param(SVG.format("<text>Atelier</text>").encode(), "convert it to outlines", id="text"),
        pytest.param(b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.encode(), "<!DOCTYPE>", id="entities"),
    ],
)
def test_what_cannot_be_shown_safely_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "logo").write_bytes(content)

    with pytest.raises(BadLogo) as refusal:
        read_logo(tmp_path / "logo")

    assert words in refusal.value.en
    assert refusal.value.fr


def settings_with(folder: Path, logo: str) -> Path:
    facts = CREDITOR.model_dump(mode="json", exclude_none=True)
    address = facts.pop("address")
    bank = facts.pop("bank")
    lines = [f"{key} = {json.dumps(value)}" for key, value in (facts | {"logo": logo}).items()]
    for name, table in (("address", address), ("bank", bank)):
        lines += [f"[creditors.{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    file = folder / "relance.toml"
    file.write_text("\n".join(["[[creditors]]", *lines]), "utf-8")
    return file


def test_a_logo_is_found_beside_the_settings(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(png())

    settings = load(settings_with(tmp_path, "logo.png"), {})

    assert settings.creditors[0].logo == str(tmp_path / "logo.png")


def test_a_bad_logo_is_named_with_its_field_value_and_fix(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refusal:
        load(settings_with(tmp_path, "none.png"), {})

    assert "creditors[0].logo" in refusal.value.text("fr")
    assert "none.png" in refusal.value.text("fr")
    assert "donnez le chemin d’une image lisible" in refusal.value.text("fr")


def test_a_logo_that_has_gone_since_stops_the_letter(tmp_path: Path) -> None:
    gone = CREDITOR.model_copy(update={"logo": str(tmp_path / "gone.png")})

    with pytest.raises(TemplateProblem, match=r"creditors\[martin\]\.logo .*cannot be read"):
        logo_of(gone)
