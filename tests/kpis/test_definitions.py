"""What the indicators mean stands on public pages, with every version that figures were reported by."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.urls import reverse

from core import events
from core.models import Indicator, IndicatorVersion
from kpis import rollup
from members.models import today
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, SubmittedReportFactory, line

pytestmark = pytest.mark.django_db


def next_version(*, from_year: int) -> IndicatorVersion:
    indicator = Indicator.objects.get(code="K1")
    version = indicator.versions.count() + 1
    return IndicatorVersion.objects.create(
        indicator=indicator, version=version, from_year=from_year, name=f"Version {version}", short_name="…",
        definition="…", unit="persons", series=["achieved"], whose=["own"],
    )  # fmt: skip


def page(client, name: str, *arguments: str) -> str:
    answer = client.get(reverse(f"kpis:{name}", args=arguments))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("K1", ["persons", "Achieved, Planned", "People without an employer", "Gender", "Women", "TECH-"]),
        ("K4", ["awards", "Micro-credential", "EQF 5"]),
        ("K6", ["organisations", "computed from the register of members"]),
    ],
)
def test_a_visitor_reads_what_an_indicator_counts(client, code, facts):
    text = page(client, "indicator_detail", code)
    for fact in facts:
        assert fact in text
    assert reverse("kpis:indicator_detail", args=[code]) in page(client, "indicator_list")


def test_an_earlier_version_stays_readable_with_the_years_that_were_reported_by_it(client):
    ApprovedReportFactory(round=RoundFactory(year=2022), lines=[line(5)])
    RoundFactory(year=2023)
    old = IndicatorVersion.objects.current().get(indicator__code="K1")
    new = next_version(from_year=2024)
    to_come = next_version(from_year=today().year + 1)
    text = page(client, "indicator_detail", "K1")
    newer, _version, older = text.partition("Earlier versions")
    coming, _version, newer = newer.partition('id="version-2"')
    assert "Version 3" in coming
    assert "to come" in coming
    assert f"figures of {to_come.from_year} and later" in coming
    assert new.name in newer
    assert "in force" in newer
    assert "in no round yet" in newer
    assert old.name in older
    assert "for the figures of 2000 to 2023" in older
    assert "in the rounds of 2022 to 2023" in older


def test_an_indicator_that_does_not_exist_has_no_page(client):
    assert client.get(reverse("kpis:indicator_detail", args=["K99"])).status_code == 404


def test_the_page_of_an_indicator_takes_the_same_queries_however_many_versions(client, django_assert_max_num_queries):
    for year in range(2002, 2012):
        next_version(from_year=year)
    with django_assert_max_num_queries(6):
        assert "Version 11" in page(client, "indicator_detail", "K1")


# -- New versions ------------------------------------------------------------------------------------------------------
SAID = {
    "name": "Workers trained", "short_name": "Trained", "definition": "People, each once in a year.", "unit": "persons",
    "series": ["achieved"], "whose": ["own", "others"], "breakdowns": ["gender"],
}  # fmt: skip


def draft(client, code="K1", **more):
    url = reverse("kpis:indicator_revise", args=[code])
    seen = client.get(url).context["form"]["seen"].value()
    return client.post(url, SAID | {"seen": seen} | more)


def publish(client, from_year, code="K1", **more):
    url = reverse("kpis:indicator_draft", args=[code])
    answer = client.get(url)
    seen = answer.context["form"]["seen"].value() if answer.status_code == 200 else ""
    return client.post(url, {"from_year": from_year, "note": "As the Office decided.", "seen": seen} | more)


def k1(year: int) -> IndicatorVersion:
    return IndicatorVersion.objects.in_force(year).get(indicator__code="K1")


def test_a_new_version_is_drafted_compared_and_published_for_the_years_from_one_on(personas, client_for):
    report = ApprovedReportFactory(round=RoundFactory(year=2025), lines=[line(5)])
    planned = RoundFactory(year=2026, status="planned")
    old, office = k1(2025), client_for(personas.office)

    answer = draft(office)
    assert answer.status_code == 302
    assert k1(2030) == old, "a draft holds for nothing"
    assert "Workers trained" not in page(client_for(personas.reporter), "indicator_detail", "K1")
    text = office.get(answer["Location"]).content.decode()
    assert f"<del>{old.name}</del>" in text
    assert "<ins>Workers trained</ins>" in text
    assert "left out: People without an employer" in text

    assert publish(office, 2026).status_code == 302
    new = k1(2026)
    assert (new.version, new.name, new.whose) == (2, "Workers trained", ["own", "others"])
    assert [one.code for one in new.breakdowns.all()] == ["gender"]
    assert (k1(2025), k1(2050)) == (old, new)
    assert report.figures.get().indicator_version == old
    assert old in report.round.indicators.all()
    asked = planned.indicators.filter(indicator__code="K1")
    assert list(asked) == [new], "the round that is only planned asks by the new version"
    assert new in RoundFactory(year=2031).indicators.all()
    trail = events.of(old.indicator).filter(verb="indicator.revise").get()
    assert (trail.actor, trail.note) == (personas.office, "As the Office decided.")
    assert (trail.data["version"], trail.data["from_year"]) == (2, 2026)
    assert "version 2, for the figures of 2026 and later" in page(office, "indicator_detail", "K1")


def test_a_version_is_not_published_for_years_that_were_asked_for_already(personas, client_for):
    RoundFactory(year=2026)  # open
    SubmittedReportFactory(round=RoundFactory(year=2025, status="closed"), lines=[line(5)])
    office = client_for(personas.office)
    draft(office)
    for year, reason in [(2025, "why"), (2026, "why"), (2101, "why"), (2027, "")]:
        answer = publish(office, year, note=reason)
        assert answer.status_code == 422
        assert k1(2100).version == 1
    assert "can hold from 2027 on" in publish(office, 2026).content.decode()
    assert publish(office, 2027).status_code == 302
    draft(office, name="Workers trained anew")
    assert publish(office, 2026).status_code == 422, "nor for years before the version published last"


def test_a_version_that_replaces_another_before_it_began_holds_in_its_place(personas, client_for):
    office = client_for(personas.office)
    for name in ("Too early", "Thought over"):
        draft(office, name=name)
        publish(office, 2030)
    assert (k1(2029).version, k1(2030).name) == (1, "Thought over")
    assert "for no year" in page(client_for(personas.reporter), "indicator_detail", "K1")


@pytest.mark.parametrize(
    "wrong", [{"series": ["planned"]}, {"whose": ["others"]}, {"whose": ["nobody"]}, {"seen": "x"}]
)
def test_a_version_that_makes_no_sense_is_refused_and_nothing_typed_is_lost(personas, client_for, wrong):
    answer = draft(client_for(personas.office), **wrong)
    assert answer.status_code == 422
    assert "People, each once in a year." in answer.content.decode()
    assert Indicator.objects.get(code="K1").versions.count() == 1


def test_a_draft_that_changed_meanwhile_is_neither_overwritten_nor_published_unseen(personas, client_for):
    office = client_for(personas.office)
    draft(office)
    revise, publishing = (reverse(f"kpis:indicator_{name}", args=["K1"]) for name in ("revise", "draft"))
    seen = office.get(publishing).context["form"]["seen"].value()
    draft(office, name="By a colleague")
    assert office.post(revise, SAID | {"seen": seen}).status_code == 422
    late = office.post(publishing, {"from_year": 2040, "note": "why", "seen": seen})
    assert late.status_code == 422
    assert Indicator.objects.get(code="K1").versions.drafts().get().name == "By a colleague"


def test_a_draft_can_be_discarded_and_its_number_is_free_again(personas, client_for):
    office = client_for(personas.office)
    draft(office)
    assert office.post(reverse("kpis:indicator_discard", args=["K1"])).status_code == 302
    assert not Indicator.objects.get(code="K1").versions.drafts().exists()
    draft(office)
    assert Indicator.objects.get(code="K1").versions.drafts().get().version == 2


def test_a_version_that_says_the_same_is_none(personas, client_for):
    old = k1(2025)
    same = {name: getattr(old, name) for name in ("name", "short_name", "definition", "unit", "series", "whose")}
    answer = draft(client_for(personas.office), **same, breakdowns=[one.code for one in old.breakdowns.all()])
    assert answer.status_code == 422
    assert "Nothing differs" in answer.content.decode()


def test_each_year_is_shown_with_the_version_of_its_figures(personas, client_for):
    """The form, the report, the spreadsheet, the number with the reports behind it: all name the version."""
    office = client_for(personas.office)
    before = ApprovedReportFactory(organisation=personas.organisation, round=RoundFactory(year=2024), lines=[line(5)])
    draft(office)
    assert publish(office, 2025).status_code == 302
    after = ReportFactory(organisation=personas.organisation, round=RoundFactory(year=2025), lines=[line(7)])
    rollup.rebuild()
    reporter = client_for(personas.reporter)

    def read(name: str, *arguments: object, query: str = "") -> str:
        return reporter.get(reverse(f"kpis:{name}", args=arguments) + query).content.decode()

    for report, version, short in [(before, 1, "Workers upskilled"), (after, 2, "Trained")]:
        said = f"definition of K1, version {version}"
        assert said in read("report_detail", report.pk)
        year = f"?year={report.round.year}"
        for text in (read("drill_down", query=year), read("dashboard", query=year)):
            assert f"#version-{version}" in text
            assert short in text
    assert "definition of K1, version 2" in read("report_edit", after.pk, query="?step=K1")
    book = openpyxl.load_workbook(io.BytesIO(reporter.get(reverse("kpis:report_template", args=[after.pk])).content))
    assert "version 2" in book["K1"]["B1"].value
    assert "Workers trained" in book["K1"]["B1"].value
