"""The records of projects and initiatives: entered and changed with who, when, from, to; partners; pilot regions."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from core import events
from core.models import Indicator, Region
from kpis import rollup
from projects.models import Initiative, InitiativePartner, Partner, Project
from tests.factories.kpis import ApprovedReportFactory, line
from tests.factories.members import MemberFactory
from tests.factories.projects import InitiativeFactory

pytestmark = pytest.mark.django_db

NEW = reverse("projects:project_create")


def facts(**more):
    return {
        "acronym": "CHARGE",
        "title": "Charging points and those who keep them",
        "summary": "Technicians for charging points.",
        "website": "https://charge.example/",
        "programme": "Erasmus+",
        "starts": "2027-01-01",
        "ends": "2029-12-31",
        "precision": "day",
        "sources": "Grant agreement | https://charge.example/grant\nPress release",
    } | more


def sent_again(page, **more):
    """What the form of a page holds, changed in some fields."""
    form = page.context["form"]
    found = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in found.items() if value not in (None, False)} | more


@pytest.fixture
def office(personas, client_for):
    return client_for(personas.office)


def test_the_office_enters_a_project_and_everybody_reads_its_facts(personas, office, client):
    assert NEW in office.get(reverse("projects:project_list")).content.decode()
    answer = office.post(NEW, facts())
    project = Project.objects.get(acronym="CHARGE")
    assert answer.url == reverse("projects:partner_list", args=["charge"])
    assert events.of(project).get().verb == "project.enter"
    page = client.get(project.get_absolute_url()).content.decode()
    for fact in (
        "Charging points and those",
        "Erasmus+",
        "1 January 2027",
        "Planned",
        "Press release",
        "charge.example/grant",
    ):
        assert fact in page, fact
    assert str(personas.office) not in page, "to visitors people have no names"


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"ends": "2026-12-31"}, "ends", "The end is before the start."),
        ({"sources": "Grant | gopher://x"}, "sources", "Line 1"),
        ({"sources": "Grant | https://a.eu\n\nGrant | https://b.eu"}, "sources", "“Grant” stands in line 1 already"),
        ({"website": "javascript:alert(1)"}, "website", "valid URL"),
        ({"acronym": ""}, "acronym", "required"),
        ({"ends": "9999-12-31"}, "ends", "before 2200"),
        ({"starts": "0202-01-01"}, "starts", "from 1900 on"),
        ({"partner_count": "99999"}, "partner_count", "32767"),
        ({"summary": "Technicians for charging points. " * 700}, "summary", "20000"),
    ],
)
def test_what_cannot_stand_is_told_at_its_field_and_nothing_is_lost(office, wrong, field, says):
    page = office.post(NEW, facts(**wrong))
    assert page.status_code == 422
    assert says in page.context["form"].errors[field].as_text()
    assert "Technicians for charging points." in page.content.decode()
    assert not Project.objects.filter(title__startswith="Charging").exists()


def test_the_same_project_is_not_entered_twice_and_no_page_is_hidden_by_one(office):
    office.post(NEW, facts())
    assert "is on record" in office.post(NEW, facts()).content.decode()
    office.post(NEW, facts(acronym="Pilots"))
    assert Project.objects.get(acronym="Pilots").slug == "pilots-2"


def test_a_change_is_kept_with_from_and_to_and_a_second_window_is_told(office, personas):
    office.post(NEW, facts())
    project = Project.objects.get(acronym="CHARGE")
    edit = reverse("projects:project_edit", args=["charge"])
    first, second = office.get(edit), office.get(edit)
    assert office.post(edit, sent_again(first, ends="2030-06-30")).status_code == 302
    changed = events.of(project).first()
    assert (changed.verb, changed.data["changed"]) == ("project.change", {"ends": ["2029-12-31", "2030-06-30"]})
    late = office.post(edit, sent_again(second, title="Another title"))
    assert late.status_code == 422
    assert "Somebody saved this since" in late.content.decode()
    project.refresh_from_db()
    assert (project.title, str(project.ends)) == ("Charging points and those who keep them", "2030-06-30")


def test_its_coordinator_tells_what_it_is_about_and_changes_no_fact(personas, client_for):
    drives = Project.objects.get(slug="drives")
    Partner.objects.create(project=drives, organisation=personas.organisation, role="coordinator")
    acme = client_for(personas.primary)
    edit = reverse("projects:project_edit", args=["drives"])
    assert edit in acme.get(drives.get_absolute_url()).content.decode()
    page = acme.get(edit)
    assert set(page.context["form"].fields) == {"summary", "website", "seen_as"}
    grant = drives.grant_number
    acme.post(edit, sent_again(page, summary="In our own words.", grant_number="000", starts="1999-01-01"))
    drives.refresh_from_db()
    assert (drives.summary, drives.grant_number) == ("In our own words.", grant)
    assert drives.starts.year > 1999


@pytest.mark.parametrize(
    ("known", "added", "where"),
    [
        ("Nordic Cells AB", {"name": "NORDIC cells", "country": "SE"}, "name"),
        ("Nordic Cells", {"organisation": "Nordic Cells AB"}, "organisation"),
        ("member", {"name": "Nordic Cells", "country": "SE"}, "name"),
        ("Nordic Cells", {"name": "Nordic Cells", "country": "FI"}, None),
    ],
)
def test_an_organisation_is_a_partner_once_as_a_member_or_by_name(office, known, added, where):
    member = MemberFactory(legal_name="Nordic Cells AB", country_code="SE")
    drives = Project.objects.get(slug="drives")
    named = {"organisation": member} if known == "member" else {"name": known, "country_id": "SE"}
    partner = Partner.objects.create(project=drives, **named)
    answer = office.post(reverse("projects:partner_list", args=["drives"]), added | {"role": "partner"})
    assert answer.status_code == (422 if where else 302)
    if where:
        assert f"on record already: {partner}." in str(answer.context["add_form"].errors[where])


def test_two_that_were_entered_as_twins_can_still_change_their_roles(office):
    drives = Project.objects.get(slug="drives")
    twins = [Partner.objects.create(project=drives, name="Nordic Cells", country_id="SE") for _n in range(2)]
    edit = reverse("projects:partner_edit", args=["drives", twins[0].pk])
    assert office.post(edit, {"name": "Nordic Cells", "country": "SE", "role": "associated"}).status_code == 302


def test_a_member_that_was_a_partner_is_linked_and_shows_the_project_in_its_profile(office, client):
    member = MemberFactory(legal_name="Nordic Cells AB", country_code="SE")
    url = reverse("projects:partner_list", args=["drives"])
    known = Project.objects.get(slug="drives").partners.count()
    sent = {"name": "Nordic Cells", "country": "SE", "role": "partner"}
    assert office.post(url, sent).status_code == 302
    partner = Partner.objects.get(name="Nordic Cells")
    twice = office.post(url, sent | {"name": "NORDIC cells"})
    assert "on record already" in twice.content.decode()
    assert twice.status_code == 422
    edit = reverse("projects:partner_edit", args=["drives", partner.pk])
    assert office.get(edit).status_code == 200
    assert office.post(edit, {"organisation": "Nordic Cells AB", "role": "associated"}).status_code == 302
    partner.refresh_from_db()
    assert (partner.organisation, partner.name, partner.role) == (member, "", "associated")
    assert "DRIVES" in client.get(member.get_absolute_url()).content.decode()
    page = client.get("/projects/drives/").content.decode()
    assert "Nordic Cells AB" in page
    assert "Partners by country" in page
    assert "already" in office.post(url, {"organisation": member.code, "role": "partner"}).content.decode()
    remove = reverse("projects:partner_remove", args=["drives", partner.pk])
    assert office.post(remove, {"note": ""}).status_code == 422
    assert office.post(remove, {"note": "It was another company."}).status_code == 302
    project = Project.objects.get(slug="drives")
    assert project.partners.count() == known
    verbs = [one.verb for one in events.of(project)]
    assert verbs == ["project.remove_partner", "project.change_partner", "project.add_partner"]
    assert events.of(project).first().note == "It was another company."


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"role": "partner"}, "organisation"),
        ({"organisation": "Nobody Ltd", "role": "partner"}, "organisation"),
        ({"name": "Somebody", "role": "partner"}, "country"),
    ],
)
def test_a_partner_is_somebody_somewhere(office, sent, field):
    page = office.post(reverse("projects:partner_list", args=["drives"]), sent)
    assert page.status_code == 422
    assert field in page.context["add_form"].errors


def test_an_initiative_is_entered_with_lead_partners_and_targets(personas, office, client, client_for):
    lead, partner = MemberFactory(legal_name="Lead Works"), MemberFactory(legal_name="Partner School")
    region = Region.objects.get(code="CZ08", version=2024)
    new = reverse("projects:initiative_create")
    sent = {
        "code": "PILOT-OSTRAVA", "title": "Ostrava retrains", "kind": "pilot", "lead": "Lead Works",
        "region": region.pk, "starts": "2026-01-01", "ends": "2025-01-01", "summary": "Mines to cells.",
    }  # fmt: skip
    assert "before the start" in office.post(new, sent).content.decode()
    assert office.post(new, sent | {"ends": ""}).url == reverse("projects:initiative_parts", args=["PILOT-OSTRAVA"])
    assert "has this code" in office.post(new, sent | {"ends": ""}).content.decode()
    initiative = Initiative.objects.get(code="PILOT-OSTRAVA")
    parts = reverse("projects:initiative_parts", args=[initiative.code])
    assert "leads the initiative" in office.post(parts, {"organisation": "Lead Works"}).content.decode()
    assert office.post(parts, {"organisation": "Partner School"}).status_code == 302
    assert "partner already" in office.post(parts, {"organisation": "Partner School"}).content.decode()
    target = {"indicator": Indicator.objects.get(code="K1").pk, "year": "2026", "number": "500"}
    assert office.post(parts, target).status_code == 302
    page = client.get(initiative.get_absolute_url()).content.decode()
    for fact in ("Lead Works", "Partner School", "500", "Moravskoslezsko"):
        assert fact in page, fact
    assert office.post(parts, target | {"number": ""}).status_code == 302
    assert not initiative.targets.exists()
    remove = InitiativePartner.objects.get(organisation=partner)
    url = reverse("projects:initiative_partner_remove", args=[initiative.code, remove.pk])
    assert office.post(url, {"note": "Left."}).status_code == 302
    assert not initiative.partners.exists()
    assert initiative.lead == lead
    assert events.of(initiative).count() == 5
    assert "added a partner" in client_for(personas.primary).get(initiative.get_absolute_url()).content.decode()


def test_the_lead_of_an_initiative_tells_what_it_is_about(personas, client_for):
    initiative = InitiativeFactory(lead=personas.organisation)
    acme = client_for(personas.primary)
    edit = reverse("projects:initiative_edit", args=[initiative.code])
    page = acme.get(edit)
    assert set(page.context["form"].fields) == {"summary", "seen_as"}
    acme.post(edit, sent_again(page, summary="Newer words.", title="Mine"))
    initiative.refresh_from_db()
    assert (initiative.summary, initiative.title) == ("Newer words.", f"Initiative {initiative.code}")


def test_pilot_regions_show_where_who_what_and_the_same_figures_as_the_initiative(personas, client_for, client):
    region = Region.objects.get(code="CZ08", version=2024)
    pilot = InitiativeFactory(code="ALBA", region=region, lead=personas.organisation)
    InitiativeFactory(code="NOWHERE")
    other = MemberFactory(legal_name="Region & School")
    InitiativePartner.objects.create(initiative=pilot, organisation=other)
    ApprovedReportFactory(organisation=personas.organisation, lines=[line(123, region="CZ08", initiative="ALBA")])
    rollup.rebuild()
    url = reverse("projects:pilot_list")
    insider = client_for(personas.primary)
    page = insider.get(url).content.decode()
    assert "123" in page
    assert "123" in insider.get(pilot.get_absolute_url()).content.decode()
    for fact in ("Initiative ALBA", "Acme", escape(other.shown_name), "Moravskoslezsko"):
        assert fact in page, fact
    assert "Initiative NOWHERE" not in page, "it names no region"
    visitor = client.get(url)
    assert "Initiative ALBA" in visitor.content.decode()
    assert "123" not in strip(visitor), "there is no edition yet"
    assert not visitor.cookies


def strip(page) -> str:
    return page.content.decode().partition('id="ALBA"')[2]


def test_pilot_regions_take_the_same_number_of_queries_for_few_and_for_many(client):
    region = Region.objects.get(code="CZ08", version=2024)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("projects:pilot_list")).status_code == 200
        return len(queries)

    def pilot() -> None:
        found = InitiativeFactory(region=region)
        InitiativePartner.objects.create(initiative=found, organisation=MemberFactory())
        found.targets.create(indicator=Indicator.objects.get(code="K1"), year=2026, number=10)

    pilot()
    before = cost()
    for _n in range(8):
        pilot()
    assert cost() == before
