"""Initiatives stand on their pages; figures that name them add up by the same counting as all others."""

from __future__ import annotations

import html
import json
import re
from datetime import date

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import Indicator
from kpis import rollup, services
from kpis.models import Edition, EditionCell, Figure, Report
from kpis.services.reports import WrongFigures
from projects.models import IndicatorTarget, Initiative, InitiativePartner
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, line, publish
from tests.factories.members import MemberFactory
from tests.factories.projects import InitiativeFactory

pytestmark = pytest.mark.django_db


def test_a_visitor_reads_who_runs_an_initiative_where_and_what_it_aims_at(client):
    from core.models import Region

    one = InitiativeFactory(code="PILOT-OSTRAVA", region=Region.objects.get(code="CZ08", version=2024))
    InitiativePartner.objects.create(initiative=one, organisation=MemberFactory(legal_name="Škola Ostrava"))
    IndicatorTarget.objects.create(initiative=one, indicator=Indicator.objects.get(code="K1"), year=2024, number=1234)
    page = client.get(one.get_absolute_url()).content.decode()
    for fact in ["PILOT-OSTRAVA", one.lead.legal_name, "Škola Ostrava", "CZ08", "NUTS 2024", "1,234"]:
        assert fact in page
    assert one.get_absolute_url() in client.get(reverse("projects:initiative_list")).content.decode()


def test_the_list_of_initiatives_takes_the_same_number_of_queries_whatever_its_size(
    client, django_assert_max_num_queries
):
    lead = MemberFactory()
    for n in range(30):
        InitiativeFactory(code=f"MANY-{n:03}", lead=lead)
    with django_assert_max_num_queries(4):
        assert "MANY-029" in client.get(reverse("projects:initiative_list")).content.decode()


def test_an_initiative_does_not_end_before_it_starts():
    with pytest.raises(IntegrityError), transaction.atomic():
        InitiativeFactory(starts=date(2024, 5, 1), ends=date(2024, 4, 30))


def exported(capsys, **options):
    call_command("export_totals", year=2024, format="json", **options)
    return json.loads(capsys.readouterr().out)


def test_what_an_initiative_contributed_is_counted_like_everything_else(personas, client_for, capsys):
    pilot, other = InitiativeFactory(code="PILOT-A"), InitiativeFactory(code="PILOT-B")
    plant, school = MemberFactory(legal_name="The plant"), MemberFactory(legal_name="The school", type="EDU-VET")
    round = RoundFactory()
    ApprovedReportFactory(
        organisation=plant,
        round=round,
        lines=[
            line(100, initiative="PILOT-A", parts={"gender": {"f": 30, "m": 70}}),
            line(20, initiative="PILOT-B"),
            line(5),
        ],
    )
    ApprovedReportFactory(
        organisation=school,
        round=round,
        lines=[
            line(40, whose="others", others=plant, initiative="PILOT-A"),
            line(7, whose="others", initiative="PILOT-A"),
        ],
    )
    rollup.rebuild()
    rows = {(row["key"], row["category"]): row for row in exported(capsys, by="initiative")}
    whole = rows["PILOT-A", ""]
    assert (whole["by"], whole["indicator"], whole["reporters"]) == ("initiative", "K1", 2)
    assert (whole["gross"], whole["low"], whole["high"]) == (147, 100, 107)  # 40 reported twice, 7 contested
    assert rows["PILOT-A", "f"]["low"] == 30
    assert rows["PILOT-B", ""]["low"] == 20
    assert {key for key, _category in rows} == {pilot.code, other.code}

    url = reverse("kpis:drill_down")
    page = client_for(personas.office).get(f"{url}?year=2024&initiative=PILOT-A").content.decode()
    text = re.sub(r"<[^>]*>", " ", page)
    for said in ["The plant", "The school", "147", "107", "Also reported by the organisation itself"]:
        assert said in text
    assert client_for(personas.office).get(f"{url}?year=2024&initiative=NOBODY").status_code == 404


def rows_of(page: str) -> dict[tuple[str, str], list[str]]:
    """{(year, indicator's code): the cells of its row} of the table of outcomes."""
    table = page.partition('id="outcomes"')[2].partition("</table>")[0]
    found = {}
    for row in re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", table, re.S):
        cells = [" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in re.split(r"<t[dh][^>]*>", row)]
        found[cells[0], cells[1].split()[0]] = cells[2:]
    return found


def test_the_page_of_an_initiative_shows_what_exports_and_drill_downs_say(personas, client_for, capsys):
    one = InitiativeFactory(code="PILOT-A")
    IndicatorTarget.objects.create(initiative=one, indicator=Indicator.objects.get(code="K1"), year=2024, number=200)
    IndicatorTarget.objects.create(initiative=one, indicator=Indicator.objects.get(code="K4"), year=2031, number=9)
    plant = MemberFactory()
    ApprovedReportFactory(
        organisation=plant,
        lines=[
            line(1100, initiative="PILOT-A", parts={"gender": {"f": 300, "m": 800}}),
            line(1500, series="planned", initiative="PILOT-A"),
            line(3, indicator="K2", initiative="PILOT-A"),
            line(70),
        ],
    )
    ApprovedReportFactory(
        lines=[
            line(40, whose="others", others=plant, initiative="PILOT-A"),
            line(7, whose="others", initiative="PILOT-A"),
        ],
    )
    rollup.rebuild()
    reporter = client_for(personas.reporter)
    page = reporter.get(one.get_absolute_url()).content.decode()
    shown = rows_of(page)
    assert shown["2024", "K1"] == ["200", "1,100 – 1,107", "550 %", "1,500", "2"]
    assert shown["2031", "K4"] == ["9", "–", "–", "–", "–"]
    place = {"achieved": 1, "planned": 3}
    exported_rows = [row for row in exported(capsys, by="initiative") if not row["breakdown"]]
    assert len(exported_rows) == 3
    for row in exported_rows:
        low, high = f"{row['low']:,}", f"{row['high']:,}"
        expected = low if low == high else f"{low} – {high}"
        assert shown["2024", row["indicator"]][place[row["series"]]] == expected
    assert re.search(r"Women</dt><dd>300<", page)

    (link,) = re.findall(r'<a href="([^"]*indicator=K1[^"]*)">1,100', page)
    behind = reporter.get(html.unescape(link)).content.decode()
    assert "1,107" in behind
    assert plant.legal_name in behind


def test_a_visitor_reads_of_an_initiative_what_an_edition_shows_and_nothing_else(client, personas):
    one = InitiativeFactory(code="PILOT-A")
    IndicatorTarget.objects.create(initiative=one, indicator=Indicator.objects.get(code="K1"), year=2024, number=200)
    ApprovedReportFactory(lines=[line(1100, initiative="PILOT-A")])  # of one organisation: nobody else's business
    rollup.rebuild()
    before = rows_of(client.get(one.get_absolute_url()).content.decode())
    assert before == {("2024", "K1"): ["200", "–", "–", "–", "–"]}
    publish(2024, personas.office)
    page = client.get(one.get_absolute_url()).content.decode()
    assert rows_of(page)["2024", "K1"] == ["200", "not shown", "–", "–", "–"]
    assert "1,100" not in page
    assert reverse("kpis:drill_down") not in page

    EditionCell.objects.create(
        edition=Edition.objects.get(), by="initiative", key="PILOT-A", year=2024, region="ALL", series="achieved",
        indicator=Indicator.objects.get(code="K2"), gross=77, low=66, high=66, reporters=5, hidden=False,
    )  # fmt: skip
    page = client.get(one.get_absolute_url()).content.decode()
    assert rows_of(page)["2024", "K2"] == ["–", "66", "–", "–", "5"]


def test_a_visitor_reads_what_initiatives_came_to_where_no_other_number_follows_from_it(client, client_for, personas):
    large, small = InitiativeFactory(code="PILOT-A"), InitiativeFactory(code="PILOT-B")
    claimed = line(70, whose="others", initiative="PILOT-A")
    for number in range(4):
        more = [claimed] if number == 3 else []
        ApprovedReportFactory(lines=[line(100 + number, initiative="PILOT-A"), *more])
        ApprovedReportFactory(lines=[line(200 + number)])
    ApprovedReportFactory(lines=[line(90, initiative="PILOT-B")])
    publish(2024, personas.office)
    seen = {one: rows_of(client.get(one.get_absolute_url()).content.decode())["2024", "K1"] for one in (large, small)}
    # What one member disputes is not shown as a range; what one member reported is not shown at all, nor does it
    # follow: what names no initiative stands nowhere.
    assert seen[large][1:] == ["406 or more", "–", "–", "4"]
    assert seen[small][1:] == ["not shown", "–", "–", "–"]
    inside = client_for(personas.reporter)
    assert rows_of(inside.get(large.get_absolute_url()).content.decode())["2024", "K1"][1] == "406 – 476"


def test_an_initiative_is_not_shown_where_the_rest_of_the_partnership_would_be_one_member(client, personas):
    initiatives = [InitiativeFactory(code=code) for code in ("PILOT-A", "PILOT-B")]
    for number in range(4):
        ApprovedReportFactory(lines=[line(100 + number, initiative="PILOT-A")])
        ApprovedReportFactory(lines=[line(300 + number, initiative="PILOT-B")])
    ApprovedReportFactory(lines=[line(90)])
    publish(2024, personas.office)
    shown = [rows_of(client.get(one.get_absolute_url()).content.decode())["2024", "K1"][1] for one in initiatives]
    assert shown == ["not shown", "1,206"]


def test_the_page_of_an_initiative_takes_the_same_queries_however_many_figures(
    personas, client_for, django_assert_max_num_queries
):
    one = InitiativeFactory(code="PILOT-A")
    for year in range(2019, 2025):
        codes = ("K1", "K2", "K3")
        lines = [line(9, indicator=code, initiative="PILOT-A") for code in codes]
        ApprovedReportFactory(round=RoundFactory(year=year), lines=lines)
    rollup.rebuild()
    reporter = client_for(personas.reporter)
    reporter.get(one.get_absolute_url())
    with django_assert_max_num_queries(17):  # two of them for its history, one for who has a page today
        assert len(rows_of(reporter.get(one.get_absolute_url()).content.decode())) == 18


def test_the_reports_behind_an_initiative_take_the_same_queries_however_many(
    personas, client_for, django_assert_max_num_queries
):
    InitiativeFactory(code="PILOT-A")
    for _n in range(12):
        ApprovedReportFactory(lines=[line(3, initiative="PILOT-A")])
    rollup.rebuild()
    office = client_for(personas.office)
    url = reverse("kpis:drill_down") + "?year=2024&initiative=PILOT-A"
    office.get(url)
    with django_assert_max_num_queries(16):
        assert "12 organisations" in office.get(url).content.decode()


def test_a_line_stands_once_for_each_initiative_and_once_without():
    InitiativeFactory(code="PILOT-A")
    report = ReportFactory(lines=[line(1), line(2, initiative="PILOT-A")])
    twice = Figure.objects.get(initiative=None)
    for values in ({"initiative_id": None}, {"initiative_id": "PILOT-A"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Figure.objects.create(
                report=report, indicator_version=twice.indicator_version, region=twice.region, value=3, state="value",
                **values,
            )  # fmt: skip


def test_figures_name_only_initiatives_that_are_on_record(personas):
    report = ReportFactory(organisation=personas.organisation)
    with pytest.raises(WrongFigures) as problem:
        services.save_figures(report_id=report.pk, lines=[line(3, initiative="NOBODY")], actor=personas.reporter)
    assert [one.cell for one in problem.value.findings] == ["initiative"]
    assert "NOBODY" in str(problem.value)
    assert not Report.objects.get(pk=report.pk).figures.exists()


def test_an_administrator_adds_an_initiative_and_cannot_change_its_code(personas, client_for):
    admin = client_for(personas.administrator)
    rows = {f"{name}-{key}": 0 for name in ("partners", "targets") for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    said = rows | {
        "code": "PILOT-NEW", "title": "A pilot", "kind": "pilot", "lead": personas.organisation.pk, "region": "",
        "starts": "2024-01-01", "ends": "", "summary": "…", "project": "",
    }  # fmt: skip
    assert admin.post(reverse("admin:projects_initiative_add"), said | {"code": "a pilot!"}).status_code == 200
    assert not Initiative.objects.exists()
    assert admin.post(reverse("admin:projects_initiative_add"), said).status_code == 302
    made = Initiative.objects.get(code="PILOT-NEW")
    change = reverse("admin:projects_initiative_change", args=[made.pk])
    assert admin.post(change, said | {"code": "OTHER", "title": "Renamed"}).status_code == 302
    made.refresh_from_db()
    assert (made.code, made.title) == ("PILOT-NEW", "Renamed")
