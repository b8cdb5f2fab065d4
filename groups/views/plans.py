"""Work plans: reading, writing, handing in, deciding."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from committees.permissions import STEERING, holds_seat
from core import events, permissions
from core.charts import download
from core.views.deciding import Steps, carry_out
from core.workflow import InvalidTransition, NotPossible
from groups import closing, planning, selectors, services
from groups.errors import Incomplete
from groups.forms import PlanForm, PlanRulingForm, ReasonForm, StartPlanForm
from groups.forms.plans import contents_of
from groups.models import Activity, Group, Meeting, WorkPlan
from groups.timeline import timeline_of
from groups.views.writing import Written, told, wants_json, write
from members.models import today
from members.requests import SignedInRequest


def find(request: SignedInRequest, pk: int) -> WorkPlan:
    return get_object_or_404(
        WorkPlan.objects.visible_to(request.user).select_related("group__committee", "decided_in"),
        pk=pk,
    )


@require_POST
def plan_start(request: SignedInRequest, code: str) -> HttpResponse:
    """Start the draft of a year, and go on writing it."""
    group = get_object_or_404(Group.objects.inside_for(request.user), code=code)
    permissions.require(request.user, "groups.start_workplan", group)
    form = StartPlanForm(request.POST, group=group)
    if not form.is_valid():
        messages.warning(request, _("Please choose the year of the plan."))
        return redirect(group.get_workspace_url())
    try:
        plan = services.start_plan(group_id=group.pk, year=form.cleaned_data["year"], actor=request.user)
    except NotPossible as problem:  # clicked twice, or the co-lead was faster
        messages.info(request, str(problem))
        making = group.plans.filter(year=form.cleaned_data["year"], status__in=WorkPlan.EDITABLE).first()
        return redirect("groups:plan_edit", making.pk) if making else redirect(group.get_workspace_url())
    return redirect("groups:plan_edit", plan.pk)


def plan_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    plan = find(request, pk)
    activities = selectors.activities_of(plan)
    timeline = timeline_of(plan, activities)
    if file := download(request, [timeline]):
        return file
    return _page(request, plan, activities=activities, timeline=timeline)


def _page(request: SignedInRequest, plan: WorkPlan, *, status: int = 200, **more: Any) -> HttpResponse:
    activities = more.pop("activities", None) or selectors.activities_of(plan)
    timeline = more.pop("timeline", None) or timeline_of(plan, activities)
    inside = request.user.has_perm("groups.view_group_inside", plan.group)
    route = selectors.route_of(plan) if plan.status == WorkPlan.Status.SUBMITTED else selectors.Route()
    context = {
        "plan": plan,
        "group": plan.group,
        "activities": activities,
        "timeline": timeline,
        "late": sum(row.is_late for row in activities) if plan.status == WorkPlan.Status.APPROVED else 0,
        "done": sum(row.status == Activity.Status.DONE for row in activities),
        "deliverables": sum(bool(row.deliverable) for row in activities),
        "period": (min(row.starts for row in activities), max(row.ends for row in activities)) if activities else None,
        "next_step": selectors.next_step(plan),
        "gaps": planning.gaps(plan) if plan.is_editable and inside else [],
        "route": route,
        "first_of_version": route.before is not None and plan.submissions.count() == 1,
        "decided_in_sight": bool(plan.decided_in_id)
        and Meeting.objects.visible_to(request.user).filter(pk=plan.decided_in_id).exists(),
        "change": (selectors.last_change(plan) if plan.status != "returned" else selectors.unsubmitted_change(plan))
        if inside
        else None,
        "versions": plan.group.plans.filter(year=plan.year).visible_to(request.user).exclude(pk=plan.pk),
        "leads": selectors.leads_of(plan.group),
        "reportable": selectors.reported_by(request.user, plan, activities) if inside else set(),
        "discusses": WorkPlan.objects.discussed_by(request.user).filter(pk=plan.pk).exists(),
        "notes": closing.notes_of(plan) if inside and plan.is_settled else {},
        "year_is_over": plan.year < today().year,
        "inside": inside,
        "returned": selectors.last_return(plan),
        "recused": holds_seat(request.user, plan.group.committee, *STEERING),
        "events": events.readable_by(request.user, events.of(plan)) if inside else [],
        "approve_form": PlanRulingForm(auto_id="approve_%s", plan=plan, at_meeting_only=route.is_for_the_committee),
        "return_form": ReasonForm(auto_id="return_%s"),
        **more,
    }
    return render(request, "groups/plan_detail.html", context, status=status)


def plan_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    plan = find(request, pk)
    if request.method != "POST":
        permissions.require(request.user, "groups.change_workplan", plan)
        return edit_page(request, plan, form=PlanForm(instance=plan, initial={"revision": plan.revision}))
    form = PlanForm(request.POST)
    written = Written()
    if form.is_valid():
        written = write(
            form,
            save=lambda revision, fields: services.change_plan(
                plan_id=pk, revision=revision, actor=request.user, **fields
            ),
            read=lambda: find(request, pk),
            contents_of=lambda current: contents_of(current, PlanForm),
        )
    if wants_json(request):
        return told(request, form, written)
    if written.conflict:
        again = PlanForm(written.conflict.data)
        return edit_page(request, written.current, form=again, conflict=written.conflict.conflicts, status=409)
    if not written.saved:  # submitted meanwhile (the reason is shown), or not valid: what was written is kept
        return edit_page(request, plan, form=form, status=409 if written.refused else 422)
    if written.theirs:
        messages.info(
            request, _("Somebody else saved, too, and both are kept. %(what)s") % {"what": written.others_did}
        )
    if request.POST.get("then") == "submit":
        return redirect("groups:plan_submit", pk)
    messages.success(request, _("The work plan is saved."))
    return redirect("groups:plan_edit", pk)


def edit_page(
    request: SignedInRequest, plan: WorkPlan, *, form: forms.BaseForm, status: int = 200, **more: Any
) -> HttpResponse:
    return render(
        request,
        "groups/plan_edit.html",
        {
            "plan": plan,
            "group": plan.group,
            "form": form,
            "activities": selectors.activities_of(plan),
            "gaps": planning.gaps(plan),
            "returned": selectors.last_return(plan),
            "copyable": selectors.plan_to_copy(plan),
            **more,
        },
        status=status,
    )


@require_POST
def plan_copy(request: SignedInRequest, pk: int) -> HttpResponse:
    """Fill an empty draft with the plan of the year before, and say what did not come along."""
    plan = find(request, pk)
    try:
        copied = services.copy_last_year(plan_id=pk, actor=request.user)
    except NotPossible as problem:
        messages.warning(request, str(problem))
        return redirect("groups:plan_edit", pk)
    messages.success(request, _("The plan of %(year)s is copied, with dates a year later.") % {"year": plan.year - 1})
    for titles, words in (
        (copied.left_out, _("Left out, dropped then or beyond the end of the group: %(titles)s.")),
        (copied.without_owner, _("Somebody responsible does not take part any more: %(titles)s.")),
        (copied.retired, _("Of a type that is not in the catalogue any more, choose another: %(titles)s.")),
    ):
        if titles:
            messages.warning(request, words % {"titles": ", ".join(titles)})
    return redirect("groups:plan_edit", pk)


def plan_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is missing, who decides and why; and then, handing it in."""
    plan = find(request, pk)
    if request.method != "POST":
        permissions.require(request.user, "groups.submit_workplan", plan)
        return redirect(plan) if not plan.is_editable else _submit_page(request, plan)
    try:
        services.submit_plan(plan_id=pk, actor=request.user)
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
    except Incomplete:
        return _submit_page(request, plan, status=422)
    else:
        messages.success(request, _("The work plan is with the committee now."))
    return redirect(plan)


def _submit_page(request: SignedInRequest, plan: WorkPlan, *, status: int = 200) -> HttpResponse:
    gaps = planning.gaps(plan)
    context = {
        "plan": plan,
        "group": plan.group,
        "gaps": gaps,
        "is_complete": all(gap.is_advice for gap in gaps),
        "route": selectors.route_of(plan),
        "deciders": selectors.who_decides(plan),
    }
    return render(request, "groups/plan_submit.html", context, status=status)


@require_POST
def plan_approve(request: SignedInRequest, pk: int) -> HttpResponse:
    plan = find(request, pk)
    permissions.require(request.user, "groups.approve_workplan", plan)
    return carry_out(
        request,
        PlanRulingForm(request.POST, auto_id="approve_%s", plan=plan),
        services.approve_plan,
        again=lambda wrong: _page(request, plan, status=422, approve_form=wrong),
        done=_("The work plan is approved."),
        to=plan,
        plan_id=plan.pk,
    )


step = Steps(find, _page, "groups.{step}_workplan", "plan_id")
plan_return = step(
    "return", ReasonForm, services.return_plan, gettext_lazy("The work plan is returned with your reason.")
)
