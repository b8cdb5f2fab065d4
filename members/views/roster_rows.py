"""The rows of an import as its pages show them."""

from __future__ import annotations

from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.imports import pages
from core.imports.models import Import, ImportRow
from members.models import User
from members.roster.fields import LABELS

ROWS_A_PAGE = 50
_TABS = ("new", "changed", "unchanged", "doubtful", "error")


def find_import(request: HttpRequest, pk: int) -> Import:
    return pages.find_import(request, pk, kind="roster")


def me(request: HttpRequest) -> User:
    return cast(User, request.user)


def shown_rows(request: HttpRequest, batch: Import, tabs: list[dict[str, Any]]) -> dict[str, Any]:
    """The rows of the chosen tab, searched and paged. The first tab that has rows is open by default; decisions and
    errors, which wait for a person, go first."""
    counted = {tab["key"]: tab["count"] for tab in tabs}
    first = next((key for key in ("doubtful", "error", "new", "changed") if counted.get(key)), "unchanged")
    tab = request.GET.get("rows", "")
    tab = tab if tab in counted else first
    rows = batch.rows.filter(outcome=tab)
    query = request.GET.get("q", "").strip()
    if query:
        by_number = Q(number=int(query)) if query.isdigit() and len(query) < 8 else Q()
        rows = rows.filter(Q(label__icontains=query) | by_number if by_number else Q(label__icontains=query))
    page = Paginator(rows, 10 if tab == "doubtful" else ROWS_A_PAGE).get_page(request.GET.get("page"))
    for row in page:
        dress(row)
    return {"tab": tab, "page": page, "q": query}


def dress(row: ImportRow) -> None:
    """What templates show of a row: field names become labels."""
    shown = cast(Any, row)
    shown.changes_shown = [{**change, "label": LABELS.get(change["field"], _("Membership"))} for change in row.changes]
    shown.errors_shown = [(LABELS.get(name, name), row.cells.get(name, ""), text) for name, text in row.errors.items()]
    shown.warnings_shown = [(LABELS.get(name, ""), text) for name, text in row.warnings.items()]
    if row.outcome == ImportRow.Outcome.DOUBTFUL:
        names = [name for name in LABELS if name in row.cells or any(name in one["values"] for one in row.evidence)]
        codes = [one["code"] for one in row.evidence if one["id"]]
        shown.others = [
            {**one, "key": str(one["id"] or f"row-{one['row']}"), "is_chosen": _is_chosen(row, one)}
            for one in row.evidence
        ]
        shown.two_on_record = codes[:2] if len(codes) > 1 else []
        shown.compared = [
            (LABELS[name], row.cells.get(name, ""), [one["values"].get(name, "") for one in row.evidence])
            for name in names
        ]


def _is_chosen(row: ImportRow, one: dict[str, Any]) -> bool:
    """Has a person decided that the row is the same as this one?"""
    if row.decision not in {ImportRow.Decision.SAME, ImportRow.Decision.MERGE}:
        return False
    return bool(row.decided_match == one["id"] if one["id"] else row.decided_row == one["row"])


def tabs_of(batch: Import) -> list[dict[str, Any]]:
    counts = batch.counts
    counted = {
        "new": counts.get("new", 0),
        "changed": counts.get("changed", 0),
        "unchanged": counts.get("unchanged", 0),
        "doubtful": counts.get("doubtful", 0),
        "error": counts.get("errors", 0),
    }
    return [{"key": key, "label": ImportRow.Outcome(key).label, "count": counted[key]} for key in _TABS]
