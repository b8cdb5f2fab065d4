"""Guests: one group or one plan, open to a named person until a day."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import events, outbox, privacy, waiting
from core.models import Event, Letter, Notification
from core.permissions import Denied
from core.workflow import Incomplete
from groups.models import GroupGrant, GuestInvitation, WorkPlanGrant
from groups.services import guests
from groups.tasks import remind_of_guests
from members.models import Membership, User, today
from members.services import erasure
from tests.factories.groups import GroupFactory, GuestInvitationFactory, MeetingFactory, WorkPlanFactory, make_lead
from tests.personas import NAMES

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(personas):
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    return group


def invite(group, personas, days=30, **more):
    until = today() + timedelta(days=days)
    given = {"actor": personas.primary, "name": "Gita Guest", "email": personas.stranger.email} | more
    return guests.invite_guest(group_id=group.pk, until=until, **given)


def admit(group, personas, days=30, **more):
    asked = invite(group, personas, days, **more)
    return guests.accept_guest(invitation_id=asked.pk, actor=User.objects.get(email=asked.email))


def link_in_the_letter():
    outbox.deliver_letters()
    letter = mail.outbox[-1]
    return urlsplit(re.search(r"http\S+/guest-invitations/\S+", letter.body)[0]).path


def test_somebody_without_an_account_is_invited_signs_up_and_sees_this_group_alone(group, personas, client_for, client):
    plan, other, meeting = WorkPlanFactory(group=group), GroupFactory(), MeetingFactory(group=group)
    url = reverse("groups:guests", args=[group.code])
    until = (today() + timedelta(days=30)).isoformat()
    sent = {"name": "Gita Guest", "email": "Gita@Example.test", "until": until, "note": "Evaluates us."}
    lead = client_for(personas.primary)
    lead.post(url, sent)
    assert "gita@example.test" in lead.get(url).content.decode()
    link = link_in_the_letter()
    assert mail.outbox[-1].to == ["gita@example.test"]
    assert "Evaluates us." in mail.outbox[-1].body
    assert client.get(link).status_code == 200, "opening it changes nothing"
    assert GuestInvitation.objects.get().status == "open"

    sign_up = client.post(link).url
    words = "long enough to be a secret"
    form = {"name": "Gita Guest", "password1": words, "password2": words, "notice": "on"}
    assert client.post(sign_up, form).url == group.get_workspace_url()
    for page in (group.get_workspace_url(), plan.get_absolute_url(), meeting.get_absolute_url(), reverse("pages:me")):
        assert client.get(page).status_code == 200, page
    assert group.get_workspace_url() in client.get(reverse("pages:me")).content.decode()
    closed = (other.get_workspace_url(), url, WorkPlanFactory(group=other, state="approved").get_absolute_url())
    for page in (*closed, reverse("groups:settings", args=[group.code]), reverse("groups:matrix")):
        assert client.get(page).status_code in (403, 404), page
    shown = client_for(personas.delegate).get(group.get_workspace_url()).content.decode()
    assert "Gita Guest" in shown
    assert "opened by Primary" in shown
    assert [one.verb for one in events.of(group)][:2] == ["guestinvitation.accept", "guestinvitation.create"]
    assert Notification.objects.filter(recipient=personas.primary, event__verb="guestinvitation.accept").exists()
    assert client_for(personas.stranger).get(link).status_code == 410, "it works once"


def test_whether_an_address_has_an_account_is_not_told_to_who_invites(group, personas, client_for):
    url = reverse("groups:guests", args=[group.code])
    until = (today() + timedelta(days=30)).isoformat()
    answers = []
    for address in (personas.stranger.email, personas.delegate.email, "nobody@example.test"):
        lead = client_for(personas.primary)
        done = lead.post(url, {"name": "A Person", "email": address, "until": until}, follow=True)
        page = done.content.decode()
        answers.append((done.redirect_chain, [str(one) for one in done.context["messages"]], page.count("A Person")))
        assert str(personas.stranger) not in page
        GuestInvitation.objects.all().delete()
    assert [one[:2] for one in answers] == [answers[0][:2]] * 3
    assert Letter.objects.count() == 3
    assert not GroupGrant.objects.exists(), "nothing is open before it is accepted"
    assert not Notification.objects.filter(recipient=personas.stranger).exists()


def test_who_has_an_account_finds_the_invitation_on_their_page_and_others_cannot_use_it(group, personas, client_for):
    asked = invite(group, personas)
    link = reverse("groups:guest_invitation", args=[asked.token])
    guest = client_for(personas.stranger)
    assert link in guest.get(reverse("pages:me")).content.decode()
    assert client_for(personas.outsider).post(link).status_code == 403
    assert guest.post(link).url == group.get_workspace_url()
    assert guest.get(group.get_workspace_url()).status_code == 200


def test_an_invitation_ends_with_its_day_its_sender_or_a_word(group, personas, client_for, client):
    asked = invite(group, personas, days=3)
    link = reverse("groups:guest_invitation", args=[asked.token])
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert client.post(link).status_code == 410
    roles = group.roles.filter(user=personas.primary)
    roles.update(ends=today() - timedelta(days=1))
    assert client.post(link).status_code == 410
    roles.update(ends=None)
    lead = client_for(personas.primary)
    again = invite(group, personas, days=20)
    assert (again.pk, client.get(link).status_code) == (asked.pk, 404), "the old link stops working"
    lead.post(reverse("groups:guest_withdraw", args=[group.code, again.pk]))
    assert client.post(reverse("groups:guest_invitation", args=[again.token])).status_code == 410
    assert not GroupGrant.objects.exists()


def test_guest_and_lead_are_reminded_once_before_the_end_and_the_lead_names_another_day(group, personas, client_for):
    row = admit(group, personas, days=30)
    short = admit(group, personas, days=3, email=personas.outsider.email)
    about = Notification.objects.filter(event__verb="guest.remind")
    now = timezone.now()
    for days, count in ((22, 0), (23, 2), (24, 2), (30, 2)):
        with time_machine.travel(now + timedelta(days=days)):
            remind_of_guests()
            assert about.count() == count, days
    assert set(about.values_list("recipient", flat=True)) == {personas.stranger.pk, personas.primary.pk}
    with time_machine.travel(now + timedelta(days=25)):
        lead = client_for(personas.primary)
        url = reverse("groups:guest_extend", args=[group.code, "group", row.pk])
        assert lead.post(url, {"until": (today() + timedelta(days=500)).isoformat()}).status_code == 422
        lead.post(url, {"until": (today() + timedelta(days=50)).isoformat()})
        row.refresh_from_db()
        assert row.until == today() + timedelta(days=50)
    with time_machine.travel(now + timedelta(days=70)):
        remind_of_guests()
        assert about.count() == 4, "of the new day they are reminded as well"
    assert Notification.objects.filter(recipient=personas.stranger, event__verb="guest.extend").exists()
    short.refresh_from_db()
    assert short.reminded_of is None, "opened for so short that they know"


def test_it_ends_by_itself_after_its_last_day(group, personas, client_for):
    plan = WorkPlanFactory(group=group)
    admit(group, personas, days=10)
    admit(group, personas, days=10, plan_id=plan.pk, email=personas.outsider.email)
    for days, answer in ((10, 200), (11, 404)):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert client_for(personas.stranger).get(group.get_workspace_url()).status_code == answer
            assert client_for(personas.outsider).get(plan.get_absolute_url()).status_code == answer
            assert User.objects.get(pk=personas.outsider.pk).has_perm("groups.view_workplan", plan) is (answer == 200)
            page = client_for(personas.primary).get(group.get_workspace_url()).content.decode()
            assert ("Guests: open or end" in page, str(personas.stranger) in page.split('id="history"')[0]) == (
                True,
                answer == 200,
            )


def test_it_is_ended_at_once_and_recorded(group, personas, client_for):
    row = admit(group, personas)
    lost = reverse("groups:guest_revoke", args=[GroupFactory().code, "group", row.pk])
    assert client_for(personas.office).post(lost).status_code == 404, "under another group it is not found"
    end = reverse("groups:guest_revoke", args=[group.code, "group", row.pk])
    lead = client_for(personas.primary)
    lead.post(end, {"note": "Thank you."})
    assert lead.post(end, {"note": "Thank you."}).status_code == 404, "clicked twice: it is gone"
    assert client_for(personas.stranger).get(group.get_workspace_url()).status_code == 404
    assert Event.objects.filter(verb="guest.revoke", note="Thank you.").count() == 1


def test_what_is_ended_is_not_entered_again_by_an_invitation_sent_before(group, personas, client_for):
    given = admit(group, personas)
    again = invite(group, personas, days=60)
    other = invite(group, personas, plan_id=WorkPlanFactory(group=group).pk)
    guests.revoke_guest(kind=given.KIND, grant_id=given.pk, actor=personas.primary)
    guest = client_for(personas.stranger)
    assert guest.post(reverse("groups:guest_invitation", args=[again.token])).status_code == 410
    assert guest.get(group.get_workspace_url()).status_code == 404
    other.refresh_from_db()
    assert other.is_usable, "of something else, it stands"


def test_an_invitation_that_nobody_stands_behind_any_more_does_not_wait_for_anybody(group, personas, client_for):
    link = reverse("groups:guest_invitation", args=[invite(group, personas).token])
    group.roles.filter(user=personas.primary).update(ends=today() - timedelta(days=1))
    assert link not in client_for(personas.stranger).get(reverse("pages:me")).content.decode()


@pytest.mark.parametrize(
    "sender",
    [*NAMES[1:], "lead", "lead of another group", "lead who left", "lead of a former member"],
)
def test_many_invitations_are_asked_the_same_as_one(group, personas, sender):
    """Who stands behind an invitation is asked for one by its right, for many in one question."""
    if sender in NAMES:
        person = personas[sender]
    else:
        role = make_lead(GroupFactory() if "another" in sender else group)
        person = role.user
        if "left" in sender:
            User.objects.filter(pk=person.pk).update(is_active=False)
        if "former" in sender:
            Membership.objects.filter(organisation=role.organisation).delete()
    asked = GuestInvitationFactory(group=group, invited_by=User.objects.get(pk=person.pk))
    assert GuestInvitation.objects.standing().filter(pk=asked.pk).exists() is not guests.is_void(asked)
    if sender in ("lead", "chair", "vice_chair", "office"):
        assert GuestInvitation.objects.standing().exists()


def test_what_waits_takes_as_many_queries_for_one_invitation_as_for_twelve(group, personas):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            found = waiting.waiting_for(User.objects.get(pk=personas.stranger.pk))
        return len(asked), len(found)

    invite(group, personas)
    before = cost()
    for _number in range(11):
        other = GroupFactory()
        make_lead(other, user=personas.primary, organisation=personas.organisation)
        invite(other, personas)
    assert (before[1], cost()) == (1, (before[0], 12))


def test_a_guest_of_one_plan_sees_that_plan_alone(group, personas, client_for):
    plan, other = WorkPlanFactory(group=group), WorkPlanFactory(group=group, year=today().year + 1)
    admit(group, personas, plan_id=plan.pk)
    guest = client_for(personas.stranger)
    assert guest.get(plan.get_absolute_url()).status_code == 200
    assert guest.get(other.get_absolute_url()).status_code == 404
    assert guest.get(group.get_workspace_url()).status_code == 404
    assert str(plan) in guest.get(group.get_absolute_url()).content.decode() or guest.get(
        group.get_absolute_url()
    ).context["plans"] == [plan]


def test_what_the_history_tells_of_invitations_leads_where_its_reader_may_go(group, personas, client_for):
    plan = WorkPlanFactory(group=group)
    invite(group, personas, plan_id=plan.pk, email="somebody.else@example.test")
    admit(group, personas)
    reader = client_for(personas.stranger)
    page = reader.get(group.get_workspace_url())
    told = [event for event in page.context["events"] if event.verb.startswith("guestinvitation.")]
    assert [event.verb.partition(".")[2] for event in told] == ["accept", "create", "create"]
    for event in told:
        assert event.subject_url in page.content.decode()
        assert reader.get(event.subject_url).status_code == 200


def test_what_does_not_fit_is_refused_at_its_field(group, personas):
    for more, name in (
        ({"days": -1}, "until"),
        ({"days": 400}, "until"),
        ({"plan_id": WorkPlanFactory().pk}, "plan_id"),
    ):
        with pytest.raises(Incomplete) as refused:
            admit(group, personas, **more)
        assert list(refused.value.problems) == [name]
    assert not GroupGrant.objects.exists()


def test_giving_it_again_sets_the_day_anew(group, personas):
    first, second = admit(group, personas, days=5), admit(group, personas, days=50)
    assert first.pk == second.pk
    assert GroupGrant.objects.get().until == today() + timedelta(days=50)


def test_a_guest_decides_nothing(group, personas):
    admit(group, personas)
    guest = User.objects.get(pk=personas.stranger.pk)
    for right in ("groups.admit_guest", "groups.revoke_guest", "groups.lead_group", "groups.invite_organisation"):
        assert not guest.has_perm(right, group)
    assert not guest.has_perm("groups.call_meeting", MeetingFactory(group=group))
    with pytest.raises(Denied):
        admit(group, personas, actor=guest, email=personas.outsider.email)


def test_a_guest_who_goes_is_no_guest_any_more_and_finds_it_in_their_data(group, personas):
    plan = WorkPlanFactory(group=group)
    admit(group, personas, plan_id=plan.pk)
    admit(group, personas)
    assert "guest_access" in str(privacy.data_of(personas.stranger))
    invite(group, personas)
    assert "Gita Guest" in str(privacy.data_of(personas.stranger)["guest_invitations"])
    erasure.forget_person(user_id=personas.stranger.pk, actor=personas.office)
    assert not GuestInvitation.objects.exclude(name="", email__endswith="@portal.invalid").exists()
    assert not GuestInvitation.objects.open().exists()
    assert not GroupGrant.objects.exists()
    assert not WorkPlanGrant.objects.exists()
