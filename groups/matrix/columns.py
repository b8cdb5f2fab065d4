"""The columns of the matrix, and what must not be missing in a row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.catalogues.models import FAMILIES
from core.models import Country, MemberType
from groups.matrix.wish import Wish

NOBODY: dict[str, str | Promise] = {
    "IND": _("no company"),
    "EDU": _("no school or training provider"),
    "SOC": _("no social partner"),
    "REG": _("no region or public authority"),
    "NET": _("no cluster or network"),
    "RES": _("no research"),
}


@dataclass(frozen=True)
class Unit:
    """What must not be missing: a family of member types (one type, where one family is shown), or a country."""

    code: str
    label: str
    columns: tuple[str, ...]
    gap: str  # in words; empty where nobody is missed
    parameter: str

    @property
    def query(self) -> str:
        return urlencode({self.parameter: self.code})


@dataclass(frozen=True)
class Columns:
    """The heads of the table, and how many members there are in each."""

    units: list[Unit]
    labels: dict[str, str]
    members: Counter[str]

    @property
    def codes(self) -> Iterator[str]:
        return (code for unit in self.units for code in unit.columns)

    def missing(self, counts: Counter[str]) -> list[Unit]:
        """The units of which nobody is there."""
        return [unit for unit in self.units if unit.gap and not any(counts[code] for code in unit.columns)]

    @property
    def are_grouped(self) -> bool:
        return any(len(unit.columns) > 1 for unit in self.units)

    @property
    def heads(self) -> list[tuple[str, str]]:
        return [(code, self.labels[code]) for code in self.codes]

    @property
    def everybody(self) -> int:
        return self.members.total()

    @property
    def totals(self) -> list[int]:
        return [self.members[code] for code in self.codes]


def columns_of(wish: Wish) -> Columns:
    members = Counter(dict(wish.organisations().order_by().values_list(wish.field).annotate(n=Count("pk"))))
    if wish.by == "countries":
        named = Country.objects.filter(pk__in=members).order_by("name")
        units = [
            Unit(one.code, one.name, (one.code,), _t("no one from %(country)s") % {"country": one.name}, "country")
            for one in named
        ]
        return Columns(units, {unit.code: unit.label for unit in units}, members)
    types = [
        one
        for one in MemberType.objects.all()
        if (one.active or members[one.code]) and (not wish.family or one.family == wish.family)
    ]
    labels = {one.code: one.name for one in types}
    if wish.family:
        return Columns([_of_type(one, members) for one in types], labels, members)
    families: dict[str, list[str]] = defaultdict(list)
    for one in types:
        families[one.family].append(one.code)
    units = [
        Unit(
            family,
            str(FAMILIES.get(family, family)),
            tuple(codes),
            str(NOBODY.get(family, "")) if any(members[code] for code in codes) else "",
            "family",
        )
        for family, codes in families.items()
    ]
    return Columns(units, labels, members)


def _of_type(one: MemberType, members: Counter[str]) -> Unit:
    gap = _t("nobody of the type “%(type)s”") % {"type": one.name} if members[one.code] else ""
    return Unit(one.code, one.name, (one.code,), gap, "type")
