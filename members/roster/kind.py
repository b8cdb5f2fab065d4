"""The roster as a kind of import."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.imports.kinds import Kind, register
from core.imports.models import Import
from core.workflow import Transition
from members.roster.deciding import effect_of
from members.roster.fields import FIELDS
from members.roster.planning import plan
from members.roster.undoing import reverse_rows
from members.roster.writing import write

ROSTER = register(
    Kind(
        key="roster",
        label=_("Roster of members"),
        right="members.import_roster",
        fields=FIELDS,
        apply=Transition(
            "roster.apply", {Import.Status.APPLYING}, Import.Status.APPLIED, _("imported the organisations of the file")
        ),
        undo=Transition(
            "roster.undo", {Import.Status.UNDOING}, Import.Status.UNDONE, _("undid the import of the file")
        ),
        plan=plan,
        write=write,
        reverse=reverse_rows,
        effect=effect_of,
        url=lambda batch: reverse("members:roster_detail", args=[batch.pk]),
    )
)
