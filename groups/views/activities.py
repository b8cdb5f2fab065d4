"""The lines of a work plan: writing them in the plan's editor, and telling how they go once it stands."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from core import permissions
from core.workflow import InvalidTransition, NoteMissing
from groups import planning, selectors, services
from groups.errors import ChangedMeanwhile
from groups.forms import ActivityForm, ReportForm, differences
from groups.forms.plans import contents_of
from groups.models import Activity, WorkPlan
from groups.views.plans import find as find_plan
from members.requests import SignedInRequest


def _find(request: SignedInRequest, pk: int) -> Activity:
    return get_object_or_404(
        Activity.objects.visible_to(request.user).select_related("plan__group__committee", "activity_type"), pk=pk
    )


def activity_add(request: SignedInRequest, pk: int) -> HttpResponse:
    plan = find_plan(request, pk)
    if request.method != "POST":
        permissions.require(request.user, "groups.change_workplan", plan)
        return _form_page(request, plan, ActivityForm(plan=plan, initial={"key": uuid.uuid4()}))
    form = ActivityForm(request.POST, plan=plan)
    if not form.is_valid():
        return _form_page(request, plan, form, status=422)
    key = form.cleaned_data["key"] or uuid.uuid4()
    try:
        if not plan.activities.filter(key=key).exists():  # else the same form came twice
            services.add_activity(plan_id=plan.pk, actor=request.user, key=key, **form.contents)
    except permissions.Denied as problem:  # submitted meanwhile: show the reason, keep what was written
        form.add_error(None, str(problem))
        return _form_page(request, plan, form, status=403)
    return _saved(request, plan, _("The activity is added."))


def activity_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    activity = _find(request, pk)
    plan = activity.plan
    if request.method != "POST":
        permissions.require(request.user, "groups.change_workplan", plan)
        form = ActivityForm(plan=plan, instance=activity, initial={"revision": activity.revision})
        return _form_page(request, plan, form, activity=activity)
    form = ActivityForm(request.POST, plan=plan, instance=_find(request, pk))
    if not form.is_valid():
        return _form_page(request, plan, form, activity=activity, status=422)
    try:
        services.change_activity(
            activity_id=pk, revision=form.cleaned_data["revision"] or 0, actor=request.user, **form.contents
        )
    except ChangedMeanwhile:
        current = _find(request, pk)
        found = differences(form, contents_of(current, ActivityForm))
        data = request.POST.copy()
        data["revision"] = str(current.revision)
        again = ActivityForm(data, plan=plan, instance=_find(request, pk))
        return _form_page(request, plan, again, activity=current, conflict=found, status=409)
    except permissions.Denied as problem:  # submitted meanwhile: show the reason, keep what was written
        form.add_error(None, str(problem))
        return _form_page(request, plan, form, activity=activity, status=403)
    return _saved(request, plan, _("The activity is saved."))


@require_POST
def activity_remove(request: SignedInRequest, pk: int, activity: int) -> HttpResponse:
    plan = find_plan(request, pk)
    try:
        removed = services.remove_activity(plan_id=plan.pk, activity_id=activity, actor=request.user)
    except permissions.Denied as problem:
        if not request.htmx:
            raise
        messages.warning(request, str(problem))
        return HttpResponseClientRedirect(plan.get_absolute_url())
    if removed:
        return _saved(request, plan, _("The activity is removed."))
    return _saved(request, plan, _("The activity was removed already."))


def activity_report(request: SignedInRequest, pk: int) -> HttpResponse:
    """How an activity of a plan in force goes."""
    activity = _find(request, pk)
    permissions.require(request.user, "groups.report_activity", activity)
    form = ReportForm(
        request.POST or None,
        initial={"status": activity.status, "progress": activity.progress, "note": activity.progress_note},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.report_activity(activity_id=pk, actor=request.user, **form.cleaned_data)
        except InvalidTransition as changed:
            messages.warning(request, changed.explanation)
        except NoteMissing as problem:
            form.add_error("note", str(problem))
        else:
            messages.success(request, _("The progress is recorded."))
        if not form.errors:
            return redirect(activity)
    return render(
        request,
        "groups/activity_report.html",
        {"activity": activity, "plan": activity.plan, "group": activity.plan.group, "form": form},
        status=422 if form.errors else 200,
    )


def _form_page(
    request: SignedInRequest, plan: WorkPlan, form: ActivityForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The form alone for htmx, in the place that the editor keeps for it; a page of its own without script."""
    context = {"plan": plan, "group": plan.group, "form": form, **more}
    if not request.htmx:
        return render(request, "groups/activity_form.html", context, status=status)
    # Whatever stands against saving comes as 422: that is what our pages swap into place.
    response = render(request, "groups/partials/_activity_form.html", context, status=200 if status == 200 else 422)
    return reswap(retarget(response, "#activity-form"), "innerHTML")


def _saved(request: SignedInRequest, plan: WorkPlan, message: str) -> HttpResponse:
    if not request.htmx:
        messages.success(request, message)
        return redirect("groups:plan_edit", plan.pk)
    context = {
        "plan": plan,
        "group": plan.group,
        "activities": selectors.activities_of(plan),
        "gaps": planning.gaps(plan),
        "told": message,
    }
    return render(request, "groups/partials/_activities_edit.html", context)
