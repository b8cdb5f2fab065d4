"""What waits for a person of the figures; the number of queries is the same however much waits."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.portal import number
from core.waiting import WaitingItem, in_order, source
from kpis.models import Adjustment, Report, Round
from kpis.selectors.settlements import adjustments, to_settle
from members.models import Representation, today


@source
def waiting_for(user: Any) -> list[WaitingItem]:
    """Reports to write, to confirm, to correct; for the Office, reports to approve and figures to settle."""
    items = _to_report(user)
    if user.is_office:
        items += [*_to_approve(user), *_to_decide(user), *_contested(), *_rounds_to_end()]
    return in_order(items)


def _to_report(user: Any) -> list[WaitingItem]:
    roles = {"reporter", "primary"}
    reporting = [pk for pk, held in user.organisation_roles.items() if held & roles]
    mine = Report.objects.filter(organisation__in=reporting, status__in=Report.WRITABLE)
    items = []
    for report in mine.select_related("organisation", "round"):
        corrects = report.status == Report.Status.RETURNED or report.revision > 1
        if not corrects and not report.round.accepts_reports:
            continue
        primary = user.represents(report.organisation_id, Representation.Role.PRIMARY)
        items.append(
            WaitingItem(
                title=str(report),
                reason=_reason(report, primary) % {"day": report.round.closes.strftime("%d.%m.%Y")},
                url=report.get_absolute_url(),
                since=report.saved_at or _start(report.round),
                kind="report",
                overdue=report.round.closes < today(),
                due=report.round.closes,
                action=_("Correct it") if corrects else _("Fill it in"),
            )
        )
    return items


def _reason(report: Report, primary: bool) -> str:
    if report.status == Report.Status.RETURNED:
        return _("The ASA Office returned it: please correct it.")
    if report.status == Report.Status.NOT_STARTED:
        return _("The round is open until %(day)s: nothing is filled in yet.")
    if primary and report.entered_by_office:
        return _("The ASA Office entered figures for you: look at them and submit them until %(day)s.")
    if primary:
        return _("A draft: complete it and submit it until %(day)s.")
    return _("A draft: complete it, and let the primary contact submit it until %(day)s.")


def _to_approve(user: Any) -> list[WaitingItem]:
    submitted = Report.objects.filter(status=Report.Status.SUBMITTED).select_related("organisation", "round")
    return [
        WaitingItem(
            title=str(report),
            reason=_("Submitted: approve or return it."),
            url=report.get_absolute_url(),
            since=report.submitted_at or _start(report.round),
            kind="report",
            action=_("Decide"),
        )
        for report in submitted.prefetch_related("authors")
        if user.has_perm("kpis.approve_report", report)
    ]


def _to_decide(user: Any) -> list[WaitingItem]:
    return [
        WaitingItem(
            title=str(proposal),
            reason=_("Proposed by %(who)s: a second person approves or declines it.") % {"who": proposal.proposed_by},
            url=proposal.get_absolute_url(),
            since=proposal.proposed_at,
            kind="settlement",
            action=_("Decide"),
        )
        for proposal in adjustments(user, Adjustment.Status.PROPOSED)
        if user.has_perm("kpis.approve_settlement", proposal)
    ]


def _contested() -> list[WaitingItem]:
    """One thing for each year, not one for each set."""
    rows = to_settle()
    years: dict[int, list[datetime]] = {}
    for row in rows:
        years.setdefault(row["year"], []).append(row["since"])
    return [
        WaitingItem(
            title=_("Contested figures of %(year)s") % {"year": year},
            reason=ngettext(
                "%(n)s set of figures is contested: propose how it counts.",
                "%(n)s sets of figures are contested: propose how they count.",
                len(since),
            )
            % {"n": number(len(since))},
            url=f"{reverse('kpis:settlement_list')}?{urlencode({'year': year})}",
            since=min(since),
            kind="settlement",
            action=_("Settle them"),
        )
        for year, since in years.items()
    ]


def _rounds_to_end() -> list[WaitingItem]:
    """Rounds whose last day is over: to close; closed ones without anything left to decide: to lock."""
    undecided = Report.objects.filter(round=OuterRef("pk"), status=Report.Status.SUBMITTED)
    approved = Report.objects.counting().filter(round=OuterRef("pk"), status=Report.Status.APPROVED)
    late = Round.objects.filter(status=Round.Status.OPEN, closes__lt=today())
    to_lock = Round.objects.filter(Exists(approved), ~Exists(undecided), status=Round.Status.CLOSED)
    items = [(one, one.get_absolute_url(), _("Its last day is over: close it, or move the day.")) for one in late]
    for one in to_lock:
        address = reverse("kpis:desk", query={"round": one.pk})
        items.append((one, address, _("Closed, and no report waits: lock the approved reports.")))
    return [
        WaitingItem(
            title=_("Round %(round)s") % {"round": one},
            reason=reason,
            url=address,
            since=_start_of(one.closes + timedelta(days=1)),
            kind="round",
            overdue=one.is_late,
            action=_("See to it"),
        )
        for one, address, reason in items
    ]


def _start(one: Round) -> datetime:
    return _start_of(one.opens)


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
