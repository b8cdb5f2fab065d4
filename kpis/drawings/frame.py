"""What all charts of the dashboard have in common: whose figures they show, their words, and where numbers lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from core.charts import BarRow
from core.charts.bars import Look
from core.charts.scales import locale
from core.geography import shapes
from core.models import Series
from kpis.selectors.figures import Amount, Figures
from kpis.selectors.targets import Target


@dataclass(frozen=True)
class Frame:
    """`live`: numbers lead to the reports behind them; those of an edition are shown as the public sees them."""

    figures: Figures
    names: dict[str, str]  # of the indicators
    units: dict[str, str]
    target: Target | None  # only of K1 for the whole partnership
    member_types: dict[str, str]
    categories: dict[str, tuple[str, dict[str, str]]]  # breakdown: (name, {category: name})
    as_of: date | None
    running_year: int
    live: bool
    edition: str = ""  # its code

    @property
    def unit(self) -> str:
        return self.units[self.figures.selection.indicator]

    @property
    def words(self) -> dict[str, str]:
        one = self.figures.selection
        place = shapes.place_name(one.country, locale()) if one.country else _("all countries")
        kind = self.member_types[one.member_type] if one.member_type else _("all member types")
        series = f", {Series.PLANNED.label}" if one.series == Series.PLANNED else ""
        return {"what": self.names[one.indicator] + series, "year": str(one.year), "place": place, "kind": kind}

    @property
    def where(self) -> str:
        """What the selection leaves out, for titles; empty when it leaves out nothing."""
        one = self.figures.selection
        parts = [self.words["place"]] if one.country else []
        parts += [self.words["kind"]] if one.member_type else []
        return " (" + ", ".join(parts) + ")" if parts else ""

    @property
    def kind_only(self) -> str:
        return f" ({self.words['kind']})" if self.figures.selection.member_type else ""

    @property
    def place_only(self) -> str:
        return f" ({self.words['place']})" if self.figures.selection.country else ""

    @property
    def foot(self) -> dict[str, Any]:
        """Source and day of every chart."""
        source = (
            _("Automotive Skills Alliance, KPI figures, edition %(code)s") % {"code": self.edition}
            if self.edition
            else _("approved KPI reports of the members of the alliance")
        )
        return {"source": source, "as_of": self.as_of}

    def note(self, *amounts: Amount | None) -> str:
        """Why some figures are not shown, or only what is certain of them."""
        words = []
        if any(one and one.hidden for one in amounts):
            words.append(
                _("“Not shown”: the figure is too small to be published, or others could be worked out from it.")
            )
        if any(one and one.high_hidden and not one.hidden for one in amounts):
            words.append(_("“Or more”: some of it is contested, by too few members to say how much."))
        return " ".join(words)

    def link(self, region: str = "", breakdown: str = "", category: str = "", **changes: object) -> str | None:
        if not self.live:
            return None
        if changes:
            return self.figures.selection.figures_url(region=region, breakdown=breakdown, category=category, **changes)
        cell = {"region": region, "breakdown": breakdown, "category": category}
        return "&".join(filter(None, [self._reports, urlencode({key: value for key, value in cell.items() if value})]))

    @cached_property
    def _reports(self) -> str:
        """What the addresses of hundreds of cells begin with."""
        return self.figures.selection.figures_url()

    @staticmethod
    def missing(amount: Amount | None) -> str:
        return _("not shown") if amount and amount.hidden else ""

    def bar(self, label: str, amount: Amount, url: str | None, look: Look = "", *, series: str | None = None) -> BarRow:
        """Of the series that the reader chose, unless it says which."""
        planned = (series or self.figures.selection.series) == Series.PLANNED
        return BarRow(label, amount.shown_low, amount.shown_high, url, look, self.missing(amount), planned)
