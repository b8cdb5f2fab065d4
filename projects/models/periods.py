"""What the dates of a project or initiative say of it: its status is never typed in."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from members.models import today

_NAMES = {"planned": _("Planned"), "running": _("Running"), "finished": _("Finished")}


def status(starts: date, ends: date | None) -> str:
    """planned, running or finished, as of today."""
    if starts > today():
        return "planned"
    return "finished" if ends and ends < today() else "running"


def status_name(code: str) -> str:
    return str(_NAMES[code])
