"""What beat asks of the partner search."""

from __future__ import annotations

from celery import shared_task

from projects.partnering import services


@shared_task(name="projects.follow_ideas")
def follow_ideas() -> dict[str, int]:
    """Every few minutes: deadlines fall at midnight, and a beat that was away makes up for it."""
    return {"expired": services.expire_due(), "reminded": services.remind_due()}
