"""Rows of a roster to values: each cell by itself (members.roster.cells), then what depends on other cells and on the
coded lists of the portal."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from core.geography import older
from core.geography.names import Countries
from core.models import MemberType, MemberTypeAlias, Region
from core.text import fold
from members import identifiers
from members.models import Organisation
from members.roster import related
from members.roster.cells import CLEANERS, clean_email, clean_role

_CODED = frozenset({"country", "member_type", "size_class", "segments", "nace"})
_LENGTH = {
    one.name: one.max_length
    for one in Organisation._meta.fields
    if one.name in {"legal_name", "short_name"} and one.max_length
}


@dataclass(slots=True)
class Row:
    """A row of the file after cleaning. Values: as on Organisation, relations as keys ("country_id")."""

    number: int
    values: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)
    related: dict[str, Any] = field(default_factory=dict)  # what goes to other tables, as in `related`


class Normaliser:
    """Reads the coded lists of the portal once and cleans any number of rows against them."""

    def __init__(self) -> None:
        self.countries = Countries()
        self.types = {kind.code: kind for kind in MemberType.objects.all()}
        self._type_of: dict[str, MemberType] = {}
        for kind in self.types.values():
            self._type_of[fold(kind.name)] = self._type_of[fold(kind.code)] = kind
        for alias in MemberTypeAlias.objects.select_related("member_type"):
            self._type_of[alias.key] = alias.member_type
        self._coded: dict[tuple[str, str], tuple[str, Any, str]] = {}

    @cached_property
    def _regions(self) -> dict[str, Region]:
        """By code, the newest version of each. Thousands, which few files name."""
        return {region.code: region for region in Region.objects.order_by("version", "-level")}

    @cached_property
    def _region_names(self) -> dict[tuple[str, str], Region]:
        """By country and folded name; the broader and newer one takes the name."""
        found = {}
        for region in Region.objects.order_by("version", "-level"):
            if region.level:
                found[region.country_id, fold(region.name_latin)] = region
                found[region.country_id, fold(region.name)] = region
        return found

    @cached_property
    def region_by_id(self) -> dict[int, Region]:
        return {region.pk: region for region in self._regions.values()}

    def clean(self, number: int, cells: dict[str, str]) -> Row:
        row = Row(number, {})
        for name, text in cells.items():
            try:
                self._clean_one(row, name, text)
            except ValueError as problem:
                row.errors[name] = str(problem)
        country = row.values.get("country_id", "")
        if vat := cells.get("vat"):
            try:
                row.values["vat"] = identifiers.clean_vat(vat, country)
            except ValueError as problem:
                row.errors["vat"] = str(problem)
        if national_id := cells.get("national_id"):
            self._clean_national_id(row, national_id, country)
        if region := cells.get("region"):
            self._clean_region(row, region, country)
        if "pic" in row.values and len(re.sub(r"\D", "", cells["pic"])) < 9:
            row.warnings["pic"] = _("read as %(pic)s: the spreadsheet has dropped its leading zeros") % {
                "pic": row.values["pic"]
            }
        for name in ("legal_name", "country"):
            if name not in cells:
                row.errors[name] = _("This is required and missing in this row.")
        return row

    def _clean_one(self, row: Row, name: str, text: str) -> None:
        if name in _CODED:  # few values, many rows
            if (known := self._coded.get((name, text))) is None:
                known = self._coded[name, text] = self._look_up(name, text)
            attribute, value, problem = known
            if problem:
                raise ValueError(problem)
            row.values[attribute] = value
        elif cleaner := CLEANERS.get(name):
            row.values[name] = cleaner(text)
        elif name in {"legal_name", "short_name"}:
            row.values[name] = value = " ".join(text.split())
            if len(value) > _LENGTH[name]:
                raise ValueError(_("This has at most %(n)s characters.") % {"n": _LENGTH[name]})
            if name == "legal_name" and not fold(value):
                raise ValueError(_("“%(text)s” is no name.") % {"text": text})
        elif name in {"address", "description"}:
            row.values[name] = text
        elif name == "workforce":
            row.related[name] = related.clean_workforce(text)
        elif name == "represents":
            row.related[name] = related.clean_represents(text, self.country)
        elif name == "member_since":
            row.related[name] = related.clean_since(text)
        elif name == "contact_email":
            clean_email(text)
        elif name == "contact_role":
            clean_role(text)

    def _look_up(self, name: str, text: str) -> tuple[str, Any, str]:
        """(attribute, value, "") or (attribute, None, what is wrong)."""
        try:
            if name == "country":
                return "country_id", self.country(text), ""
            if name == "member_type":
                return "member_type_id", self.member_type(text).pk, ""
            return name, CLEANERS[name](text), ""
        except ValueError as problem:
            return name, None, str(problem)

    def country(self, text: str) -> str:
        """The code of the country meant. ValueError when the portal knows none by this name."""
        country = self.countries.find(text)
        if country is None:
            raise ValueError(
                _("“%(text)s” is no country that the portal knows. Write its name or its code of two letters.")
                % {"text": text}
            )
        return str(country.code)

    def member_type(self, text: str) -> MemberType:
        """The type meant by a name, code or alias. ValueError with the nearest one, if any is near."""
        key = fold(text)
        if kind := self._type_of.get(key):
            return kind
        near = process.extractOne(key, self._type_of.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=70)
        if near:
            raise ValueError(
                _("“%(text)s” is no member type. Is “%(near)s” meant?")
                % {"text": text, "near": self._type_of[near[0]].name}
            )
        raise ValueError(
            _("“%(text)s” is no member type. Write one of: %(types)s.")
            % {"text": text, "types": ", ".join(kind.name for kind in self.types.values())}
        )

    def _clean_national_id(self, row: Row, text: str, country: str) -> None:
        """Rosters name numbers of all kinds of registers: one that fails the check is taken as it is, and told."""
        try:
            row.values["national_id"] = identifiers.clean_national_id(text, country)
        except ValueError as problem:
            row.warnings["national_id"] = str(problem)

    def _clean_region(self, row: Row, text: str, country: str) -> None:
        """A NUTS code must fit the country; a name that is no region's is left aside, because columns named "region"
        often hold something else."""
        code = re.sub(r"[\s\-.]", "", text).upper()
        region = self._regions.get(code) or self._region_names.get((country, fold(text)))
        if region is None or region.level == 0:
            row.warnings["region"] = older.explain(text) or _(
                "“%(text)s” is no NUTS region of this country and was left aside."
            ) % {"text": text}
        elif country and region.country_id != country:
            row.errors["region"] = _("The region %(region)s is in %(there)s, but the row says %(here)s.") % {
                "region": region,
                "there": self.countries.by_code[region.country_id],
                "here": self.countries.by_code[country],
            }
        else:
            row.values["region_id"] = region.pk
