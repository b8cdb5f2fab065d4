"""Commitments under the Pact: made, counted, told of by year, fulfilled or given up."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import events
from core.models import Indicator
from kpis.models import OrganisationTotal
from members.models import Commitment, today
from tests.factories.members import CommitmentFactory, MemberFactory

pytestmark = pytest.mark.django_db
YEAR = today().year


@pytest.fixture
def primary(personas, client_for):
    return client_for(personas.primary)


def filled_in(**more) -> dict:
    return {
        "text": "We train our mechanics for electric vehicles.",
        "principle": "learning",
        "indicator": Indicator.objects.get(code="K1").pk,
        "number": "500",
        "by_year": str(YEAR + 3),
        **more,
    }


def make(client, organisation, **more):
    return client.post(reverse("members:commitment_create", args=[organisation.code]), filled_in(**more))


def test_a_commitment_is_made_changed_told_of_and_fulfilled(primary, personas):
    acme = personas.organisation
    assert make(primary, acme).status_code == 302
    commitment = acme.commitments.get()
    primary.post(reverse("members:commitment_edit", args=[commitment.pk]), filled_in(number="600"))
    commitment.refresh_from_db()
    assert commitment.number == 600
    for number in ("120", "150"):
        url = reverse("members:commitment_progress", args=[commitment.pk])
        assert primary.post(url, {"year": YEAR, "number": number, "note": "Two courses."}).status_code == 302
    assert commitment.progress.get().number == 150, "told again, it replaces what was told"
    page = primary.get(commitment.get_absolute_url()).content.decode()
    assert "25" in page
    primary.post(reverse("members:commitment_settle", args=[commitment.pk, "fulfil"]), {"fulfil-note": ""})
    commitment.refresh_from_db()
    assert commitment.status == "fulfilled"
    told = list(events.of(commitment).values_list("verb", "behalf_label"))
    assert told == [(f"commitment.{verb}", str(acme)) for verb in ("fulfil", "report", "report", "change", "make")]
    assert events.of(commitment).get(verb="commitment.change").data == {"changed": {"number": [500, 600]}}


def test_the_reported_figure_stands_beside_what_the_organisation_says(primary, personas):
    acme = personas.organisation
    make(primary, acme)
    commitment = acme.commitments.get()
    cell = {"year": YEAR, "indicator": commitment.indicator, "series": "achieved", "region": "ALL"}
    OrganisationTotal.objects.create(organisation=acme, member_type="IND-SUP", gross=99, low=77, high=99, **cell)
    page = primary.get(reverse("pages:my_organisation"))
    (shown,) = page.context["commitments"]
    assert [(one.year, one.number, one.reported) for one in shown.years] == [(YEAR, None, 77)]
    assert "Reported for the year" in page.content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": ""}, "number"),
        ({"indicator": ""}, "indicator"),
        ({"by_year": "1999"}, "by_year"),
        ({"text": "   "}, "text"),
        ({"number": "-3"}, "number"),
        ({"principle": "profit"}, "principle"),
    ],
)
def test_what_cannot_be_meant_is_told_at_its_field(primary, personas, change, field):
    answer = make(primary, personas.organisation, **change)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Commitment.objects.exists()


def test_a_commitment_in_words_alone_is_one_too(primary, personas):
    make(primary, personas.organisation, indicator="", number="")
    commitment = Commitment.objects.get()
    url = reverse("members:commitment_progress", args=[commitment.pk])
    assert primary.post(url, {"year": YEAR, "note": ""}).status_code == 422
    assert primary.post(url, {"year": YEAR, "note": "On its way."}).status_code == 302


def test_a_form_sent_twice_is_one_commitment(primary, personas):
    make(primary, personas.organisation)
    make(primary, personas.organisation)
    assert Commitment.objects.count() == 1


def test_giving_up_needs_a_reason_and_can_be_taken_back(primary, personas):
    commitment = CommitmentFactory(organisation=personas.organisation)
    drop = reverse("members:commitment_settle", args=[commitment.pk, "drop"])
    assert primary.post(drop, {"drop-note": " "}).status_code == 422
    primary.post(drop, {"drop-note": "The plant was closed."})
    commitment.refresh_from_db()
    assert commitment.status == "dropped"
    answer = primary.post(reverse("members:commitment_edit", args=[commitment.pk]), filled_in(), follow=True)
    assert "Nothing was changed" in answer.content.decode()
    primary.post(reverse("members:commitment_settle", args=[commitment.pk, "reopen"]))
    commitment.refresh_from_db()
    assert commitment.status == "open"


def test_another_member_does_not_see_it(personas, client_for):
    commitment = CommitmentFactory(organisation=personas.organisation)
    outsider = client_for(personas.outsider)
    assert outsider.get(commitment.get_absolute_url()).status_code == 404
    assert outsider.get(reverse("members:commitment_create", args=[personas.organisation.code])).status_code == 404
    assert commitment.text not in outsider.get(personas.organisation.get_absolute_url()).content.decode()


def test_my_organisation_costs_the_same_for_many_commitments_and_people(primary, personas):
    url = reverse("pages:my_organisation")

    def cost() -> int:
        primary.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert primary.get(url).status_code == 200
        return len(queries)

    CommitmentFactory(organisation=personas.organisation).progress.create(year=YEAR, note="Well.")
    before = cost()
    for one in CommitmentFactory.create_batch(20, organisation=personas.organisation):
        one.progress.create(year=YEAR, note="Well.")
    MemberFactory.create_batch(5)
    assert cost() == before
