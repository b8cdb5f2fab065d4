"""K6: who is in the partnership, from the register as it was, against a plain recomputation on random rosters."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import asdict
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import Region
from kpis.selectors.dashboard import coverage, member_types
from members.models import Segment, today
from members.services import merging
from tests.factories.members import MembershipFactory, OrganisationFactory, StaffRoleFactory
from tests.kpis import oracle

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("PORTAL_TEST_EXAMPLES") or 8)
THIS = today().year
HOMES = [("CZ", "CZ08"), ("CZ", "CZ080"), ("CZ", "CZ0"), ("CZ", None), ("GR", "EL30"), ("DE", "DE21"), ("GB", None),
         ("AT", "AT12")]  # fmt: skip
days = st.integers(0, 365 * 4).map(lambda n: today() - timedelta(days=n))
membership_states = st.sampled_from(["active", "active", "suspended", "ended", "runs out"])


@st.composite
def rosters(draw):
    return [
        {
            "type": draw(st.sampled_from(["IND-SUP", "IND-OEM", "EDU-VET", "REG"])),
            "home": draw(st.sampled_from(HOMES)),
            "segments": draw(st.lists(st.sampled_from(Segment.values), unique=True, max_size=3)),
            "starts": draw(days),
            "state": draw(membership_states),
            "changed": draw(days),
            "again": draw(st.booleans()),
        }
        for _n in range(draw(st.integers(0, 10)))
    ]


def build(drawn) -> list:
    found = []
    for one in drawn:
        country, region = one["home"]
        member = OrganisationFactory(
            type=one["type"],
            country_code=country,
            region=Region.objects.get(code=region, version=2024) if region else None,
            segments=one["segments"],
        )
        changed = max(one["starts"], one["changed"])
        dates = {"suspended": {"suspended_on": changed}, "active": {}}.get(one["state"], {"ends": changed})
        status = "active" if one["state"] == "runs out" else one["state"]
        MembershipFactory(organisation=member, starts=one["starts"], status=status, **dates)
        if status == "ended" and one["again"]:  # who comes back is one member all the same
            MembershipFactory(organisation=member, starts=min(changed + timedelta(days=30), today()))
        found.append(member)
    return found


def agree() -> None:
    types = member_types()
    for year in range(THIS - 4, THIS + 1):
        found, expected = asdict(coverage(year, types)), oracle.coverage(year, today())
        assert {name: found[name] for name in expected} == expected
        assert not set(found["missing_types"]) & {types[code] for code in expected["member_types"]}
        assert not {code for some in found["missing_regions"].values() for code in some} & expected["regions"].keys()
        assert found["missing_regions"].keys() <= expected["countries"].keys()


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rosters())
def test_coverage_agrees_with_a_plain_recomputation_of_the_register(drawn):
    with transaction.atomic():
        members = build(drawn)
        agree()
        if len(members) > 1:
            office = StaffRoleFactory().user
            done = merging.merge_organisations(kept_id=members[0].pk, merged_id=members[1].pk, actor=office, choices={})
            agree()
            before = oracle.coverage(THIS, today())
            merging.undo_merge(merge_id=done.pk, actor=office)
            agree()
            assert oracle.coverage(THIS, today())["organisations"] >= before["organisations"]
        transaction.set_rollback(True)


def test_the_pages_and_the_export_say_what_the_register_says(client, capsys):
    for home, kind in ((("CZ", "CZ08"), "IND-SUP"), (("CZ", "CZ080"), "IND-SUP"), (("GR", "EL30"), "EDU-VET")):
        build([{"type": kind, "home": home, "segments": ["energy"], "starts": date(2022, 1, 1), "state": "active",
                "changed": today(), "again": False}])  # fmt: skip
    expected = oracle.coverage(THIS, today())

    def exported(*options: str) -> dict[str, int]:
        call_command("export_totals", "--year", str(THIS), "--coverage", *options)
        return {row["key"]: int(row["low"]) for row in csv.DictReader(io.StringIO(capsys.readouterr().out))}

    assert exported() == {"ALL": expected["organisations"], **expected["countries"], **expected["regions"]}
    assert exported("--by", "member_type") == expected["member_types"]

    def numbers(chart: str) -> list[int]:
        answer = client.get(f"{reverse('kpis:dashboard')}?year={THIS}&chart={chart}&download=csv")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
        return sorted(int(row[-1]) for row in rows if row[-1] not in ("", "0"))

    for chart, name in (
        ("members-by-type", "member_types"),
        ("members-by-country", "countries"),
        ("members-by-region", "regions"),
        ("members-by-segment", "segments"),
    ):
        assert numbers(chart) == sorted(expected[name].values()), chart
