"""Plain text, as people type it, as safe HTML: paragraphs, lists, and addresses that become links. Nothing that was
typed is taken for HTML."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import groupby

import nh3
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe

_BULLET = re.compile(r"\s{0,3}[-*•]\s+(?P<item>\S.*)")
_NUMBER = re.compile(r"\s{0,3}(?P<number>\d{1,3})[.)]\s+(?P<item>\S.*)")
_TAGS = {"p", "br", "ul", "ol", "li", "a", "strong"}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}


def to_html(text: str, names: Collection[str] = ()) -> SafeString:
    """`names` are those of people who were named in it: "@Jan Novák" is set off from the rest."""
    pattern = naming(names)
    html = "".join(_block(kind, lines, pattern) for kind, lines in _blocks(text))
    # All of it is escaped or ours already; the list of what may stand in it is kept by somebody else, too.
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    return mark_safe(clean)


def naming(names: Collection[str]) -> re.Pattern[str] | None:
    """Finds "@Jan Novák", the longest of several names first. Not within a word, an address or a link."""
    known = sorted({" ".join(name.split()) for name in names if name.strip()}, key=len, reverse=True)
    if not known:
        return None
    words = "|".join(r"\s+".join(map(re.escape, name.split())) for name in known)
    return re.compile(rf"(?<![\w@/.:+-])@(?P<name>{words})(?!\w)", re.IGNORECASE)


def _kind(line: str) -> str:
    if not line.strip():
        return ""
    if _BULLET.fullmatch(line):
        return "ul"
    return "ol" if _NUMBER.fullmatch(line) else "p"


def _blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for kind, group in groupby(lines, key=_kind):
        if kind:
            yield kind, list(group)


def _block(kind: str, lines: list[str], pattern: re.Pattern[str] | None) -> str:
    if kind == "p":
        return f"<p>{'<br>'.join(_inline(line.strip(), pattern) for line in lines)}</p>"
    found = [(_BULLET if kind == "ul" else _NUMBER).fullmatch(line) for line in lines]
    items = "".join(f"<li>{_inline(one['item'], pattern)}</li>" for one in found if one)
    first = int(found[0]["number"]) if kind == "ol" and found[0] else 1
    start = f' start="{first}"' if first != 1 else ""
    return f"<{kind}{start}>{items}</{kind}>"


def _inline(line: str, pattern: re.Pattern[str] | None) -> str:
    if pattern is None:
        return urlize(line, autoescape=True)
    parts, end = [], 0
    for match in pattern.finditer(line):
        parts += [urlize(line[end : match.start()], autoescape=True), f"<strong>{escape(match[0])}</strong>"]
        end = match.end()
    return "".join([*parts, urlize(line[end:], autoescape=True)])
