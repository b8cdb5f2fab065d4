"""Written procedures: opening one, the page of one, and the answers of the seats."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees import matters
from committees.forms.procedures import OpenProcedureForm, remark_form
from committees.models import Procedure, Seat
from committees.services import procedures
from core import events, permissions
from core.views.deciding import Steps
from core.workflow import NotPossible
from members.requests import SignedInRequest

ANSWERS = ("support", "comment", "object", "withdraw")


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
        **{f"{verb}_form": remark_form(verb, auto_id=f"{verb}_%s") for verb in ANSWERS},
        **forms,
    }
    return render(request, "committees/procedure_detail.html", context, status=status)


step = Steps(_find, _page, "committees.{step}_procedure", "procedure_id")
procedure_support = step(
    "support", partial(remark_form, "support"), procedures.support, gettext_lazy("Your support is recorded.")
)
procedure_comment = step(
    "comment", partial(remark_form, "comment"), procedures.comment, gettext_lazy("Your remark is recorded.")
)
procedure_object = step(
    "object",
    partial(remark_form, "object"),
    procedures.object_to,
    gettext_lazy("Your objection has stopped the procedure."),
)
procedure_withdraw = step(
    "withdraw",
    partial(remark_form, "withdraw"),
    procedures.withdraw_procedure,
    gettext_lazy("The procedure is withdrawn."),
)
