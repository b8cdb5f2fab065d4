"""What the form of a report shows beside what people type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.utils.translation import gettext as _

from kpis.checks import Level, check
from kpis.context import Context, Definition
from kpis.differences import LINE, Change, changes
from kpis.lines import Line, line_name, lines_of
from kpis.models import Evidence, Report
from kpis.selectors.reports import lines_of_last_year, region_names
from kpis.wording import whose_words
from members.models import Organisation


class _Step(Protocol):
    report: Report
    context: Context
    code: str
    stored: list[Line]
    before: list[Line]

    @property
    def definition(self) -> Definition: ...
    @property
    def mine(self) -> list[Line]: ...


@dataclass(frozen=True)
class ShownChange:
    """A cell that differs: where (region, whose workers), which, and both texts."""

    indicator: str
    where: str
    cell: str
    old: str
    new: str


def shown_changes(report: Report, context: Context, old: Iterable[Line], new: Iterable[Line]) -> list[ShownChange]:
    """The differences in words, in two queries."""
    return in_words(context, changes(old, new))


def in_words(context: Context, found: Sequence[Change]) -> list[ShownChange]:
    return [
        ShownChange(
            indicator=one.line.indicator,
            where=words,
            cell=cell_name(context.definitions.get(one.line.indicator), one.cell),
            old=one.old,
            new=one.new,
        )
        for one, words in zip(found, wheres([one.line for one in found]), strict=True)
    ]


def where(line: Line, regions: dict[str, str], people: dict[int, str]) -> str:
    """ "Czechia (CZ), our own workers, planned"."""
    words = str(whose_words(line.indicator, line.whose).heading)
    if line.whose == "others":
        words += f": {people.get(line.others or 0, '') or _('not named')}"
    words += f" ({line.initiative})" if line.initiative else ""
    parts = [f"{regions.get(line.region, line.region)} ({line.region})", words]
    return ", ".join(parts + ([_("planned")] if line.series == "planned" else []))


def cell_name(definition: Definition | None, cell: str) -> str:
    if cell in ("total", "note", LINE):
        return {"total": _("Total"), "note": _("Note"), LINE: _("the row")}[cell]
    breakdown, _dot, code = cell.partition(".")
    if definition is None or breakdown not in definition.categories:
        return cell
    return f"{definition.breakdown_names[breakdown]}: {definition.categories[breakdown].get(code, code)}"


@dataclass(frozen=True)
class ShownEvidence:
    evidence: Evidence
    about: str


def evidence_of(report: Report, code: str = "") -> list[ShownEvidence]:
    """The files of a report, or of one indicator, with what they prove in words."""
    found = report.evidence.select_related("indicator", "uploaded_by")
    rows = list(found.filter(indicator__code=code) if code else found)
    if not rows:
        return []
    lines = lines_of(report)
    named = {(line.indicator, line_name(line)): words for line, words in zip(lines, wheres(lines), strict=True)}
    return [
        ShownEvidence(
            one,
            named.get((one.indicator.code, one.line), _("a row that is no longer there"))
            if one.line
            else _("the indicator as a whole"),
        )
        for one in rows
    ]


def wheres(lines: Sequence[Line]) -> list[str]:
    """What each line is about, in two queries."""
    regions = region_names(line.region for line in lines)
    named = {line.others for line in lines if line.others}
    people = dict(Organisation.objects.filter(pk__in=named).values_list("pk", "legal_name"))
    return [where(line, regions, people) for line in lines]


def page_of(step: _Step, form: Any) -> dict[str, Any]:
    """The rows in groups, with last year's values, and what the checks say of the figures on record."""
    kept = step.mine
    others = [line for line in step.stored if line.indicator != step.code]
    # Also those that have their reason already: it can be written anew.
    unanswered = replace(step.context, reasons={})
    findings = [one for one in check([*kept, *others], unanswered) if one.line is not None and one.line < len(kept)]
    given = step.report.reasons | form.reasons()
    said = {line.indicator for line in step.stored if line.total.state != "missing"}
    names = region_names(row.region for row in form.rows)
    last_year = {line.key: line.total.value for line in lines_of_last_year(step.report)}
    known = {line.key for line in kept}
    return {
        "evidence": evidence_of(step.report, step.code),
        "groups": form.groups(names, last_year),
        "steps": [{"definition": one, "said": code in said} for code, one in step.context.definitions.items()],
        "asks": [(one, given.get(one.key, "")) for one in findings if one.level == Level.ASK],
        "hints": [one for one in findings if one.level in (Level.WARN, Level.OPEN)],
        "can_copy": any(line.indicator == step.code and line.key not in known for line in step.before) and bool(kept),
        "organisations": Organisation.objects.members().values_list("legal_name", "code")
        if "others" in step.definition.version.whose
        else [],
    }
