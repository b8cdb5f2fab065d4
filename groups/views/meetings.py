"""Meetings: lists, calling and changing one, its page, answers, the record, and calendars."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from committees.models import Committee
from core import events, permissions
from core.views.deciding import Steps
from core.workflow import Incomplete
from groups import services
from groups.errors import ChangedMeanwhile
from groups.forms import DecisionForm, ReasonForm, differences
from groups.forms.meetings import ActionForm, AnswerForm, DecidedForm, MeetingForm, RecordForm
from groups.meetings import calendars, people
from groups.meetings.structured import event_data
from groups.models import CalendarAddress, Document, Group, Meeting, MeetingAction, MeetingInvitation, WorkPlan, bodies
from groups.views.bodies import body_inside
from groups.views.groups import by_earlier_codes
from members.requests import SignedInRequest

A_PAGE = 25
ANSWERS = MeetingInvitation.Answer.choices


def _of(body: Committee | Group) -> Meeting:
    """What the right is asked about: the meeting that would be called."""
    return Meeting(committee=body) if isinstance(body, Committee) else Meeting(group=body)


@require_safe
@by_earlier_codes
def meeting_list(request: SignedInRequest, code: str) -> HttpResponse:
    body = body_inside(request, code)
    rows = Meeting.objects.visible_to(request.user).of(body).select_related("committee", "group")
    context = {
        "body": body,
        "ahead": rows.ahead(),
        "page": Paginator(rows.over(), A_PAGE).get_page(request.GET.get("page")),
        "wish": _of(body),
    }
    return render(request, "groups/meeting_list.html", context)


@by_earlier_codes
def meeting_create(request: SignedInRequest, code: str) -> HttpResponse:
    body = body_inside(request, code)
    permissions.require(request.user, "groups.call_meeting", _of(body))
    form = MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = services.call_meeting(body=body, actor=request.user, **form.announced)
        except Incomplete as problem:
            _add(form, problem)
        else:
            messages.success(request, _("The meeting is called, and everybody concerned is told."))
            return redirect(found)
    context = {"body": body, "form": form}
    return render(request, "groups/meeting_form.html", context, status=422 if form.errors else 200)


def _add(form: Any, problem: Incomplete) -> None:
    for name, sentence in problem.problems.items():
        form.add_error(name, sentence)


@login_not_required
@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """Meetings that were announced to everybody: those to come, then those that were."""
    rows = Meeting.objects.public().select_related("committee", "group")
    page = Paginator(rows.over(), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "groups/event_list.html", {"ahead": rows.ahead(), "page": page})


@login_not_required
@require_safe
def event_detail(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Meeting.objects.public().select_related("committee", "group__committee"), pk=pk)
    inside = Meeting.objects.visible_to(request.user).filter(pk=pk).exists()
    context = {"meeting": found, "body": found.body, "inside": inside, "structured": event_data(found)}
    return render(request, "groups/event_detail.html", context)


def _find(request: HttpRequest, pk: int) -> Meeting:
    rows = Meeting.objects.visible_to(request.user).select_related("committee", "group__committee")
    return get_object_or_404(rows, pk=pk)


def meeting_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    permissions.require(request.user, "groups.change_meeting", found)
    form, conflict, status = MeetingForm(request.POST or None, instance=found), None, 200
    if request.method == "POST" and form.is_valid():
        revision = form.cleaned_data["revision"]
        try:
            services.change_meeting(meeting_id=pk, revision=revision or 0, actor=request.user, **form.announced)
        except Incomplete as problem:
            _add(form, problem)
        except ChangedMeanwhile:
            found = _find(request, pk)
            now = MeetingForm(instance=found)
            conflict = differences(form, {name: now.get_initial_for_field(now.fields[name], name) for name in _SHOWN})
            data = request.POST.copy()
            data["revision"] = str(found.revision)
            form, status = MeetingForm(data, instance=found), 409
        else:
            messages.success(request, _("It is saved, and everybody concerned is told."))
            return redirect(found)
    context = {"body": found.body, "meeting": found, "form": form, "conflict": conflict}
    return render(request, "groups/meeting_form.html", context, status=422 if form.errors else status)


_SHOWN = ("title", "day", "begins", "ends", "last_day", "zone", "place", "link", "agenda", "is_public")


def meeting_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


def _page(request: HttpRequest, found: Meeting, *, status: int = 200, **forms: Any) -> HttpResponse:
    rows = list(people.invitations_of(found))
    actions = list(found.actions.select_related("owner"))
    for action in actions:
        action.meeting = found  # each knows its meeting without asking for it
    calls = request.user.has_perm("groups.call_meeting", found)
    context = {
        "meeting": found,
        "body": found.body,
        "invitations": rows,
        "own": next((row for row in rows if row.user_id == request.user.pk), None),
        "counts": [(label, sum(row.answer == key for row in rows)) for key, label in ANSWERS],
        "attendance": people.by_organisation(rows),
        "actions": [(action, ReasonForm(auto_id=f"drop_{action.pk}_%s")) for action in actions],
        "calls": calls,
        "papers": Document.objects.visible_to(request.user).current().filter(meeting=found).select_related("latest"),
        "paper": Document(**bodies.fields_of(found.body)),  # what the right to upload is asked about
        "events": events.readable_by(request.user, events.of(found)),
        "cancel_form": ReasonForm(auto_id="cancel_%s"),
        "answers": ANSWERS,
        "action_form": ActionForm(meeting=found, auto_id="action_%s"),
        "resolutions": found.resolutions.select_related("entry__event"),
        "plans": WorkPlan.objects.visible_to(request.user).filter(decided_in=found).select_related("group"),
        "decided_form": DecidedForm(auto_id="decided_%s"),
        **forms,
    }
    return render(request, "groups/meeting_detail.html", context, status=status)


step = Steps(_find, _page, "groups.{step}_meeting", "meeting_id")
cancel = step(
    "cancel", ReasonForm, services.cancel_meeting, gettext_lazy("The meeting is cancelled, and everybody is told.")
)
answer = step("answer", AnswerForm, services.answer_meeting, gettext_lazy("Your answer is recorded."))


def meeting_record(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    permissions.require(request.user, "groups.record_meeting", found)
    rows = people.invitations_of(found)
    first = {
        "minutes": found.minutes,
        "decisions": found.decisions,
        "revision": found.record_revision,
        "attended": [row.pk for row in rows if row.attended or (not found.recorded_at and row.answer == "yes")],
    }
    asked: dict[str, Any] = {"invitations": rows, "on_record": found.recorded_at is not None}
    form, conflict, status = RecordForm(request.POST or None, initial=first, **asked), None, 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.record_meeting(
                meeting_id=pk,
                revision=data["revision"],
                actor=request.user,
                minutes=data["minutes"],
                decisions=data["decisions"],
                attended=[row.pk for row in data["attended"]],
                note=data.get("note", ""),
            )
        except Incomplete as problem:
            _add(form, problem)
        except ChangedMeanwhile:
            found = _find(request, pk)
            conflict = differences(form, {"minutes": found.minutes, "decisions": found.decisions})
            again = request.POST.copy()
            again["revision"] = str(found.record_revision)
            form, status = RecordForm(again, invitations=rows, on_record=True), 409
        else:
            messages.success(request, _("The minutes are recorded, and everybody concerned is told."))
            return redirect(found)
    context = {"body": found.body, "meeting": found, "form": form, "conflict": conflict}
    return render(request, "groups/meeting_record.html", context, status=422 if form.errors else status)


@require_POST
def meeting_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    permissions.require(request.user, "groups.decide_at_meeting", found)
    form = DecidedForm(request.POST, auto_id="decided_%s")
    if form.is_valid():
        try:
            decided = services.decide_at_meeting(meeting_id=pk, actor=request.user, **form.cleaned_data)
        except Incomplete as problem:
            _add(form, problem)
        else:
            messages.success(
                request, _("It stands in the register of decisions as %(code)s.") % {"code": decided.entry}
            )
            return redirect(decided)
    return _page(request, found, status=422, decided_form=form)


@require_POST
def action_add(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    permissions.require(request.user, "groups.record_meeting", found)
    form = ActionForm(request.POST, meeting=found, auto_id="action_%s")
    if form.is_valid():
        try:
            action = services.add_action(meeting_id=pk, actor=request.user, **form.cleaned_data)
        except Incomplete as problem:
            _add(form, problem)
        else:
            messages.success(request, _("It is noted, and told to who does it."))
            return redirect(action)
    return _page(request, found, status=422, action_form=form)


def _find_action(request: HttpRequest, pk: int) -> MeetingAction:
    rows = MeetingAction.objects.visible_to(request.user).select_related("meeting__committee", "meeting__group")
    return get_object_or_404(rows, pk=pk)


def _page_of_action(request: HttpRequest, action: MeetingAction, *, status: int, **forms: Any) -> HttpResponse:
    return _page(request, action.meeting, status=status, wrong=next(iter(forms.values()), None))


act = Steps(_find_action, _page_of_action, "groups.{step}_meetingaction", "action_id")
action_finish = act("finish", DecisionForm, services.finish_action, gettext_lazy("It is marked as done."))
action_drop = act("drop", ReasonForm, services.drop_action, gettext_lazy("It is dropped, with your reason."))


# -- Calendars ---------------------------------------------------------------------------------------------------------


def _calendar(rows: Any, name: str) -> HttpResponse:
    response = HttpResponse(calendars.calendar_of(calendars.recent(rows), name), content_type=calendars.CONTENT_TYPE)
    response["Content-Disposition"] = 'inline; filename="meetings.ics"'
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@never_cache
@by_earlier_codes
def calendar_body(request: SignedInRequest, code: str) -> HttpResponse:
    body = body_inside(request, code)
    return _calendar(Meeting.objects.visible_to(request.user).of(body), f"{body.code} – ASA")


@login_not_required
@require_safe
@never_cache
def calendar_private(request: HttpRequest, token: str) -> HttpResponse:
    """A calendar program cannot sign in: it knows the address. What it gets is what its person may see today."""
    address = CalendarAddress.behind(token)
    if address is None:
        raise Http404
    rows = Meeting.objects.meant_for(address.user)
    if code := request.GET.get("body", ""):
        rows = rows.filter(committee__code=code) | rows.filter(group__code=code)
    return _calendar(rows, f"{code or _('My meetings')} – ASA")


@require_POST
def calendar_make(request: SignedInRequest) -> HttpResponse:
    services.make_calendar_address(actor=request.user)
    messages.success(request, _("Your calendar has a new private address. One that it had before opens nothing more."))
    return redirect("pages:me")


@require_POST
def calendar_revoke(request: SignedInRequest) -> HttpResponse:
    services.revoke_calendar_address(actor=request.user)
    messages.success(request, _("The private address of your calendar opens nothing more."))
    return redirect("pages:me")
