"""The ambition of the partnership as shipped."""

from __future__ import annotations

from decimal import Decimal

from kpis.models import Ambition, WorkforceBase

# (people, year, source): several bases are in use, so a target says on which one it stands.
BASES = [
    (14_000_000, 2020, "Implied by the ambition as announced in November 2020: 700,000 people a year are 5 %"),
    (14_600_000, 2020, "Another base in use in publications of the sector"),
    (15_000_000, 2020, "Another base in use in publications of the sector, rounded"),
]
FIRST_YEAR = 2021


def load_ambition() -> int:
    """700,000 a year from the first full year of the partnership; leaves alone what the Office has set since."""
    bases = [
        WorkforceBase.objects.get_or_create(people=people, year=year, defaults={"source": source})[0]
        for people, year, source in BASES
    ]
    if not Ambition.objects.exists():
        Ambition.objects.create(
            from_year=FIRST_YEAR,
            kind=Ambition.Kind.ABSOLUTE,
            number=700_000,
            rate=Decimal("0.05"),
            base=bases[0],
            source="Pact for Skills: ambition of the automotive partnership, November 2020",
        )
    return Ambition.objects.count()
