"""Loads the whole demo, in one transaction: it is there, or it is not."""

from __future__ import annotations

import random
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from asa_portal.demo import (
    commitments,
    dialogue,
    documents,
    figures,
    groups,
    ideas,
    initiatives,
    meetings,
    news,
    partnership,
    register,
    reminders,
    results,
    steering,
)
from core.models import Notification
from members.models import User, today

SEED = 20201116  # the same partnership every time


@transaction.atomic
def load() -> dict[str, int]:
    """Returns what was made, by kind; empty when the demo is there already."""
    if User.objects.filter(email="admin@demo.test").exists():
        return {}
    made = partnership.build(today(), random.Random(SEED))
    counts = {"organisations": len(made.organisations), "people": User.objects.count()}
    counts |= groups.load(made) | initiatives.load(made) | figures.load(made) | commitments.load(made)
    counts |= steering.load(made) | meetings.load(made) | documents.load(made) | dialogue.load(made)
    counts |= results.load(made) | ideas.load(made) | news.load(made) | reminders.load(made.today) | register.load()
    # All this was told to people long ago: what is older than a week is read, and no letter goes out now.
    Notification.objects.update(email_state=Notification.Email.NONE)
    Notification.objects.filter(event__at__lt=timezone.now() - timedelta(days=7)).update(read_at=timezone.now())
    _tell_in_the_order_of_time()
    return counts


def _tell_in_the_order_of_time() -> None:
    """The newest notification is the one that was made last; the demo makes them part by part and not day by day."""
    rows = list(Notification.objects.order_by("event__at", "pk"))
    Notification.objects.all().delete()
    for row in rows:
        row.pk = None
    Notification.objects.bulk_create(rows)
