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
from kpis.drawings.parts import in_order
from kpis.models import Total
from kpis.selectors.figures import Amount
from tests.factories.kpis import (
    ApprovedReportFactory,
    ReportFactory,
    RoundFactory,
    SubmittedReportFactory,
    line,
    publish,
)
from tests.factories.members import MemberFactory, WorkforceFactory
from tests.variants import telling

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


@pytest.mark.thorough
def test_every_number_opens_the_reports_behind_it(partnership, personas, client_for):
    office = client_for(personas.office)
    page = office.get(f"{DASHBOARD}?year=2024&section=all").content.decode()
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


def test_the_target_is_the_ambition_or_its_rate_on_a_recorded_base(partnership, personas, client_for):
    office = client_for(personas.office)
    assert file_of(office, "headline")[-1][1] == "700000"
    assert file_of(office, "headline", "year=2024&base=15000000-2020")[-1][1] == "750000"
    assert file_of(office, "headline", "year=2024&base=15000001-2020")[-1][1] == "700000"
    trend = file_of(office, "trend", "year=2024&base=14600000-2020")
    assert {row[-1] for row in trend[1:]} == {"730000"}
    page = office.get(f"{DASHBOARD}?year=2024").content.decode()
    assert "base=14600000-2020" in page
    assert "base=14600000-2020" not in office.get(f"{DASHBOARD}?year=2024&country=CZ").content.decode()


def test_regions_are_on_a_map_of_their_own(personas, client_for):
    for region, people in (("CZ08", 20), ("CZ08", 5), ("CZ", 100), ("DE21", 7)):
        ApprovedReportFactory(lines=[line(people, region=region)])
    rollup.rebuild()
    office = client_for(personas.office)
    rows = {row[1]: int(row[2]) for row in file_of(office, "regions")[1:]}
    assert rows == {"CZ08": 25, "DE21": 7}
    assert {row[1] for row in file_of(office, "regions", "year=2024&country=DE")[1:]} == {"DE21"}
    filtered = office.get(f"{DASHBOARD}?year=2024&member_type=IND-SUP").content.decode()
    assert "Regions are not divided by member type" in filtered


def test_large_maps_come_when_the_reader_reaches_them_and_without_script_by_a_link(personas, client_for):
    for region, people in (("CZ08", 25), ("DE21", 7)):
        ApprovedReportFactory(lines=[line(people, region=region)])
    rollup.rebuild()
    office = client_for(personas.office)
    page = office.get(f"{DASHBOARD}?year=2024").content.decode()
    figure = page.split('id="chart-regions"')[1].split("</figure>")[0]
    assert "<svg" not in figure
    assert "download=csv" in figure
    link = re.search(r'href="(\?[^"]*chart=regions)" hx-get="\1"', figure)[1]
    assert f"are at http://testserver{DASHBOARD}{link}" in figure  # on paper
    link = link.replace("&amp;", "&")

    alone = office.get(DASHBOARD + link)
    assert "HX-Request" in alone["Vary"]
    assert "<h1>" in alone.content.decode()
    part = office.get(DASHBOARD + link, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith("<figure")
    for answer in (alone.content.decode(), part):
        assert "region=CZ08" in answer
        assert answer.count("<table") == 1
        assert "download=png" in answer
    assert office.get(f"{DASHBOARD}?chart=nothing").status_code == 404


CHARTS = re.compile(r'<figure class="chart chart-\w+" id="chart-([\w-]+)"')


def test_lower_sections_come_alone_or_all_on_one_page(partnership, personas, client_for):
    office = client_for(personas.office)
    page = office.get(f"{DASHBOARD}?year=2024&country=CZ").content.decode()
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(\?[^"]*section=\w+)" hx-get="', page)]
    assert len(links) == 4
    seen = CHARTS.findall(page)
    for link in links:
        assert "year=2024" in link
        assert "country=CZ" in link
        alone = office.get(DASHBOARD + link).content.decode()
        part = office.get(DASHBOARD + link, headers={"HX-Request": "true"}).content.decode()
        assert alone.count("<h1>") == 1
        assert part.strip().startswith("<section")
        assert CHARTS.findall(alone) == CHARTS.findall(part) != []
        assert "section=" not in part  # its files and links are those of the page
        seen += CHARTS.findall(part)
    whole = office.get(f"{DASHBOARD}?year=2024&country=CZ&section=all").content.decode()
    assert CHARTS.findall(whole) == seen
    assert "hx-get" not in whole.split("<main")[1].split("</main>")[0]
    assert office.get(f"{DASHBOARD}?section=nothing").status_code == 404
    nothing = office.get(f"{DASHBOARD}?year=2024&indicator=K5&section=who").content.decode()
    assert "No approved report of 2024 has a figure for this indicator yet." in nothing


@pytest.mark.thorough
def test_every_chart_has_its_table_and_files(partnership, personas, client_for):
    office = client_for(personas.office)
    page = office.get(f"{DASHBOARD}?year=2024&section=all").content.decode()
    for figure in page.split("<figure ")[1:]:
        if "chart-empty" in figure:
            continue
        assert "<table" in figure
        links = re.findall(r'href="(\?[^"]*download=(\w+)[^"]*)"', figure)
        assert [format for _link, format in links] == ["csv", "xlsx", "svg", "png"]
        for link, format in links:
            if format != "png":  # drawn by the same code from the SVG
                assert office.get(DASHBOARD + link.replace("&amp;", "&")).status_code == 200


def test_a_visitor_gets_the_page_again_only_when_an_edition_is_published(partnership, personas, client_for):
    publish(2024, personas.office)
    visitor, address = client_for(None), f"{DASHBOARD}?year=2024"
    first = visitor.get(address)
    assert {"public", "no-cache"} == set(first["Cache-Control"].split(", "))
    assert {"Cookie", "HX-Request"} <= set(first["Vary"].split(", "))
    known = {"If-None-Match": first["ETag"]}
    assert visitor.get(address, headers=known).status_code == 304
    assert client_for(personas.office).get(address, headers=known).status_code == 200
    for _number in range(4):
        ApprovedReportFactory(round=partnership, lines=[line(500, region="AT")])
    rollup.rebuild()
    assert visitor.get(address, headers=known).status_code == 304
    publish(2024, personas.office)
    assert visitor.get(address, headers=known).status_code == 200


def test_quarters_lead_up_to_the_year(personas, client_for):
    acme = MemberFactory()
    for period, people in (("Q1", 10), ("Q2", 30), ("YEAR", 70)):
        ApprovedReportFactory(organisation=acme, round=RoundFactory(period=period), lines=[line(people)])
    rollup.rebuild()
    rows = file_of(client_for(personas.office), "quarters")[1:]
    assert [int(row[1]) for row in rows] == [10, 30, 70]
    assert "quarters are never added up" in client_for(personas.office).get(f"{DASHBOARD}?year=2024").content.decode()


def test_planned_stands_beside_achieved(personas, client_for):
    ApprovedReportFactory(lines=[line(80), line(100, series="planned")])
    rollup.rebuild()
    rows = file_of(client_for(personas.office), "plans")[1:]
    assert [(row[0], int(row[1])) for row in rows] == [("2024, planned", 100), ("2024, achieved", 80)]


def test_a_colour_means_one_thing(personas, client_for):
    """What was achieved looks the same beside plans as anywhere else; what the reader chose stands out by its words."""
    plan, done = line(500, region="AT", series="planned"), line(100, region="AT")
    ApprovedReportFactory(lines=[plan, done], round=RoundFactory(year=2025), organisation__type="IND-SUP")
    rollup.rebuild()
    page = client_for(personas.office).get(f"{DASHBOARD}?year=2025&country=AT&section=all").content.decode()
    charts = {str(re.search('id="chart-([^"]+)', one)[1]): one for one in page.split("<figure ")[1:]}
    looks = r'aria-label="(\d{4}, \w+): .*?<rect class="(chart-(?:fill|span)-\w+)"'
    assert dict(re.findall(looks, charts["plans"])) == {
        "2025, planned": "chart-span-planned",
        "2025, achieved": "chart-fill-1",
    }
    assert re.findall(r"</svg>(\w+)</li>", charts["plans"]) == ["planned", "achieved"]
    assert set(re.findall(r'<rect class="(chart-(?:fill|span)-\w+)"', charts["countries"])) == {"chart-fill-1"}
    assert set(re.findall(r"chart-chosen[^>]*>([^<]+)", charts["countries"])) == {"Austria"}
    page = client_for(personas.office).get(f"{DASHBOARD}?year=2025&series=planned&section=all").content.decode()
    charts = {str(re.search('id="chart-([^"]+)', one)[1]): one for one in page.split("<figure ")[1:]}
    for name in ("headline", "trend", "countries"):
        assert set(re.findall(r'<rect class="(chart-(?:fill|span)-\w+)', charts[name])) == {"chart-span-planned"}, name


def test_every_breakdown_has_its_chart(personas, client_for):
    parts = {
        "size": {"small": 4, "large": 6},
        "topic": {"TECH-BATTERIES": 4, "unknown": 6},
        "profile": {"isco-7231": 10},
    }
    ApprovedReportFactory(lines=[line(10, parts=parts), line(5, indicator="K4", parts={"award": {"micro": 5}})])
    rollup.rebuild()
    office = client_for(personas.office)
    assert {row[0]: int(row[1]) for row in file_of(office, "by-size")[1:]} == {
        "Small (10 to 49)": 4,
        "Large (250 and more)": 6,
    }
    for chart in ("by-topic", "by-profile", "by-gender", "by-age", "by-kind"):
        assert sum(int(row[1]) for row in file_of(office, chart)[1:]) == 10
    assert [row[0] for row in file_of(office, "by-topic")[1:]] == ["Batteries", "Unknown"]  # though it is the larger
    assert file_of(office, "by-award", "year=2024&indicator=K4")[1:] == [["Micro-credential", "5"]]


def test_coverage_names_who_is_missing(personas, client_for):
    MemberFactory(country_code="DE")
    page = client_for(None).get(f"{DASHBOARD}?year=2024&section=coverage").content.decode()
    gaps = page.split("kpi-gaps")[1].split("chart-members-by-type")[0]
    assert "Luxembourg" in gaps
    assert "Germany" not in gaps.split("<details>")[0]
    assert "Oberbayern (DE21)" in page
    assert "Trade union" in gaps


@pytest.mark.parametrize(
    ("query", "words"),
    telling(
        [
            ("year=2031", "No figures were asked for in 2031."),
            ("year=2030", "No report of 2030 is approved yet; 1 are expected."),
            ("year=2024&country=FI", "No approved report of 2024 has a figure for this country and member type."),
            ("year=2024&indicator=K5", "No approved report of 2024 has a figure for this indicator yet."),
        ],
        1,
    ),
)
def test_where_there_is_nothing_the_page_says_so(partnership, personas, client_for, query, words):
    ReportFactory(round=RoundFactory(year=2030), expected=True)
    page = client_for(personas.office).get(f"{DASHBOARD}?{query}")
    assert page.status_code == 200
    assert words in page.content.decode()


def test_completeness_stands_beside_the_headline(partnership, personas, client_for):
    missing = ReportFactory(round=partnership, expected=True).organisation
    WorkforceFactory(organisation=missing, people=1000)
    publish(2024, personas.office)
    page = client_for(None).get(f"{DASHBOARD}?year=2024").content.decode()
    assert "12 of 13" in page
    assert "0\u00a0%" in page


def test_what_makes_no_sense_in_the_address_is_left_out(partnership, client):
    page = client.get(f"{DASHBOARD}?year=banana&indicator=K9&country=XX&member_type=NOPE&series=maybe")
    assert page.status_code == 200
    assert "2024" in page.content.decode()


def test_while_figures_are_made_anew_the_dashboard_says_so(partnership, personas, client_for):
    report = SubmittedReportFactory(organisation=personas.organisation, round=partnership, lines=[line(5)])
    assert "being made anew" not in client_for(personas.reporter).get(DASHBOARD).content.decode()
    services.approve_report(report_id=report.pk, actor=personas.office)
    assert "being made anew" in client_for(personas.reporter).get(DASHBOARD).content.decode()
    jobs.run_waiting()
    assert "being made anew" not in client_for(personas.reporter).get(DASHBOARD).content.decode()


def test_an_empty_portal_has_a_dashboard(personas, client_for):
    for who in (personas.visitor, personas.office):
        assert client_for(who).get(DASHBOARD).status_code == 200
        assert client_for(who).get(f"{DASHBOARD}?indicator=K4&country=DE").status_code == 200


def test_a_visitor_gets_no_cookie_and_no_link_to_reports(partnership, personas, client):
    publish(2024, personas.office)
    page = client.get(f"{DASHBOARD}?year=2024")
    assert not page.cookies
    assert "/kpis/figures/" not in page.content.decode()


def test_a_visitor_does_not_see_what_one_organisation_alone_reported(personas, client):
    for country, people in (("CZ", 100), ("CZ", 100), ("CZ", 110), ("DE", 777), ("AT", 90), ("AT", 80), ("AT", 70)):
        ApprovedReportFactory(organisation=MemberFactory(country_code=country), lines=[line(people, region=country)])
    publish(2024, personas.office)
    rows = {row[0]: row[1:] for row in file_of(client, "countries")[1:]}
    assert rows["Germany"] == [""]
    shown = [row for row in rows.values() if row != [""]]
    assert len(shown) <= 1  # a second country is hidden with it, so that nobody subtracts it from the whole
    page = client.get(f"{DASHBOARD}?year=2024").content.decode()
    assert "777" not in page
    page = client.get(f"{DASHBOARD}?year=2024&country=DE").content.decode()
    assert "777" not in page


@pytest.mark.parametrize(
    "query", telling(["", "year=2024", "year=2024&country=CZ&member_type=IND-SUP", "year=2024&indicator=K2"], 2)
)
def test_the_dashboard_takes_at_most_fifteen_queries(
    partnership, personas, client_for, django_assert_max_num_queries, query
):
    for year in range(2015, 2023):
        ApprovedReportFactory(round=RoundFactory(year=year), lines=[line(5)])
    rollup.rebuild()
    for insider in (personas.office, personas.reporter):
        client = client_for(insider)
        with django_assert_max_num_queries(15):
            client.get(f"{DASHBOARD}?{query}")
    for year in (*range(2015, 2023), 2023, 2024):
        publish(year, personas.office)
    visitor = client_for(None)
    with django_assert_max_num_queries(15):
        visitor.get(f"{DASHBOARD}?{query}")


@pytest.mark.thorough
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


def test_behind_a_number_it_is_marked_what_the_office_entered_for_a_member(personas, client_for):
    mark = "entered by the Office"
    ApprovedReportFactory(lines=[line(50)])
    rollup.rebuild()
    address = reverse("kpis:drill_down") + "?year=2024"
    office = client_for(personas.office)
    assert office.get(address).text.count(mark) == 0
    ApprovedReportFactory(lines=[line(40)], entered_by_office=True)
    rollup.rebuild()
    assert office.get(address).text.count(mark) == 1
    assert client_for(personas.outsider).get(address).text.count(mark) == 1


def test_the_order_of_a_chart_does_not_tell_which_hidden_figure_is_larger():
    found = {"a": Amount(1, 1, 1, 1, hidden=True), "b": Amount(9, 9, 9, 1, hidden=True), "c": Amount(5, 5, 5, 5)}
    names = {"a": "A", "unknown": "Unknown", "b": "B", "c": "C"}
    found["unknown"] = Amount(99, 99, 99, 9)
    assert [code for code, _name in in_order("topic", found, names)] == ["c", "a", "b", "unknown"]
