"""Who keeps the documents of a committee or group, and who reads them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.permissions import allow, condition
from groups.models import Document
from groups.permissions.meetings import body_is_at_work, runs_the_body


@condition(_("This document is not open to you."))
def sees_the_document(user: Any, document: Any) -> bool:
    return Document.objects.visible_to(user).filter(pk=document.pk).exists()


@condition(_("It is withdrawn: what is in use now is uploaded as a document of its own."))
def is_in_use(user: Any, document: Any) -> bool:
    return document.status == Document.Status.CURRENT


allow("groups.view_document", sees_the_document)
allow("groups.add_document", runs_the_body, body_is_at_work)
allow("groups.revise_document", runs_the_body, body_is_at_work, is_in_use)
allow("groups.change_document", runs_the_body, is_in_use)
allow("groups.withdraw_document", runs_the_body)
