"""What can be put to a committee in writing. Each app registers its own: the committee knows no groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from committees.models import Committee


@dataclass(frozen=True)
class Matter:
    """One kind of thing. Whoever may decide on it (`right`) may put it to the committee instead; `ready` says why it
    cannot be decided as it is (empty when it can); `adopt` takes (pk, actor, note) and does what a chair's yes does.
    The thing has `recused()`, the ids of the people who have no voice on it."""

    key: str
    model: type[models.Model]
    right: Callable[[Any], str]
    ready: Callable[[Any], str]
    adopt: Callable[[int, Any, str], Any]
    committee: Callable[[Any], Committee]
    kind: Callable[[Any], str]


_matters: dict[str, Matter] = {}


def add(matter: Matter) -> None:
    if matter.key in _matters:
        raise ValueError(f"The matter {matter.key} is named twice.")
    _matters[matter.key] = matter


def named(key: str) -> Matter | None:
    return _matters.get(key)


def of(subject: models.Model | None) -> Matter:
    """Raises LookupError for a thing that is never put to a committee."""
    for matter in _matters.values():
        if isinstance(subject, matter.model):
            return matter
    raise LookupError(f"{type(subject).__name__} is no matter for a written procedure")
