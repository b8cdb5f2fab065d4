"""Who may do what with groups, proposals and work plans. Every condition carries the sentence that a person reads who
does not meet it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.permissions import allow, condition
from groups.models import Group, GroupMembership, GroupRole, Proposal, WorkPlan
from members.models import Organisation, today

# -- Proposals --------------------------------------------------------------------------------------------------------


@condition(_("Only people who represent a member may propose a group."))
def represents_a_member(user: Any, obj: Any) -> bool:
    return bool(user.organisation_roles)


@condition(_("Only representatives of the organisation that proposes the group may do this."))
def represents_the_proposer(user: Any, proposal: Any) -> bool:
    return user.represents(proposal.organisation_id)


@condition(_("It is with the committee, or decided: what was submitted is not rewritten."))
def is_in_the_making(user: Any, obj: Any) -> bool:
    return obj.is_editable


@condition(
    _(
        "The chair and the vice-chair of the committee decide on proposals; the ASA Office does where the chair wrote"
        " the proposal or the seat is vacant."
    )
)
def decides_on_the_proposal(user: Any, proposal: Any) -> bool:
    return Proposal.objects.in_charge(user).filter(pk=proposal.pk).exists()


@condition(_("You wrote in this proposal yourself: somebody else of the committee or the ASA Office decides on it."))
def has_not_written_the_proposal(user: Any, proposal: Any) -> bool:
    return Proposal.objects.not_written_by(user).filter(pk=proposal.pk).exists()


@condition(_("This proposal is not open to you."))
def sees_the_proposal(user: Any, proposal: Any) -> bool:
    return Proposal.objects.visible_to(user).filter(pk=proposal.pk).exists()


allow("groups.propose_group", represents_a_member)
allow("groups.view_proposal", sees_the_proposal)
allow("groups.change_proposal", represents_the_proposer, is_in_the_making)
allow("groups.submit_proposal", represents_the_proposer)
for verb in ("accept", "return", "decline"):
    allow(f"groups.{verb}_proposal", decides_on_the_proposal, has_not_written_the_proposal)

# -- Groups and their members -----------------------------------------------------------------------------------------


@condition(_("The workspace is for the organisations in the group, its committee and the ASA Office."))
def is_inside(user: Any, group: Any) -> bool:
    return Group.objects.inside_for(user).filter(pk=group.pk).exists()


@condition(_("The group is closed."))
def is_active(user: Any, obj: Any) -> bool:
    group = obj if isinstance(obj, Group) else obj.group
    return group.status == Group.Status.ACTIVE


@condition(_("Only representatives of a member may ask to join a group, and for their own organisation."))
def represents_an_active_member(user: Any, joining: Any) -> bool:
    return user.represents(joining.organisation_id)


@condition(_("Your organisation takes part in this group already, or has asked to."))
def is_not_in_it_yet(user: Any, joining: Any) -> bool:
    return (
        not GroupMembership.objects.live()
        .filter(group_id=joining.group_id, organisation_id=joining.organisation_id)
        .exists()
    )


@condition(_("The lead and co-lead of the group decide who joins; the chair of the committee does where no lead can."))
def decides_on_joining(user: Any, joining: Any) -> bool:
    return GroupMembership.objects.in_charge(user).filter(pk=joining.pk).exists()


@condition(_("You wrote this request yourself: somebody else decides on it."))
def has_not_asked_for_it(user: Any, joining: Any) -> bool:
    return joining.requested_by_id != user.pk


@condition(_("Only the lead and co-lead of the group may do this."))
def leads_it(user: Any, obj: Any) -> bool:
    group_id = obj.pk if isinstance(obj, Group) else obj.group_id
    return GroupRole.objects.of(user).filter(group_id=group_id).exists()


@condition(_("The organisation of a lead stays in the group: hand over the lead first."))
def does_not_lead(user: Any, joining: Any) -> bool:
    roles = GroupRole.objects.current().filter(group_id=joining.group_id, organisation_id=joining.organisation_id)
    return not roles.exists()


@condition(_("Only representatives of this organisation may do this."))
def speaks_for_the_member(user: Any, joining: Any) -> bool:
    return user.represents(joining.organisation_id)


allow("groups.view_group_inside", is_inside)
allow("groups.ask_joining", represents_an_active_member, is_active, is_not_in_it_yet)
allow("groups.admit_joining", decides_on_joining, has_not_asked_for_it, is_active)
allow("groups.refuse_joining", decides_on_joining, has_not_asked_for_it)
allow("groups.remove_joining", leads_it, does_not_lead)
allow("groups.withdraw_joining", speaks_for_the_member)
allow("groups.leave_joining", speaks_for_the_member, does_not_lead)
allow("groups.represent_joining", speaks_for_the_member)

# -- Work plans ------------------------------------------------------------------------------------------------------


@condition(
    _(
        "The chair and the vice-chair of the committee decide on work plans; the ASA Office does where the chair leads"
        " the group or wrote the plan, or the seat is vacant."
    )
)
def decides_on_the_plan(user: Any, plan: Any) -> bool:
    return WorkPlan.objects.in_charge(user).filter(pk=plan.pk).exists()


@condition(
    _("You lead this group or wrote in this plan: somebody else of the committee or the ASA Office decides on it.")
)
def has_no_part_in_the_plan(user: Any, plan: Any) -> bool:
    return WorkPlan.objects.not_of(user).filter(pk=plan.pk).exists()


@condition(_("This work plan is not open to you."))
def sees_the_plan(user: Any, plan: Any) -> bool:
    return WorkPlan.objects.visible_to(user).filter(pk=plan.pk).exists()


@condition(_("A version is replaced by approving the next one."))
def decides_on_its_next_version(user: Any, plan: Any) -> bool:
    later = WorkPlan.objects.submitted().filter(group=plan.group_id, year=plan.year, version__gt=plan.version)
    return later.decidable_by(user).exists()


@condition(_("A plan is completed when its year is over."))
def year_is_over(user: Any, plan: Any) -> bool:
    return plan.year < today().year


@condition(_("Only who is responsible for the activity, and the leads of the group, may do this."))
def answers_for_it(user: Any, activity: Any) -> bool:
    group_id = activity.plan.group_id
    if GroupRole.objects.of(user).filter(group_id=group_id).exists():
        return True
    # A person stays responsible while an organisation that they represent takes part.
    ours = Organisation.objects.members().filter(
        pk__in=list(user.organisation_roles),
        group_memberships__group_id=group_id,
        group_memberships__status=GroupMembership.Status.ACTIVE,
    )
    return activity.owner_id == user.pk and ours.exists()


@condition(_("Progress is recorded once the plan is approved, and until it is completed."))
def plan_is_in_force(user: Any, activity: Any) -> bool:
    return activity.plan.status == WorkPlan.Status.APPROVED


allow("groups.view_workplan", sees_the_plan)
allow("groups.start_workplan", leads_it, is_active)
allow("groups.change_workplan", leads_it, is_active, is_in_the_making)
allow("groups.submit_workplan", leads_it, is_active)
allow("groups.return_workplan", decides_on_the_plan, has_no_part_in_the_plan)
allow("groups.approve_workplan", decides_on_the_plan, has_no_part_in_the_plan)
allow("groups.supersede_workplan", decides_on_its_next_version)
allow("groups.complete_workplan", leads_it, year_is_over)
for verb in ("report", "start", "finish", "drop", "postpone"):
    allow(f"groups.{verb}_activity", answers_for_it, plan_is_in_force)
