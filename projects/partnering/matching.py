"""Who fits an idea, and which ideas fit an organisation: by member type, value chain, country, themes of groups and
past projects. The database weighs and sorts; reasons are read for those that are shown, so the number of queries does
not depend on how many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from core.catalogues.models import FAMILIES
from core.models import Theme
from groups.models import Group, GroupMembership
from members.models import Organisation, Segment
from projects.models import Approach, Idea, Interest, Partner, SoughtProfile

SHOWN = 8
# What says more about whether somebody fits weighs more.
WEIGHTS = {"type": 3, "theme": 3, "project": 2, "segment": 2, "country": 2}


@dataclass(frozen=True)
class Suggestion:
    """An organisation, or an idea, with the reason in words."""

    of: Any
    reason: str
    was_asked: bool = False


@dataclass(frozen=True)
class Wish:
    """Whom an idea looks for, read once."""

    types: frozenset[int]
    families: frozenset[str]
    segments: frozenset[str]
    countries: frozenset[str]
    themes: frozenset[int]

    @classmethod
    def of(cls, idea: Idea) -> Wish:
        """Without a query where the idea was read with prefetch (`with_wish`)."""
        codes = {one.code for one in idea.profiles.all()}
        return cls(
            types=frozenset(one.pk for one in idea.member_types.all()),
            families=frozenset(codes & FAMILIES.keys()),
            segments=frozenset(codes - FAMILIES.keys()),
            countries=frozenset(one.pk for one in idea.countries.all()),
            themes=frozenset(one.pk for one in idea.themes.all()),
        )

    def wants_type(self, organisation: Organisation) -> bool:
        return organisation.member_type_id in self.types or organisation.member_type.family in self.families

    def reason(self, organisation: Organisation, groups: Iterable[str], projects: Iterable[str]) -> str:
        """SME in Slovakia · Software and services · member of TECH-WG-02 · partner in ALBATTS."""
        kind, country = str(organisation.member_type), str(organisation.country)
        fits_type, fits_country = self.wants_type(organisation), organisation.country_id in self.countries
        parts = []
        if fits_type and fits_country:
            parts.append(_("%(type)s in %(country)s") % {"type": kind, "country": country})
        elif fits_type or fits_country:
            parts.append(kind if fits_type else _("in %(country)s") % {"country": country})
        parts += [str(Segment(code).label) for code in organisation.segments if code in self.segments]
        if named := ", ".join(groups):
            parts.append(_("member of %(groups)s") % {"groups": named})
        if named := ", ".join(projects):
            parts.append(_("partner in %(projects)s") % {"projects": named})
        return " · ".join(parts)


def with_wish(ideas: Any) -> Any:
    return ideas.prefetch_related("profiles", "member_types", "countries", "themes")


def _points(fits: Q | Exists, weight: int) -> Case:
    return Case(When(fits, then=Value(weight)), default=Value(0), output_field=IntegerField())


def _at_work_on(themes: Iterable[int]) -> QuerySet[GroupMembership]:
    """Places in active groups that work on one of the themes."""
    groups = Group.objects.active().filter(themes__in=list(themes))
    return GroupMembership.objects.active().filter(group__in=groups.order_by().values("pk"))


def _score(conditions: dict[str, Q | Exists]) -> Any:
    total: Any = Value(0)
    for name, fits in conditions.items():
        total = total + _points(fits, WEIGHTS[name])
    return total


def organisations_for(idea: Idea, count: int = SHOWN) -> list[Suggestion]:
    """Members to ask, the best first. Somebody who fits neither the profile nor a theme is not suggested for a country
    or a past project alone."""
    wish = Wish.of(idea)
    kind = Q(member_type__in=wish.types)
    for family in wish.families:
        kind |= Q(member_type__code__startswith=f"{family}-") | Q(member_type__code=family)
    chain = Q(pk__in=[])
    for code in wish.segments:
        chain |= Q(chain__contains=f'"{code}"')
    themed = Exists(_at_work_on(wish.themes).filter(organisation=OuterRef("pk")))
    conditions: dict[str, Q | Exists] = {
        "type": kind,
        "segment": chain,
        "theme": themed,
        "country": Q(country__in=wish.countries),
        "project": Exists(Partner.objects.filter(organisation=OuterRef("pk"))),
    }
    involved = Interest.objects.filter(idea=idea).exclude(status=Interest.Status.WITHDRAWN)
    found = list(
        Organisation.objects.members()
        .exclude(pk=idea.organisation_id)
        .exclude(pk__in=involved.values("organisation"))
        .annotate(chain=Cast("segments", TextField()))
        .filter(kind | chain | Q(themed))
        .annotate(score=_score(conditions), asked=Exists(idea.approaches.filter(organisation=OuterRef("pk"))))
        .select_related("member_type", "country")
        .order_by("-score", "name_key")[:count]
    )
    keys = [one.pk for one in found]
    groups = _groups_of(keys, wish.themes)
    projects = _projects_of(keys)
    return [
        Suggestion(one, wish.reason(one, [code for code, _themes in groups[one.pk]], projects[one.pk]), bool(one.asked))
        for one in found
    ]


def ideas_for(user: Any, count: int = 4) -> list[Suggestion]:
    """Ideas that look for an organisation that the person represents, the best first."""
    own = list(
        Organisation.objects.filter(pk__in=list(user.organisation_roles)).select_related("member_type", "country")
    )
    if not own:
        return []
    keys = [one.pk for one in own]
    themes = set(Theme.objects.filter(groups__in=_places(keys).order_by().values("group")).values_list("pk", flat=True))
    conditions: dict[str, Q | Exists] = {
        "type": Q(Exists(_linked(Idea.member_types, membertype__in={one.member_type_id for one in own})))
        | Q(Exists(_profiles({one.member_type.family for one in own}))),
        "segment": Exists(_profiles({code for one in own for code in one.segments})),
        "theme": Exists(_linked(Idea.themes, theme__in=themes)),
        "country": Exists(_linked(Idea.countries, country__in={one.country_id for one in own})),
    }
    known = Interest.objects.filter(organisation__in=keys).exclude(status=Interest.Status.WITHDRAWN)
    ideas: Any = (
        Idea.objects.live()
        .exclude(organisation__in=keys)
        .exclude(pk__in=known.values("idea"))
        .filter(organisation__in=Organisation.objects.members())
        .filter(Q(conditions["type"]) | Q(conditions["segment"]) | Q(conditions["theme"]))
        .annotate(score=_score(conditions))
        .select_related("organisation")
        .order_by("-score", "deadline", "pk")
    )
    found = list(with_wish(ideas)[:count])
    if not found:
        return []
    groups, projects = _groups_of(keys), _projects_of(keys)
    asked = set(Approach.objects.filter(idea__in=found, organisation__in=keys).values_list("idea", flat=True))
    suggestions = []
    for idea in found:
        wish = Wish.of(idea)
        reasons = [
            (one, wish.reason(one, [code for code, on in groups[one.pk] if on & wish.themes], projects[one.pk]))
            for one in own
        ]
        best, reason = max(reasons, key=lambda pair: pair[1].count("·") + bool(pair[1]))
        words = f"{best.shown_name}: {reason}" if len(own) > 1 else reason
        suggestions.append(Suggestion(idea, words, idea.pk in asked))
    return suggestions


def _linked(relation: Any, **fits: Any) -> QuerySet[Any]:
    """Rows of the table between ideas and what they name, of the idea outside."""
    return relation.through.objects.filter(idea=OuterRef("pk"), **fits)


def _profiles(codes: set[str]) -> QuerySet[Any]:
    return SoughtProfile.objects.filter(idea=OuterRef("pk"), code__in=codes)


def _places(organisations: Sequence[int]) -> QuerySet[GroupMembership]:
    return GroupMembership.objects.active().filter(organisation__in=organisations, group__status=Group.Status.ACTIVE)


def _groups_of(
    organisations: Sequence[int], themes: Iterable[int] | None = None
) -> dict[int, list[tuple[str, set[int]]]]:
    """{organisation: [(code of a group, its themes)]}; of groups on these themes, if any are named."""
    rows = _places(organisations).annotate(on=F("group__themes"))
    if themes is not None:
        rows = rows.filter(on__in=list(themes))
    found: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for organisation, code, theme in rows.order_by("group__code").values_list("organisation", "group__code", "on"):
        found[organisation][code].add(theme)
    return defaultdict(list, {pk: list(codes.items()) for pk, codes in found.items()})


def _projects_of(organisations: Sequence[int]) -> dict[int, list[str]]:
    """{organisation: acronyms, the latest first}"""
    rows = Partner.objects.filter(organisation__in=organisations).order_by("-project__starts")
    found: dict[int, list[str]] = defaultdict(list)
    for organisation, acronym in rows.values_list("organisation", "project__acronym"):
        found[organisation].append(acronym)
    return found
