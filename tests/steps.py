"""Taking one step as each persona: those who may, do; the rest are refused with a reason, and nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from core import events, permissions
from core.models import Event
from core.workflow import Transition
from groups.models import GroupRole
from tests.factories.groups import GroupFactory, make_lead
from tests.personas import NAMES

ACME = {"primary", "reporter", "delegate"}
STEERING = {"chair", "vice_chair"}
LEADS = {"primary", "co_lead"}
SEATS = STEERING | {"committee_member"}
WHO = (*NAMES, "co_lead")

# step: (what it starts from, the act, who may)
Step = tuple[Callable[[Any], Any], Callable[..., Any], set[str]]


def group_of_acme(personas: Any, make: Any = GroupFactory) -> Any:
    """Acme leads it; the co-lead is of another member."""
    group = make()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    personas.co_lead = make_lead(group, role=GroupRole.Role.CO_LEAD).user
    return group


def verbs_of(module: ModuleType) -> set[str]:
    """Every verb that a module of steps names."""
    found: set[str] = set()

    def gather(values: Iterable[Any]) -> None:
        for value in values:
            if isinstance(value, Transition):
                found.add(value.verb)
            elif isinstance(value, dict):
                gather(value.values())
            elif isinstance(value, str) and "." in value:
                found.add(value)

    gather(value for name, value in vars(module).items() if name.isupper() and not name.startswith("_"))
    return found


def each_takes(personas: Any, verb: str, step: Step, *, changes_state: bool) -> None:
    make, act, allowed = step
    subject = make(personas)
    for who in WHO if hasattr(personas, "co_lead") else NAMES:
        with transaction.atomic():
            _try(subject, act, verb, personas[who], who in allowed, changes_state)
            transaction.set_rollback(True)


def _try(subject: Any, act: Any, verb: str, actor: Any, may: bool, changes_state: bool) -> None:
    subject.refresh_from_db()
    before, recorded = getattr(subject, "status", ""), Event.objects.count()
    if may:
        act(subject, actor=actor, note="Because.")
        subject.refresh_from_db()
        event = events.of(subject).get(verb=verb)
        assert event.actor == actor
        if changes_state:
            assert subject.status != before
            assert (event.from_state, event.to_state) == (before, subject.status)
        return
    with pytest.raises(permissions.Denied) as refusal:
        act(subject, actor=actor, note="Because.")
    assert str(refusal.value).endswith("."), actor
    if isinstance(actor, AnonymousUser):
        assert str(refusal.value) == "Please sign in first."
    subject.refresh_from_db()
    assert getattr(subject, "status", "") == before
    assert Event.objects.count() == recorded
