"""What beat asks of groups."""

from __future__ import annotations

from celery import shared_task

from groups import prompting


@shared_task(name="groups.prompt_ending_groups")
def prompt_ending_groups() -> int:
    return prompting.send_prompts()
