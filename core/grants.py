"""Explicit rights of one named person on one object (a guest reviewer, an external evaluator), until a day.

The only file that imports guardian. Each model that takes grants has a direct foreign-key table of its own: generic
rows would make every list join on text. The day counts wherever the right is asked for, so a grant ends by itself.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from guardian.backends import ObjectPermissionBackend
from guardian.models import UserObjectPermissionBase
from guardian.shortcuts import assign_perm, remove_perm
from guardian.utils import get_user_obj_perms_model

__all__ = ["Grant", "GrantBackend", "give", "granted_ids", "in_force", "withdraw"]


class Grant(UserObjectPermissionBase):
    """A right of a person on one object, from whom, and until when; empty: until it is withdrawn."""

    given_at = models.DateTimeField(default=timezone.now)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    until = models.DateField(null=True, blank=True, help_text="the last day")

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True


def give(right: str, user: Any, obj: Model, *, until: date | None = None, by: Any = None) -> Any:
    """Give a person a right ("app.view_model") on one object; giving it twice is giving it once, until the later
    word. Returns the row."""
    row: Any = assign_perm(right, user, obj)
    row.until, row.given_by, row.given_at = until, by, timezone.now()
    row.save(update_fields=["until", "given_by", "given_at"])
    return row


def withdraw(right: str, user: Any, obj: Model) -> None:
    remove_perm(right, user, obj)


def in_force(rows: QuerySet) -> QuerySet:
    """Those grants that count today."""
    return rows.filter(Q(until=None) | Q(until__gte=timezone.localdate()))


def granted_ids(right: str, user_id: int, model: type[Model]) -> QuerySet[Any, Any]:
    """The ids of the objects on which the person holds an explicit grant today, to be part of a larger query."""
    of_model: Any = get_user_obj_perms_model(model)  # type: ignore[arg-type]
    # All rights in the table of a model are rights on that model: the name says enough.
    rows = of_model.objects.filter(user=user_id, permission__codename=right.partition(".")[2])
    return in_force(rows).values("content_object")


class GrantBackend(ObjectPermissionBackend):
    """Answers has_perm from the grants that count today."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not isinstance(obj, Model) or not user_obj.is_active:
            return False
        table = get_user_obj_perms_model(obj)
        return (
            issubclass(table, Grant)
            and granted_ids(perm, user_obj.pk, type(obj)).filter(content_object=obj.pk).exists()
        )
