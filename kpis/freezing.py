"""How the figures of a year become an edition: a job, in one transaction, in the lane of the roll-up."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core import jobs, permissions
from core.models import IndicatorVersion, Job
from core.workflow import act
from kpis import rollup, steps
from kpis.edition_changes import write_changes
from kpis.models import Adjustment, Ambition, Edition, EditionCell, Report, Total
from kpis.publication import Publication
from kpis.refresh import LANE
from kpis.scope import Scope
from kpis.selectors import dashboard as reads
from kpis.services.settlements import lapse_settlements
from members.models import User

KIND = "kpis.freeze"


def ask_for_edition(*, year: int, actor: User, note: str = "") -> Job:
    """Queue the freezing of a year; asked for twice, it is done once. Raises permissions.Denied."""
    permissions.require(actor, "kpis.propose_edition")
    return jobs.enqueue(KIND, actor=actor, lane=LANE, key=f"edition {year}", year=year, note=note)


@transaction.atomic
def freeze(year: int, actor: User, note: str = "") -> Edition:
    """The edition that is proposed for the year: a new one, or the one that waits for publication already. Raises
    permissions.Denied, or JobFailed where there is nothing to freeze."""
    permissions.require(actor, "kpis.propose_edition")
    # As in a rebuild: whoever approves or freezes at the same moment waits, and then sees what is there.
    rollup.lock()
    if waiting := Edition.objects.filter(year=year, status=Edition.Status.PROPOSED).first():
        return waiting
    lapse_settlements(rollup.rebuild(Scope(year=year)))  # nothing that waits for its refresh is left out
    if not Total.objects.filter(year=year).exists():
        raise jobs.JobFailed(_("No report of %(year)s is approved: there is nothing to freeze.") % {"year": year})
    editions = Edition.objects.filter(year=year)
    publication = Publication(year)
    before = publication.before
    grounds = _grounds(year)
    edition = Edition.objects.create(
        year=year,
        number=(editions.aggregate(last=Max("number"))["last"] or 0) + 1,
        note=note,
        frozen_at=timezone.now(),
        frozen_by=actor,
        reports=len(grounds["reports"]),
        facts=_facts(year),
        grounds=grounds,
    )
    EditionCell.objects.bulk_create(publication.cells(edition), batch_size=2000)
    edition.grounds["kept"] = publication.kept
    Edition.objects.filter(pk=edition.pk).update(grounds=edition.grounds)
    if before and not write_changes(edition, before):
        words = {"year": year, "code": before.code, "n": settings.DISCLOSURE_MIN_CONTRIBUTORS}
        raise jobs.JobFailed(
            _(
                "What has changed in %(year)s since edition %(code)s is the doing of fewer than %(n)s members, or"
                " nearly all of one: a new edition would tell what they changed. Freeze it once more has changed."
            )
            % words
            if publication.kept
            else _("No figure of %(year)s has changed since edition %(code)s: there is nothing to freeze.") % words
        )
    act(steps.PROPOSE_EDITION, edition, actor=actor, note=note, to_state=edition.status)
    return edition


def _grounds(year: int) -> dict[str, Any]:
    reports = Report.objects.counting().filter(round__year=year).order_by("pk").values_list("pk", flat=True)
    settlements = Adjustment.objects.in_effect().filter(year=year).order_by("pk").values_list("pk", flat=True)
    return {"reports": list(reports), "settlements": list(settlements), "reasons": []}


def _facts(year: int) -> dict[str, Any]:
    """All that stands beside the figures, in the form of JSON."""
    ambition = Ambition.objects.of(year)
    facts = {
        "definitions": [
            {
                "code": one.indicator.code,
                "version": one.version,
                "name": one.name,
                "short_name": one.short_name,
                "unit": one.unit,
                "definition": one.definition,
            }
            for one in IndicatorVersion.objects.in_force(year).select_related("indicator").order_by("indicator__order")
        ],
        "ambition": {"people": ambition.target, "rate": str(ambition.rate), "base": ambition.base.people}
        if ambition
        else None,
        "reported": asdict(reads.reported(year)),
        "coverage": asdict(reads.coverage(year, reads.member_types())),
    }
    plain: dict[str, Any] = json.loads(DjangoJSONEncoder().encode(facts))
    return plain
