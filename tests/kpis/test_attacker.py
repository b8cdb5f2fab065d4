"""A visitor who puts everything together that is published learns no hidden number, over random partnerships."""

from __future__ import annotations

import csv
import io
import os

import pytest
from django.conf import settings as portal
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpis.models import EditionCell
from tests.factories.kpis import ApprovedReportFactory, RoundFactory, line, publish
from tests.factories.members import MemberFactory, StaffRoleFactory
from tests.kpis import attacker

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("PORTAL_TEST_EXAMPLES") or 12)
TYPES = ["IND-SUP", "IND-OEM", "EDU-VET"]
PLACES = [("CZ", ["CZ", "CZ07", "CZ08"]), ("DE", ["DE", "DE21", "DE22"]), ("AT", ["AT", "AT12"]), ("SK", ["SK"])]


@st.composite
def members(draw):
    """(country, region, member type, people, women) of up to twenty organisations: many small, some large."""
    found = []
    for _n in range(draw(st.integers(3, 20))):
        country, regions = draw(st.sampled_from(PLACES))
        people = draw(st.one_of(st.integers(0, 8), st.integers(20, 90), st.integers(200, 2000)))
        found.append(
            (
                country,
                draw(st.sampled_from(regions)),
                draw(st.sampled_from(TYPES)),
                people,
                draw(st.integers(0, people)),
            )
        )
    return found


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(members())
def test_a_visitor_cannot_compute_a_hidden_cell_from_its_neighbours(client_for, drawn):
    with transaction.atomic():
        office = StaffRoleFactory().user
        round = RoundFactory()
        for country, region, kind, people, women in drawn:
            parts = {"gender": {"f": women, "m": people - women}}
            ApprovedReportFactory(
                organisation=MemberFactory(country_code=country, type=kind),
                round=round,
                lines=[line(people, region=region, parts=parts)],
            )
        edition = publish(2024, office)
        truth = {
            (row[0], row[1], row[2], row[3], row[4]): row[5]
            for row in EditionCell.objects.filter(edition=edition, indicator__code="K1").values_list(
                "by", "key", "region", "breakdown", "category", "low"
            )
        }
        answer = client_for(None).get(reverse("kpis:edition_export", args=[edition.code, "figures", "csv"]))
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        transaction.set_rollback(True)
    cells = {
        (row["by"], row["key"], row["region"], row["breakdown"], row["category"]): int(row["low"])
        if row["low"]
        else None
        for row in rows
        if row["indicator"] == "K1"
    }
    # The dashboard names the hidden parts of the whole as "not shown".
    cells |= {cell: None for cell in truth if cell not in cells and cell[3] and cell[:3] == attacker.WHOLE[:3]}
    assert all(truth[cell] == value for cell, value in cells.items() if value is not None)
    sums = attacker.sums(cells)
    at = attacker.bounds(cells, sums)
    assert not attacker.determined(cells, sums)
    for cell, value in cells.items():
        if value is not None:
            continue
        least, most = at[cell]
        assert least <= truth[cell] <= most
        wanted = max(portal.DISCLOSURE_MIN_PERSONS, truth[cell] * portal.DISCLOSURE_MARGIN)
        assert most - least >= wanted, (cell, truth[cell], at[cell])


def test_the_reader_works_out_what_follows():
    whole, one, two = attacker.WHOLE, ("region", "CZ", "CZ", "", ""), ("region", "DE", "DE", "", "")
    cells = {whole: 10, one: 7, two: None}
    assert attacker.bounds(cells, attacker.sums(cells))[two] == (3, 3)
    assert attacker.determined(cells, attacker.sums(cells)) == {two}
    assert attacker.bounds({whole: 10, one: None, two: None}, attacker.sums(cells))[two] == (0, 10)
