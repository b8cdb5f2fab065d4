"""What other apps know about their own rows when two organisations become one.

A reference that may simply move needs nothing: every foreign key to an organisation is found. An app registers where
more is to be thought of, in its extensions.py.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import models

from members.merging.journal import Journal
from members.models import User

Resolver = Callable[[Journal, int, int], None]
Hook = Callable[[int, int, User], None]

_resolvers: list[Resolver] = []
_hooks: list[Hook] = []
_derived: set[type[models.Model]] = set()


def before_moving(resolver: Resolver) -> Resolver:
    """Decorator. resolver(journal, kept id, merged id) makes room before the references move: rows of both that cannot
    stand side by side under one organisation. It writes through the journal only."""
    _resolvers.append(resolver)
    return resolver


def after_merging(hook: Hook) -> Hook:
    """Decorator. hook(kept id, merged id, actor) runs in the same transaction, after a merge and after its undoing."""
    _hooks.append(hook)
    return hook


def is_derived(*kinds: type[models.Model]) -> None:
    """Rows of these are made anew by a hook: they go with the organisation and are not written down."""
    _derived.update(kinds)


def resolve(journal: Journal, kept: int, merged: int) -> None:
    for resolver in _resolvers:
        resolver(journal, kept, merged)


def run_hooks(kept: int, merged: int, actor: User) -> None:
    for hook in _hooks:
        hook(kept, merged, actor)


def derived() -> frozenset[type[models.Model]]:
    return frozenset(_derived)
