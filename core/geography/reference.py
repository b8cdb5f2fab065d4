"""Countries and regions as shipped; loading again corrects them to the shipped classification."""

from __future__ import annotations

import csv
from pathlib import Path

from babel import Locale

from core.geography.models import Country, Region

DATA = Path(__file__).parent / "data"
NUTS_VERSION = 2024
EU_27 = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
    ]
)
NUTS_OF_ISO = {"GR": "EL", "GB": "UK"}
ISO_OF_NUTS = {nuts: iso for iso, nuts in NUTS_OF_ISO.items()}
# Not countries of ISO 3166-1, though CLDR has names for them.
_NOT_A_COUNTRY = frozenset(["EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "AC", "CP", "DG", "EA", "IC", "TA", "CQ"])
# The usual short names in the portal, where CLDR's are longer or less usual in the partnership.
_NAMES = {"CZ": "Czechia", "TR": "Türkiye", "XK": "Kosovo", "MK": "North Macedonia", "BA": "Bosnia and Herzegovina"}


def load_countries() -> int:
    territories = Locale("en").territories
    rows = [
        Country(code=code, nuts_code=NUTS_OF_ISO.get(code, code), name=_NAMES.get(code, name), eu=code in EU_27)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_A_COUNTRY
    ]
    Country.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["code"], update_fields=["nuts_code", "name", "eu"]
    )
    return len(rows)


def load_regions() -> int:
    """The 1,794 regions of nuts.csv: NUTS 2024; United Kingdom and others in the version that the file names."""
    with (DATA / "nuts.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    for level in range(4):  # parents first
        parents = {(region.code, region.version): region for region in Region.objects.filter(level=level - 1)}
        rows = [
            Region(
                code=line["code"],
                version=int(line["version"]),
                level=level,
                parent=parents[line["parent"], int(line["version"])] if level else None,
                country_id=ISO_OF_NUTS.get(line["country"], line["country"]),
                name=line["name"].strip(),
                name_latin=line["name_latin"].strip(),
            )
            for line in lines
            if int(line["level"]) == level
        ]
        Region.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["code", "version"],
            update_fields=["level", "parent", "country", "name", "name_latin"],
        )
    return len(lines)
