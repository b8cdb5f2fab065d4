"""Written procedures: opening one, the page of one, and the answers of the seats."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from committees import matters
from committees.forms.procedures import OpenProcedureForm, remark_form
from committees.models import Procedure, Seat
from committees.services import procedures
from core import events, permissions
from core.views.deciding import carry_out
from core.workflow import NotPossible
from members.requests import SignedInRequest


def _subject(request: SignedInRequest, key: str, pk: int) -> tuple[matters.Matter, models.Model]:
    matter = matters.named(key)
    if matter is None:
        raise Http404
    return matter, get_object_or_404(matter.model._default_manager.all().visible_to(request.user), pk=pk)  # type: ignore[attr-defined]


def procedure_open(request: SignedInRequest, key: str, pk: int) -> HttpResponse:
    matter, subject = _subject(request, key, pk)
    permissions.require(request.user, matter.right(subject), subject)
    form = OpenProcedureForm(request.POST or None, initial={"last_day": procedures.first_last_day()})
    if request.method == "POST" and form.is_valid():
        try:
            found = procedures.open_procedure(subject=subject, actor=request.user, **form.cleaned_data)
        except NotPossible as problem:
            form.add_error(
                "last_day" if form.cleaned_data["last_day"] < procedures.first_last_day() else None, str(problem)
            )
        else:
            messages.success(request, _("The committee is asked. Silence adopts it at the deadline."))
            return redirect(found)
    recused = subject.recused()  # type: ignore[attr-defined]
    committee = matter.committee(subject)
    context = {
        "subject": subject,
        "committee": committee,
        "form": form,
        "seats": procedures.seats_with_a_voice(committee, recused),
        "left_out": Seat.objects.in_force().filter(committee=committee, user__in=recused).select_related("user"),
        "problem": matter.ready(subject),
    }
    return render(request, "committees/procedure_form.html", context, status=422 if form.errors else 200)


def _find(request: SignedInRequest, pk: int) -> Procedure:
    return get_object_or_404(Procedure.objects.visible_to(request.user).select_related("committee", "opened_by"), pk=pk)


def procedure_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


def _page(request: SignedInRequest, procedure: Procedure, *, status: int = 200, **forms: Any) -> HttpResponse:
    voices = list(procedure.voices.select_related("user", "organisation"))
    spoken = {one.user_id for one in voices if one.answer != "comment"}
    asked = list(procedure.asked.order_by("name", "pk"))
    context = {
        "procedure": procedure,
        "subject": procedure.subject,
        "voices": voices,
        "silent": [user for user in asked if user.pk not in spoken],
        "asked": asked,
        "supported": request.user.pk in spoken,
        "events": events.of(procedure),
        **{f"{verb}_form": remark_form(verb) for verb in ("support", "comment", "object", "withdraw")},
        **forms,
    }
    return render(request, "committees/procedure_detail.html", context, status=status)


def _step(verb: str, act: Any, done: str) -> Any:
    """The view of one answer: find, check the right, carry out."""

    @require_POST
    def view(request: SignedInRequest, pk: int) -> HttpResponse:
        procedure = _find(request, pk)
        permissions.require(request.user, f"committees.{verb}_procedure", procedure)
        return carry_out(
            request,
            remark_form(verb, request.POST),
            act,
            again=lambda form: _page(request, procedure, status=422, **{f"{verb}_form": form}),
            done=_(done),
            to=procedure,
            procedure_id=pk,
        )

    return view


procedure_support = _step("support", procedures.support, gettext_noop("Your support is recorded."))
procedure_comment = _step("comment", procedures.comment, gettext_noop("Your remark is recorded."))
procedure_object = _step("object", procedures.object_to, gettext_noop("Your objection has stopped the procedure."))
procedure_withdraw = _step("withdraw", procedures.withdraw_procedure, gettext_noop("The procedure is withdrawn."))
