"""Skills profiles: the Office records, corrects and withdraws them; figures that name one stay readable."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core import events
from core.models import BreakdownCategory, SkillsProfile
from kpis.context import context_of
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, line

pytestmark = pytest.mark.django_db

URI = "http://data.europa.eu/esco/occupation/114e1eff-215e-47df-8e10-45a5b72f8197"
NEW = {"code": "cell-operator", "label": "battery cell operator", "source": "esco", "uri": URI, "version": "1.2.0"}


def url(name: str, *arguments: str) -> str:
    return reverse(f"kpis:profile_{name}", args=arguments)


@pytest.fixture
def office(personas, client_for):
    return client_for(personas.office)


def test_a_profile_that_the_office_adds_is_offered_in_reports_and_listed_with_its_source(office, client):
    report = ReportFactory()
    assert office.post(url("add"), NEW).status_code == 302
    made = SkillsProfile.objects.get(code="cell-operator")
    assert (made.label, made.uri, made.version) == ("battery cell operator", URI, "v1.2.0")
    offered = context_of(report).definitions["K1"].categories["profile"]
    assert offered["cell-operator"] == "battery cell operator"
    assert list(offered)[-1] == "unknown"
    text = client.get(url("list") + "?q=cell").content.decode()
    for fact in ("battery cell operator", URI, "ESCO v1.2.0"):
        assert fact in text
    assert "isco-7231" not in text


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"uri": ""}, "uri"),
        ({"uri": URI.replace("http:", "https:")}, "uri"),
        ({"uri": URI[:-1]}, "uri"),
        ({"uri": URI.replace("occupation", "job")}, "uri"),
        ({"uri": URI + "/x"}, "uri"),
        ({"uri": "javascript:alert(1)", "source": "skills_hub"}, "uri"),
        ({"uri": "http://data.europa.eu/esco/isco/C7231"}, None),  # of another profile
        ({"version": ""}, "version"),
        ({"version": "latest"}, "version"),
        ({"code": "Cell Operator"}, "code"),
        ({"code": "unknown"}, "code"),
        ({"code": "isco-7231"}, None),
        ({"label": ""}, "label"),
    ],
)
def test_what_is_no_profile_is_refused_at_its_field(office, wrong, where):
    answer = office.post(url("add"), NEW | wrong)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [where or "__all__"]
    assert not SkillsProfile.objects.filter(label="battery cell operator").exists()


@pytest.mark.parametrize("kind", ["occupation", "skill"])
def test_an_identifier_of_esco_is_kept_as_esco_writes_it(office, kind):
    written = URI.upper().replace("OCCUPATION", kind.upper())
    assert office.post(url("add"), NEW | {"uri": f" {written} "}).status_code == 302
    assert SkillsProfile.objects.get(code="cell-operator").uri == URI.replace("occupation", kind)


def test_a_job_role_of_the_skills_hub_needs_no_address(office):
    said = {"code": "hub-role", "label": "Cell operator", "source": "skills_hub", "uri": "", "version": ""}
    assert office.post(url("add"), said).status_code == 302


def test_a_correction_stands_in_the_history_and_reaches_the_names_of_the_figures(office, client):
    office.post(url("add"), NEW)
    ApprovedReportFactory(lines=[line(5, parts={"profile": {"cell-operator": 5}})])
    said = NEW | {"label": "battery cell maker", "version": "v1.2.1", "note": "Renamed by ESCO."}
    assert office.post(url("edit", "cell-operator"), said).status_code == 302
    assert BreakdownCategory.objects.get(code="cell-operator").name == "battery cell maker"
    text = office.get(url("detail", "cell-operator")).content.decode()
    for fact in ("<del>battery cell operator</del>", "<ins>battery cell maker</ins>", "Renamed by ESCO."):
        assert fact in text
    assert "Renamed by ESCO." not in client.get(url("detail", "cell-operator")).content.decode()

    other = said | {"uri": URI[:-1] + "8", "label": "Something else"}
    answer = office.post(url("edit", "cell-operator"), other)
    assert answer.status_code == 422, "figures name it: it stays the same occupation"
    assert SkillsProfile.objects.get(code="cell-operator").label == "battery cell maker"


def test_a_withdrawn_profile_stays_in_old_figures_and_is_not_offered_in_new_ones(office, personas, client_for):
    old = ApprovedReportFactory(round=RoundFactory(year=2024), lines=[line(5, parts={"profile": {"isco-7231": 5}})])
    again = ReportFactory(round=old.round)  # of the same round: still open
    withdraw = url("withdraw", "isco-7231")
    refused = office.post(withdraw, {"from_year": 2024, "note": "Out of use."})
    assert refused.status_code == 422
    assert "from 2025 on" in refused.content.decode()
    assert office.post(withdraw, {"from_year": 2025, "note": ""}).status_code == 422
    assert office.post(withdraw, {"from_year": 2025, "note": "Out of use."}).status_code == 302
    new = ReportFactory(round=RoundFactory(year=2025))

    def offered(report):
        return "isco-7231" in context_of(report).definitions["K1"].categories["profile"]

    assert (offered(old), offered(again), offered(new)) == (True, True, False)
    label = "Motor vehicle mechanics and repairers"
    assert label in office.get(old.get_absolute_url()).content.decode()
    edit = reverse("kpis:report_edit", args=[new.pk]) + "?step=K1"
    assert label not in office.get(edit).content.decode()
    behind = reverse("kpis:drill_down") + "?year=2024&breakdown=profile&category=isco-7231"
    assert label in office.get(behind).content.decode()
    assert "in reports up to those of 2024" in office.get(url("detail", "isco-7231")).content.decode()
    one = SkillsProfile.objects.get(code="isco-7231")
    assert [(event.verb, event.note, event.actor) for event in events.of(one)] == [
        ("profile.withdraw", "Out of use.", personas.office)
    ]

    assert office.post(url("restore", "isco-7231"), {"note": "Needed."}).status_code == 302
    assert offered(new)


def test_the_list_of_profiles_takes_the_same_queries_however_many(client, django_assert_max_num_queries):
    SkillsProfile.objects.bulk_create(
        SkillsProfile(code=f"role-{n:03}", label=f"Role {n:03}", source="skills_hub") for n in range(90)
    )
    with django_assert_max_num_queries(3):
        assert "Role 070" in client.get(url("list")).content.decode()
