"""Where a group comes from and who goes on with its work: codes that it had once, and its successor."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext as _

from core import permissions, workflow
from core.workflow import Incomplete
from groups import steps
from groups.models import Group
from members.models import User

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{1,19}")


def codes_in(text: str) -> list[str]:
    """The codes in a text, between commas, semicolons or spaces, each once and in its order."""
    return list(dict.fromkeys(re.split(r"[\s,;]+", text.strip()))) if text.strip() else []


def _problem_of(code: str, group: Group) -> str:
    """Why this can be no earlier code of the group, or nothing. An address with it leads to one group alone."""
    if not CODE.fullmatch(code) or "/" in code:
        return _("“%(code)s” is no code: 2 to 20 letters, digits, points and hyphens.") % {"code": code[:40]}
    if code == group.code:
        return _("“%(code)s” is the code that the group has now.") % {"code": code}
    holder = Group.objects.filter(code=code).first() or Group.objects.exclude(pk=group.pk).once_called(code)
    if holder is not None:
        return _("“%(code)s” belongs to %(group)s.") % {"code": code, "group": holder}
    return ""


def goes_in_a_circle(group: Group, successor: Group) -> bool:
    """Whether the group would continue itself, over however many others."""
    seen = {group.pk}
    following: Group | None = successor
    while following is not None:
        if following.pk in seen:
            return True
        seen.add(following.pk)
        following = following.successor
    return False


@transaction.atomic
def link_group(
    *, group_id: int, actor: User, legacy_codes: list[str], successor: Group | None, note: str = ""
) -> Group:
    """Set the earlier codes and the successor (DOMAIN 5). Raises Incomplete, by field, for a code that is none or that
    belongs to another group, and for a successor whose own successors lead back."""
    # All groups, in their order: of two people who link two groups to each other one is refused.
    rows = {one.pk: one for one in Group.objects.select_for_update(of=("self",)).order_by("pk")}
    group = rows[group_id]
    permissions.require(actor, "groups.link_group", group)
    problems = {}
    if wrong := [words for code in legacy_codes if (words := _problem_of(code, group))]:
        problems["legacy_codes"] = " ".join(wrong)
    if successor is not None and goes_in_a_circle(group, rows[successor.pk]):
        problems["successor"] = _("That group leads back to this one: a group does not continue itself.")
    if problems:
        raise Incomplete(problems)
    before = [group.legacy_codes, group.successor.code if group.successor else ""]
    after = [legacy_codes, successor.code if successor else ""]
    if before == after:
        return group
    group.legacy_codes, group.successor = legacy_codes, successor
    group.save(update_fields=["legacy_codes", "successor"])
    workflow.act(
        steps.SET_LINEAGE,
        group,
        actor=actor,
        note=note,
        data={"legacy_codes": [before[0], after[0]], "successor": [before[1], after[1]]},
    )
    return group
