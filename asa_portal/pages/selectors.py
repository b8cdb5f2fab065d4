"""What pages that read across all apps show."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count

from asa_portal.pages.fresh import fresh
from committees.models import Committee, Seat
from core import notifications
from core.models import ActivityType, Notification, Theme
from groups.models import Group, GroupMembership, GroupRole
from groups.selectors import open_to
from kpis import selectors as kpi_selectors
from kpis.models import Ambition, EditionCell
from kpis.selectors import editions as edition_selectors
from members import selectors as members_selectors
from members.models import Invitation, Organisation, Representation, today
from members.progress import commitments_of

SHOWN_GROUPS = 5  # of each committee on the home page


@dataclass(frozen=True)
class CommitteeCard:
    committee: Committee
    themes: list[Theme]
    groups: list[Group]

    @property
    def first(self) -> list[Group]:
        return self.groups[:SHOWN_GROUPS]

    @property
    def more(self) -> int:
        """Groups beyond those that the home page has room for."""
        return max(len(self.groups) - SHOWN_GROUPS, 0)


def committee_cards() -> list[CommitteeCard]:
    """Each committee with the themes it works on and the groups that are at work under it, in three queries."""
    themes: dict[str, list[Theme]] = defaultdict(list)
    for theme in Theme.objects.filter(active=True):
        themes[theme.committee_code].append(theme)
    groups: dict[int, list[Group]] = defaultdict(list)
    for group in Group.objects.active().only("code", "title", "kind", "status", "committee_id"):
        groups[group.committee_id].append(group)
    return [
        CommitteeCard(committee, themes[committee.code], groups[committee.pk]) for committee in Committee.objects.all()
    ]


@dataclass(frozen=True)
class Partnership:
    """The partnership in four numbers: what the latest edition says, and the rest as of today."""

    ambition: Ambition | None
    headline: EditionCell | None
    members: int
    countries: int
    groups: int

    @property
    def target(self) -> int | None:
        """People that the year of the headline aimed at, as its edition froze it."""
        frozen = self.headline.edition.facts["ambition"] if self.headline else None
        return int(frozen["people"]) if frozen else None

    @property
    def share(self) -> float | None:
        """Of the target that is certain: the low of the headline."""
        low = self.headline.low if self.headline else None
        return low / self.target if low is not None and self.target else None


def partnership(cards: list[CommitteeCard]) -> Partnership:
    size = Organisation.objects.members().aggregate(members=Count("pk"), countries=Count("country", distinct=True))
    return Partnership(
        ambition=Ambition.objects.of(today().year),
        headline=edition_selectors.latest_headline(),
        members=size["members"],
        countries=size["countries"],
        groups=sum(len(card.groups) for card in cards),
    )


def home() -> dict[str, Any]:
    """What the home page shows: the structure, the partnership in numbers, and what is new."""
    cards = committee_cards()
    return {"cards": cards, "partnership": partnership(cards), "fresh": fresh(), "alliance": alliance()}


def alliance() -> dict[str, Any]:
    """The alliance in the words of schema.org."""
    return {
        "@type": "Organization",
        "name": "Automotive Skills Alliance",
        "alternateName": "ASA",
        "url": f"{settings.PORTAL_URL}/",
        "foundingDate": "2022-01",
        "location": {"@type": "Place", "address": {"@type": "PostalAddress", "addressLocality": "Brussels"}},
        "founder": [{"@type": "Organization", "name": name} for name in ("ACEA", "CECRA", "CLEPA", "ETRMA")],
    }


def about() -> dict[str, Any]:
    found = partnership(committee_cards())
    return {"partnership": found, "ambition": found.ambition, "alliance": alliance()}


def method() -> dict[str, Any]:
    return {"cards": committee_cards(), "catalogue": ActivityType.objects.current()}


def places_of(user: Any) -> dict[str, Any]:
    """Where the person belongs: organisations with roles, seats in committees, groups (with `my_role` where they
    lead)."""
    leads = {role.group: role for role in GroupRole.objects.of(user).select_related("group")}
    groups: list[Any] = [*leads, *(group for group in Group.objects.active().joined_by(user) if group not in leads)]
    for group in groups:
        group.my_role = leads[group].get_role_display() if group in leads else ""
    return {
        "representations": Representation.objects.current()
        .filter(user=user, organisation__in=list(user.organisation_roles))
        .select_related("organisation")
        .order_by("organisation__legal_name", "role"),
        "seats": Seat.objects.of(user).select_related("committee", "organisation").order_by("committee__order"),
        "groups": groups,
        "guest_of": open_to(user),
    }


def inside_of(organisation: Organisation, user: Any) -> dict[str, Any]:
    """My organisation, from what each app knows of it."""
    memberships = list(organisation.memberships.order_by("-starts", "-pk"))
    for one in memberships:
        one.organisation = organisation
    return {
        "organisation": organisation,
        "memberships": memberships,
        "completeness": members_selectors.completeness(organisation),
        "representations": Representation.objects.current()
        .filter(organisation=organisation)
        .select_related("user", "organisation")
        .order_by("user__name", "user__email", "role"),
        "open_invitations": Invitation.objects.visible_to(user).open().filter(organisation=organisation).count(),
        "commitments": commitments_of(organisation, user, kpi_selectors.reported_by_year(organisation)),
        "joinings": GroupMembership.objects.visible_to(user)
        .live()
        .filter(organisation=organisation)
        .select_related("group__committee", "representative")
        .order_by("group__code"),
        "seats": Seat.objects.in_force().filter(organisation=organisation).select_related("committee", "user"),
        "reports": kpi_selectors.reports_due(organisation, user),
    }


def news_for(user: Any, count: int = 6) -> list[Notification]:
    """The latest notifications."""
    rows = Notification.objects.visible_to(user).select_related("event__actor").order_by("-pk")[:count]
    return notifications.look_up(user, rows)
