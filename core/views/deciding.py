"""What every binding act of a page has in common: one form, one service, and an answer for whoever came too late."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.workflow import InvalidTransition, NotPossible

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
    except NotPossible as problem:
        form.add_error(None, str(problem))
        return again(form)
    messages.success(request, done)
    return redirect(to)
