"""A meeting is called, changed, answered, held and recorded; calendars follow it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from committees.models import Committee, Decision
from core import events, notifications
from core.models import Notification
from core.permissions import Denied
from core.waiting import waiting_for
from groups import services
from groups.errors import ChangedMeanwhile
from groups.forms.meetings import MeetingForm
from groups.meetings.calendars import calendar_of
from groups.models import CalendarAddress, Meeting, MeetingAction, MeetingDecision
from groups.tasks import ask_newcomers
from members.models import User
from members.services import erasure
from tests.factories.committees import SeatFactory
from tests.factories.groups import GroupFactory, GroupMembershipFactory, MeetingFactory, make_lead
from tests.groups.rfc5545 import events_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_group_is_stale")]


def form_data(**more):
    day = timezone.localdate() + timedelta(days=20)
    return {"title": "Kick-off", "day": day, "begins": "10:00", "ends": "12:00", "zone": "Europe/Helsinki"} | {
        "place": "Helsinki",
        "agenda": "1. Welcome",
        **more,
    }


@pytest.fixture
def group(personas):
    found = GroupFactory(title="Battery repair")
    make_lead(found, user=personas.primary, organisation=personas.organisation)
    return found


def heard(user):
    return list(Notification.objects.filter(recipient=user).order_by("pk").values_list("event__verb", flat=True))


def fresh(user):
    """Roles are remembered for a request."""
    return User.objects.get(pk=user.pk)


def test_a_meeting_from_its_call_to_what_follows_from_it(personas, client_for, group):
    other = GroupMembershipFactory(group=group)
    lead, guest = client_for(personas.primary), client_for(other.representative)
    answer = lead.post(reverse("groups:meeting_create", args=[group.code]), form_data())
    found = Meeting.objects.get()
    assert answer.url == found.get_absolute_url()
    assert found.local_start.hour == 10
    assert found.starts_at.astimezone(ZoneInfo("Europe/Brussels")).hour == 9
    guest.post(reverse("groups:meeting_answer", args=[found.pk]), {"answer": "maybe"})
    lead.post(reverse("groups:meeting_edit", args=[found.pk]), form_data(begins="09:00", revision=0))
    found.refresh_from_db()
    assert found.revision == 1
    assert set(found.invitations.values_list("answer", flat=True)) == {""}  # another time is asked anew
    with time_machine.travel(found.starts_at + timedelta(hours=1)):
        record = reverse("groups:meeting_record", args=[found.pk])
        came = found.invitations.get(user=other.representative)
        data = {"minutes": "We met.", "decisions": "Go on.", "attended": [came.pk], "revision": 0}
        assert client_for(other.representative).get(record).status_code == 403
        lead = client_for(personas.primary)
        assert lead.post(record, data).status_code == 302
        assert lead.post(record, data).status_code == 409  # a second window, opened before
        due = timezone.localdate() + timedelta(days=3)
        add = reverse("groups:meeting_action_add", args=[found.pk])
        outside = {"title": "Ask the members", "owner": personas.outsider.pk, "due": due}
        assert lead.post(add, outside).status_code == 422
        lead.post(add, outside | {"owner": other.representative_id})
        page = lead.get(found.get_absolute_url()).content.decode()
        assert "not represented" in page  # nobody came for the organisation of the lead
    owner = User.objects.get(pk=other.representative_id)
    assert [item.kind for item in waiting_for(owner)] == ["meeting", "meetingaction"]  # to answer, and to do
    with time_machine.travel(found.starts_at + timedelta(days=9)):
        assert [(item.kind, item.overdue) for item in waiting_for(fresh(owner))] == [("meetingaction", True)]
        services.finish_action(action_id=MeetingAction.objects.get().pk, actor=owner)
    assert [item.kind for item in waiting_for(fresh(owner))] == ["meeting"]
    assert heard(owner) == ["meeting.call", "meeting.change", "meeting.record", "meetingaction.give"]
    assert heard(personas.primary) == []  # nobody hears of their own acts


def test_two_editors_and_times_that_cannot_be(personas, client_for, group):
    found = MeetingFactory(group=group)
    with pytest.raises(ChangedMeanwhile):
        services.change_meeting(meeting_id=found.pk, revision=7, actor=personas.primary, title="Mine")
    lead = client_for(personas.primary)
    page = lead.post(reverse("groups:meeting_edit", args=[found.pk]), form_data(title="Mine", revision=7))
    assert page.status_code == 409
    assert "Somebody saved this while you were writing" in page.content.decode()
    services.change_meeting(meeting_id=found.pk, revision=0, actor=personas.primary, title=found.title)
    found.refresh_from_db()
    assert found.revision == 0  # the same as before is no change, and nobody is told
    for wrong, field in (
        ({"ends": "09:00"}, "ends"),
        ({"day": timezone.localdate() - timedelta(days=1)}, "day"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"place": ""}, "place"),
        ({"agenda": "x" * 20_001}, "agenda"),
        ({"link": "javascript:alert(1)"}, "link"),
    ):
        page = lead.post(reverse("groups:meeting_create", args=[group.code]), form_data(**wrong))
        assert (page.status_code, field in page.context["form"].errors) == (422, True), field


def test_the_nights_on_which_clocks_change():
    forward = MeetingForm(form_data(day="2027-03-28", begins="02:30", ends="04:00", zone="Europe/Brussels"))
    assert "begins" in forward.errors
    back = MeetingForm(form_data(day="2027-10-31", begins="01:30", ends="03:30", zone="Europe/Brussels"))
    assert back.is_valid()
    assert back.announced["ends_at"] - back.announced["starts_at"] == timedelta(hours=3)


def test_a_cancelled_meeting_stays_as_cancelled(personas, group):
    found = MeetingFactory(group=group)
    services.cancel_meeting(meeting_id=found.pk, actor=personas.chair, note="Too few can come.")
    assert heard(personas.primary) == ["meeting.cancel"]
    assert events.of(found).get().note == "Too few can come."
    for act, details in (
        (services.change_meeting, {"revision": 1, "title": "Again"}),
        (services.answer_meeting, {"answer": "yes"}),
    ):
        with pytest.raises(Denied, match="cancelled"):
            act(meeting_id=found.pk, actor=personas.primary, **details)
    past = MeetingFactory(group=group, days=-3)
    with pytest.raises(Denied, match="has begun"):
        services.cancel_meeting(meeting_id=past.pk, actor=personas.primary, note="Never mind.")


def test_a_calendar_is_valid_whatever_is_written_in_it():
    hostile = "A;b,c\\\r\nEND:VEVENT\nBEGIN:VALARM\u2028\x07 " + "é" * 120
    found = MeetingFactory(title=hostile[:150], agenda=hostile * 40, place="x\nATTENDEE:mailto:a@b.test", revision=3)
    raw = calendar_of([found], "N\nX-EVIL:1")
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    assert sum(line == b"END:VEVENT" for line in lines) == 1
    assert not [line for line in lines if line.startswith((b"ATTENDEE", b"X-EVIL", b"BEGIN:VALARM"))]
    (event,) = Calendar.from_ical(raw).walk("VEVENT")
    assert event["sequence"] == 3
    assert event.decoded("dtstart") == found.starts_at.replace(microsecond=0)
    assert str(event["summary"]).endswith("é")


def test_calendars_pass_a_strict_reader_before_and_after_a_change_and_a_cancellation(personas, client_for, group):
    hostile = "A;b,c\\\r\nEND:VEVENT\nX:1\u2028\x07 " + "é" * 120
    found = MeetingFactory(group=group, title=hostile[:140], agenda=hostile * 9, place=hostile[:150])
    client, url = client_for(personas.primary), reverse("groups:calendar_body", args=[group.code])
    (before,) = events_in(client.get(url).content)
    later = found.starts_at + timedelta(hours=1)
    services.change_meeting(meeting_id=found.pk, revision=0, actor=personas.chair, starts_at=later)
    (changed,) = events_in(client.get(url).content)
    services.cancel_meeting(meeting_id=found.pk, actor=personas.chair, note="Too few.")
    MeetingFactory(group=group, days=-3)
    _other, cancelled = events_in(client.get(url).content)
    assert before["UID"] == changed["UID"] == cancelled["UID"]
    assert [one["SEQUENCE"] for one in (before, changed, cancelled)] == ["0", "1", "2"]
    assert [one["STATUS"] for one in (before, changed, cancelled)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert before["DTSTART"] != changed["DTSTART"]


@pytest.mark.parametrize(
    "wrong",
    [
        b"SUMMARY:a;b",
        b"SUMMARY:" + b"x" * 80,
        b"DTSTART:20260101T250000Z",
        b"STATUS:MAYBE",
        b"BEGIN:VEVENT",
        b"no line",
        b"UID:again",
    ],
)
def test_the_strict_reader_refuses_what_the_standard_forbids(wrong):
    event = b"BEGIN:VEVENT\r\nUID:1@x\r\nDTSTAMP:20260101T100000Z\r\nDTSTART:20260102T100000Z\r\n%sEND:VEVENT\r\n"
    whole = b"BEGIN:VCALENDAR\r\nPRODID:x\r\nVERSION:2.0\r\n" + event + b"END:VCALENDAR\r\n"
    assert len(events_in(whole % b"")) == 1
    with pytest.raises(AssertionError):
        events_in(whole % (wrong + b"\r\n"))


def test_what_a_committee_decides_at_a_meeting_stands_in_its_register(personas, client_for):
    committee = Committee.objects.get(code="TECH")
    found = MeetingFactory(group=None, committee=committee, days=-2)
    office, page = client_for(personas.office), found.get_absolute_url()
    decide = reverse("groups:meeting_decide", args=[found.pk])
    assert office.post(decide, {"title": ""}).status_code == 422
    answer = office.post(decide, {"title": "Modules stay as they are", "note": "Pilots still run."})
    assert answer.url == f"{page}#decisions"
    again = office.post(decide, {"title": "Modules stay as they are"})
    assert again.status_code == 422
    assert "stands in the register already" in again.content.decode()
    entry = Decision.objects.get(committee=committee)
    assert (entry.number, entry.manner, entry.kind) == (1, "meeting", "other")
    register = reverse("committees:decision_list", args=["TECH"])
    shown = client_for(personas.committee_member).get(register).content.decode()
    for fact in (entry.code, "Modules stay as they are", "Pilots still run.", "the committee", "At a meeting", page):
        assert fact in shown
    assert f"{register}?year={entry.year}#{entry.code}" in office.get(page).content.decode()
    assert "Modules stay" not in client_for(personas.outsider).get(register).content.decode()
    assert "meetingdecision.enter" in heard(personas.chair)
    assert not MeetingDecision.objects.visible_to(personas.outsider).exists()


def test_a_group_and_a_meeting_to_come_enter_nothing_into_a_register(personas, group):
    for found, why in (
        (MeetingFactory(group=group, days=-2), "register"),
        (MeetingFactory(group=None, committee=group.committee), "begun"),
    ):
        with pytest.raises(Denied, match=why):
            services.decide_at_meeting(meeting_id=found.pk, actor=personas.chair, title="Go on.")
    assert not Decision.objects.exists()


def test_who_joins_after_a_meeting_was_called_is_asked_and_who_leaves_is_not(personas, group):
    coming, past = MeetingFactory(group=group), MeetingFactory(group=group, days=-5)
    committee = MeetingFactory(group=None, committee=group.committee)
    joining = GroupMembershipFactory(group=group, status="requested", joined_at=None)
    services.admit(membership_id=joining.pk, actor=personas.primary)
    new = User.objects.get(pk=joining.representative_id)
    assert coming.invitations.filter(user=new).exists()
    assert not past.invitations.filter(user=new).exists()
    assert [item.kind for item in waiting_for(new)] == ["meeting"]
    services.remove(membership_id=joining.pk, actor=personas.primary, note="They asked for it.")
    assert not coming.invitations.filter(user=new).exists()
    seat = SeatFactory(committee=group.committee)
    ask_newcomers()
    ask_newcomers()
    assert committee.invitations.filter(user=seat.user).count() == 1


def test_the_private_address_follows_changes_and_ends_with_the_right(personas, client_for, group, client):
    found = MeetingFactory(group=group)
    hidden = MeetingFactory(group=GroupFactory(committee_code="EDU"))
    browser = client_for(personas.primary)
    browser.post(reverse("groups:calendar_make"))
    address = CalendarAddress.objects.get().get_absolute_url()
    assert address in browser.get(reverse("pages:me")).content.decode()

    def told():
        return Calendar.from_ical(client.get(address).content).walk("VEVENT")

    (before,) = told()
    services.cancel_meeting(meeting_id=found.pk, actor=personas.primary, note="Later.")
    (after,) = told()
    assert (before["uid"], before["sequence"], before["status"]) == (after["uid"], 0, "CONFIRMED")
    assert (after["sequence"], after["status"]) == (1, "CANCELLED")
    assert str(hidden.uid) not in client.get(address).content.decode()
    assert client.get(address + f"?body={hidden.group.code}").content.count(b"BEGIN:VEVENT") == 0
    group.roles.all().delete()
    group.memberships.all().delete()
    assert told() == []
    browser.post(reverse("groups:calendar_make"))
    assert client.get(address).status_code == 404
    address = CalendarAddress.objects.get().get_absolute_url()
    browser.post(reverse("groups:calendar_revoke"))
    assert client.get(address).status_code == 404


@pytest.mark.thorough
def test_a_list_a_page_and_a_calendar_take_as_many_queries_however_much_there_is(personas, client_for, group, client):
    found = MeetingFactory(group=group, days=-1)
    address = services.make_calendar_address(actor=personas.primary).get_absolute_url()
    browser = client_for(personas.primary)
    pages = [reverse("groups:meeting_list", args=[group.code]), found.get_absolute_url(), address]

    def action(user):
        MeetingAction.objects.create(meeting=found, title="Ask.", owner=user, due=datetime(2030, 1, 1).date())  # noqa: DTZ001

    def count(page):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(page).status_code == 200
        return len(queries)

    action(personas.primary)
    browser.get(found.get_absolute_url())  # kinds of things are looked up once
    first = [count(page) for page in pages]
    for number in range(8):
        place = GroupMembershipFactory(group=group)
        MeetingFactory(group=group, days=number - 3)
        found.invitations.create(user=place.representative, organisation=place.organisation)
        action(place.representative)
    assert [count(page) for page in pages] == first


def test_who_is_forgotten_is_asked_no_more_and_what_they_had_to_do_has_nobody(personas, group):
    place = GroupMembershipFactory(group=group)
    past, ahead = MeetingFactory(group=group, days=-2), MeetingFactory(group=group)
    past.invitations.filter(user=place.representative).update(attended=True)
    due = timezone.localdate()
    services.add_action(meeting_id=past.pk, actor=personas.primary, title="Ask.", owner=place.representative, due=due)
    services.make_calendar_address(actor=place.representative)
    erasure.forget_person(user_id=place.representative_id, actor=personas.office)
    assert not ahead.invitations.filter(user=place.representative_id).exists()
    assert past.invitations.get(user=place.representative_id).attended
    assert MeetingAction.objects.get().owner is None
    assert not CalendarAddress.objects.exists()


def test_a_public_meeting_is_announced_without_what_only_its_body_knows(personas, client_for, client, group):
    lead = client_for(personas.primary)
    url = reverse("groups:meeting_create", args=[group.code])
    secret = {"agenda": "1. Salaries", "link": "https://meet.eu/secret"}
    assert lead.post(url, form_data(title="Open day", is_public="on", **secret)).status_code == 302
    assert lead.post(url, form_data(title="Board of the group", **secret)).status_code == 302
    public, private = Meeting.objects.get(title="Open day"), Meeting.objects.get(title="Board of the group")
    page = client.get(public.get_public_url())
    text = page.content.decode()
    for fact in ("Open day", "Helsinki", "10:00", "EventScheduled", "OfflineEventAttendanceMode", group.title):
        assert fact in text, fact
    for hidden in ("Salaries", "secret", "Primary"):
        assert hidden not in text, hidden
    assert not page.cookies
    assert client.get(private.get_public_url()).status_code == 404
    assert lead.get(private.get_public_url()).status_code == 404, "it has no public page"
    listed = client.get(reverse("groups:event_list")).content.decode()
    assert "Open day" in listed
    assert "Board of the group" not in listed
    assert public.get_public_url() in client.get("/sitemap.xml").content.decode()
    assert public.get_absolute_url() in lead.get(public.get_public_url()).content.decode()
    services.cancel_meeting(meeting_id=public.pk, actor=fresh(personas.primary), note="Illness in the house.")
    text = client.get(public.get_public_url()).content.decode()
    assert "EventCancelled" in text
    assert "Illness" not in text
    assert "Helsinki" in text


def test_an_online_event_gives_its_link_to_nobody_outside(personas, client, group):
    day = timezone.now() + timedelta(days=9)
    found = MeetingFactory(group=group, place="", link="https://meet.eu/secret", starts_at=day, is_public=True)
    text = client.get(found.get_public_url()).content.decode()
    assert "VirtualLocation" in text
    assert "secret" not in text


def test_minutes_on_record_change_with_a_reason_and_the_trail_keeps_what_they_said(personas, client_for, group):
    found = MeetingFactory(group=group, days=-2)
    lead = client_for(personas.primary)
    record = reverse("groups:meeting_record", args=[found.pk])
    first = {"minutes": "We met.", "decisions": "Go on.", "attended": [], "revision": 0}
    assert "Why it changes" not in lead.get(record).content.decode()
    lead.post(record, first)
    assert "Why it changes" in lead.get(record).content.decode()
    silent = lead.post(record, first | {"minutes": "We met twice.", "revision": 1})
    assert silent.status_code == 422
    assert silent.context["form"].errors["note"] == ["Say why what is on record changes."]
    assert "We met twice." in silent.content.decode()
    lead.post(record, first | {"minutes": "We met twice.", "revision": 1, "note": "The second day was missing."})
    found.refresh_from_db()
    assert found.minutes == "We met twice."
    event = events.of(found).filter(verb="meeting.record").latest("pk")
    assert event.note == "The second day was missing."
    assert event.data["changed"]["minutes"] == ["We met.", "We met twice."]
    lead.post(record, first | {"minutes": "We met twice.", "revision": 2, "note": "Nothing."})
    assert events.of(found).filter(verb="meeting.record").count() == 2  # nothing changed, nobody is told


def test_a_call_and_a_change_say_in_the_mail_when_and_where(personas, client_for, group):
    other = GroupMembershipFactory(group=group)
    lead = client_for(personas.primary)
    lead.post(reverse("groups:meeting_create", args=[group.code]), form_data(place="Hall B & C"))
    found = Meeting.objects.get()
    lead.post(reverse("groups:meeting_edit", args=[found.pk]), form_data(begins="09:00", revision=0))
    notifications.deliver_due()
    called, changed = [one.body for one in mail.outbox if one.to == [other.representative.email]]
    assert "10:00 to 12:00 (Europe/Helsinki)" in called
    assert "Where: Hall B & C" in called
    assert "09:00 to 12:00 (Europe/Helsinki)" in changed
    data = events.of(found).get(verb="meeting.change").data
    assert set(data["changed"]) == {"starts_at", "place"}
