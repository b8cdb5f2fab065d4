from __future__ import annotations

from typing import Any

from benchmarks import Benchmark, Work

GROUPS, YEARS, VERSIONS = 2_500, 20, 2
PLANS, GRANTS, GUESTS = 100_000, 56_000, 1_000
ON_A_PAGE = 50

MAKE_GROUPS = """
INSERT INTO groups_group (code, title, kind, committee_id, scope, out_of_scope, expected_outputs, status, starts,
    admission, legacy_codes)
SELECT 'B-' || n, 'Field ' || n, 'working_group', (SELECT MIN(id) FROM committees_committee), 'Skills.', '', '',
    'active', CURRENT_DATE, 'approval', '[]'
FROM generate_series(1, %(groups)s) n
"""
# In each year one version that is settled, for every member to see, and one in the making, for those inside the group.
MAKE_PLANS = """
INSERT INTO groups_workplan (group_id, year, version, status, objectives, resources, created_at, revision)
SELECT g.id, 2000 + y, v, CASE v WHEN 1 THEN 'approved' ELSE 'draft' END, '', '', now(), 1
FROM groups_group g, generate_series(1, %(years)s) y, generate_series(1, %(versions)s) v
WHERE g.code LIKE 'B-%%'
ORDER BY 2, 1, 3
"""
# The grants of guardian, in its own table and in one of the model: everybody has as many, spread over all plans.
MAKE_GRANTS = """
WITH person AS (
    SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS n FROM members_user WHERE email LIKE '%%@guests.example'
        OR email = 'member@demo.test'
), plan AS (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS n FROM groups_workplan WHERE group_id IN
    (SELECT id FROM groups_group WHERE code LIKE 'B-%%'))
INSERT INTO {table} (user_id, permission_id, {columns})
SELECT person.id, %(permission)s, {values}
FROM generate_series(1, %(grants)s) given
JOIN person ON person.n = given %% %(guests)s + 1
JOIN plan ON plan.n = given::bigint * 7919 %% %(plans)s + 1
"""


def make(stock: type[Any]) -> None:
    """The plans, and who may see which of them by name."""
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection

    from groups.models import WorkPlan, WorkPlanGrant
    from members.models import User

    guests = (User(email=f"{n}@guests.example", name=f"Guest {n}") for n in range(GUESTS - 1))
    User.objects.bulk_create(guests)
    kind = ContentType.objects.get_for_model(stock)
    generic = Permission.objects.create(content_type=kind, codename=f"view_{kind.model}", name="May see")
    direct = Permission.objects.get(content_type__app_label="groups", codename="view_workplan")
    of_all = {
        "groups": GROUPS,
        "years": YEARS,
        "versions": VERSIONS,
        "plans": PLANS,
        "grants": GRANTS,
        "guests": GUESTS,
    }
    with connection.cursor() as cursor:
        for statement in (MAKE_GROUPS, MAKE_PLANS):
            cursor.execute(statement, of_all)
        for table, columns, values, permission in (
            (WorkPlanGrant._meta.db_table, "content_object_id, given_at", "plan.id, now()", direct),
            ("guardian_userobjectpermission", "content_type_id, object_pk", f"{kind.pk}, plan.id::text", generic),
        ):
            statement = MAKE_GRANTS.format(table=table, columns=columns, values=values)
            cursor.execute(statement, {**of_all, "permission": permission.pk})
        cursor.execute("VACUUM ANALYZE")
    made = WorkPlan.objects.filter(group__code__startswith="B-").count(), WorkPlanGrant.objects.count()
    if made[0] != PLANS or made[1] < GRANTS:
        raise RuntimeError("not the number of plans and grants that was to be measured")


def generic_model() -> type[Any]:
    """The plans as a model without a table of its own for grants: guardian keeps these among those of all models."""
    from django.db import models

    from groups.models import Group, WorkPlan

    class BenchPlan(models.Model):
        group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
        year = models.PositiveSmallIntegerField()
        version = models.PositiveSmallIntegerField()

        class Meta:
            app_label = "groups"
            managed = False
            db_table = "groups_workplan"
            ordering = WorkPlan._meta.ordering

        def __str__(self) -> str:
            return str(self.year)

    return BenchPlan


def prepare() -> tuple[Work, ...]:
    from guardian.shortcuts import get_objects_for_user

    from groups.models import WorkPlan
    from members.models import User

    stock = generic_model()
    make(stock)
    member = User.objects.get(email="member@demo.test")

    def first_page(plans: Any) -> Work:
        return lambda: list(plans().select_related("group")[:ON_A_PAGE])

    return (
        first_page(lambda: WorkPlan.objects.visible_to(member)),
        first_page(WorkPlan.objects.all),
        first_page(lambda: get_objects_for_user(member, "groups.view_benchplan", stock)),
    )


BENCHMARK = Benchmark(
    name="governance.visible_to",
    what="the first of 100,000 plans that a member may see, with 56,000 grants / the first of all, without a rule",
    bound=3,
    prepare=prepare,
    beside="guardian's get_objects_for_user, whose grants are generic rows",
)
