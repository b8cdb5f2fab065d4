"""Who hears of what happens to ideas for projects. The actor never does (core.notifications)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from committees.models import Seat
from core.models import Event
from core.notifications import audience, name_kind
from members.models import Representation, StaffRole, User
from projects.models import Approach, Idea, Interest

name_kind("idea", _("Ideas for projects"))
name_kind("interest", _("Interest in ideas for projects"))
name_kind("approach", _("Ideas at which you are asked to look"))


def _contacts(organisation_ids: Iterable[int]) -> Iterable[User]:
    held = Representation.objects.current().filter(
        organisation__in=list(organisation_ids), role=Representation.Role.PRIMARY
    )
    return User.objects.filter(pk__in=held.values("user"))


def _of_idea(idea: Idea) -> list[User]:
    return [idea.author, *_contacts([idea.organisation_id])]


def _interested(idea: Idea) -> list[User]:
    rows = idea.interests.live().select_related("person")
    return [*(row.person for row in rows), *_contacts(row.organisation_id for row in rows)]


def _office() -> Iterable[User]:
    held = StaffRole.objects.current().filter(role=StaffRole.Role.OFFICE)
    return User.objects.filter(dated_staff_roles__in=held).distinct()


@audience("idea.post")
def those_who_recommend_it(event: Event, idea: Idea) -> Iterable[User]:
    """Chair and vice-chair of its committee, and the Office where it falls to it; nobody who has a part in it."""
    steering = Seat.objects.in_force().steering().filter(committee=idea.committee_id)
    candidates = [*User.objects.filter(pk__in=steering.values("user")), *_office()]
    return [user for user in candidates if user.has_perm("projects.recommend_idea", idea)]


@audience("idea.change", "idea.postpone", "idea.recommend", "idea.expire", "idea.close", "idea.confirm")
def all_who_have_a_part(event: Event, idea: Idea) -> Iterable[User]:
    return [*_of_idea(idea), *_interested(idea)]


@audience("idea.remind", "idea.return")
def those_who_posted_it(event: Event, idea: Idea) -> Iterable[User]:
    return _of_idea(idea)


@audience("idea.award")
def the_office_and_the_partners(event: Event, idea: Idea) -> Iterable[User]:
    return [*_office(), *_interested(idea)]


@audience("interest.express", "interest.withdraw")
def who_looks_for_partners(event: Event, interest: Interest) -> Iterable[User]:
    return _of_idea(interest.idea)


@audience("interest.accept", "interest.decline")
def who_is_interested(event: Event, interest: Interest) -> Iterable[User]:
    return [interest.person, *_contacts([interest.organisation_id])]


@audience("approach.make")
def who_is_asked_to_look(event: Event, approach: Approach) -> Iterable[User]:
    return _contacts([approach.organisation_id])
