"""Every step that a proposal, a request to join, a work plan or an activity can take, and the words for it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.events import name_verb
from core.workflow import Transition
from groups.models import Activity, GroupMembership, Proposal, WorkPlan

# -- Proposals: draft → submitted → returned / accepted / declined --------------------------------------------------
_proposal = Proposal.Status
START_PROPOSAL = name_verb("proposal.start", _("started to write a proposal"))
SUBMIT_PROPOSAL = Transition(
    "proposal.submit", {_proposal.DRAFT, _proposal.RETURNED}, _proposal.SUBMITTED, _("submitted the proposal")
)
ACCEPT_PROPOSAL = Transition("proposal.accept", {_proposal.SUBMITTED}, _proposal.ACCEPTED, _("accepted the proposal"))
RETURN_PROPOSAL = Transition(
    "proposal.return",
    {_proposal.SUBMITTED},
    _proposal.RETURNED,
    _("returned the proposal with a question"),
    note_required=True,
)
DECLINE_PROPOSAL = Transition(
    "proposal.decline", {_proposal.SUBMITTED}, _proposal.DECLINED, _("declined the proposal"), note_required=True
)
FOUND_GROUP = name_verb("group.found", _("founded the group"))

# -- Joining: requested → active / refused; active → left / removed ---------------------------------------------------
_joining = GroupMembership.Status
ASK_JOINING = name_verb("joining.ask", _("asked to join"))
JOIN = name_verb("joining.join", _("joined the group"))
CHANGE_PEOPLE = name_verb("joining.represent", _("named who speaks for the organisation"))
ADMIT = Transition("joining.admit", {_joining.REQUESTED}, _joining.ACTIVE, _("admitted to the group"))
REFUSE = Transition(
    "joining.refuse", {_joining.REQUESTED}, _joining.REFUSED, _("refused the request to join"), note_required=True
)
WITHDRAW = Transition("joining.withdraw", {_joining.REQUESTED}, _joining.LEFT, _("withdrew the request to join"))
LEAVE = Transition("joining.leave", {_joining.ACTIVE}, _joining.LEFT, _("left the group"))
REMOVE = Transition(
    "joining.remove", {_joining.ACTIVE}, _joining.REMOVED, _("removed from the group"), note_required=True
)

# -- Work plans: draft → submitted → returned / approved; approved → completed or superseded ---------------------------
_plan = WorkPlan.Status
START_PLAN = name_verb("workplan.start", _("started the work plan"))
SUBMIT_PLAN = Transition(
    "workplan.submit", {_plan.DRAFT, _plan.RETURNED}, _plan.SUBMITTED, _("submitted the work plan")
)
RETURN_PLAN = Transition(
    "workplan.return", {_plan.SUBMITTED}, _plan.RETURNED, _("returned the work plan"), note_required=True
)
APPROVE_PLAN = Transition("workplan.approve", {_plan.SUBMITTED}, _plan.APPROVED, _("approved the work plan"))
SUPERSEDE_PLAN = Transition(
    "workplan.supersede", {_plan.APPROVED}, _plan.SUPERSEDED, _("replaced the work plan by its next version")
)
COMPLETE_PLAN = Transition("workplan.complete", {_plan.APPROVED}, _plan.COMPLETED, _("completed the work plan"))

# -- Activities of a plan in force -----------------------------------------------------------------------------------
_activity = Activity.Status
REPORT_ACTIVITY = name_verb("activity.report", _("told how the activity goes"))
ACTIVITY_STEPS = {
    step.target: step
    for step in (
        Transition(
            "activity.start",
            {_activity.PLANNED, _activity.DONE, _activity.DROPPED},
            _activity.RUNNING,
            _("took up the activity"),
        ),
        Transition(
            "activity.finish", {_activity.PLANNED, _activity.RUNNING}, _activity.DONE, _("finished the activity")
        ),
        Transition(
            "activity.drop",
            {_activity.PLANNED, _activity.RUNNING},
            _activity.DROPPED,
            _("dropped the activity"),
            note_required=True,
        ),
        Transition(
            "activity.postpone",
            {_activity.RUNNING, _activity.DONE, _activity.DROPPED},
            _activity.PLANNED,
            _("put the activity back to planned"),
        ),
    )
}
