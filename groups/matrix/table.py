"""The table of the matrix, as a page and for a spreadsheet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Case, CharField, Count, F, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _t

from committees.models import Committee
from core.spreadsheets import writing
from groups.matrix.columns import Columns, Unit, columns_of
from groups.matrix.wish import Wish
from groups.models import Group

A_PAGE = 50
ALL = "all"  # the row of all committees and groups together, in addresses


@dataclass(frozen=True)
class Cell:
    """One field of the table, as wide as the columns of a unit where the unit is missing as a whole."""

    count: int
    span: int
    gap: bool
    url: str = ""


@dataclass(frozen=True)
class Row:
    code: str
    title: str
    kind: str
    url: str
    counts: Counter[str]
    cells: list[Cell]
    missing: list[Unit]

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def named(self) -> list[Unit]:
        """The gaps that the table names; the page of the row has the rest."""
        return self.missing if len(self.missing) <= 4 else self.missing[:3]

    @property
    def more(self) -> int:
        return len(self.missing) - len(self.named)


def row_of(columns: Columns, wish: Wish, code: str, title: str, kind: str, counts: Counter[str]) -> Row:
    url, filters = reverse("groups:matrix_row", args=[code]), urlencode(wish.query)
    parameter = "country" if wish.by == "countries" else "type"
    missing = columns.missing(counts)
    cells = []
    for unit in columns.units:
        if unit in missing:
            cells.append(Cell(0, len(unit.columns), gap=True))
            continue
        cells += [
            Cell(counts[one], 1, gap=False, url=f"{url}?{filters}&{parameter}={one}" if counts[one] else "")
            for one in unit.columns
        ]
    return Row(code, title, kind, f"{url}?{filters}", counts, cells, missing)


@dataclass(frozen=True)
class Matrix:
    """The whole page, in a fixed number of queries."""

    wish: Wish
    columns: Columns
    together: list[Row]  # all, and each committee: seats and groups, each organisation once
    page: Page[Group]
    rows: list[Row]
    without: list[tuple[Unit, int]]  # in how many of the groups the unit is missing


def matrix(wish: Wish, number: Any = 1) -> Matrix:
    columns = columns_of(wish)
    page = Paginator(_in_order(wish.groups()), A_PAGE).get_page(number)
    return Matrix(
        wish, columns, _together(wish, columns), page, _rows(wish, columns, page), _without(wish, columns, page)
    )


def _in_order(groups: QuerySet[Group]) -> QuerySet[Group]:
    return groups.order_by("committee__order", "committee__code", "code")


def _rows(wish: Wish, columns: Columns, groups: Iterable[Group]) -> list[Row]:
    shown = list(groups)
    counted = wish.places().filter(group__in=[one.pk for one in shown]) if len(shown) <= A_PAGE else wish.places()
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    key = f"organisation__{wish.field}"
    for group, code, n in counted.order_by().values_list("group", key).annotate(n=Count("pk")):
        counts[group][code] = n
    return [
        row_of(columns, wish, one.code, one.title, str(one.get_kind_display()), counts.get(one.pk, Counter()))
        for one in shown
    ]


def _together(wish: Wish, columns: Columns) -> list[Row]:
    """An organisation in three groups of a committee counts once there."""
    key = f"organisation__{wish.field}"
    pairs = {
        *wish.places().order_by().values_list("group__committee", "organisation", key).distinct(),
        *wish.seats().order_by().values_list("committee", "organisation", key).distinct(),
    }
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for committee, _organisation, code in pairs:
        counts[committee][code] += 1
    committees = Committee.objects.filter(code=wish.committee) if wish.committee else Committee.objects.all()
    rows = [
        row_of(columns, wish, one.code, one.name, _t("Committee"), counts.get(one.pk, Counter())) for one in committees
    ]
    if len(rows) < 2:
        return rows
    everybody = Counter(code for _organisation, code in {pair[1:] for pair in pairs})
    return [row_of(columns, wish, ALL, _t("All committees and groups"), "", everybody), *rows]


def _without(wish: Wish, columns: Columns, page: Page[Group]) -> list[tuple[Unit, int]]:
    unit_of = {code: unit.code for unit in columns.units for code in unit.columns}
    key = f"organisation__{wish.field}"
    if columns.are_grouped:
        which: Any = Case(
            *[When(**{key: code}, then=Value(unit)) for code, unit in unit_of.items()],
            default=Value(""),
            output_field=CharField(),
        )
    else:
        which = F(key)
    rows = wish.places().order_by().annotate(unit=which).values_list("unit").annotate(n=Count("group", distinct=True))
    present = dict(rows)
    return [(unit, page.paginator.count - present.get(unit.code, 0)) for unit in columns.units]


def table(wish: Wish) -> tuple[list[str], list[list[writing.Value]]]:
    """The whole matrix for a spreadsheet: header and rows."""
    columns = columns_of(wish)
    codes = list(columns.codes)
    header = [_t("Code"), _t("Name"), _t("Kind"), *(columns.labels[code] for code in codes), _t("Total"), _t("Missing")]
    members = [columns.members[code] for code in codes]
    lines: list[list[writing.Value]] = [["", _t("Members of the alliance"), "", *members, sum(members), ""]]
    for row in [*_together(wish, columns), *_rows(wish, columns, _in_order(wish.groups()))]:
        gaps = "; ".join(unit.gap for unit in row.missing)
        code = "" if row.code == ALL else row.code
        lines.append([code, row.title, row.kind, *(row.counts[one] for one in codes), row.total, gaps])
    return header, lines
