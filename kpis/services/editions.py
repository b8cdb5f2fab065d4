"""Editions are published, or withdrawn before that; freezing them is the work of a job (kpis.freezing)."""

from __future__ import annotations

from django.utils import timezone

from core.workflow import perform
from kpis import steps
from kpis.models import Edition
from members.models import User


def publish_edition(*, edition_id: int, actor: User) -> Edition:
    """From now on it is what the public sees of its year."""
    edition: Edition = perform(
        Edition.objects.all(), edition_id, steps.PUBLISH_EDITION, actor=actor, published_at=timezone.now()
    )
    return edition


def withdraw_edition(*, edition_id: int, actor: User, note: str) -> Edition:
    """It stays readable for the Office, and its number is used."""
    edition: Edition = perform(Edition.objects.all(), edition_id, steps.WITHDRAW_EDITION, actor=actor, note=note)
    return edition
