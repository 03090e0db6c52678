"""The length of a text message: GSM-7 counts septets, anything else makes it UCS-2 and more than doubles the price."""

import unicodedata

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
#: Typography that has an exact plain equivalent.
_PLAIN = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-"}
    | {"…": "...", "œ": "oe", "Œ": "OE", "ç": "c"}
)
GSM_SINGLE, GSM_PART = 160, 153
UCS_SINGLE, UCS_PART = 70, 67


def sms_segments(text: str) -> tuple[str, int]:
    """The alphabet (`GSM-7` or `UCS-2`) and the number of messages that `text` is sent as.

    Source: 3GPP TS 23.038; a long message loses 7 septets (3 UTF-16 units) a part to its header.
    """
    if all(character in _BASIC or character in _EXTENDED for character in text):
        septets = len(text) + sum(character in _EXTENDED for character in text)
        return "GSM-7", _parts(septets, GSM_SINGLE, GSM_PART)
    units = len(text.encode("utf-16-be")) // 2
    return "UCS-2", _parts(units, UCS_SINGLE, UCS_PART)


def gsm_fold(text: str) -> str:
    """Replace what GSM-7 lacks and a reader does not miss (`ê` by `e`, no-break spaces); other alphabets stay."""
    return "".join(_fold(character) for character in text.translate(_PLAIN))


def _fold(character: str) -> str:
    if character in _BASIC or character in _EXTENDED:
        return character
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return plain or character


def _parts(length: int, single: int, part: int) -> int:
    return 1 if length <= single else -(-length // part)
