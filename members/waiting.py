"""What waits for a person in the affairs of members."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.imports.models import Import
from core.waiting import WaitingItem, source
from members.models import Application, ErasureRequest, Invitation
from members.services.consents import has_read_notice


@source
def waiting_for(user: Any) -> list[WaitingItem]:
    """Invitations to accept, the privacy notice to read, requests and applications for the Office to decide, and
    imports that somebody began and has not finished."""
    items = []
    for invitation in Invitation.objects.addressed_to(user).select_related("organisation"):
        items.append(
            WaitingItem(
                title=invitation.organisation.shown_name,
                reason=_("invites you to represent it"),
                url=reverse("members:invitation", args=[invitation.token]),
                since=invitation.created_at,
                kind="invitation",
                action=_("See the invitation"),
            )
        )
    if not has_read_notice(user):
        items.append(
            WaitingItem(
                title=str(_("Privacy notice")),
                reason=_("read what the portal keeps about you, and confirm that you have"),
                url=reverse("members:my_data"),
                since=user.date_joined,
                kind="privacy",
                action=_("Read and confirm"),
            )
        )
    if user.has_perm("members.view_erasures"):
        for wanted in ErasureRequest.objects.open().exclude(user=user).select_related("user").order_by("created_at"):
            items.append(
                WaitingItem(
                    title=str(wanted),
                    reason=_("asks to be forgotten: erase the data, or decline"),
                    url=wanted.get_absolute_url(),
                    since=wanted.created_at,
                    kind="erasure",
                    action=_("Decide"),
                )
            )
    if user.has_perm("members.view_application"):
        for application in Application.objects.filter(status=Application.Status.SUBMITTED).order_by("created_at"):
            items.append(
                WaitingItem(
                    title=application.organisation_name,
                    reason=_("applies for membership: accept, ask back or decline"),
                    url=reverse("members:application_detail", args=[application.pk]),
                    since=application.confirmed_at or application.created_at,
                    kind="application",
                    action=_("Decide"),
                )
            )
    if user.has_perm("members.import_roster"):
        unfinished = [Import.Status.UPLOADED, Import.Status.MAPPED, Import.Status.CHECKED]
        for one in Import.objects.filter(created_by=user, status__in=unfinished).order_by("created_at"):
            items.append(
                WaitingItem(
                    title=str(one),
                    reason=_("a roster that you uploaded and that has not been imported yet"),
                    url=one.get_absolute_url(),
                    since=one.created_at,
                    kind="import",
                    action=_("Go on with it"),
                )
            )
    return items
