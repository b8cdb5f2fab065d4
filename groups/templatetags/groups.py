"""What other pages show about groups. A committee's page uses these tags: the committee itself knows no groups."""

from __future__ import annotations

from typing import Any

from django import template

from committees.models import Committee
from groups import desk, selectors
from groups.models import Activity, CalendarAddress, Document, Group, Output

register = template.Library()


@register.simple_tag(takes_context=True)
def groups_of(context: dict[str, Any], committee: Committee) -> dict[str, Any]:
    """{% groups_of committee as groups %}: groups.rows are the first of them, groups.count is how many there are."""
    rows, count = selectors.groups_of_committee(committee, context["request"].user)
    return {"rows": rows, "count": count}


@register.simple_tag(takes_context=True)
def desk_of(context: dict[str, Any], committee: Committee) -> desk.Desk:
    """{% desk_of committee as desk %}: what waits there for a decision."""
    return desk.desk_of(committee, context["request"].user)


@register.simple_tag(takes_context=True)
def documents_of(context: dict[str, Any], body: Committee | Group) -> list[Document]:
    """{% documents_of body as documents %}: the newest that the reader may see."""
    return selectors.documents_of(body, context["request"].user)


@register.simple_tag(takes_context=True)
def outputs_of(context: dict[str, Any], group: Group) -> list[Output]:
    """{% outputs_of group as outputs %}: the newest that the reader may see."""
    return selectors.outputs_of(group, context["request"].user)


@register.simple_tag
def group_counts() -> dict[int, int]:
    """{% group_counts as counts %}: {committee id: active groups}, for a list of committees in one query."""
    return selectors.group_counts()


@register.filter
def at(counts: dict[int, int], key: int) -> int:
    return counts.get(key, 0)


@register.filter
def changes_of(comparison: Any, activity: Activity) -> Any:
    """The changes of one activity in a comparison of two submissions; None when there are none."""
    return comparison.of_activity.get(str(activity.key)) if comparison else None


@register.filter
def notes_on(notes: dict[str, Any], activity: Activity) -> Any:
    """What was told of one activity (groups.closing.notes_of)."""
    return notes.get(str(activity.key), [])


@register.filter
def was_added(comparison: Any, activity: Activity) -> bool:
    return bool(comparison) and str(activity.key) in comparison.added_keys


@register.simple_tag(takes_context=True)
def calendar_address(context: dict[str, Any]) -> CalendarAddress | None:
    """{% calendar_address as address %}: the private address of the reader's calendar, if they have one."""
    return CalendarAddress.objects.filter(user=context["request"].user).first()
