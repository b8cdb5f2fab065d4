"""What the pages of ideas show, each in a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from committees.models import Committee
from core.models import Country, MemberType
from members.models import Organisation, today
from projects.models import Idea, Interest
from projects.partnering import matching

WITHIN = {"30": _("Within 30 days"), "90": _("Within 90 days"), "365": _("Within a year")}
LIVE, ALL = "live", "all"


def filter_choices() -> dict[str, Any]:
    """What the list can be narrowed by; only what some idea has."""
    return {
        "committees": Committee.objects.all(),
        "programmes": Idea.objects.order_by("programme").values_list("programme", flat=True).distinct(),
        "types": MemberType.objects.active(),
        "countries": Country.objects.filter(pk__in=Idea.countries.through.objects.values("country")),
        "within": WITHIN.items(),
        "states": [(LIVE, _("Looking for partners")), *Idea.Status.choices, (ALL, _("All"))],
    }


def idea_rows(user: Any, chosen: dict[str, str]) -> QuerySet[Idea]:
    """Ideas for the list; what makes no sense filters nothing."""
    rows: Any = Idea.objects.visible_to(user)
    state = chosen["state"] or LIVE
    if state in Idea.Status.values:
        rows = rows.filter(status=state)
    elif state != ALL:
        rows = rows.live()
    if words := chosen["q"]:
        rows = rows.filter(Q(title__icontains=words) | Q(summary__icontains=words) | Q(call__icontains=words))
    if chosen["programme"]:
        rows = rows.filter(programme=chosen["programme"])
    if chosen["committee"]:
        rows = rows.filter(committee__code=chosen["committee"])
    if chosen["country"]:  # also those that look everywhere
        rows = rows.filter(Q(countries=chosen["country"]) | Q(countries=None))
    if code := chosen["type"]:
        rows = rows.filter(Q(member_types__code=code) | Q(profiles__code=code.partition("-")[0]))
    if chosen["within"] in WITHIN:
        rows = rows.filter(deadline__range=(today(), today() + timedelta(days=int(chosen["within"]))))
    keys = rows.order_by().values("pk")
    newest = state not in (LIVE, "", *Idea.LIVE)
    partners = Count("interests", filter=Q(interests__status=Interest.Status.ACCEPTED), distinct=True)
    return matching.with_wish(
        Idea.objects.filter(pk__in=keys)
        .with_standing()
        .annotate(partners=partners)
        .select_related("organisation__country", "committee", "project")
        .order_by("-deadline" if newest else "deadline", "pk")
    )


def own_ideas(user: Any) -> QuerySet[Idea]:
    """Those of the organisations that the person represents, with how many interests wait."""
    waiting = Count("interests", filter=Q(interests__status=Interest.Status.WAITING))
    mine = Idea.objects.filter(organisation__in=list(user.organisation_roles)).exclude(
        status__in=[Idea.Status.CLOSED, Idea.Status.PROJECT]
    )
    return mine.select_related("committee").annotate(waiting=waiting).order_by("deadline")[:20]


def interests_in(idea: Idea, user: Any) -> list[Interest]:
    """Those that the reader may see, who takes part first; each knows its idea and whether its organisation is
    a member today."""
    members = Organisation.objects.members().filter(pk=OuterRef("organisation"))
    rows = (
        Interest.objects.visible_to(user)
        .filter(idea=idea)
        .annotate(is_of_member=Exists(members))
        .select_related("organisation__country", "organisation__member_type", "person")
    )
    order = list(Interest.Status.values)
    found = sorted(rows, key=lambda one: (one.status != Interest.Status.ACCEPTED, order.index(one.status), one.pk))
    for one in found:
        one.idea = idea
    return found
