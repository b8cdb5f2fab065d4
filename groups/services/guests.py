"""Opening a group or a plan to a named person until a day, and closing it again."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import grants, permissions, workflow
from core.workflow import Incomplete
from groups import steps
from groups.models import Group, GroupGrant, WorkPlan, WorkPlanGrant
from members.models import User, today

LONGEST_DAYS = 366
TABLES: dict[str, type[GroupGrant] | type[WorkPlanGrant]] = {one.KIND: one for one in (GroupGrant, WorkPlanGrant)}


def _person(email: str) -> User:
    """Whoever has proven the address."""
    found = User.objects.filter(
        emailaddress__email__iexact=email.strip(), emailaddress__verified=True, is_active=True, is_system=False
    ).first()
    if found is None:
        raise Incomplete(
            {"email": _("No account of the portal has this address. The ASA Office can help the person to get one.")}
        )
    return found


def _check_day(until: date) -> None:
    last = today() + timedelta(days=LONGEST_DAYS)
    if until < today():
        raise Incomplete({"until": _("This day is past: name today or a later one.")})
    if until > last:
        words = _("A guest comes for a year at most: until %(day)s. It can be given again.")
        raise Incomplete({"until": words % {"day": date_format(last, "SHORT_DATE_FORMAT")}})


@transaction.atomic
def admit_guest(
    *, group_id: int, email: str, until: date, actor: User, plan_id: int | None = None, note: str = ""
) -> GroupGrant | WorkPlanGrant:
    """Open the workspace of a group, or one of its plans, to somebody with an account. For a guest who is there already
    the day is set anew. Raises Incomplete where the address, the day or the plan does not fit."""
    group = Group.objects.select_for_update(of=("self",)).get(pk=group_id)  # two at once: the second finds the row
    permissions.require(actor, "groups.admit_guest", group)
    person = _person(email)
    _check_day(until)
    opened: Group | WorkPlan = group
    if plan_id is not None:
        plan = WorkPlan.objects.filter(pk=plan_id, group=group).first()
        if plan is None:
            raise Incomplete({"plan_id": _("This plan is not one of the group.")})
        opened = plan
    table = WorkPlanGrant if plan_id is not None else GroupGrant
    is_guest = GroupGrant.objects.filter(content_object=group, user=person).exists()
    if Group.objects.inside_for(person).filter(pk=group.pk).exists() and not (is_guest and plan_id is None):
        raise Incomplete({"email": _("%(who)s sees the whole group already.") % {"who": person}})
    row: GroupGrant | WorkPlanGrant = grants.give(table.RIGHT, person, opened, until=until, by=actor)
    day = _("Until %(day)s.") % {"day": date_format(until, "DATE_FORMAT")}
    workflow.act(steps.ADMIT_GUEST, row, actor=actor, note=f"{day} {note}".strip(), data={"until": until.isoformat()})
    return row


@transaction.atomic
def revoke_guest(*, kind: str, grant_id: int, actor: User, note: str = "") -> None:
    """From now on. Whoever comes second finds nothing left to do."""
    row = TABLES[kind].objects.select_for_update(of=("self",)).filter(pk=grant_id).first()
    if row is None:
        return
    permissions.require(actor, "groups.revoke_guest", row.group)
    workflow.act(steps.REVOKE_GUEST, row, actor=actor, note=note)
    row.delete()
