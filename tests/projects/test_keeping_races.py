"""Two of the Office who enter the same at the same moment, on a database that really locks rows."""

from __future__ import annotations

import pytest

from core.workflow import Incomplete
from members.models import today
from projects import services
from projects.models import Initiative, Project
from tests.groups.test_races import at_once
from tests.personas import make_personas

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 10


def test_one_project_that_two_enter_is_entered_once_and_the_second_is_told_at_the_field():
    p = make_personas()
    for number in range(ROUNDS):
        facts = {"acronym": f"TWICE{number}", "title": "Twice", "summary": "Twice.", "starts": today()}
        answers = at_once(*[lambda facts=facts: services.enter_project(actor=p.office, **facts)] * 2)
        assert sorted(type(one).__name__ for one in answers) == ["Incomplete", "Project"], answers
        assert [set(one.problems) for one in answers if isinstance(one, Incomplete)] == [{"acronym"}]


def test_two_projects_of_one_acronym_get_an_address_each():
    p = make_personas()
    for number in range(ROUNDS):
        facts = {"acronym": f"AGAIN{number}", "title": "Again", "summary": "Again."}
        days = [today(), today().replace(year=2020, day=1)]
        answers = at_once(
            *(lambda day=day, facts=facts: services.enter_project(actor=p.office, starts=day, **facts) for day in days)
        )
        assert all(isinstance(one, Project) for one in answers), answers
        assert {one.slug for one in answers} == {f"again{number}", f"again{number}-2"}


def test_a_code_that_two_give_is_given_once():
    p = make_personas()
    for number in range(ROUNDS):
        facts = {
            "code": f"PILOT-TWICE-{number}", "title": "Twice", "summary": "Twice.", "starts": today(),
            "kind": "pilot", "lead": p.organisation,
        }  # fmt: skip
        answers = at_once(*[lambda facts=facts: services.enter_initiative(actor=p.office, **facts)] * 2)
        assert sorted(type(one).__name__ for one in answers) == ["Incomplete", "Initiative"], answers
        assert [set(one.problems) for one in answers if isinstance(one, Incomplete)] == [{"code"}]
    assert Initiative.objects.filter(code__startswith="PILOT-TWICE").count() == ROUNDS
