"""Explicit rights of one named person on one object (a guest reviewer, an external evaluator).

The only file that imports guardian. Each model that takes grants has a direct foreign-key table of its own: generic
rows would make every list join on text.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from guardian.models import UserObjectPermissionBase as Grant
from guardian.shortcuts import assign_perm, remove_perm
from guardian.utils import get_user_obj_perms_model

__all__ = ["Grant", "give", "granted_ids", "withdraw"]


def give(right: str, user: Any, obj: Model) -> None:
    """Give a person a right ("app.view_model") on one object; giving it twice is giving it once."""
    assign_perm(right, user, obj)


def withdraw(right: str, user: Any, obj: Model) -> None:
    remove_perm(right, user, obj)


def granted_ids(right: str, user: Any, model: type[Model]) -> QuerySet[Any, Any]:
    """The ids of the objects on which the person holds an explicit grant, to be part of a larger query."""
    of_model: Any = get_user_obj_perms_model(model)  # type: ignore[arg-type]
    # All rights in the table of a model are rights on that model: the name says enough.
    rows = of_model.objects.filter(user=user.pk, permission__codename=right.partition(".")[2])
    return rows.values("content_object")
