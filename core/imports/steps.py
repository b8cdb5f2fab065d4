"""The steps in the life of an import. The steps that apply and undo it belong to the kind."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import events
from core.imports.models import Import
from core.workflow import Transition

S = Import.Status
UPLOAD = events.name_verb("import.upload", _("uploaded the file"))
LEARN = events.name_verb("import.learn", _("said what unknown words in the file mean"))
DECIDE = events.name_verb("import.decide", _("decided about a row of the file"))
MAP = Transition(
    "import.map", {S.UPLOADED, S.MAPPED, S.CHECKED, S.FAILED}, S.MAPPED, _("said which column is which in the file")
)
# From CHECKING and APPLYING too: a check whose workers were all lost is started anew by a person.
CHECK = Transition("import.check", {S.MAPPED, S.CHECKED, S.FAILED, S.CHECKING}, S.CHECKING, _("had the file checked"))
FINISH = Transition("import.finish", {S.CHECKING}, S.CHECKED, _("received the result of the check of the file"))
STOP = Transition("import.stop", {S.CHECKING}, S.MAPPED, _("stopped the check of the file"))
CONFIRM = Transition("import.confirm", {S.CHECKED, S.APPLYING}, S.APPLYING, _("confirmed the import of the file"))
WITHDRAW = Transition("import.withdraw", {S.APPLYING}, S.CHECKED, _("stopped the import of the file"))
UNDO = Transition("import.undo", {S.APPLIED, S.UNDOING}, S.UNDOING, _("asked for the import to be undone"))
LEAVE = Transition("import.leave", {S.UNDOING}, S.APPLIED, _("left the import as it is: undoing it did not end"))
FAIL = Transition("import.fail", {S.CHECKING, S.APPLYING}, S.FAILED, _("could not finish the import of the file"))
DISCARD = Transition(
    "import.discard", {S.UPLOADED, S.MAPPED, S.CHECKED, S.FAILED}, S.CANCELLED, _("discarded the file")
)
