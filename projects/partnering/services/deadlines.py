"""What the day does: ideas expire, and who waits for one is told before."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import workflow
from members.models import User, today
from projects.models import Idea
from projects.models.ideas import IdeaQuerySet
from projects.partnering import steps
from projects.partnering.services.ideas import REMIND_DAYS


def expire_due() -> int:
    """Of ideas whose last day is over (in Brussels) the search ends, once. Returns how many."""
    system, count = User.objects.system(), 0
    for pk in list(Idea.objects.past_deadline().values_list("pk", flat=True)):
        try:
            workflow.perform(Idea.objects.past_deadline(), pk, steps.EXPIRE_IDEA, actor=system)
        except (Idea.DoesNotExist, workflow.InvalidTransition):  # another beat, or a person, was faster
            continue
        count += 1
    return count


def remind_due() -> int:
    """Those who posted an idea are told a week before its deadline, once for each deadline. Returns how many."""
    return sum(_remind(pk) for pk in list(_to_remind().values_list("pk", flat=True)))


def _to_remind() -> IdeaQuerySet:
    soon = Idea.objects.live().filter(deadline__lte=today() + timedelta(days=REMIND_DAYS))
    return soon.filter(Q(reminded_of=None) | ~Q(reminded_of=F("deadline")))


@transaction.atomic
def _remind(pk: int) -> int:
    idea = _to_remind().select_for_update(of=("self",)).filter(pk=pk).first()  # two beats: the second finds nothing
    if idea is None:
        return 0
    idea.reminded_of = idea.deadline
    idea.save(update_fields=["reminded_of"])
    words = _("The call closes on %(day)s.") % {"day": date_format(idea.deadline, "DATE_FORMAT")}
    workflow.act(steps.REMIND_OF_DEADLINE, idea, actor=User.objects.system(), note=words)
    return 1
