"""What the portal forgets by itself, and when. Each app names its rules in its retention.py; beat runs them every
night. Nothing goes unannounced: the Office is told RETENTION_NOTICE_DAYS before, at most once in NOTICE_EVERY days for
all rules together, and a rule tells the people whom its rows concern."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import events, workflow
from core.models import RetentionNotice

log = logging.getLogger("portal.retention")
BATCH = 500  # rows of one transaction: on SQLite everybody else waits for it
LOOK_AHEAD_DAYS = 30
NOTICE_EVERY = 30  # days: what falls due within them stands in one announcement
ANNOUNCE = events.name_verb("retention.announce", _("announced what will be forgotten"))


@dataclass(frozen=True)
class Rule:
    """`rows(moment)`: those that may go once they are old enough at that moment. `since`: their column (or annotation)
    from which the days count. `forget(rows)` lets go of these (a list of at most BATCH), and none of them is due again;
    it returns the keys of those that must wait. `setting`: the name of the number of days; zero or less switches the
    rule off. `announce(row, day)` tells the people concerned that the row goes on that day or later; the Office is told
    in any case. A rule that `announces_itself(moment)` has only announced rows, and returns how many people it told."""

    key: str
    title: str | Promise
    what: str | Promise
    setting: str
    rows: Callable[[datetime], models.QuerySet]
    forget: Callable[[list[Any]], Collection[Any] | None]
    since: str = "created_at"
    shown_since: Callable[[Any], datetime] | None = None
    label: Callable[[Any], str | Promise] = str
    announce: Callable[[Any, date], None] | None = None
    announces_itself: Callable[[datetime], int] | None = None

    @property
    def days(self) -> int:
        days: int = getattr(settings, self.setting)
        return days

    @property
    def is_on(self) -> bool:
        return self.days > 0

    def due(self, moment: datetime) -> models.QuerySet:
        """The rows that are old enough at that moment, the oldest first."""
        old = {f"{self.since}__lt": before(moment, self.days)}
        return self.rows(moment).filter(**old).order_by(self.since)

    def announced(self, moment: datetime) -> models.QuerySet:
        """Those that are due, and were announced long enough before."""
        if self.announces_itself:
            return self.due(moment)
        told = RetentionNotice.objects.filter(made_at__lte=before(moment, settings.RETENTION_NOTICE_DAYS))
        until = told.covered(self.key)
        return self.due(moment).filter(**{f"{self.since}__lt": until}) if until else self.due(moment).none()

    def goes_on(self, row: Any) -> datetime:
        since: datetime = self.shown_since(row) if self.shown_since else getattr(row, self.since)
        return since + timedelta(days=self.days)


_rules: dict[str, Rule] = {}


def add_rule(rule: Rule) -> Rule:
    if rule.key in _rules:
        raise ValueError(f"The rule {rule.key} is named twice.")
    _rules[rule.key] = rule
    return rule


def rules() -> list[Rule]:
    return list(_rules.values())


def before(moment: datetime, days: int) -> datetime:
    """What is older than this has been kept for so many days at that moment."""
    return moment - timedelta(days=days)


@dataclass(frozen=True)
class Coming:
    """A rule with what it will do: how many rows tonight and how many within a month, and the first of them with the
    day from which each may go."""

    rule: Rule
    now: int
    soon: int
    first: list[tuple[date, str | Promise]]


def coming(count: int = 20) -> list[Coming]:
    """What the rules will let go of, for the people who answer for it."""
    now = timezone.now()
    found = []
    for rule in rules():
        if not rule.is_on:
            found.append(Coming(rule, 0, 0, []))
            continue
        soon = rule.due(now + timedelta(days=LOOK_AHEAD_DAYS))
        first = [(timezone.localdate(max(rule.goes_on(row), now)), rule.label(row)) for row in soon[:count]]
        found.append(Coming(rule, rule.announced(now).count(), soon.count(), first))
    return found


# -- Announcing -------------------------------------------------------------------------------------------------------
def _announce(now: datetime, told: dict[str, dict[str, int]]) -> None:
    """Each row once: the next announcement begins where the last one ended. Two runs at once wait for each other. A
    rule that cannot announce lets go of nothing."""
    looks_to = now + timedelta(days=settings.RETENTION_NOTICE_DAYS + NOTICE_EVERY)
    portal = get_user_model().objects.system()
    with transaction.atomic():
        get_user_model().objects.select_for_update().get(pk=portal.pk)
        covers: dict[str, dict[str, Any]] = {}
        for rule in rules():
            if rule.is_on:
                try:
                    with transaction.atomic():
                        covers |= _announce_rule(rule, now, looks_to, told[rule.key])
                except Exception:
                    log.exception("retention rule %s cannot be announced", rule.key)
                    told[rule.key]["failed"] = 1
        if covers:
            notice = RetentionNotice.objects.create(made_at=now, looks_to=timezone.localdate(looks_to), covers=covers)
            words = [f"{rule.title}: {covers[rule.key]['count']}" for rule in rules() if rule.key in covers]
            workflow.act(ANNOUNCE, notice, actor=portal, note="\n".join(words))


def _announce_rule(rule: Rule, now: datetime, looks_to: datetime, told: dict[str, int]) -> dict[str, dict[str, Any]]:
    if rule.announces_itself:
        told["announced"] = rule.announces_itself(now)
        return {rule.key: {"count": told["announced"]}} if told["announced"] else {}
    known = RetentionNotice.objects.all().covered(rule.key)

    def not_yet(moment: datetime) -> models.QuerySet:
        return rule.due(moment).filter(**({f"{rule.since}__gte": known} if known else {}))

    if not not_yet(now + timedelta(days=settings.RETENTION_NOTICE_DAYS)).exists():
        return {}
    if rule.announce:
        first_day = now + timedelta(days=settings.RETENTION_NOTICE_DAYS)
        for row in not_yet(looks_to):
            rule.announce(row, timezone.localdate(max(rule.goes_on(row), first_day)))
            told["announced"] += 1
    until = before(looks_to, rule.days)
    return {rule.key: {"count": not_yet(looks_to).count(), "until": until.isoformat()}}


# -- Forgetting -------------------------------------------------------------------------------------------------------
def apply(*, dry_run: bool = False) -> dict[str, dict[str, int]]:
    """{rule: {"due": rows, "forgotten": rows, "announced": rows or people}}, with "held" where rows must wait. One rule
    that fails does not hold up the others, and is told in the log. Two runs at once: the second finds nothing left."""
    now = timezone.now()
    told = {rule.key: {"due": 0, "forgotten": 0, "announced": 0} for rule in rules()}
    if not dry_run:
        _announce(now, told)
    for rule in rules():
        result = told[rule.key]
        if not rule.is_on:
            continue
        result["due"] = rule.due(now).count()
        if dry_run:
            continue
        try:
            _forget_all(rule, now, result)
        except Exception:
            log.exception("retention rule %s failed", rule.key)
            result["failed"] = 1
    return told


def _forget_all(rule: Rule, now: datetime, result: dict[str, int]) -> None:
    last, held = set[Any](), set[Any]()
    while True:
        with transaction.atomic():
            ids = list(rule.announced(now).exclude(pk__in=held).values_list("pk", flat=True)[:BATCH])
            # Locked and read again: somebody may have signed in, or another run may have been here.
            query = rule.announced(now).filter(pk__in=ids)
            rows = list(query.select_for_update(of=("self",))) if ids else []
            if not rows:
                return
            if last & {row.pk for row in rows}:
                raise RuntimeError(f"The rule {rule.key} does not let go of what is due.")
            last = {row.pk for row in rows}
            waiting = set(rule.forget(rows) or ())
        held |= waiting
        result["forgotten"] += len(rows) - len(waiting)
        if waiting:
            result["held"] = len(held)
        log.info("retention rule %s: %s rows", rule.key, result["forgotten"])
