"""Who writes a work plan, decides on it, and reports on its activities."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from committees.permissions import carries_out_a_procedure, no_procedure_is_open
from core.permissions import allow, any_of, condition
from groups.models import GroupMembership, GroupRole, WorkPlan
from groups.permissions.groups import is_active, is_in_its_term, leads_it
from groups.permissions.proposals import is_in_the_making
from members.models import Organisation, today


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
    return any(user.has_perm("groups.approve_workplan", one) for one in later)


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


@condition(_("The closing report is written while the plan is in force."))
def is_in_force(user: Any, plan: Any) -> bool:
    return plan.status == WorkPlan.Status.APPROVED


allow("groups.view_workplan", sees_the_plan)
allow("groups.start_workplan", leads_it, is_active, is_in_its_term)
allow("groups.change_workplan", leads_it, is_active, is_in_its_term, is_in_the_making)
allow("groups.submit_workplan", leads_it, is_active, is_in_its_term)
_decides_on_the_plan = any_of(decides_on_the_plan, carries_out_a_procedure)
for verb in ("return", "approve"):
    allow(f"groups.{verb}_workplan", _decides_on_the_plan, has_no_part_in_the_plan, no_procedure_is_open, is_active)
allow("groups.supersede_workplan", decides_on_its_next_version)
allow("groups.complete_workplan", leads_it, year_is_over)
allow("groups.write_closing_report", leads_it, is_in_force)
for verb in ("report", "start", "finish", "drop", "postpone"):
    allow(f"groups.{verb}_activity", answers_for_it, plan_is_in_force)
