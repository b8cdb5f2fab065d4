"""Every step that a result of a project can take, and the words for it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.events import name_verb
from core.workflow import Transition
from projects.models import Result

# -- Mainstreaming: on record → proposed → taken up → in use → retired -------------------------------------------------
_state = Result.Status
RECORD_RESULT = name_verb("result.record", _("recorded a result"))
CHANGE_RESULT = name_verb("result.change", _("changed what is said about the result"))
PROPOSE_RESULT = Transition(
    "result.propose", {_state.OFFERED, _state.RETIRED}, _state.PROPOSED, _("proposed the result to be taken up")
)
TAKE_UP_RESULT = Transition("result.take_up", {_state.PROPOSED}, _state.TAKEN_UP, _("took the result up"))
DECLINE_RESULT = Transition(
    "result.decline", {_state.PROPOSED}, _state.OFFERED, _("did not take the result up"), note_required=True
)
USE_RESULT = Transition("result.use", {_state.TAKEN_UP}, _state.IN_USE, _("put the result to use"))
RETIRE_RESULT = Transition(
    "result.retire",
    {_state.OFFERED, _state.PROPOSED, _state.TAKEN_UP, _state.IN_USE},
    _state.RETIRED,
    _("retired the result"),
    note_required=True,
)
BEGIN_USE = name_verb("resultuse.begin", _("began to use the result"))
END_USE = name_verb("resultuse.end", _("ended the use of the result"))

# -- The records of projects and initiatives: facts, no states ---------------------------------------------------------
ENTER_PROJECT = name_verb("project.enter", _("entered the project"))
CHANGE_PROJECT = name_verb("project.change", _("changed what is said about the project"))
ADD_PARTNER = name_verb("project.add_partner", _("added a partner"))
CHANGE_PARTNER = name_verb("project.change_partner", _("changed a partner"))
REMOVE_PARTNER = name_verb("project.remove_partner", _("removed a partner"))
ENTER_INITIATIVE = name_verb("initiative.enter", _("entered the initiative"))
CHANGE_INITIATIVE = name_verb("initiative.change", _("changed what is said about the initiative"))
ADD_INITIATIVE_PARTNER = name_verb("initiative.add_partner", _("added a partner"))
REMOVE_INITIATIVE_PARTNER = name_verb("initiative.remove_partner", _("removed a partner"))
SET_TARGET = name_verb("initiative.set_target", _("set a target"))
