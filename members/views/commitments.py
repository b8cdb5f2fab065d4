"""Commitments of an organisation: written, changed, reported on, settled."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import events, permissions
from core.workflow import InvalidTransition, NoteMissing
from members.forms.commitments import CommitmentForm, ProgressForm
from members.forms.memberships import NoteForm, ReasonForm
from members.models import Commitment, Organisation, User
from members.progress import commitments_of
from members.services import commitments as services


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_create(request: HttpRequest, code: str) -> HttpResponse:
    user = cast(User, request.user)
    organisation = get_object_or_404(Organisation.objects.visible_to(user), code=code)
    if not user.has_perm("members.view_organisation_inside", organisation):
        raise Http404
    permissions.require(user, "members.change_organisation_profile", organisation)
    form = CommitmentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = services.make_commitment(organisation_id=organisation.pk, actor=user, **form.cleaned_data)
        messages.success(request, _("The commitment is on record."))
        return redirect("members:commitment_detail", made.pk)
    context = {"organisation": organisation, "form": form}
    return render(request, "members/commitment_form.html", context, status=422 if form.errors else 200)


def _find(request: HttpRequest, pk: int) -> Commitment:
    found = Commitment.objects.visible_to(request.user).select_related("organisation", "indicator")
    return get_object_or_404(found, pk=pk)


def _show(request: HttpRequest, commitment: Commitment, **bound: Any) -> HttpResponse:
    shown = next(
        one for one in commitments_of(commitment.organisation, request.user) if one.commitment.pk == commitment.pk
    )
    context: dict[str, Any] = {
        "organisation": commitment.organisation,
        "commitment": commitment,
        "shown": shown,
        "progress_form": ProgressForm(commitment=commitment),
        "note_form": NoteForm(prefix="fulfil"),
        "drop_form": ReasonForm(prefix="drop"),
        "events": events.of(commitment),
        **bound,
    }
    return render(request, "members/commitment_detail.html", context, status=422 if bound else 200)


@require_safe
def commitment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, _find(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    commitment = _find(request, pk)
    user = cast(User, request.user)
    permissions.require(user, "members.change_commitment", commitment)
    form = CommitmentForm(request.POST if request.method == "POST" else None, instance=commitment)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_commitment(commitment_id=pk, actor=user, **form.cleaned_data)
            messages.success(request, _("The commitment is saved."))
        except InvalidTransition as changed:
            messages.warning(request, changed.explanation)
        return redirect("members:commitment_detail", pk)
    # The form has written what was sent into the object: the page names what is on record.
    context = {"organisation": commitment.organisation, "commitment": _find(request, pk), "form": form}
    return render(request, "members/commitment_form.html", context, status=422 if form.errors else 200)


@require_POST
def commitment_progress(request: HttpRequest, pk: int) -> HttpResponse:
    commitment = _find(request, pk)
    user = cast(User, request.user)
    permissions.require(user, "members.change_commitment", commitment)
    form = ProgressForm(request.POST, commitment=commitment)
    if not form.is_valid():
        return _show(request, commitment, progress_form=form)
    try:
        services.report_progress(commitment_id=pk, actor=user, **form.cleaned_data)
        messages.success(
            request, _("Thank you: the progress of %(year)s is saved.") % {"year": form.cleaned_data["year"]}
        )
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    return redirect("members:commitment_detail", pk)


@require_POST
def commitment_settle(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Fulfilled, given up (with a reason), or taken up again."""
    commitment = _find(request, pk)
    user = cast(User, request.user)
    permissions.require(user, services.STEPS[step].right(Commitment), commitment)
    form = ReasonForm(request.POST, prefix="drop") if step == "drop" else NoteForm(request.POST, prefix=step)
    if not form.is_valid():
        return _show(request, commitment, **{"drop_form" if step == "drop" else "note_form": form})
    try:
        services.settle_commitment(commitment_id=pk, step=step, actor=user, **form.cleaned_data)
        messages.success(request, _("The commitment is saved."))
    except (InvalidTransition, NoteMissing) as problem:
        messages.warning(request, getattr(problem, "explanation", str(problem)))
    return redirect("members:commitment_detail", pk)
