"""Loads the whole demo, in one transaction: it is there, or it is not."""

from __future__ import annotations

import random

from django.db import transaction

from asa_portal.demo import figures, partnership
from kpis import rollup
from members.models import User, today

SEED = 20201116  # the same partnership every time


@transaction.atomic
def load() -> dict[str, int]:
    """Returns what was made, by kind; empty when the demo is there already."""
    if User.objects.filter(email="admin@demo.test").exists():
        return {}
    made = partnership.build(today(), random.Random(SEED))
    counts = {"organisations": len(made.organisations), "people": User.objects.count()}
    counts |= figures.load(made)
    rollup.rebuild()
    return counts
