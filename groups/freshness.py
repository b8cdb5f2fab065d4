"""Groups of which nobody has heard for a while. News is what a person did on the group or anything in it: a plan, an
activity, a meeting, a request, an output. What the portal does by itself, such as reminding, is none.

It is worked out when it is asked for: a stored mark would be wrong from the day on which something happens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from core.models import EventTarget
from groups.models import Group


def _acts(group: str = "pk") -> QuerySet[EventTarget]:
    kind = ContentType.objects.get_for_model(Group)
    return EventTarget.objects.filter(
        content_type=kind, object_id=OuterRef(group), event__actor__is_system=False
    ).order_by()


def limit() -> datetime:
    """A group without news since then is stale."""
    return timezone.now() - timedelta(days=settings.GROUP_STALE_DAYS)


def is_stale(group: str = "pk") -> Q:
    """The condition, for querysets of groups."""
    recent = _acts(group).filter(event__at__gte=limit())
    return Q(~Exists(recent), status=Group.Status.ACTIVE, starts__lt=timezone.localdate(limit()))


def with_last_news(groups: Any) -> Any:
    """Adds `last_news`: when somebody last did something, None where nobody ever did."""
    return groups.annotate(last_news=Subquery(_acts().order_by("-event__at").values("event__at")[:1]))


def stale(groups: Any) -> Any:
    """Those of the groups that are stale, each with its last news."""
    return with_last_news(groups.filter(is_stale()))


def last_news_of(groups: list[Group]) -> dict[int, datetime]:
    """{group id: when somebody last did something in it}, in one query."""
    rows = with_last_news(Group.objects.filter(pk__in=[group.pk for group in groups]))
    return dict(rows.exclude(last_news=None).values_list("pk", "last_news")) if groups else {}


def stale_among(groups: list[Group]) -> set[int]:
    """The ids of those that are stale, in one query."""
    ids = [group.pk for group in groups]
    return set(Group.objects.filter(is_stale(), pk__in=ids).values_list("pk", flat=True)) if ids else set()
