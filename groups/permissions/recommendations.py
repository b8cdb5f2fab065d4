"""Who writes a recommendation, issues it, and answers it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from committees.permissions import carries_out_a_procedure, holds_seat, no_procedure_is_open
from core.permissions import allow, any_of, condition
from groups.models import Recommendation
from groups.permissions.proposals import is_in_the_making
from members.permissions import is_insider


@condition(_("Only those who hold a seat in this committee may do this."))
def sits_in_its_committee(user: Any, recommendation: Any) -> bool:
    return bool(user.is_office) or holds_seat(user, recommendation.committee)


@condition(
    _(
        "The chair and the vice-chair of the committee decide on recommendations; the ASA Office does where the chair"
        " wrote it or leads the group, or the seat is vacant."
    )
)
def decides_on_the_recommendation(user: Any, recommendation: Any) -> bool:
    return Recommendation.objects.in_charge(user).filter(pk=recommendation.pk).exists()


@condition(_("You wrote this or would have to answer it: somebody else of the committee or the ASA Office decides."))
def has_no_part_in_the_recommendation(user: Any, recommendation: Any) -> bool:
    return Recommendation.objects.not_of(user).filter(pk=recommendation.pk).exists()


@condition(_("Those to whom it is addressed answer: the leads of the group, or the ASA Office."))
def is_addressed(user: Any, recommendation: Any) -> bool:
    return Recommendation.objects.addressed_to(user).filter(pk=recommendation.pk).exists()


_decides_on_the_recommendation = any_of(decides_on_the_recommendation, carries_out_a_procedure)
allow("groups.view_recommendations", is_insider)
allow("groups.change_recommendation", sits_in_its_committee, is_in_the_making, no_procedure_is_open)
allow(
    "groups.issue_recommendation",
    _decides_on_the_recommendation,
    has_no_part_in_the_recommendation,
    no_procedure_is_open,
)
for verb in ("accept", "accept_partly", "decline", "follow_up"):
    allow(f"groups.{verb}_recommendation", is_addressed)
allow("groups.close_recommendation", decides_on_the_recommendation, has_no_part_in_the_recommendation)
