"""How the indicators are defined, were, and will be: what their pages show."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max, Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import Breakdown, Indicator, IndicatorVersion, Series, Whose
from members.models import today

# What a version says, in the order of its pages.
FIELDS: dict[str, str | Promise] = {
    "name": _("Name"),
    "short_name": _("Short name"),
    "definition": _("What counts"),
    "unit": _("Unit"),
    "series": _("Figures"),
    "whose": _("Whose workers"),
    "breakdowns": _("Breakdowns"),
}


@dataclass(frozen=True)
class ShownVersion:
    """A definition, with the years of the rounds that asked for figures by it. `until`: the last year for which it
    holds, none where it holds from then on; before `from_year` where another took its place before it began."""

    version: IndicatorVersion
    first_year: int | None
    last_year: int | None
    breakdowns: list[Breakdown]
    until: int | None = None

    @property
    def is_in_force(self) -> bool:
        first = self.version.from_year
        return first is not None and first <= today().year and (self.until is None or today().year <= self.until)

    @property
    def is_to_come(self) -> bool:
        first = self.version.from_year
        return first is not None and first > today().year and (self.until is None or first <= self.until)

    @property
    def series(self) -> list[str]:
        return [str(Series(code).label) for code in self.version.series]

    @property
    def whose(self) -> list[str]:
        return [str(Whose(code).label) for code in self.version.whose]


@dataclass(frozen=True)
class Change:
    """A field that two versions say differently, in words; of lists, also what came and went."""

    field: str  # of FIELDS
    label: str | Promise
    before: str
    after: str
    added: list[str] = dataclasses.field(default_factory=list)
    removed: list[str] = dataclasses.field(default_factory=list)


def current_definitions() -> list[IndicatorVersion]:
    return list(IndicatorVersion.objects.current().select_related("indicator").order_by("indicator__order"))


def versions_of(indicator: Indicator) -> list[ShownVersion]:
    """All published versions, the newest first; in a fixed number of queries."""
    found = (
        indicator.versions.published()
        .select_related("indicator")
        .annotate(first_year=Min("rounds__year"), last_year=Max("rounds__year"))
        .prefetch_related("breakdowns__categories")
        .order_by("-version")
    )
    shown: list[ShownVersion] = []
    for one in found:
        after = shown[-1].version.from_year if shown else None
        shown.append(
            ShownVersion(
                one,
                getattr(one, "first_year"),  # noqa: B009 (annotated)
                getattr(one, "last_year"),  # noqa: B009
                list(one.breakdowns.all()),
                after - 1 if after is not None else None,
            )
        )
    return shown


def draft_of(indicator: Indicator) -> IndicatorVersion | None:
    return indicator.versions.drafts().select_related("indicator").first()


def begun_with(indicator: Indicator) -> IndicatorVersion:
    """What a new version begins with: its draft, or else the version published last."""
    last = indicator.versions.published().select_related("indicator").order_by("-version")
    return draft_of(indicator) or last[0]


def contents_of(version: IndicatorVersion) -> dict[str, str | list[str]]:
    """{field of FIELDS: what the version says}; lists hold codes."""
    said = {name: getattr(version, name) for name in FIELDS if name != "breakdowns"}
    return said | {"breakdowns": [one.code for one in version.breakdowns.all()]}


def state_of(version: IndicatorVersion) -> str:
    """A name for what the version says now, to notice that somebody else has changed it."""
    text = json.dumps([version.version, version.from_year, contents_of(version)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def changes_of(old: IndicatorVersion, new: IndicatorVersion) -> list[Change]:
    """What the new version says differently; the order of lists says nothing."""
    before, after = contents_of(old), contents_of(new)
    names: Mapping[str, Mapping[str, str]] = {
        "series": {code: str(label) for code, label in Series.choices},
        "whose": {code: str(label) for code, label in Whose.choices},
        "breakdowns": {one.code: one.name for version in (old, new) for one in version.breakdowns.all()},
    }
    found = []
    for name, label in FIELDS.items():
        was, now = before[name], after[name]
        if isinstance(was, str) or isinstance(now, str):
            if was != now:
                found.append(Change(name, label, str(was), str(now)))
        elif set(was) != set(now):
            words = names[name]
            found.append(
                Change(
                    name,
                    label,
                    _words(was, words),
                    _words(now, words),
                    added=[words[code] for code in now if code not in was],
                    removed=[words[code] for code in was if code not in now],
                )
            )
    return found


def _words(codes: Sequence[str], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(code, code) for code in codes) or "–"
