"""The people whom a roster names, and the choice whom to invite."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import permissions
from core.imports.models import Import
from members.models import User
from members.roster.contacts import AT_ONCE, contacts_of, invite_contacts


@require_http_methods(["GET", "HEAD", "POST"])
def roster_contacts(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(Import.objects.visible_to(request.user).filter(kind="roster"), pk=pk)
    if batch.status not in {Import.Status.CHECKED, Import.Status.APPLIED}:
        return redirect(batch)
    permissions.require(request.user, "members.invite_from_roster")
    contacts = contacts_of(batch)
    if request.method == "POST":
        everybody = request.POST.get("who") == "all"
        chosen = set(request.POST.getlist("row"))
        wanted = [one for one in contacts if everybody or str(one.row.number) in chosen]
        if not wanted:
            messages.warning(request, _("Nobody is chosen, so nothing was sent."))
        else:
            sent = invite_contacts(contacts=wanted, actor=cast(User, request.user))
            messages.success(request, _("Invitations sent: %(n)s.") % {"n": sent})
        return redirect("members:roster_contacts", batch.pk)
    waiting = sum(not one.state for one in contacts)
    context = {
        "batch": batch,
        "page": Paginator(sorted(contacts, key=lambda one: bool(one.state)), 100).get_page(request.GET.get("page")),
        "waiting": min(waiting, AT_ONCE),
        "more": max(waiting - AT_ONCE, 0),
    }
    return render(request, "members/roster_contacts.html", context)
