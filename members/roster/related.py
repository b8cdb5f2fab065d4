"""What a roster says of an organisation that is kept in other tables: its workforce by year, those that it represents,
and since when it is a member. Read, compared, and written as text for the export, in one form.

`2024: 1200 (annual report); 2025: 1250` and `ORG-00042; Works & Sons (CZ)`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.spreadsheets.cells import as_date, as_number
from members.models import Membership, Organisation, Represented, Workforce, today
from members.names import name_key

NAMES = ("workforce", "represents", "member_since")
_YEAR = re.compile(r"(\d{4})\s*:\s*([^()]*?)\s*(?:\((.*)\))?", re.DOTALL)
_BETWEEN_YEARS = re.compile(r"\s*[;\n]\s*(?=\d{4}\s*:)")
_NAMED = re.compile(r"\s*(?:(ORG-\d{5,8})|(\S.*?)\s*\((\w[^()]*|\?)\))\s*(?:[;\n]|$)", re.DOTALL)
_MOST = 100_000_000  # people: more is a slip

Declared = tuple[int, str]  # people, source
Named = tuple[str, str, str | None]  # portal code, or name and country


# -- Reading -----------------------------------------------------------------------------------------------------------
def clean_workforce(text: str) -> dict[int, Declared]:
    """{year: (people, source)}. A number alone is that of the running year."""
    if not re.match(r"\d{4}\s*:", text):
        return {today().year: (_people(text), "")}
    found = {}
    for part in _BETWEEN_YEARS.split(text.rstrip("; \n")):
        said = _YEAR.fullmatch(part.strip())
        if said is None or not 1990 <= int(said[1]) <= today().year + 1:
            raise ValueError(
                _("“%(text)s” is no workforce of a year; write “2024: 1200 (source); 2025: 1250”.") % {"text": part}
            )
        found[int(said[1])] = _people(said[2]), " ".join((said[3] or "").split())[:200]
    return found


def _people(text: str) -> int:
    try:
        number = as_number(text)
    except ValueError:
        number = None
    if number is None or number < 0 or number != int(number) or number > _MOST:
        raise ValueError(_("“%(text)s” is no number of people; write it as 1200.") % {"text": text})
    return int(number)


def clean_represents(text: str, country: Callable[[str], str]) -> list[Named]:
    """`country` finds the code of a country, or raises ValueError."""
    found, at = [], 0
    while at < len(text.rstrip("; \n")):
        said = _NAMED.match(text, at)
        if said is None:
            raise ValueError(
                _("“%(text)s” names no organisation; write its portal code, or name and country: “Works (CZ)”.")
                % {"text": text[at : at + 80]}
            )
        where = None if not said[3] or said[3] == "?" else country(said[3])
        found.append((said[1] or "", " ".join((said[2] or "").split())[:250], where))
        at = said.end()
    return list(dict.fromkeys(found))


def clean_since(text: str) -> date:
    try:
        day = as_date(text)
    except ValueError:
        raise ValueError(_("“%(text)s” is no day; write it as 2024-03-31.") % {"text": text}) from None
    if day > today():
        raise ValueError(_("%(day)s is yet to come.") % {"day": day.isoformat()})
    return day


def complete(first: dict[str, Any], later: Mapping[str, Any]) -> None:
    """What a later row of the same organisation adds; of two numbers for a year the first holds."""
    if "workforce" in later:
        first["workforce"] = {**later["workforce"], **first.get("workforce", {})}
    if "represents" in later:
        first["represents"] = list(dict.fromkeys([*first.get("represents", ()), *later["represents"]]))
    if "member_since" in later:
        first.setdefault("member_since", later["member_since"])


def beyond(first: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """What a later row says of the same organisation that the first does not."""
    found = dict(later)
    if "workforce" in later:
        found["workforce"] = {y: one for y, one in later["workforce"].items() if y not in first.get("workforce", {})}
    if "represents" in later:
        found["represents"] = [one for one in later["represents"] if one not in first.get("represents", ())]
    if "member_since" in first:
        found.pop("member_since", None)
    return found


def contradict(first: Mapping[str, Any], later: Mapping[str, Any]) -> list[str]:
    """Which fields say different things of one organisation."""
    mine, other = first.get("workforce", {}), later.get("workforce", {})
    found = ["workforce"] if any(mine[year][0] != other[year][0] for year in mine.keys() & other.keys()) else []
    if first.get("member_since", day := later.get("member_since")) != day and day:
        found.append("member_since")
    return found


# -- On record ---------------------------------------------------------------------------------------------------------
class OnRecord:
    """What the portal has of the organisations (of all, without `ids`), read at once."""

    def __init__(self, ids: Collection[int] | None = None) -> None:
        of = {} if ids is None else {"organisation__in": ids}
        self.workforce: dict[int, dict[int, Declared]] = defaultdict(dict)
        for one in Workforce.objects.filter(**of).order_by("year"):
            self.workforce[one.organisation_id][one.year] = one.people, one.source
        self.represents: dict[int, list[Represented]] = defaultdict(list)
        under = {} if ids is None else {"umbrella__in": ids}
        listed = Represented.objects.current().filter(**under).select_related("organisation")
        for row in listed.order_by("name_key", "pk"):
            self.represents[row.umbrella_id].append(row)
        open_ones = Membership.objects.open().filter(**of)
        self.since: dict[int, date] = dict(open_ones.order_by("starts").values_list("organisation_id", "starts"))

    def news(self, pk: int, said: Mapping[str, Any]) -> dict[str, Any]:
        """What the row says and the record does not."""
        found: dict[str, Any] = {}
        known = self.workforce.get(pk, {})
        years = {
            year: (people, source or known.get(year, (0, ""))[1])
            for year, (people, source) in said.get("workforce", {}).items()
            if year not in known or known[year][0] != people or source not in {"", known[year][1]}
        }
        if years:
            found["workforce"] = years
        listed = {key for row in self.represents.get(pk, ()) for key in _keys(row)}
        if added := [one for one in said.get("represents", ()) if _key(one) not in listed]:
            found["represents"] = added
        return found

    def told(self, pk: int, news: Mapping[str, Any]) -> list[dict[str, str]]:
        """[{field, old, new}] of the news."""
        found = []
        if years := news.get("workforce"):
            old = {year: one for year, one in self.workforce.get(pk, {}).items() if year in years}
            found.append({"field": "workforce", "old": workforce_as_text(old), "new": workforce_as_text(years)})
        if added := news.get("represents"):
            found.append({"field": "represents", "old": "", "new": represents_as_text(added)})
        return found

    def texts(self, pk: int) -> dict[str, Any]:
        """As the export has them."""
        return {
            "workforce": workforce_as_text(self.workforce.get(pk, {})),
            "represents": represents_as_text(map(_named, self.represents.get(pk, ()))),
            "member_since": self.since.get(pk),
        }


def _named(row: Represented) -> Named:
    return (row.organisation.code, "", None) if row.organisation else ("", row.name, row.country_id)


def _key(one: Named) -> tuple[str, str | None]:
    return (one[0], None) if one[0] else (name_key(one[1])[:250], one[2])


def _keys(row: Represented) -> list[tuple[str, str | None]]:
    """One that is connected with a record goes by its code, and by the name under which it was listed."""
    own = [(row.name_key, row.country_id)] if row.name_key else []
    if row.organisation is None:
        return own
    return [*own, (row.organisation.code, None), (row.organisation.name_key, row.organisation.country_id)]


def unknown_codes(said: Iterable[Mapping[str, Any]]) -> set[str]:
    codes = {code for one in said for code, _name, _country in one.get("represents", ()) if code}
    return codes - set(Organisation.objects.filter(code__in=codes).values_list("code", flat=True)) if codes else set()


# -- As text -----------------------------------------------------------------------------------------------------------
def workforce_as_text(years: Mapping[int, Declared]) -> str:
    return "; ".join(
        f"{year}: {people} ({source})" if source else f"{year}: {people}"
        for year, (people, source) in sorted(years.items())
    )


def represents_as_text(named: Iterable[Named]) -> str:
    return "; ".join(code or f"{name} ({country or '?'})" for code, name, country in named)


def as_text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if name == "workforce":
        return workforce_as_text(value)
    return represents_as_text(value) if name == "represents" else str(value.isoformat())
