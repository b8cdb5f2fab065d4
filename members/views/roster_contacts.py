"""The people whom a roster names, and the choice whom to invite."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core import jobs, permissions
from core.imports.models import Import
from core.imports.pages import moving_part
from members.roster.contacts import contacts_of
from members.roster.inviting import ask_to_invite, last_job
from members.views.roster_rows import find_import, me

ROWS_A_PAGE = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def roster_contacts(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the people, and how far the invitations are. POST: have those chosen invited, or all that wait."""
    batch = find_import(request, pk)
    if batch.status not in {Import.Status.CHECKED, Import.Status.APPLIED}:
        return redirect(batch)
    permissions.require(request.user, "members.invite_from_roster")
    contacts = contacts_of(batch)
    if request.method == "POST":
        everybody = request.POST.get("who") == "all"
        chosen = set(request.POST.getlist("row"))
        wanted = [one for one in contacts if everybody or str(one.row.number) in chosen]
        if not ask_to_invite(import_id=batch.pk, contacts=wanted, actor=me(request)):
            messages.warning(request, _("Nobody is chosen who could be invited, so nothing is sent."))
        return redirect("members:roster_contacts", batch.pk)
    job = last_job(batch)
    context = {
        "batch": batch,
        "page": Paginator(sorted(contacts, key=lambda one: bool(one.state)), ROWS_A_PAGE).get_page(
            request.GET.get("page")
        ),
        "waiting": sum(not one.state for one in contacts),
        "job": job,
        "sending": job is not None and not job.is_over,
        "progress": jobs.progress_of(job) if job else None,
    }
    return render(request, "members/roster_contacts.html", context)


@never_cache
@require_GET
def roster_inviting(request: HttpRequest, pk: int) -> HttpResponse:
    batch = find_import(request, pk)
    permissions.require(request.user, "members.invite_from_roster")
    job = last_job(batch)
    context = {"job": job, "progress": jobs.progress_of(job)} if job and not job.is_over else None
    return moving_part(request, context=context, page=reverse("members:roster_contacts", args=[batch.pk]))
