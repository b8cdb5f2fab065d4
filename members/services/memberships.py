"""Suspension, end and return of a membership."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import events, permissions, workflow
from core.workflow import InvalidTransition, Transition
from members.models import Membership, Organisation, User, today

Status = Membership.Status
START = events.name_verb("membership.start", gettext_lazy("made the organisation a member"))
ANNOUNCE_END = events.name_verb("membership.announce_end", gettext_lazy("announced the end of the membership"))
TAKE_BACK_END = events.name_verb("membership.take_back_end", gettext_lazy("took back the end of the membership"))
SUSPEND = Transition(
    "membership.suspend",
    sources={Status.ACTIVE},
    target=Status.SUSPENDED,
    phrase=gettext_lazy("suspended the membership"),
    note_required=True,
)
LIFT = Transition(
    "membership.lift",
    sources={Status.SUSPENDED},
    target=Status.ACTIVE,
    phrase=gettext_lazy("lifted the suspension of the membership"),
)
END = Transition(
    "membership.end",
    sources={Status.ACTIVE, Status.SUSPENDED},
    target=Status.ENDED,
    phrase=gettext_lazy("ended the membership"),
    note_required=True,
)


class NotPossible(ValueError):
    """The membership is not in a state for that, or the day is wrong; `str()` says why."""


def _find(membership_id: int) -> Membership:
    return Membership.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=membership_id)


def _refuse_if_over(membership: Membership, step: Transition) -> None:
    if membership.shown_status == Status.ENDED:
        raise InvalidTransition(step, membership)


@transaction.atomic
def suspend_membership(*, membership_id: int, actor: User, note: str) -> Membership:
    """At once: the representatives lose their rights until it is lifted."""
    _refuse_if_over(_find(membership_id), SUSPEND)
    return workflow.perform(
        Membership.objects.all(), membership_id, SUSPEND, actor=actor, note=note, reason=note, suspended_on=today()
    )


@transaction.atomic
def lift_suspension(*, membership_id: int, actor: User, note: str = "") -> Membership:
    _refuse_if_over(_find(membership_id), LIFT)
    return workflow.perform(
        Membership.objects.all(), membership_id, LIFT, actor=actor, note=note, reason="", suspended_on=None
    )


@transaction.atomic
def end_membership(*, membership_id: int, actor: User, note: str, last_day: date | None = None) -> Membership:
    """End it: today at once; on a day in the past, of which the Office only hears now; or on a later day, until which
    everything stays as it is."""
    membership = _find(membership_id)
    last_day = last_day or today()
    if last_day < membership.starts:
        raise NotPossible(_("The membership began on %(day)s: it cannot end before.") % {"day": membership.starts})
    if last_day <= today():
        if membership.has_run_out:
            last_day = membership.ends or last_day  # it was over already; now that is recorded
        return workflow.perform(
            Membership.objects.all(), membership_id, END, actor=actor, note=note, reason=note, ends=last_day
        )
    permissions.require(actor, "members.end_membership", membership)
    _refuse_if_over(membership, END)
    if not note.strip():
        raise workflow.NoteMissing(
            _("Please give a reason: it is told to the people concerned and kept in the history.")
        )
    if membership.ends == last_day and membership.reason == note:
        return membership
    membership.ends, membership.reason = last_day, note
    membership.save(update_fields=["ends", "reason"])
    workflow.act(ANNOUNCE_END, membership, actor=actor, note=note, data={"last_day": last_day.isoformat()})
    return membership


@transaction.atomic
def take_back_end(*, membership_id: int, actor: User, note: str = "") -> Membership:
    """An announced end does not come."""
    membership = _find(membership_id)
    permissions.require(actor, "members.end_membership", membership)
    if not membership.ends_later:
        raise NotPossible(_("No end is announced, or it has come already."))
    membership.ends, membership.reason = None, ""
    membership.save(update_fields=["ends", "reason"])
    workflow.act(TAKE_BACK_END, membership, actor=actor, note=note)
    return membership


@transaction.atomic
def start_membership(
    *, organisation_id: int, actor: User, note: str = "", starts: date | None = None, tier: str = ""
) -> tuple[Membership, bool]:
    """Make the organisation a member, or a member again: a new row, the old ones stay as they were. Returns the
    membership, and False when there is one already. Raises NotPossible when it began before the last one ended."""
    # The lock makes two that start one at once wait for each other.
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    permissions.require(actor, "members.start_membership", organisation)
    if standing := organisation.memberships.open().first():
        return standing, False
    starts = starts or today()
    for over in organisation.memberships.run_out():
        workflow.perform(
            Membership.objects.all(), over.pk, END, actor=actor, note=over.reason or _("Its last day was past.")
        )
    last = organisation.memberships.exclude(ends=None).order_by("-ends").first()
    if last and last.ends and starts < last.ends:
        raise NotPossible(
            _("The last membership ran until %(day)s: the new one begins then or later.") % {"day": last.ends}
        )
    membership = Membership.objects.create(organisation=organisation, starts=starts, tier=tier)
    workflow.act(START, membership, actor=actor, note=note, to_state=membership.status)
    return membership, True
