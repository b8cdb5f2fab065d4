"""My page: what waits for me, what is new, and where I belong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from groups.models import MeetingAction, Proposal
from tests.factories.groups import GroupFactory, JoinRequestFactory, MeetingFactory, ProposalFactory, make_lead
from tests.factories.members import ApplicationFactory

pytestmark = pytest.mark.django_db


def read(client_for, user) -> str:
    return client_for(user).get(reverse("pages:me")).content.decode()


def test_the_office_sees_applications_that_wait_for_its_answer(client_for, personas):
    application = ApplicationFactory(organisation_name="Nordic Wheelworks", status="submitted")
    page = read(client_for, personas.office)
    assert "Nordic Wheelworks" in page
    assert reverse("members:application_detail", args=[application.pk]) in page
    assert "Nordic Wheelworks" not in read(client_for, personas.chair)


def test_a_chair_sees_the_proposal_to_decide_and_its_author_does_not(client_for, personas):
    proposal = ProposalFactory(status=Proposal.Status.SUBMITTED, title="Recycling of traction batteries")
    assert "Recycling of traction batteries" in read(client_for, personas.chair)
    assert "Recycling of traction batteries" not in read(client_for, proposal.proposer)
    assert "Recycling of traction batteries" not in read(client_for, personas.other_chair)


def test_a_lead_sees_who_asks_to_join(client_for, personas):
    group = GroupFactory(title="Charging skills")
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    asking = JoinRequestFactory(group=group)
    page = read(client_for, personas.primary)
    assert asking.organisation.legal_name in page
    assert "Charging skills" in page


def test_somebody_without_tasks_reads_that_nothing_waits_and_where_they_belong(client_for, personas):
    page = read(client_for, personas.outsider)
    assert "Nothing waits for you" in page
    assert personas.other_organisation.legal_name in page


def test_what_waits_stands_in_sections_by_urgency_with_one_action_each(client_for, personas):
    group = GroupFactory(title="Charging skills")
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    meeting = MeetingFactory(group=group, days=-1)
    day = timezone.localdate()
    for title, due in (("Late", day - timedelta(days=3)), ("Soon", day + timedelta(days=2))):
        MeetingAction.objects.create(meeting=meeting, title=title, owner=personas.primary, due=due)
    asking = JoinRequestFactory(group=group)
    page = client_for(personas.primary).get(reverse("pages:me"))
    sections = {section.code: [item.title for item in section.items] for section in page.context["sections"]}
    assert sections["overdue"] == ["Late"]
    assert sections["soon"] == ["Soon"]
    assert f"{asking.organisation.shown_name} → {group.code}" in sections["rest"]
    text = page.content.decode()
    assert text.index("Overdue</h3>") < text.index("Due within a week</h3>") < text.index("Waits for you</h3>")
    link = f'href="{asking.get_absolute_url()}">Decide<span class="visually-hidden">'
    assert text.count(link) == 1


@pytest.mark.thorough
@pytest.mark.parametrize("who", ["chair", "primary"])
def test_it_takes_the_same_number_of_queries_for_ten_things_and_for_a_thousand(client_for, personas, who):
    """Proposals wait for the chair, what was agreed at meetings for the primary contact."""
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    meeting = MeetingFactory(group=group, days=-1)
    first = ProposalFactory(status=Proposal.Status.SUBMITTED, with_founders=[], submitted_at=timezone.now())
    client, counts = client_for(personas[who]), []
    for total in (10, 1000):
        have = Proposal.objects.count()
        copied = {"committee": first.committee, "organisation": first.organisation, "proposer": first.proposer}
        Proposal.objects.bulk_create(
            Proposal(title=f"Proposal {n}", status="submitted", submitted_at=timezone.now(), scope="x", **copied)
            for n in range(have, total)
        )
        MeetingAction.objects.bulk_create(
            MeetingAction(meeting=meeting, title=f"Action {n}", owner=personas.primary, due="2020-01-01")
            for n in range(MeetingAction.objects.count(), total)
        )
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("pages:me"))
        assert len(page.context["waiting"]) >= total
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_page_of_many_things_shows_the_first_and_says_how_many_follow(client_for, personas):
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    meeting = MeetingFactory(group=group, days=-1)
    MeetingAction.objects.bulk_create(
        MeetingAction(meeting=meeting, title=f"Action {n}", owner=personas.primary, due="2020-01-01")
        for n in range(300)
    )
    text = read(client_for, personas.primary)
    assert text.count("Do it, and say so") == 100
    assert "200 more are not shown" in text


def test_the_number_stands_beside_my_page_on_every_page(client_for, personas):
    proposal = ProposalFactory(submitted=True)
    browser = client_for(personas.chair)
    ask = f'hx-get="{reverse("pages:waiting_number")}"'
    assert ask in browser.get("/groups/").content.decode(), "not counted yet: the browser asks"
    assert "1 thing waits for you" in browser.get(reverse("pages:waiting_number")).content.decode()
    page = browser.get("/groups/").content.decode()
    assert ask not in page
    assert "1 thing waits for you" in page
    browser.post(reverse("groups:proposal_accept", args=[proposal.pk]), {"note": "Fine."})
    page = browser.get("/groups/").content.decode()
    assert ask in page, "who has done something has another number"
    assert "nothing waits for you" in browser.get(reverse("pages:waiting_number")).content.decode()
    assert "waiting_number" not in client_for(personas.visitor).get("/groups/").content.decode()


def test_a_cache_that_is_away_costs_the_number_and_not_the_page(client_for, personas, monkeypatch):
    class Away:
        def __getattr__(self, name):
            def fail(*_args, **_kwargs):
                raise ConnectionError("the cache is away")

            return fail

    monkeypatch.setattr("asa_portal.pages.numbers.cache", Away())
    browser = client_for(personas.chair)
    assert browser.get(reverse("pages:me")).status_code == 200
    assert browser.get("/groups/").status_code == 200
    assert browser.post(reverse("core:notification_read_all"), {}).status_code == 302
