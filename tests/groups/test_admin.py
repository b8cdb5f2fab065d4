"""The back room shows groups and plans, and is no way around the rules."""

from __future__ import annotations

import pytest
from django.urls import reverse

from committees.models import Seat
from core.models import Event
from tests.factories.groups import GroupFactory, ProposalFactory, WorkPlanFactory, make_lead

pytestmark = pytest.mark.django_db


def test_an_administrator_looks_at_everything_and_decides_nothing(personas, client_for):
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    plan = WorkPlanFactory(group=group, state="submitted")
    proposal = ProposalFactory(submitted=True)
    browser = client_for(personas.administrator)
    for name, subject in (("group", group), ("workplan", plan), ("proposal", proposal)):
        assert browser.get(reverse(f"admin:groups_{name}_changelist")).status_code == 200
        page = browser.get(reverse(f"admin:groups_{name}_change", args=[subject.pk]))
        assert page.status_code == 200
        assert 'name="status"' not in page.content.decode()
        assert browser.get(reverse(f"admin:groups_{name}_add")).status_code == 403
    for name, subject in (("workplan", plan), ("proposal", proposal)):
        url = reverse(f"admin:groups_{name}_change", args=[subject.pk])
        assert browser.post(url, {"status": "approved", "objectives": "Other."}).status_code == 403
    plan.refresh_from_db()
    assert (plan.status, plan.objectives) == ("submitted", "To know who does what.")


def test_a_seat_is_given_in_the_back_room_with_a_trace(personas, client_for):
    seat = personas.committee_member.seats.get()
    committee = seat.committee
    others = {
        f"seats-{number}-{name}": value
        for number, row in enumerate(committee.seats.all())
        for name, value in {
            "id": row.pk,
            "committee": committee.pk,
            "user": row.user_id,
            "organisation": row.organisation_id,
            "role": row.role,
            "starts": row.starts.isoformat(),
            "ends": "2999-01-01" if row.pk == seat.pk else "",
        }.items()
    }
    answer = client_for(personas.administrator).post(
        reverse("admin:committees_committee_change", args=[committee.pk]),
        {
            "name": committee.name,
            "former_names": "[]",
            "remit": committee.remit,
            "order": committee.order,
            "seats-TOTAL_FORMS": committee.seats.count(),
            "seats-INITIAL_FORMS": committee.seats.count(),
            **others,
        },
    )
    assert answer.status_code == 302
    assert str(Seat.objects.get(pk=seat.pk).ends) == "2999-01-01"
    event = Event.objects.get(verb="record.change", subject_label=str(seat))
    assert event.actor == personas.administrator


@pytest.mark.parametrize("what", ["seats", "roles"])
def test_a_seat_or_a_lead_does_not_pass_to_another_person_or_organisation_by_being_rewritten(
    personas, client_for, what
):
    """Who held it, for whom, is what the history of decisions rests on: it ends, and another row begins."""
    if what == "seats":
        row = personas.committee_member.seats.get()
        parent, rows = row.committee, list(row.committee.seats.all())
        url = reverse("admin:committees_committee_change", args=[parent.pk])
        more = {"name": parent.name, "former_names": "[]", "remit": parent.remit, "order": parent.order}
    else:
        parent = GroupFactory()
        row = make_lead(parent, user=personas.primary, organisation=personas.organisation)
        rows = [row]
        url = reverse("admin:groups_group_change", args=[parent.pk])
        more = {"title": parent.title, "admission": parent.admission, "legacy_codes": "[]", "successor": ""}
        more |= {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    who, whose = row.user, row.organisation
    fields = {
        f"{what}-{number}-{name}": value
        for number, one in enumerate(rows)
        for name, value in {
            "id": one.pk,
            type(parent).__name__.lower(): parent.pk,
            "user": personas.stranger.pk if one.pk == row.pk else one.user_id,
            "organisation": personas.other_organisation.pk if one.pk == row.pk else one.organisation_id,
            "role": one.role,
            "starts": str(one.starts),
            "ends": "2999-01-01" if one.pk == row.pk else "",
        }.items()
    }
    fields |= {f"{what}-TOTAL_FORMS": len(rows), f"{what}-INITIAL_FORMS": len(rows)}
    answer = client_for(personas.administrator).post(url, more | fields)
    assert answer.status_code == 302, answer.context["errors"]
    row = type(row).objects.get(pk=row.pk)
    assert str(row.ends) == "2999-01-01", "what may be changed was changed"
    assert (row.user, row.organisation) == (who, whose)
