"""The privacy notice, a person's own data, requests to be forgotten, and what the portal forgets by itself."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core import events, forgetting, permissions, privacy, retention
from core.models import RetentionNotice
from core.workflow import InvalidTransition
from members.forms.privacy import DeclineForm, ErasureForm
from members.models import Consent, ErasureRequest, User
from members.privacy import addresses_of
from members.services import consents, erasure

PAGE_SIZE = 30


@login_not_required
@require_safe
def privacy_notice(request: HttpRequest) -> HttpResponse:
    context = {
        "version": consents.NOTICE_VERSION,
        "valid_from": consents.NOTICE_FROM,
        "rules": {rule.key: rule for rule in retention.rules()},
        "announce_days": settings.RETENTION_ANNOUNCE_DAYS,
    }
    return render(request, "members/privacy_notice.html", context)


def _my_data(request: HttpRequest, form: ErasureForm | None = None) -> HttpResponse:
    user = cast(User, request.user)
    counts = []
    for section in privacy.sections():
        found = section.read(user)
        counts.append((section.title, len(found) if isinstance(found, list) else 1))
    contact = consents.latest(user).get(Consent.Kind.CONTACT)
    last = user.erasure_requests.first()
    declined = last if last and last.status == ErasureRequest.Status.DECLINED else None
    context: dict[str, Any] = {
        "sections": counts,
        "has_read_notice": consents.has_read_notice(user),
        "notice_version": consents.NOTICE_VERSION,
        "may_show_contact": contact is not None and contact.given,
        "consents": user.consents.all(),
        "open_request": user.erasure_requests.open().first(),
        "declined": declined,
        "decision": events.of(declined).filter(verb="erasure.decline").first() if declined else None,
        "obstacles": privacy.obstacles(user),
        "form": form or ErasureForm(),
    }
    return render(request, "members/my_data.html", context, status=422 if form else 200)


@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """What the portal knows of the person, and what they can do about it."""
    return _my_data(request)


@never_cache
@require_safe
def my_data_download(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    data = {"made_at": timezone.now(), "portal": settings.PORTAL_URL, **privacy.data_of(user)}
    answer = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="my-data-{timezone.localdate():%Y-%m-%d}.json"'
    return answer


@require_POST
def consent_change(request: HttpRequest) -> HttpResponse:
    """Answer one of the texts: `kind`, and `given` (1 or nothing)."""
    kind = request.POST.get("kind", "")
    if kind not in Consent.Kind.values:
        messages.warning(request, _("There is no such text."))
    else:
        consents.record_consent(actor=cast(User, request.user), kind=kind, given=request.POST.get("given") == "1")
        messages.success(request, _("Your answer is on record."))
    return redirect("members:my_data")


@require_POST
def erasure_request(request: HttpRequest) -> HttpResponse:
    form = ErasureForm(request.POST)
    if not form.is_valid():
        return _my_data(request, form)
    _made, is_new = erasure.request_erasure(actor=cast(User, request.user), words=form.cleaned_data["words"])
    if is_new:
        messages.success(request, _("The ASA Office has your request. You are told by e-mail what becomes of it."))
    else:
        messages.info(request, _("The ASA Office has your request already."))
    return redirect("members:my_data")


@require_POST
def erasure_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    wanted = get_object_or_404(ErasureRequest.objects.visible_to(user), pk=pk)
    try:
        erasure.withdraw_request(request_id=wanted.pk, actor=user)
        messages.success(request, _("Your request is withdrawn. Nothing was erased."))
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect("members:my_data")


# -- The Office and administrators ------------------------------------------------------------------------------------
@require_safe
def erasure_list(request: HttpRequest) -> HttpResponse:
    permissions.require(request.user, "members.view_erasures")
    found = ErasureRequest.objects.visible_to(request.user).select_related("user")
    decided = "decided" in request.GET
    found = found.exclude(status="requested") if decided else found.open().order_by("created_at")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "members/erasure_list.html", {"page": page, "decided": decided})


def _detail(request: HttpRequest, wanted: ErasureRequest, form: DeclineForm | None = None) -> HttpResponse:
    person, is_open = wanted.user, wanted.status == ErasureRequest.Status.REQUESTED
    context = {
        "wanted": wanted,
        "person": person,
        "representations": person.representations.current().select_related("organisation"),
        "places": forgetting.places_of(forgetting.words_of(person.name, addresses_of(person))) if is_open else [],
        "obstacles": privacy.obstacles(person) if is_open else [],
        "decline_form": form or DeclineForm(prefix="decline"),
        "events": events.of(wanted),
    }
    return render(request, "members/erasure_detail.html", context, status=422 if form else 200)


def _find(request: HttpRequest, pk: int) -> ErasureRequest:
    return get_object_or_404(ErasureRequest.objects.visible_to(request.user).select_related("user"), pk=pk)


@require_safe
def erasure_detail(request: HttpRequest, pk: int) -> HttpResponse:
    wanted = _find(request, pk)
    if not request.user.has_perm("members.view_erasures"):
        return redirect("members:my_data")  # there it stands for the person who asked
    return _detail(request, wanted)


@require_POST
def erasure_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    wanted = _find(request, pk)
    permissions.require(request.user, "members.confirm_erasure", wanted)
    try:
        erasure.confirm_request(request_id=wanted.pk, actor=cast(User, request.user))
        messages.success(request, _("The personal data is erased. The person is told by e-mail."))
    except erasure.NotYet as problem:
        for reason in problem.reasons:
            messages.warning(request, reason)
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect("members:erasure_detail", pk)


@require_POST
def erasure_decline(request: HttpRequest, pk: int) -> HttpResponse:
    wanted = _find(request, pk)
    permissions.require(request.user, "members.decline_erasure", wanted)
    form = DeclineForm(request.POST, prefix="decline")
    if not form.is_valid():
        return _detail(request, wanted, form)
    try:
        erasure.decline_request(request_id=wanted.pk, actor=cast(User, request.user), **form.cleaned_data)
        messages.success(request, _("The request is declined. The person is told the reason."))
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect("members:erasure_detail", pk)


@require_safe
def retention_plan(request: HttpRequest) -> HttpResponse:
    """What will be deleted when."""
    permissions.require(request.user, "members.view_retention")
    context = {
        "plan": retention.coming(),
        "announce_days": settings.RETENTION_ANNOUNCE_DAYS,
        "notice_days": settings.RETENTION_NOTICE_DAYS,
        "notices": RetentionNotice.objects.all()[:6],
        "look_ahead_days": retention.LOOK_AHEAD_DAYS,
    }
    return render(request, "members/retention_plan.html", context)
