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


@condition(
    _("You entered or submitted this report, or changed its evidence: another person of the ASA Office approves it.")
)
def did_not_enter_it(user: Any, report: Report) -> bool:
    # Lists fetch the authors of all their reports at once.
    return report.submitted_by_id != user.pk and all(author.pk != user.pk for author in report.authors.all())


@condition(_("The Office submits only what it entered on the member's behalf; else the primary contact does."))
def was_entered_by_office(user: Any, report: Report) -> bool:
    return report.entered_by_office


@condition(_("Reports are locked after their round has closed."))
def round_is_closed(user: Any, obj: Report | Round) -> bool:
    return (obj if isinstance(obj, Round) else obj.round).status == Round.Status.CLOSED


@condition(_("You represent this organisation: another person of the ASA Office approves its report."))
def does_not_represent_it(user: Any, report: Report) -> bool:
    return not user.represents(report.organisation_id)


@condition(_("You imported this file: another person of the ASA Office approves its reports."))
def did_not_import_it(user: Any, batch: Any) -> bool:
    return batch.created_by_id != user.pk


@condition(_("Whoever proposed a settlement does not decide on it: it takes a second person."))
def did_not_propose_it(user: Any, adjustment: Any) -> bool:
    return adjustment.proposed_by_id != user.pk


@condition(_("Only whoever proposed a settlement withdraws it; another person of the ASA Office declines it."))
def proposed_it(user: Any, adjustment: Any) -> bool:
    return adjustment.proposed_by_id == user.pk


@condition(
    _("You represent an organisation that these figures are about: somebody else of the ASA Office settles them.")
)
def is_not_concerned(user: Any, settled: Any) -> bool:
    """`settled`: an Adjustment or a ContestedSet; none where no set is chosen yet."""
    return settled is None or not any(user.represents(pk) for pk in settled.concerned)


@condition(_("Only the portal itself does this."))
def is_the_portal(user: Any, obj: Any) -> bool:
    return user.is_system


@condition(_("This indicator is computed from the register of members; its definition is part of the portal."))
def is_reported(user: Any, indicator: Any) -> bool:
    return indicator is None or not indicator.computed


@condition(_("A round can be opened until the day on which it closes."))
def is_not_over(user: Any, round: Round) -> bool:
    return round is None or round.closes >= today()


@condition(_("The round is closed: open it again to change its dates."))
def is_not_closed(user: Any, round: Round) -> bool:
    return round.status != Round.Status.CLOSED


@condition(_("Only in an open round is anybody reminded."))
def is_open(user: Any, round: Round) -> bool:
    return round.status == Round.Status.OPEN


allow("kpis.view_reports", is_insider)
allow("kpis.view_figures", is_insider)
allow("kpis.view_desk", is_office)
allow("kpis.create_round", is_office)
allow("kpis.open_round", is_office, is_not_over)
allow("kpis.close_round", is_office)
allow("kpis.reopen_round", is_office)
allow("kpis.edit_round", is_office, is_not_closed)
allow("kpis.change_reporters", is_office)
allow("kpis.remind_round", is_office, is_open)
writes = any_of(reports_for_it, is_office, reason=reports_for_it.reason)
allow("kpis.start_report", writes, takes_figures)
allow("kpis.edit_report", writes, is_writable, takes_figures)
allow("kpis.submit_report", is_its_primary_contact, takes_figures)
allow("kpis.return_report", is_office)
allow("kpis.approve_report", is_office, does_not_represent_it, did_not_enter_it)
allow("kpis.hand_in_report", is_office, was_entered_by_office, takes_figures)
allow("kpis.lock_report", is_office, round_is_closed)
allow("kpis.lock_reports", is_office, round_is_closed)
allow("kpis.reopen_report", is_office)
allow("kpis.import_figures", is_office)
allow("imports.approve_figures", is_office, did_not_import_it)
allow("core.revise_indicator", is_office, is_reported)
allow("core.manage_profiles", is_office)
allow("kpis.import_report", is_office)
allow("kpis.undo_import_report", is_office)
allow("kpis.approve_import_report", is_the_portal)
allow("kpis.propose_settlement", is_office, is_not_concerned)
allow("kpis.approve_settlement", is_office, did_not_propose_it, is_not_concerned)
allow("kpis.decline_settlement", is_office, did_not_propose_it, is_not_concerned)
allow("kpis.withdraw_settlement", is_office, proposed_it)
allow("kpis.lapse_settlement", is_the_portal)
allow("kpis.propose_edition", is_office)
allow("kpis.publish_edition", is_office)
allow("kpis.withdraw_edition", is_office)
