"""What a person has been told, and how soon they want e-mails about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import kinds, notifications, unsubscribing
from core.asked import whole
from core.forms import PaceForm
from core.models import Notification

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

PAGE_SIZE = 30


def _me(request: HttpRequest) -> User:
    """These pages are for people who are signed in."""
    return cast("User", request.user)


@require_safe
def notification_list(request: HttpRequest) -> HttpResponse:
    found = Notification.objects.visible_to(_me(request)).unread_first().select_related("event", "event__actor")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = notifications.look_up(_me(request), page.object_list)
    newest = max((row.pk for row in page), default=0)
    return render(request, "core/notification_list.html", {"page": page, "newest": newest})


@require_safe
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what it is about. Having gone there is having read it."""
    found = get_object_or_404(Notification.objects.visible_to(_me(request)).select_related("event"), pk=pk)
    notifications.mark_read(reader=_me(request), ids=[found.pk])
    (found,) = notifications.look_up(_me(request), [found])
    if not found.may_open:
        messages.warning(request, _("What this was about is not open to you any more."))
        return redirect("core:notification_list")
    return redirect(found.event.subject_url)


@require_POST
def notification_read(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Notification.objects.visible_to(_me(request)), pk=pk)
    notifications.mark_read(reader=_me(request), ids=[found.pk])
    return redirect("core:notification_list")


@require_POST
def notification_read_all(request: HttpRequest) -> HttpResponse:
    until = request.POST.get("until", "")
    count = notifications.mark_read(reader=_me(request), until=whole(until))
    if count:
        messages.success(request, _("Marked as read: %(count)s.") % {"count": count})
    return redirect("core:notification_list")


@require_http_methods(["GET", "HEAD", "POST"])
def notification_settings(request: HttpRequest) -> HttpResponse:
    form = PaceForm(request.POST if request.method == "POST" else None, user=_me(request))
    if request.method == "POST" and form.is_valid():
        kinds.choose(user_id=_me(request).pk, wanted=form.wanted())
        messages.success(request, _("Your choice is saved."))
        return redirect("core:notification_settings")
    context = {"form": form, "digest_at": settings.DIGEST_AT}
    return render(request, "core/notification_settings.html", context, status=422 if form.errors else 200)


@csrf_exempt  # the address itself is what proves the right, and a mail program that posts to it has no cookie
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the e-mails of one kind (RFC 8058). Looking changes nothing: programs open links by themselves. The page
    names the kind and says nothing about the account: whoever was sent the e-mail on sees no more than the e-mail."""
    if not ratelimit.consume(request, action="unsubscribe"):
        return render(request, "429.html", status=429)
    found = unsubscribing.read(token)
    if found is None:
        raise Http404
    done = any(request.POST.get(name) == value for name, value in unsubscribing.ONE_CLICK.items())
    if done:
        unsubscribing.stop(*found)
    status = 422 if request.method == "POST" and not done else 200
    context = {"what": unsubscribing.name_of(found[1]), "done": done, "one_click": unsubscribing.ONE_CLICK.items()}
    return render(request, "core/unsubscribe.html", context, status=status)
