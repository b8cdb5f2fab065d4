"""The one door for rights: `user.has_perm("groups.approve_workplan", plan)`, and `require`, which says why not.

An app's permissions.py states conditions, each with the sentence that a person reads who does not meet it, and names
the rights that follow from them. Views, services, templates, commands and the admin all come through here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import rules
from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Test = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Condition:
    """A test of (user, object) and the reason told to whoever fails it."""

    test: Test
    reason: str | Promise

    def __call__(self, user: Any, obj: Any = None) -> bool:
        return bool(self.test(user, obj))


def condition(reason: str | Promise) -> Callable[[Test], Condition]:
    """Decorator: @condition(_("Only the chair may decide this."))."""
    return lambda test: Condition(test, reason)


def any_of(*conditions: Condition, reason: str | Promise = "") -> Condition:
    """One of several suffices; the reason is that of the first unless given."""
    return Condition(lambda user, obj: any(one(user, obj) for one in conditions), reason or conditions[0].reason)


@condition(_("Please sign in first."))
def is_signed_in(user: Any, obj: Any) -> bool:
    return bool(user and user.is_authenticated and user.is_active)


_rights: dict[str, tuple[Condition, ...]] = {}


def allow(right: str, *conditions: Condition) -> None:
    """Name a right ("app.verb_noun") and all the conditions that must hold; signed in is always one of them."""
    if right in _rights:
        raise ValueError(f"The right {right} is named twice.")
    chain = (is_signed_in, *conditions)
    _rights[right] = chain
    predicate = rules.always_allow
    for one in chain:
        predicate = predicate & rules.predicate(one.__call__, name=str(id(one)))
    rules.set_perm(right, predicate)


def rights() -> dict[str, tuple[Condition, ...]]:
    return dict(_rights)


class Denied(PermissionDenied):
    """The actor may not do this; `str()` is the reason, for the person."""


def explain(user: Any, right: str, obj: Any = None) -> str:
    """Why the user does not have the right; empty when they do. An unknown right is a programming error."""
    if right not in _rights:
        raise LookupError(f"No such right: {right}")
    if is_signed_in(user) and user.has_perm(right, obj):
        return ""
    for one in _rights[right]:
        if not one(user, obj):
            return str(one.reason)
    return str(_("You do not have this right."))  # a grant was withdrawn between the two readings


def require(user: Any, right: str, obj: Any = None) -> None:
    """Raise Denied, with the reason, unless the user has the right."""
    if reason := explain(user, right, obj):
        raise Denied(reason)


class RulesBackend:
    """Answers has_perm from the rights named here, over the dated role tables. Signing in is not its business."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def has_perm(self, user: Any, right: str, obj: Any = None) -> bool:
        return right in _rights and rules.has_perm(right, user, obj)

    def has_module_perms(self, user: Any, app_label: str) -> bool:
        return bool(is_signed_in(user) and user.is_staff)
