"""Every step that an idea for a project, or an interest in one, can take, and the words for it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.events import name_verb
from core.workflow import Transition
from projects.models import Idea, Interest

# -- Ideas: open → recommended; both → expired; all of these → awarded → project, or → closed --------------------------
_idea = Idea.Status
POST_IDEA = name_verb("idea.post", _("posted the idea for a project"))
CHANGE_IDEA = name_verb("idea.change", _("changed the idea"))
POSTPONE_IDEA = name_verb("idea.postpone", _("postponed the deadline of the call"))
REMIND_OF_DEADLINE = name_verb("idea.remind", _("reminded of the deadline of the call"))
RECOMMEND_IDEA = Transition("idea.recommend", {_idea.OPEN}, _idea.RECOMMENDED, _("recommended the idea"))
EXPIRE_IDEA = Transition("idea.expire", {*Idea.LIVE}, _idea.EXPIRED, _("ended the search at the deadline of the call"))
AWARD_IDEA = Transition(
    "idea.award", {*Idea.UNSETTLED}, _idea.AWARDED, _("told that the idea is granted and becomes a project")
)
CONFIRM_IDEA = Transition("idea.confirm", {_idea.AWARDED}, _idea.PROJECT, _("entered the project"))
# It goes back to where it stands today: looking for partners, or after its call.
RETURN_IDEA = {
    state: Transition(
        "idea.return", {_idea.AWARDED}, state, _("returned what was told of the project"), note_required=True
    )
    for state in Idea.UNSETTLED
}
CLOSE_IDEA = Transition("idea.close", {*Idea.UNSETTLED}, _idea.CLOSED, _("closed the idea"), note_required=True)

# -- Interests: waiting → accepted / declined; waiting or accepted → withdrawn -----------------------------------------
_interest = Interest.Status
EXPRESS_INTEREST = name_verb("interest.express", _("expressed interest in the idea"))
ACCEPT_INTEREST = Transition("interest.accept", {_interest.WAITING}, _interest.ACCEPTED, _("accepted as a partner"))
DECLINE_INTEREST = Transition(
    "interest.decline", {_interest.WAITING}, _interest.DECLINED, _("declined as a partner"), note_required=True
)
WITHDRAW_INTEREST = Transition(
    "interest.withdraw", {*Interest.LIVE}, _interest.WITHDRAWN, _("withdrew its interest in the idea")
)

APPROACH = name_verb("approach.make", _("asked for a look at the idea"))
