"""Writes the register of decisions, and reads it for pages and files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Committee, Decision, Seat
from core import events
from core.models import Event
from core.spreadsheets.writing import Value
from core.workflow import Transition


def enter(
    subject: models.Model,
    step: Transition | str,
    *,
    committee: Committee,
    kind: str,
    outcome: str,
    manner: str = "",
) -> Decision:
    """Enter the step that was just taken as a decision of the committee, in the transaction of the step. `manner` is
    what a chair says (alone, or at a meeting); what the portal carries out is a written procedure, what somebody
    without a seat decides the Office decided. Of another matter, somebody only writes down what the committee did."""
    event = events.of(subject).filter(verb=step if isinstance(step, str) else step.verb).order_by("-pk")[0]
    Committee.objects.select_for_update().get(pk=committee.pk)  # two at once get two numbers
    year = timezone.localdate(event.at).year
    last = Decision.objects.filter(committee=committee, year=year).aggregate(last=Max("number"))["last"] or 0
    return Decision.objects.create(
        committee=committee,
        year=year,
        number=last + 1,
        event=event,
        kind=kind,
        outcome=outcome,
        manner=manner if kind == Decision.Kind.OTHER else _manner(event, committee, manner),
    )


def _manner(event: Event, committee: Committee, said: str) -> str:
    if event.actor.is_system or said == Decision.Manner.WRITTEN:
        return Decision.Manner.WRITTEN
    if Seat.objects.of(event.actor).steering().filter(committee=committee).exists():
        return said or Decision.Manner.CHAIR
    # What the committee decided at a meeting it decided itself, whoever writes it down.
    return Decision.Manner.MEETING if said == Decision.Manner.MEETING else Decision.Manner.OFFICE


def years(committee: Committee) -> list[int]:
    return list(
        Decision.objects.filter(committee=committee).order_by("-year").values_list("year", flat=True).distinct()
    )


def newest(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """With all that a line of the register says, the last first."""
    return decisions.select_related("committee", "event__actor").order_by("-year", "-number")


def who(decision: Decision) -> str:
    """Who decided, in words."""
    if decision.manner == Decision.Manner.WRITTEN or decision.kind == Decision.Kind.OTHER:
        return _("the committee")
    event = decision.event
    return f"{event.actor} ({event.behalf_label})" if event.behalf_label else str(event.actor)


def table(decisions: Iterable[Decision]) -> tuple[list[str], list[list[Value]]]:
    """The register as a sheet."""
    header = [_("Number"), _("Date"), _("About"), _("What"), _("Outcome"), _("Reason"), _("Who decided"), _("How")]
    return header, [
        [
            one.code,
            _day(one),
            one.get_kind_display(),
            one.event.subject_label,
            one.get_outcome_display(),
            one.event.note,
            who(one),
            one.get_manner_display(),
        ]
        for one in decisions
    ]


def _day(decision: Decision) -> date:
    return timezone.localdate(decision.event.at)
