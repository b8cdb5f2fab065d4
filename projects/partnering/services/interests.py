"""Who takes part in an idea: interest, the answers to it, and members that are asked."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import permissions, workflow
from core.workflow import Incomplete
from members.models import Organisation, User
from projects.models import Approach, Idea, Interest
from projects.partnering import steps


@transaction.atomic
def express_interest(*, idea_id: int, actor: User, organisation: Organisation, role: str, brings: str) -> Interest:
    """For an organisation that the actor represents. Raises Incomplete for the organisation that posted it, and for one
    that has said so before."""
    idea = Idea.objects.select_for_update(of=("self",)).get(pk=idea_id)  # two at once: the second sees the first
    permissions.require(actor, "projects.join_idea", idea)
    if not actor.represents(organisation.pk):
        raise permissions.Denied(_("You do not represent this organisation."))
    if organisation.pk == idea.organisation_id:
        raise Incomplete({"organisation": _("%(who)s posted this idea itself.") % {"who": organisation.shown_name}})
    known = idea.interests.exclude(status=Interest.Status.WITHDRAWN).filter(organisation=organisation).first()
    if known is not None:
        sentence = (
            _("The interest of %(who)s was declined.")
            if known.status == Interest.Status.DECLINED
            else _("%(who)s has expressed its interest already.")
        )
        raise Incomplete({"organisation": sentence % {"who": organisation.shown_name}})
    made = Interest.objects.create(
        idea=idea, organisation=organisation, person=actor, role=role, brings=brings, expressed_at=timezone.now()
    )
    workflow.act(
        steps.EXPRESS_INTEREST, made, actor=actor, note=brings, to_state=made.status, on_behalf_of=organisation
    )
    return made


def _hold_the_idea_of(interest_id: int) -> None:
    """Whoever tells of a grant holds the idea too: an answer comes before it, or is refused."""
    Idea.objects.select_for_update(of=("self",)).get(interests=interest_id)


@transaction.atomic
def accept_interest(*, interest_id: int, actor: User, note: str = "") -> Interest:
    _hold_the_idea_of(interest_id)
    return workflow.perform(
        Interest.objects.all(), interest_id, steps.ACCEPT_INTEREST, actor=actor, note=note, answered_at=timezone.now()
    )


@transaction.atomic
def decline_interest(*, interest_id: int, actor: User, note: str) -> Interest:
    _hold_the_idea_of(interest_id)
    return workflow.perform(
        Interest.objects.all(), interest_id, steps.DECLINE_INTEREST, actor=actor, note=note, answered_at=timezone.now()
    )


@transaction.atomic
def withdraw_interest(*, interest_id: int, actor: User, note: str = "") -> Interest:
    _hold_the_idea_of(interest_id)
    organisation = Organisation.objects.get(project_interests=interest_id)
    return workflow.perform(
        Interest.objects.all(), interest_id, steps.WITHDRAW_INTEREST, actor=actor, note=note, on_behalf_of=organisation
    )


@transaction.atomic
def approach(*, idea_id: int, actor: User, organisation: Organisation) -> Approach:
    """Ask an organisation to look at the idea; asked twice, it is told once. Raises Incomplete for one that is no
    member, that posted it, or that has expressed its interest."""
    idea = Idea.objects.select_for_update(of=("self",)).get(pk=idea_id)
    permissions.require(actor, "projects.approach_idea", idea)
    if organisation.pk == idea.organisation_id or not Organisation.objects.members().filter(pk=organisation.pk):
        raise Incomplete({"organisation": _("Only other members can be asked.")})
    if idea.interests.live().filter(organisation=organisation).exists():
        raise Incomplete({"organisation": _("%(who)s is interested already.") % {"who": organisation.shown_name}})
    made, new = Approach.objects.get_or_create(
        idea=idea, organisation=organisation, defaults={"made_by": actor, "made_at": timezone.now()}
    )
    if new:
        workflow.act(steps.APPROACH, made, actor=actor, data={"whom": organisation.shown_name})
    return made
