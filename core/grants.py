"""Explicit rights of one named person on one object (a guest reviewer, an external evaluator).

The only file that imports guardian. Each model that takes grants has a direct foreign-key table of its own: generic
rows would make every list join on text.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from guardian.models import UserObjectPermissionBase as Grant
from guardian.shortcuts import assign_perm, get_objects_for_user, remove_perm

__all__ = ["Grant", "give", "granted", "withdraw"]


def give(right: str, user: Any, obj: Model) -> None:
    """Give a person a right ("app.view_model") on one object; giving it twice is giving it once."""
    assign_perm(right, user, obj)


def withdraw(right: str, user: Any, obj: Model) -> None:
    remove_perm(right, user, obj)


def granted(right: str, user: Any, queryset: QuerySet) -> QuerySet:
    """Those objects of the queryset on which the person holds an explicit grant."""
    if not getattr(user, "pk", None):
        return queryset.none()
    return get_objects_for_user(user, right, klass=queryset, use_groups=False, accept_global_perms=False)
