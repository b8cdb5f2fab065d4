"""How a database finds words: accents and case do not matter, and the beginning of a word is enough.

PostgreSQL answers from an index over the folded text of each kind of record (the migrations of this app make it, and
`portal_fold`, which does what core.text.fold does). SQLite has neither and asks Python, record by record.
"""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, FloatField, Func, TextField, Value

from core.text import fold


def _has_words(words: str, text: str | None) -> bool:
    """Whether each of the folded words begins a word of the text."""
    folded = f" {fold(text or '')}"
    return all(f" {word}" in folded for word in words.split())


def teach_sqlite(connection: Any, **_kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function("portal_has_words", 2, _has_words, deterministic=True)


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
    """Folded words, each of which may go on: `bat cel` → 'bat':* & 'cel':*."""

    template = "to_tsquery('simple', %(expressions)s)"
    output_field = TextField()

    def __init__(self, words: str) -> None:
        super().__init__(Value(" & ".join(f"'{word}':*" for word in words.split())))


class Has(Func):
    """Whether columns have the words."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, words: str, *columns: Any) -> None:
        self.words = words
        super().__init__(*columns)

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_context: Any) -> Any:
        asked = Func(Value(self.words), Text(*self.source_expressions), function="portal_has_words")
        return compiler.compile(asked)

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        words, query = compiler.compile(Words(*self.source_expressions)), compiler.compile(Query(self.words))
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
