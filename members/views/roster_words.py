"""A step of the roster import: unknown countries and member types, resolved once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.imports import services
from core.imports.models import Import
from core.workflow import InvalidTransition
from members.forms.roster_words import WordsForm
from members.roster.words import learn_words, unknown_words
from members.views.roster_rows import find_import, me


@require_http_methods(["GET", "HEAD", "POST"])
def roster_words(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the words. POST: learn what was chosen, then start the dry run."""
    batch = find_import(request, pk)
    if batch.status not in {Import.Status.MAPPED, Import.Status.CHECKED, Import.Status.FAILED}:
        return redirect(batch)
    words = unknown_words(batch)
    form = WordsForm(request.POST if request.method == "POST" else None, words=words)
    if request.method == "POST" and form.is_valid():
        actor = me(request)
        try:
            learn_words(import_id=batch.pk, chosen=form.chosen(), actor=actor)
            services.start_check(import_id=batch.pk, actor=actor)
        except InvalidTransition as changed:
            messages.warning(request, changed.explanation)
        return redirect(batch)
    if not words:
        messages.info(request, _("The portal knows every country and member type in this file."))
        return redirect(batch)
    status = 422 if form.is_bound else 200
    return render(request, "members/roster_words.html", {"batch": batch, "form": form}, status=status)
