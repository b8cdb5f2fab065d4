"""Applying for membership, following one's application, and deciding on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import events, permissions
from core.workflow import InvalidTransition
from members.forms.joining import AcceptForm, AnswerForm, ApplicationForm, DeclineForm, QuestionForm
from members.models import Application, User
from members.services import applications, memberships

HONEYPOT = "fax"  # people do not see this field; programmes that fill in everything do
PAGE_SIZE = 30


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    form = ApplicationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if request.POST.get(HONEYPOT):
            return redirect("members:apply_sent")  # as if it had been taken
        if ratelimit.consume(request, action="apply"):
            applications.send_application(**form.cleaned_data)
            return redirect("members:apply_sent")
        form.add_error(None, _("Many applications came from your network in a short time. Please try again later."))
    return render(request, "members/apply.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_safe
def apply_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "members/apply_sent.html", {"confirm_days": applications.CONFIRM_DAYS})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application_follow(request: HttpRequest, token: str) -> HttpResponse:
    """The applicant's page, by personal link. Opening it changes nothing (mail programs open links by themselves)."""
    application = get_object_or_404(Application.objects.select_related("country", "member_type"), token=token)
    form: forms.Form | None = None
    if application.status == Application.Status.RETURNED:
        form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            if form is None:
                applications.confirm_application(application_id=application.pk)
            elif form.is_valid():
                applications.answer_application(application_id=application.pk, **form.cleaned_data)
        except (InvalidTransition, applications.ApplicationExpired):
            pass  # the page says how things stand
        if form is None or form.is_valid():
            return redirect(request.path)
    context = {
        "application": application,
        "form": form,
        "expired": applications.is_too_old_to_confirm(application),
        "confirm_days": applications.CONFIRM_DAYS,
        "history": events.of(application),
    }
    return render(request, "members/application_follow.html", context, status=422 if form and form.errors else 200)


@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    permissions.require(request.user, "members.view_application")
    found = Application.objects.visible_to(request.user).select_related("country", "member_type")
    decided = "decided" in request.GET
    found = (
        found.exclude(pk__in=found.undecided().values("pk")) if decided else found.undecided().order_by("created_at")
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "members/application_list.html", {"page": page, "decided": decided})


def _detail(request: HttpRequest, application: Application, **bound: forms.Form) -> HttpResponse:
    resembling = Application.objects.visible_to(request.user).resembling(application)
    context: dict[str, Any] = {
        "application": application,
        "accept_form": AcceptForm(application=application, prefix="accept"),
        "return_form": QuestionForm(prefix="return"),
        "decline_form": DeclineForm(prefix="decline"),
        "others": resembling.select_related("country"),
        "events": events.of(application),
        **bound,
    }
    return render(request, "members/application_detail.html", context, status=422 if bound else 200)


def _find(request: HttpRequest, pk: int) -> Application:
    found = Application.objects.visible_to(request.user).select_related("country", "member_type", "organisation")
    return get_object_or_404(found, pk=pk)


@require_safe
def application_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _find(request, pk))


def _decide(
    request: HttpRequest, application: Application, name: str, form: forms.Form, act: Callable[..., Application]
) -> HttpResponse:
    if not form.is_valid():
        return _detail(request, application, **{name: form})
    try:
        act(application_id=application.pk, actor=cast(User, request.user), **form.cleaned_data)
        messages.success(request, _("Done. The applicant is told by e-mail."))
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    except memberships.NotPossible as problem:
        form.add_error(None, str(problem))
        return _detail(request, application, **{name: form})
    return redirect(application)


@require_POST
def application_accept(request: HttpRequest, pk: int) -> HttpResponse:
    application = _find(request, pk)
    form = AcceptForm(request.POST, application=application, prefix="accept")
    return _decide(request, application, "accept_form", form, applications.accept_application)


@require_POST
def application_return(request: HttpRequest, pk: int) -> HttpResponse:
    form = QuestionForm(request.POST, prefix="return")
    return _decide(request, _find(request, pk), "return_form", form, applications.return_application)


@require_POST
def application_decline(request: HttpRequest, pk: int) -> HttpResponse:
    form = DeclineForm(request.POST, prefix="decline")
    return _decide(request, _find(request, pk), "decline_form", form, applications.decline_application)
