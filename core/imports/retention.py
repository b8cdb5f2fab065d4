"""How long uploaded spreadsheets and their rows are kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core import events, workflow
from core.imports import services
from core.imports.models import Import, ImportRow
from core.imports.privacy import OVER, drop_file
from core.retention import Rule, add_rule

ANNOUNCE = events.name_verb("import.expire_soon", _("will delete the file of an import and its rows"))


def _kept_files(moment: datetime) -> QuerySet[Import]:
    """Imports of every state, the unfinished ones too: a file that nobody has looked at for so long is forgotten."""
    rows = ImportRow.objects.filter(batch=OuterRef("pk"))
    return Import.objects.exclude(
        status__in=[Import.Status.CHECKING, Import.Status.APPLYING, Import.Status.UNDOING]
    ).filter(~Q(file="") | Exists(rows))


def _tell_who_imported(batch: Any, day: date) -> None:
    note = _t("On %(day)s or later. The import cannot be undone after that.") % {"day": date_format(day)}
    workflow.act(ANNOUNCE, batch, actor=get_user_model().objects.system(), note=note)


def _forget(batches: list[Import]) -> None:
    """The record that there was an import stays, with its counts; what was in the file does not."""
    portal = get_user_model().objects.system()
    for batch in batches:
        if batch.status not in OVER:
            services.discard(import_id=batch.pk, actor=portal)
        drop_file(batch)
    ImportRow.objects.filter(batch__in=batches).delete()


IMPORTS = add_rule(
    Rule(
        key="imports",
        title=_("Imported spreadsheets"),
        what=_("The uploaded file and its rows go, and with them the means to undo the import. Its record stays."),
        setting="RETENTION_IMPORT_DAYS",
        rows=_kept_files,
        forget=_forget,
        announce=_tell_who_imported,
    )
)
