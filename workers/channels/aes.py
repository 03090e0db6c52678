"""AES-256 in CBC with PKCS #7 padding: what AR24 signs requests and wraps answers with, inside TLS.

Python's standard library has no cipher, and a library for one provider's envelope would weigh more than this. Nothing
here is fit to protect data: it takes different times for different keys. Checked against FIPS 197 and NIST SP 800-38A.
"""

from functools import cache
from typing import Final, NamedTuple

BLOCK: Final = 16
_KEY: Final = 32
_ROUNDS: Final = 14
#: The polynomial of the field, x^8 + x^4 + x^3 + x + 1 (FIPS 197, 4.2).
_POLYNOMIAL: Final = 0x11B


class _Tables(NamedTuple):
    """Substitutions, and products by the constants of MixColumns and of its inverse."""

    box: bytes
    unbox: bytes
    times: dict[int, bytes]


def encrypt(key: bytes, iv: bytes, plain: bytes) -> bytes:
    """`plain` of any length under a key of 32 bytes and an initialisation vector of 16."""
    schedule = _schedule(key)
    left = BLOCK - len(plain) % BLOCK
    padded = plain + bytes([left]) * left
    out, previous = b"", iv
    for at in range(0, len(padded), BLOCK):
        previous = _encrypt_block(_xor(padded[at : at + BLOCK], previous), schedule)
        out += previous
    return out


def decrypt(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    """What `encrypt` was given.

    Raises:
        ValueError: it is no text sealed with this key.
    """
    if not sealed or len(sealed) % BLOCK:
        raise ValueError(f"{len(sealed)} bytes: a sealed text is made of blocks of {BLOCK}")
    schedule, pieces, previous = _schedule(key), [], iv
    for at in range(0, len(sealed), BLOCK):
        block = sealed[at : at + BLOCK]
        pieces.append(_xor(_decrypt_block(block, schedule), previous))
        previous = block
    plain = b"".join(pieces)
    left = plain[-1]
    if not 1 <= left <= BLOCK or plain[-left:] != bytes([left]) * left:
        raise ValueError("the padding is none: another key, or another text")
    return plain[:-left]


def _product(left: int, right: int) -> int:
    """In the field of 256 elements."""
    out = 0
    while right:
        if right & 1:
            out ^= left
        left <<= 1
        if left > 0xFF:  # noqa: PLR2004 - a byte
            left ^= _POLYNOMIAL
        right >>= 1
    return out


@cache
def _tables() -> _Tables:
    inverse = [0] * 256
    for value in range(1, 256):
        if not inverse[value]:
            other = next(other for other in range(1, 256) if _product(value, other) == 1)
            inverse[value], inverse[other] = other, value
    turned = [[value << by | value >> 8 - by for by in range(5)] for value in inverse]
    box = bytes((t[0] ^ t[1] ^ t[2] ^ t[3] ^ t[4] ^ 0x63) & 0xFF for t in turned)
    unbox = bytes(box.index(value) for value in range(256))
    times = {by: bytes(_product(value, by) for value in range(256)) for by in (2, 3, 9, 11, 13, 14)}
    return _Tables(box, unbox, times)


def _schedule(key: bytes) -> tuple[bytes, ...]:
    """The key of each round (FIPS 197, 5.2)."""
    if len(key) != _KEY:
        raise ValueError(f"{len(key)} bytes: a key has {_KEY}")
    box = _tables().box
    words = [key[at : at + 4] for at in range(0, _KEY, 4)]
    constant = 1
    while len(words) < 4 * (_ROUNDS + 1):
        word = words[-1]
        if len(words) % 8 == 0:
            turned = bytes(box[byte] for byte in word[1:] + word[:1])
            word = bytes([turned[0] ^ constant]) + turned[1:]
            constant = _product(constant, 2)
        elif len(words) % 8 == 4:  # noqa: PLR2004 - half a key of 256 bits
            word = bytes(box[byte] for byte in word)
        words.append(_xor(words[-8], word))
    return tuple(b"".join(words[at : at + 4]) for at in range(0, len(words), 4))


def _encrypt_block(block: bytes, schedule: tuple[bytes, ...]) -> bytes:
    box, _, times = _tables()
    two, three = times[2], times[3]
    state = _xor(block, schedule[0])
    for number in range(1, _ROUNDS + 1):
        s = [box[state[(at + 4 * (at % 4)) % BLOCK]] for at in range(BLOCK)]
        if number < _ROUNDS:
            s = [
                two[s[c + r]] ^ three[s[c + (r + 1) % 4]] ^ s[c + (r + 2) % 4] ^ s[c + (r + 3) % 4]
                for c in range(0, BLOCK, 4)
                for r in range(4)
            ]
        state = _xor(bytes(s), schedule[number])
    return state


def _decrypt_block(block: bytes, schedule: tuple[bytes, ...]) -> bytes:
    _, unbox, times = _tables()
    nine, eleven, thirteen, fourteen = times[9], times[11], times[13], times[14]
    state = _xor(block, schedule[_ROUNDS])
    for number in range(_ROUNDS - 1, -1, -1):
        s = _xor(bytes(unbox[state[(at - 4 * (at % 4)) % BLOCK]] for at in range(BLOCK)), schedule[number])
        if number:
            s = bytes(
                fourteen[s[c + r]]
                ^ eleven[s[c + (r + 1) % 4]]
                ^ thirteen[s[c + (r + 2) % 4]]
                ^ nine[s[c + (r + 3) % 4]]
                for c in range(0, BLOCK, 4)
                for r in range(4)
            )
        state = s
    return state


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
