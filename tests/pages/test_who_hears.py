"""The table of verb and recipient: nobody hears of their own act, and nobody of what they may not see.

Every verb that has an audience is walked. A new one finds its noun here or fails: `SUBJECTS` makes something of each
kind, with people around it who would hear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import models
from django.utils import timezone

from committees.models import Committee, Seat, Voice
from committees.services import procedures
from core import events, grants, notifications, workflow
from core.models import Indicator, Licence, Notification, RetentionNotice
from groups.models import Announcement, Founder, Group, GroupGrant, GroupRole, MeetingAction, MeetingDecision, Output
from kpis.models import Adjustment, Edition, RollUpAudit
from members.models import Merge, Representation, StaffRole, User
from projects.models import Approach, Interest, Partner, Result, ResultUse
from tests.factories.committees import SeatFactory
from tests.factories.dialogue import CommentFactory, ThreadFactory
from tests.factories.groups import (
    GroupChangeFactory,
    GroupMembershipFactory,
    GuestInvitationFactory,
    JoinRequestFactory,
    MeetingFactory,
    ProposalFactory,
    RecommendationFactory,
    TaskForceFactory,
    WorkPlanFactory,
    make_document,
    make_lead,
)
from tests.factories.ideas import IdeaFactory, InterestFactory
from tests.factories.imports import uploaded
from tests.factories.kpis import ReportFactory
from tests.factories.members import ApplicationFactory, ErasureRequestFactory, InvitationFactory
from tests.factories.projects import ResultFactory
from tests.personas import Personas
from tests.variants import telling

pytestmark = pytest.mark.django_db


def force(p: Personas) -> Group:
    """A task force that the primary contact leads and another organisation takes part in."""
    found = TaskForceFactory()
    make_lead(found, user=p.primary, organisation=p.organisation)
    GroupMembershipFactory(group=found, organisation=p.other_organisation, representative=p.outsider)
    return found


def change(kind: str) -> Callable[[Personas], Any]:
    return lambda p: GroupChangeFactory(group=force(p), kind=kind, asked_by=p.primary)


def founder(p: Personas) -> Founder:
    proposal = ProposalFactory(submitted=True, organisation=p.organisation, proposer=p.primary, with_founders=[])
    return Founder.objects.create(proposal=proposal, organisation=p.other_organisation)


def procedure(p: Personas) -> Any:
    plan = WorkPlanFactory(group=force(p), state="submitted")
    return procedures.open_procedure(subject=plan, actor=p.chair, last_day=procedures.first_last_day())


def voice(p: Personas) -> Voice:
    procedures.support(procedure_id=procedure(p).pk, actor=p.vice_chair, note="Fine.")
    return Voice.objects.get()


def workplan(p: Personas) -> Any:
    plan = WorkPlanFactory(group=force(p), state="submitted")
    plan.authors.add(p.primary)
    return plan


def output(p: Personas) -> Output:
    licence = Licence.objects.first()
    more = {"kind": Output.Kind.values[0], "licence": licence, "recorded_by": p.primary, "date": timezone.localdate()}
    return Output.objects.create(group=force(p), title="Guide", summary="For trainers.", link="https://x.test/", **more)


def agreed(p: Personas) -> MeetingAction:
    meeting = MeetingFactory(group=force(p), days=-2)
    return MeetingAction.objects.create(meeting=meeting, title="Ask", owner=p.outsider, due=timezone.localdate())


def decided(p: Personas) -> MeetingDecision:
    meeting = MeetingFactory(committee=Committee.objects.get(code="TECH"), group=None, days=-2)
    return MeetingDecision.objects.create(meeting=meeting, title="To begin in May")


def announcement(p: Personas) -> Announcement:
    return Announcement.objects.create(group=force(p), title="Pause", text="Nobody meets in August.", author=p.chair)


def comment(p: Personas) -> Any:
    return CommentFactory(thread=ThreadFactory(group=force(p), opened_by=p.outsider), author=p.outsider)


def report(p: Personas) -> Any:
    return ReportFactory(organisation=p.organisation, expected=True, status="submitted", submitted_by=p.primary)


def settlement(p: Personas) -> Adjustment:
    return Adjustment.objects.create(
        year=2024,
        indicator=Indicator.objects.get(code="K1"),
        series="achieved",
        contested_set=f"org:{p.organisation.pk}",
        organisation=p.organisation,
        method=Adjustment.Method.MAX,
        reason="The same shift.",
        proposed_by=p.office,
    )


def edition(p: Personas) -> Edition:
    report(p)
    return Edition.objects.create(year=2024, number=1, frozen_by=p.office, reports=0, facts={}, grounds={})


def merge(p: Personas) -> Merge:
    return Merge.objects.create(
        kept=p.organisation,
        merged_pk=10**6,
        merged_code="ORG-99999",
        merged_name="Acme",
        made_by=p.office,
        merged_row={},
    )


def interest(p: Personas) -> Interest:
    idea = IdeaFactory(organisation=p.organisation, author=p.delegate)
    return InterestFactory(idea=idea, organisation=p.other_organisation, person=p.outsider)


def approach(p: Personas) -> Approach:
    return Approach.objects.create(idea=interest(p).idea, organisation=p.other_organisation, made_by=p.delegate)


def result(p: Personas) -> Result:
    """Of a project in which Acme was a partner; a group of the committee uses it."""
    found = ResultFactory(proposed_to="TECH", proposed_by=p.delegate)
    Partner.objects.create(project=found.project, organisation=p.organisation)
    ResultUse.objects.create(result=found, group=force(p))
    return found


SUBJECTS: dict[str, Callable[[Personas], Any]] = {
    "account": lambda p: p.delegate,
    "activity": lambda p: WorkPlanFactory(group=force(p), state="approved").activities.first(),
    "announcement": announcement,
    "approach": approach,
    "application": lambda p: ApplicationFactory(),
    "closing": change("closing"),
    "comment": comment,
    "conversion": change("conversion"),
    "discussion": lambda p: ThreadFactory(group=force(p), opened_by=p.outsider),
    "document": lambda p: make_document(force(p), visibility="members"),
    "edition": edition,
    "erasure": lambda p: ErasureRequestFactory(user=p.delegate),
    "extension": change("extension"),
    "founder": founder,
    "group": force,
    "grouprole": lambda p: GroupRole.objects.get(group=force(p)),
    "guest": lambda p: grants.give(GroupGrant.RIGHT, p.stranger, force(p)),
    "idea": lambda p: interest(p).idea,
    "guestinvitation": lambda p: GuestInvitationFactory(group=force(p), invited_by=p.primary),
    "import": lambda p: uploaded(p.office),
    "interest": interest,
    "invitation": lambda p: InvitationFactory(organisation=p.organisation, invited_by=p.office),
    "joining": lambda p: JoinRequestFactory(group=force(p)),
    "meeting": lambda p: MeetingFactory(group=force(p)),
    "meetingaction": agreed,
    "meetingdecision": decided,
    "membership": lambda p: p.organisation.memberships.get(),
    "mention": comment,
    "merge": merge,
    "organisation": merge,
    "output": output,
    "procedure": procedure,
    "proposal": lambda p: founder(p).proposal,
    "recommendation": lambda p: RecommendationFactory(issued=True, group=force(p)),
    "report": report,
    "representation": lambda p: p.delegate.representations.get(),
    "result": result,
    "retention": lambda p: RetentionNotice.objects.create(looks_to=timezone.localdate()),
    "rollup": lambda p: RollUpAudit.objects.create(differences=1),
    "round": lambda p: report(p).round,
    "seat": lambda p: SeatFactory(user=p.stranger),
    "settlement": settlement,
    "voice": voice,
    "workplan": workplan,
}
VERBS = sorted(verb for verb in notifications.verbs() if "try" not in verb)  # the tests have verbs of their own


def data_of(verb: str, p: Personas) -> dict[str, Any]:
    """What the acts themselves note down, where an audience reads it."""
    named = [p.primary.pk, p.outsider.pk] if verb == "mention.make" else []
    return {
        "organisation": p.organisation.pk,
        "named": named,
        "step": "owner",
        "leads": [],
        "days": 7,
        "closes": "2026-01-31",
    }


def happens(verb: str, subject: Any, actor: Any, p: Personas) -> set[int]:
    """The ids of those who are told."""
    event = workflow.act(verb, subject, actor=actor, data=data_of(verb, p), note="Because.")
    return set(Notification.objects.filter(event=event).values_list("recipient", flat=True))


def may_see(user_id: int, subject: models.Model) -> bool:
    """Asked for one person at a time, as a page would."""
    visible_to = getattr(type(subject)._default_manager.all(), "visible_to", None)
    return visible_to is None or visible_to(User.objects.get(pk=user_id)).filter(pk=subject.pk).exists()


def test_every_verb_of_which_somebody_hears_is_in_the_table():
    nouns = {verb.partition(".")[0] for verb in VERBS}
    assert nouns - SUBJECTS.keys() == set(), "make something of this kind in SUBJECTS"
    assert SUBJECTS.keys() - nouns == set(), "nobody hears of this kind any more"


@pytest.mark.parametrize("noun", telling(sorted(SUBJECTS), *range(0, len(SUBJECTS), 5)))
def test_nobody_hears_of_their_own_act_or_of_what_they_may_not_see(personas, noun):
    """Every fifth noun; all of them in the thorough suite."""
    subject, system = SUBJECTS[noun](personas), User.objects.system()
    heard = 0
    for verb in (verb for verb in VERBS if verb.partition(".")[0] == noun):
        told = happens(verb, subject, system, personas)
        assert all(may_see(user, subject) for user in told), verb
        heard += len(told)
        for user in sorted(told)[:2]:
            assert user not in happens(verb, subject, User.objects.get(pk=user), personas), verb
    assert heard, f"nobody ever hears of {noun}: the table proves nothing about it"


@pytest.mark.thorough
@pytest.mark.parametrize("noun", sorted(SUBJECTS))
def test_whose_roles_have_ended_hears_no_more_and_is_sent_nothing_that_waited(personas, noun):
    subject, system = SUBJECTS[noun](personas), User.objects.system()
    verbs = [verb for verb in VERBS if verb.partition(".")[0] == noun]
    rows = []
    for verb in verbs:
        happens(verb, subject, system, personas)
    rows = list(Notification.objects.filter(event__verb__in=verbs).select_related("event", "recipient"))
    for held in (Representation, Seat, StaffRole, GroupRole):
        held.objects.filter(ends=None).update(starts="2020-01-01", ends="2020-12-31")
    blind = {row.recipient_id for row in rows if not may_see(row.recipient_id, subject)}
    for verb in verbs:
        assert not blind & happens(verb, subject, system, personas), verb
    for row in rows:
        row.recipient = User.objects.get(pk=row.recipient_id)
        assert row.recipient_id not in blind or notifications.message(row) is None, row.event.verb
    assert events.readable_by(system, events.of(subject)).exists()
