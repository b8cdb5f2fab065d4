"""Writes the template of a report: filled in, protected, with lists, checks and help."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from core.models import Region
from core.spreadsheets.writing import neutralise
from kpis.context import NUTS_VERSION, Context, Definition, context_of
from kpis.forms.adding import starting_lines
from kpis.lines import Line, lines_of
from kpis.models import Report
from kpis.models.reports import LARGEST
from kpis.selectors.reports import lines_of_last_year, lines_of_report_before
from kpis.typed import NO_NUMBER, NUMBER
from kpis.workbooks import stamp
from kpis.workbooks.layout import CODES, FIRST, HEADERS, SPARE, columns_of, words_of
from members.models import Organisation

LISTS = "_lists"


def template_of(report: Report) -> bytes:
    """The file. What it says of itself is signed and hidden."""
    context = context_of(report)
    before = lines_of_report_before(report)
    stored = lines_of(report)
    lines: list[Line] = []
    for code, definition in context.definitions.items():
        mine = [line for line in stored if line.indicator == code]
        lines += mine or starting_lines(definition, report.organisation, before)
    return _Writer(report, context, lines).written()


class _Writer:
    def __init__(self, report: Report, context: Context, lines: list[Line]) -> None:
        self.report, self.context, self.lines = report, context, lines
        self.out = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.out, {"in_memory": True, "strings_to_formulas": False})
        form = self.book.add_format
        edge = {"border": 1, "border_color": "#9aa7ba", "valign": "top"}
        self.fixed = form({**edge, "bg_color": "#ebeff5", "text_wrap": True})
        self.entry = form({**edge, "locked": False, "text_wrap": True})
        self.number = form({**edge, "locked": False, "num_format": "#,##0"})
        self.last = form({**edge, "bg_color": "#ebeff5", "num_format": "#,##0"})
        self.head = form({**edge, "bold": True, "bg_color": "#0b1e3d", "font_color": "#ffffff", "text_wrap": True})
        self.title = form({"bold": True, "font_size": 14})
        self.wrong = form({"bg_color": "#fde8e6", "font_color": "#b01f19"})
        self.regions = _region_texts()
        self.people = dict(Organisation.objects.members().values_list("pk", "legal_name"))
        named = {line.others for line in lines if line.others}
        self.codes = dict(
            (Organisation.objects.members() | Organisation.objects.filter(pk__in=named)).values_list("pk", "code")
        )
        self.people |= dict(Organisation.objects.filter(pk__in=named).values_list("pk", "legal_name"))
        self.last_year = {line.key: line.total.value for line in lines_of_last_year(report)}

    def written(self) -> bytes:
        self._help()
        for definition in self.context.definitions.values():
            self._sheet(definition)
        self._lists()
        self._stamp()
        self.book.close()
        return self.out.getvalue()

    def _help(self) -> None:
        page = self.book.add_worksheet(_("Read me")[:31])
        page.set_column(0, 0, 110, self.book.add_format({"text_wrap": True}))
        texts = [
            str(self.report),
            _(
                "Fill in the white cells of the sheets %(sheets)s, save the file as .xlsx and upload it on the page of "
                "the report. You see every difference before anything is written."
            )
            % {"sheets": ", ".join(self.context.definitions)},
            _("An empty cell means that the figure is missing. It never means zero: write 0 if there was nobody."),
            _("Whole numbers only, and no formulas. Where there is no number, choose why in the column “This is”."),
            _("The parts of a breakdown add up to the total; put the rest under “Unknown”."),
            _("Give a whole country or its regions, not both."),
            _("What a row is about cannot be changed. Use the empty rows below for further regions or organisations."),
        ]  # fmt: skip
        for row, text in enumerate(texts):
            page.write_string(row, 0, str(neutralise(text)), self.title if row == 0 else None)
        page.protect()

    def _sheet(self, definition: Definition) -> None:
        page = self.book.add_worksheet(definition.code)
        columns = columns_of(definition)
        words = words_of(definition)
        title = _("%(code)s: %(name)s (version %(n)s of the definition)") % {
            "code": definition.code,
            "name": definition.version.name,
            "n": definition.version.version,
        }
        page.write_string(0, 1, title, self.title)
        page.write_string(1, 1, str(neutralise(definition.version.definition)))
        page.set_row(CODES, None, None, {"hidden": True})
        page.set_row(HEADERS, 45)
        for column, code in enumerate(columns):
            page.write_string(CODES, column, code)
            page.write_string(HEADERS, column, str(neutralise(self._header(definition, code))), self.head)
            page.set_column(column, column, self._width(code), None, {"hidden": code == "row"})
        mine = [line for line in self.lines if line.indicator == definition.code]
        for index, line in enumerate(mine):
            self._line(page, FIRST + index, index + 1, columns, words, line)
        first, last = FIRST + len(mine), FIRST + len(mine) + SPARE - 1
        for row in range(first, last + 1):
            for column, code in enumerate(columns):
                if code not in ("row", "before"):
                    page.write_blank(row, column, None, self.number if _is_figure(code) else self.entry)
        self._checks(page, definition, columns, words, first, last)
        page.freeze_panes(FIRST, 2)
        page.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})

    def _header(self, definition: Definition, code: str) -> str:
        names = {
            "row": "", "region": _("Region"), "series": _("Figures"), "whose": _("Whose workers"),
            "others": _("Of which organisation"), "initiative": _("Initiative"), "state": _("This is"),
            "total": _("Total"), "note": _("Note"),
            "before": _("Reported for %(year)s") % {"year": self.report.round.year - 1},
        }  # fmt: skip
        if code in names:
            return names[code]
        breakdown, _dot, category = code.partition(".")
        return f"{definition.breakdown_names[breakdown]}: {definition.categories[breakdown][category]}"

    @staticmethod
    def _width(code: str) -> int:
        return {"region": 28, "whose": 24, "others": 32, "initiative": 18, "state": 20, "note": 40}.get(code, 13)

    def _line(
        self, page: Any, row: int, number: int, columns: Sequence[str], words: dict[str, dict[str, str]], line: Line
    ) -> None:
        state = line.total.state if line.total.state in NO_NUMBER else NUMBER
        texts = {
            "row": str(number),
            "region": self.regions.get(line.region, line.region),
            "series": words["series"].get(line.series, line.series),
            "whose": words["whose"].get(line.whose, line.whose),
            "others": self._organisation(line.others),
            "initiative": line.initiative,
        }
        for column, code in enumerate(columns):
            if code in texts:
                page.write_string(row, column, str(neutralise(texts[code])), self.fixed)
            elif code == "state":
                page.write_string(row, column, words["state"][state], self.entry)
            elif code == "note":
                page.write_string(row, column, str(neutralise(line.note)), self.entry)
            elif code == "before":
                _number(page, row, column, self.last_year.get(line.key), self.last)
            else:
                breakdown, _dot, category = code.partition(".")
                cell = line.total if code == "total" else line.parts.get((breakdown, category))
                _number(page, row, column, cell.value if cell else None, self.number)

    def _organisation(self, pk: int | None) -> str:
        return f"{self.people[pk]} ({self.codes[pk]})" if pk in self.people else ""

    def _checks(
        self, page: Any, definition: Definition, columns: Sequence[str], words: dict[str, Any], first: int, last: int
    ) -> None:
        """Lists and limits that the spreadsheet program holds people to; the portal checks all of it again."""
        whole = {
            "validate": "integer", "criteria": "between", "minimum": 0, "maximum": LARGEST, "ignore_blank": True,
            "error_title": _("A whole number"), "error_message": _("Whole numbers from 0 on, or nothing."),
        }  # fmt: skip
        lists = {"region": f"={LISTS}!$A$1:$A${len(self.regions)}", "others": f"={LISTS}!$B$1:$B${len(self.codes)}"}
        for column, code in enumerate(columns):
            if _is_figure(code):
                page.data_validation(FIRST, column, last, column, whole)
            elif code == "state":
                page.data_validation(
                    FIRST, column, last, column, {"validate": "list", "source": list(words["state"].values())}
                )
            elif code in ("series", "whose"):
                page.data_validation(
                    first, column, last, column, {"validate": "list", "source": list(words[code].values())}
                )
            elif code in lists:
                page.data_validation(first, column, last, column, {"validate": "list", "source": lists[code]})
        total = xl_col_to_name(columns.index("total"))
        for breakdown, codes in definition.categories.items():
            places = [columns.index(f"{breakdown}.{code}") for code in codes]
            left, right = xl_col_to_name(min(places)), xl_col_to_name(max(places))
            page.conditional_format(
                FIRST, min(places), last, max(places),
                {"type": "formula", "format": self.wrong,
                 "criteria": f"=SUM(${left}{FIRST + 1}:${right}{FIRST + 1})>${total}{FIRST + 1}"},
            )  # fmt: skip

    def _lists(self) -> None:
        page = self.book.add_worksheet(LISTS)
        for row, text in enumerate(self.regions.values()):
            page.write_string(row, 0, text)
        for row, pk in enumerate(self.codes):
            page.write_string(row, 1, str(neutralise(self._organisation(pk))))
        page.protect()
        page.very_hidden()

    def _stamp(self) -> None:
        page = self.book.add_worksheet(stamp.SHEET)
        made = stamp.Stamp(
            report=self.report.pk,
            organisation=self.report.organisation.code,
            round=str(self.report.round),
            revision=self.report.revision,
            language=get_language() or "en",
            versions={code: one.version.version for code, one in self.context.definitions.items()},
            columns={code: columns_of(one) for code, one in self.context.definitions.items()},
            lines=[stamp.packed(line) for line in self.lines],
        )
        for row, text in enumerate(made.signed()):
            page.write_string(row, 0, text)
        page.protect()
        page.very_hidden()


def _is_figure(code: str) -> bool:
    return code == "total" or "." in code


def _number(page: Any, row: int, column: int, value: int | None, style: Any) -> None:
    if value is None:
        page.write_blank(row, column, None, style)
    else:
        page.write_number(row, column, value, style)


def _region_texts() -> dict[str, str]:
    """{code: "CZ01 Praha"}, countries and NUTS 2 regions."""
    found = Region.objects.filter(level__in=(0, 2)).values_list(
        "code", "name_latin", "level", "version", "country__name"
    )
    return {
        code: f"{code} {country if level == 0 else name}"
        for code, name, level, version, country in sorted(found)
        if level == 0 or (version == NUTS_VERSION and not code.endswith("ZZ"))
    }
