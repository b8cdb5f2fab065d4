"""What the portal forgets by itself, and when. Each app names its rules in its retention.py; beat runs them every
night, the Office sees beforehand what will go."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise

log = logging.getLogger("portal.retention")
BATCH = 500  # rows of one transaction: on SQLite everybody else waits for it
LOOK_AHEAD_DAYS = 30


@dataclass(frozen=True)
class Rule:
    """`due(moment)`: the rows that would go if the rules ran at that moment, the oldest first. `forget(rows)` lets go
    of these (a list of at most BATCH); nothing that it let go of is due again. `since(row)`: from when the days
    count. `setting`: the name of the number of days; zero or less switches the rule off."""

    key: str
    title: str | Promise
    what: str | Promise
    setting: str
    due: Callable[[datetime], models.QuerySet]
    forget: Callable[[list[Any]], None]
    since: Callable[[Any], datetime]
    label: Callable[[Any], str] = str
    announce: Callable[[datetime], int] | None = None

    @property
    def days(self) -> int:
        days: int = getattr(settings, self.setting)
        return days

    @property
    def is_on(self) -> bool:
        return self.days > 0


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
    first: list[tuple[date, str]]


def coming(count: int = 20) -> list[Coming]:
    """What the rules will let go of, for the people who answer for it."""
    now = timezone.now()
    found = []
    for rule in rules():
        if not rule.is_on:
            found.append(Coming(rule, 0, 0, []))
            continue
        soon = rule.due(now + timedelta(days=LOOK_AHEAD_DAYS))
        first = [
            (timezone.localdate(max(rule.since(row) + timedelta(days=rule.days), now)), rule.label(row))
            for row in soon[:count]
        ]
        found.append(Coming(rule, rule.due(now).count(), soon.count(), first))
    return found


def apply(*, dry_run: bool = False) -> dict[str, dict[str, int]]:
    """{rule: {"due": rows, "forgotten": rows, "announced": people}}. One rule that fails does not hold up the others,
    and is told in the log. Two runs at once: the second finds nothing left."""
    told = {}
    for rule in rules():
        result = {"due": 0, "forgotten": 0, "announced": 0}
        told[rule.key] = result
        if not rule.is_on:
            continue
        now = timezone.now()
        result["due"] = rule.due(now).count()
        if dry_run:
            continue
        try:
            if rule.announce:
                result["announced"] = rule.announce(now)
            result["forgotten"] = _forget_all(rule, now)
        except Exception:
            log.exception("retention rule %s failed", rule.key)
            result["failed"] = 1
    return told


def _forget_all(rule: Rule, now: datetime) -> int:
    forgotten, last = 0, set[Any]()
    while True:
        with transaction.atomic():
            ids = list(rule.due(now).values_list("pk", flat=True)[:BATCH])
            # Locked and read again: somebody may have signed in, or another run may have been here.
            query = rule.due(now).filter(pk__in=ids)
            rows = list(query.select_for_update(of=("self",))) if ids else []
            if not rows:
                return forgotten
            if last & {row.pk for row in rows}:
                raise RuntimeError(f"The rule {rule.key} does not let go of what is due.")
            last = {row.pk for row in rows}
            rule.forget(rows)
        forgotten += len(rows)
        log.info("retention rule %s: %s rows", rule.key, forgotten)
