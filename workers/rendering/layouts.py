"""Where layouts and fonts are: those that ship, and a creditor's own where it has one of that name."""

from pathlib import Path

_TEMPLATES = Path(__file__).parents[2] / "templates"
SHIPPED = _TEMPLATES / "_layouts"
FONTS = _TEMPLATES / "_fonts"
EMAIL, LETTER = "email.html.j2", "letter.typ"


def layout(name: str, folder: Path | None = None) -> Path:
    """The file of the layout `name`: the creditor's own in `folder` if it is there, else the one that ships."""
    own = folder / name if folder else SHIPPED / name
    return own if own.is_file() else SHIPPED / name
