"""The public face: what visitors, their browsers and search engines get."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from asa_portal.pages.sitemaps import SITEMAPS
from committees.models import Committee
from core.templatetags.public import structured
from kpis.models import Ambition
from projects.models import Project
from tests.factories.groups import GroupFactory, OutputFactory, make_document
from tests.factories.members import MemberFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(client: Client) -> list[str]:
    answer = client.get("/sitemap.xml")
    assert answer.status_code == 200
    tree = ElementTree.fromstring(answer.content)  # noqa: S314  our own
    return [str(one.text) for one in tree.iter(f"{NAMESPACE}loc")]


def test_every_address_of_the_sitemap_opens_for_a_visitor_and_sets_no_cookie(client: Client) -> None:
    member, applicant = MemberFactory(), OrganisationFactory()
    group = GroupFactory()
    shown, hidden = (make_document(group, visibility=readers) for readers in ("public", "members"))
    output = OutputFactory(group=group)
    found = addresses(client)
    assert settings.PORTAL_URL + hidden.get_absolute_url() not in found
    for path in ("/library/", shown.get_absolute_url(), output.get_absolute_url()):
        assert settings.PORTAL_URL + path in found
    for path in (member.get_absolute_url(), group.get_absolute_url(), "/projects/drives/", "/committees/TECH/", "/"):
        assert settings.PORTAL_URL + path in found
    assert settings.PORTAL_URL + applicant.get_absolute_url() not in found
    assert len(found) == len(set(found)) >= 15
    for address in found:
        answer = client.get(address.removeprefix(settings.PORTAL_URL))
        assert answer.status_code == 200, address
        if "apply" not in address:  # its form has a cookie against forged requests
            assert not answer.cookies, address


def test_the_sitemap_takes_as_many_queries_for_many_as_for_one(client: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/sitemap.xml")
        return len(queries)

    MemberFactory()
    before = cost()
    MemberFactory.create_batch(20)
    assert cost() == before <= 2 * len(SITEMAPS)


def test_robots_are_told_where_the_sitemap_is(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert f"Sitemap: {settings.PORTAL_URL}/sitemap.xml" in answer.content.decode()


@pytest.mark.parametrize("name", ["home", "about", "method", "accessibility", "imprint"])
def test_a_visitors_page_can_be_kept_and_is_not_sent_twice(client: Client, name: str) -> None:
    address = reverse(f"pages:{name}")
    first = client.get(address)
    assert not first.cookies
    assert set(first["Cache-Control"].split(", ")) == {"public", "no-cache"}
    assert "Cookie" in first["Vary"]
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_that_changed_is_sent_again(client: Client) -> None:
    known = client.get("/committees/TECH/")["ETag"]
    GroupFactory(committee=Committee.objects.get(code="TECH"))
    assert client.get("/committees/TECH/", headers={"If-None-Match": known}).status_code == 200


def test_what_somebody_reads_who_is_signed_in_is_not_for_others_to_keep(client_for: Any, personas: Any) -> None:
    answer = client_for(personas.office).get("/members/")
    assert "public" not in answer.get("Cache-Control", "")


def test_a_page_with_a_form_is_its_readers_alone(client: Client) -> None:
    answer = client.get(reverse("members:apply"))
    assert answer.cookies
    assert "public" not in answer.get("Cache-Control", "")


def test_a_shared_link_tells_what_it_leads_to(client: Client) -> None:
    page = client.get("/projects/drives/").content.decode()
    told = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)"', page))
    assert told["title"].startswith("DRIVES: Development")
    assert told["url"] == f"{settings.PORTAL_URL}/projects/drives/"
    assert told["description"].startswith("The Blueprint project of the automotive sector")
    assert told["image"].startswith(f"{settings.PORTAL_URL}/static/")
    assert f'<link rel="canonical" href="{told["url"]}">' in page


def data_of(client: Client, address: str) -> Any:
    found = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', client.get(address).content.decode(), re.DOTALL
    )
    assert found, address
    return json.loads(found.group(1))


def test_search_engines_read_who_the_alliance_is_its_members_and_its_projects(client: Client) -> None:
    alliance = data_of(client, "/")
    assert (alliance["@type"], alliance["name"]) == ("Organization", "Automotive Skills Alliance")
    assert [one["name"] for one in alliance["founder"]] == ["ACEA", "CECRA", "CLEPA", "ETRMA"]
    member = MemberFactory(legal_name="Motors </script> & Sons", website="https://motors.example/")
    told = data_of(client, member.get_absolute_url())
    assert (told["name"], told["sameAs"]) == ("Motors </script> & Sons", "https://motors.example/")
    project = data_of(client, Project.objects.get(slug="drives").get_absolute_url())
    assert (project["@type"], project["alternateName"], project["foundingDate"]) == ("Project", "DRIVES", "2018-01")


def test_nothing_in_the_data_ends_the_script_element() -> None:
    assert "</script><b>" not in structured({"name": "</script><b>"})[:-9]


def test_the_about_page_follows_the_ambition_on_record(client: Client) -> None:
    page = client.get(reverse("pages:about")).content.decode()
    assert "700,000" in page
    assert "14,000,000" in page
    Ambition.objects.all().delete()
    assert "700,000" not in client.get(reverse("pages:about")).content.decode()


def test_the_method_page_has_the_structure_the_catalogue_and_the_notice(client: Client) -> None:
    page = client.get(reverse("pages:method")).content.decode()
    for words in ("Regional Dimension", "Micro-credentials", "not an official one", "EACEA"):
        assert words in page


def test_the_imprint_and_the_accessibility_statement_say_where_the_office_is_reached(
    client: Client, settings: Any
) -> None:
    settings.OFFICE_EMAIL, settings.OFFICE_ADDRESS = "office@alliance.example", "Street 1\n1000 Brussels"
    assert "mailto:office@alliance.example" in client.get(reverse("pages:accessibility")).content.decode()
    imprint = client.get(reverse("pages:imprint")).content.decode()
    assert "Street 1<br>1000 Brussels" in imprint
