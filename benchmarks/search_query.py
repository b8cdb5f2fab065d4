from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks import Benchmark, Work
from benchmarks.requests import page

MANY, FEW = 100_000, 1_000
TABLES = ("members_organisation", "members_membership", "groups_group", "groups_activity")
# A rare word beside one that every record has: what an index is for, and what it cannot help with.
ADDRESS = "/search/?q=rarity+works"
RARE = 20  # records with the rare word, among few and among many


def _name(number: int, number_of_all: int) -> str:
    rare = "Rarity" if number % (number_of_all // RARE) == 0 else "Common"
    return f"{rare} Works {number * 7919 % 99991} of Place {number}"


def make_records(number: int) -> None:
    """Three quarters members, the rest groups; with as many that have the rare word whatever the number."""
    from committees.models import Committee
    from core.models import Country, MemberType
    from groups.models import Group
    from members.models import Membership, Organisation

    kind, countries = MemberType.objects.order_by("pk")[0], list(Country.objects.filter(eu=True))
    committees = list(Committee.objects.all())
    members, groups = [], []
    for n in range(number):
        if n % 4:
            one = Organisation(
                code=f"S-{n}", legal_name=_name(n, number), member_type=kind, country=countries[n % len(countries)]
            )
            one.derive()
            members.append(one)
        else:
            groups.append(
                Group(
                    code=f"S-WG-{n}",
                    title=_name(n, number),
                    kind="working_group",
                    committee=committees[n % len(committees)],
                    scope="Works on what the sector has to learn.",
                )
            )
    Organisation.objects.bulk_create(members, batch_size=1000)
    Membership.objects.bulk_create([Membership(organisation=one) for one in members], batch_size=1000)
    Group.objects.bulk_create(groups, batch_size=1000)


def prepare() -> tuple[Work, Work]:
    """The tables twice: with many in the schema that the portal uses, with few in another in front of it."""
    from django.contrib.auth.models import AnonymousUser
    from django.db import connection

    from asa_portal.search.finding import search

    connection.settings_dict["CONN_MAX_AGE"] = None  # one connection: each call says which tables it means
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA few")
        for table in TABLES:
            cursor.execute(f"CREATE TABLE few.{table} (LIKE public.{table} INCLUDING ALL)")
    for schema, number in (("few, public", FEW), ("public", MANY)):
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path TO {schema}")
        make_records(number)
        found = sum(one.count for one in search(AnonymousUser(), "rarity works"))
        if found != RARE:
            raise RuntimeError(f"{found} records with the rare word, not {RARE}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        for table in TABLES:
            cursor.execute(f"ANALYZE few.{table}")
    answer = page(ADDRESS)

    def on(schema: str) -> Callable[[], Any]:
        def call() -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"SET search_path TO {schema}")
            answer()

        return call

    return on("public"), on("few, public")


BENCHMARK = Benchmark(
    name="search.query",
    what="a visitor's search in 100,000 records / in 1,000",
    bound=2,
    prepare=prepare,
)
