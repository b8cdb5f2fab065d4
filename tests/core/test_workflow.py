"""The only code that changes a state."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from core import events
from core.models import Event, Notification
from core.notifications import audience
from core.permissions import Denied, allow
from core.workflow import InvalidTransition, NoteMissing, StateAssigned, Transition, perform
from members.models import Membership, User
from members.permissions import is_office
from tests.factories.members import MemberFactory, StaffRoleFactory
from tests.personas import Personas

pytestmark = pytest.mark.django_db
Status = Membership.Status
PAUSE = Transition(
    "membership.trypause", {Status.ACTIVE}, Status.SUSPENDED, "paused the membership", note_required=True
)
RESUME = Transition("membership.tryresume", {Status.SUSPENDED}, Status.ACTIVE, "resumed the membership")
for step in (PAUSE, RESUME):
    allow(step.right(Membership), is_office)


@audience(PAUSE.verb)
def its_people(event: Event, membership: Membership) -> Any:
    return User.objects.filter(representations__organisation=membership.organisation)


def pause(membership: Membership, actor: User, note: str = "No answer for a year.", **fields: Any) -> Membership:
    return perform(Membership.objects, membership.pk, PAUSE, actor=actor, note=note, **fields)


def membership_of(personas: Personas) -> Membership:
    return personas.organisation.memberships.get()


def test_a_step_is_state_event_and_notices_together(personas: Personas) -> None:
    paused = pause(membership_of(personas), personas.office, reason="No answer for a year.")
    stored = membership_of(personas)
    assert paused.status == stored.status == Status.SUSPENDED
    assert stored.reason == "No answer for a year."
    event = events.of(stored).get()
    assert (event.verb, event.actor, event.from_state, event.to_state, event.note) == (
        "membership.trypause",
        personas.office,
        "active",
        "suspended",
        "No answer for a year.",
    )
    told = {row.recipient for row in Notification.objects.filter(event=event)}
    assert told == {personas.primary, personas.reporter, personas.delegate}


def test_without_the_right_nothing_is_written(personas: Personas) -> None:
    with pytest.raises(Denied, match="Only the ASA Office"):
        pause(membership_of(personas), personas.primary)
    assert membership_of(personas).status == Status.ACTIVE
    assert not Event.objects.exists()


def test_without_the_reason_that_it_needs_nothing_is_written(personas: Personas) -> None:
    with pytest.raises(NoteMissing):
        pause(membership_of(personas), personas.office, note="  ")
    assert membership_of(personas).status == Status.ACTIVE
    assert not Event.objects.exists()


def test_who_comes_second_reads_what_the_first_did(personas: Personas) -> None:
    pause(membership_of(personas), personas.office)
    with pytest.raises(InvalidTransition) as changed:
        pause(membership_of(personas), personas.office)
    assert "Office paused the membership in the meantime" in changed.value.explanation
    assert Event.objects.count() == 1


def test_a_failure_after_the_change_takes_everything_back(personas: Personas) -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):  # in the event, which is written after the state
        pause(membership_of(personas), personas.office, data={"what": object()})
    assert membership_of(personas).status == Status.ACTIVE
    assert not Event.objects.exists()


def test_nothing_else_assigns_a_state(personas: Personas) -> None:
    membership = membership_of(personas)
    with pytest.raises(StateAssigned):
        membership.status = Status.ENDED
    with pytest.raises(StateAssigned):
        Membership.objects.update(status=Status.ENDED)
    membership.status = Status.ACTIVE  # what it is already


def test_reading_anew_is_no_change_of_state(personas: Personas) -> None:
    old_page = membership_of(personas)
    pause(membership_of(personas), personas.office)
    old_page.refresh_from_db()
    assert old_page.status == Status.SUSPENDED
    deferred = Membership.objects.defer("status").get(pk=old_page.pk)
    assert deferred.status == Status.SUSPENDED


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_the_same_moment_make_one_decision() -> None:
    membership = MemberFactory().memberships.get()
    deciders = [StaffRoleFactory().user for _ in range(2)]
    start, outcomes = threading.Barrier(2), []

    def decide(actor: User) -> None:
        start.wait()
        try:
            pause(membership, actor)
            outcomes.append("done")
        except InvalidTransition:
            outcomes.append("too late")
        connection.close()

    threads = [threading.Thread(target=decide, args=[actor]) for actor in deciders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "too late"]
    assert events.of(membership).count() == 1
