"""What is counted, and where the results go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tables:
    """Where the results go."""

    counted: str = "kpis_countedline"
    organisation: str = "kpis_organisationtotal"
    total: str = "kpis_total"
    period: str = "kpis_periodtotal"


@dataclass(frozen=True)
class Scope:
    """One indicator of one year, the lines of some organisations (ids); nothing named means everything. `until`: only
    rounds up to that period of the year. `reports` and `settlements` (ids): as it was when just these counted."""

    year: int | None = None
    indicator_id: int | None = None
    organisations: frozenset[int] | None = None
    until: str = ""
    reports: frozenset[int] | None = None
    settlements: frozenset[int] | None = None

    def clause(self, year: str = "year", indicator: str = "indicator_id", organisation: str = "organisation_id") -> str:
        """Conditions that begin with AND, on the columns named."""
        parts = []
        if self.year is not None:
            parts.append(f"AND {year} = %(year)s")
        if self.indicator_id is not None:
            parts.append(f"AND {indicator} = %(indicator)s")
        if self.organisations is not None:
            parts.append(f"AND {organisation} IN {among(self.organisations)}")
        return " ".join(parts)

    @property
    def parameters(self) -> dict[str, Any]:
        return {"year": self.year, "indicator": self.indicator_id, "until": self.until}

    @property
    def of_rounds(self) -> str:
        """The condition on the rounds `d` and the reports `r`; the codes of the periods sort in time."""
        narrowed = Scope(year=self.year, organisations=self.organisations)
        until = " AND d.period <= %(until)s" if self.until else ""
        return narrowed.clause(year="d.year", organisation="r.organisation_id") + until

    @property
    def counting(self) -> str:
        """The condition on the reports `r` that count."""
        if self.reports is not None:
            return f"r.id IN {among(self.reports)}"
        return "r.status IN ('approved', 'locked') AND r.superseded_at IS NULL"


def among(ids: Iterable[int]) -> str:
    """A list of ids for IN; written out, because PostgreSQL plans by what it sees."""
    return f"({', '.join(str(int(one)) for one in sorted(ids)) or 'NULL'})"


DERIVED, EVERYTHING = Tables(), Scope()
