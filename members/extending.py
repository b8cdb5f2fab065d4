"""Where higher apps add what they know to the pages of members: filters of the directory, what stands on the page of a
member, and the bodies by which the Office lists contacts. They register in their extensions.py; members calls them and
knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Q, QuerySet
from django.utils.functional import Promise

from members.models import Organisation

Choices = Callable[[], Iterable[tuple[str, str]]]


@dataclass(frozen=True)
class ExtraFilter:
    """A list to choose from in the directory. `choices` takes one query; `apply` narrows without doubling rows."""

    name: str
    label: str | Promise
    empty_label: str | Promise
    choices: Choices
    apply: Callable[[QuerySet[Organisation], str], QuerySet[Organisation]]


@dataclass(frozen=True)
class Place:
    """One line on the page of a member, with the page it leads to."""

    label: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Panel:
    """A section of the page of a member; left out when it is empty. `places` takes one query."""

    title: str | Promise
    places: Callable[[Organisation, Any], list[Place]]


@dataclass(frozen=True)
class BodyKind:
    """A kind of body whose people the Office writes to. `holds(code)` is a condition on representations: the person is
    in the body on behalf of that organisation."""

    key: str
    label: str | Promise
    choices: Choices
    holds: Callable[[str], Q | Exists]


_filters: list[ExtraFilter] = []
_panels: list[Panel] = []
_bodies: dict[str, BodyKind] = {}


def add_filter(one: ExtraFilter) -> None:
    _filters.append(one)


def add_panel(one: Panel) -> None:
    _panels.append(one)


def add_bodies(one: BodyKind) -> None:
    _bodies[one.key] = one


def filters() -> list[ExtraFilter]:
    return list(_filters)


def bodies() -> list[BodyKind]:
    return list(_bodies.values())


def holds(value: str) -> Q | Exists | None:
    """The condition for "committee:TECH"; None when there is no such kind."""
    key, _colon, code = value.partition(":")
    kind = _bodies.get(key)
    return kind.holds(code) if kind else None


def panels_of(organisation: Organisation, user: Any) -> list[tuple[str, list[Place]]]:
    found = ((str(panel.title), panel.places(organisation, user)) for panel in _panels)
    return [(title, places) for title, places in found if places]
