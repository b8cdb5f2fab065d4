"""Outputs of groups: recorded with type, date, licence and link, found by everybody, named at the closing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from core import events, privacy
from core.models import Event, Licence, Notification
from groups import services
from groups.errors import ChangedMeanwhile
from groups.models import Group, GroupChange, Output
from members.models import today
from tests.factories.groups import GroupFactory, GroupMembershipFactory, OutputFactory, make_document, make_lead

pytestmark = pytest.mark.django_db
LIST = reverse("groups:output_list")


@pytest.fixture(autouse=True)
def _own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def group(personas) -> Group:
    found = GroupFactory(title="Battery repair")
    make_lead(found, user=personas.primary, organisation=personas.organisation)
    return found


def words(**more):
    licence = Licence.objects.get(code="CC-BY-SA-4.0").pk
    return {
        "kind": "training",
        "title": "Course for workshops",
        "summary": "Forty lessons.",
        "language": "de",
        "date": today() - timedelta(days=3),
        "licence": licence,
        "link": "example.org/course",
        "visibility": "public",
        **more,
    }


def test_an_output_is_recorded_found_by_everybody_corrected_and_withdrawn(personas, client_for, client, group):
    other = GroupMembershipFactory(group=group).representative
    lead = client_for(personas.primary)
    create = reverse("groups:output_create", args=[group.code])
    for _time in range(2):  # a form sent twice is one output
        sent = lead.post(create, words())
    found = Output.objects.get()
    assert sent.url == found.get_absolute_url()
    assert found.link == "https://example.org/course"
    assert list(Notification.objects.filter(recipient=other).values_list("event__verb", flat=True)) == ["output.record"]
    for page in (LIST, group.get_absolute_url()):
        assert "Course for workshops" in client.get(page).text
    page = client.get(found.get_absolute_url())
    assert "https://creativecommons.org/licenses/by-sa/4.0/" in page.text
    assert str(personas.primary) not in page.text
    assert not page.cookies
    edit = reverse("groups:output_edit", args=[found.pk])
    assert 'value="https://example.org/course"' in lead.get(edit).text
    assert lead.post(edit, words(title="Course, second edition", revision=0)).status_code == 302
    late = client_for(personas.chair).post(edit, words(title="Mine", revision=0))
    assert late.status_code == 409
    assert "Course, second edition" in late.text
    with pytest.raises(ChangedMeanwhile):
        services.change_output(output_id=found.pk, revision=0, actor=personas.chair, title="Mine")
    lead.post(reverse("groups:output_withdraw", args=[found.pk]), {"note": "It is out of date."})
    assert client.get(found.get_absolute_url()).status_code == 404
    assert "It is out of date." in client_for(other).get(found.get_absolute_url()).text
    assert "Course" not in client.get(LIST).text
    verbs = [event.verb for event in events.of(group) if event.verb.startswith("output.")]
    assert verbs == ["output.withdraw", "output.change", "output.record"]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("licence", "", "Choose a licence"),
        ("date", today() + timedelta(days=1), "still to come"),
        ("date", "2026-02-30", "valid date"),
        ("link", "javascript:alert(1)", "valid URL"),
        ("link", "ftp://example.org/x", "valid URL"),
        ("link", "", "give a link, or choose a document"),
        ("kind", "gossip", "valid choice"),
        ("title", "", "required"),
    ],
)
def test_what_cannot_stand_is_said_at_the_field_and_the_rest_stays(personas, client_for, group, field, value, reason):
    create = reverse("groups:output_create", args=[group.code])
    page = client_for(personas.primary).post(create, words(**{field: value}))
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    assert reason in str(page.context["form"].errors[field])
    assert "Forty lessons." in page.text
    assert not Output.objects.exists()


def test_an_output_is_open_to_no_more_people_than_its_document(personas, client_for, client, group):
    paper = make_document(group, title="Course book")
    elsewhere = make_document(GroupFactory(), visibility="public")
    lead, create = client_for(personas.primary), reverse("groups:output_create", args=[group.code])
    page = lead.post(create, words(link="", document=paper.pk))
    assert "Course book” is open to fewer people (The group)" in page.text
    assert lead.post(create, words(document=elsewhere.pk)).context["form"].errors.keys() == {"document"}
    services.change_document(document_id=paper.pk, revision=0, actor=personas.primary, visibility="public")
    assert lead.post(create, words(link="", document=paper.pk)).status_code == 302
    found = Output.objects.get()
    assert paper.latest.get_absolute_url() in client.get(found.get_absolute_url()).text
    services.change_document(document_id=paper.pk, revision=1, actor=personas.primary, visibility="members")
    page = client.get(found.get_absolute_url())  # closed since: the output stays, without the file
    assert page.status_code == 200
    assert "Course book" not in page.text


def test_the_list_is_filtered_by_type_committee_group_and_year(client, personas, client_for):
    group = GroupFactory()
    this = OutputFactory(group=group, title="Cells", kind="intelligence", date=date(2024, 5, 1))
    OutputFactory(title="Wheels", group=GroupFactory(committee_code="EDU"), date=date(2023, 5, 1))
    OutputFactory(title="Secret", visibility="members")

    def titles(browser, **chosen):
        return {one.title for one in browser.get(LIST, chosen).context["page"]}

    assert titles(client) == {"Cells", "Wheels"}
    assert titles(client_for(personas.outsider)) == {"Cells", "Wheels", "Secret"}
    for chosen in (
        {"kind": "intelligence"},
        {"committee": "TECH"},
        {"group": group.code},
        {"year": "2024"},
        {"q": "ell"},
    ):
        assert titles(client, **chosen) == {"Cells"}, chosen
    for odd in ({"year": "0000"}, {"year": "x' OR 1"}, {"q": "%"}, {"kind": "x"}, {"page": "zz"}):
        assert client.get(LIST, odd).status_code == 200, odd
    assert list(client.get(LIST).context["groups"]) != []
    rows = client.get(LIST, {"q": "Cells"}, headers={"HX-Request": "true"}).text
    assert this.title in rows
    assert "<html" not in rows


@pytest.mark.parametrize("total", [10, pytest.param(1000, marks=pytest.mark.thorough)])
def test_the_list_takes_as_many_queries_however_long_it_is(client, total, django_assert_max_num_queries):
    first = OutputFactory()
    fields = {"group": first.group, "licence": first.licence, "recorded_by": first.recorded_by, "visibility": "public"}
    Output.objects.bulk_create(
        Output(title=f"Output {n}", kind="other", summary="x", date=date(2020, 1, 1), **fields) for n in range(total)
    )
    client.get(LIST)
    with django_assert_max_num_queries(6):
        assert client.get(LIST).status_code == 200


def test_whoever_closes_a_group_records_its_outputs_or_says_that_there_are_none(personas, client_for, client, group):
    lead, ask = client_for(personas.primary), reverse("groups:change_ask", args=[group.code, "closing"])
    data = {"reason": "It is done.", "report": "We wrote a course."}
    page = lead.post(ask, data)
    assert page.context["form"].errors.keys() == {"outputs"}
    assert reverse("groups:output_create", args=[group.code]) in page.text
    lead.post(reverse("groups:output_create", args=[group.code]), words())
    assert "Course for workshops" in lead.get(ask).text
    assert lead.post(ask, data).status_code == 302
    change = GroupChange.objects.get()
    assert Event.objects.get(verb="closing.ask").data == {"outputs": ["Course for workshops"]}
    chair = client_for(personas.chair)
    assert "Course for workshops" in chair.get(change.get_absolute_url()).text
    services.grant_change(change_id=change.pk, actor=personas.chair)
    assert "Course for workshops" in client.get(group.get_absolute_url()).text
    assert lead.get(reverse("groups:output_create", args=[group.code])).status_code == 403


def test_who_recorded_outputs_can_have_the_list(personas, group):
    OutputFactory(group=group, recorded_by=personas.primary, title="Mine")
    assert [one["title"] for one in privacy.data_of(personas.primary)["outputs"]] == ["Mine"]
