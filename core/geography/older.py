"""Codes of NUTS versions before that of the portal: recognised, and explained to the person who uses one. None is
turned into a code of today silently, because where borders moved only the person knows which region is meant."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from core.geography import shapes

DATA = Path(__file__).parent / "data"
CURRENT = 2024


@dataclass(frozen=True, slots=True)
class OldRegion:
    """A region of level 1 or 2 as it was called, the last version that had it, and where its area is today."""

    code: str
    version: int
    name: str
    successors: tuple[str, ...]


@cache
def old_regions() -> dict[str, OldRegion]:
    with (DATA / "nuts-older.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: OldRegion(row["code"], int(row["version"]), row["name"], tuple(row["successors"].split()))
            for row in csv.DictReader(file)
        }


def explain(text: str) -> str:
    """A sentence about a code that is none of today: of which version it was and what is there now. Empty where the
    code is one of today, or nothing is known of it."""
    code = shapes.nuts_code("".join(text.split()))
    names = shapes.region_names()
    if code in names or not 3 <= len(code) <= 5:
        return ""
    if code.startswith("UK"):
        return _("%(code)s is no code of NUTS %(now)s, which has no regions of the United Kingdom.") % {
            "code": code,
            "now": CURRENT,
        }
    old = old_regions().get(code) or old_regions().get(code[:4])
    if old is None:
        if len(code) == 5 and code[:4] in names:
            return _("%(code)s is no region of NUTS %(now)s. It would lie in %(name)s (%(above)s).") % {
                "code": code,
                "now": CURRENT,
                "name": names[code[:4]],
                "above": code[:4],
            }
        return ""
    today = [f"{names[one]} ({one})" for one in old.successors if one in names]
    about = {"code": code, "old": f"{old.name} ({old.code})", "version": old.version, "now": CURRENT}
    about["today"] = _(" or ").join(today)
    if code == old.code:
        return _("%(old)s is a code of NUTS %(version)s. In NUTS %(now)s it is %(today)s.") % about
    return _("%(code)s lies in %(old)s, a region of NUTS %(version)s. In NUTS %(now)s that is %(today)s.") % about
