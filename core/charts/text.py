"""How wide a text will be, before any browser has seen it.

Advance widths of a common sans serif, in thousandths of the font size. The reader's own font differs by a few per
cent, so every result carries a margin: a label that fits here fits on the page.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

MARGIN = 1.05
ELLIPSIS = "…"
_GROUPS = {
    222: "ijl|'’,.:;!",
    278: "ftI[]()/\\ -‐·`\u00a0\u202f",
    333: 'r*°"“”',
    500: "ckszvxyJ–",
    556: "abdeghnopqu0123456789L?_$#",
    584: "+=<>~^",
    611: "FTZ",
    667: "ABEKPSVXY&",
    722: "CDHNRUw",
    778: "GOQ",
    833: "mM",
    889: "%",
    944: "W",
    1000: "—…@",
}
_ADVANCE = {character: width for width, characters in _GROUPS.items() for character in characters}


@lru_cache(maxsize=1024)
def _advance(character: str) -> int:
    base = unicodedata.normalize("NFD", character)[0]
    if base in _ADVANCE:
        return _ADVANCE[base]
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Cc", "Mn"}:
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 1000
    return 690 if character.isupper() else 580


@lru_cache(maxsize=8192)
def width(text: str, size: float = 13, *, bold: bool = False) -> float:
    """The width in pixels that a line of text needs at most."""
    return sum(map(_advance, text)) * size / 1000 * MARGIN * (1.06 if bold else 1)


def shorten(text: str, room: float, size: float = 13, *, bold: bool = False) -> str:
    """The text, cut with an ellipsis where it does not fit."""
    if width(text, size, bold=bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + ELLIPSIS, size, bold=bold) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS


def wrap(text: str, room: float, size: float = 13, *, lines: int = 2, bold: bool = False) -> tuple[str, ...]:
    """The text on at most so many lines, broken at spaces where possible; the last one ends in an ellipsis if cut."""
    rest = text.split()
    result: list[str] = []
    while rest and len(result) < lines - 1:
        taken = 1
        while taken < len(rest) and width(" ".join(rest[: taken + 1]), size, bold=bold) <= room:
            taken += 1
        result.append(shorten(" ".join(rest[:taken]), room, size, bold=bold))
        rest = rest[taken:]
    if rest:
        result.append(shorten(" ".join(rest), room, size, bold=bold))
    return tuple(result) or ("",)


def clean(text: object) -> str:
    """One line of text without the control characters that XML does not allow."""
    kept = (" " if c.isspace() else c for c in str(text) if c.isspace() or unicodedata.category(c) not in {"Cc", "Cs"})
    return " ".join("".join(kept).replace("\ufffe", "").replace("\uffff", "").split())
