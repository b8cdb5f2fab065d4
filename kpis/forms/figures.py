"""The figures of one indicator as a form: regions as rows, a table for each kind of workers and each breakdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise, cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.asked import whole
from core.models import Series
from kpis.checks import Finding
from kpis.context import Definition
from kpis.forms.adding import AddRowForm
from kpis.lines import Line
from kpis.models import Report
from kpis.models.reports import State
from kpis.typed import NUMBER, TypedLine, as_number
from kpis.wording import whose_words
from members.models import Organisation
from projects.models import Initiative

STATES: list[tuple[str, str | Promise]] = [
    (NUMBER, _("a number")),
    (State.NA, _("not applicable to us")),
    (State.NOT_COLLECTED, _("not collected")),
]
REASON = "reason-"


@dataclass(frozen=True)
class ShownCell:
    """A cell as the page draws it. `id` is also the name under which it is sent; `named_by` holds the ids of what
    names it."""

    id: str
    named_by: str
    label: str
    value: str
    errors: list[str]

    @property
    def attributes(self) -> SafeString:
        """At one go: a page has up to 1,500 cells, and every variable of a template costs as much as all this."""
        said = format_html('id="{0}" name="{0}" value="{1}" aria-labelledby="{2}"', self.id, self.value, self.named_by)
        return format_html('{} aria-invalid="true" aria-describedby="{}-error"', said, self.id) if self.errors else said


@dataclass(frozen=True)
class Row:
    """A line in the form; `prefix` begins the names of its cells."""

    prefix: str
    group: str
    typed: TypedLine
    organisation: str = ""
    initiative: str = ""
    region_name: str = ""
    last_year: int | None = None

    def cell(self, name: str, column: str, label: str, value: str) -> ShownCell:
        named_by = f"{self.prefix}-region {self.group}-{column}"
        return ShownCell(f"{self.prefix}-{name}", named_by, label, value, self.typed.errors.get(name, []))

    @property
    def total(self) -> ShownCell:
        return self.cell("total", "total", _t("Total"), self.typed.total)

    @property
    def note(self) -> ShownCell:
        return self.cell("note", "note", _t("Note"), self.typed.note)

    @property
    def states(self) -> list[tuple[str, str | Promise, bool]]:
        chosen = self.typed.state if self.typed.state in dict(STATES) else NUMBER
        return [(code, label, code == chosen) for code, label in STATES]

    @property
    def other_errors(self) -> list[str]:
        """What is wrong with the line and not with one of its cells."""
        own = {"total", "state", "note"}
        return [
            text for name, texts in self.typed.errors.items() if name not in own and "." not in name for text in texts
        ]


@dataclass(frozen=True)
class PartsRow:
    """A row of a breakdown; `left` is what is missing to the total."""

    row: Row
    cells: list[ShownCell]
    filled: bool
    left: int


@dataclass(frozen=True)
class Parts:
    """A breakdown of a group of rows."""

    code: str
    name: str
    columns: list[tuple[str, str]]
    rows: list[PartsRow]

    @property
    def is_wrong(self) -> bool:
        return any(cell.errors for row in self.rows for cell in row.cells)

    @property
    def status(self) -> str:
        """none, over, some or complete."""
        filled = [row.left for row in self.rows if row.filled]
        if not filled:
            return "none"
        return "over" if min(filled) < 0 else "some" if max(filled) > 0 else "complete"


@dataclass(frozen=True)
class Group:
    """The rows of one series and kind of workers."""

    key: str
    heading: str
    rows: list[Row]
    definition: Definition

    def breakdowns(self) -> Iterator[Parts]:
        for breakdown, categories in self.definition.categories.items():
            yield Parts(
                code=breakdown,
                name=self.definition.breakdown_names[breakdown],
                columns=[(code, name) for code, name in categories.items()],
                rows=[_parts_row(row, breakdown, categories) for row in self.rows],
            )


def _parts_row(row: Row, breakdown: str, categories: Mapping[str, str]) -> PartsRow:
    parts, given = row.typed.parts, []
    cells = []
    for code, name in categories.items():
        text = parts.get((breakdown, code), "")
        cells.append(row.cell(f"{breakdown}.{code}", f"{breakdown}-{code}", name, text))
        if text and (value := as_number(text)) is not None:
            given.append(value)
    return PartsRow(row, cells, bool(given), (as_number(row.typed.total) or 0) - sum(given))


class StepForm:
    """The figures of one indicator: its rows, a row to add, and reasons that checks ask for."""

    def __init__(
        self,
        *,
        report: Report,
        definition: Definition,
        lines: Sequence[Line],
        data: Any = None,
        stored: Sequence[Line] = (),
    ) -> None:
        self.report, self.definition, self.data = report, definition, data
        self._stored = {line.key: line for line in stored}
        self.rows = [TypedLine.of(line) for line in lines] if data is None else self._typed(data)
        adding = data is not None and data.get("action") == "add"
        self.add = AddRowForm(data if adding else None, definition=definition, report=report)
        self._read: list[Line] | None = None

    def _typed(self, data: Any) -> list[TypedLine]:
        count = min(as_number(str(data.get("rows", ""))) or 0, len(data))  # a row has many fields
        places = [(breakdown, code) for breakdown, codes in self.definition.categories.items() for code in codes]
        rows = []
        for index in range(count):
            prefix = f"r{index}-"
            if data.get(prefix + "remove"):
                continue

            def said(name: str, prefix: str = prefix) -> str:
                return str(data.get(prefix + name, ""))

            other = said("others")
            row = TypedLine(
                region=said("region")[:10],
                series=said("series"),
                whose=said("whose"),
                others=whole(other),
                initiative=said("initiative")[:40],
                total=said("total"),
                state=said("state"),
                note=said("note"),
                parts={place: text for place in places if (text := said(".".join(place)))},
            )
            if other and row.others is None:
                row.fault("others", _t("There is no such organisation in the portal."))
            rows.append(row)
        return rows

    @cached_property
    def organisations(self) -> dict[int, str]:
        """{id: name} of those that rows name."""
        named = {row.others for row in self.rows if row.others}
        return dict(Organisation.objects.filter(pk__in=named).values_list("pk", "legal_name"))

    @cached_property
    def initiatives(self) -> dict[str, str]:
        """{code: title} of those that rows name."""
        named = {row.initiative for row in self.rows if row.initiative}
        return dict(Initiative.objects.filter(code__in=named).values_list("code", "title"))

    @property
    def wants_row(self) -> bool:
        return self.add.is_bound

    def lines_read(self) -> list[Line]:
        """What the rows say, in their order; what cannot be read is missing and said to be wrong."""
        if self._read is None:
            self._read = [row.read(self.definition, self._stored) for row in self.rows]
            for row in self.rows:
                if row.others and row.others not in self.organisations:
                    row.fault("others", _t("There is no such organisation in the portal."))
        return self._read

    def is_valid(self) -> bool:
        self.lines_read()
        return not any(row.errors for row in self.rows) and (not self.wants_row or self.add.is_valid())

    def lines(self) -> list[Line]:
        """Of a valid form, with the row to add."""
        lines = self.lines_read()
        return [*lines, self.add.line(self.definition.code)] if self.wants_row else lines

    def lines_without_errors(self) -> dict[int, Line]:
        """{place of the row: line} of the rows that can be stored; in place of the others what is stored of them, if
        anything."""
        kept = {}
        for index, line in enumerate(self.lines_read()):
            one = self._stored.get(line.key) if self.rows[index].errors else line
            if one is not None:
                kept[index] = one
        return kept

    def reasons(self) -> dict[str, str]:
        return {key.removeprefix(REASON): text for key, text in (self.data or {}).items() if key.startswith(REASON)}

    def place(self, findings: Sequence[Finding]) -> None:
        """Say what is wrong at the cell where it is wrong."""
        for finding in findings:
            if finding.line is None or finding.line > len(self.rows):
                continue
            if finding.line == len(self.rows):
                if self.wants_row:
                    self.add.add_error(finding.cell if finding.cell in self.add.fields else None, str(finding.message))
                continue
            self.rows[finding.line].fault(finding.cell, str(finding.message))

    def errors(self) -> dict[str, list[str]]:
        """{name of a cell: what is wrong}, for the script."""
        return {f"r{index}-{cell}": texts for index, row in enumerate(self.rows) for cell, texts in row.errors.items()}

    def groups(self, names: Mapping[str, str], last_year: Mapping[tuple[object, ...], int | None]) -> list[Group]:
        """The rows as the page shows them. `names` of regions; last year's totals by the key of the line."""
        version, found = self.definition.version, []
        rows = [
            Row(
                prefix=f"r{index}",
                group=f"{row.series}-{row.whose}",
                typed=row,
                organisation=self.organisations.get(row.others or 0, ""),
                initiative=self.initiatives.get(row.initiative, row.initiative),
                region_name=names.get(row.region, row.region),
                last_year=last_year.get(
                    (self.definition.code, row.series, row.whose, row.others, row.region, row.initiative)
                ),
            )
            for index, row in enumerate(self.rows)
        ]
        series = list(dict.fromkeys([*version.series, *(row.series for row in self.rows)]))
        whose = list(dict.fromkeys([*version.whose, *(row.whose for row in self.rows)]))
        for one in series:
            for kind in whose:
                if mine := [row for row in rows if (row.typed.series, row.typed.whose) == (one, kind)]:
                    heading = str(whose_words(self.definition.code, kind).heading)
                    if one == Series.PLANNED:
                        heading = _t("%(whose)s, planned for the whole of %(year)s") % {
                            "whose": heading,
                            "year": self.report.round.year,
                        }
                    found.append(Group(f"{one}-{kind}", heading, mine, self.definition))
        return found
