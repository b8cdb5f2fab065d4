"""Who proposes a group, who founds it with them, and who decides on it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from committees.permissions import carries_out_a_procedure, no_procedure_is_open
from core.permissions import allow, any_of, condition
from groups.models import Proposal


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


@condition(_("Only representatives of this organisation may answer for it."))
def speaks_for_the_founder(user: Any, founder: Any) -> bool:
    return user.represents(founder.organisation_id)


@condition(_("Who proposes a group founds it: that is not to be confirmed."))
def is_a_co_founder(user: Any, founder: Any) -> bool:
    return founder.organisation_id != founder.proposal.organisation_id


@condition(_("Founders answer while the proposal is with the committee or returned."))
def founding_is_open(user: Any, founder: Any) -> bool:
    return founder.proposal.status in {Proposal.Status.SUBMITTED, Proposal.Status.RETURNED}


for verb in ("confirm", "refuse"):
    allow(f"groups.{verb}_founder", speaks_for_the_founder, is_a_co_founder, founding_is_open)
allow("groups.propose_group", represents_a_member)
allow("groups.view_proposal", sees_the_proposal)
allow("groups.change_proposal", represents_the_proposer, is_in_the_making)
allow("groups.submit_proposal", represents_the_proposer)
allow("groups.answer_proposal", represents_the_proposer)
_decides_on_the_proposal = any_of(decides_on_the_proposal, carries_out_a_procedure)
for verb in ("accept", "return", "decline"):
    allow(f"groups.{verb}_proposal", _decides_on_the_proposal, has_not_written_the_proposal, no_procedure_is_open)
