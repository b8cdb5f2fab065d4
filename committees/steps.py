"""Every step that a written procedure can take, and the words for it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from committees.models import Procedure
from core.events import name_verb
from core.workflow import Transition

# -- Written procedures: open → adopted / stopped / lapsed / withdrawn ------------------------------------------------
_state = Procedure.Status
OPEN_PROCEDURE = name_verb("procedure.open", _("opened a written procedure"))
ADOPT_PROCEDURE = Transition(
    "procedure.adopt", {_state.OPEN}, _state.ADOPTED, _("closed the written procedure: nobody objected")
)
OBJECT_TO_PROCEDURE = Transition(
    "procedure.object",
    {_state.OPEN},
    _state.STOPPED,
    _("objected, which stopped the written procedure"),
    note_required=True,
)
LAPSE_PROCEDURE = Transition("procedure.lapse", {_state.OPEN}, _state.LAPSED, _("let the written procedure lapse"))
WITHDRAW_PROCEDURE = Transition(
    "procedure.withdraw", {_state.OPEN}, _state.WITHDRAWN, _("withdrew the written procedure"), note_required=True
)
SUPPORT = name_verb("voice.support", _("supported it"))
COMMENT = name_verb("voice.comment", _("remarked"))

# -- Seats ------------------------------------------------------------------------------------------------------------
GIVE_SEAT = name_verb("seat.give", _("gave a seat"))
END_SEAT = name_verb("seat.end", _("ended a seat"))
HAND_OVER_SEAT = name_verb("seat.hand_over", _("handed over a seat"))
