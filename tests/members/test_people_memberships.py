"""A membership is suspended, lifted, ended and begun again; rights follow at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import events
from core.models import Notification
from members.models import Membership, Organisation, today
from members.services import memberships
from members.services.applications import accept_application
from tests.factories.members import ApplicationFactory, MemberFactory, MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
INSIDE = "members:organisation_inside"


@pytest.fixture
def acme(personas) -> Organisation:
    return personas.organisation


@pytest.fixture
def office(personas, client_for):
    return client_for(personas.office)


def do(client, organisation, what, **fields):
    """Press the button `what` of the only membership that is not over."""
    pk = organisation.memberships.exclude(status="ended").get().pk
    data = {f"{what}-{name}": value for name, value in fields.items()}
    return client.post(reverse(f"members:membership_{what}", args=[pk]), data)


def start(client, organisation, day: date, **fields):
    data = {"start-starts": day.isoformat(), **{f"start-{name}": value for name, value in fields.items()}}
    return client.post(reverse("members:membership_start", args=[organisation.code]), data)


def listed(client, organisation) -> bool:
    return organisation.legal_name in client.get(reverse("members:directory")).content.decode()


def test_a_suspension_takes_the_rights_at_once_and_lifting_it_gives_them_back(
    client, office, personas, client_for, acme
):
    primary = client_for(personas.primary)
    inside = reverse(INSIDE, args=[acme.code])
    assert primary.get(inside).status_code == 200
    assert do(office, acme, "suspend", note="The statutes are not signed.").status_code == 302
    assert primary.get(inside).status_code == 404
    refused = primary.get(reverse("pages:my_organisation"))
    assert refused.status_code == 403
    assert "is suspended" in refused.content.decode()
    assert "The statutes are not signed." in refused.content.decode()
    assert not listed(client, acme)
    assert client.get(acme.get_absolute_url()).status_code == 404
    assert Notification.objects.get(recipient=personas.primary).event.note == "The statutes are not signed."

    assert do(office, acme, "lift", note="Signed.").status_code == 302
    assert primary.get(inside).status_code == 200
    assert listed(client, acme)
    assert [one.verb for one in events.of(acme.memberships.get())] == ["membership.lift", "membership.suspend"]


def test_a_membership_that_ended_takes_the_rights_and_joining_again_is_a_new_one(
    client, office, personas, client_for, acme
):
    primary = client_for(personas.primary)
    do(office, acme, "end", note="It was wound up.", last_day=today().isoformat())
    old = acme.memberships.get()
    assert (old.status, old.ends, old.reason) == ("ended", today(), "It was wound up.")
    assert primary.get(reverse(INSIDE, args=[acme.code])).status_code == 404, "at once, not tomorrow"
    assert not listed(client, acme)
    page = office.get(reverse("members:membership_detail", args=[acme.code])).content.decode()
    assert "Join again" in page
    assert "It was wound up." in page

    start(office, acme, today(), tier="full", note="Welcome back.")
    assert acme.memberships.count() == 2
    new = acme.memberships.get(status="active")
    assert (new.tier, new.starts) == ("full", today())
    assert primary.get(reverse(INSIDE, args=[acme.code])).status_code == 200
    old.refresh_from_db()
    assert old.status == "ended", "what was before stays on record"
    told = Notification.objects.filter(recipient=personas.primary).values_list("event__verb", flat=True)
    assert set(told) == {"membership.end", "membership.start"}


def test_an_end_that_is_announced_comes_by_itself(client, office, personas, client_for, acme):
    day = today() + timedelta(days=30)
    do(office, acme, "end", note="Leaves at the end of the month.", last_day=day.isoformat())
    standing = acme.memberships.get()
    assert (standing.status, standing.ends) == ("active", day)
    assert listed(client, acme)
    assert (
        "The membership ends on" in client_for(personas.primary).get(reverse("pages:my_organisation")).content.decode()
    )
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        standing = Membership.objects.get(pk=standing.pk)
        assert standing.shown_status == "ended"
        assert "Ended" in str(standing)
        assert not listed(client, acme)
        assert client_for(personas.primary).get(reverse(INSIDE, args=[acme.code])).status_code == 404
        page = client_for(personas.office).get(reverse("members:membership_list") + "?state=ended").content.decode()
        assert acme.legal_name in page
        page = client_for(personas.office).get(reverse("members:membership_list") + "?state=active").content.decode()
        assert acme.legal_name not in page
        # It joins again: the old row is closed with the day on which it really ended.
        start(client_for(personas.office), acme, today())
        standing.refresh_from_db()
        assert (standing.status, standing.ends) == ("ended", day)
        assert Organisation.objects.members().filter(pk=acme.pk).exists()


def test_an_announced_end_is_taken_back(office, acme):
    do(office, acme, "end", note="Perhaps.", last_day=(today() + timedelta(days=30)).isoformat())
    do(office, acme, "take_back", note="It stays.")
    standing = acme.memberships.get()
    assert (standing.ends, standing.reason) == (None, "")
    assert do(office, acme, "take_back").status_code == 422, "there is nothing to take back any more"


@pytest.mark.parametrize("what", ["suspend", "end"])
def test_suspension_and_end_need_a_reason(office, acme, what):
    more = {"last_day": today().isoformat()} if what == "end" else {}
    answer = do(office, acme, what, note=" ", **more)
    assert answer.status_code == 422
    assert acme.memberships.get().status == "active"


def test_a_membership_cannot_end_before_it_began(office, acme):
    answer = do(office, acme, "end", note="Wrong.", last_day="2021-12-31")
    assert answer.status_code == 422
    assert "last_day" in answer.context["end_form"].errors


def test_a_new_membership_does_not_begin_before_the_old_one_ended(office):
    gone = OrganisationFactory()
    MembershipFactory(organisation=gone, status="ended", ends="2024-06-30")
    assert start(office, gone, date(2024, 6, 1)).status_code == 422
    assert start(office, gone, date(2024, 6, 30)).status_code == 302


def test_pressing_twice_changes_nothing_more(office, acme):
    pk = acme.memberships.get().pk
    url = reverse("members:membership_suspend", args=[pk])
    office.post(url, {"suspend-note": "Why."})
    again = office.post(url, {"suspend-note": "Why."}, follow=True)
    assert "Nothing was changed" in again.content.decode()
    assert events.of(acme.memberships.get()).count() == 1
    start(office, acme, today())
    assert acme.memberships.count() == 1


def test_a_suspended_member_may_be_ended(office, acme):
    do(office, acme, "suspend", note="Why.")
    do(office, acme, "end", note="For good.", last_day=today().isoformat())
    assert acme.memberships.get().status == "ended"


def test_a_day_in_the_past_is_seen_as_it_was(acme):
    """Figures of a year count who was a member on its last day."""
    organisation = OrganisationFactory()
    MembershipFactory(organisation=organisation, status="ended", ends="2024-06-30")
    suspended = OrganisationFactory()
    MembershipFactory(organisation=suspended, status="suspended", suspended_on=date(2024, 9, 1))

    def members(day: date | None = None) -> set[Organisation]:
        return set(Organisation.objects.members(day).filter(pk__in=[organisation.pk, suspended.pk]))

    assert members(date(2024, 6, 30)) == {organisation, suspended}
    assert members(date(2024, 7, 1)) == {suspended}
    assert members(date(2024, 9, 1)) == set()
    assert members() == set()


def test_a_former_member_is_accepted_again_through_an_application(personas):
    gone = OrganisationFactory(legal_name="Nová Škola s.r.o.")
    old = MembershipFactory(organisation=gone, ends=today() - timedelta(days=3))  # run out, never recorded as ended
    application = ApplicationFactory(organisation_name="NOVA SKOLA")
    accept_application(application_id=application.pk, actor=personas.office, organisation=gone)
    old.refresh_from_db()
    assert old.status == "ended"
    assert gone.memberships.filter(status="active").count() == 1


def test_whoever_is_not_of_the_office_changes_no_membership(personas, acme):
    from core.permissions import Denied

    with pytest.raises(Denied):
        memberships.end_membership(membership_id=acme.memberships.get().pk, actor=personas.primary, note="Out.")
    with pytest.raises(Denied):
        memberships.suspend_membership(membership_id=acme.memberships.get().pk, actor=personas.chair, note="Out.")


def test_the_list_takes_as_many_queries_with_many_rows(office):
    def cost(count: int) -> int:
        MemberFactory.create_batch(count)
        with CaptureQueriesContext(connection) as queries:
            assert office.get(reverse("members:membership_list")).status_code == 200
        return len(queries)

    assert cost(10) == cost(90)


def test_memberships_are_found_by_name_without_accents(office):
    MemberFactory(legal_name="Škoda Vzdělávání a.s.")
    page = office.get(reverse("members:membership_list") + "?q=skoda&state=active").content.decode()
    assert "Škoda Vzdělávání" in page
    assert "Acme" not in page
