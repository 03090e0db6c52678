"""What a person wrote, without the earlier message below it, the signature and the small print."""

import re
from typing import Final

#: Below such a line stands the earlier message; programs write it in the language of their user.
_QUOTE_BEGINS: Final = re.compile(
    r"""^\W{0,3}(
        -{2,}\s*(message\ d.origine|message\ transf\w+|original\ message|forwarded\ message|courriel\ d.origine).*
      | (begin\ forwarded\ message|début\ du\ message\ (transféré|réexpédié))\ ?:.*
      | _{20,}
      | le\s.{4,120}\sa\s(é|e)crit\s?:\s*
      | on\s.{4,120}\swrote\s?:\s*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
#: The header of an earlier message as Outlook copies it: its first two lines.
_COPIED_FROM: Final = re.compile(r"^\W{0,2}(de|from|von|da)\s?:\s*\S", re.IGNORECASE)
_COPIED_MORE: Final = re.compile(r"^\W{0,2}(envoyé|sent|date|à|a|to|objet|subject|cc)\s?:(\s*\S.*)?$", re.IGNORECASE)
_CLOSING: Final = re.compile(
    r"""^\W*(
        (très\ |bien\ )?(cordialement|sincèrement|respectueusement)|cdlt|cdt|crdlt
      | bien\ à\ (vous|toi)|(sincères\ |mes\ |nos\ )*salutations(\ distinguées)?
      | (best|kind|warm|many|with\ best|with\ kind)\ regards|regards|best\ wishes|all\ the\ best
      | (yours|sincerely|yours\ (sincerely|faithfully|truly))|cheers
    )\b.{0,60}$""",
    re.IGNORECASE | re.VERBOSE,
)
_SIGNATURE: Final = re.compile(
    r"^\s*(--\s*|(envoyé|expédié) (de|depuis|à partir) .{2,60}|sent from .{2,60}|get outlook for .*"
    r"|télécharger outlook .*)$",
    re.IGNORECASE,
)
_POSTSCRIPT: Final = re.compile(r"^\s*p\.?\s?s\.?\s?[:.]", re.IGNORECASE)
#: Lines of a text that are looked at; nobody writes more, programs do.
_MOST_LINES: Final = 2_000


def own_words(text: str) -> str:
    r"""The part of a reply that its writer wrote.

    Args:
        text: the plain text of the whole message; answers may stand above, below or between the quoted lines.

    Returns:
        Lines joined by `\\n`, without what is quoted, the signature and what follows it; empty where nothing is left.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:_MOST_LINES]
    return "\n".join(_without_signature(_without_quotes(lines))).strip()


def _without_quotes(lines: list[str]) -> list[str]:
    """Drop what is marked with `>`; and all that follows the head of an earlier message, unless it is marked so."""
    kept: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        length = _head_of_quote(lines, place)
        if length:
            rest = [each for each in lines[place + length :] if each.strip()]
            if _has_words(kept) and not (rest and rest[0].lstrip().startswith(">")):
                break
            place += length
            continue
        if not line.lstrip().startswith(">"):
            kept.append(line)
        place += 1
    return kept


def _has_words(lines: list[str]) -> bool:
    """Whether a person has said something so far: a forwarding program's own mark (`TR: …`) is no word of theirs."""
    said = [line for line in lines if line.strip() and not re.match(r"^\s*(tr|fwd?|re)\s?:", line, re.IGNORECASE)]
    return bool(said)


def _head_of_quote(lines: list[str], place: int) -> int:
    """How many lines the head of an earlier message takes at `place`; 0 where there is none."""
    line = lines[place].strip()
    if _QUOTE_BEGINS.match(line):
        return 1
    if line and place + 1 < len(lines):  # « Le lundi 9 mars …, X <x@…> » folded before « a écrit : »
        folded = f"{line} {lines[place + 1].strip()}"
        if re.match(r"^(le|on)\s", line, re.IGNORECASE) and _QUOTE_BEGINS.match(folded):
            return 2
    if not _COPIED_FROM.match(line):
        return 0
    length = 1
    while place + length < len(lines) and _COPIED_MORE.match(lines[place + length].strip()):
        length += 1
    return length if length > 1 else 0


def _without_signature(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for place, line in enumerate(lines):
        if _SIGNATURE.match(line) or (_CLOSING.match(line) and _has_words(kept)):
            return [*kept, *_postscript(lines[place + 1 :])]
        kept.append(line)
    return kept


def _postscript(lines: list[str]) -> list[str]:
    for place, line in enumerate(lines):
        if _POSTSCRIPT.match(line):
            return lines[place : place + 5]
    return []
