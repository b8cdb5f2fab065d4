"""How texts are compared everywhere: names, headers, aliases, searches."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SPECIAL = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i", "ħ": "h"}
)
_OTHER = re.compile(r"[\W_]+")
_BREAKS = re.compile(r"[\x0b\x0c\x85\u2028\u2029]")
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """Without the characters that no XML may hold (XML 1.0, 2.2), which come along where somebody copies out of a
    document; soft breaks and page breaks among them are line breaks."""
    return _NO_TEXT.sub("", _BREAKS.sub("\n", text))


@lru_cache(20_000)  # the names of regions and the headers of files are compared again and again
def fold(text: str) -> str:
    """Lower case, no accents, punctuation as spaces, single spaces: 'Škoda  Auto, a.s.' → 'skoda auto a s'."""
    if text.isascii():
        return " ".join(_OTHER.sub(" ", text.lower()).split())
    # Compatibility forms first: '™' becomes 'TM', which then is lowered like any other letter.
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = "".join(c for c in text if not unicodedata.combining(c)).translate(_SPECIAL)
    return " ".join(_OTHER.sub(" ", text).split())
