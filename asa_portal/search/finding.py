"""Finds what has the words of a question, among what the person may open, best first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case, Count, IntegerField, QuerySet, Value, When, Window
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from asa_portal.search.functions import Has, Rank, Resembles, forms
from asa_portal.search.kinds import KINDS, Kind
from core.text import fold

MOST_WORDS, LONGEST_WORD = 8, 40  # of a question; what is longer finds nothing that is shorter
RANKED = 500  # of a kind: of words that more records have, the newest are put in order
FIRST = 5  # of each kind, where all kinds are shown
PASSAGE = 30  # words
_WORD = re.compile(r"\w+")


def words_of(question: str) -> str:
    """The words that are looked for: folded, the first few, each once."""
    folded = [word[:LONGEST_WORD] for word in fold(question[:1000]).split()]
    return " ".join(list(dict.fromkeys(folded))[:MOST_WORDS])


@dataclass(frozen=True)
class Hit:
    record: Any
    kind: Kind
    words: str

    @property
    def url(self) -> str:
        return self.kind.address(self.record)

    @property
    def title(self) -> SafeString:
        return marked(str(self.record), self.words)

    @property
    def context(self) -> SafeString:
        return marked(str(self.kind.context(self.record)), self.words)

    @property
    def passage(self) -> SafeString:
        """Some words of its text around the first that was looked for; nothing if none of them is in it."""
        text = str(getattr(self.record, self.kind.shown)) if self.kind.shown else ""
        found = [match.start() for match in _WORD.finditer(text) if _begins(match.group(), self.words)]
        if not found:
            return SafeString("")
        before, after = text[: found[0]].split(), text[found[0] :].split()
        cut = before[-PASSAGE // 3 :] + after[:PASSAGE]
        passage = marked(" ".join(cut), self.words)
        first = "… " if len(before) > PASSAGE // 3 else ""
        return format_html("{}{}{}", first, passage, " …" if len(after) > PASSAGE else "")


def _begins(word: str, words: str) -> bool:
    parts = fold(word).split()
    looked_for = tuple(form for one in words.split() for form in forms(one))
    return any(part.startswith(looked_for) for part in parts)


def marked(text: str, words: str) -> SafeString:
    """The text with the words that were looked for marked, wherever they begin a word of it."""

    def parts() -> Iterator[tuple[str, str, str]]:
        end = 0
        for match in _WORD.finditer(text):
            if _begins(match.group(), words):
                yield text[end : match.start()], match.group(), ""
                end = match.end()
        yield text[end:], "", ""

    pieces = [
        format_html("{}<mark>{}</mark>", before, word) if word else format_html("{}", before)
        for before, word, _rest in parts()
    ]
    return format_html_join("", "{}", ((piece,) for piece in pieces))


@dataclass(frozen=True)
class Found:
    """Of one kind: some hits, and how many there are (`more`: and more than those)."""

    kind: Kind
    hits: list[Hit]
    count: int

    @property
    def more(self) -> bool:
        return self.count > RANKED

    @property
    def shown_count(self) -> int:
        return min(self.count, RANKED)


def ranked(kind: Kind, user: Any, words: str) -> QuerySet[Any]:
    """First those with all words whole in the title, then those where they begin words of it (`in_title` 2 and 1).
    `found` is how many they are, one above RANKED at most."""
    visible = kind.visible_to(user)
    newest = visible.filter(Has(words, *kind.columns)).order_by("-pk").values("pk")[: RANKED + 1]
    in_title = Case(
        When(Has(words, *kind.title, whole=True), then=Value(2)),
        When(Has(words, *kind.title), then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    return (
        visible.model._default_manager.filter(pk__in=newest)
        .select_related(*kind.related)
        .annotate(in_title=in_title, rank=Rank(words, *kind.columns), found=Window(Count("pk")))
        .order_by("-in_title", "-rank", *kind.order, "-pk")
    )


def search(user: Any, words: str, kinds: Sequence[Kind] = KINDS, first: int = FIRST, start: int = 0) -> list[Found]:
    """Of each kind that has any: the hits from `start` on, the kind with the best of them first. One query a kind, and
    what showing its records asks for."""
    results = []
    for kind in kinds if words else ():
        rows = list(ranked(kind, user, words)[start : start + first])
        if rows:
            results.append(Found(kind, [Hit(row, kind, words) for row in rows], rows[0].found))
    return sorted(results, key=lambda one: -one.hits[0].record.in_title)


def resembling(user: Any, words: str) -> list[Hit]:
    """Where nothing was found: what is written much like it. PostgreSQL only, which can tell by its index."""
    if connection.vendor != "postgresql" or len(words) < 4:
        return []
    hits: list[Hit] = []
    for kind in KINDS:
        close = kind.visible_to(user).filter(Resembles(words, *kind.title)).order_by("-pk").values("pk")[:3]
        rows = kind.visible_to(user).model._default_manager.filter(pk__in=close).select_related(*kind.related)
        hits += [Hit(row, kind, words) for row in rows]
    return hits[:FIRST]
