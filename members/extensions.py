"""What members adds to its own registries."""

from django.utils.translation import gettext_lazy as _

from core import links
from members.merging import own_rows
from members.models import Invitation, Organisation
from members.services import invitations
from members.signing_up import Door, add_door

__all__ = ["own_rows"]

add_door(
    Door(
        Invitation,
        is_void=invitations.is_void,
        accept=invitations.accept_invitation,
        page="members:invitation",
        related=("organisation",),
    )
)

links.add_source(links.Source(_("Website"), Organisation.objects.all, "website"))
