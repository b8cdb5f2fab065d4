"""Who keeps the results of projects, and who takes them up."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from committees.models import Seat
from committees.permissions import holds_seat
from core.permissions import allow, any_of, condition
from groups.models import Group, GroupRole
from members.permissions import is_office
from projects.models import Partner, Project, Result


@condition(_("The partners of the project that are members, and the ASA Office, keep its results."))
def keeps_results(user: Any, obj: Any) -> bool:
    project_id = obj.pk if isinstance(obj, Project) else obj.project_id
    if user.is_office:
        return True
    return Partner.objects.filter(project=project_id, organisation__in=list(user.organisation_roles)).exists()


@condition(_("Only the seats of a committee may do this."))
def sits_in_a_committee(user: Any, result: Any) -> bool:
    return Seat.objects.of(user).exists()


@condition(_("It is retired."))
def is_not_retired(user: Any, result: Any) -> bool:
    return result.status != Result.Status.RETIRED


@condition(_("The chair and vice-chair of the committee to which it is proposed decide on it."))
def steers_its_committee(user: Any, result: Any) -> bool:
    return result.committee is not None and holds_seat(user, result.committee, *Seat.STEERING)


@condition(_("The leads of the committee's groups take it up, or its chair and vice-chair for one of them."))
def can_take_it_up(user: Any, result: Any) -> bool:
    if steers_its_committee(user, result):
        return True
    led = GroupRole.objects.ids_of(user, "group")
    return Group.objects.active().filter(pk__in=led, committee=result.committee_id).exists()


@condition(_("You proposed it yourself: somebody else decides."))
def has_not_proposed_it(user: Any, result: Any) -> bool:
    return result.proposed_by_id != user.pk


@condition(_("Those who use it say so: the leads of its groups and the chairs of their committee, or the ASA Office."))
def uses_or_steers_it(user: Any, result: Any) -> bool:
    if user.is_office or steers_its_committee(user, result):
        return True
    led = GroupRole.objects.ids_of(user, "group")
    return bool(result.uses.current().filter(group__in=led).exists())


@condition(_("It is taken up by a group first; from then on organisations can say that they use it."))
def is_taken_up(user: Any, use: Any) -> bool:
    return use.result.status in (Result.Status.TAKEN_UP, Result.Status.IN_USE)


@condition(_("Only representatives of a member say what it uses, each for their own organisation."))
def speaks_for_who_uses_it(user: Any, use: Any) -> bool:
    return bool(user.represents(use.organisation_id))


@condition(_("Who uses it ends it: a representative of the organisation, a lead of the group; or the ASA Office."))
def ends_the_use(user: Any, use: Any) -> bool:
    if user.is_office:
        return True
    if use.group_id:
        return bool(
            GroupRole.objects.of(user).filter(group=use.group_id).exists()
            or holds_seat(user, use.group.committee, *Seat.STEERING)
        )
    return bool(user.represents(use.organisation_id))


@condition(_("The ASA Office keeps the facts; the coordinator of the project tells what it is about."))
def coordinates_it(user: Any, project: Any) -> bool:
    found = Partner.objects.filter(project=project.pk, role=Partner.Role.COORDINATOR)
    return found.filter(organisation__in=list(user.organisation_roles)).exists()


@condition(_("The ASA Office keeps the facts; the lead organisation tells what the initiative is about."))
def leads_the_initiative(user: Any, initiative: Any) -> bool:
    return bool(user.represents(initiative.lead_id))


allow("projects.enter_project", is_office)
allow("projects.change_project", any_of(coordinates_it, is_office, reason=coordinates_it.reason))
allow("projects.enter_initiative", is_office)
allow("projects.change_initiative", any_of(leads_the_initiative, is_office, reason=leads_the_initiative.reason))
allow("projects.import_results", is_office)
allow("projects.record_result", keeps_results)
allow("projects.change_result", keeps_results, is_not_retired)
allow("projects.propose_result", any_of(keeps_results, sits_in_a_committee))
allow("projects.take_up_result", can_take_it_up, has_not_proposed_it)
allow("projects.decline_result", steers_its_committee, has_not_proposed_it)
allow("projects.use_result", uses_or_steers_it)
allow("projects.retire_result", any_of(keeps_results, steers_its_committee))
allow("projects.begin_resultuse", speaks_for_who_uses_it, is_taken_up)
allow("projects.end_resultuse", ends_the_use)
