"""How a database finds words: accents and case do not matter, and the beginning of a word is enough.

PostgreSQL answers from an index over the folded text of each kind of record (the migrations of this app make it, and
`portal_fold`, which does what core.text.fold does). SQLite has neither and asks Python, record by record.
"""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, FloatField, Func, TextField, Value

from core.text import fold


def forms(word: str) -> list[str]:
    """The word, and what it is in the other number where that is formed in the English way: batteries, battery. Where
    the beginning of a word is enough, the rest of grammar does not matter."""
    if len(word) > 4 and word.endswith("ies"):
        return [word, f"{word[:-3]}y"]
    if len(word) > 3 and word.endswith("y") and word[-2] not in "aeiou":
        return [word, f"{word[:-1]}ies"]
    if len(word) > 3 and word.endswith("s") and word[-2] not in "sui":
        return [word, word[:-1]]
    return [word]


def _has_words(words: str, text: str | None) -> bool:
    """Whether each of the folded words, in one of its forms, begins a word of the text."""
    folded = f" {fold(text or '')}"
    return all(any(f" {form}" in folded for form in forms(word)) for word in words.split())


def _has_whole_words(words: str, text: str | None) -> bool:
    found = set(fold(text or "").split())
    return all(found.intersection(forms(word)) for word in words.split())


def teach_sqlite(connection: Any, **_kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function("portal_has_words", 2, _has_words, deterministic=True)
        connection.connection.create_function("portal_has_whole_words", 2, _has_whole_words, deterministic=True)


class Text(Func):
    """Columns as one text. None of them may be null."""

    arg_joiner = " || ' ' || "
    template = "(%(expressions)s)"
    output_field = TextField()


class Words(Func):
    """The words of columns, as the index of PostgreSQL keeps them: the very expression of the migration."""

    arg_joiner = " || ' ' || "
    template = "to_tsvector('simple', portal_fold(%(expressions)s))"
    output_field = TextField()


class Query(Func):
    """Folded words, each of which may go on unless they are asked for `whole`: `bat cells` → ('bat':*) & ('cells':* |
    'cell':*)."""

    template = "to_tsquery('simple', %(expressions)s)"
    output_field = TextField()

    def __init__(self, words: str, *, whole: bool = False) -> None:
        end = "" if whole else ":*"
        asked = (" | ".join(f"'{form}'{end}" for form in forms(word)) for word in words.split())
        super().__init__(Value(" & ".join(f"({one})" for one in asked)))


class Has(Func):
    """Whether columns have the words."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, words: str, *columns: Any, whole: bool = False) -> None:
        self.words, self.whole = words, whole
        super().__init__(*columns)

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_context: Any) -> Any:
        function = "portal_has_whole_words" if self.whole else "portal_has_words"
        return compiler.compile(Func(Value(self.words), Text(*self.source_expressions), function=function))

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        words = compiler.compile(Words(*self.source_expressions))
        query = compiler.compile(Query(self.words, whole=self.whole))
        return f"{words[0]} @@ {query[0]}", [*words[1], *query[1]]


class Rank(Func):
    """How well columns fit the words; all the same on SQLite."""

    output_field = FloatField()

    def __init__(self, words: str, *columns: Any) -> None:
        self.words = words
        super().__init__(*columns)

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_context: Any) -> Any:
        return "0.0", []

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        return compiler.compile(
            Func(Words(*self.source_expressions), Query(self.words), function="ts_rank", output_field=FloatField())
        )


class Folded(Func):
    arg_joiner = " || ' ' || "
    template = "portal_fold(%(expressions)s)"
    output_field = TextField()


class Resembles(Func):
    """Whether something in the columns is written much like the words (pg_trgm). PostgreSQL only."""

    output_field = BooleanField()
    conditional = True
    arg_joiner = " <%% "
    template = "%(expressions)s"

    def __init__(self, words: str, *columns: Any) -> None:
        super().__init__(Value(words), Folded(*columns))
