"""How a person wants to be addressed, read from the civility as a contact's file writes it, in any language."""

from typing import Literal, TypeAlias

#: `title` is an address that says nothing of the person's gender, such as `Maître` or `Dr.`
AddressForm: TypeAlias = Literal["madam", "sir", "title"]

_MADAM = frozenset({
    "mme", "madame", "mlle", "mademoiselle", "ms", "mrs", "miss", "frau", "fr", "sra", "señora", "signora", "sigra",
    "mevrouw", "mevr", "mw",
})  # fmt: skip
_SIR = frozenset({
    "m", "mr", "monsieur", "herr", "herrn", "hr", "sr", "señor", "signor", "signore", "sig", "heer", "dhr",
})  # fmt: skip


def read_civility(civility: str) -> tuple[AddressForm, str]:
    """The form of address, and what follows it: `("madam", "Dr.")` for `Frau Dr.`; the whole for a title."""
    words = civility.split()
    if words[:1] in (["De"], ["de"]):  # « de heer »
        words = words[1:]
    first = words[0].lower().replace(".", "") if words else ""
    if first in _MADAM:
        return "madam", " ".join(words[1:])
    if first in _SIR:
        return "sir", " ".join(words[1:])
    return "title", civility
