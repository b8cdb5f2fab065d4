"""The registers of the demo. It tells one group after the other; decisions are numbered as the years went by."""

from __future__ import annotations

from itertools import groupby

from django.utils import timezone

from committees.models import Decision


def load() -> dict[str, int]:
    rows = list(Decision.objects.select_related("event").order_by("committee", "event__at", "pk"))
    for _key, year in groupby(rows, key=lambda one: (one.committee_id, timezone.localdate(one.event.at).year)):
        for number, one in enumerate(year, start=1):
            one.number = number
    # Two steps: on the way no number may be there twice.
    for one in rows:
        one.number += 10_000
    Decision.objects.bulk_update(rows, ["number"])
    for one in rows:
        one.number -= 10_000
    Decision.objects.bulk_update(rows, ["number"])
    return {"decisions": len(rows)}
