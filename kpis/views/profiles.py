"""Skills profiles: for everybody to read, for the Office to record."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import events, permissions
from core.models import SkillsProfile
from core.views.deciding import carry_out
from kpis.forms.profiles import NewProfileForm, ProfileForm, RestoreForm, WithdrawForm
from kpis.selectors import profiles as selectors
from kpis.services import profiles as services
from members.requests import SignedInRequest


@login_not_required
def profile_list(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")[:100]
    page = Paginator(selectors.skills_profiles(words), 100).get_page(request.GET.get("page"))
    return render(request, "kpis/profile_list.html", {"page": page, "words": words})


@login_not_required
def profile_detail(request: HttpRequest, code: str, *, form: Any = None) -> HttpResponse:
    """`form`: of an act that was refused, with its errors."""
    one = get_object_or_404(SkillsProfile, code=code)
    shown: dict[str, Any] = {"profile": one, "may_manage": request.user.has_perm("core.manage_profiles")}
    if shown["may_manage"]:
        own = RestoreForm() if one.last_year is not None else WithdrawForm(first=services.first_year_without())
        shown |= {"form": form or own, "history": selectors.with_changes(events.of(one)[:50])}
    return render(request, "kpis/profile_detail.html", shown, status=422 if form else 200)


def _address(code: str) -> str:
    return reverse("kpis:profile_detail", args=[code])


@require_http_methods(["GET", "HEAD", "POST"])
def profile_add(request: SignedInRequest) -> HttpResponse:
    permissions.require(request.user, "core.manage_profiles")

    def page(form: Any, status: int = 200) -> HttpResponse:
        return render(request, "kpis/profile_edit.html", {"form": form}, status=status)

    if request.method != "POST":
        return page(NewProfileForm(initial={"source": SkillsProfile.Source.ESCO}))
    return carry_out(
        request,
        NewProfileForm(request.POST),
        services.add_profile,
        again=lambda form: page(form, 422),
        done=_("The profile is added: reports can name it."),
        to=reverse("kpis:profile_list"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def profile_edit(request: SignedInRequest, code: str) -> HttpResponse:
    permissions.require(request.user, "core.manage_profiles")
    one = get_object_or_404(SkillsProfile, code=code)

    def page(form: Any, status: int = 200) -> HttpResponse:
        return render(request, "kpis/profile_edit.html", {"form": form, "profile": one}, status=status)

    said = {name: getattr(one, name) for name in ("label", "source", "uri", "version")}
    if request.method != "POST":
        return page(ProfileForm(initial=said))
    return carry_out(
        request,
        ProfileForm(request.POST, initial=said),
        services.edit_profile,
        again=lambda form: page(form, 422),
        done=_("Corrected. It stands in the history of the profile."),
        to=_address(code),
        code=code,
    )


@require_POST
def profile_withdraw(request: SignedInRequest, code: str) -> HttpResponse:
    permissions.require(request.user, "core.manage_profiles")
    get_object_or_404(SkillsProfile, code=code)
    return carry_out(
        request,
        WithdrawForm(request.POST, first=services.first_year_without()),
        services.withdraw_profile,
        again=lambda form: profile_detail(request, code, form=form),
        done=_("Withdrawn. Figures that name it stay as they are."),
        to=_address(code),
        code=code,
    )


@require_POST
def profile_restore(request: SignedInRequest, code: str) -> HttpResponse:
    permissions.require(request.user, "core.manage_profiles")
    get_object_or_404(SkillsProfile, code=code)
    return carry_out(
        request,
        RestoreForm(request.POST),
        services.restore_profile,
        again=lambda form: profile_detail(request, code, form=form),
        done=_("Reports can name it again."),
        to=_address(code),
        code=code,
    )
