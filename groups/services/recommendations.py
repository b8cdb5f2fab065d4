"""Recommendations: writing, issuing, answering, following up."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _t

from committees import register
from committees.models import Committee, Decision
from core import permissions, workflow
from core.workflow import Incomplete, NotPossible
from groups import steps
from groups.errors import ChangedMeanwhile
from groups.models import Group, Recommendation
from members.models import User, today


@transaction.atomic
def draft_recommendation(
    *, committee_id: int, actor: User, title: str, text: str, due: date, group: Group | None = None
) -> Recommendation:
    """Any seat of the committee may write one; the chair issues it."""
    committee = Committee.objects.get(pk=committee_id)
    permissions.require(actor, "committees.draft_recommendation", committee)
    found = Recommendation(committee=committee, title=title, text=text, due=due, group=group, created_at=timezone.now())
    if problem := found.problem():
        raise Incomplete({"due" if due <= today() else "group": problem})
    found.save()
    found.authors.add(actor)
    workflow.act(steps.DRAFT_RECOMMENDATION, found, actor=actor, to_state=found.status)
    return found


@transaction.atomic
def change_recommendation(
    *,
    recommendation_id: int,
    revision: int,
    actor: User,
    title: str,
    text: str,
    due: date,
    group: Group | None = None,
) -> Recommendation:
    """Raises ChangedMeanwhile where somebody saved since `revision` was read."""
    found = Recommendation.objects.select_for_update(of=("self",)).get(pk=recommendation_id)
    permissions.require(actor, "groups.change_recommendation", found)
    if found.revision != revision:
        raise ChangedMeanwhile(found)
    said = {"title": title, "text": text, "due": due, "group": group}
    changed = {name: [str(getattr(found, name) or ""), str(new or "")] for name, new in said.items()}
    changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    found.title, found.text, found.due, found.group = title, text, due, group
    if problem := found.problem():
        raise Incomplete({"due" if due <= today() else "group": problem})
    if not changed:
        return found
    found.revision += 1
    found.save(update_fields=["title", "text", "due", "group", "revision"])
    found.authors.add(actor)
    workflow.act(steps.CHANGE_RECOMMENDATION, found, actor=actor, data={"changed": changed})
    return found


@transaction.atomic
def issue_recommendation(
    *, recommendation_id: int, actor: User, note: str = "", manner: str = "", revision: int | None = None
) -> Recommendation:
    """Give it its number and send it. `revision` is that of the text that the person read. Raises NotPossible where
    somebody changed it since, or no answer could come any more."""
    found = Recommendation.objects.select_for_update(of=("self",)).get(pk=recommendation_id)
    if revision is not None and found.revision != revision and found.is_editable:
        raise NotPossible(
            _t("Somebody changed the text since you opened this page. Read it as it is now, then decide.")
        )
    committee = Committee.objects.select_for_update().get(pk=found.committee_id)  # two at once get two numbers
    now = timezone.now()
    year = timezone.localdate(now).year
    last = Recommendation.objects.filter(committee=committee, year=year).aggregate(last=Max("number"))["last"] or 0
    fields: dict[str, Any] = {"issued_at": now, "year": year, "number": last + 1}
    found = workflow.perform(
        Recommendation.objects.all(), recommendation_id, steps.ISSUE_RECOMMENDATION, actor=actor, note=note, **fields
    )
    if problem := found.problem():
        raise Incomplete({"due": problem})
    register.enter(
        found,
        steps.ISSUE_RECOMMENDATION,
        committee=committee,
        kind=Decision.Kind.RECOMMENDATION,
        outcome=Decision.Outcome.ADOPTED,
        manner=manner,
    )
    return found


@transaction.atomic
def answer_recommendation(*, recommendation_id: int, actor: User, answer: str, note: str = "") -> Recommendation:
    """`answer` is accepted, partly or declined; the last two need their reason."""
    return workflow.perform(
        Recommendation.objects.all(),
        recommendation_id,
        steps.ANSWER_RECOMMENDATION[answer],
        actor=actor,
        note=note,
        answered_at=timezone.now(),
    )


@transaction.atomic
def follow_up(*, recommendation_id: int, actor: User, note: str) -> Recommendation:
    """Tell what has been done since the answer."""
    found = Recommendation.objects.select_for_update(of=("self",)).get(pk=recommendation_id)
    permissions.require(actor, "groups.follow_up_recommendation", found)
    workflow.act(steps.FOLLOW_UP_RECOMMENDATION, found, actor=actor, note=note)
    return found


@transaction.atomic
def close_recommendation(*, recommendation_id: int, actor: User, note: str) -> Recommendation:
    return workflow.perform(
        Recommendation.objects.all(), recommendation_id, steps.CLOSE_RECOMMENDATION, actor=actor, note=note
    )
