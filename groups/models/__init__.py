from groups.models.activities import Activity
from groups.models.announcements import Announcement
from groups.models.changes import EndPrompt, GroupChange
from groups.models.closing import ClosingReport
from groups.models.dialogue import Comment, Thread, ThreadReader
from groups.models.documents import Document, DocumentVersion, Visibility
from groups.models.groups import Group, GroupKind, GroupMembership, GroupRole
from groups.models.guests import GroupGrant, GuestInvitation, WorkPlanGrant
from groups.models.meetings import CalendarAddress, Meeting, MeetingAction, MeetingDecision, MeetingInvitation
from groups.models.outputs import Output
from groups.models.plans import PlanIsFixed, PlanSubmission, WorkPlan
from groups.models.proposals import Founder, Proposal
from groups.models.recommendations import Recommendation
from groups.models.reminders import OverdueReminder

__all__ = [
    "Activity",
    "Announcement",
    "CalendarAddress",
    "ClosingReport",
    "Comment",
    "Document",
    "DocumentVersion",
    "EndPrompt",
    "Founder",
    "Group",
    "GroupChange",
    "GroupGrant",
    "GroupKind",
    "GroupMembership",
    "GroupRole",
    "GuestInvitation",
    "Meeting",
    "MeetingAction",
    "MeetingDecision",
    "MeetingInvitation",
    "Output",
    "OverdueReminder",
    "PlanIsFixed",
    "PlanSubmission",
    "Proposal",
    "Recommendation",
    "Thread",
    "ThreadReader",
    "Visibility",
    "WorkPlan",
    "WorkPlanGrant",
]
