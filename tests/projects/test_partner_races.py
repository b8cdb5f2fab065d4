"""Two at the same moment in the search for partners, on a database that really locks rows."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from committees.models import Committee
from core.models import Theme
from core.permissions import Denied
from core.workflow import InvalidTransition, NotPossible
from members.models import today
from projects.models import Idea, Interest, Project
from projects.partnering import services
from tests.factories.ideas import IdeaFactory, InterestFactory
from tests.groups.test_races import at_once
from tests.personas import Personas, make_personas

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
FACTS: dict[str, Any] = {
    "acronym": "CELLS",
    "project_summary": "Cells.",
    "starts": today(),
    "ends": today() + timedelta(days=700),
}


def idea_of(p: Personas, **more: Any) -> Idea:
    return IdeaFactory(organisation=p.organisation, author=p.primary, **more)


def interest_in(p: Personas) -> Interest:
    return InterestFactory(idea=idea_of(p), organisation=p.other_organisation, person=p.outsider)


def test_two_who_answer_one_interest_give_one_answer():
    p = make_personas()
    interest = interest_in(p)
    answers = at_once(
        lambda: services.accept_interest(interest_id=interest.pk, actor=p.primary),
        lambda: services.decline_interest(interest_id=interest.pk, actor=p.delegate, note="No."),
    )
    assert sum(isinstance(answer, InvalidTransition) for answer in answers) == 1
    assert sum(isinstance(answer, Interest) for answer in answers) == 1


def test_an_interest_is_withdrawn_or_accepted():
    p = make_personas()
    interest = interest_in(p)
    accepted, withdrawn = at_once(
        lambda: services.accept_interest(interest_id=interest.pk, actor=p.primary),
        lambda: services.withdraw_interest(interest_id=interest.pk, actor=p.outsider),
    )
    assert isinstance(withdrawn, Interest), "what was accepted can still be withdrawn"
    assert isinstance(accepted, Interest | InvalidTransition)
    interest.refresh_from_db()
    assert interest.status == Interest.Status.WITHDRAWN


def test_two_who_tell_of_one_grant_tell_it_once():
    p = make_personas()
    idea = idea_of(p)
    answers = at_once(
        *(
            lambda actor=actor: services.award_idea(idea_id=idea.pk, actor=actor, **FACTS)
            for actor in (p.primary, p.delegate)
        )
    )
    assert sum(isinstance(answer, InvalidTransition) for answer in answers) == 1


def test_who_leaves_while_the_grant_is_told_is_no_partner_or_stays():
    """Never told as settled and withdrawn after that."""
    p = make_personas()
    for _round in range(5):
        interest = InterestFactory(
            idea=idea_of(p), organisation=p.other_organisation, person=p.outsider, status="accepted"
        )
        facts = {**FACTS, "acronym": f"CELLS{interest.pk}"}
        awarded, withdrawn = at_once(
            lambda one=interest, facts=facts: services.award_idea(idea_id=one.idea_id, actor=p.primary, **facts),
            lambda one=interest: services.withdraw_interest(interest_id=one.pk, actor=p.outsider),
        )
        assert isinstance(awarded, Idea)
        left = isinstance(withdrawn, Interest)
        assert left or isinstance(withdrawn, Denied)
        if left:
            assert withdrawn.idea.status == Idea.Status.OPEN, "it left before"


def test_an_interest_that_comes_while_the_grant_is_told_is_answered_first_or_refused():
    p = make_personas()
    idea = idea_of(p)
    awarded, expressed = at_once(
        lambda: services.award_idea(idea_id=idea.pk, actor=p.primary, **FACTS),
        lambda: services.express_interest(
            idea_id=idea.pk, actor=p.outsider, organisation=p.other_organisation, role="partner", brings="A hall."
        ),
    )
    if isinstance(expressed, Interest):
        assert isinstance(awarded, NotPossible)
    else:
        assert isinstance(expressed, Denied)
        assert isinstance(awarded, Idea)


def test_two_of_the_office_enter_one_project():
    p = make_personas()
    idea = idea_of(p, status="awarded", **FACTS)
    answers = at_once(*([lambda: services.confirm_idea(idea_id=idea.pk, actor=p.office)] * 2))
    assert sum(isinstance(answer, InvalidTransition) for answer in answers) == 1
    assert Project.objects.filter(acronym="CELLS").count() == 1


def test_two_ideas_of_one_acronym_are_not_entered_both():
    """Told at the same moment, when neither could know of the other."""
    p = make_personas()
    ideas = [idea_of(p, status="awarded", **FACTS) for _number in range(2)]
    answers = at_once(*(lambda pk=one.pk: services.confirm_idea(idea_id=pk, actor=p.office) for one in ideas))
    assert sum(isinstance(answer, NotPossible) for answer in answers) == 1
    assert sum(isinstance(answer, Idea) for answer in answers) == 1
    assert Project.objects.filter(slug="cells").count() == 1


def test_one_form_sent_twice_at_once_is_one_idea():
    p = make_personas()
    key, theme = uuid.uuid4(), Theme.objects.get(code="TECH-BATTERIES")
    contents: dict[str, Any] = {
        "title": "Cells",
        "summary": "Cells.",
        "committee": Committee.objects.get(code="TECH"),
        "programme": "Erasmus+",
        "deadline": today() + timedelta(days=30),
        "themes": [theme],
    }
    answers = at_once(
        *([lambda: services.post_idea(actor=p.primary, organisation_id=p.organisation.pk, key=key, **contents)] * 2)
    )
    assert answers[0] == answers[1] == Idea.objects.get()
