"""Reminders to those who have not reported: by the schedule of the round, or because the Office asks for one."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import jobs, permissions
from core.models import Job
from core.workflow import NotPossible, act
from kpis import steps
from kpis.models import Reminder, Report, Round
from members.models import User, today

KIND = "kpis.remind"
GRACE = timedelta(days=2)  # a reminder that beat could not send on its day is sent until then, and after that left out


def not_submitted(one: Round) -> QuerySet[Report]:
    """The reports of expected organisations that are still theirs to write: not those of who has submitted one."""
    done = Report.objects.filter(round=one, status__in=(Report.Status.SUBMITTED, *Report.APPROVED))
    return (
        Report.objects.filter(round=one, status__in=Report.WRITABLE)
        .filter(organisation__in=one.expected.values("organisation"))
        .exclude(organisation__in=done.values("organisation"))
        .select_related("organisation", "round")
        .order_by("organisation__legal_name")
    )


def days_due(one: Round, day: date) -> list[int]:
    """Entries of the schedule that fall on the day or on one shortly before, the latest first: never before the round's
    first day is over, which its opening tells of."""
    return sorted(
        days
        for days in one.reminder_days
        if one.opens < one.closes - timedelta(days=days) <= day <= one.closes - timedelta(days=days) + GRACE
    )


@transaction.atomic
def ask_for_due_reminders(day: date | None = None) -> int:
    """By beat, once a day: queue what the schedules of the open rounds ask for. Called twice, or by two at once, nobody
    is reminded twice. Returns how many reminders were queued. Of several that are late only the latest is sent."""
    portal, count = User.objects.system(), 0
    for one in Round.objects.filter(status=Round.Status.OPEN).select_for_update(of=("self",)).order_by("pk"):
        done = set(one.reminders.filter(closes=one.closes).values_list("days_left", flat=True))
        due = [days for days in days_due(one, day or today()) if days not in done]
        for place, days in enumerate(due):
            reminder = Reminder.objects.create(round=one, closes=one.closes, days_left=days, asked_by=portal)
            if place == 0:
                _queue(reminder, portal)
                count += 1
    return count


@transaction.atomic
def remind_now(*, round_id: int, actor: User, note: str = "", seen: int = 0) -> Reminder:
    """The Office reminds everybody who has not submitted. `seen`: the id of the last reminder that the person knew of;
    raises NotPossible when there is a later one, so that two clicks send one."""
    one = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    permissions.require(actor, "kpis.remind_round", one)
    last = one.reminders.order_by("-pk").first()
    if last and last.pk != seen:
        raise NotPossible(_("A reminder was sent in the meantime. Look at the list before you send another one."))
    if not not_submitted(one).exists():
        raise NotPossible(_("Everybody who is expected to report has submitted a report: nobody is left to remind."))
    reminder = Reminder.objects.create(round=one, closes=one.closes, asked_by=actor, note=note)
    _queue(reminder, actor)
    return reminder


def _queue(reminder: Reminder, actor: User) -> Job:
    return jobs.enqueue(KIND, actor=actor, key=str(reminder.pk), reminder=reminder.pk)


def send(reminder_id: int) -> int:
    """Tell the primary contacts and reporters of every report that is not submitted now; returns how many reports. In
    the caller's transaction: told and recorded, or neither."""
    reminder = Reminder.objects.select_for_update(of=("self",)).select_related("round", "asked_by").get(pk=reminder_id)
    if reminder.sent_at is not None:
        return 0
    reports = list(not_submitted(reminder.round)) if reminder.round.status == Round.Status.OPEN else []
    data = {"closes": str(reminder.round.closes), "late": reminder.round.is_late}
    for report in reports:
        act(steps.REMIND_REPORT, report, actor=reminder.asked_by, note=reminder.note, data=data)
    reminder.sent_at, reminder.reports = timezone.now(), len(reports)
    reminder.save(update_fields=["sent_at", "reports"])
    return len(reports)
