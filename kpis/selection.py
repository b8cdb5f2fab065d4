"""What the reader of the dashboard has chosen; it lives in the address."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from core.asked import whole
from core.geography import shapes
from core.models import Series

ALL = "ALL"


@dataclass(frozen=True)
class Selection:
    """A year's indicator, of one country (code of NUTS) and member type, or of all (empty), against a target."""

    year: int
    indicator: str = "K1"
    series: str = Series.ACHIEVED
    country: str = ""
    member_type: str = ""
    base: str = ""  # key of the workforce whose share is the target; empty: the ambition as it was announced
    edition: str = ""  # "2025-2"; empty: what is live, or the latest for the public

    @classmethod
    def of(cls, asked: Mapping[str, Any], *, newest: Callable[[], int], member_types: Mapping[str, str]) -> Selection:
        """What makes no sense is left out; `newest` is asked for the year where none is named."""
        year = str(asked.get("year", ""))
        indicator = str(asked.get("indicator", "")).upper()
        series = str(asked.get("series", ""))
        country = shapes.nuts_code(str(asked.get("country", ""))[:2])
        member_type = str(asked.get("member_type", ""))
        edition = str(asked.get("edition", ""))
        edition = edition if re.fullmatch(r"\d{4}-\d{1,4}", edition) else ""
        year = year or edition[:4]
        return cls(
            year=whole(year, 2000, 2100) or newest(),
            indicator=indicator if indicator in {"K1", "K2", "K3", "K4", "K5"} else "K1",
            series=series if series in Series.values else Series.ACHIEVED,
            country=country if country in shapes.shapes(0) else "",
            member_type=member_type if member_type in member_types else "",
            base=base if re.fullmatch(r"\d{1,10}-\d{4}", base := str(asked.get("base", ""))) else "",
            edition=edition,
        )

    def but(self, **changes: Any) -> Selection:
        return replace(self, **changes)

    @property
    def region(self) -> str:
        return self.country or ALL

    @property
    def is_filtered(self) -> bool:
        return bool(self.country or self.member_type)

    @property
    def unfiltered(self) -> Selection:
        return self.but(country="", member_type="")

    def query(self, **more: str) -> str:
        said = {key: value for key, value in asdict(self).items() if value}
        if said["series"] == Series.ACHIEVED:
            del said["series"]
        return urlencode({**said, **{key: value for key, value in more.items() if value}})

    def dashboard_url(self, **changes: Any) -> str:
        return f"{reverse('kpis:dashboard')}?{self.but(**changes).query()}"

    def figures_url(self, *, region: str = "", breakdown: str = "", category: str = "", **changes: Any) -> str:
        """The page of the reports behind a number."""
        query = self.but(**changes).query(region=region, breakdown=breakdown, category=category)
        return f"{reverse('kpis:drill_down')}?{query}"
