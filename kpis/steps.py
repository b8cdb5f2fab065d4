"""The steps of rounds, reports and settlements."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import events
from core.workflow import Transition
from kpis.models import Adjustment, Report, Round

_round, _report, _settlement = Round.Status, Report.Status, Adjustment.Status

OPEN_ROUND = Transition("round.open", {_round.PLANNED, _round.CLOSED}, _round.OPEN, _("opened the round"))
CLOSE_ROUND = Transition("round.close", {_round.OPEN}, _round.CLOSED, _("closed the round"))

START_REPORT = Transition("report.start", {_report.NOT_STARTED}, _report.DRAFT, _("started the report"))
SUBMIT_REPORT = Transition(
    "report.submit", {_report.DRAFT, _report.RETURNED}, _report.SUBMITTED, _("submitted the report")
)
RETURN_REPORT = Transition(
    "report.return", {_report.SUBMITTED}, _report.RETURNED, _("returned the report"), note_required=True
)
APPROVE_REPORT = Transition("report.approve", {_report.SUBMITTED}, _report.APPROVED, _("approved the report"))

APPROVE_SETTLEMENT = Transition(
    "settlement.approve", {_settlement.PROPOSED}, _settlement.APPROVED, _("approved the settlement")
)
DECLINE_SETTLEMENT = Transition(
    "settlement.decline",
    {_settlement.PROPOSED},
    _settlement.DECLINED,
    _("declined the settlement"),
    note_required=True,
)
LAPSE_SETTLEMENT = Transition(
    "settlement.lapse",
    {_settlement.APPROVED},
    _settlement.LAPSED,
    _("let the settlement lapse, because its ground has changed"),
)

# Acts that are no steps of one object.
CREATE_ROUND = events.name_verb("round.create", _("planned the round"))
ENTER_FIGURES = events.name_verb("report.enter", _("entered figures on behalf of the member"))
REOPEN_REPORT = events.name_verb("report.reopen", _("reopened the report as a new revision"))
PROPOSE_SETTLEMENT = events.name_verb("settlement.propose", _("proposed a settlement"))
