"""Each step of a committee, and who may take it: the rest are refused with a reason, and nothing changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from committees import steps
from committees.models import Committee
from committees.services import procedures, seats
from members.models import today
from tests.factories.groups import WorkPlanFactory
from tests.factories.members import RepresentationFactory
from tests.steps import SEATS, STEERING, each_takes, group_of_acme, verbs_of

pytestmark = pytest.mark.django_db


def _plan(p):
    return WorkPlanFactory(group=group_of_acme(p), state="submitted")


def _procedure(p):
    return procedures.open_procedure(subject=_plan(p), actor=p.chair, last_day=procedures.first_last_day())


def _committee(p):
    return Committee.objects.get(code="TECH")


def _heir():
    row = RepresentationFactory()
    return {"user": row.user, "organisation": row.organisation}


STEPS = {
    "procedure.object": (_procedure, lambda o, **a: procedures.object_to(procedure_id=o.pk, **a), SEATS),
    "procedure.withdraw": (
        _procedure,
        lambda o, **a: procedures.withdraw_procedure(procedure_id=o.pk, **a),
        STEERING | {"office"},
    ),
}
NO_CHANGE_OF_STATE = {
    "procedure.open": (
        _plan,
        lambda o, actor, note: procedures.open_procedure(
            subject=o, actor=actor, last_day=procedures.first_last_day(), question=note
        ),
        STEERING,
    ),
    "voice.support": (_procedure, lambda o, **a: procedures.support(procedure_id=o.pk, **a), SEATS),
    "voice.comment": (_procedure, lambda o, **a: procedures.comment(procedure_id=o.pk, **a), SEATS),
    "seat.give": (
        _committee,
        lambda o, **a: seats.give_seat(committee_id=o.pk, role="member", starts=today(), **_heir(), **a),
        {"office"},
    ),
    "seat.hand_over": (
        _committee,
        lambda o, **a: seats.hand_over(
            seat_id=o.seats.get(role="chair").pk, first_day=today() + timedelta(days=7), **_heir(), **a
        ),
        {"office"},
    ),
    "seat.end": (
        lambda p: p.committee_member.seats.get(),
        lambda o, **a: seats.end_seat(seat_id=o.pk, last_day=today(), **a),
        {"office"},
    ),
}
STEPS |= NO_CHANGE_OF_STATE
# Nobody takes these: the portal does when a deadline is over (test_procedures).
BY_THE_CLOCK = {"procedure.adopt", "procedure.lapse"}


@pytest.mark.parametrize("verb", STEPS)
def test_each_step_is_for_those_named_and_refused_to_others_with_a_reason(personas, verb):
    each_takes(personas, verb, STEPS[verb], changes_state=verb not in NO_CHANGE_OF_STATE)


def test_no_step_of_a_committee_is_left_out():
    assert verbs_of(steps) == set(STEPS) | BY_THE_CLOCK
