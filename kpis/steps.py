"""The steps of rounds, reports, settlements and editions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import events
from core.workflow import Transition
from kpis.models import Adjustment, Edition, Report, Round

_round, _report, _settlement = Round.Status, Report.Status, Adjustment.Status

OPEN_ROUND = Transition("round.open", {_round.PLANNED}, _round.OPEN, _("opened the round"))
REOPEN_ROUND = Transition("round.reopen", {_round.CLOSED}, _round.OPEN, _("opened the round again"), note_required=True)
CLOSE_ROUND = Transition("round.close", {_round.OPEN}, _round.CLOSED, _("closed the round"))

START_REPORT = Transition("report.start", {_report.NOT_STARTED}, _report.DRAFT, _("started the report"))
SUBMIT_REPORT = Transition(
    "report.submit", {_report.DRAFT, _report.RETURNED}, _report.SUBMITTED, _("submitted the report")
)
RETURN_REPORT = Transition(
    "report.return", {_report.SUBMITTED}, _report.RETURNED, _("returned the report"), note_required=True
)
APPROVE_REPORT = Transition("report.approve", {_report.SUBMITTED}, _report.APPROVED, _("approved the report"))

HAND_IN_REPORT = Transition(
    "report.hand_in",
    {_report.DRAFT, _report.RETURNED},
    _report.SUBMITTED,
    _("submitted the report for the member, whose primary contact had confirmed it"),
    note_required=True,
)
LOCK_REPORT = Transition("report.lock", {_report.APPROVED}, _report.LOCKED, _("locked the report"))

# Figures from a file of the Office: they wait for approval like submitted ones, and a later file may correct them.
IMPORT_REPORT = Transition(
    "report.import",
    {_report.NOT_STARTED, _report.SUBMITTED, _report.RETURNED},
    _report.SUBMITTED,
    _("imported figures from a file"),
)
UNDO_IMPORT = Transition(
    "report.undo_import", {_report.SUBMITTED}, _report.NOT_STARTED, _("took back figures imported from a file")
)
APPROVE_IMPORT = Transition(
    "report.approve_import", {_report.SUBMITTED}, _report.APPROVED, _("approved figures imported from a file")
)

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
WITHDRAW_SETTLEMENT = Transition(
    "settlement.withdraw",
    {_settlement.PROPOSED},
    _settlement.WITHDRAWN,
    _("withdrew the proposed settlement"),
    note_required=True,
)
LAPSE_SETTLEMENT = Transition(
    "settlement.lapse",
    {_settlement.PROPOSED, _settlement.APPROVED},
    _settlement.LAPSED,
    _("let the settlement lapse, because its ground has changed"),
)

PUBLISH_EDITION = Transition(
    "edition.publish", {Edition.Status.PROPOSED}, Edition.Status.PUBLISHED, _("published the edition")
)
WITHDRAW_EDITION = Transition(
    "edition.withdraw",
    {Edition.Status.PROPOSED},
    Edition.Status.WITHDRAWN,
    _("withdrew the edition before it was published"),
    note_required=True,
)

# Acts that are no steps of one object.
CREATE_ROUND = events.name_verb("round.create", _("planned the round"))
EDIT_ROUND = events.name_verb("round.edit", _("changed the dates or indicators of the round"))
EXPECT_REPORTER = events.name_verb("round.expect", _("added an organisation to those expected to report"))
RELEASE_REPORTER = events.name_verb("round.release", _("took an organisation off those expected to report"))
REMIND_REPORT = events.name_verb("report.remind", _("reminded the member of the report, which is not submitted yet"))
ENTER_FIGURES = events.name_verb("report.enter", _("entered figures on behalf of the member"))
ATTACH_EVIDENCE = events.name_verb("report.attach", _("attached evidence to the report"))
DETACH_EVIDENCE = events.name_verb("report.detach", _("took evidence away from the report"))
REOPEN_REPORT = events.name_verb("report.reopen", _("reopened the report as a new revision"))
APPROVE_PAST = events.name_verb("history.approve", _("approved the reports of the import"))
DRAFT_INDICATOR = events.name_verb("indicator.draft", _("drafted a new version of the definition"))
DISCARD_INDICATOR = events.name_verb("indicator.discard", _("discarded the draft of a new version"))
REVISE_INDICATOR = events.name_verb("indicator.revise", _("put a new version of the definition in force"))
ADD_PROFILE = events.name_verb("profile.add", _("added the skills profile"))
EDIT_PROFILE = events.name_verb("profile.edit", _("corrected the skills profile"))
WITHDRAW_PROFILE = events.name_verb("profile.withdraw", _("withdrew the skills profile"))
RESTORE_PROFILE = events.name_verb("profile.restore", _("offered the skills profile again"))
PROPOSE_SETTLEMENT = events.name_verb("settlement.propose", _("proposed a settlement"))
DIFFER = events.name_verb("rollup.differ", _("found figures that differ from their recomputation"))
PROPOSE_EDITION = events.name_verb("edition.propose", _("froze the figures of the year as an edition"))
