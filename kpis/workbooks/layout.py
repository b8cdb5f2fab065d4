"""How a sheet of a template is built. One sheet for each indicator; rows are numbered from 0 here."""

from __future__ import annotations

from core.models import Series
from kpis.context import Definition
from kpis.forms.figures import STATES
from kpis.models import Report
from kpis.wording import whose_words

CODES, HEADERS, FIRST = 2, 3, 4  # rows: the hidden codes of the columns, their names, the first line
SPARE = 40  # empty rows for further lines
ROWS = 20_000  # of a sheet at most; the longest of a template is its list of organisations
ABOUT = ["row", "region", "series", "whose", "others", "initiative"]  # what a line is about; "row" is hidden


def columns_of(definition: Definition) -> list[str]:
    parts = [f"{breakdown}.{code}" for breakdown, codes in definition.categories.items() for code in codes]
    return [*ABOUT, "state", "total", *parts, "note", "before"]


def words_of(definition: Definition) -> dict[str, dict[str, str]]:
    """{column: {code: its words}} of the columns with a list, in the language that is active."""
    return {
        "series": {code: str(_series(code)) for code in definition.version.series},
        "whose": {code: str(whose_words(definition.code, code).heading) for code in definition.version.whose},
        "state": {code: str(label) for code, label in STATES},
    }


def _series(code: str) -> object:
    return Series(code).label


def file_name(report: Report) -> str:
    return f"kpi-{report.organisation.code}-{report.round}-r{report.revision}.xlsx".replace(" ", "-")
