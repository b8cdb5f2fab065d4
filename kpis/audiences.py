"""Who hears of what happens to rounds, reports and settlements."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from core.models import Event
from core.notifications import audience, name_kind
from kpis.models import Adjustment, Report, Round
from members.models import Representation, StaffRole, User

REPORTING = (Representation.Role.PRIMARY, Representation.Role.REPORTER)


def _office() -> Iterable[User]:
    roles = StaffRole.objects.current().filter(role=StaffRole.Role.OFFICE)
    return User.objects.filter(pk__in=roles.values("user"), is_active=True)


def _reporting(**organisations: object) -> Iterable[User]:
    roles = Representation.objects.current().filter(role__in=REPORTING, **organisations)
    return User.objects.filter(pk__in=roles.values("user"), is_active=True)


@audience("round.open")
def expected_reporters(event: Event, round: Round) -> Iterable[User]:
    return _reporting(organisation__in=round.expected.values("organisation"))


@audience("report.submit")
def the_office(event: Event, report: Report) -> Iterable[User]:
    """Those who can approve it."""
    return [user for user in _office() if user.has_perm("kpis.approve_report", report)]


@audience("report.return", "report.approve", "report.reopen", "report.enter")
def the_organisation(event: Event, report: Report) -> Iterable[User]:
    return _reporting(organisation=report.organisation_id)


@audience("settlement.propose", "settlement.lapse", "settlement.decline", "settlement.approve")
def the_office_on_settlements(event: Event, adjustment: Adjustment) -> Iterable[User]:
    return _office()


name_kind("round", _("KPI rounds"))
name_kind("report", _("KPI reports"))
name_kind("settlement", _("Settlements of contested figures"))
