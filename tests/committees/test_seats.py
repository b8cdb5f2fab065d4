"""Seats have terms: what a seat allows begins on its first day and is gone on the day after its last."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from committees.models import Committee, Seat
from committees.permissions import holds_seat
from committees.services import seats
from core import events, privacy
from core.models import Notification
from core.permissions import Denied
from core.workflow import Incomplete
from groups import services
from members import extending
from members.models import Membership, Representation
from tests.factories.groups import ProposalFactory
from tests.factories.members import RepresentationFactory

pytestmark = pytest.mark.django_db


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def tech():
    return Committee.objects.get(code="TECH")


def person(row):
    return f"{row.user_id}:{row.organisation_id}"


def test_the_chair_is_handed_over_without_a_day_between(personas, client_for):
    heir, old = RepresentationFactory(), personas.chair.seats.get()
    office = client_for(personas.office)
    url = reverse("committees:seat_hand_over", args=[old.pk])
    answer = office.post(url, {"person": person(heir), "first_day": in_days(10).isoformat(), "note": "Elected."})
    assert answer.status_code == 302
    old.refresh_from_db()
    new = Seat.objects.get(user=heir.user)
    assert (old.ends, new.starts, new.role, new.ends) == (in_days(9), in_days(10), "chair", None)
    for days, chair in ((9, personas.chair), (10, heir.user)):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert [user for user in (personas.chair, heir.user) if holds_seat(user, tech(), "chair")] == [chair]
    page = office.get(reverse("committees:seat_list", args=["TECH"])).content.decode()
    assert "vacant" not in page
    assert [event.verb for event in events.of(new)] == ["seat.hand_over"]
    assert Notification.objects.filter(recipient=heir.user, event__verb="seat.hand_over").exists()


def test_an_ended_seat_gives_no_right_on_the_day_after_and_the_vacancy_is_told(personas, client_for):
    proposal = ProposalFactory(submitted=True)
    seat = personas.chair.seats.get()
    office = client_for(personas.office)
    url = reverse("committees:seat_end", args=[seat.pk])
    assert "Please give a reason" in office.post(url, {"last_day": in_days(0).isoformat()}).content.decode()
    office.post(url, {"last_day": in_days(0).isoformat(), "note": "Changes jobs."})
    assert personas.chair.has_perm("groups.accept_proposal", proposal)
    page = office.get(reverse("committees:seat_list", args=["TECH"])).content.decode()
    assert "The chair is vacant from" in page
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        with pytest.raises(Denied):
            services.accept_proposal(proposal_id=proposal.pk, actor=personas.chair)
        services.accept_proposal(proposal_id=proposal.pk, actor=personas.office)  # vacant: it falls to the Office


def test_two_chairs_at_once_are_refused_at_the_field(personas, client_for):
    heir = RepresentationFactory()
    data = {"person": person(heir), "role": "chair", "starts": in_days(0).isoformat(), "note": "Kept."}
    page = client_for(personas.office).post(reverse("committees:seat_give", args=["TECH"]), data)
    assert page.status_code == 422
    assert "Chair is chair since" in str(page.context["form"].errors["starts"])
    assert "Kept." in page.content.decode()
    assert not Seat.objects.filter(user=heir.user).exists()


@pytest.mark.parametrize(
    ("first", "sentence"), [(-9000, "name a later day"), (40, "the seat would be empty until then")]
)
def test_a_hand_over_with_a_gap_or_before_the_term_is_refused(personas, client_for, first, sentence):
    heir, old = RepresentationFactory(), personas.vice_chair.seats.get()
    Seat.objects.filter(pk=old.pk).update(ends=in_days(20))
    url = reverse("committees:seat_hand_over", args=[old.pk])
    page = client_for(personas.office).post(url, {"person": person(heir), "first_day": in_days(first).isoformat()})
    assert page.status_code == 422
    assert sentence in str(page.context["form"].errors["first_day"])
    old.refresh_from_db()
    assert old.ends == in_days(20)


def test_nobody_sits_twice_or_for_an_organisation_that_they_do_not_represent(personas):
    row = RepresentationFactory()
    give = {"committee_id": tech().pk, "actor": personas.office, "role": "member", "starts": in_days(0)}
    with pytest.raises(Incomplete, match="does not represent"):
        seats.give_seat(user=row.user, organisation=personas.organisation, **give)
    seats.give_seat(user=row.user, organisation=row.organisation, **give)
    with pytest.raises(Incomplete, match="sits there already"):
        seats.give_seat(user=row.user, organisation=row.organisation, **give)
    other = RepresentationFactory()
    with pytest.raises(Incomplete, match="It ends before it starts"):
        seats.give_seat(user=other.user, organisation=other.organisation, ends=in_days(-1), **give)


def test_a_seat_that_rests_is_named(personas, client_for):
    personas.committee_member.representations.update(ends=in_days(-1))
    page = client_for(personas.office).get(reverse("committees:seat_list", args=["TECH"])).content.decode()
    assert "The seat of Committee Member rests" in page


def test_only_the_office_manages_seats(personas):
    for who in ("chair", "administrator", "primary", "outsider"):
        with pytest.raises(Denied):
            seats.end_seat(
                seat_id=personas.vice_chair.seats.get().pk, actor=personas[who], last_day=in_days(0), note="No."
            )


def test_the_page_of_an_organisation_names_its_seats_to_insiders_only(personas, client_for):
    seat = personas.committee_member.seats.get()
    page = seat.organisation.get_absolute_url()
    named = f"{seat.get_role_display()}: {seat.user}"
    assert named in client_for(personas.reporter).get(page).content.decode()
    for user in (personas.stranger, personas.visitor):
        shown = client_for(user).get(page).content.decode()
        assert seat.committee.name in shown
        assert named not in shown


def test_whoever_leaves_the_portal_does_not_come_into_a_seat_later(personas, client_for):
    heir = RepresentationFactory()
    old = personas.chair.seats.get()
    later = seats.hand_over(
        seat_id=old.pk, actor=personas.office, user=heir.user, organisation=heir.organisation, first_day=in_days(10)
    )
    privacy.erase(
        privacy.Leaver(
            user=heir.user, actor=personas.office, name=heir.user.name, addresses=frozenset({heir.user.email})
        )
    )
    with time_machine.travel(timezone.now() + timedelta(days=10)):
        assert not Seat.objects.current().filter(pk=later.pk).exists()
        parts = client_for(personas.office).get(reverse("committees:seat_list", args=["TECH"])).context
        assert "The chair is vacant today: the ASA Office decides in place of the chair." in parts["warnings"]
        assert later in {str(name): rows for name, rows in parts["parts"]}["Before"]
    next_one = RepresentationFactory()
    seats.give_seat(
        committee_id=tech().pk,
        actor=personas.office,
        user=next_one.user,
        organisation=next_one.organisation,
        role="chair",
        starts=in_days(10),
    )


def test_a_seat_that_rests_is_no_reason_to_be_written_to(personas):
    seat = personas.chair.seats.get()
    mailed = Representation.objects.filter(extending.holds("committee:TECH"), user=personas.chair)
    assert mailed.exists()
    Membership.objects.filter(organisation=seat.organisation).delete()
    assert not mailed.exists()
