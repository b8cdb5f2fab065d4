"""Records acts. Who may read them follows from who may see the thing that they are about."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise

from core.kept import compiled
from core.models import Event, EventTarget

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

_phrases: dict[str, str | Promise] = {}


def name_verb(verb: str, phrase: str | Promise) -> str:
    """Give a verb its words: name_verb("workplan.approve", _("approved the work plan")). Returns the verb."""
    known = _phrases.setdefault(verb, phrase)
    if known is not phrase and str(known) != str(phrase):
        raise ValueError(f"The verb {verb} already has other words.")
    return verb


def phrase(verb: str) -> str:
    return str(_phrases.get(verb, verb))


def verbs() -> list[str]:
    return sorted(_phrases)


def _targets(subject: models.Model, behalf: models.Model | None) -> Iterable[tuple[models.Model, str]]:
    yield subject, EventTarget.Role.SUBJECT
    parents = getattr(subject, "event_parents", None)
    for parent in parents() if parents else ():
        if parent is not None:
            yield parent, EventTarget.Role.PARENT
    if behalf is not None:
        yield behalf, EventTarget.Role.BEHALF


def record(
    verb: str,
    subject: models.Model,
    *,
    actor: User,
    note: str = "",
    from_state: str = "",
    to_state: str = "",
    on_behalf_of: models.Model | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Write one act into the trail, in the transaction of the act. The verb must have been named (name_verb).
    A model lists what else the act concerns in `event_parents()`: the timelines of those show it too.
    `acted_for(actor)` of a model says for whom somebody acts on it, where the caller does not."""
    acted_for = getattr(subject, "acted_for", None)
    if on_behalf_of is None and acted_for is not None:
        on_behalf_of = acted_for(actor)
    event = _event(
        verb, subject, actor, on_behalf_of, note=note, from_state=from_state, to_state=to_state, data=data or {}
    )
    event.save()
    EventTarget.objects.bulk_create(_index(event, subject, on_behalf_of))
    return event


def record_many(
    verb: str,
    subjects: Iterable[models.Model],
    *,
    actor: User,
    note: str = "",
    data: dict[str, Any] | None = None,
    to_state: str = "",
) -> None:
    """The same act on many things of one kind, in a few statements, for writes in bulk. Nobody is told."""
    subjects = list(subjects)
    made = [_event(verb, one, actor, None, note=note, to_state=to_state, data=data or {}) for one in subjects]
    Event.objects.bulk_create(made, batch_size=1000)
    rows = [row for event, one in zip(made, subjects, strict=True) for row in _index(event, one, None)]
    EventTarget.objects.bulk_create(rows, batch_size=2000)


def _event(verb: str, subject: models.Model, actor: User, behalf: models.Model | None, **said: Any) -> Event:
    if verb not in _phrases:
        raise ValueError(f"The verb {verb} has no words yet: name it with events.name_verb.")
    url = getattr(subject, "get_absolute_url", None)
    return Event(
        verb=verb,
        actor=actor,
        at=timezone.now(),
        subject_label=str(subject)[:300],
        subject_url=url() if url else "",
        behalf_label=str(behalf)[:300] if behalf else "",
        **said,
    )


def _index(event: Event, subject: models.Model, behalf: models.Model | None) -> Collection[EventTarget]:
    seen: dict[tuple[int, Any, str], EventTarget] = {}
    for target, role in _targets(subject, behalf):
        kind = ContentType.objects.get_for_model(target)
        seen[kind.pk, target.pk, role] = EventTarget(event=event, content_type=kind, object_id=target.pk, role=role)
    return seen.values()


def of(*objects: models.Model) -> models.QuerySet[Event]:
    """The timeline of one thing or of several, newest first, with actors loaded."""
    match = models.Q(pk__in=[])
    for obj in objects:
        match |= models.Q(content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk)
    ids = EventTarget.objects.filter(match).values("event_id")
    return Event.objects.filter(pk__in=ids).select_related("actor")


def readable_by(user: Any, found: models.QuerySet[Event]) -> models.QuerySet[Event]:
    """Those of the events whose subjects the person may see. For the timeline of a thing that also shows its parts,
    some of which are for fewer people than the thing itself."""
    subjects = EventTarget.objects.filter(role=EventTarget.Role.SUBJECT)
    kinds = subjects.filter(event__in=found.order_by().values("pk")).values_list("content_type", flat=True).distinct()
    hidden = models.Q(pk__in=[])
    for kind in kinds:
        model = ContentType.objects.get_for_id(kind).model_class()
        visible_to = getattr(model._default_manager.all(), "visible_to", None) if model else None
        if visible_to is not None:
            hidden |= models.Q(content_type=kind) & ~models.Q(object_id__in=compiled(visible_to(user).values("pk")))
    return found.exclude(pk__in=compiled(subjects.filter(hidden).values("event_id")))


def naming(words: Collection[str], *fields: str) -> models.Q:
    """Rows in which one of the words stands in one of the fields."""
    match = models.Q(pk__in=[])
    for word in words:
        for name in fields:
            match |= models.Q(**{f"{name}__icontains": word})
    return match


def without(data: Any, words: Collection[str], instead: str) -> Any:
    """A text, or what JSON holds, with something else in place of the words. Whole words only: of Jan Novák and
    jan@example.test nothing is taken from Jan Nováková or from anna-jan@example.test."""
    pattern = "|".join(map(_whole, sorted(filter(None, words), key=len, reverse=True)))
    return _replaced(data, re.compile(pattern, re.IGNORECASE), instead) if pattern else data


def _whole(word: str) -> str:
    before, after = (r"[\w.+-]", r"[\w-]|\.\w") if "@" in word else (r"\w", r"\w")
    return f"(?<!{before}){re.escape(word)}(?!{after})"


def _replaced(data: Any, pattern: re.Pattern[str], instead: str) -> Any:
    if isinstance(data, str):
        return pattern.sub(lambda _found: instead, data)
    if isinstance(data, dict):
        return {_replaced(key, pattern, instead): _replaced(value, pattern, instead) for key, value in data.items()}
    if isinstance(data, list):
        return [_replaced(value, pattern, instead) for value in data]
    return data


def forget(words: Collection[str], *, instead: str, among: models.QuerySet[Event]) -> int:
    """Take words out of some events: a first name, which elsewhere may be anybody's. (`core.forgetting` takes names and
    addresses out of the whole trail.) The one exception from its being append-only: that something happened, when,
    and to what, stays. Returns the number of events that were changed."""
    words = set(filter(None, words))
    texts = ("subject_label", "note", "behalf_label", "data")
    count = 0
    for event in among:
        before = {name: getattr(event, name) for name in texts}
        after = {name: without(value, words, instead) for name, value in before.items()}
        if after != before:
            labels = {name: after[name][:300] for name in ("subject_label", "behalf_label")}
            models.QuerySet(Event).filter(pk=event.pk).update(**{**after, **labels})
            count += 1
    return count
