"""What the pages of a round read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from kpis.models import ExpectedReporter, Reminder, Report, Round
from kpis.services.reminders import not_submitted
from members.models import Organisation, Representation, User


@dataclass(frozen=True)
class Planned:
    """An entry of the schedule: the day, and the reminder that was sent or passed over."""

    days_left: int
    day: date
    reminder: Reminder | None

    @property
    def days_after(self) -> int:
        return -self.days_left


def schedule(one: Round) -> list[Planned]:
    """The days on which those who have not reported are reminded, as the round stands now."""
    known = {found.days_left: found for found in one.reminders.filter(closes=one.closes)}
    return [Planned(days, one.closes - timedelta(days=days), known.get(days)) for days in one.reminder_days]


@dataclass(frozen=True)
class Told:
    """A report that is not submitted, and who hears of a reminder."""

    report: Report
    people: list[User]


def to_remind(one: Round) -> list[Told]:
    """Whom a reminder of today would reach, report by report; in three queries."""
    reports = list(not_submitted(one))
    people: dict[int, dict[int, User]] = {}
    for role in _reporting([report.organisation_id for report in reports]):
        people.setdefault(role.organisation_id, {})[role.user_id] = role.user
    return [Told(report, list(people.get(report.organisation_id, {}).values())) for report in reports]


def _reporting(organisations: Iterable[int]) -> QuerySet[Representation]:
    roles = (Representation.Role.PRIMARY, Representation.Role.REPORTER)
    current = Representation.objects.current().of_members()
    return (
        current.filter(organisation__in=list(organisations), role__in=roles, user__is_active=True)
        .select_related("user")
        .order_by("user__name", "pk")
    )


def expected(one: Round, words: str = "") -> QuerySet[ExpectedReporter]:
    """Who is expected to report, by name; `words`: only those whose names have them all."""
    rows = one.expected.select_related("organisation__member_type", "organisation__country")
    for word in words.split()[:8]:
        rows = rows.filter(organisation__search_text__icontains=word)
    return rows.order_by("organisation__legal_name")


def states_of(one: Round, rows: Iterable[ExpectedReporter]) -> dict[int, Report]:
    """{organisation id: its latest revision}, in one query."""
    reports = Report.objects.filter(round=one, organisation__in=[row.organisation_id for row in rows])
    return {report.organisation_id: report for report in reports.select_related("round").order_by("revision")}


def not_expected(one: Round) -> QuerySet[Organisation, Any]:
    """Members that can be added."""
    return Organisation.objects.members().exclude(pk__in=one.expected.values("organisation"))
