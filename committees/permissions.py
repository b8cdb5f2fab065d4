"""Who steers a committee. Higher apps reuse these tests for what lies under one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from committees.models import Committee, Procedure, Seat
from core.permissions import allow, any_of, condition
from members.permissions import is_insider, is_office, is_office_or_administrator, is_the_portal

STEERING = Seat.STEERING


def holds_seat(user: Any, committee: Committee, *roles: str) -> bool:
    """Whether the person sits there today, in one of the roles if any are named, for an active member."""
    seats = Seat.objects.of(user).filter(committee=committee)
    return (seats.filter(role__in=roles) if roles else seats).exists()


@condition(_("Only the chair and vice-chair of this committee may do this."))
def steers_it(user: Any, committee: Any) -> bool:
    return holds_seat(user, committee, *Seat.STEERING)


@condition(_("Only those who hold a seat in this committee may do this."))
def sits_in_it(user: Any, committee: Any) -> bool:
    return holds_seat(user, committee)


allow("committees.view_committee_desk", any_of(steers_it, is_office_or_administrator))
allow("committees.manage_seats", is_office)
allow("committees.draft_recommendation", any_of(sits_in_it, is_office))
allow("committees.view_decisions", is_insider)
allow("committees.view_committee_inside", any_of(sits_in_it, is_office_or_administrator))


# -- Written procedures -----------------------------------------------------------------------------------------------


@condition(_("Only those who hold a seat in this committee may do this."))
def has_a_seat_in_its_committee(user: Any, procedure: Any) -> bool:
    return holds_seat(user, procedure.committee)


@condition(_("You are recused: you wrote this, asked for it, or lead the group that it is about."))
def is_not_recused(user: Any, procedure: Any) -> bool:
    return procedure.subject is None or user.pk not in procedure.subject.recused()


@condition(_("The deadline is over: silence has adopted it, or somebody objected."))
def deadline_is_ahead(user: Any, procedure: Any) -> bool:
    return procedure.status != Procedure.Status.OPEN or procedure.is_running  # a state that moved on has its own words


@condition(_("It is closed when its deadline is over."))
def deadline_is_over(user: Any, procedure: Any) -> bool:
    return not procedure.is_running


@condition(_("Only the chair and vice-chair of this committee, and the ASA Office, may do this."))
def steers_its_committee(user: Any, procedure: Any) -> bool:
    return is_office(user) or holds_seat(user, procedure.committee, *Seat.STEERING)


@condition(_("This written procedure is for the committee and the ASA Office."))
def sees_the_procedure(user: Any, procedure: Any) -> bool:
    return Procedure.objects.visible_to(user).filter(pk=procedure.pk).exists()


@condition(_("A written procedure on this is under way: the committee decides, or the chair withdraws it first."))
def no_procedure_is_open(user: Any, subject: Any) -> bool:
    return not Procedure.objects.on(subject).open().exists()


@condition(_("The portal decides only what a committee adopted by written procedure."))
def carries_out_a_procedure(user: Any, subject: Any) -> bool:
    return bool(user.is_system) and Procedure.objects.on(subject).filter(status=Procedure.Status.ADOPTED).exists()


allow("committees.view_procedure", sees_the_procedure)
for verb in ("support", "comment", "object"):
    allow(f"committees.{verb}_procedure", has_a_seat_in_its_committee, is_not_recused, deadline_is_ahead)
for verb in ("adopt", "lapse"):
    allow(f"committees.{verb}_procedure", is_the_portal, deadline_is_over)
allow("committees.withdraw_procedure", steers_its_committee, is_not_recused, deadline_is_ahead)
