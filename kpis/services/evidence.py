"""Evidence: attached to a draft, taken away again, let go of with the last report that names it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from core import permissions, uploads
from core.models import Indicator
from core.workflow import act
from kpis import steps
from kpis.models import Evidence, Report
from members.models import User

MAX_FILES = 40  # of a report


@transaction.atomic
def attach_evidence(*, report_id: int, indicator: str, upload: uploads.Upload, actor: User, line: str = "") -> Evidence:
    """Keep a file behind an indicator (code), or one of its lines (as `kpis.lines.line_name` has it). The same file
    sent twice is kept once. Raises uploads.NotTaken with the reason."""
    report = Report.objects.select_for_update(of=("self",)).select_related("round", "organisation").get(pk=report_id)
    permissions.require(actor, "kpis.edit_report", report)
    mine = report.evidence.filter(indicator__code=indicator, line=line)
    if same := mine.filter(digest=upload.digest).first():
        return same
    if report.evidence.count() >= MAX_FILES:
        raise uploads.NotTaken(
            _("A report takes at most %(n)s files. Remove one, or put several into one.") % {"n": MAX_FILES}
        )
    evidence = Evidence(
        report=report,
        indicator=Indicator.objects.get(code=indicator),
        line=line[:120],
        uploaded_by=actor,
    )
    evidence.keep(upload)
    evidence.save()
    report.authors.add(actor)  # whoever proves figures does not approve them
    act(steps.ATTACH_EVIDENCE, report, actor=actor, data={"file": evidence.name, "indicator": indicator})
    return evidence


@transaction.atomic
def detach_evidence(*, evidence_id: int, actor: User) -> None:
    """Take a file away from a draft. Somebody else did already: nothing is left to do."""
    report_ids = Evidence.objects.filter(pk=evidence_id).values_list("report", flat=True)
    locked = Report.objects.select_for_update(of=("self",)).select_related("round", "organisation")
    for report in locked.filter(pk__in=list(report_ids)):  # whoever submits it at this moment waits, or was first
        permissions.require(actor, "kpis.edit_report", report)
        one = report.evidence.select_related("indicator").filter(pk=evidence_id).first()
        if one is None:
            continue
        data = {"file": one.name, "indicator": one.indicator.code}
        act(steps.DETACH_EVIDENCE, report, actor=actor, data=data)
        report.authors.add(actor)
        forget_evidence([one])


def copy_evidence(old: Report, new: Report) -> None:
    """A new revision begins with the files of the one before."""
    for evidence in old.evidence.all():
        evidence.pk = None
        evidence._state.adding = True
        evidence.report = new
        evidence.save()


@transaction.atomic
def forget_evidence(rows: list[Evidence]) -> None:
    """The rows, and each file that no other row names."""
    storage = Evidence._meta.get_field("file").storage
    names = {str(one.file.name) for one in rows}
    Evidence.objects.filter(pk__in=[one.pk for one in rows]).delete()
    uploads.drop_unused(storage, names, is_needed=lambda name: Evidence.objects.filter(file=name).exists())
