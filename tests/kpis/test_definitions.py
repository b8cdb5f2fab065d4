"""What the indicators mean stands on public pages, with every version that figures were reported by."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from core import events
from core.models import Indicator, IndicatorVersion, SkillsProfile
from tests.factories.kpis import ApprovedReportFactory, RoundFactory, line

pytestmark = pytest.mark.django_db


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
    IndicatorVersion.objects.filter(pk=old.pk).update(retired_at=timezone.now())
    IndicatorVersion.objects.create(
        indicator=old.indicator, version=2, name="Workers trained", short_name="Trained", definition="Anew.",
        unit="persons", series=["achieved"], whose=["own"],
    )  # fmt: skip
    text = page(client, "indicator_detail", "K1")
    newer, _version, older = text.partition("Earlier versions")
    assert "Workers trained" in newer
    assert "in no round yet" in newer
    assert old.name in older
    assert "in the rounds of 2022 to 2023" in older


def test_an_indicator_that_does_not_exist_has_no_page(client):
    assert client.get(reverse("kpis:indicator_detail", args=["K99"])).status_code == 404


def test_skills_profiles_are_listed_with_their_source_and_version(client):
    SkillsProfile.objects.create(code="hub-battery", label="Battery cell operator", source="skills_hub")
    text = page(client, "profile_list")
    assert "http://data.europa.eu/esco/isco/C7231" in text
    assert "ESCO v1.2.0" in text
    assert "Battery cell operator" in text


def test_the_page_of_an_indicator_takes_the_same_queries_however_many_versions(client, django_assert_max_num_queries):
    indicator = Indicator.objects.get(code="K1")
    for version in range(2, 12):
        IndicatorVersion.objects.create(
            indicator=indicator, version=version, name=f"Version {version}", short_name="…", definition="…",
            unit="persons", retired_at=timezone.now(),
        )  # fmt: skip
    with django_assert_max_num_queries(6):
        assert "Version 11" in page(client, "indicator_detail", "K1")


# -- New versions ------------------------------------------------------------------------------------------------------
SAID = {
    "name": "Workers trained", "short_name": "Trained", "definition": "People, each once in a year.", "unit": "persons",
    "series": ["achieved"], "whose": ["own", "others"], "breakdowns": ["gender"], "note": "As the Office decided.",
    "seen": 1,
}  # fmt: skip


def revise(client, **more):
    return client.post(reverse("kpis:indicator_revise", args=["K1"]), SAID | more)


def test_a_new_version_holds_for_rounds_planned_from_now_on(personas, client_for):
    report = ApprovedReportFactory(round=RoundFactory(year=2022), lines=[line(5)])
    old = IndicatorVersion.objects.current().get(indicator__code="K1")
    assert revise(client_for(personas.office)).status_code == 302
    new = IndicatorVersion.objects.current().get(indicator__code="K1")
    assert (new.version, new.name, new.whose) == (2, "Workers trained", ["own", "others"])
    assert [one.code for one in new.breakdowns.all()] == ["gender"]
    old.refresh_from_db()
    assert old.retired_at is not None
    assert report.figures.get().indicator_version == old
    assert old in report.round.indicators.all()
    assert new in RoundFactory(year=2031).indicators.all()
    trail = events.of(old.indicator).get()
    assert (trail.verb, trail.actor, trail.data["version"]) == ("indicator.revise", personas.office, 2)
    assert trail.note == SAID["note"]
    text = client_for(personas.office).get(reverse("kpis:indicator_detail", args=["K1"])).content.decode()
    assert "As the Office decided." in text


@pytest.mark.parametrize(
    "wrong", [{"note": ""}, {"series": ["planned"]}, {"whose": ["others"]}, {"whose": ["nobody"]}, {"seen": 7}]
)
def test_a_version_that_makes_no_sense_is_refused_and_nothing_typed_is_lost(personas, client_for, wrong):
    answer = revise(client_for(personas.office), **wrong)
    assert answer.status_code == 422
    assert "People, each once in a year." in answer.content.decode()
    assert Indicator.objects.get(code="K1").versions.count() == 1


def test_a_version_that_says_the_same_is_none(personas, client_for):
    old = IndicatorVersion.objects.current().get(indicator__code="K1")
    same = {name: getattr(old, name) for name in ("name", "short_name", "definition", "unit", "series", "whose")}
    answer = revise(client_for(personas.office), **same, breakdowns=[one.code for one in old.breakdowns.all()])
    assert answer.status_code == 422
    assert "Nothing differs" in answer.content.decode()
