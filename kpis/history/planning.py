"""What a file of figures would do with each report: judged in bulk, with every fault, and nothing written.

A row is one cell: a total, or one category of a breakdown of it. The rows of one line (indicator, series, region,
whose, others, initiative) make up the line as the file has it; it replaces the line on record as a whole, and lines
that the file does not name stay as they are. So a file may hold a whole report or a single corrected figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from core.imports.kinds import PlannedRow, Progress, SourceRow
from core.imports.models import ImportRow
from kpis.checks import Finding, Level, check
from kpis.context import Context, Definition
from kpis.history.cleaning import Cleaner, Entry, Place
from kpis.history.stored import Stored
from kpis.lines import MISSING, Cell, Line, fingerprint
from kpis.models import Report
from kpis.models.reports import State

O = ImportRow.Outcome  # noqa: E741
TOTAL = ("", "")
Parts = dict[tuple[str, str], Entry]  # the rows of one line, by (breakdown, category)
Groups = dict[tuple[Any, ...], Parts]  # by Line.key
_KEY = {"indicator", "series", "region", "whose", "others", "breakdown", "category", "initiative"}
_STEP = 1000


@dataclass
class ReportPlan:
    """What becomes of one report: `lines` are all it will have. `base` is the approved revision that is replaced,
    `open` the unfinished one that is written into."""

    place: Place
    base: Report | None = None
    open: Report | None = None
    lines: list[Line] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)  # check that asks → reason; empty: the file gives none
    changes: bool = False

    @property
    def is_explained(self) -> bool:
        """Whether each check that asks for a reason has got one."""
        return all(text.strip() for text in self.reasons.values())

    @property
    def is_pending(self) -> bool:
        """Whether figures of an earlier file wait for approval."""
        return self.open is not None and self.open.imported


class Planner:
    """One dry run over one file. Afterwards `reports` says what becomes of each report that the file names."""

    def __init__(self, rows: Sequence[SourceRow]) -> None:
        self.rows = rows
        self.reports: list[ReportPlan] = []
        self._warnings: dict[int, dict[str, str]] = defaultdict(dict)
        self._planned: dict[int, PlannedRow] = {}

    def plan(self, progress: Progress) -> list[PlannedRow]:
        cleaner, entries = Cleaner(), []
        total = 2 * len(self.rows)
        for done, row in enumerate(self.rows):
            if done % _STEP == 0:
                progress(done, total, "")
            entries.append(cleaner.clean(row))
        by_place: dict[Place, list[Entry]] = defaultdict(list)
        for entry in entries:
            self._planned[entry.number] = PlannedRow(entry.number, O.UNCHANGED, label=entry.label, errors=entry.errors)
            if not {"organisation", "year", "round"} & entry.errors.keys():
                by_place[entry.place].append(entry)
        self.stored = Stored(by_place, cleaner.regions, frozenset(cleaner.initiatives))
        done = len(self.rows)
        for place in sorted(by_place):  # the earlier rounds of a year first: later ones are held against them
            progress(done, total, "")
            self._plan_report(place, by_place[place])
            done += len(by_place[place])
        for entry in entries:
            planned = self._planned[entry.number]
            planned.warnings = self._warnings.get(entry.number, {})
            if planned.errors:
                planned.outcome = O.ERROR
                planned.changes = []
        return [self._planned[entry.number] for entry in entries]

    # -- One report ---------------------------------------------------------------------------------------------------
    def _plan_report(self, place: Place, entries: list[Entry]) -> None:
        one = ReportPlan(place, base=self.stored.counting.get(place), open=self.stored.open.get(place))
        pending = one.open if one.is_pending else None
        on_record = {line.key: line for line in self.stored.lines_of(pending or one.base)}
        one.reasons = _given(pending or one.base)
        context = replace(self.stored.context(place), reasons=one.reasons.copy())
        groups: Groups = defaultdict(dict)
        for entry in entries:
            if not _KEY & entry.errors.keys() and self._is_asked_for(entry, context.definitions):
                self._add_to_line(groups[entry.key], entry, context.definitions[entry.indicator])
        given = {}
        for key, parts in groups.items():
            if TOTAL not in parts:
                for entry in parts.values():
                    entry.errors["breakdown"] = _("The file has no row with the total of this line.")
            elif not any(entry.errors for entry in parts.values()):
                given[key] = _line(parts)
                self._compare(parts, on_record.get(key), given[key])
        one.lines = list({**on_record, **given}.values())
        self._check(one.lines, groups, context, one)
        one.changes = fingerprint(one.lines) != fingerprint(on_record.values())
        if one.changes:
            self._look_at_revisions(one, entries)
            self.stored.plan(place, one.lines)
        self.reports.append(one)
        for entry in entries:
            self._planned[entry.number].payload = one
            self._planned[entry.number].match_id = report.pk if (report := one.open or one.base) else None

    def _is_asked_for(self, entry: Entry, definitions: dict[str, Definition]) -> bool:
        definition = definitions.get(entry.indicator)
        if definition is None:
            entry.errors["indicator"] = _("This round does not ask for %(code)s.") % {"code": entry.indicator}
        elif entry.series not in definition.version.series:
            entry.errors["series"] = _("%(code)s has no planned figures.") % {"code": entry.indicator}
        elif entry.whose not in definition.version.whose:
            entry.errors["whose"] = _("%(code)s is asked for %(codes)s.") % {
                "code": entry.indicator,
                "codes": ", ".join(definition.version.whose),
            }
        elif entry.breakdown and entry.breakdown not in definition.categories:
            entry.errors["breakdown"] = _("%(code)s is broken down by %(names)s.") % {
                "code": entry.indicator,
                "names": ", ".join(definition.categories),
            }
        else:
            return True
        return False

    def _add_to_line(self, parts: Parts, entry: Entry, definition: Definition) -> None:
        if entry.breakdown:
            known = {code.lower(): code for code in definition.categories[entry.breakdown]}
            if entry.category.lower() not in known:
                entry.errors["category"] = _("“%(text)s” is none of %(codes)s.") % {
                    "text": entry.category,
                    "codes": ", ".join(known.values()),
                }
                return
            entry.category = known[entry.category.lower()]
        if (first := parts.get(entry.part)) is not None:
            entry.errors["organisation"] = _("The same figure stands in row %(n)s already.") % {"n": first.number}
            return
        parts[entry.part] = entry

    def _look_at_revisions(self, one: ReportPlan, entries: list[Entry]) -> None:
        """Nobody's work in progress is overwritten; a locked report gets a new revision, and the reader is told."""
        busy = one.open is not None and not one.open.imported and one.open.status != Report.Status.NOT_STARTED
        if busy and one.open is not None:
            entries[0].errors.setdefault(
                "organisation",
                _(
                    "“%(report)s” is in progress (%(state)s), and the file has other figures for it. Have it completed "
                    "and approved first, or leave these rows out."
                )
                % {"report": one.open, "state": one.open.get_status_display()},
            )
        elif one.base is not None and one.base.status == Report.Status.LOCKED:
            self._warn(entries[0], "organisation", _("The report is locked: a new revision takes its place."))

    # -- Checks -------------------------------------------------------------------------------------------------------
    def _check(self, lines: list[Line], groups: Groups, context: Context, one: ReportPlan) -> None:
        for finding in check(lines, context):
            line = lines[finding.line] if finding.line is not None else None
            parts = groups.get(line.key) if line else next(iter(groups.values()), None)
            if line is not None and parts is None:  # on record: only that the file does not go with it is news
                parts = _beside(line, groups) if finding.cell == "region" else None
                parts = _of_series(line, groups) if finding.level == Level.ASK else parts
            if parts:
                self._place(finding, parts, one)

    def _place(self, finding: Finding, parts: Parts, one: ReportPlan) -> None:
        breakdown, dot, category = finding.cell.partition(".")
        entry = parts.get((breakdown, category) if dot else TOTAL) or next(iter(parts.values()))
        column = "value" if dot or finding.cell == "total" else finding.cell
        if finding.level in (Level.BLOCK, Level.OPEN):
            entry.errors.setdefault(column, str(finding.message))
        elif finding.level == Level.ASK:
            one.reasons[finding.key] = entry.note
            if not entry.note:
                self._warn(entry, "note", str(finding.message))
        else:
            self._warn(entry, column, str(finding.message))

    def _warn(self, entry: Entry, column: str, message: str) -> None:
        self._warnings[entry.number].setdefault(column, message)

    # -- Against what is on record ------------------------------------------------------------------------------------
    def _compare(self, parts: Parts, old: Line | None, new: Line) -> None:
        for place, entry in parts.items():
            planned = self._planned[entry.number]
            if old is None:
                planned.outcome = O.NEW
                continue
            before = old.total if place == TOTAL else old.parts.get(place)
            if before is None:
                planned.outcome = O.NEW
            elif before != entry.cell:
                planned.changes.append({"field": "value", "old": shown(before), "new": shown(entry.cell)})
            if place == TOTAL:
                planned.changes += _other_changes(old, new)
            if planned.changes:
                planned.outcome = O.CHANGED


def _other_changes(old: Line, new: Line) -> list[dict[str, Any]]:
    """The note, and categories that the file does not have any more."""
    found = [{"field": "note", "old": old.note, "new": new.note}] if old.note != new.note else []
    return found + [
        {"field": "category", "old": f"{breakdown} {category}: {shown(old.parts[breakdown, category])}", "new": ""}
        for breakdown, category in sorted(old.parts.keys() - new.parts.keys())
    ]


def shown(cell: Cell) -> str:
    return str(cell.value) if cell.is_number else str(State(cell.state).label)


def _line(parts: Parts) -> Line:
    """The line that the rows make up. Notes of its categories are kept in that of the line."""
    total = parts[TOTAL]
    notes = dict.fromkeys(entry.note for entry in parts.values() if entry.note)
    return Line(
        indicator=total.indicator,
        region=total.region,
        total=total.cell if total.cell is not None else MISSING,
        series=total.series,
        whose=total.whose,
        others=total.others,
        initiative=total.initiative,
        note="\n".join(notes),
        parts={place: entry.cell for place, entry in parts.items() if place != TOTAL},
    )


def _given(report: Report | None) -> dict[str, str]:
    """Reasons that are on record go on, as in a report that is reopened."""
    return {key: text for key, text in report.reasons.items() if text.strip()} if report else {}


def _of_series(line: Line, groups: Groups) -> Parts | None:
    """The first rows of the file about the same indicator and series."""
    return next((parts for key, parts in groups.items() if key[:2] == (line.indicator, line.series)), None)


def _beside(line: Line, groups: Groups) -> Parts | None:
    """Rows of the file about the same workers in the same country as a line on record."""
    for parts in groups.values():
        entry = next(iter(parts.values()))
        same = (entry.indicator, entry.series, entry.whose, entry.others) == line.place
        if same and entry.region[:2] == line.region[:2]:
            return parts
    return None
