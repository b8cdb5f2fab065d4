"""The shapes of the map of Europe, read once: countries (level 0) and NUTS 2 regions in one frame of 1000 x 863."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from babel import Locale

DATA = Path(__file__).parent / "data"
CREDIT = "© EuroGeographics for the administrative boundaries"
WIDTH, HEIGHT = 1000.0, 863.0
_NUTS_OF_ISO = {"GR": "EL", "GB": "UK"}
_ISO_OF_NUTS = {nuts: iso for iso, nuts in _NUTS_OF_ISO.items()}
SMALL = frozenset({"LU", "LI", "MT", "CY", "ME", "XK", "SI", "AL", "MK", "BE"})  # too small for a code in a small map
# Where the computed centre lies in a neighbour, on a border or in the sea.
_LABELS = {
    "NO": (342, 268), "HR": (489, 612), "IT": (383, 645), "EL": (584, 722), "FR": (246, 596), "SE": (424, 250),
    "UK": (203, 425), "ME": (527, 676), "AL": (541, 716), "RS": (550, 634), "CY": (806, 800), "MT": (436, 850),
    "LU": (306, 521), "LI": (362, 586), "BE": (284, 499), "NL": (299, 466), "DK": (356, 372), "PT": (38, 716),
    "EE": (556, 294), "AT": (437, 568), "SI": (440, 606), "FI": (535, 210),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """A country or region. `path` is empty for what lies outside the frame (overseas)."""

    code: str
    level: Literal[0, 2]
    path: str
    x: float
    y: float


@cache
def shapes(level: Literal[0, 2]) -> dict[str, Shape]:
    regions = json.loads((DATA / "europe-map.json").read_text(encoding="utf-8"))["regions"]
    return {
        code: Shape(code, level, region["path"], *(_LABELS.get(code) or region["centre"]))
        for code, region in sorted(regions.items())
        if region["level"] == level
    }


@cache
def outlines() -> str:
    """The borders of all countries as one path."""
    return " ".join(shape.path for shape in shapes(0).values())


@cache
def without_regions() -> str:
    """The countries that are drawn but not divided into regions, as one path."""
    divided = {code[:2] for code in shapes(2)}
    return " ".join(shape.path for code, shape in shapes(0).items() if code not in divided)


def nuts_code(code: str) -> str:
    """The code as NUTS writes it: GR is EL, GB is UK; regions (EL30) keep theirs."""
    code = code.strip().upper()
    return _NUTS_OF_ISO.get(code[:2], code[:2]) + code[2:]


def iso_code(code: str) -> str:
    """The ISO 3166 code of the country of a NUTS code."""
    return _ISO_OF_NUTS.get(code[:2].upper(), code[:2].upper())


@cache
def region_names() -> dict[str, str]:
    with (DATA / "nuts.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name_latin"].strip() for row in csv.DictReader(file)}


def place_name(code: str, language: str) -> str:
    """The name of a country in the reader's language, of a region in Latin letters; the code if there is none."""
    if len(code) == 2:
        return country_name(iso_code(code), language)
    return region_names().get(nuts_code(code), code)


@cache
def country_name(iso: str, language: str) -> str:
    """The name by CLDR; `language` is a locale of babel ("en_GB")."""
    return Locale.parse(language).territories.get(iso, iso)
