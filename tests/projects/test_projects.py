"""The shipped projects stand on their pages, with facts and sources."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse

from projects import selectors
from projects.models import Project

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("slug", "facts"),
    [
        ("drives", ["January 2018 – March 2022", "591988-EPP-1-2017-1-CZ-EPPKA2-SSA-B", "VSB-TUO", ">24<", ">11<"]),
        ("albatts", ["December 2019 – November 2023", ">20<"]),
        ("flamenco", ["2023 – 2025", "VSB-TUO"]),
        ("trireme", ["April 2024 – March 2028"]),
    ],
)
def test_a_visitor_reads_the_facts_and_sources_of_a_shipped_project(client, slug, facts):
    page = client.get(reverse("projects:project_detail", args=[slug])).content.decode()
    for fact in facts:
        assert fact in page
    assert "Sources" in page
    assert all(source.url in page for source in Project.objects.get(slug=slug).sources.all())


def test_the_list_takes_the_same_number_of_queries_whatever_its_size(client, django_assert_max_num_queries):
    Project.objects.bulk_create(
        Project(slug=f"p{n}", acronym=f"P{n}", title="A project", starts=date(2020, 1, 1), summary="…")
        for n in range(200)
    )
    with django_assert_max_num_queries(3):
        page = client.get(reverse("projects:project_list"))
    assert reverse("projects:project_detail", args=["p199"]) in page.content.decode()


@pytest.mark.parametrize(
    ("starts", "ends", "status"),
    [
        (date(2020, 1, 1), date(2021, 1, 1), "finished"),
        (date(2020, 1, 1), None, "running"),
        (date(2999, 1, 1), None, "planned"),
    ],
)
def test_the_status_follows_from_the_dates(starts, ends, status):
    assert Project(starts=starts, ends=ends).status == status


def test_loading_again_keeps_what_the_office_changed():
    Project.objects.filter(slug="drives").update(summary="Our words")
    call_command("load_reference", verbosity=0)
    assert Project.objects.get(slug="drives").summary == "Our words"
    assert Project.objects.get(slug="drives").sources.count() == 3


@pytest.mark.parametrize(
    ("ends", "least", "most"), [(date(2019, 12, 31), 1, 1), (date(2999, 12, 31), 0.001, 0.1), (date(2018, 1, 1), 1, 1)]
)
def test_the_timeline_shows_how_much_of_its_time_a_project_has_had(ends, least, most):
    project = Project(slug="p", acronym="P", starts=date(2018, 1, 1), ends=ends)
    (row,) = selectors.rows([project])
    assert least <= row.progress <= most


def test_a_project_without_an_end_shows_no_share_of_it():
    (row,) = selectors.rows([Project(slug="p", acronym="P", starts=date(2018, 1, 1))])
    assert row.progress is None
