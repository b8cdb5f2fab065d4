"""Posting an idea for a project, changing it, what its committee says of it, and its end without one."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from committees import register
from committees.models import Decision
from core import permissions, workflow
from core.models import Country, MemberType, Theme
from core.workflow import Incomplete, NotPossible
from members.models import Organisation, User, today
from projects.models import Idea, SoughtProfile
from projects.partnering import steps

REMIND_DAYS = 7  # before its deadline its people are told, once


class ChangedMeanwhile(NotPossible):
    """Somebody saved the idea since the page was opened."""


def _write(
    idea: Idea,
    *,
    themes: Iterable[Theme],
    member_types: Iterable[MemberType],
    profiles: Iterable[str],
    countries: Iterable[Country],
    fields: dict[str, Any],
) -> None:
    for name, value in fields.items():
        setattr(idea, name, value)
    if problems := idea.date_problems():
        raise Incomplete(problems)
    _need_no_reminder_of_a_near_day(idea)
    idea.save()
    idea.themes.set(themes)
    idea.member_types.set(member_types)
    idea.countries.set(countries)
    idea.profiles.all().delete()
    SoughtProfile.objects.bulk_create(SoughtProfile(idea=idea, code=code) for code in profiles)


def _need_no_reminder_of_a_near_day(idea: Idea) -> None:
    if idea.deadline <= today() + timedelta(days=REMIND_DAYS):
        idea.reminded_of = idea.deadline  # whoever names a day that near needs no reminder of it


def _says(idea: Idea, named: dict[str, Any], fields: dict[str, Any]) -> bool:
    before = {name: set(getattr(idea, name).all()) for name in ("themes", "member_types", "countries")}
    before["profiles"] = {one.code for one in idea.profiles.all()}
    return all(set(named[name]) == have for name, have in before.items()) and all(
        getattr(idea, name) == value for name, value in fields.items()
    )


@transaction.atomic
def post_idea(
    *,
    actor: User,
    organisation_id: int,
    key: uuid.UUID | None = None,
    themes: Iterable[Theme],
    member_types: Iterable[MemberType] = (),
    profiles: Iterable[str] = (),
    countries: Iterable[Country] = (),
    **fields: Any,
) -> Idea:
    """Post it for an organisation; it looks for partners at once. The same form sent twice is one idea, with the words
    sent last. Raises Denied, or Incomplete where its dates do not fit."""
    # A form sent twice at once: the second waits, and finds the idea of the first.
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation_id)
    known = Idea.objects.filter(key=key).first() if key else None
    named: dict[str, Any] = {
        "themes": themes,
        "member_types": member_types,
        "profiles": profiles,
        "countries": countries,
    }
    if known is not None and known.author_id == actor.pk:
        if _says(known, named, fields):
            return known
        # Its writer went back and changed something.
        return change_idea(idea_id=known.pk, revision=known.revision, actor=actor, **named, **fields)
    if key is None or known is not None:  # a key that somebody else has had says nothing
        key = uuid.uuid4()
    idea = Idea(organisation_id=organisation_id, author=actor, key=key, posted_at=timezone.now())
    permissions.require(actor, "projects.post_idea")
    if not actor.represents(organisation_id):
        raise permissions.Denied(_("You do not represent this organisation."))
    _write(idea, themes=themes, member_types=member_types, profiles=profiles, countries=countries, fields=fields)
    workflow.act(steps.POST_IDEA, idea, actor=actor, to_state=idea.status)
    return idea


@transaction.atomic
def change_idea(
    *,
    idea_id: int,
    revision: int,
    actor: User,
    themes: Iterable[Theme],
    member_types: Iterable[MemberType] = (),
    profiles: Iterable[str] = (),
    countries: Iterable[Country] = (),
    **fields: Any,
) -> Idea:
    """Raises ChangedMeanwhile when somebody saved it since `revision` was read."""
    idea = Idea.objects.select_for_update(of=("self",)).get(pk=idea_id)
    permissions.require(actor, "projects.change_idea", idea)
    if idea.revision != revision:
        raise ChangedMeanwhile(_("Somebody else has saved this idea since you opened it: open it again."))
    idea.revision += 1
    _write(idea, themes=themes, member_types=member_types, profiles=profiles, countries=countries, fields=fields)
    workflow.act(steps.CHANGE_IDEA, idea, actor=actor)
    return idea


@transaction.atomic
def postpone_idea(*, idea_id: int, actor: User, deadline: date, note: str = "") -> Idea:
    """The call closes later: the search goes on until then, also of an idea that the committee has recommended, whose
    text stays. Only before the deadline passes. Raises Incomplete for a day that is no later one."""
    idea = Idea.objects.select_for_update(of=("self",)).get(pk=idea_id)
    permissions.require(actor, "projects.postpone_idea", idea)
    before = idea.deadline
    if deadline <= before:
        sentence = _("The call closes on %(day)s as it is: name a later day.")
        raise Incomplete({"deadline": sentence % {"day": date_format(before, "DATE_FORMAT")}})
    idea.deadline = deadline
    idea.revision += 1  # a form that is open in another window would put the old day back
    _need_no_reminder_of_a_near_day(idea)
    idea.save(update_fields=["deadline", "revision", "reminded_of"])
    words = _("From %(before)s to %(after)s.") % {
        "before": date_format(before, "DATE_FORMAT"),
        "after": date_format(deadline, "DATE_FORMAT"),
    }
    data = {"from": before.isoformat(), "to": deadline.isoformat()}
    workflow.act(steps.POSTPONE_IDEA, idea, actor=actor, note=f"{words} {note}".strip(), data=data)
    return idea


@transaction.atomic
def recommend_idea(*, idea_id: int, actor: User, note: str = "", manner: str = "") -> Idea:
    """The committee stands behind it; it goes into the register of the committee."""
    idea: Idea = workflow.perform(
        Idea.objects.all(), idea_id, steps.RECOMMEND_IDEA, actor=actor, note=note, recommended_at=timezone.now()
    )
    register.enter(
        idea,
        steps.RECOMMEND_IDEA,
        committee=idea.committee,
        kind=Decision.Kind.RECOMMENDATION,
        outcome=Decision.Outcome.ADOPTED,
        manner=manner,
    )
    return idea


@transaction.atomic
def close_idea(*, idea_id: int, actor: User, note: str) -> Idea:
    return workflow.perform(Idea.objects.all(), idea_id, steps.CLOSE_IDEA, actor=actor, note=note)
