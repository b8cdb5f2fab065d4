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
from core.asked import whole
from core.workflow import InvalidTransition, NoteMissing
from groups import closing, planning, selectors, services
from groups.errors import ChangedMeanwhile
from groups.forms import ActivityForm, ReportForm
from groups.forms.plans import contents_of
from groups.models import Activity, WorkPlan
from groups.views.plans import find as find_plan
from groups.views.writing import Written, told, wants_json, write
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
    if existing := _made_by_this_form(request, plan):  # as it was typed, or sent twice: it goes on as an editor
        data = request.POST.copy()
        data["revision"] = data.get("revision") or "1"
        return _write(request, plan, ActivityForm(data, plan=plan, instance=existing), existing)
    form = ActivityForm(request.POST, plan=plan)
    written = Written()
    if form.is_valid():
        written = write(
            form,
            save=lambda _revision, fields: services.add_activity(
                plan_id=plan.pk, actor=request.user, key=form.cleaned_data["key"] or uuid.uuid4(), **fields
            ),
            read=lambda: plan,
            contents_of=lambda _plan: {},
        )
    if wants_json(request):
        return told(request, form, written, is_new=True)
    if not written.saved:
        return _form_page(request, plan, form, status=403 if written.refused else 422)
    return _saved(request, plan, _("The activity is added."))


def _made_by_this_form(request: SignedInRequest, plan: WorkPlan) -> Activity | None:
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return None
    return Activity.objects.filter(plan=plan, key=key).select_related("plan__group__committee", "activity_type").first()


def activity_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    activity = _find(request, pk)
    plan = activity.plan
    if request.method != "POST":
        permissions.require(request.user, "groups.change_workplan", plan)
        form = ActivityForm(plan=plan, instance=activity, initial={"revision": activity.revision})
        return _form_page(request, plan, form, activity=activity)
    return _write(request, plan, ActivityForm(request.POST, plan=plan, instance=_find(request, pk)), activity)


def _write(request: SignedInRequest, plan: WorkPlan, form: ActivityForm, activity: Activity) -> HttpResponse:
    pk, written = activity.pk, Written()
    if form.is_valid():
        written = write(
            form,
            save=lambda revision, fields: services.change_activity(
                activity_id=pk, revision=revision, actor=request.user, **fields
            ),
            read=lambda: _find(request, pk),
            contents_of=lambda current: contents_of(current, ActivityForm),
        )
    if wants_json(request):
        return told(request, form, written)
    if written.conflict:
        again = ActivityForm(written.conflict.data, plan=plan, instance=_find(request, pk))
        conflict = written.conflict.conflicts
        return _form_page(request, plan, again, activity=written.current, conflict=conflict, status=409)
    if written.together:
        form = ActivityForm(written.together, plan=plan, instance=_find(request, pk))
    if not written.saved:
        return _form_page(request, plan, form, activity=activity, status=403 if written.refused else 422)
    if written.theirs:
        words = _("The activity is saved. Somebody else changed it, too, and both are kept. %(what)s")
        return _saved(request, plan, words % {"what": written.others_did})
    return _saved(request, plan, _("The activity is saved."))


@require_POST
def activity_remove(request: SignedInRequest, pk: int, activity: int) -> HttpResponse:
    plan = find_plan(request, pk)
    try:
        removed = services.remove_activity(
            plan_id=plan.pk,
            activity_id=activity,
            revision=whole(request.POST.get("revision", ""), 0, 2_000_000_000) or 0,
            actor=request.user,
        )
    except ChangedMeanwhile as changed:
        words = _(
            "“%(title)s” is not removed: somebody changed it since you opened the list. It stands there as it is now."
        )
        return _saved(request, plan, words % {"title": changed.current})
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
    form = ReportForm(request.POST or None, activity=activity)
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
        {
            "activity": activity,
            "plan": activity.plan,
            "group": activity.plan.group,
            "form": form,
            "notes": closing.notes_of(activity.plan).get(str(activity.key), []),
        },
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
