"""The records of projects and initiatives, their partners and targets: who entered what, when, from what, to what."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import permissions, workflow
from core.models import Country, Indicator, Theme
from core.workflow import Incomplete, NotPossible
from members.models import Organisation, User
from members.names import name_key
from projects import steps
from projects.models import IndicatorTarget, Initiative, InitiativePartner, Partner, Project, ProjectSource

PROJECT_FIELDS = (
    "acronym", "title", "programme", "blueprint", "grant_number", "starts", "ends", "precision", "coordinator_name",
    "partner_count", "country_count", "summary", "website", "committee",
)  # fmt: skip
INITIATIVE_FIELDS = ("title", "kind", "lead", "region", "starts", "ends", "summary", "project")
TAKEN = frozenset({"new", "initiatives", "ideas", "results", "pilots", "news", "links"})  # addresses of other pages
CHANGED = gettext_lazy("Somebody saved this since you opened it. Open it anew: it shows what stands there now.")


def told(value: Any) -> Any:
    """A value as the trail keeps it."""
    if isinstance(value, bool | int | None):
        return value
    return str(value)


def seen(record: Project | Initiative) -> str:
    """What somebody read when the form was opened: another text when somebody saved since."""
    fields = PROJECT_FIELDS if isinstance(record, Project) else INITIATIVE_FIELDS
    facts: list[Any] = [told(getattr(record, name)) for name in fields]
    if isinstance(record, Project):
        facts += [sorted(record.themes.values_list("pk", flat=True)), sources_of(record)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:20]


def sources_of(project: Project) -> list[tuple[str, str]]:
    return list(project.sources.values_list("label", "url"))


def _in_order(record: Project | Initiative) -> None:
    if record.ends and record.ends < record.starts:
        raise Incomplete({"ends": _("The end is before the start.")})


def _changes(record: models.Model, fields: dict[str, Any]) -> dict[str, list[Any]]:
    """{field: [from, to]} of what differs, set on the record."""
    found = {}
    for name, value in fields.items():
        if (before := getattr(record, name)) != value:
            found[name] = [told(before), told(value)]
            setattr(record, name, value)
    return found


def _slug(acronym: str) -> str:
    """Of the acronym, or with a number where another project or page has that address."""
    base = slugify(acronym)[:40] or "project"
    slug, number = base, 1
    while slug in TAKEN or Project.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


# -- Projects ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def enter_project(
    *, actor: User, themes: Iterable[Theme] = (), sources: Iterable[tuple[str, str]] = (), **fields: Any
) -> Project:
    """Raises Denied, and Incomplete with the field. The same acronym and start is the same project sent twice."""
    permissions.require(actor, "projects.enter_project")
    project = Project(**fields)
    _in_order(project)
    try:
        with transaction.atomic():
            _place(project)
    except IntegrityError:  # another was entered at this moment: it is on record now
        _place(project)
    project.themes.set(themes)
    _write_sources(project, sources)
    workflow.act(steps.ENTER_PROJECT, project, actor=actor)
    return project


def _place(project: Project) -> None:
    if Project.objects.filter(acronym__iexact=project.acronym, starts=project.starts).exists():
        raise Incomplete({"acronym": _("A project with this acronym that began on this day is on record.")})
    project.slug = _slug(project.acronym)
    project.save()


def _write_sources(project: Project, sources: Iterable[tuple[str, str]]) -> None:
    wanted = dict(sources)
    project.sources.exclude(label__in=wanted).delete()
    for label, url in wanted.items():
        ProjectSource.objects.update_or_create(project=project, label=label, defaults={"url": url})


@transaction.atomic
def change_project(
    *,
    project_id: int,
    actor: User,
    seen_as: str,
    themes: Iterable[Theme] | None = None,
    sources: Iterable[tuple[str, str]] | None = None,
    **fields: Any,
) -> Project:
    """Raises Denied, Incomplete, and NotPossible where somebody saved since it was opened. Its coordinator tells what
    it is about and where it is found; the rest are facts that the Office keeps."""
    project = Project.objects.select_for_update(of=("self",)).get(pk=project_id)
    permissions.require(actor, "projects.change_project", project)
    if not actor.has_perm("projects.enter_project"):
        fields = {name: value for name, value in fields.items() if name in Project.TOLD_BY_ITS_COORDINATOR}
        themes = sources = None
    if seen(project) != seen_as:
        raise NotPossible(str(CHANGED))
    changed = _changes(project, fields)
    _in_order(project)
    if themes is not None:
        before, after = set(project.themes.all()), set(themes)
        if before != after:
            changed["themes"] = [sorted(map(str, before)), sorted(map(str, after))]
            project.themes.set(after)
    if sources is not None and (listed := list(dict(sources).items())) != (known := sources_of(project)):
        changed["sources"] = [[list(one) for one in known], [list(one) for one in listed]]
        _write_sources(project, listed)
    if changed:
        project.save()
        workflow.act(steps.CHANGE_PROJECT, project, actor=actor, data={"changed": changed})
    return project


def _locked(project_id: int, actor: User) -> Project:
    project = Project.objects.select_for_update(of=("self",)).get(pk=project_id)
    permissions.require(actor, "projects.enter_project")
    return project


def _refuse_twice(project: Project, partner: Partner) -> None:
    """An organisation is a partner once, as a member or by its name; a name is compared as those of members are, and
    with its country: two universities of technology are two."""
    others = list(project.partners.exclude(pk=partner.pk).select_related("organisation"))
    if partner.organisation_id and partner.organisation_id in {one.organisation_id for one in others}:
        raise Incomplete({"organisation": _("This organisation is a partner of the project already.")})
    key, country = name_key(str(partner)), _country(partner)
    for one in others:
        by_name = not (partner.organisation_id and one.organisation_id)
        if by_name and name_key(str(one)) == key and (_country(one) or country) == (country or _country(one)):
            sentence = _("A partner of this name is on record already: %(name)s. Change it there.") % {"name": one}
            raise Incomplete({"organisation" if partner.organisation_id else "name": sentence})


def _country(partner: Partner) -> str | None:
    return partner.organisation.country_id if partner.organisation else partner.country_id


@transaction.atomic
def add_partner(
    *, project_id: int, actor: User, organisation: Organisation | None, name: str, country: Country | None, role: str
) -> Partner:
    """A member, or another by its name and country. Raises Incomplete for one that is a partner already."""
    project = _locked(project_id, actor)
    partner = Partner(project=project, organisation=organisation, name=name, country=country, role=role)
    _refuse_twice(project, partner)
    partner.save()
    workflow.act(steps.ADD_PARTNER, project, actor=actor, data={"partner": str(partner), "role": role})
    return partner


@transaction.atomic
def change_partner(
    *, partner_id: int, actor: User, organisation: Organisation | None, name: str, country: Country | None, role: str
) -> Partner:
    """Its role, or the member that it is: what was known by its name is then linked."""
    project = _locked(Partner.objects.values_list("project", flat=True).get(pk=partner_id), actor)
    partner = Partner.objects.select_related("organisation", "country").get(pk=partner_id)
    before = str(partner)
    changed = _changes(partner, {"organisation": organisation, "name": name, "country": country, "role": role})
    if changed.keys() - {"role"}:
        _refuse_twice(project, partner)
    if changed:
        partner.save()
        workflow.act(steps.CHANGE_PARTNER, project, actor=actor, data={"partner": before, "changed": changed})
    return partner


@transaction.atomic
def remove_partner(*, partner_id: int, actor: User, note: str) -> None:
    """With the reason: that it was entered by mistake, for example."""
    project = _locked(Partner.objects.values_list("project", flat=True).get(pk=partner_id), actor)
    partner = Partner.objects.select_related("organisation").get(pk=partner_id)
    workflow.act(steps.REMOVE_PARTNER, project, actor=actor, note=note, data={"partner": str(partner)})
    partner.delete()


# -- Initiatives -------------------------------------------------------------------------------------------------------
@transaction.atomic
def enter_initiative(*, actor: User, code: str, **fields: Any) -> Initiative:
    """Raises Denied, and Incomplete with the field."""
    permissions.require(actor, "projects.enter_initiative")
    initiative = Initiative(code=code, **fields)
    _in_order(initiative)
    taken = Incomplete({"code": _("Another initiative has this code.")})
    if Initiative.objects.filter(code=code).exists():
        raise taken
    try:
        with transaction.atomic():
            initiative.save()
    except IntegrityError as at_this_moment:
        raise taken from at_this_moment
    workflow.act(steps.ENTER_INITIATIVE, initiative, actor=actor)
    return initiative


@transaction.atomic
def change_initiative(*, initiative_id: int, actor: User, seen_as: str, **fields: Any) -> Initiative:
    """Its code stays: figures and files name it. Raises Denied, Incomplete and NotPossible."""
    initiative = Initiative.objects.select_for_update(of=("self",)).get(pk=initiative_id)
    permissions.require(actor, "projects.change_initiative", initiative)
    if not actor.has_perm("projects.enter_initiative"):
        fields = {name: value for name, value in fields.items() if name == "summary"}
    if seen(initiative) != seen_as:
        raise NotPossible(str(CHANGED))
    changed = _changes(initiative, fields)
    _in_order(initiative)
    if InitiativePartner.objects.filter(initiative=initiative, organisation=initiative.lead_id).exists():
        raise Incomplete({"lead": _("This organisation takes part as a partner: remove it there first.")})
    if changed:
        initiative.save()
        workflow.act(steps.CHANGE_INITIATIVE, initiative, actor=actor, data={"changed": changed})
    return initiative


def _kept(initiative_id: int, actor: User) -> Initiative:
    initiative = Initiative.objects.select_for_update(of=("self",)).get(pk=initiative_id)
    permissions.require(actor, "projects.enter_initiative")
    return initiative


@transaction.atomic
def add_initiative_partner(*, initiative_id: int, actor: User, organisation: Organisation) -> InitiativePartner:
    initiative = _kept(initiative_id, actor)
    if initiative.lead_id == organisation.pk:
        raise Incomplete({"organisation": _("This organisation leads the initiative.")})
    if initiative.partners.filter(organisation=organisation).exists():
        raise Incomplete({"organisation": _("This organisation is a partner already.")})
    partner = InitiativePartner.objects.create(initiative=initiative, organisation=organisation)
    workflow.act(steps.ADD_INITIATIVE_PARTNER, initiative, actor=actor, data={"partner": str(organisation)})
    return partner


@transaction.atomic
def remove_initiative_partner(*, partner_id: int, actor: User, note: str) -> None:
    initiative = _kept(InitiativePartner.objects.values_list("initiative", flat=True).get(pk=partner_id), actor)
    partner = InitiativePartner.objects.select_related("organisation").get(pk=partner_id)
    workflow.act(steps.REMOVE_INITIATIVE_PARTNER, initiative, actor=actor, note=note, data={"partner": str(partner)})
    partner.delete()


@transaction.atomic
def set_target(*, initiative_id: int, actor: User, indicator: Indicator, year: int, number: int | None) -> None:
    """How much of an indicator it aims at in a year, in the unit of the indicator; None takes the target away."""
    initiative = _kept(initiative_id, actor)
    found = IndicatorTarget.objects.filter(initiative=initiative, indicator=indicator, year=year).first()
    before = found.number if found else None
    if before == number:
        return
    if number is not None:
        IndicatorTarget.objects.update_or_create(
            initiative=initiative, indicator=indicator, year=year, defaults={"number": number}
        )
    elif found:
        found.delete()
    said = {"indicator": indicator.code, "year": year, "number": [before, number]}
    workflow.act(steps.SET_TARGET, initiative, actor=actor, data=said)
