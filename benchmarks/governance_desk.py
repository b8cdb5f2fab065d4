from __future__ import annotations

from datetime import timedelta

from benchmarks import Benchmark, Work
from benchmarks.databases import copied, on
from benchmarks.requests import page

MANY, FEW = 1_000, 50
ADDRESS = "/committees/TECH/desk/"
OF_EACH = 2  # proposals, plans, late activities, recommendations: those of the few groups fill the first page
OVER = 50  # task forces whose term is over, and as many that ask for another: no more than the few can have


def lay_out(number: int) -> None:
    """So many groups under one committee, and on its desk what they bring there."""
    from django.db import connection
    from django.utils import timezone

    from committees.models import Committee
    from core.models import ActivityType
    from groups.models import Activity, Group, GroupChange, Proposal, Recommendation, WorkPlan
    from members.models import Organisation, User, today

    committee = Committee.objects.get(code="TECH")
    member, lead = Organisation.objects.members().first(), User.objects.get(email="lead@demo.test")
    now, late, later = timezone.now(), today() - timedelta(days=20), today() + timedelta(days=200)
    number -= Group.objects.active().filter(committee=committee).count()
    groups = Group.objects.bulk_create(
        Group(
            code=f"TECH-B-{n}",
            title=f"Task {n}",
            kind="task_force",
            committee=committee,
            scope="Skills.",
            starts=today() - timedelta(days=300),
            ends=late if n < OVER else later,
        )
        for n in range(number)
    )
    GroupChange.objects.bulk_create(
        GroupChange(
            group=one, kind="extension", new_end=later + timedelta(days=30), reason="Two pilots.", asked_by=lead
        )
        for one in groups[:OVER]
    )
    for n in range(OF_EACH):
        year = today().year + n
        Proposal.objects.bulk_create(
            Proposal(
                title=f"{one.title}, continued",
                kind="working_group",
                committee=committee,
                organisation=member,
                proposer=lead,
                status="submitted",
                submitted_at=now,
            )
            for one in groups
        )
        WorkPlan.objects.bulk_create(
            WorkPlan(group=one, year=year, version=2, status="submitted", submitted_at=now) for one in groups
        )
        said = {"committee": committee, "text": "Both need it.", "due": late}
        Recommendation.objects.bulk_create(
            Recommendation(title=f"Join hands with {one.title}", group=one, **said) for one in groups
        )
        issued = {"year": year, "status": "issued", "issued_at": now}
        Recommendation.objects.bulk_create(
            Recommendation(title=f"Share what {one.title} found", group=one, number=1000 + place, **issued, **said)
            for place, one in enumerate(groups)
        )
        approved = WorkPlan.objects.bulk_create(
            WorkPlan(group=one, year=year, status="approved", decided_at=now) for one in groups
        )
        kind = ActivityType.objects.first()
        Activity.objects.bulk_create(
            Activity(
                plan=plan, activity_type=kind, title="Course", organisation=member, owner=lead, starts=late, ends=late
            )
            for plan in approved
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def prepare() -> tuple[Work, Work]:
    def answer() -> Work:
        from members.models import User

        return page(ADDRESS, user=User.objects.get(email="office@demo.test"))

    many, few = (copied(f"{n}_groups", lambda n=n: lay_out(n)) for n in (MANY, FEW))  # type: ignore[misc]
    return on(many, on(many, answer)()), on(few, on(few, answer)())


BENCHMARK = Benchmark(
    name="governance.desk",
    what="the first page of a committee's desk with 1,000 groups / with 50",
    bound=1.3,
    prepare=prepare,
    rounds=25,
    calls=1,
)
