"""Every step that a proposal, a group, a request to join, a work plan or an activity can take, and the words for it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.events import name_verb
from core.workflow import Transition
from groups.models import (
    Activity,
    Comment,
    Document,
    Founder,
    Group,
    GroupChange,
    GroupMembership,
    GuestInvitation,
    Meeting,
    MeetingAction,
    Output,
    Proposal,
    Recommendation,
    Thread,
    WorkPlan,
)

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
# An answer leaves the proposal where it is: its text may be mended as well before it is submitted again.
ANSWER_PROPOSAL = Transition(
    "proposal.answer",
    {_proposal.RETURNED},
    _proposal.RETURNED,
    _("answered the question of the committee"),
    note_required=True,
)
DECLINE_PROPOSAL = Transition(
    "proposal.decline", {_proposal.SUBMITTED}, _proposal.DECLINED, _("declined the proposal"), note_required=True
)
CONFIRM_FOUNDING = Transition(
    "founder.confirm",
    {Founder.Status.ASKED, Founder.Status.REFUSED},
    Founder.Status.CONFIRMED,
    _("confirmed that the organisation founds the group"),
)
REFUSE_FOUNDING = Transition(
    "founder.refuse",
    {Founder.Status.ASKED, Founder.Status.CONFIRMED},
    Founder.Status.REFUSED,
    _("said that the organisation does not found the group"),
    note_required=True,
)
FOUND_GROUP = name_verb("group.found", _("founded the group"))

# -- Joining: requested → active / refused; invited → active / declined; active → left / removed
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
INVITE = name_verb("joining.invite", _("invited the organisation into the group"))
ACCEPT_INVITATION = Transition(
    "joining.accept", {_joining.INVITED}, _joining.ACTIVE, _("accepted the invitation into the group")
)
DECLINE_INVITATION = Transition(
    "joining.decline",
    {_joining.INVITED},
    _joining.DECLINED,
    _("declined the invitation into the group"),
    note_required=True,
)
TAKE_BACK_INVITATION = Transition(
    "joining.uninvite", {_joining.INVITED}, _joining.REMOVED, _("took the invitation into the group back")
)

# -- Work plans: draft → submitted → returned / approved; approved → completed or superseded ---------------------------
_plan = WorkPlan.Status
START_PLAN = name_verb("workplan.start", _("started the work plan"))
COPY_PLAN = name_verb("workplan.copy", _("copied the work plan of the year before"))
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

# -- The future of a group: asked → granted / declined / withdrawn; each kind has words of its own -------------------
_change, _kind = GroupChange.Status, GroupChange.Kind
ASK: dict[str, str] = {
    _kind.EXTENSION: name_verb("extension.ask", _("asked for an extension")),
    _kind.CONVERSION: name_verb("conversion.ask", _("asked to become a working group")),
    _kind.CLOSING: name_verb("closing.ask", _("asked to close the group")),
}
GRANT: dict[str, Transition] = {
    _kind.EXTENSION: Transition("extension.grant", {_change.ASKED}, _change.GRANTED, _("extended the task force")),
    _kind.CONVERSION: Transition(
        "conversion.grant", {_change.ASKED}, _change.GRANTED, _("made the task force a working group")
    ),
    _kind.CLOSING: Transition("closing.grant", {_change.ASKED}, _change.GRANTED, _("agreed to close the group")),
}
DECLINE: dict[str, Transition] = {
    kind: Transition(f"{kind.value}.decline", {_change.ASKED}, _change.DECLINED, words, note_required=True)
    for kind, words in (
        (_kind.EXTENSION, _("declined the extension")),
        (_kind.CONVERSION, _("declined the conversion")),
        (_kind.CLOSING, _("declined the closing")),
    )
}
TAKE_BACK: dict[str, Transition] = {
    kind: Transition(f"{kind.value}.withdraw", {_change.ASKED}, _change.WITHDRAWN, words)
    for kind, words in (
        (_kind.EXTENSION, _("withdrew the request for an extension")),
        (_kind.CONVERSION, _("withdrew the request for a conversion")),
        (_kind.CLOSING, _("withdrew the request to close the group")),
    )
}
EXTEND_GROUP = name_verb("group.extend", _("set a later end"))
CONVERT_GROUP = name_verb("group.convert", _("gave the group its new kind and code"))
CLOSE_GROUP = Transition("group.close", {Group.Status.ACTIVE}, Group.Status.CLOSED, _("closed the group"))
PROMPT_END = name_verb("group.prompt", _("asked what becomes of the task force"))

# -- Who leads, who may join -------------------------------------------------------------------------------------------
GIVE_ROLE = name_verb("grouprole.give", _("gave a role in a group"))
END_ROLE = name_verb("grouprole.end", _("ended a role in a group"))
SET_ADMISSION = name_verb("group.admit", _("changed how organisations join"))
SET_LINEAGE = name_verb("group.link", _("set the earlier codes and the successor of the group"))

# -- Guests ------------------------------------------------------------------------------------------------------------
_guest = GuestInvitation.Status
ASK_GUEST = name_verb("guestinvitation.create", _("invited a guest"))
ASK_GUEST_AGAIN = name_verb("guestinvitation.renew", _("invited a guest again"))
ACCEPT_GUEST = Transition(
    "guestinvitation.accept", {_guest.OPEN}, _guest.ACCEPTED, _("accepted the invitation as a guest")
)
WITHDRAW_GUEST = Transition(
    "guestinvitation.withdraw", {_guest.OPEN}, _guest.WITHDRAWN, _("took the invitation of a guest back")
)
EXTEND_GUEST = name_verb("guest.extend", _("set a new last day for a guest"))
REMIND_GUEST = name_verb("guest.remind", _("reminded of the last day of a guest"))
REVOKE_GUEST = name_verb("guest.revoke", _("ended the access of a guest"))

# -- Recommendations: draft → issued → accepted / partly / declined → closed -------------------------------------------
_advice = Recommendation.Status
DRAFT_RECOMMENDATION = name_verb("recommendation.draft", _("wrote a recommendation"))
ISSUE_RECOMMENDATION = Transition(
    "recommendation.issue", {_advice.DRAFT}, _advice.ISSUED, _("issued the recommendation")
)
ANSWER_RECOMMENDATION: dict[str, Transition] = {
    _advice.ACCEPTED: Transition(
        "recommendation.accept", {_advice.ISSUED}, _advice.ACCEPTED, _("accepted the recommendation")
    ),
    _advice.PARTLY: Transition(
        "recommendation.accept_partly",
        {_advice.ISSUED},
        _advice.PARTLY,
        _("accepted the recommendation in part"),
        note_required=True,
    ),
    _advice.DECLINED: Transition(
        "recommendation.decline",
        {_advice.ISSUED},
        _advice.DECLINED,
        _("declined the recommendation"),
        note_required=True,
    ),
}
FOLLOW_UP_RECOMMENDATION = name_verb("recommendation.follow_up", _("told what became of the recommendation"))
CLOSE_RECOMMENDATION = Transition(
    "recommendation.close",
    set(Recommendation.ANSWERED),
    _advice.CLOSED,
    _("closed the recommendation"),
    note_required=True,
)

# -- Meetings: planned → cancelled; what is to do after one: open → done / dropped -------------------------------------
CHANGE_RECOMMENDATION = name_verb("recommendation.change", _("changed the text of the recommendation"))
REMOVE_ACTIVITY = name_verb("workplan.drop_activity", _("took an activity out of the work plan"))
CALL_MEETING = name_verb("meeting.call", _("called a meeting"))
CHANGE_MEETING = name_verb("meeting.change", _("changed what was announced of the meeting"))
CANCEL_MEETING = Transition(
    "meeting.cancel",
    {Meeting.Status.PLANNED},
    Meeting.Status.CANCELLED,
    _("cancelled the meeting"),
    note_required=True,
)
RECORD_MEETING = name_verb("meeting.record", _("recorded the minutes of the meeting"))
DECIDE_AT_MEETING = name_verb("meetingdecision.enter", _("entered what was decided at the meeting"))
_action = MeetingAction.Status
GIVE_ACTION = name_verb("meetingaction.give", _("noted what is to do after the meeting"))
FINISH_ACTION = Transition("meetingaction.finish", {_action.OPEN}, _action.DONE, _("did what was agreed"))
DROP_ACTION = Transition(
    "meetingaction.drop", {_action.OPEN}, _action.DROPPED, _("dropped what was agreed"), note_required=True
)

# -- Documents: current → withdrawn ------------------------------------------------------------------------------------
ADD_DOCUMENT = name_verb("document.add", _("uploaded a document"))
REVISE_DOCUMENT = name_verb("document.revise", _("uploaded a new version"))
CHANGE_DOCUMENT = name_verb("document.change", _("changed what is said about the document"))
OPEN_DOCUMENT = name_verb("document.open", _("opened the document to more readers"))
CLOSE_DOCUMENT = name_verb("document.close", _("closed the document to some of its readers"))
WITHDRAW_DOCUMENT = Transition(
    "document.withdraw",
    {Document.Status.CURRENT},
    Document.Status.WITHDRAWN,
    _("withdrew the document"),
    note_required=True,
)

# -- What the portal reminds of once its day is past (groups.overdue) --------------------------------------------------
REMIND_ACTIVITY = name_verb("activity.remind", _("reminded of an activity that is overdue"))
REMIND_ACTION = name_verb("meetingaction.remind", _("reminded of something agreed that is overdue"))
REMIND_RECOMMENDATION = name_verb("recommendation.remind", _("reminded of a recommendation without an answer"))
REMIND_JOINING = name_verb("joining.remind", _("reminded of a request to join that waits"))
REMIND_FOUNDER = name_verb("founder.remind", _("reminded of a founding that is not confirmed"))


# -- Outputs: current → withdrawn --------------------------------------------------------------------------------------
RECORD_OUTPUT = name_verb("output.record", _("recorded an output"))
CHANGE_OUTPUT = name_verb("output.change", _("changed what is said about the output"))
WITHDRAW_OUTPUT = Transition(
    "output.withdraw", {Output.Status.CURRENT}, Output.Status.WITHDRAWN, _("withdrew the output"), note_required=True
)

# -- Dialogue: a discussion is open or closed; a comment is shown, taken back or removed -------------------------------
OPEN_DISCUSSION = name_verb("discussion.open", _("opened a discussion"))
PIN_DISCUSSION = name_verb("discussion.pin", _("put a discussion first"))
UNPIN_DISCUSSION = name_verb("discussion.unpin", _("put a discussion back among the others"))
CLOSE_DISCUSSION = Transition(
    "discussion.close", {Thread.Status.OPEN}, Thread.Status.CLOSED, _("closed the discussion")
)
REOPEN_DISCUSSION = Transition(
    "discussion.reopen", {Thread.Status.CLOSED}, Thread.Status.OPEN, _("opened the discussion again")
)
WRITE_COMMENT = name_verb("comment.write", _("wrote a comment"))
NAME_PEOPLE = name_verb("mention.make", _("named people in a comment"))
EDIT_COMMENT = name_verb("comment.edit", _("changed a comment"))
WITHDRAW_COMMENT = Transition(
    "comment.withdraw", {Comment.Status.SHOWN}, Comment.Status.WITHDRAWN, _("took back a comment")
)
REMOVE_COMMENT = Transition(
    "comment.remove", {Comment.Status.SHOWN}, Comment.Status.REMOVED, _("removed a comment"), note_required=True
)
SEND_ANNOUNCEMENT = name_verb("announcement.send", _("announced"))
