"""What beat asks of groups."""

from __future__ import annotations

from celery import shared_task

from groups import overdue, prompting


@shared_task(name="groups.prompt_ending_groups")
def prompt_ending_groups() -> int:
    return prompting.send_prompts()


@shared_task(name="groups.remind_of_overdue")
def remind_of_overdue() -> int:
    """Every day. A day without is made up for by the next, one step at a time."""
    return overdue.send_reminders()
