"""An announcement is looked at, goes out once, and reaches those for whom it is meant and nobody else."""

from __future__ import annotations

import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from committees.models import Committee
from core import notifications, privacy
from core.models import Notification, NotificationSetting
from core.permissions import Denied
from core.workflow import Incomplete
from groups.models import Announcement
from groups.services import announcements
from tests.factories.groups import GroupFactory, GroupMembershipFactory, make_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(personas):
    found = GroupFactory(title="Battery repair")
    make_lead(found, user=personas.primary, organisation=personas.organisation)
    return found


@pytest.fixture
def members(group):
    return [GroupMembershipFactory(group=group).representative for _number in range(3)]


def form(**more):
    return {"title": "Dates", "text": "We meet:\n- in May", "key": uuid.uuid4(), **more}


def told():
    rows = Notification.objects.filter(event__verb="announcement.send")
    return sorted(rows.values_list("recipient", flat=True))


def test_it_is_shown_before_it_is_sent_and_goes_out_once(personas, client_for, group, members):
    NotificationSetting.objects.create(user=members[0], kind="announcement", pace="never")
    lead, url = client_for(personas.primary), reverse("groups:announcement_create", args=[group.code])
    data = form()
    page = lead.post(url, {**data, "then": "preview"}).content.decode()
    assert "It goes to 3 people." in page
    assert "2 of them get it by e-mail" in page
    assert "<li>in May</li>" in page
    assert members[1].name in page
    assert not Announcement.objects.exists()
    for _click in (1, 2):
        sent = lead.post(url, {**data, "then": "send"})
        assert sent.status_code == 302
    found = Announcement.objects.get()
    assert sent.url == found.get_absolute_url()
    assert (found.told, found.organisation) == (3, personas.organisation)
    assert told() == sorted(user.pk for user in members)  # and not to its author
    notifications.deliver_due()
    assert len(mail.outbox) == 2
    assert "We meet:\n- in May" in mail.outbox[0].body
    assert "Dates" in client_for(members[0]).get(group.get_workspace_url()).content.decode()
    assert "Dates" in client_for(members[0]).get(found.get_absolute_url()).content.decode()
    assert client_for(personas.outsider).get(found.get_absolute_url()).status_code == 404


def test_what_is_missing_is_asked_for_at_its_field_and_nothing_is_sent(personas, client_for, group, members):
    url = reverse("groups:announcement_create", args=[group.code])
    page = client_for(personas.primary).post(url, form(title="", text="In May.", then="send"))
    assert page.status_code == 422
    assert "Give it a title" in page.content.decode()
    assert "In May." in page.content.decode()
    assert told() == []


def test_a_chair_tells_the_committee_or_the_leads_of_its_groups_as_well(personas, client_for, group, members):
    tech = Committee.objects.get(code="TECH")
    url = reverse("groups:announcement_create", args=["TECH"])
    chair = client_for(personas.chair)
    chair.post(url, form(scope="body", title="For the seats", then="send"))
    seats = {personas.vice_chair.pk, personas.committee_member.pk}
    assert set(told()) == seats
    chair.post(url, form(scope="leads", title="For the leads", then="send"))
    assert set(told()) == seats | {personas.primary.pk}
    lead = client_for(personas.primary)
    text = lead.get(reverse("groups:announcement_list", args=["TECH"])).content.decode()
    assert "For the leads" in text
    assert "For the seats" not in text
    assert "For the leads" in lead.get(tech.get_absolute_url()).content.decode()
    assert "For the leads" not in client_for(personas.outsider).get(tech.get_absolute_url()).content.decode()


def test_where_nobody_would_hear_of_it_nothing_is_sent(personas, client_for, group):
    url = reverse("groups:announcement_create", args=[group.code])
    page = client_for(personas.primary).post(url, form(then="preview"))
    assert page.status_code == 422
    assert "there is nobody to tell" in page.content.decode()
    with pytest.raises(Incomplete, match="nobody to tell"):
        announcements.send_announcement(
            body=group, key=uuid.uuid4(), actor=personas.primary, title="Dates", text="May."
        )
    assert not Announcement.objects.exists()


def test_a_member_announces_nothing_and_a_group_has_no_groups(personas, group, members):
    with pytest.raises(Denied, match="leads the group"):
        announcements.send_announcement(body=group, key=uuid.uuid4(), actor=members[0], title="Dates", text="May.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Announcement.objects.create(group=group, scope="leads", title="Dates", text="May.", author=personas.primary)


def test_what_one_announced_is_in_ones_data(personas, group, members):
    announcements.send_announcement(body=group, key=uuid.uuid4(), actor=personas.office, title="Dates", text="May.")
    assert [one["title"] for one in privacy.data_of(personas.office)["announcements"]] == ["Dates"]
