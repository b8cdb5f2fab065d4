"""Who publishes news: the Office, a committee, a group or a project. None of them knows that it does."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from committees.models import Committee, Seat
from groups.models import Group, GroupRole, bodies
from members.models import Organisation
from projects.models import Partner, Project

Body = Committee | Group | Project
OFFICE = "office"
# By the word in an address: the model, and the column by which one is known there.
KINDS: dict[str, tuple[type[Body], str]] = {
    "committees": (Committee, "code"),
    "groups": (Group, "code"),
    "projects": (Project, "slug"),
}


def fields_of(body: Body | None) -> dict[str, Any]:
    """{"committee": …, "group": …, "project": …}: at most one of them. The Office is none."""
    return {
        "committee": body if isinstance(body, Committee) else None,
        "group": body if isinstance(body, Group) else None,
        "project": body if isinstance(body, Project) else None,
    }


def kind_of(body: Body) -> str:
    return next(kind for kind, (model, _column) in KINDS.items() if isinstance(body, model))


def key_of(body: Body) -> str:
    return str(getattr(body, KINDS[kind_of(body)][1]))


def name_of(body: Body | None) -> str:
    """As it signs what it publishes."""
    if isinstance(body, Group):
        return body.title
    if isinstance(body, Committee):
        return name_of_committee(body.name)
    return body.acronym if body else _("ASA Office")


def name_of_committee(name: str) -> str:
    return _("Committee %(name)s") % {"name": name}


def feed_of(body: Body | None) -> str:
    return reverse("news:body_feed", args=[kind_of(body), key_of(body)]) if body else reverse("news:office_feed")


def writing_for(body: Body | None) -> str:
    """Where a post is begun."""
    return reverse("news:post_create", args=[kind_of(body), key_of(body)]) if body else reverse("news:office_create")


def is_public(body: Body | None) -> bool:
    """News are for everybody: what not everybody may know of publishes none."""
    return body is None or type(body).objects.visible_to(AnonymousUser()).filter(pk=body.pk).exists()


def _coordinated(user: Any) -> Any:
    return Partner.objects.filter(role=Partner.Role.COORDINATOR, organisation__in=list(user.organisation_roles))


def written_by(user: Any) -> Q:
    """Posts of the committees that a person steers, the groups they lead, the projects that their organisation
    coordinates. The Office writes for all."""
    return (
        Q(committee__in=Seat.objects.ids_of(user, "committee", *Seat.STEERING))
        | Q(group__in=GroupRole.objects.ids_of(user, "group"))
        | Q(project__in=_coordinated(user).values("project"))
    )


def writes_for(user: Any, body: Body | None) -> bool:
    if user.is_office:
        return True
    if isinstance(body, Committee):
        return Seat.objects.of(user).steering().filter(committee=body).exists()
    if isinstance(body, Group):
        return GroupRole.objects.of(user).filter(group=body).exists()
    return bool(body) and _coordinated(user).filter(project=body).exists()


def of_person(user: Any) -> list[Body | None]:
    """For whom a person may begin a post: what they hold a role in; the Office for itself, and on their pages for
    others."""
    found: list[Body | None] = [None] if user.is_office else []
    found += Committee.objects.filter(pk__in=Seat.objects.ids_of(user, "committee", *Seat.STEERING))
    found += Group.objects.active().filter(pk__in=GroupRole.objects.ids_of(user, "group")).order_by("code")
    found += Project.objects.filter(pk__in=_coordinated(user).values("project"))
    return found


def acted_for(body: Body | None, actor: Any) -> Organisation | None:
    """The organisation for which somebody holds the role by which they write."""
    if isinstance(body, Project):
        mine = _coordinated(actor).filter(project=body).select_related("organisation").first()
        return mine.organisation if mine else None
    if body is None:
        return None
    if isinstance(body, Group):
        return body.acted_for(actor)
    return bodies.acted_for(body.pk, None, actor)
