"""What changed from one submission to the next."""

from __future__ import annotations

import pytest

from groups.comparison import compare, snapshot
from tests.factories.groups import ActivityFactory, WorkPlanFactory
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db


def test_nothing_changed_is_nothing():
    plan = WorkPlanFactory()
    assert not compare(snapshot(plan), snapshot(plan))


def test_fields_and_activities_are_told_apart():
    plan = WorkPlanFactory()
    before = snapshot(plan)
    first, second = plan.activities.all()
    plan.objectives = "Something else."
    plan.save()
    first.owner = UserFactory(name="Nora Nadel")
    first.indicator, first.target = "K4", 120
    first.save()
    second.delete()
    ActivityFactory(plan=plan, title="New")
    change = compare(before, snapshot(plan))
    assert [(row.name, row.after) for row in change.fields] == [("objectives", "Something else.")]
    assert [(row.name, row.before, row.after) for row in change.changed[0].changes] == [
        ("owner", "–", "Nora Nadel"),
        ("indicator", "–", "K4 Training certifications"),
        ("target", "–", "120"),
    ]
    assert ([row.title for row in change.added], [row.title for row in change.removed]) == (["New"], ["Activity 2"])
    assert change.count == 4


def test_a_picture_names_no_person():
    plan = WorkPlanFactory()
    owner = UserFactory(name="Nora Nadel")
    ActivityFactory(plan=plan, owner=owner)
    assert "Nadel" not in str(snapshot(plan))
