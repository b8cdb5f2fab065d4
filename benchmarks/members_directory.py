from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks import Benchmark, Work
from benchmarks.requests import page

MANY, FEW = 10_000, 500
TABLES = ("members_organisation", "members_membership")
# Every member is found by its name, so the search saves nothing, and the order is that of another table.
ADDRESS = "/members/?q=works&sort=since"
JOINED_ON = 40  # days on which members joined: an import brings many at once


def make_members(number: int) -> None:
    """Members of every type in every country of the Union, with regions, as a roster would bring them."""
    from datetime import timedelta

    from core.models import Country, MemberType, Region
    from members.models import Membership, Organisation, today

    types = list(MemberType.objects.order_by("pk"))
    countries = list(Country.objects.filter(eu=True))
    regions: dict[str, list[int]] = {}
    for pk, country in Region.objects.filter(level=2).values_list("pk", "country_id"):
        regions.setdefault(country, []).append(pk)
    made = []
    for n in range(number):
        country = countries[n % len(countries)]
        one = Organisation(
            code=f"B-{n}",
            legal_name=f"{chr(65 + n * 7 % 26)}{n * 7919 % 99991} Works of Place {n}",
            member_type=types[n % len(types)],
            country=country,
            region_id=regions[country.pk][n % len(regions[country.pk])] if country.pk in regions else None,
        )
        one.derive()
        made.append(one)
    Organisation.objects.bulk_create(made, batch_size=1000)
    joined = (today() - timedelta(days=30 * (n * 7919 % JOINED_ON)) for n in range(number))
    Membership.objects.bulk_create(
        [Membership(organisation=one, starts=day) for one, day in zip(made, joined, strict=True)], batch_size=1000
    )


def prepare() -> tuple[Work, Work]:
    """The tables of members twice: with many in the schema that the portal uses, with few in another in front of it."""
    from django.db import connection

    from members.models import Membership, Organisation

    connection.settings_dict["CONN_MAX_AGE"] = None  # one connection: each call says which tables it means
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA few")
        for table in TABLES:
            cursor.execute(f"CREATE TABLE few.{table} (LIKE public.{table} INCLUDING ALL)")
    for schema, number in (("few, public", FEW), ("public", MANY)):
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path TO {schema}")
        make_members(number - Organisation.objects.members().count())
        if Membership.objects.filter(status="active").count() != number:
            raise RuntimeError("not the number of members that was to be measured")
        if Organisation.objects.members().search("works").count() < number - 150:  # those of the demo are called else
            raise RuntimeError("the filter leaves out members that were to be found")
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
    name="members.directory",
    what="the newest of the members whom a search finds, of 10,000 / of 500",
    bound=1.3,
    prepare=prepare,
)
