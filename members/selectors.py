"""Reads for the pages of members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext_lazy as _

from core.models import Country, MemberType, Region
from members.models import Membership, Organisation, Segment, SizeClass, today
from members.roster.cells import other_names_as_text

NUTS_2 = 4  # letters of a code of level 2

# What a complete profile has, in the order in which it is asked for. (field, how it is called)
PROFILE = (
    ("description", _("what the organisation does")),
    ("website", _("website")),
    ("region", _("NUTS region")),
    ("address", _("address")),
    ("email_domain", _("e-mail domain")),
    ("size_class", _("size")),
    ("segments", _("value-chain segments")),
    ("nace", _("NACE codes")),
    ("vat", _("VAT number")),
    ("pic", _("PIC")),
)


@dataclass(frozen=True)
class Completeness:
    """How much of its profile an organisation has filled in."""

    percent: int
    missing: list[str]


def completeness(organisation: Organisation) -> Completeness:
    missing = [str(label) for name, label in PROFILE if not getattr(organisation, name)]
    if not organisation.workforces.exists():
        missing.append(str(_("declared workforce")))
    total = len(PROFILE) + 1
    return Completeness(round(100 * (total - len(missing)) / total), missing)


SHOWN = ("country", "member_type", "region")  # what a line of the directory tells of an organisation


def in_this_order(keys: list[int]) -> list[Organisation]:
    found = Organisation.objects.select_related(*SHOWN).in_bulk(keys)
    return [found[key] for key in keys if key in found]  # one may have been merged in this moment


def by_country(organisations: QuerySet[Organisation]) -> list[tuple[str, str, int]]:
    """[(country code, name, organisations)], the most first."""
    counted = organisations.order_by().values("country_id", "country__name").annotate(n=Count("pk"))
    return sorted(
        ((row["country_id"], row["country__name"], row["n"]) for row in counted), key=lambda one: (-one[2], one[1])
    )


def by_region(organisations: QuerySet[Organisation]) -> tuple[list[tuple[str, int]], int]:
    """([(code of a NUTS 2 region, organisations)], those that name no region so small). A smaller region belongs to
    the one that its code begins with."""
    counted: dict[str, int] = {}
    elsewhere = 0
    for code, number in organisations.order_by().values_list("region__code").annotate(n=Count("pk")):
        if code and len(code) >= NUTS_2:
            counted[code[:NUTS_2]] = counted.get(code[:NUTS_2], 0) + number
        else:
            elsewhere += number
    return sorted(counted.items(), key=lambda one: (-one[1], one[0])), elsewhere


@dataclass(frozen=True)
class Places:
    """Where members are: codes of countries, and [(country, [(code, name)])] of NUTS 2 regions and of larger ones that
    members name."""

    countries: frozenset[str]
    regions: list[tuple[str, list[tuple[str, str]]]]


def places() -> Places:
    """Read anew when a member came or a record changed; between, a large directory need not be read for it."""
    member = Membership.objects.aggregate(last=Max("pk"))["last"]
    record = Organisation.history.aggregate(last=Max("history_id"))["last"]
    key = f"places-of-members-{member}-{record}-{today()}"
    found: Places | None = cache.get(key)
    if found is None:
        found = _places()
        cache.set(key, found, 3600)
    return found


def _places() -> Places:
    members = Organisation.objects.members().order_by()
    named = set(members.values_list("country_id", "region__code").distinct())
    codes = {code[:NUTS_2] for _country, code in named if code and len(code) > 2}
    by_country: dict[str, list[tuple[str, str]]] = {}
    rows = Region.objects.filter(code__in=codes, level__in=[1, 2]).order_by("country__name", "code")
    for code, name, country in rows.values_list("code", "name_latin", "country__name"):
        by_country.setdefault(country, []).append((code, f"{name} ({code})"))
    return Places(frozenset(country for country, _code in named), list(by_country.items()))


def countries_with_members() -> QuerySet[Country]:
    return Country.objects.filter(pk__in=places().countries)


@dataclass(frozen=True)
class FieldChange:
    """One field of the record that somebody changed."""

    at: datetime
    who: str
    reason: str
    field: str
    old: str
    new: str


_SHOWN_FIELDS = (
    "legal_name short_name other_names aliases member_type_id country_id region_id address website email_domain vat "
    "pic oid national_id nace size_class segments description logo logo_alt"
).split()


@dataclass(frozen=True)
class RecordLine:
    """A field of the record as it is, with its last change."""

    field: str
    value: str
    changed: FieldChange | None


@dataclass(frozen=True)
class Record:
    """Every field with its last change, and the latest changes of all, newest first."""

    lines: list[RecordLine]
    changes: list[FieldChange]
    since: datetime | None


VERSIONS = 2_000  # of one row: more than people write, and a bound for the page


def record_of(organisation: Organisation, limit: int = 30) -> Record:
    """From the row history, in a fixed number of queries."""
    versions = list(
        organisation.history.order_by("-history_date", "-history_id").values(
            "history_date", "history_user__name", "history_user__email", "history_change_reason", *_SHOWN_FIELDS
        )[:VERSIONS]
    )
    words = _Words(versions)
    changes = list(_differences(versions, words))
    latest: dict[str, FieldChange] = {}
    for change in changes:
        latest.setdefault(change.field, change)
    labels = {one.attname: str(one.verbose_name) for one in Organisation._meta.fields}
    now = versions[0] if versions else {}
    lines = [
        RecordLine(labels[name], words.of(name, now.get(name)), latest.get(labels[name])) for name in _SHOWN_FIELDS
    ]
    return Record(lines, changes[:limit], versions[-1]["history_date"] if versions else None)


def _differences(versions: list[dict[str, Any]], words: _Words) -> Iterator[FieldChange]:
    labels = {one.attname: one.verbose_name for one in Organisation._meta.fields}
    for new, old in pairwise(versions):
        for name in _SHOWN_FIELDS:
            if new[name] != old[name]:
                yield FieldChange(
                    at=new["history_date"],
                    who=new["history_user__name"] or new["history_user__email"] or "",
                    reason=new["history_change_reason"] or "",
                    field=str(labels[name]),
                    old=words.of(name, old[name]),
                    new=words.of(name, new[name]),
                )


class _Words:
    """The values of versions as people read them; related names are read once."""

    def __init__(self, versions: list[dict[str, Any]]) -> None:
        def ids(name: str) -> set[Any]:
            return {one[name] for one in versions} - {None}

        self._related: dict[str, dict[Any, str]] = {
            "member_type_id": {one.pk: str(one) for one in MemberType.objects.filter(pk__in=ids("member_type_id"))},
            "country_id": {one.pk: str(one) for one in Country.objects.filter(pk__in=ids("country_id"))},
            "region_id": {one.pk: str(one) for one in Region.objects.filter(pk__in=ids("region_id"))},
        }

    def of(self, name: str, value: Any) -> str:
        if value in (None, "", [], {}):
            return ""
        if name in self._related:
            return self._related[name].get(value, str(value))
        if name == "other_names":
            return other_names_as_text(value)
        if name == "size_class":
            return str(SizeClass(value).label)
        if name == "segments":
            return ", ".join(str(Segment(one).label) for one in value)
        if name == "logo":
            return str(value).rpartition("/")[2]
        return ", ".join(value) if isinstance(value, list) else str(value)


def segments_of(organisation: Organisation) -> list[str]:
    return [str(Segment(one).label) for one in organisation.segments if one in Segment.values]
