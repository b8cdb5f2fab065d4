from __future__ import annotations

from benchmarks import Benchmark, Work
from benchmarks.requests import page

MANY, FEW = 1_000, 50
MEMBERS_OF_EACH = 6


def make_groups(committee: str, number: int) -> None:
    """Active groups of a committee; each with members of its own choice among all."""
    from committees.models import Committee
    from groups.models import Group, GroupMembership
    from members.models import Organisation

    under = Committee.objects.get(code=committee)
    members = list(Organisation.objects.members().order_by("pk"))
    have = Group.objects.active().filter(committee=under).count()
    groups = Group.objects.bulk_create(
        Group(code=f"{committee}-B-{n}", title=f"Field {n}", kind="working_group", committee=under, scope="Skills.")
        for n in range(number - have)
    )
    GroupMembership.objects.bulk_create(
        GroupMembership(group=group, organisation=members[(n * 13 + k * k * 7) % len(members)], status="active")
        for n, group in enumerate(groups)
        for k in range(MEMBERS_OF_EACH)
        # 0, 7, 28, 63, 112, 175: no two of them are the same member
    )


def prepare() -> tuple[Work, Work]:
    """The first page of the matrix under a committee with many groups, and under one with few."""
    from django.db import connection

    from groups.models import Group
    from members.models import User

    for committee, number in (("TECH", MANY), ("EDU", FEW)):
        make_groups(committee, number)
        if Group.objects.active().filter(committee__code=committee).count() != number:
            raise RuntimeError("not the number of groups that was to be measured")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    office = User.objects.get(email="office@demo.test")
    many, few = (page(f"/groups/matrix/?committee={code}", user=office) for code in ("TECH", "EDU"))
    return many, few


BENCHMARK = Benchmark(
    name="governance.matrix",
    what="the matrix by member types, of 1,000 groups / of 50",
    bound=4,
    prepare=prepare,
)
