"""Who hears of the results of projects. The actor never does (core.notifications)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from committees.models import Seat
from core.models import Event
from core.notifications import audience, name_kind
from groups.models import GroupRole
from members.models import Organisation, Representation, User
from projects.models import Result

name_kind("result", _("Results of projects"))


def _steering(result: Result) -> Iterable[User]:
    seats = Seat.objects.in_force().filter(committee=result.committee_id, role__in=Seat.STEERING)
    return User.objects.filter(pk__in=seats.values("user"))


def _keepers(result: Result) -> Iterable[User]:
    """The primary contacts of the members that were partners, and who proposed it."""
    partners = Organisation.objects.members().filter(project_partnerships__project=result.project_id)
    held = Representation.objects.current().filter(organisation__in=partners, role=Representation.Role.PRIMARY)
    people = list(User.objects.filter(pk__in=held.values("user")))
    return [*people, result.proposed_by] if result.proposed_by else people


@audience("result.propose")
def who_steers_the_committee(event: Event, result: Result) -> Iterable[User]:
    return _steering(result)


@audience("result.take_up")
def who_keeps_it_and_leads_the_group(event: Event, result: Result) -> Iterable[User]:
    leads = GroupRole.objects.in_force().filter(group__in=result.uses.current().values("group"))
    return [*_keepers(result), *User.objects.filter(pk__in=leads.values("user"))]


@audience("result.decline", "result.use")
def who_keeps_it(event: Event, result: Result) -> Iterable[User]:
    return _keepers(result)


@audience("result.retire")
def who_uses_it(event: Event, result: Result) -> Iterable[User]:
    """Before the uses end: those whom it concerns."""
    uses = result.uses.filter(until=None) | result.uses.filter(until=event.at.date())
    leads = GroupRole.objects.in_force().filter(group__in=uses.values("group"))
    held = Representation.objects.current().filter(
        organisation__in=uses.values("organisation"), role=Representation.Role.PRIMARY
    )
    return User.objects.filter(pk__in=[*leads.values_list("user", flat=True), *held.values_list("user", flat=True)])
