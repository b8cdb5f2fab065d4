"""The shipped projects stand on their pages, with facts and sources."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse

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
