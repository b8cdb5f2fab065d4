"""Whom a discussion or an announcement concerns by name, who follows it, and who was named in what was said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from committees.models import Committee, Seat
from core import markup, notifications
from groups.models import Announcement, Comment, Group, GroupRole, Proposal, Thread
from groups.selectors import people_in
from members.models import Representation, StaffRole, User


def people_of(body: Committee | Group) -> QuerySet[User]:
    """Those who have a place by name there today."""
    if isinstance(body, Group):
        return people_in(body)
    seats = Seat.objects.in_force().filter(committee=body)
    return User.objects.filter(pk__in=seats.values("user"), is_active=True).order_by(F("name"), "pk")


def _ids(people: QuerySet) -> Any:
    return people.order_by().values("pk")


def _proposers(proposal: Proposal) -> Q:
    """Who speaks for the founding organisations: those who wrote it, and the primary contacts."""
    contacts = Representation.objects.current().filter(
        organisation__in=proposal.founder_rows.values("organisation"), role=Representation.Role.PRIMARY
    )
    return Q(pk=proposal.proposer_id) | Q(pk__in=_ids(proposal.authors.all())) | Q(pk__in=contacts.values("user"))


def who_can_be_named(thread: Thread) -> QuerySet[User]:
    """Everybody whom the matter concerns by name, the Office, and whoever has said something. In a fixed number of
    queries, so perhaps one or two more than may read it; those are left out when it is sent."""
    found = Q(pk__in=_ids(people_of(thread.committee_concerned)))
    found |= Q(pk__in=StaffRole.objects.current().filter(role=StaffRole.Role.OFFICE).values("user"))
    if thread.group_concerned is not None:
        found |= Q(pk__in=_ids(people_of(thread.group_concerned)))
    if thread.proposal is not None:
        found |= _proposers(thread.proposal)
    if thread.pk:
        found |= Q(pk__in=thread.comments.order_by().values("author"))
    roles = Exists(Representation.objects.current().filter(user=OuterRef("pk")))
    staff = Exists(StaffRole.objects.current().filter(user=OuterRef("pk")))
    return User.objects.filter(found, roles | staff, is_active=True, is_system=False).order_by(F("name"), "pk")


def named_in(comment: Comment, chosen: Iterable[User]) -> list[User]:
    """Those who are named with @ in the text or were chosen beside it, and may read it."""
    candidates = list(who_can_be_named(comment.thread).exclude(pk=comment.author_id))
    wanted = {user.pk for user in chosen}
    pattern = markup.naming([user.name for user in candidates])
    typed = {" ".join(match["name"].split()).casefold() for match in pattern.finditer(comment.text)} if pattern else ()
    named = [user for user in candidates if user.pk in wanted or " ".join(user.name.split()).casefold() in typed]
    return notifications.who_may_see(named, comment)


def followers(thread: Thread) -> QuerySet[User]:
    return User.objects.filter(pk__in=thread.readers.filter(choice="follow").values("user"))


def muted_by(thread: Thread) -> set[int]:
    return set(thread.readers.filter(choice="mute").values_list("user_id", flat=True))


def concerned(thread: Thread) -> Iterable[User]:
    """Who hears of comments on their thing without having asked for it."""
    if thread.activity is not None and thread.activity.owner is not None:
        yield thread.activity.owner
    if thread.plan is not None:
        yield from thread.plan.authors.all()
    if thread.group_concerned is not None and not thread.is_discussion:
        leads = GroupRole.objects.in_force().filter(group=thread.group_concerned)
        yield from User.objects.filter(pk__in=leads.values("user"))
    if thread.proposal is not None:
        yield thread.proposal.proposer
        yield from thread.proposal.authors.all()
        if thread.proposal.status == Proposal.Status.SUBMITTED:
            seats = Seat.objects.in_force().steering().filter(committee=thread.proposal.committee)
            yield from User.objects.filter(pk__in=seats.values("user"))


def recipients(found: Announcement) -> QuerySet[User]:
    """Whom an announcement goes to: never its author."""
    match = Q(pk__in=_ids(people_of(found.body)))
    if found.scope == Announcement.Scope.LEADS:
        leads = GroupRole.objects.in_force().filter(
            group__committee=found.committee_id, group__status=Group.Status.ACTIVE
        )
        match |= Q(pk__in=leads.values("user"))
    return (
        User.objects.filter(match, is_active=True, is_system=False).exclude(pk=found.author_id).order_by("name", "pk")
    )
