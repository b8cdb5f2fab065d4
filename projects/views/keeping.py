"""Entering and changing the records of projects and initiatives, their partners and targets."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import permissions
from core.views.deciding import carry_out
from groups.forms import ReasonForm
from members.requests import SignedInRequest
from projects import selectors, services
from projects.forms.keeping import InitiativeForm, InitiativePartnerForm, PartnerForm, ProjectForm, TargetForm
from projects.models import Initiative, InitiativePartner, Partner, Project


# -- Projects ----------------------------------------------------------------------------------------------------------
def _project(request: SignedInRequest, slug: str) -> Project:
    return get_object_or_404(Project.objects.visible_to(request.user), slug=slug)


def project_create(request: SignedInRequest) -> HttpResponse:
    permissions.require(request.user, "projects.enter_project")
    form = ProjectForm(request.POST or None)
    entered: list[Project] = []

    def page(wrong: Any, status: int = 422) -> HttpResponse:
        return render(request, "projects/project_form.html", {"form": wrong}, status=status)

    if request.method != "POST":
        return page(form, 200)
    answer = carry_out(
        request,
        form,
        lambda **said: entered.append(services.enter_project(**said)),
        again=page,
        done=_("The project is entered. Its partners come next."),
        to="projects:project_list",
    )
    return redirect("projects:partner_list", entered[0].slug) if entered else answer


def project_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    project = _project(request, slug)
    permissions.require(request.user, "projects.change_project", project)
    facts = request.user.has_perm("projects.enter_project")

    def page(form: Any, status: int = 422) -> HttpResponse:
        context = {"form": form, "project": _project(request, slug)}
        return render(request, "projects/project_form.html", context, status=status)

    if request.method != "POST":
        return page(ProjectForm(instance=project, facts=facts), 200)
    return carry_out(
        request,
        ProjectForm(request.POST, instance=project, facts=facts),
        services.change_project,
        again=page,
        done=_("The project is saved."),
        to=project,
        project_id=project.pk,
    )


def _partners_page(request: SignedInRequest, project: Project, *, status: int = 200, **forms: Any) -> HttpResponse:
    wrong, partner = forms.pop("remove_form", None), forms.pop("partner", None)
    partners = selectors.partners_of(project)
    for one in partners:
        mine = wrong if partner is not None and one.pk == partner.pk else None
        one.remove_form = mine or ReasonForm(auto_id=f"remove_{one.pk}_%s")  # type: ignore[attr-defined]
    context = {"project": project, "partners": partners, "add_form": PartnerForm(auto_id="add_%s"), **forms}
    return render(request, "projects/partner_list.html", context, status=status)


def partner_list(request: SignedInRequest, slug: str) -> HttpResponse:
    project = _project(request, slug)
    permissions.require(request.user, "projects.enter_project", project)
    if request.method != "POST":
        return _partners_page(request, project)
    return carry_out(
        request,
        PartnerForm(request.POST, auto_id="add_%s"),
        services.add_partner,
        again=lambda form: _partners_page(request, project, status=422, add_form=form),
        done=_("The partner is added."),
        to=reverse("projects:partner_list", args=[slug]),
        project_id=project.pk,
    )


def _partner(slug: str, pk: int) -> Partner:
    return get_object_or_404(Partner.objects.select_related("organisation", "project"), project__slug=slug, pk=pk)


def partner_edit(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    project = _project(request, slug)
    permissions.require(request.user, "projects.enter_project", project)
    partner = _partner(slug, pk)

    def page(form: Any, status: int = 422) -> HttpResponse:
        context = {"form": form, "project": project, "partner": _partner(slug, pk)}
        return render(request, "projects/partner_form.html", context, status=status)

    if request.method != "POST":
        return page(PartnerForm(partner=partner), 200)
    return carry_out(
        request,
        PartnerForm(request.POST, partner=partner),
        services.change_partner,
        again=page,
        done=_("The partner is saved."),
        to=reverse("projects:partner_list", args=[slug]),
        partner_id=pk,
    )


@require_POST
def partner_remove(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    project = _project(request, slug)
    permissions.require(request.user, "projects.enter_project", project)
    partner = _partner(slug, pk)
    return carry_out(
        request,
        ReasonForm(request.POST, auto_id=f"remove_{pk}_%s"),
        services.remove_partner,
        again=lambda form: _partners_page(request, project, status=422, remove_form=form, partner=partner),
        done=_("The partner is removed."),
        to=reverse("projects:partner_list", args=[slug]),
        partner_id=pk,
    )


# -- Initiatives -------------------------------------------------------------------------------------------------------
def _initiative(request: SignedInRequest, code: str) -> Initiative:
    return get_object_or_404(Initiative.objects.visible_to(request.user).select_related("lead"), code=code)


def initiative_create(request: SignedInRequest) -> HttpResponse:
    permissions.require(request.user, "projects.enter_initiative")
    entered: list[Initiative] = []

    def page(wrong: Any, status: int = 422) -> HttpResponse:
        return render(request, "projects/initiative_form.html", {"form": wrong}, status=status)

    if request.method != "POST":
        return page(InitiativeForm(), 200)
    answer = carry_out(
        request,
        InitiativeForm(request.POST),
        lambda **said: entered.append(services.enter_initiative(**said)),
        again=page,
        done=_("The initiative is entered. Its partners and targets come next."),
        to="projects:initiative_list",
    )
    return redirect("projects:initiative_parts", entered[0].code) if entered else answer


def initiative_edit(request: SignedInRequest, code: str) -> HttpResponse:
    initiative = _initiative(request, code)
    permissions.require(request.user, "projects.change_initiative", initiative)
    facts = request.user.has_perm("projects.enter_initiative")

    def page(form: Any, status: int = 422) -> HttpResponse:
        context = {"form": form, "initiative": _initiative(request, code)}
        return render(request, "projects/initiative_form.html", context, status=status)

    if request.method != "POST":
        return page(InitiativeForm(instance=initiative, facts=facts), 200)
    return carry_out(
        request,
        InitiativeForm(request.POST, instance=initiative, facts=facts),
        services.change_initiative,
        again=page,
        done=_("The initiative is saved."),
        to=initiative,
        initiative_id=initiative.pk,
    )


def _parts_page(request: SignedInRequest, initiative: Initiative, *, status: int = 200, **forms: Any) -> HttpResponse:
    wrong, partner = forms.pop("remove_form", None), forms.pop("partner", None)
    partners = list(initiative.partners.select_related("organisation__country"))
    for one in partners:
        mine = wrong if partner is not None and one.pk == partner.pk else None
        one.remove_form = mine or ReasonForm(auto_id=f"remove_{one.pk}_%s")  # type: ignore[attr-defined]
    context = {
        "initiative": initiative,
        "partners": partners,
        "targets": initiative.targets.select_related("indicator"),
        "partner_form": InitiativePartnerForm(auto_id="partner_%s"),
        "target_form": TargetForm(auto_id="target_%s"),
        **forms,
    }
    return render(request, "projects/initiative_parts.html", context, status=status)


def initiative_parts(request: SignedInRequest, code: str) -> HttpResponse:
    """Its partners and targets. What is sent says which of the two it adds."""
    initiative = _initiative(request, code)
    permissions.require(request.user, "projects.enter_initiative", initiative)
    if request.method != "POST":
        return _parts_page(request, initiative)
    here = reverse("projects:initiative_parts", args=[code])
    if "indicator" in request.POST:
        return carry_out(
            request,
            TargetForm(request.POST, auto_id="target_%s"),
            services.set_target,
            again=lambda form: _parts_page(request, initiative, status=422, target_form=form),
            done=_("The target is saved."),
            to=here,
            initiative_id=initiative.pk,
        )
    return carry_out(
        request,
        InitiativePartnerForm(request.POST, auto_id="partner_%s"),
        services.add_initiative_partner,
        again=lambda form: _parts_page(request, initiative, status=422, partner_form=form),
        done=_("The partner is added."),
        to=here,
        initiative_id=initiative.pk,
    )


@require_POST
def initiative_partner_remove(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    initiative = _initiative(request, code)
    permissions.require(request.user, "projects.enter_initiative", initiative)
    partner = get_object_or_404(InitiativePartner, initiative=initiative, pk=pk)
    return carry_out(
        request,
        ReasonForm(request.POST, auto_id=f"remove_{pk}_%s"),
        services.remove_initiative_partner,
        again=lambda form: _parts_page(request, initiative, status=422, remove_form=form, partner=partner),
        done=_("The partner is removed."),
        to=reverse("projects:initiative_parts", args=[code]),
        partner_id=pk,
    )
