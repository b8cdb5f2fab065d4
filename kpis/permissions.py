"""Who may do what with rounds, reports and settlements."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.permissions import allow, any_of, condition
from kpis.models import Report, Round
from members.models import Representation, today
from members.permissions import is_insider, is_its_primary_contact, is_office


@condition(_("Only the KPI reporter and the primary contact of this organisation may do this."))
def reports_for_it(user: Any, report: Any) -> bool:
    roles = (Representation.Role.REPORTER, Representation.Role.PRIMARY)
    return user.is_authenticated and report is not None and user.represents(report.organisation_id, *roles)


@condition(_("The report is not open for changes: it was submitted or approved."))
def is_writable(user: Any, report: Report) -> bool:
    return report.is_writable


@condition(_("The round is closed: no figures can be entered."))
def takes_figures(user: Any, report: Report) -> bool:
    """What the Office returned or reopened may be corrected after the round has closed."""
    return report.round.accepts_reports or report.status == Report.Status.RETURNED or report.revision > 1


@condition(_("You entered figures of this report: another person of the ASA Office approves it."))
def did_not_enter_it(user: Any, report: Report) -> bool:
    return not report.authors.filter(pk=user.pk).exists()


@condition(_("You represent this organisation: another person of the ASA Office approves its report."))
def does_not_represent_it(user: Any, report: Report) -> bool:
    return not user.represents(report.organisation_id)


@condition(_("Whoever proposed a settlement does not decide on it: it takes a second person."))
def did_not_propose_it(user: Any, adjustment: Any) -> bool:
    return adjustment.proposed_by_id != user.pk


@condition(_("Only the portal itself does this, when the ground of a settlement has changed."))
def is_the_portal(user: Any, obj: Any) -> bool:
    return user.is_system


@condition(_("A round can be opened until the day on which it closes."))
def is_not_over(user: Any, round: Round) -> bool:
    return round is None or round.closes >= today()


allow("kpis.view_reports", is_insider)
allow("kpis.view_figures", is_insider)
allow("kpis.view_desk", is_office)
allow("kpis.create_round", is_office)
allow("kpis.open_round", is_office, is_not_over)
allow("kpis.close_round", is_office)
writes = any_of(reports_for_it, is_office, reason=reports_for_it.reason)
allow("kpis.start_report", writes, takes_figures)
allow("kpis.edit_report", writes, is_writable, takes_figures)
allow("kpis.submit_report", is_its_primary_contact, takes_figures)
allow("kpis.return_report", is_office)
allow("kpis.approve_report", is_office, does_not_represent_it, did_not_enter_it)
allow("kpis.reopen_report", is_office)
allow("kpis.propose_settlement", is_office)
allow("kpis.approve_settlement", is_office, did_not_propose_it)
allow("kpis.decline_settlement", is_office, did_not_propose_it)
allow("kpis.lapse_settlement", is_the_portal)
