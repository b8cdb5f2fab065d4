"""Who hears of what happens to rounds, reports, settlements and editions."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from core.models import Event
from core.notifications import audience, name_kind
from kpis.models import Adjustment, Edition, ExpectedReporter, Report, RollUpAudit, Round
from members.models import Representation, StaffRole, User

REPORTING = (Representation.Role.PRIMARY, Representation.Role.REPORTER)


def _office() -> Iterable[User]:
    roles = StaffRole.objects.current().filter(role=StaffRole.Role.OFFICE)
    return User.objects.filter(pk__in=roles.values("user"), is_active=True)


def _reporting(**organisations: object) -> Iterable[User]:
    roles = Representation.objects.current().filter(role__in=REPORTING, **organisations)
    return User.objects.filter(pk__in=roles.values("user"), is_active=True)


@audience("round.open", "round.reopen", "round.edit")
def expected_reporters(event: Event, round: Round) -> Iterable[User]:
    """Of a round that is only planned nobody is expected yet."""
    return _reporting(organisation__in=round.expected.values("organisation"))


@audience("round.expect")
def the_organisation_added(event: Event, round: Round) -> Iterable[User]:
    if round.status != Round.Status.OPEN:
        return []
    return _reporting(organisation=event.data["organisation"])


@audience("report.submit")
def the_office(event: Event, report: Report) -> Iterable[User]:
    """Those who can approve it."""
    return [user for user in _office() if user.has_perm("kpis.approve_report", report)]


@audience("report.return", "report.approve", "report.reopen", "report.enter", "report.remind")
def the_organisation(event: Event, report: Report) -> Iterable[User]:
    return _reporting(organisation=report.organisation_id)


@audience("report.hand_in")
def the_organisation_and_the_office(event: Event, report: Report) -> Iterable[User]:
    """The member hears of what was submitted in its name, the Office of what it can approve."""
    return [*the_organisation(event, report), *the_office(event, report)]


@audience("settlement.propose", "settlement.withdraw")
def the_second_person(event: Event, adjustment: Adjustment) -> Iterable[User]:
    """Those who can decide on it, or could."""
    return [user for user in _office() if user.has_perm("kpis.approve_settlement", adjustment)]


@audience("settlement.lapse", "settlement.decline", "settlement.approve")
def the_office_on_settlements(event: Event, adjustment: Adjustment) -> Iterable[User]:
    return _office()


@audience("rollup.differ")
def those_who_can_do_something(event: Event, audit: RollUpAudit) -> Iterable[User]:
    roles = StaffRole.objects.current()
    return User.objects.filter(pk__in=roles.values("user"), is_active=True)


@audience("edition.propose", "edition.withdraw")
def the_office_on_editions(event: Event, edition: Edition) -> Iterable[User]:
    return _office()


@audience("edition.publish")
def those_who_reported(event: Event, edition: Edition) -> Iterable[User]:
    """The organisations that were expected to report for the year."""
    return _reporting(organisation__in=ExpectedReporter.objects.filter(round__year=edition.year).values("organisation"))


name_kind("rollup", _("Audits of the figures"), right="members.import_roster")
name_kind("round", _("KPI rounds"))
name_kind("report", _("KPI reports"))
name_kind("settlement", _("Settlements of contested figures"), right="members.view_application")
name_kind("edition", _("Editions of the figures"))
