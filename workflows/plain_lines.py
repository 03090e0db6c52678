"""What texts may hold that end up in letters, headers, file names and tables.

Refused are control characters and breaks of any kind, which could end a header or a row, and the signs that turn the
direction of writing (U+202A–U+202E, U+2066–U+2069), which let a name read as another one: `fdp.exe` as `exe.pdf`.
Letters that are written from the right to the left need none of them.
"""

from typing import Final

_TURNS: Final = r"\u2028-\u202e\u2066-\u2069"
_CONTROL: Final = rf"\x00-\x1f\x7f-\x9f{_TURNS}"
#: One line.
ONE_LINE: Final = rf"^[^{_CONTROL}]+$"
#: Several lines; tabs and line feeds part them.
LINES: Final = rf"^[^\x00-\x08\x0b-\x1f\x7f-\x9f{_TURNS}]+$"
#: A reference: one line that does not begin with a space.
REFERENCE: Final = rf"^[^\s{_CONTROL}][^{_CONTROL}]*$"
#: The same without a slash.
PART: Final = rf"^[^\s/{_CONTROL}][^/{_CONTROL}]*$"
