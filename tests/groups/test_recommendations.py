"""A committee recommends, a group or the Office answers, and what became of it stays on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committees.models import Decision
from committees.services import procedures
from core import events
from core.models import Notification
from core.permissions import Denied
from groups import services
from groups.models import Recommendation
from groups.waiting import waiting_for
from members.models import User
from tests.factories.groups import GroupFactory, RecommendationFactory, make_lead

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_group_is_stale")]
YEAR = timezone.localdate().year


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def step(name, found):
    return reverse(f"groups:recommendation_{name}", args=[found.pk])


def kinds(user):
    return [(item.kind, item.overdue) for item in waiting_for(User.objects.get(pk=user.pk))]


def test_a_recommendation_from_the_draft_of_a_member_to_its_closing(personas, client_for):
    group = GroupFactory(title="Battery repair")
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    member, chair, lead = (client_for(personas[who]) for who in ("committee_member", "chair", "primary"))
    data = {"title": "One list of job roles", "group": group.pk, "text": "Two lists confuse.", "due": in_days(60)}
    answer = member.post(reverse("groups:recommendation_create", args=["TECH"]), data)
    found = Recommendation.objects.get()
    assert answer.url == found.get_absolute_url()
    assert ("recommendation", False) in kinds(personas.chair)
    assert lead.get(found.get_absolute_url()).status_code == 404
    chair.post(step("issue", found), {"manner": "meeting", "note": "Agreed."})
    found.refresh_from_db()
    assert (found.code, found.status) == (f"TECH-REC-{YEAR}-01", "issued")
    assert Decision.objects.get().kind == "recommendation"
    assert Notification.objects.filter(recipient=personas.primary, event__verb="recommendation.issue").exists()
    assert kinds(personas.primary) == [("recommendation", False)]
    assert "Accept in part" in lead.get(found.get_absolute_url()).content.decode()
    assert lead.post(step("partly", found), {"note": ""}).status_code == 422
    lead.post(step("partly", found), {"note": "For repair, not for sales."})
    lead.post(step("follow_up", found), {"note": "The list is agreed."})
    chair.post(step("close", found), {"note": "Done."})
    found.refresh_from_db()
    assert found.status == "closed"
    assert [event.verb for event in events.of(found).order_by("pk")] == [
        "recommendation.draft",
        "recommendation.issue",
        "recommendation.accept_partly",
        "recommendation.follow_up",
        "recommendation.close",
    ]
    assert kinds(personas.primary) == []


def test_who_wrote_it_or_leads_the_group_does_not_issue_it(personas):
    own = services.draft_recommendation(
        committee_id=RecommendationFactory().committee_id,
        actor=personas.chair,
        title="Mine",
        text="Do it.",
        due=in_days(30),
    )
    with pytest.raises(Denied, match="You wrote this"):
        services.issue_recommendation(recommendation_id=own.pk, actor=personas.chair)
    services.issue_recommendation(recommendation_id=own.pk, actor=personas.vice_chair)
    group = GroupFactory()
    make_lead(group, user=personas.chair, organisation=personas.chair.representations.get().organisation)
    theirs = RecommendationFactory(group=group)
    with pytest.raises(Denied, match="would have to answer it"):
        services.issue_recommendation(recommendation_id=theirs.pk, actor=personas.chair)


def test_one_to_the_office_is_answered_by_the_office_and_shown_overdue(personas):
    found = RecommendationFactory(issued=True)
    assert ("recommendation", False) in kinds(personas.office)
    Recommendation.objects.filter(pk=found.pk).update(due=in_days(-1))
    assert ("recommendation", True) in kinds(personas.office)
    services.answer_recommendation(recommendation_id=found.pk, actor=personas.office, answer="accepted")
    assert kinds(personas.office) == []


def test_it_is_adopted_by_written_procedure(personas):
    found = RecommendationFactory()
    found.authors.add(personas.committee_member)
    procedure = procedures.open_procedure(subject=found, actor=personas.chair, last_day=procedures.first_last_day())
    assert personas.committee_member not in procedure.asked.all()
    with pytest.raises(Denied, match="under way"):
        services.issue_recommendation(recommendation_id=found.pk, actor=personas.chair)
    with time_machine.travel(procedure.closes_at):
        assert procedures.close_due() == {"adopted": 1}
    found.refresh_from_db()
    assert found.status == "issued"
    assert Decision.objects.get().manner == "written"


def test_a_day_that_is_past_is_refused_at_its_field(personas, client_for):
    data = {"title": "Late", "group": "", "text": "Kept words.", "due": in_days(-2)}
    page = client_for(personas.chair).post(reverse("groups:recommendation_create", args=["TECH"]), data)
    assert page.status_code == 422
    assert "must lie in the future" in str(page.context["form"].errors["due"])
    assert "Kept words." in page.content.decode()


def test_the_list_is_filtered_and_costs_the_same_for_few_and_many(personas, client_for):
    browser = client_for(personas.outsider)
    counts = []
    for total in (2, 12):
        while Recommendation.objects.count() < total:
            RecommendationFactory(issued=True, group=GroupFactory())
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(reverse("groups:recommendation_list"))
        assert page.context["page"].paginator.count == total
        counts.append(len(queries))
    assert counts[0] == counts[1]
    page = browser.get(reverse("groups:recommendation_list"), {"committee": "EDU", "status": "issued"})
    assert "No recommendation fits" in page.content.decode()


def text(found, **more):
    data = {"title": found.title, "group": "", "text": found.text, "due": found.due.isoformat()}
    return data | {"revision": found.revision} | more


def test_two_windows_notice_each_other_and_nothing_is_lost(personas, client_for):
    found = RecommendationFactory()
    edit = reverse("groups:recommendation_edit", args=[found.pk])
    chair, member = client_for(personas.chair), client_for(personas.committee_member)
    assert chair.post(edit, text(found, text="The chair's words.")).status_code == 302
    late = member.post(edit, text(found, text="The member's words."))
    assert late.status_code == 409
    page = late.content.decode()
    assert "The chair&#x27;s words." in page
    assert "The member&#x27;s words." in page
    found.refresh_from_db()
    assert found.text == "The chair's words."
    event = events.of(found).get(verb="recommendation.change")
    assert (event.actor, event.data["changed"]) == (
        personas.chair,
        {"text": ["Agree on one list of job roles.", "The chair's words."]},
    )
    again = late.context["form"].data
    assert member.post(edit, text(found, text="Both.", revision=again["revision"])).status_code == 302


def test_a_text_that_changed_since_the_page_was_opened_is_not_issued_unread(personas, client_for):
    found = RecommendationFactory()
    chair = client_for(personas.chair)
    seen = chair.get(found.get_absolute_url()).context["issue_form"]["revision"].value()
    client_for(personas.committee_member).post(
        reverse("groups:recommendation_edit", args=[found.pk]), text(found, text="Something else.")
    )
    page = chair.post(step("issue", found), {"manner": "chair", "note": "", "revision": seen})
    assert page.status_code == 422
    assert "Somebody changed the text since you opened this page" in page.content.decode()
    assert "Something else." in page.content.decode()
    shown = page.context["issue_form"]["revision"].value()
    chair.post(step("issue", found), {"manner": "chair", "note": "", "revision": shown})
    found.refresh_from_db()
    assert found.status == "issued"


def test_who_leads_the_group_to_which_it_went_does_not_close_it(personas):
    group = GroupFactory()
    make_lead(group, user=personas.chair)
    found = RecommendationFactory(issued=True, status="accepted", group=group)
    with pytest.raises(Denied, match="would have to answer it"):
        services.close_recommendation(recommendation_id=found.pk, actor=personas.chair, note="Done.")
    services.close_recommendation(recommendation_id=found.pk, actor=personas.vice_chair, note="Done.")
