"""The code that fills in a transfer: EPC069-12, version 002, which banking applications read from paper or screen."""

import struct
import unicodedata
import zlib
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from workers.rendering.nodes import Transfer
from workflows.money import Cents

if TYPE_CHECKING:
    from zxingcpp import Barcode

#: EPC069-12: 0.01 to 999,999,999.99 euros.
_MOST: Final = 99_999_999_999
_NAME_LENGTH, _REFERENCE_LENGTH = 70, 140
#: EPC217-08: the characters that every bank of the SEPA takes.
_SAFE: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
_SPELT: Final = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
    | {"&": "+", "°": "o", "’": "'", "‘": "'", "–": "-", "—": "-", "_": "-", "\u00a0": " ", "\u202f": " "}
)
_QUIET_MODULES: Final = 4


def transfer_of(
    *, holder: str, iban: str, bic: str | None, amount: Cents, currency: str, reference: str
) -> Transfer | None:
    """The transfer that a code may carry, None where it may not.

    Args:
        holder: the account's exact name; folded to what every bank takes.
        iban: with or without spaces; one whose check digits are wrong has no code.
        bic: of the same account, if it is known.
        amount: cents of `currency`; only 0.01 to 999,999,999.99 have a code.
        currency: only EUR has a code.
        reference: what the debtor should quote.
    """
    name, text = sepa_text(holder, _NAME_LENGTH), sepa_text(reference, _REFERENCE_LENGTH)
    account = _known_account(iban, bic)
    if currency != "EUR" or not 0 < amount <= _MOST or account is None or not name or not text:
        return None
    return Transfer(name, *account, amount, text)


def sepa_text(text: str, length: int) -> str:
    """`text` in the characters that every bank takes; what has no near one becomes a space; cut to `length`."""
    plain = unicodedata.normalize("NFKD", text.translate(_SPELT))
    kept = (character if character in _SAFE else " " for character in plain if not unicodedata.combining(character))
    return " ".join("".join(kept).split())[:length].rstrip()


@cache
def _known_account(iban: str, bic: str | None) -> tuple[str, str | None] | None:
    """The account as written in a code; None where a digit must be wrong: no code is better than one that misleads."""
    from schwifty import BIC, IBAN  # noqa: PLC0415 - half a second of registry, only where something is to be paid
    from schwifty.exceptions import SchwiftyException  # noqa: PLC0415

    try:
        return str(IBAN(iban, validate_bban=True)), None if bic is None else str(BIC(bic))
    except SchwiftyException:
        return None


def svg_of(transfer: Transfer) -> str:
    """The code as a drawing, one unit a module, with its quiet zone."""
    from zxingcpp import write_barcode_to_svg  # noqa: PLC0415 - only where something is to be paid

    return str(write_barcode_to_svg(_code(transfer)))


def png_of(transfer: Transfer) -> bytes:
    """The code as an image, eight pixels a module, black on white with its quiet zone."""
    from zxingcpp import write_barcode_to_image  # noqa: PLC0415 - only where something is to be paid

    image: Any = write_barcode_to_image(_code(transfer))  # typed as a buffer from Python 3.12 on only
    rows = memoryview(image).tolist()  # a module is 0 or 255: as one byte, eight pixels of one bit
    side = 8 * len(rows)
    pixels = zlib.compress(b"".join((b"\0" + bytes(row)) * 8 for row in rows))
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)  # one bit a pixel, grey
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@lru_cache(maxsize=256)  # one message is written in several forms
def _code(transfer: Transfer) -> "Barcode":
    """The QR code, error correction M as EPC069-12 asks."""
    from zxingcpp import BarcodeFormat, create_barcode  # noqa: PLC0415 - only where something is to be paid

    return create_barcode(payload(transfer), BarcodeFormat.QRCode, ec_level="M")


def payload(transfer: Transfer) -> str:
    """The lines of EPC069-12: version 002, UTF-8, no purpose, the reference as unstructured text."""
    euros, cents = divmod(transfer.cents, 100)
    account = (transfer.bic or "", transfer.beneficiary, transfer.iban, f"EUR{euros}.{cents:02d}")
    return "\n".join(("BCD", "002", "1", "SCT", *account, "", "", transfer.reference))
