"""What a person has been told, and about what they want e-mails."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import notifications
from core.forms import EmailChoiceForm
from core.models import Notification, NotificationSetting

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
    count = notifications.mark_read(reader=_me(request), until=int(until) if until.isdecimal() else None)
    if count:
        messages.success(request, _("Marked as read: %(count)s.") % {"count": count})
    return redirect("core:notification_list")


@require_http_methods(["GET", "HEAD", "POST"])
def notification_settings(request: HttpRequest) -> HttpResponse:
    mine = NotificationSetting.objects.filter(user=_me(request), email=False)
    form = EmailChoiceForm(
        request.POST if request.method == "POST" else None, muted=set(mine.values_list("kind", flat=True))
    )
    if request.method == "POST" and form.is_valid():
        notifications.choose_emails(actor=_me(request), wanted=form.wanted())
        messages.success(request, _("Your choice is saved."))
        return redirect("core:notification_settings")
    return render(request, "core/notification_settings.html", {"form": form})
