"""The directory: found by type, country and name, counted, sorted, exported, at constant cost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.imports import services
from core.models import Region, Theme
from core.spreadsheets import reading
from core.spreadsheets.cells import as_text
from members.models import Organisation, today
from projects.models import Partner, Project
from tests.factories.committees import SeatFactory
from tests.factories.groups import GroupFactory, GroupMembershipFactory
from tests.factories.imports import checked, run
from tests.factories.members import MemberFactory, MembershipFactory, OrganisationFactory
from tests.personas import Personas
from tests.variants import telling

pytestmark = pytest.mark.django_db
PAGE = reverse("members:directory")


@pytest.fixture
def members() -> None:
    MemberFactory(legal_name="Škodovna Auto a.s.", short_name="Škodovna", website="https://skodovna.example")
    MemberFactory(legal_name="Università Esempio", country_code="IT", type="EDU-HE", other_names={"de": "Beispieluni"})
    MemberFactory(legal_name="Łódzka Fabryka Sp. z o.o.", country_code="PL", vat="PL5260001246")


def names(client: Client, **query: str) -> list[str]:
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    return [one.legal_name for one in answer.context["page"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "skodovna"}, ["Škodovna Auto a.s."]),
        ({"q": "ŠKODOVNA auto"}, ["Škodovna Auto a.s."]),
        ({"q": "beispieluni"}, ["Università Esempio"]),
        ({"q": "lodzka"}, ["Łódzka Fabryka Sp. z o.o."]),
        ({"q": "nothing like it"}, []),
        ({"type": "EDU-HE"}, ["Università Esempio"]),
        ({"country": "PL"}, ["Łódzka Fabryka Sp. z o.o."]),
        ({"country": "PL", "type": "EDU-HE"}, []),
        ({"sort": "-name"}, ["Università Esempio", "Škodovna Auto a.s.", "Łódzka Fabryka Sp. z o.o."]),
        ({"country": "XX", "type": "nonsense", "sort": "nonsense", "page": "nonsense"}, None),
        ({}, ["Łódzka Fabryka Sp. z o.o.", "Škodovna Auto a.s.", "Università Esempio"]),
    ],
)
def test_filters_find_and_sort_without_regard_to_case_and_accents(
    client: Client, members: None, query: dict[str, str], found: list[str] | None
) -> None:
    assert names(client, **query) == (found if found is not None else names(client))


def test_by_region_with_all_that_lies_in_it(client: Client, members: None) -> None:
    for code in ("CZ08", "CZ080", "CZ07"):
        MemberFactory(legal_name=f"In {code}", region=Region.objects.get(code=code))
    assert names(client, region="CZ08") == ["In CZ08", "In CZ080"]
    offered = dict(client.get(PAGE).context["filter"].form.fields["region"].choices)
    assert [code for code, _name in offered["Czechia"]] == ["CZ07", "CZ08"]
    page = client.get(PAGE, {"view": "regions"}).content.decode()
    assert "Members by NUTS 2 region" in page
    assert "region=CZ08" in page
    assert "3 members have named no NUTS 2 region" in page
    table = client.get(PAGE, {"view": "regions", "download": "csv", "chart": "members-by-region"}).content.decode()
    assert "CZ08,2" in table


def test_by_the_groups_that_members_take_part_in_and_their_themes(client: Client, members: None) -> None:
    theme = Theme.objects.get(code="TECH-BATTERIES")
    active, closed = GroupFactory(), GroupFactory(status="closed")
    for group in (active, closed):
        group.themes.add(theme)
    takes_part, left, asked, of_closed = (MemberFactory(legal_name=f"Part {number}") for number in range(4))
    GroupMembershipFactory(group=active, organisation=takes_part)
    GroupMembershipFactory(group=active, organisation=left, status="left")
    GroupMembershipFactory(group=active, organisation=asked, status="requested")
    GroupMembershipFactory(group=closed, organisation=of_closed)
    again = GroupFactory()
    again.themes.add(theme)
    GroupMembershipFactory(group=again, organisation=takes_part)
    assert names(client, theme="TECH-BATTERIES") == names(client, group=active.code) == ["Part 0"]
    assert names(client, theme="TECH-BATTERIES", country="PL") == []
    assert exported(client, "csv", theme="TECH-BATTERIES")[1][1] == "Part 0"


def test_the_page_of_a_member_leads_to_its_groups_seats_and_projects(
    client: Client, client_for: Any, personas: Personas
) -> None:
    acme = personas.organisation
    group = GroupFactory(title="Cells and packs")
    GroupMembershipFactory(group=group, organisation=acme)
    SeatFactory(organisation=acme, user=personas.delegate, code="EDU")
    project = Project.objects.get(acronym="DRIVES")
    Partner.objects.create(project=project, organisation=acme)
    page = client.get(acme.get_absolute_url()).content.decode()
    for address in (group.get_absolute_url(), "/committees/EDU/", project.get_absolute_url()):
        assert f'href="{address}"' in page
    assert personas.delegate.name not in page  # who sits there is for insiders
    assert personas.delegate.name in client_for(personas.chair).get(acme.get_absolute_url()).content.decode()


def test_names_in_other_scripts_are_found_by_their_own_and_their_latin_names(client: Client) -> None:
    MemberFactory(legal_name="Ελληνικά Οχήματα Α.Ε.", short_name="Ellinika Ochimata", country_code="GR")
    MemberFactory(legal_name="Български Мотори ООД", short_name="Bulmotor", aliases=["Bulgarski Motori"])
    assert names(client, q="ELLINIKA") == names(client, q="οχηματα") == ["Ελληνικά Οχήματα Α.Ε."]
    assert names(client, q="bulmotor") == names(client, q="МОТОРИ") == names(client, q="bulgarski")
    assert names(client, q="bulmotor") == ["Български Мотори ООД"]


def test_only_active_members_are_listed(client: Client, members: None) -> None:
    OrganisationFactory(legal_name="Applicant Works")
    MembershipFactory(organisation__legal_name="Former Works", status="ended", ends="2024-01-01")
    MembershipFactory(organisation__legal_name="Paused Works", status="suspended")
    assert len(names(client)) == 3


def test_who_left_and_came_back_is_listed_once(client: Client) -> None:
    again = MemberFactory(legal_name="Again Works")
    MembershipFactory(organisation=again, status="ended", starts="2020-01-01", ends="2021-01-01")
    assert names(client, sort="since") == ["Again Works"]


def test_the_newest_come_first_by_the_day_on_which_the_membership_that_holds_began(client: Client) -> None:
    """Not by an earlier membership; those of one day by name; nobody who is suspended, over or not yet a member."""
    day = date(2025, 3, 1)
    old, back, young, later = (
        OrganisationFactory(legal_name=f"{name} Works") for name in ("Old", "Back", "Young", "Later")
    )
    MembershipFactory(organisation=old, starts=day)
    MembershipFactory(organisation=back, starts=day - timedelta(days=900), ends=day, status="ended")
    MembershipFactory(organisation=back, starts=day + timedelta(days=9))
    MembershipFactory(organisation=young, starts=day + timedelta(days=9))
    MembershipFactory(organisation=later, starts=today() + timedelta(days=2))
    assert names(client, sort="since", q="works") == ["Back Works", "Young Works", "Old Works"]


def test_visitors_see_public_fields_only_and_get_no_cookie(client: Client, members: None) -> None:
    organisation = Organisation.objects.get(country="PL")
    answer = client.get(organisation.get_absolute_url())
    assert answer.status_code == 200
    assert "PL5260001246" not in answer.content.decode()
    assert not client.cookies
    assert client.get(reverse("members:organisation_detail", args=["ORG-99999"])).status_code == 404


def test_an_organisation_without_membership_is_not_there_for_visitors(
    client: Client, personas: Personas, client_for: Any
) -> None:
    applicant = OrganisationFactory(legal_name="Applicant Works")
    assert client.get(applicant.get_absolute_url()).status_code == 404
    assert client_for(personas.office).get(applicant.get_absolute_url()).status_code == 200


def test_htmx_gets_the_part_below_the_filters_and_the_count(client: Client, members: None) -> None:
    answer = client.get(PAGE, {"q": "skodovna"}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "<html" not in page
    assert 'hx-swap-oob="innerHTML:#directory-count"' in page
    assert "1 member found" in page
    assert "HX-Request" in answer["Vary"]
    back = client.get(PAGE, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in back.content.decode()


def test_the_map_shows_what_is_filtered_and_leads_back_to_the_list(client: Client, members: None) -> None:
    page = client.get(PAGE, {"view": "map", "type": "EDU-HE"}).content.decode()
    assert "Members by country" in page
    assert "country=IT" in page
    assert "country=PL" not in page
    assert client.get(PAGE, {"view": "map", "download": "csv", "chart": "members-by-country"}).status_code == 200


def test_an_empty_result_says_what_to_do(client: Client) -> None:
    assert "No member matches" in client.get(PAGE, {"q": "zzz"}).content.decode()


# -- Export ------------------------------------------------------------------------------------------------------------
def exported(client: Client, ending: str, **query: str) -> list[list[str]]:
    answer = client.get(reverse("members:directory_export", args=[ending]), query)
    assert answer.status_code == 200
    return [[as_text(cell) for cell in row] for row in reading.read(answer.content).sheets[0].rows]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ods"])
def test_exactly_what_is_filtered_is_exported_with_public_fields_for_visitors(
    client: Client, members: None, ending: str
) -> None:
    rows = exported(client, ending, country="PL")
    assert [row[1] for row in rows[1:]] == ["Łódzka Fabryka Sp. z o.o."]
    assert "VAT number" not in rows[0]


@pytest.mark.parametrize("ending", telling(["csv", "xlsx", "ods"], 1))
def test_an_export_that_is_imported_again_changes_nothing(
    personas: Personas, client_for: Any, members: None, ending: str
) -> None:
    MemberFactory(
        legal_name="=Formula Works +32",
        short_name="-FW",
        other_names={"de": "Werke; Söhne", "fr": "Ateliers"},
        aliases=["Old Works", "=Older Works", "Works; Sons"],
        region_id=None,
        address="Street 1\n1000 Town",
        pic="000000012",
        oid="E10000001",
        national_id="00012",
        nace=["29.32", "45.2"],
        size_class="large",
        segments=["software", "education"],
        description="@home, 'quoted' and = more",
    )
    answer = client_for(personas.office).get(reverse("members:directory_export", args=[ending]))
    batch = services.start_import(
        kind_key="roster", file_name=f"x.{ending}", data=answer.content, actor=personas.office
    )
    assert len(batch.mapping) == len(batch.columns)
    services.map_columns(
        import_id=batch.pk,
        mapping={int(key): name for key, name in batch.mapping.items()},
        options={},
        actor=personas.office,
    )
    services.start_check(import_id=batch.pk, actor=personas.office)
    batch = run(batch)
    assert batch.counts["unchanged"] == batch.counts["rows"] == Organisation.objects.members().count()


# -- Cost --------------------------------------------------------------------------------------------------------------
@pytest.mark.thorough
def test_the_number_of_queries_is_the_same_for_10_and_for_1000_members(client: Client, personas: Personas) -> None:
    def cost(**query: str) -> int:
        client.get(PAGE, query)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE, query).status_code == 200
        return len(queries)

    region = Region.objects.get(code="DE11")
    MemberFactory(country_code="DE", region=region)
    views = [{}, {"q": "o"}, {"view": "map"}, {"view": "regions"}, {"country": "DE"}, {"region": "DE11"}]
    views += [{"theme": "TECH-BATTERIES"}, {"group": "TECH-WG-01"}]
    before = [cost(**view) for view in views]
    text = "name,country\n" + "".join(f"Works {n} of Place{n},DE\n" for n in range(1000))
    batch = checked(personas.office, text)
    services.confirm(import_id=batch.pk, actor=personas.office)
    run(batch)
    Organisation.objects.filter(country="DE").update(region=region)
    assert Organisation.objects.members().count() > 1000
    assert [cost(**view) for view in views] == before
    assert max(before) <= 10
