"""Skills profiles, with what was changed about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import Event, SkillsProfile

LABELS: dict[str, str | Promise] = {
    "label": _("Label"),
    "source": _("Source"),
    "uri": _("Address at the source"),
    "version": _("Version of the source"),
}


def skills_profiles(words: str = "") -> QuerySet[SkillsProfile]:
    """Those that are offered first, then the withdrawn ones; `words`: only those whose label or code has them all."""
    found = SkillsProfile.objects.all()
    for word in words.split()[:8]:
        found = found.filter(Q(label__icontains=word) | Q(code__icontains=word) | Q(uri__icontains=word))
    return found.order_by(F("last_year").desc(nulls_first=True), "source", "label", "code")


@dataclass(frozen=True)
class ChangedField:
    label: str | Promise
    before: str
    after: str


def with_changes(events: Iterable[Event]) -> list[tuple[Event, list[ChangedField]]]:
    """The events of a profile, each with the fields that it changed."""
    return [(event, _changed(event.data)) for event in events]


def _changed(data: dict[str, Any]) -> list[ChangedField]:
    names = dict(SkillsProfile.Source.choices)
    changed: dict[str, list[str]] = data.get("changed", {})
    return [
        ChangedField(LABELS.get(name, name), *(str(names.get(value, value)) or "–" for value in pair))
        for name, pair in changed.items()
    ]
