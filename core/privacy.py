"""What the portal knows of a person, and how it forgets them. Each app answers for its own tables, in its privacy.py;
core never imports an app."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core import events, forgetting
from core.models import Digest, Event, EventTarget, Letter, Notification, NotificationSetting

Export = Callable[[Any], "list[dict[str, Any]] | dict[str, Any]"]


@dataclass(frozen=True)
class Section:
    """One part of a person's data: a key of the file, its words on the page, and the function that reads it. It reads
    nothing about anybody else."""

    key: str
    title: str | Promise
    read: Export


@dataclass
class Leaver:
    """A person who is being forgotten, as they were before. To `rows` each app adds what stands for the person in the
    trail: the labels of acts on these name them."""

    user: Any
    actor: Any
    name: str
    addresses: frozenset[str]
    is_confirmed: bool = True  # somebody saw where the name stands; not so when an account goes by itself
    rows: list[models.Model] = field(default_factory=list)

    @property
    def words(self) -> set[str]:
        """By what the person is found in texts."""
        return forgetting.words_of(self.name, self.addresses)

    @property
    def sought(self) -> set[str]:
        """By what the rows are found that name the person: by a name only if somebody has looked at them."""
        return self.words if self.is_confirmed else set(self.addresses)


Eraser = Callable[[Leaver], None]
_sections: dict[str, Section] = {}
_obstacles: list[Callable[[Any], Iterable[str]]] = []
_erasers: list[Eraser] = []


def exports(key: str, title: str | Promise) -> Callable[[Export], Export]:
    """Decorator: @exports("seats", _("Seats in committees")) def seats(user): return rows that JSON can hold."""

    def register(function: Export) -> Export:
        if key in _sections:
            raise ValueError(f"The section {key} has a reader already.")
        _sections[key] = Section(key, title, function)
        return function

    return register


def obstacle(function: Callable[[Any], Iterable[str]]) -> Callable[[Any], Iterable[str]]:
    """Decorator: @obstacle def last_contact(user): yield what must be settled before the person can be forgotten."""
    _obstacles.append(function)
    return function


def erases(function: Eraser) -> Eraser:
    """Decorator: @erases def end_seats(leaver): runs inside the one transaction of the erasure."""
    _erasers.append(function)
    return function


def sections() -> list[Section]:
    return list(_sections.values())


def data_of(user: Any) -> dict[str, Any]:
    """Everything about the person, by section."""
    return {section.key: section.read(user) for section in sections()}


def obstacles(user: Any) -> list[str]:
    """Why the person cannot be forgotten yet; empty when nothing stands against it."""
    return [reason for find in _obstacles for reason in find(user)]


def erase(leaver: Leaver) -> None:
    """Higher apps first, core last: it cleans the trail of what the others did."""
    for forget in reversed(_erasers):
        forget(leaver)


# -- What core itself knows -------------------------------------------------------------------------------------------
for _list in (
    "SkillsProfile Breakdown BreakdownCategory Indicator IndicatorVersion MemberType MemberTypeAlias Theme "
    "ActivityType Licence Country Region"
).split():
    forgetting.keep_words(f"core.{_list}", why="a list of things, which name nobody")


@exports("acts", _("What you did in the portal"))
def acts(user: Any) -> list[dict[str, Any]]:
    """Own acts. The name of what an act was about is left out where it would be somebody's name."""
    subjects = models.Prefetch(
        "targets", EventTarget.objects.filter(role=EventTarget.Role.SUBJECT).select_related("content_type")
    )
    found = Event.objects.filter(actor=user).prefetch_related(subjects).order_by("at", "pk")
    return [
        {
            "at": event.at,
            "act": event.verb,
            "in_words": event.phrase,
            "about": _label(event),
            "on_behalf_of": event.behalf_label,
            "from_state": event.from_state,
            "to_state": event.to_state,
            "note": event.note,
        }
        for event in found
    ]


@exports("notifications", _("Notifications"))
def notifications(user: Any) -> list[dict[str, Any]]:
    """What the person was told of; not by whom, nor in whose words."""
    subjects = models.Prefetch(
        "event__targets", EventTarget.objects.filter(role=EventTarget.Role.SUBJECT).select_related("content_type")
    )
    found = Notification.objects.filter(recipient=user).select_related("event").prefetch_related(subjects)
    return [
        {
            "at": row.created_at,
            "read_at": row.read_at,
            "in_words": row.event.phrase,
            "about": _label(row.event),
            "email": row.email_state,
        }
        for row in found.order_by("pk")
    ]


@exports("email_settings", _("How soon you want e-mails"))
def email_settings(user: Any) -> list[dict[str, Any]]:
    """What the person chose; of every other kind they hear as the portal proposes."""
    chosen = NotificationSetting.objects.filter(user=user).order_by("kind")
    return [{"kind": one.kind, "how_soon": one.pace} for one in chosen]


@exports("digests", _("Digests that were sent to you"))
def digests(user: Any) -> list[dict[str, Any]]:
    found = Digest.objects.filter(recipient=user).order_by("day")
    return [{"day": one.day, "state": one.email_state, "notifications": one.notifications.count()} for one in found]


def _label(event: Event) -> str:
    target = next(iter(event.targets.all()), None)
    model = target.content_type.model_class() if target else None
    if model is None or getattr(model, "label_names_a_person", False):
        return str(model._meta.verbose_name) if model else ""
    return event.subject_label


@erases
def forget_names(leaver: Leaver) -> None:
    """Runs last. What happened stays, everywhere, without the person. A first name alone, and any name that nobody has
    looked for before, is only taken out of acts on the person's own roles and from beside an address: elsewhere it may
    be anybody's, or no name at all."""
    instead = _t("a former user")
    forgetting.forget_words(leaver.words, instead=instead, beside=() if leaver.is_confirmed else leaver.addresses)
    if leaver.name and not (leaver.is_confirmed and leaver.name in leaver.words):
        events.forget({leaver.name}, instead=instead, among=events.of(leaver.user, *leaver.rows))


@erases
def forget_messages(leaver: Leaver) -> None:
    Notification.objects.filter(recipient=leaver.user).delete()
    Digest.objects.filter(recipient=leaver.user).delete()
    NotificationSetting.objects.filter(user=leaver.user).delete()
    for address in leaver.addresses:
        Letter.objects.filter(to__iexact=address).delete()
