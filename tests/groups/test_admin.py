"""The back room shows groups and plans, and is no way around the rules."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core import events
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


def test_nobody_seats_or_appoints_themselves_in_the_back_room(personas, client_for):
    """Seats and leads decide who is recused: they change on the portal's own pages, with a reason and an event."""
    group = GroupFactory()
    lead = make_lead(group, user=personas.primary, organisation=personas.organisation)
    seat = personas.committee_member.seats.get()
    browser, administrator = client_for(personas.administrator), personas.administrator
    for what, row, parent, more in (
        (
            "seats",
            seat,
            seat.committee,
            {
                "name": seat.committee.name,
                "former_names": "[]",
                "remit": seat.committee.remit,
                "order": seat.committee.order,
            },
        ),
        ("roles", lead, group, {"title": "Another title", "admission": "open", "legacy_codes": "[]", "successor": ""}),
    ):
        rows = list(type(row).objects.filter(**{type(parent).__name__.lower(): parent}))
        new = {
            "user": administrator.pk,
            "organisation": personas.other_organisation.pk,
            "role": "chair" if what == "seats" else "lead",
            "starts": "2020-01-01",
            "ends": "",
        }
        fields = {
            f"{what}-{number}-{name}": value
            for number, values in enumerate([*({"id": one.pk, "ends": "2999-01-01", **new} for one in rows), new])
            for name, value in values.items()
        }
        fields |= {f"{what}-TOTAL_FORMS": len(rows) + 1, f"{what}-INITIAL_FORMS": len(rows)}
        name = f"{parent._meta.app_label}_{parent._meta.model_name}"
        browser.post(reverse(f"admin:{name}_change", args=[parent.pk]), more | fields)
        assert not type(row).objects.filter(user=administrator).exists()
        assert type(row).objects.get(pk=row.pk).ends == row.ends
    group.refresh_from_db()
    assert (group.title, group.admission) != ("Another title", "open")
    assert not events.of(group).filter(verb__startswith="record.").exists()
