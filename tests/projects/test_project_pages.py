"""What the pages of projects and results tell of organisations that are no members today, and of their themes."""

from __future__ import annotations

import pytest
from django.utils import timezone

from core.models import Theme
from members.models import Membership, Organisation
from projects.models import Partner, Project, ResultUse
from tests.factories.members import MemberFactory
from tests.factories.projects import InitiativeFactory, ResultFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def resting() -> Organisation:
    found = MemberFactory(legal_name="Resting Works")
    Membership._base_manager.filter(organisation=found).update(status="suspended", suspended_on=timezone.localdate())
    return found


def pages(resting: Organisation) -> list[str]:
    project = Project.objects.get(slug="drives")
    for organisation in (resting, MemberFactory(legal_name="Active Works")):
        Partner.objects.create(project=project, organisation=organisation)
    initiative = InitiativeFactory(lead=resting)
    result = ResultFactory(status="in_use")
    ResultUse.objects.create(result=result, organisation=resting, since=timezone.localdate())
    return [project.get_absolute_url(), initiative.get_absolute_url(), result.get_absolute_url()]


def test_who_rests_is_named_and_leads_to_no_page_that_its_reader_may_not_open(client, client_for, personas, resting):
    link = f'href="{resting.get_absolute_url()}"'
    for path in pages(resting):
        page = client.get(path).content.decode()
        assert "Resting Works" in page, path
        assert link not in page, path
        assert link in client_for(personas.office).get(path).content.decode(), path
    drives = client.get("/projects/drives/").content.decode()
    active = Organisation.objects.get(legal_name="Active Works")
    assert f'<a href="{active.get_absolute_url()}">Active Works</a>' in drives


def test_the_page_of_a_project_names_its_themes(client):
    project = Project.objects.get(slug="drives")
    assert "<dt>Themes</dt>" not in client.get(project.get_absolute_url()).content.decode()
    project.themes.set([Theme.objects.get(code="TECH-BATTERIES")])
    page = client.get(project.get_absolute_url()).content.decode()
    assert "<dt>Themes</dt>" in page
    assert "<li>Batteries</li>" in page
