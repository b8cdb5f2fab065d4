"""Takes a person's name and addresses out of the words of every table: of those that an app thought of, and of those
that nobody thought of. What may stay is named, with the reason (`keep_words`)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.functions import Cast

from core import events
from core.text import fold

_WORDS = (models.CharField, models.TextField, models.JSONField)
_kept: dict[tuple[str, str], str] = {}
# Tables of Django itself: names of rights and tables, and sessions, which are packed and go when the person goes.
_NOT_OURS = frozenset({"auth", "contenttypes", "sessions", "sites"})


def keep_words(model: str, *columns: str, why: str) -> None:
    """Leave these columns of a model ("members.Organisation") alone; without columns the whole table."""
    for column in columns or ("",):
        _kept[model.lower(), column] = why


def words_of(name: str, addresses: Iterable[str]) -> set[str]:
    """What is looked for: the addresses, and the name with and without its accents. A single word is left out: it may
    be anybody's first name."""
    return {*filter(None, addresses), *({name, fold(name)} if " " in name.strip() else set())}


def columns() -> Iterator[tuple[type[models.Model], list[models.Field]]]:
    """(model, its columns in which people may be named). A list of fixed values names nobody, files have no words."""
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label_lower
        if model._meta.app_label in _NOT_OURS or (label, "") in _kept:
            continue
        found: list[models.Field] = [
            field
            for field in model._meta.concrete_fields
            if isinstance(field, _WORDS) and not field.choices and (label, field.name) not in _kept
        ]
        if found:
            yield model, found


def forget_words(words: Collection[str], *, instead: str, beside: Collection[str] = ()) -> int:
    """Out of every table, whatever the case. Returns the number of rows that named the person. Writes past managers
    and `save`: the trail and what was approved stay as they are but for these words. With `beside` only out of rows in
    which one of these stands, too: an address is one person's, a name may be a word of the trade."""
    return sum(
        _forget_in(row, model, fields, words, instead)
        for model, fields in columns()
        for row in _naming(model, fields, beside or words).values("pk", *(field.name for field in fields))
        if not beside or any(events.without(row[field.name], beside, "") != row[field.name] for field in fields)
    )


def places_of(words: Collection[str]) -> list[tuple[str, int]]:
    """[(kind of record, how many of them name the person)], for whoever decides."""
    counted = (
        (str(model._meta.verbose_name_plural), _naming(model, fields, words).count()) for model, fields in columns()
    )
    return [(kind, number) for kind, number in counted if number]


def rows_naming(model: type[models.Model], words: Collection[str]) -> models.QuerySet[Any, Any]:
    return _naming(model, dict(columns()).get(model, []), words)


def _naming(model: type[models.Model], fields: list[models.Field], words: Collection[str]) -> models.QuerySet[Any, Any]:
    """Perhaps a few more: SQL looks for the letters, `events.without` for whole words."""
    texts = {f"{field.name}_as_text": field for field in fields if isinstance(field, models.JSONField)}
    plain = [field.name for field in fields if not isinstance(field, models.JSONField)]
    # SQLite folds the case of ASCII letters alone, and keeps others escaped in JSON.
    spellings = {kind(word) for word in words for kind in (str, str.lower, str.upper, str.title)}
    as_kept = spellings | {json.dumps(word)[1:-1] for word in spellings}
    found = models.QuerySet(model).annotate(
        **{name: Cast(field.name, models.TextField()) for name, field in texts.items()}
    )
    return found.filter(events.naming(spellings, *plain) | events.naming(as_kept, *texts))


def _forget_in(
    row: dict[str, Any],
    model: type[models.Model],
    fields: list[models.Field],
    words: Collection[str],
    instead: str,
) -> int:
    changed = {}
    for field in fields:
        cleaned = events.without(row[field.name], words, instead)
        if cleaned != row[field.name]:
            changed[field.name] = _fitting(field, cleaned, row["pk"], instead)
    if changed:
        models.QuerySet(model).filter(pk=row["pk"]).update(**changed)
    return bool(changed)


def _fitting(field: models.Field, cleaned: Any, pk: Any, instead: str) -> Any:
    """As the column takes it: an address stays an address (of nobody, RFC 2606), and what must be there once is."""
    if isinstance(field, models.EmailField):
        return f"erased-{pk}@portal.invalid"
    if isinstance(field, models.URLField):
        return ""
    if isinstance(cleaned, str):
        if _is_unique(field):
            cleaned = f"{instead} {pk}"
        return cleaned[: field.max_length] if field.max_length else cleaned
    return cleaned


def _is_unique(field: models.Field) -> bool:
    if field.unique:
        return True
    return any(field.name in one.fields for one in field.model._meta.total_unique_constraints)
