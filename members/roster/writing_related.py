"""Writes what a roster says of an organisation for other tables, and takes it back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from members.models import Organisation, Represented, Workforce, today
from members.names import name_key

Trail = dict[
    str, Any
]  # {"workforce": {year: [people, source before, or null; people, source after]}, "represents": […]}


def write_related(
    said: Mapping[int, Mapping[str, Any]], *, source: str, made: Collection[int] = ()
) -> dict[int, Trail]:
    """`said`: {organisation: what is new of it}. Returns what is needed to take it back. Whoever is named by name and
    country is connected with its record, if that was there before the import (`made`: those that it brings)."""
    trails: dict[int, Trail] = {pk: {} for pk in said}
    _write_workforce({pk: one["workforce"] for pk, one in said.items() if one.get("workforce")}, trails)
    _write_represented(
        {pk: one["represents"] for pk, one in said.items() if one.get("represents")}, source, made, trails
    )
    return trails


def _write_workforce(said: Mapping[int, Mapping[int, tuple[int, str]]], trails: dict[int, Trail]) -> None:
    if not said:
        return
    known = {(one.organisation_id, one.year): one for one in Workforce.objects.filter(organisation__in=list(said))}
    new, changed = [], []
    for pk, years in said.items():
        trail = trails[pk].setdefault("workforce", {})
        for year, (people, source) in years.items():
            one = known.get((pk, year))
            trail[str(year)] = [[one.people, one.source] if one else None, [people, source]]
            if one is None:
                new.append(Workforce(organisation_id=pk, year=year, people=people, source=source))
            else:
                one.people, one.source = people, source
                changed.append(one)
    Workforce.objects.bulk_create(new, batch_size=500)
    Workforce.objects.bulk_update(changed, ["people", "source"], batch_size=500)


def _write_represented(
    said: Mapping[int, list[tuple[str, str, str | None]]], source: str, made: Collection[int], trails: dict[int, Trail]
) -> None:
    if not said:
        return
    everybody = [one for named in said.values() for one in named]
    codes = {code for code, _name, _country in everybody if code}
    keys = {name_key(name)[:250] for _code, name, _country in everybody if name}
    by_code = dict(Organisation.objects.filter(code__in=codes).values_list("code", "pk"))
    by_name: dict[tuple[str, str], list[int]] = {}
    found = Organisation.objects.filter(name_key__in=keys)
    for pk, key, country in found.values_list("pk", "name_key", "country_id"):
        if pk not in made:
            by_name.setdefault((key, country), []).append(pk)
    listed = set(
        Represented.objects.current()
        .filter(umbrella__in=list(said), organisation__isnull=False)
        .values_list("umbrella_id", "organisation_id")
    )
    added = []
    for pk, named in said.items():
        for code, name, where in named:
            one = Represented(umbrella_id=pk, country_id=where, starts=today(), source=source).named(name)
            same = by_name.get((one.name_key, where or ""), []) if name else [by_code[code]]
            if len(same) == 1:
                one.organisation_id = same[0]
            if one.organisation_id == pk or (pk, one.organisation_id) in listed:
                continue
            if one.organisation_id:  # by its code and by its name it is one
                listed.add((pk, one.organisation_id))
            added.append(one)
    for one in Represented.objects.bulk_create(added, batch_size=500):
        trails[one.umbrella_id].setdefault("represents", []).append(one.pk)


def add_trail(trail: Trail, other: Trail) -> None:
    """Of several rows about one organisation."""
    trail |= {
        **other,
        "workforce": {**trail.get("workforce", {}), **other.get("workforce", {})},
        "represents": [*trail.get("represents", ()), *other.get("represents", ())],
    }


class Related:
    """What an import wrote into other tables, by the trails that its rows have kept; how much of it is as it was."""

    def __init__(self, trails: Mapping[int, Trail]) -> None:
        self._before: dict[int, Any] = {}
        wanted = {
            (pk, int(year)): states for pk, one in trails.items() for year, states in one.get("workforce", {}).items()
        }
        self.workforces: dict[int, set[int]] = {}
        self.changed: set[int] = {pk for pk, _year in wanted}
        declared = Workforce.objects.filter(organisation__in={pk for pk, _year in wanted})
        there = {(one.organisation_id, one.year): one for one in declared}
        for (pk, year), (before, after) in wanted.items():
            found = there.get((pk, year))
            if found is not None and [found.people, found.source] == after:
                self.workforces.setdefault(pk, set()).add(found.pk)
                self._before[found.pk] = before
        touched = {pk for (pk, year) in wanted if (pk, year) not in there or there[pk, year].pk not in self._before}
        named = {one: pk for pk, trail in trails.items() for one in trail.get("represents", ())}
        self.represented: dict[int, set[int]] = {}
        for one in Represented.objects.filter(pk__in=named, ends=None).values_list("pk", flat=True):
            self.represented.setdefault(named[one], set()).add(one)
        over = {pk for one, pk in named.items() if one not in self.represented.get(pk, ())}
        self.touched = touched | over  # of these somebody has changed a part since
        self.wrote = self.changed | set(named.values())

    def take_back(self, organisations: Collection[int]) -> None:
        rows = {row for pk in organisations for row in self.workforces.get(pk, ())}
        Workforce.objects.filter(pk__in=[row for row in rows if self._before[row] is None]).delete()
        changed = list(Workforce.objects.filter(pk__in=[row for row in rows if self._before[row] is not None]))
        for one in changed:
            one.people, one.source = self._before[one.pk]
        Workforce.objects.bulk_update(changed, ["people", "source"], batch_size=500)
        Represented.objects.filter(
            pk__in=[row for pk in organisations for row in self.represented.get(pk, ())]
        ).delete()
