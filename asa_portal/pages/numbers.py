"""How much waits for a person, for the number beside the link to my page.

Counting asks every app, too much for every page. So the number is kept for a while, and a page that does not know it
has the browser ask for it. Whatever the person does themselves makes it unknown at once."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache import cache

from core import waiting

log = logging.getLogger("portal.pages")
SECONDS = 300


def _key(user: Any) -> str:
    return f"waiting-{user.pk}"


def known(user: Any) -> int | None:
    """None: nobody has counted lately."""
    try:
        found: int | None = cache.get(_key(user))
    except Exception as problem:  # the cache may be away for a while; a page without the number is a page
        log.warning("the number of what waits cannot be read: %s", problem)
        return None
    return found


def count(user: Any) -> int:
    return keep(user, len(waiting.waiting_for(user)))


def keep(user: Any, number: int) -> int:
    try:
        cache.set(_key(user), number, SECONDS)
    except Exception as problem:
        log.warning("the number of what waits cannot be kept: %s", problem)
    return number


def forget(user: Any) -> None:
    try:
        cache.delete(_key(user))
    except Exception as problem:
        log.warning("the number of what waits cannot be forgotten: %s", problem)
