"""The inner pages of an organisation: for its representatives and the Office."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import events, permissions
from members import selectors
from members.forms.organisations import ProfileForm, WorkforceForm, name_rows
from members.identifiers import nace_label
from members.models import Organisation, Representation, User, Workforce
from members.progress import commitments_of
from members.services import organisations as services
from members.services.merging import timeline_of
from members.views.merging import follows_merges


def inside(request: HttpRequest, code: str) -> Organisation:
    """The organisation, if the person may see its inner pages; else it is not there for them."""
    found = Organisation.objects.visible_to(request.user).select_related("country", "member_type", "region")
    organisation = get_object_or_404(found, code=code)
    if not request.user.has_perm("members.view_organisation_inside", organisation):
        raise Http404
    return organisation


@require_safe
@follows_merges
def organisation_inside(request: HttpRequest, code: str) -> HttpResponse:
    return _show(request, inside(request, code))


def _show(
    request: HttpRequest,
    organisation: Organisation,
    *,
    workforce_form: WorkforceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "organisation": organisation,
        "memberships": organisation.memberships.select_related("organisation"),
        "representations": Representation.objects.filter(organisation=organisation).current().select_related("user"),
        "commitments": commitments_of(organisation, request.user),
        "workforces": organisation.workforces.all(),
        "workforce_form": workforce_form or WorkforceForm(),
        "segments": selectors.segments_of(organisation),
        "completeness": selectors.completeness(organisation),
        "events": events.readable_by(request.user, timeline_of(organisation))[:30],
        "record": selectors.record_of(organisation),
        "nace": [(code, nace_label(code)) for code in organisation.nace],
        "represents": organisation.represented.current().count(),
    }
    return render(request, "members/organisation_inside.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@follows_merges
def organisation_edit(request: HttpRequest, code: str) -> HttpResponse:
    organisation = inside(request, code)
    user = cast(User, request.user)
    permissions.require(user, "members.change_organisation_profile", organisation)
    form = ProfileForm(
        request.POST if request.method == "POST" else None,
        instance=organisation,
        is_office=user.is_office,
        initial={"seen": services.version_of(organisation)},
    )
    rows = name_rows(organisation, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        try:
            services.change_profile(
                organisation_id=organisation.pk,
                actor=user,
                seen=form.cleaned_data["seen"],
                other_names=rows.names(),
                **form.values(),
            )
        except services.ChangedMeanwhile:
            form.add_error(
                None,
                _(
                    "Somebody else has saved this profile while you were writing. Copy what you want to keep, then "
                    "reload."
                ),
            )
        except IntegrityError:  # another organisation took the number in this moment
            form.add_error(None, _("One of the numbers belongs to another organisation by now. Please check them."))
        else:
            messages.success(request, _("The profile is saved."))
            return redirect("members:organisation_inside", code)
    wrong = request.method == "POST" and bool(form.errors or not rows.is_valid())
    context = {"organisation": Organisation.objects.get(pk=organisation.pk), "form": form, "names": rows}
    return render(request, "members/organisation_edit.html", context, status=422 if wrong else 200)


@require_POST
def workforce_declare(request: HttpRequest, code: str) -> HttpResponse:
    organisation = inside(request, code)
    user = cast(User, request.user)
    permissions.require(user, "members.change_organisation_profile", organisation)
    form = WorkforceForm(request.POST)
    if not form.is_valid():
        return _show(request, organisation, workforce_form=form, status=422)
    services.declare_workforce(organisation_id=organisation.pk, actor=user, **form.cleaned_data)
    messages.success(request, _("The workforce of %(year)s is saved.") % {"year": form.cleaned_data["year"]})
    return redirect(reverse("members:organisation_inside", args=[code]) + "#workforce")


@require_http_methods(["GET", "HEAD", "POST"])
def workforce_edit(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Correct what was declared for a year."""
    organisation = inside(request, code)
    user = cast(User, request.user)
    permissions.require(user, "members.change_organisation_profile", organisation)
    declared = get_object_or_404(Workforce, organisation=organisation, year=year)
    form = WorkforceForm(request.POST if request.method == "POST" else None, instance=declared)
    form.fields["year"].disabled = True
    if request.method == "POST" and form.is_valid():
        services.declare_workforce(organisation_id=organisation.pk, actor=user, **form.cleaned_data)
        messages.success(request, _("The workforce of %(year)s is saved.") % {"year": year})
        return redirect(reverse("members:organisation_inside", args=[code]) + "#workforce")
    context = {"organisation": organisation, "year": year, "form": form}
    return render(request, "members/workforce_edit.html", context, status=422 if form.errors else 200)


@require_POST
def workforce_remove(request: HttpRequest, code: str, year: int) -> HttpResponse:
    organisation = inside(request, code)
    user = cast(User, request.user)
    permissions.require(user, "members.change_organisation_profile", organisation)
    if services.remove_workforce(organisation_id=organisation.pk, actor=user, year=year):
        messages.success(request, _("The workforce of %(year)s is taken back.") % {"year": year})
    else:
        messages.warning(request, _("Nothing was declared for %(year)s any more.") % {"year": year})
    return redirect(reverse("members:organisation_inside", args=[code]) + "#workforce")
