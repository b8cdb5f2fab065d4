"""Files behind the largest figures of the last closed year and of the running one: a list of courses, and a picture."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from asa_portal.demo import clock, papers
from asa_portal.demo.partnership import Partnership
from core import events, uploads
from core.models import Indicator
from kpis import steps
from kpis.lines import Line, line_name, lines_of_reports
from kpis.models import Evidence, Report

REPORTS = 12  # of a year
PICTURES = 4
COURSES = (("Work on high-voltage systems", 40), ("Battery assembly and testing", 35), ("Diagnosis by software", 25))


def load(partnership: Partnership, newest: int) -> dict[str, int]:
    for year in (newest - 1, newest):
        found = {
            report.pk: report for report in Report.objects.counting().filter(round__year=year, round__period="YEAR")
        }
        largest = sorted(
            (
                (line, found[pk])
                for pk, lines in lines_of_reports(list(found)).items()
                for line in lines
                if _is_own(line)
            ),
            key=lambda pair: (-pair[0].total.number, pair[1].pk),
        )
        for number, (line, report) in enumerate(largest[:REPORTS]):
            _attach(partnership, report, line, f"courses-{year}.pdf", _list_of_courses(report, line))
            if number < PICTURES:
                picture = papers.bars([_share(line, share) for _course, share in COURSES])
                _attach(partnership, report, line, f"participants-{year}.png", picture)
    return {"evidence": Evidence.objects.count()}


def _is_own(line: Line) -> bool:
    return (line.indicator, line.series, line.whose) == ("K1", "achieved", "own") and line.total.is_number


def _share(line: Line, share: int) -> int:
    return line.total.number * share // 100


def _list_of_courses(report: Report, line: Line) -> bytes:
    courses = [f"{course}: {_share(line, share)} participants, no person twice" for course, share in COURSES]
    return papers.pdf(
        f"Courses held in {report.round.year}",
        [str(report.organisation), f"Region {line.region}, own workers: {line.total.number} people", "", *courses, "",
         "Invented: this paper belongs to the fictional demo partnership."],
    )  # fmt: skip


def _attach(partnership: Partnership, report: Report, line: Line, name: str, data: bytes) -> None:
    upload = uploads.accept(name, data)
    storage = Evidence._meta.get_field("file").storage
    path = f"evidence/demo/{upload.digest}"  # the same demo loaded again piles up no files
    if not storage.exists(path):
        storage.save(path, ContentFile(data))
    reporter = partnership.reporters[report.organisation.short_name]
    moment = (report.saved_at or timezone.now()) - timedelta(minutes=20)
    Evidence.objects.create(
        report=report,
        indicator=Indicator.objects.get(code=line.indicator),
        line=line_name(line),
        file=path,
        name=upload.name,
        media_type=upload.media_type,
        size=upload.size,
        digest=upload.digest,
        uploaded_by=reporter,
        uploaded_at=moment,
    )
    with clock.at(moment):
        said = {"file": name, "indicator": line.indicator}
        events.record(steps.ATTACH_EVIDENCE, report, actor=reporter, data=said)
