"""The logo of an organisation: set, described, taken away."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import events, permissions, uploads
from core.workflow import act
from members.logos import read_logo
from members.models import Merge, Organisation, User
from members.services.representatives import behalf

SET = events.name_verb("organisation.set_logo", _("changed the logo"))
REMOVE = events.name_verb("organisation.remove_logo", _("removed the logo"))


def set_logo(*, organisation_id: int, actor: User, data: bytes | None, alt: str) -> Organisation:
    """Another picture, or (without data) another description of it. Raises ValueError with a sentence. The earlier file
    goes, unless a merge that can be undone needs it."""
    picture = read_logo(data) if data is not None else None
    with transaction.atomic():
        organisation = _changeable(organisation_id, actor)
        before = (organisation.logo.name, organisation.logo_alt)
        if picture is not None:
            content, ending = picture
            name = f"{organisation.code}-{hashlib.sha256(content).hexdigest()[:16]}.{ending}"
            if organisation.logo.name != f"logos/{name}":
                organisation.logo.save(name, ContentFile(content), save=False)
        organisation.logo_alt = alt
        if (organisation.logo.name, organisation.logo_alt) != before:
            organisation.save(update_fields=["logo", "logo_alt"])
            act(SET, organisation, actor=actor, on_behalf_of=behalf(actor, organisation))
            drop_unused(before[0])
    return organisation


@transaction.atomic
def remove_logo(*, organisation_id: int, actor: User) -> Organisation:
    organisation = _changeable(organisation_id, actor)
    if before := organisation.logo.name:
        organisation.logo, organisation.logo_alt = "", ""
        organisation.save(update_fields=["logo", "logo_alt"])
        act(REMOVE, organisation, actor=actor, on_behalf_of=behalf(actor, organisation))
        drop_unused(before)
    return organisation


def drop_unused(*names: str | None) -> None:
    uploads.drop_unused(Organisation._meta.get_field("logo").storage, names, is_needed=_is_needed)


def _is_needed(name: str) -> bool:
    """By an organisation, or by a merge that can be undone: it gives both back as they were."""
    if Organisation.objects.filter(logo=name).exists():
        return True
    records = Merge.objects.standing().exclude(journal__has_key="over").values_list("merged_row", "changed")
    return any(name == row.get("logo") or name in changed.get("logo", ()) for row, changed in records)


def _changeable(organisation_id: int, actor: User) -> Organisation:
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    permissions.require(actor, "members.change_organisation_profile", organisation)
    return organisation
