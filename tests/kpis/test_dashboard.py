"""One calculation: tile, chart, map, table and files show the same numbers, and each opens the reports behind it."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from core import jobs
from kpis import rollup, services
from kpis.models import Total
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, SubmittedReportFactory, line
from tests.factories.members import MemberFactory, WorkforceFactory

pytestmark = pytest.mark.django_db
DASHBOARD = reverse("kpis:dashboard")


@pytest.fixture
def partnership(personas):
    """Figures of two years in three countries, one claim that does not count and one that is contested."""
    round = RoundFactory()
    for number, (country, kind) in enumerate([("CZ", "IND-SUP"), ("DE", "IND-OEM"), ("AT", "EDU-VET")] * 4):
        member = MemberFactory(country_code=country, type=kind)
        women = 100 + number
        parts = {"gender": {"f": women, "m": 900}}
        ApprovedReportFactory(
            organisation=member,
            round=round,
            lines=[line(900 + women, region=country, parts=parts), line(7 + number, indicator="K2", region=country)],
            expected=True,
        )
        ApprovedReportFactory(
            organisation=member, round=RoundFactory(year=2023), lines=[line(500 + number, region=country)]
        )
        school = MemberFactory(country_code=country, type="EDU-PRIV")
        ApprovedReportFactory(
            organisation=school, round=round, lines=[line(11, whose="others", others=member, region=country)]
        )
    ApprovedReportFactory(round=round, lines=[line(321, whose="others", region="CZ")])
    rollup.rebuild()
    return round


def file_of(client, chart: str, query: str = "year=2024") -> list[list[str]]:
    answer = client.get(f"{DASHBOARD}?{query}&chart={chart}&download=csv")
    assert answer.status_code == 200, chart
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def exported(capsys, **options) -> dict[tuple[str, str, str, str], dict[str, str]]:
    call_command("export_totals", year=2024, format="json", **options)
    rows = json.loads(capsys.readouterr().out)
    return {(row["indicator"], row["series"], row["key"], row["category"]): row for row in rows}


def test_tile_chart_map_table_and_export_are_equal(partnership, personas, client_for, capsys):
    office = client_for(personas.office)
    regions = exported(capsys, by="region")
    whole = regions["K1", "achieved", "ALL", ""]
    low, high = whole["low"], whole["high"]
    assert (low, high) == (12066, 12066 + 321)
    assert whole["gross"] == 12066 + 321 + 12 * 11

    page = office.get(f"{DASHBOARD}?year=2024").content.decode()
    assert f"{low:,}" in re.sub(r"<[^>]*>", " ", page.split("kpi-tiles")[1].split("</nav>")[0])  # tile
    headline = dict(file_of(office, "headline")[1:])
    assert [int(value) for value in headline.values()][:2] == [low, high]
    trend = {row[0]: row for row in file_of(office, "trend")[1:]}
    assert [int(trend["2024"][1]), int(trend["2024"][2])] == [low, high]

    on_the_map = {row[1]: (int(row[2]), int(row[3])) for row in file_of(office, "map")[1:]}
    in_bars = {row[0]: (int(row[1]), int(row[2])) for row in file_of(office, "countries")[1:]}
    by_region = {
        key: (row["low"], row["high"])
        for (code, series, key, category), row in regions.items()
        if (code, series, category) == ("K1", "achieved", "") and len(key) == 2
    }
    assert on_the_map == by_region
    assert sorted(in_bars.values()) == sorted(by_region.values())
    assert sum(value for value, _high in by_region.values()) == low

    types = exported(capsys, by="member_type")
    bars = {row[0]: int(row[1]) for row in file_of(office, "member-types")[1:]}
    assert bars["Vehicle manufacturer"] == types["K1", "achieved", "IND-OEM", ""]["low"]
    gender = {row[0]: int(row[1]) for row in file_of(office, "by-gender")[1:]}
    assert gender["Women"] == regions["K1", "achieved", "ALL", "f"]["low"]

    members = exported(capsys, by="organisation")
    assert sum(row["low"] for key, row in members.items() if key[0] == "K1" and not key[3]) == low


def test_a_filter_shows_the_cell_of_the_roll_up(partnership, personas, client_for):
    office = client_for(personas.office)
    cell = Total.objects.get(
        by="member_type", key="IND-SUP", region="CZ", year=2024, indicator__code="K1", breakdown="", series="achieved"
    )
    headline = dict(file_of(office, "headline", "year=2024&country=CZ&member_type=IND-SUP")[1:])
    assert int(headline["certain" if cell.high != cell.low else "persons"]) == cell.low


def test_every_number_opens_the_reports_behind_it(partnership, personas, client_for):
    office = client_for(personas.office)
    page = office.get(f"{DASHBOARD}?year=2024").content.decode()
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/kpis/figures/[^"]*)"', page)}
    assert len(links) >= 15  # total, tiles, years, countries, member types, parts
    for link in links:
        assert office.get(link).status_code == 200
    behind = office.get(reverse("kpis:drill_down") + "?year=2024&indicator=K1&region=CZ").content.decode()
    czech = Total.objects.get(by="region", key="CZ", year=2024, indicator__code="K1", breakdown="")
    assert f"{czech.low:,}" in behind
    assert "Also reported by the organisation itself" in behind
    assert "the employer is unknown" in behind
    assert "/kpis/reports/" in behind


def test_a_member_sees_the_numbers_of_others_behind_a_total_but_not_their_reports(partnership, personas, client_for):
    page = client_for(personas.outsider).get(reverse("kpis:drill_down") + "?year=2024").content.decode()
    assert "As reported" in page
    assert 'href="/kpis/reports/' not in page


def test_completeness_stands_beside_the_headline(partnership, personas, client_for):
    missing = ReportFactory(round=partnership, expected=True).organisation
    WorkforceFactory(organisation=missing, people=1000)
    page = client_for(None).get(f"{DASHBOARD}?year=2024").content.decode()
    assert "12 of 13" in page
    assert "0\u00a0%" in page


def test_what_makes_no_sense_in_the_address_is_left_out(partnership, client):
    page = client.get(f"{DASHBOARD}?year=banana&indicator=K9&country=XX&member_type=NOPE&series=maybe")
    assert page.status_code == 200
    assert "2024" in page.content.decode()


def test_while_figures_are_made_anew_the_dashboard_says_so(partnership, personas, client_for):
    report = SubmittedReportFactory(organisation=personas.organisation, round=partnership, lines=[line(5)])
    assert "being made anew" not in client_for(None).get(DASHBOARD).content.decode()
    services.approve_report(report_id=report.pk, actor=personas.office)
    assert "being made anew" in client_for(None).get(DASHBOARD).content.decode()
    jobs.run_waiting()
    assert "being made anew" not in client_for(None).get(DASHBOARD).content.decode()


def test_an_empty_portal_has_a_dashboard(personas, client_for):
    for who in (personas.visitor, personas.office):
        assert client_for(who).get(DASHBOARD).status_code == 200
        assert client_for(who).get(f"{DASHBOARD}?indicator=K4&country=DE").status_code == 200


def test_a_visitor_gets_no_cookie_and_no_link_to_reports(partnership, client):
    page = client.get(f"{DASHBOARD}?year=2024")
    assert not page.cookies
    assert "/kpis/figures/" not in page.content.decode()


def test_a_visitor_does_not_see_what_one_organisation_alone_reported(personas, client):
    for country, people in (("CZ", 100), ("CZ", 100), ("CZ", 110), ("DE", 777), ("AT", 90), ("AT", 80), ("AT", 70)):
        ApprovedReportFactory(organisation=MemberFactory(country_code=country), lines=[line(people, region=country)])
    rollup.rebuild()
    rows = {row[0]: row[1:] for row in file_of(client, "countries")[1:]}
    assert rows["Germany"] == [""]
    shown = [row for row in rows.values() if row != [""]]
    assert len(shown) <= 1  # a second country is hidden with it, so that nobody subtracts it from the whole
    page = client.get(f"{DASHBOARD}?year=2024").content.decode()
    assert "777" not in page
    page = client.get(f"{DASHBOARD}?year=2024&country=DE").content.decode()
    assert "777" not in page


@pytest.mark.parametrize(
    "query", ["", "year=2024", "year=2024&country=CZ&member_type=IND-SUP", "year=2024&indicator=K2"]
)
def test_the_dashboard_takes_at_most_fifteen_queries(
    partnership, personas, client_for, django_assert_max_num_queries, query
):
    for insider in (personas.office, personas.reporter):
        client = client_for(insider)
        with django_assert_max_num_queries(15):
            client.get(f"{DASHBOARD}?{query}")
    visitor = client_for(None)
    visitor.get(f"{DASHBOARD}?{query}")  # what is hidden is worked out once
    with django_assert_max_num_queries(15):
        visitor.get(f"{DASHBOARD}?{query}")


@pytest.mark.parametrize("count", [10, 60])
def test_the_reports_behind_a_number_take_the_same_queries_however_many(
    personas, client_for, django_assert_max_num_queries, count
):
    for number in range(count):
        ApprovedReportFactory(lines=[line(5 + number), line(3, whose="others", region="DE")])
    rollup.rebuild()
    office = client_for(personas.office)
    with django_assert_max_num_queries(15):
        office.get(reverse("kpis:drill_down") + "?year=2024")
