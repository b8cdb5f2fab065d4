"""Cells of a file of figures to values, or to a sentence about what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from core.geography import older
from core.imports.kinds import SourceRow
from core.models import Country, Indicator, Series, Whose
from kpis.context import region_codes
from kpis.lines import Cell
from kpis.models.reports import State
from kpis.models.rounds import Period
from kpis.typed import read_number
from members.models import Organisation
from projects.models import Initiative

STATES = (State.VALUE, State.ZERO, State.NA, State.NOT_COLLECTED)
Place = tuple[int, int, str]  # organisation, year, period: one report


@dataclass
class Entry:
    """A row of the file after cleaning. Without errors it says of one cell of one report what stands in it."""

    number: int
    label: str
    errors: dict[str, str] = field(default_factory=dict)
    organisation: int = 0
    year: int = 0
    period: str = ""
    indicator: str = ""
    series: str = Series.ACHIEVED
    region: str = ""
    whose: str = ""
    others: int | None = None
    breakdown: str = ""
    category: str = ""
    cell: Cell = field(default_factory=Cell)
    initiative: str = ""
    note: str = ""

    @property
    def place(self) -> Place:
        return self.organisation, self.year, self.period

    @property
    def key(self) -> tuple[str, str, str, int | None, str, str]:
        """As kpis.lines.Line.key: what there is once in a report."""
        return self.indicator, self.series, self.whose, self.others, self.region, self.initiative

    @property
    def part(self) -> tuple[str, str]:
        """(breakdown, category); both empty in a row of totals."""
        return self.breakdown, self.category


class Cleaner:
    """Knows what codes there are; everything is read once."""

    def __init__(self) -> None:
        self.regions = region_codes()
        self.indicators = {one.code: one for one in Indicator.objects.all()}
        self.initiatives = set(Initiative.objects.values_list("code", flat=True))
        self._found: dict[str, int | str] = {}

    @cached_property
    def organisations(self) -> dict[str, set[int]]:
        """Identifier without separators → whose it is. VAT numbers are found with their country only."""
        known: dict[str, set[int]] = {}
        for pk, *identifiers in Organisation.objects.values_list("pk", "code", "pic", "vat", "oid"):
            for one in filter(None, identifiers):
                known.setdefault(_compact(one), set()).add(pk)
        return known

    @cached_property
    def _countries(self) -> dict[str, Country]:
        return {one.code: one for one in Country.objects.all()}

    def clean(self, row: SourceRow) -> Entry:
        cells = row.cells
        entry = Entry(row.number, label=" · ".join(cells[name] for name in _LABELLED if name in cells))
        for name, read in _READERS.items():
            try:
                read(self, entry, cells.get(name, ""))
            except ValueError as problem:
                entry.errors[name] = str(problem)
        if (entry.whose == Whose.OTHERS) != ("others" in cells) and not {"whose", "others"} & entry.errors.keys():
            entry.errors["others"] = (
                _("Name the organisation whose staff they are, or write “unknown”.")
                if entry.whose == Whose.OTHERS
                else _("Only a figure about others' staff names an organisation here.")
            )
        if bool(entry.breakdown) != bool(entry.category):
            missing = "category" if entry.breakdown else "breakdown"
            entry.errors[missing] = _("A row has both a breakdown and a category, or, as a total, neither.")
        _read_number(entry, cells.get("state", ""), cells.get("value", ""))
        return entry

    # -- One column each ----------------------------------------------------------------------------------------------
    def find_organisation(self, text: str) -> int:
        found = self._found.get(text)
        if found is None:
            found = self._found[text] = self._find_organisation(text)
        if isinstance(found, str):
            raise ValueError(found)
        return found

    def _find_organisation(self, text: str) -> int | str:
        key = _compact(text)
        ids = self.organisations.get(key) or self.organisations.get(key.zfill(9) if key.isdigit() else "", set())
        if len(ids) == 1:
            return next(iter(ids))
        if ids:
            return _("“%(text)s” belongs to several organisations of the portal; write the portal code.") % {
                "text": text
            }
        return _("No organisation of the portal has the PIC, VAT number, OID or portal code “%(text)s”.") % {
            "text": text
        }

    def _organisation(self, entry: Entry, text: str) -> None:
        if not text:
            raise ValueError(_("Name the organisation that reports: PIC, VAT number, OID or portal code."))
        entry.organisation = self.find_organisation(text)

    def _others(self, entry: Entry, text: str) -> None:
        if text and text.lower() != "unknown":
            entry.others = self.find_organisation(text)

    def _year(self, entry: Entry, text: str) -> None:
        if not re.fullmatch(r"20\d\d|2100", text):
            raise ValueError(_("“%(text)s” is no year between 2000 and 2100.") % {"text": text})
        entry.year = int(text)

    def _round(self, entry: Entry, text: str) -> None:
        entry.period = _one_of(text.upper(), Period.values)

    def _indicator(self, entry: Entry, text: str) -> None:
        found = self.indicators.get(text.upper())
        if found is None:
            reported = [one.code for one in self.indicators.values() if not one.computed]
            raise ValueError(_none_of(text, reported))
        if found.computed:
            raise ValueError(
                _("%(code)s is computed from the register of members; it is never typed in.") % {"code": found.code}
            )
        entry.indicator = found.code

    def _series(self, entry: Entry, text: str) -> None:
        entry.series = _one_of(text.lower(), Series.values) if text else Series.ACHIEVED

    def _whose(self, entry: Entry, text: str) -> None:
        entry.whose = _one_of(text.lower().replace(" ", "_").replace("-", "_"), Whose.values)

    def _region(self, entry: Entry, text: str) -> None:
        code = text.upper()
        if code not in self.regions:
            raise ValueError(self._why_no_region(code))
        entry.region = code

    def _why_no_region(self, code: str) -> str:
        country = self._countries.get(code)
        if country and country.nuts_code != code:
            return _("NUTS writes %(name)s as %(nuts)s, not %(code)s.") % {
                "name": country.name,
                "nuts": country.nuts_code,
                "code": code,
            }
        return older.explain(code) or _(
            "There is no country or NUTS 2 region (NUTS 2024) with the code “%(code)s”."
        ) % {"code": code}

    def _initiative(self, entry: Entry, text: str) -> None:
        if text and text.upper() not in self.initiatives:
            raise ValueError(_("There is no initiative with the code “%(code)s”.") % {"code": text})
        entry.initiative = text.upper()

    def _breakdown(self, entry: Entry, text: str) -> None:
        entry.breakdown = text.lower()

    def _category(self, entry: Entry, text: str) -> None:
        entry.category = text

    def _note(self, entry: Entry, text: str) -> None:
        entry.note = text


_READERS: dict[str, Callable[[Cleaner, Entry, str], None]] = {
    "organisation": Cleaner._organisation,
    "year": Cleaner._year,
    "round": Cleaner._round,
    "indicator": Cleaner._indicator,
    "series": Cleaner._series,
    "region": Cleaner._region,
    "whose": Cleaner._whose,
    "others": Cleaner._others,
    "breakdown": Cleaner._breakdown,
    "category": Cleaner._category,
    "initiative": Cleaner._initiative,
    "note": Cleaner._note,
}
_LABELLED = (
    "organisation",
    "year",
    "round",
    "indicator",
    "series",
    "region",
    "whose",
    "others",
    "breakdown",
    "category",
)


def _compact(identifier: str) -> str:
    return re.sub(r"[\s.\-/]", "", identifier).upper()


def _one_of(said: str, codes: list[str]) -> str:
    if said not in codes:
        raise ValueError(_none_of(said, codes))
    return said


def _none_of(said: str, codes: list[str]) -> str:
    if not said:
        return _("This cell is empty; write one of %(codes)s.") % {"codes": ", ".join(codes)}
    return _("“%(text)s” is none of %(codes)s.") % {"text": said, "codes": ", ".join(codes)}


def _read_number(entry: Entry, state: str, value: str) -> None:
    """State and value together. A number alone says its state itself; a blank says nothing and is never a zero."""
    said = state.lower().replace(" ", "_").replace("n/a", State.NA)
    if said and said not in STATES:
        entry.errors["state"] = _none_of(state, [str(one.value) for one in STATES])
        return
    try:
        number = read_number(value)
    except ValueError as problem:
        entry.errors["value"] = str(problem)
        return
    if not said and number is None:
        entry.errors["value"] = _("There is no number. If there is none, say so in the column of states.")
    elif said in (State.NA, State.NOT_COLLECTED) and number is not None:
        entry.errors["value"] = _("There is a number, but the state says that there is none.")
    elif said == State.VALUE and number is None:
        entry.errors["value"] = _("The number is missing.")
    elif said == State.ZERO and number:
        entry.errors["value"] = _("The state says zero, but the number is another one.")
    elif said in (State.NA, State.NOT_COLLECTED):
        entry.cell = Cell(said)
    else:
        entry.cell = Cell.of(number or 0)
