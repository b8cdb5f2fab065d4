"""What every binding act of a page has in common: one form, one service, and an answer for whoever came too late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.views.decorators.http import require_POST

from core import permissions
from core.workflow import Incomplete, InvalidTransition, NotPossible

Again = Callable[[Any], HttpResponse]


def carry_out(
    request: HttpRequest,
    form: forms.BaseForm,
    act: Callable[..., Any],
    *,
    again: Again,
    done: str,
    to: Any,
    **details: Any,
) -> HttpResponse:
    """Validate, act once, say so. `again` shows the page with the form's errors (422). `to` is where it leads, an
    object or an address. Somebody who was slower is told what happened instead."""
    if not form.is_valid():
        return again(form)
    try:
        act(actor=request.user, **details, **form.cleaned_data)
    except InvalidTransition as changed:
        messages.warning(request, changed.explanation)
        return redirect(to)
    except Incomplete as problem:  # before what it is a kind of: each sentence stands at its field
        for name, words in problem.problems.items():
            form.add_error(name if name in form.fields else None, words)
        return again(form)
    except NotPossible as problem:
        form.add_error(None, str(problem))
        return again(form)
    messages.success(request, done)
    return redirect(to)


Found = TypeVar("Found", bound=models.Model)


@dataclass(frozen=True)
class Steps(Generic[Found]):
    """Makes the views of the steps that people take with one kind of object: find it, require the right, carry out.

    find   (request, **address) -> the object, or Http404
    page   (request, object, *, status, <step>_form) -> its page again, with the form and its errors
    right  of a step, as a pattern: "groups.{step}_{of.kind}", where `of` is the object
    key    the argument by which the services know the object: "plan_id"
    """

    find: Callable[..., Found]
    page: Callable[..., HttpResponse]
    right: str
    key: str

    def __call__(
        self,
        step: str,
        form: Callable[..., forms.BaseForm],
        act: Callable[..., Any],
        done: str | Promise | Callable[[Found], str],
        *,
        right: str = "",
        to: Callable[[Any, Found], Any] | None = None,
        **details: Any,
    ) -> Callable[..., HttpResponse]:
        """The view of one step. `done` is what whoever took it reads; `right`, the step in the name of the right if it
        is called otherwise; `to`, where it leads if not to the object; `details`, what the service is told besides."""

        @require_POST
        def view(request: HttpRequest, **address: Any) -> HttpResponse:
            found = self.find(request, **address)
            permissions.require(request.user, self.right.format(step=right or step, of=found), found)
            return carry_out(
                request,
                form(request.POST, auto_id=f"{step}_%s"),
                act,
                again=lambda wrong: self.page(request, found, status=422, **{f"{step}_form": wrong}),
                done=str(done(found) if callable(done) else done),
                to=to(request, found) if to else found,
                **{self.key: found.pk},
                **details,
            )

        return view
