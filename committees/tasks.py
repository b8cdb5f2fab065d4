"""What beat asks of committees."""

from __future__ import annotations

from celery import shared_task

from committees.services import procedures


@shared_task(name="committees.close_procedures")
def close_procedures() -> dict[str, int]:
    """Every few minutes: deadlines fall at midnight, and a beat that was away makes up for it."""
    return procedures.close_due()
