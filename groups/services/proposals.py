"""From an idea to a group."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from committees import register
from committees.models import Committee, Decision
from core import permissions, workflow
from core.models import Theme
from groups import exchange, steps
from groups.errors import ChangedMeanwhile, Incomplete
from groups.models import Founder, Group, GroupKind, GroupMembership, GroupRole, Proposal
from members.models import Organisation, Representation, User, today


def _write(
    proposal: Proposal,
    *,
    actor: User,
    themes: Iterable[Theme],
    founders: Iterable[Organisation],
    fields: dict[str, Any],
) -> None:
    for name, value in fields.items():
        setattr(proposal, name, value)
    proposal.save()
    proposal.themes.set(themes)
    wanted = {proposal.organisation_id, *(founder.pk for founder in founders)}
    proposal.founder_rows.exclude(organisation__in=wanted).delete()
    known = set(proposal.founder_rows.values_list("organisation_id", flat=True))
    Founder.objects.bulk_create(
        Founder(
            proposal=proposal,
            organisation_id=pk,
            status=Founder.Status.CONFIRMED if pk == proposal.organisation_id else Founder.Status.ASKED,
        )
        for pk in sorted(wanted - known)
    )
    proposal.authors.add(actor)


@transaction.atomic
def start_proposal(
    *,
    actor: User,
    organisation_id: int,
    themes: Iterable[Theme] = (),
    founders: Iterable[Organisation] = (),
    **fields: Any,
) -> Proposal:
    """A new draft on behalf of an organisation, which is one of the founders. Raises permissions.Denied."""
    organisation = Organisation.objects.get(pk=organisation_id)
    proposal = Proposal(proposer=actor, organisation=organisation, created_at=timezone.now())
    permissions.require(actor, "groups.propose_group")
    permissions.require(actor, "groups.change_proposal", proposal)
    _write(proposal, actor=actor, themes=themes, founders=founders, fields=fields)
    workflow.act(steps.START_PROPOSAL, proposal, actor=actor, to_state=proposal.status, on_behalf_of=organisation)
    return proposal


@transaction.atomic
def change_proposal(
    *,
    proposal_id: int,
    revision: int,
    actor: User,
    themes: Iterable[Theme],
    founders: Iterable[Organisation],
    **fields: Any,
) -> Proposal:
    """Save a draft. Raises ChangedMeanwhile when somebody saved it since `revision` was read."""
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    permissions.require(actor, "groups.change_proposal", proposal)
    if proposal.revision != revision:
        raise ChangedMeanwhile(proposal)
    proposal.revision += 1
    _write(proposal, actor=actor, themes=themes, founders=founders, fields=fields)
    return proposal


@transaction.atomic
def submit_proposal(*, proposal_id: int, actor: User) -> Proposal:
    """Hand it to the committee. Where the proposer no longer represents the organisation, whoever hands it in becomes
    the proposer. Raises Incomplete with what is missing."""
    before = Proposal.objects.select_related("organisation").get(pk=proposal_id)
    proposal: Proposal = workflow.perform(
        Proposal.objects.all(),
        proposal_id,
        steps.SUBMIT_PROPOSAL,
        actor=actor,
        on_behalf_of=before.organisation,
        submitted_at=timezone.now(),
    )
    if not before.has_its_proposer():
        proposal.proposer = actor
        proposal.save(update_fields=["proposer"])
    if problems := proposal.missing():
        raise Incomplete(problems)
    proposal.authors.add(actor)
    return proposal


@transaction.atomic
def confirm_founding(*, founder_id: int, actor: User, note: str = "") -> Founder:
    """A co-founder says yes, by anybody who represents it."""
    return workflow.perform(Founder.objects.all(), founder_id, steps.CONFIRM_FOUNDING, actor=actor, note=note)


@transaction.atomic
def refuse_founding(*, founder_id: int, actor: User, note: str) -> Founder:
    """It is not among those who found the group; until the decision it may still change its mind."""
    return workflow.perform(Founder.objects.all(), founder_id, steps.REFUSE_FOUNDING, actor=actor, note=note)


@transaction.atomic
def return_proposal(*, proposal_id: int, actor: User, note: str) -> Proposal:
    return workflow.perform(Proposal.objects.all(), proposal_id, steps.RETURN_PROPOSAL, actor=actor, note=note)


@transaction.atomic
def answer_proposal(*, proposal_id: int, actor: User, note: str, hand_in: bool = False) -> Proposal:
    """Answer the question with which the committee returned it, and submit it again if wished. Raises Incomplete when
    that cannot be; then the answer is not given either."""
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    before = exchange.last_word(proposal)
    if not (before and before.actor_id == actor.pk and before.note == note):  # the same form, sent twice
        workflow.perform(Proposal.objects.all(), proposal_id, steps.ANSWER_PROPOSAL, actor=actor, note=note)
        proposal.authors.add(actor)  # who speaks for it does not decide on it
    return submit_proposal(proposal_id=proposal_id, actor=actor) if hand_in else proposal


@transaction.atomic
def decline_proposal(*, proposal_id: int, actor: User, note: str, manner: str = "") -> Proposal:
    proposal: Proposal = workflow.perform(
        Proposal.objects.all(), proposal_id, steps.DECLINE_PROPOSAL, actor=actor, note=note, decided_at=timezone.now()
    )
    _enter(proposal, steps.DECLINE_PROPOSAL, Decision.Outcome.DECLINED, manner)
    return proposal


def _enter(proposal: Proposal, step: workflow.Transition, outcome: str, manner: str) -> None:
    register.enter(
        proposal,
        step,
        committee=proposal.committee,
        kind=Decision.Kind.PROPOSAL,
        outcome=outcome,
        manner=manner,
    )


@transaction.atomic
def accept_proposal(*, proposal_id: int, actor: User, note: str = "", manner: str = "") -> Group:
    """Found the group: it has a code, the proposer leads it, the founders that confirmed take part. Raises Incomplete
    when the proposal cannot stand any more (an end that has passed, a founder that is no longer a member)."""
    now = timezone.now()
    proposal: Proposal = workflow.perform(
        Proposal.objects.all(), proposal_id, steps.ACCEPT_PROPOSAL, actor=actor, note=note, decided_at=now
    )
    if problems := proposal.obstacles():
        raise Incomplete(problems)
    _enter(proposal, steps.ACCEPT_PROPOSAL, Decision.Outcome.ADOPTED, manner)
    committee = Committee.objects.select_for_update().get(pk=proposal.committee_id)  # two at once get two codes
    group = Group.objects.create(
        code=next_code(committee, GroupKind(proposal.kind)),
        title=proposal.title,
        kind=proposal.kind,
        committee=committee,
        scope=proposal.scope,
        out_of_scope=proposal.out_of_scope,
        expected_outputs=proposal.expected_outputs,
        starts=today(),
        ends=proposal.ends,
    )
    group.themes.set(proposal.themes.all())
    proposal.group = group
    proposal.save(update_fields=["group"])
    GroupRole.objects.create(
        group=group, user=proposal.proposer, organisation=proposal.organisation, role=GroupRole.Role.LEAD
    )
    for row in proposal.founder_rows.confirmed().select_related("organisation"):
        founder = row.organisation
        own = founder.pk == proposal.organisation_id
        GroupMembership.objects.create(
            group=group,
            organisation=founder,
            representative=proposal.proposer if own else first_contact(founder),
            status=GroupMembership.Status.ACTIVE,
            requested_at=now,
            joined_at=now,
        )
    workflow.act(steps.FOUND_GROUP, group, actor=actor, to_state=group.status)
    return group


def next_code(committee: Committee, kind: GroupKind) -> str:
    """TECH-WG-03: numbers run per committee and kind, and are never given twice: not those of groups that have another
    code today either, under which they are still found. Call with the committee locked."""
    stem = f"{committee.code}-{kind.short}-"
    taken = set(Group.objects.filter(code__startswith=stem).values_list("code", flat=True))
    for earlier in Group.objects.exclude(legacy_codes=[]).values_list("legacy_codes", flat=True):
        taken.update(earlier)
    ends = [code.removeprefix(stem) for code in taken if code.startswith(stem)]
    numbers = [int(end) for end in ends if end.isdecimal()]
    return f"{stem}{max(numbers, default=0) + 1:02d}"


def first_contact(organisation: Organisation) -> User | None:
    """Who speaks for a founding organisation until it names somebody: its primary contact, if it has one."""
    role = (
        organisation.representations.current()
        .filter(role=Representation.Role.PRIMARY, user__is_active=True)
        .select_related("user")
        .first()
    )
    return role.user if role else None
