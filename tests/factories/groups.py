"""Groups, proposals and work plans."""

from __future__ import annotations

from datetime import date, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from committees.models import Committee
from core.models import ActivityType, Licence, Theme
from core.uploads import accept
from groups.comparison import snapshot
from groups.meetings.people import invite_all
from groups.models import (
    Activity,
    Document,
    DocumentVersion,
    Founder,
    Group,
    GroupChange,
    GroupKind,
    GroupMembership,
    GroupRole,
    GuestInvitation,
    Meeting,
    Output,
    PlanSubmission,
    Proposal,
    Recommendation,
    WorkPlan,
    bodies,
)
from members.models import Representation, today
from tests.factories.members import MemberFactory, RepresentationFactory, UserFactory

THIS_YEAR = timezone.localdate().year


class GroupFactory(DjangoModelFactory):
    """A working group since the beginning of last year."""

    class Meta:
        model = Group

    class Params:
        committee_code = "TECH"

    code = factory.Sequence(lambda n: f"TECH-WG-{n + 101}")
    title = factory.Sequence(lambda n: f"Group {n}")
    kind = GroupKind.WORKING_GROUP
    committee = factory.LazyAttribute(lambda o: Committee.objects.get(code=o.committee_code))
    scope = "What matters in this field."
    starts = date(THIS_YEAR - 1, 1, 1)


class TaskForceFactory(GroupFactory):
    code = factory.Sequence(lambda n: f"TECH-TF-{n + 101}")
    kind = GroupKind.TASK_FORCE
    ends = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=300))


class GroupMembershipFactory(DjangoModelFactory):
    """An organisation that takes part, with a representative."""

    class Meta:
        model = GroupMembership

    group = factory.SubFactory(GroupFactory)
    organisation = factory.SubFactory(MemberFactory)
    representative = factory.LazyAttribute(lambda o: RepresentationFactory(organisation=o.organisation).user)
    status = GroupMembership.Status.ACTIVE
    joined_at = factory.LazyFunction(timezone.now)


class JoinRequestFactory(GroupMembershipFactory):
    status = GroupMembership.Status.REQUESTED
    requested_by = factory.SelfAttribute("representative")
    joined_at = None


def make_lead(group: Group, *, user=None, organisation=None, role=GroupRole.Role.LEAD) -> GroupRole:
    """A lead with all that makes one: represents an organisation that takes part."""
    user = user or UserFactory()
    organisation = organisation or MemberFactory()
    if not Representation.objects.current().filter(user=user, organisation=organisation).exists():
        RepresentationFactory(user=user, organisation=organisation)
    if not GroupMembership.objects.active().filter(group=group, organisation=organisation).exists():
        GroupMembershipFactory(group=group, organisation=organisation, representative=user)
    return GroupRole.objects.create(group=group, user=user, organisation=organisation, role=role, starts=group.starts)


class ProposalFactory(DjangoModelFactory):
    """A whole proposal; `submitted=True` for one that the committee has."""

    class Meta:
        model = Proposal
        skip_postgeneration_save = True

    class Params:
        committee_code = "TECH"
        submitted = factory.Trait(status=Proposal.Status.SUBMITTED, submitted_at=factory.LazyFunction(timezone.now))

    title = factory.Sequence(lambda n: f"Proposal {n}")
    kind = GroupKind.WORKING_GROUP
    committee = factory.LazyAttribute(lambda o: Committee.objects.get(code=o.committee_code))
    scope = "Who does what in battery repair."
    expected_outputs = "A map of job roles."
    organisation = factory.SubFactory(MemberFactory)
    proposer = factory.LazyAttribute(lambda o: RepresentationFactory(organisation=o.organisation).user)

    @factory.post_generation
    def with_founders(self, create, extracted, **kwargs):
        if not create:
            return
        self.authors.add(self.proposer)
        self.themes.add(Theme.objects.filter(committee_code=self.committee.code).first())
        others = extracted if extracted is not None else [MemberFactory(), MemberFactory()]
        for organisation in (self.organisation, *others):
            Founder.objects.create(proposal=self, organisation=organisation, status=Founder.Status.CONFIRMED)


class GroupChangeFactory(DjangoModelFactory):
    """A request about the future of a task force, with its committee; `kind` says which."""

    class Meta:
        model = GroupChange

    group = factory.SubFactory(TaskForceFactory)
    kind = GroupChange.Kind.EXTENSION
    present_end = factory.SelfAttribute("group.ends")
    new_end = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=500))
    reason = "Two pilots are left."
    report = "What was planned was done."
    outputs = "A handbook."
    asked_by = factory.SubFactory(UserFactory)


class WorkPlanFactory(DjangoModelFactory):
    """A plan of this year with two activities. `state` takes it as far as wanted, without telling anybody."""

    class Meta:
        model = WorkPlan
        skip_postgeneration_save = True

    class Params:
        state = WorkPlan.Status.DRAFT

    group = factory.SubFactory(GroupFactory)
    year = THIS_YEAR
    objectives = "To know who does what."
    meetings = 4
    status = factory.SelfAttribute("state")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        wanted = kwargs.pop("status")
        plan = super()._create(model_class, *args, status=WorkPlan.Status.DRAFT, **kwargs)
        for number in (1, 2):
            ActivityFactory(plan=plan, title=f"Activity {number}")
        if wanted != WorkPlan.Status.DRAFT:
            now = timezone.now()
            PlanSubmission.objects.create(plan=plan, number=1, by=UserFactory(), snapshot=snapshot(plan))
            # A plan as it would have become: the table itself, since nobody acts here.
            WorkPlan._base_manager.filter(pk=plan.pk).update(status=wanted, submitted_at=now, decided_at=now)
            plan = WorkPlan.objects.get(pk=plan.pk)
        return plan


class ActivityFactory(DjangoModelFactory):
    class Meta:
        model = Activity

    plan = factory.SubFactory(WorkPlanFactory)
    activity_type = factory.LazyFunction(lambda: ActivityType.objects.current().first())
    title = factory.Sequence(lambda n: f"Activity {n}")
    organisation = factory.SubFactory(MemberFactory)
    starts = date(THIS_YEAR, 1, 1)
    ends = date(THIS_YEAR, 12, 31)


class RecommendationFactory(DjangoModelFactory):
    """A draft to the ASA Office, or to a group; `issued=True` for one that waits for an answer."""

    class Meta:
        model = Recommendation

    class Params:
        committee_code = "TECH"
        issued = factory.Trait(
            status=Recommendation.Status.ISSUED,
            issued_at=factory.LazyFunction(timezone.now),
            year=THIS_YEAR,
            number=factory.Sequence(lambda n: n + 1),
        )

    committee = factory.LazyAttribute(lambda o: Committee.objects.get(code=o.committee_code))
    title = factory.Sequence(lambda n: f"Recommendation {n}")
    text = "Agree on one list of job roles."
    due = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=60))


class MeetingFactory(DjangoModelFactory):
    """A meeting of two hours, so many days from now; whoever has a place in the body is asked."""

    class Meta:
        model = Meeting
        skip_postgeneration_save = True

    class Params:
        days = 9

    group = factory.SubFactory(GroupFactory)
    title = "Spring meeting"
    starts_at = factory.LazyAttribute(lambda o: timezone.now() + timedelta(days=o.days))
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(hours=2))
    place = "Brussels"

    @factory.post_generation
    def with_people(self, create, extracted, **kwargs):
        if create:
            invite_all(self)


PDF = b"%PDF-1.7\n"


def make_document(body: Committee | Group | None, *, title="Terms of reference", visibility="body", **more) -> Document:
    """A document in use, with one version whose content says its title. Nobody is told."""
    found = Document.objects.create(**bodies.fields_of(body), title=title, visibility=visibility, **more)
    add_version(found)
    return found


def add_version(document: Document, change: str = "") -> DocumentVersion:
    number = document.versions.count() + 1
    version = DocumentVersion(
        document=document, number=number, change=change, visibility=document.visibility, uploaded_by=UserFactory()
    )
    version.keep(accept(f"paper-{number}.pdf", PDF + f"{document.title} {number}".encode()))
    version.save()
    document.latest = version
    document.save(update_fields=["latest"])
    return version


class OutputFactory(DjangoModelFactory):
    """An output that everybody sees, behind a link."""

    class Meta:
        model = Output

    group = factory.SubFactory(GroupFactory)
    kind = Output.Kind.TRAINING
    title = factory.Sequence(lambda n: f"Output {n}")
    summary = "A course for workshops."
    date = date(THIS_YEAR - 1, 6, 30)
    licence = factory.LazyFunction(lambda: Licence.objects.get(code="CC-BY-4.0"))
    link = "https://example.org/course"
    recorded_by = factory.SubFactory(UserFactory)


class GuestInvitationFactory(DjangoModelFactory):
    """Sent by the lead of the group, if there is one."""

    class Meta:
        model = GuestInvitation

    group = factory.SubFactory(GroupFactory)
    name = "Gita Guest"
    email = factory.Sequence(lambda n: f"guest-{n}@example.test")
    until = factory.LazyFunction(lambda: today() + timedelta(days=30))
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))
    invited_by = factory.SubFactory(UserFactory)
