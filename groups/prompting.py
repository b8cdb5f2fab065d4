"""Asks the leads of a task force, 60, 30 and 7 days before its end, what becomes of it, and tells the committee."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import workflow
from groups import steps
from groups.models import EndPrompt, Group, GroupChange, GroupKind, GroupRole
from members.models import User, today

DAYS = (7, 30, 60)  # before the end


def send_prompts() -> int:
    """Every day; returns how many were sent. A day without beat is made up for by the next: then only the nearest of
    the prompts goes out. Who has asked the committee already is left alone."""
    last = today() + timedelta(days=max(DAYS))
    ending = Group.objects.active().filter(kind=GroupKind.TASK_FORCE, ends__gte=today(), ends__lte=last)
    asked = GroupChange.objects.asked().values("group")
    return sum(_prompt(pk) for pk in ending.exclude(pk__in=asked).values_list("pk", flat=True))


@transaction.atomic
def _prompt(group_id: int) -> bool:
    group = Group.objects.select_for_update(of=("self",)).get(pk=group_id)  # two beats: the second finds the row
    if group.ends is None:  # converted since
        return False
    left = (group.ends - today()).days
    days = next(one for one in DAYS if left <= one)
    _row, is_new = EndPrompt.objects.get_or_create(group=group, ends=group.ends, days=days)
    if is_new:
        words = _("Its last day is %(day)s. Ask for an extension, propose to make it a working group, or close it.")
        note = words % {"day": date_format(group.ends, "DATE_FORMAT")}
        leads = list(GroupRole.objects.in_force().filter(group=group).values_list("user", flat=True))
        data = {"ends": group.ends.isoformat(), "days": days, "leads": leads}  # who can ask gets the way to it
        workflow.act(steps.PROMPT_END, group, actor=User.objects.system(), note=note, data=data)
    return is_new
