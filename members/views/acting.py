"""For whom somebody acts."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.asked import whole
from members.middleware import SESSION_KEY
from members.models import Organisation, User


@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Choose the organisation to act for, among those that the person represents today."""
    user = cast(User, request.user)
    wish = request.POST.get("organisation", "")
    own = Organisation.objects.filter(pk__in=user.organisation_roles)
    organisation = get_object_or_404(own, pk=whole(wish))
    request.session[SESSION_KEY] = organisation.pk
    messages.success(request, _("You now act for %(organisation)s.") % {"organisation": organisation.shown_name})
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else resolve_url("pages:me"))
