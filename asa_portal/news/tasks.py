"""What beat asks of the news."""

from __future__ import annotations

from celery import shared_task

from asa_portal.news import services


@shared_task(name="news.publish_due")
def publish_due() -> int:
    """Every few minutes: days begin at midnight, and a beat that was away makes up for it."""
    return services.publish_due()
