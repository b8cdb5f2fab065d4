"""What beat asks of groups."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from committees.models import Committee
from groups import overdue, prompting
from groups.meetings import people
from groups.models import Group, Meeting
from groups.services import guests


@shared_task(name="groups.prompt_ending_groups")
def prompt_ending_groups() -> int:
    return prompting.send_prompts()


@shared_task(name="groups.ask_newcomers")
def ask_newcomers() -> None:
    """Every hour: seats, leads and places change in many ways, and whoever has one is asked to what is to come."""
    ahead = Meeting.objects.planned().filter(starts_at__gt=timezone.now()).order_by()
    for committee in Committee.objects.filter(pk__in=ahead.values("committee")):
        people.ask_newcomers(committee)
    for group in Group.objects.filter(pk__in=ahead.values("group")):
        people.ask_newcomers(group)


@shared_task(name="groups.remind_of_overdue")
def remind_of_overdue() -> int:
    """Every day. A day without is made up for by the next, one step at a time."""
    return overdue.send_reminders()


@shared_task(name="groups.remind_of_guests")
def remind_of_guests() -> int:
    """Every day. A day without is made up for by the next."""
    return guests.remind_of_ends()
