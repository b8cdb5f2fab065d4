"""Reminds of what is overdue: first who does it, then the lead of the group, then the committee; each step once, and
none any more when it is done or has got another day.

The steps follow one another by their distance, also after days without beat: who comes second is not told on the day on
which the first was."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core import workflow
from groups import steps
from groups.models import Activity, Founder, Group, GroupMembership, MeetingAction, OverdueReminder, Proposal
from groups.models import Recommendation as Advice
from members.models import User, today

Step = OverdueReminder.Step
AT_ONCE = 500  # things that are looked up with one query


_DUE = _("It was due on %(day)s.")
_EXPECTED = _("An answer was to be expected by %(day)s.")


@dataclass(frozen=True)
class Duty:
    """One kind of thing that can be overdue: the rows that are (each once), the day on which one was due, what names
    it, and the steps that there are for it."""

    verb: str
    rows: Callable[[], QuerySet[Any]]
    due: Callable[[Any], date]
    key: Callable[[Any], str]
    steps: tuple[str, ...] = (Step.OWNER, Step.LEAD, Step.COMMITTEE)
    words: Any = _DUE


def _asked_until(moment: Any) -> date:
    """By then a request has waited long enough."""
    return timezone.localdate(moment) + timedelta(days=settings.REQUEST_DAYS)


def _too_long() -> Any:
    return timezone.now() - timedelta(days=settings.REQUEST_DAYS)


def _requests() -> QuerySet[GroupMembership]:
    rows = GroupMembership.objects.requested().filter(group__status=Group.Status.ACTIVE)
    return rows.filter(requested_at__lt=_too_long())


def _founders() -> QuerySet[Founder]:
    at_work = [Proposal.Status.SUBMITTED, Proposal.Status.RETURNED]
    return Founder.objects.filter(
        status=Founder.Status.ASKED, proposal__status__in=at_work, proposal__submitted_at__lt=_too_long()
    ).select_related("proposal")


DUTIES = (
    Duty(
        steps.REMIND_ACTIVITY,
        rows=lambda: Activity.objects.overdue(),
        due=lambda activity: activity.due,
        key=lambda activity: f"activity {activity.key}",
    ),
    Duty(
        steps.REMIND_ACTION,
        rows=lambda: MeetingAction.objects.overdue(),
        due=lambda action: action.due,
        key=lambda action: f"action {action.pk}",
    ),
    Duty(
        steps.REMIND_RECOMMENDATION,
        rows=lambda: Advice.objects.unanswered().filter(due__lt=today()),
        due=lambda advice: advice.due,
        key=lambda advice: f"recommendation {advice.pk}",
        steps=(Step.OWNER, Step.COMMITTEE),
    ),
    Duty(
        steps.REMIND_JOINING,
        rows=_requests,
        due=lambda joining: _asked_until(joining.requested_at),
        key=lambda joining: f"joining {joining.pk}",
        steps=(Step.OWNER, Step.COMMITTEE),
        words=_EXPECTED,
    ),
    Duty(
        steps.REMIND_FOUNDER,
        rows=_founders,
        due=lambda founder: _asked_until(founder.proposal.submitted_at),
        key=lambda founder: f"founder {founder.pk}",
        steps=(Step.OWNER,),
        words=_EXPECTED,
    ),
)


def send_reminders() -> int:
    """Every day; returns how many were sent."""
    return sum(_remind(duty, row.pk) for duty in DUTIES for row in _in_need(duty))


def _in_need(duty: Duty) -> Iterable[Any]:
    """Those for which a step is due today."""
    rows = list(duty.rows())
    done = _done(duty.key(row) for row in rows)
    return [row for row in rows if _next_step(duty, duty.due(row), done.get((duty.key(row), duty.due(row)), {}))]


def _done(keys: Iterable[str]) -> dict[tuple[str, date], dict[str, date]]:
    """{(what, due): {step: day on which it was sent}}"""
    found: dict[tuple[str, date], dict[str, date]] = {}
    wanted = list(keys)
    for start in range(0, len(wanted), AT_ONCE):
        for row in OverdueReminder.objects.filter(what__in=wanted[start : start + AT_ONCE]):
            found.setdefault((row.what, row.due), {})[row.step] = row.day
    return found


def _next_step(duty: Duty, due: date, done: dict[str, date]) -> str | None:
    days = dict(zip(Step.values, settings.OVERDUE_REMINDER_DAYS, strict=True))
    before: str | None = None
    for step in duty.steps:
        if step not in done:
            distance = days[step] - (days[before] if before else 0)
            first = max(due + timedelta(days=days[step]), done[before] + timedelta(days=distance) if before else due)
            return step if first <= today() else None
        before = step
    return None


@transaction.atomic
def _remind(duty: Duty, pk: int) -> int:
    row = duty.rows().select_for_update(of=("self",)).filter(pk=pk).first()  # two beats: the second waits, and finds
    if row is None:  # done since
        return 0
    due, key = duty.due(row), duty.key(row)
    step = _next_step(duty, due, _done([key]).get((key, due), {}))
    if step is None:
        return 0
    OverdueReminder.objects.create(what=key, due=due, step=step, day=today())
    words = str(duty.words) % {"day": date_format(due, "DATE_FORMAT")}
    data = {"step": step, "due": due.isoformat()}
    workflow.act(duty.verb, row, actor=User.objects.system(), note=words, data=data)
    return 1
