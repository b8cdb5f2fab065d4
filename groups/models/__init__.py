from groups.models.groups import Group, GroupKind, GroupMembership, GroupRole
from groups.models.plans import Activity, PlanIsFixed, PlanSubmission, WorkPlan, WorkPlanGrant
from groups.models.proposals import Founder, Proposal

__all__ = [
    "Activity",
    "Founder",
    "Group",
    "GroupKind",
    "GroupMembership",
    "GroupRole",
    "PlanIsFixed",
    "PlanSubmission",
    "Proposal",
    "WorkPlan",
    "WorkPlanGrant",
]
