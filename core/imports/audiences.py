"""Who hears of what happens to imports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from core.imports.models import Import
from core.models import Event
from core.notifications import audience, name_kind

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User


@audience("import.expire_soon")
def who_imported(event: Event, batch: Import) -> Iterable[User]:
    return [batch.created_by]


name_kind("import", _("Imports of spreadsheets"), right="members.import_roster")
