"""Questions that nearly every page asks, turned into SQL once for each who asks. What is kept is the question; the
answer is read anew every time, so that a right ends at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

_QUESTIONS = 2048  # a few KB each


def kept(build: Callable[..., QuerySet[Any, Any]]) -> Callable[..., RawSQL | list[Any]]:
    """Decorator of a function that makes a query of ids, none of them null, from hashable arguments alone: the person,
    their organisations, the day. It then gives the right side of an `__in`. Building such a query out of its parts
    takes longer than asking it, and a page asks it twenty times."""

    return lru_cache(maxsize=_QUESTIONS)(lambda *given: compiled(build(*given)))


def compiled(ids: QuerySet[Any, Any]) -> RawSQL | list[Any]:
    """A query of ids, none of them null, as the right side of an `__in`: one leaf, and not a tree that each question
    around it resolves and copies anew."""
    try:
        words, values = ids.order_by().query.sql_with_params()
        return RawSQL(words, values)  # noqa: S611 - compiled from a query, its values apart
    except EmptyResultSet:
        return []
