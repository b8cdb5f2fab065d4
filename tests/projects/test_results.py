"""Results of projects: recorded, proposed, taken up by a group, in use, retired; and the one library of all."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from committees.models import Committee
from core import events
from core.models import Licence, Notification
from projects import services
from projects.models import Partner, Project, Result, ResultUse
from projects.waiting import waiting_for
from tests.factories.groups import GroupFactory, OutputFactory, make_lead
from tests.factories.members import MemberFactory
from tests.factories.projects import ResultFactory

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\nA course."


@pytest.fixture
def drives(personas):
    """Acme was a partner of it."""
    found = Project.objects.get(slug="drives")
    Partner.objects.create(project=found, organisation=personas.organisation)
    return found


def words(**more):
    return {
        "kind": "training",
        "title": "Course for technicians",
        "summary": "Forty hours on high voltage.",
        "date": "2022-03-01",
        "language": "en",
        "licence": Licence.objects.get(code="CC-BY-4.0").pk,
        "link": "https://example.org/course",
        "eqf_level": "4",
    } | more


def test_a_partner_records_a_result_and_everybody_finds_it(personas, client_for, client, drives):
    primary = client_for(personas.primary)
    url = reverse("projects:result_create", args=["drives"])
    assert url in primary.get(drives.get_absolute_url()).content.decode()
    sent = words(link="", file=SimpleUploadedFile("course.pdf", PDF))
    assert primary.post(url, sent).status_code == 302
    assert primary.post(url, words(link="", file=SimpleUploadedFile("course.pdf", PDF))).status_code == 302
    result = Result.objects.get()  # the same form sent twice is one result
    assert events.of(result).get().verb == "result.record"
    page = client.get(result.get_absolute_url()).content.decode()
    for fact in ("Course for technicians", "CC BY 4.0", "Forty hours", "EQF 4", "LearningResource"):
        assert fact in page, fact
    assert str(personas.primary) not in page, "to visitors people have no names"
    file = client.get(reverse("projects:result_file", args=[result.pk]))
    assert (b"".join(file.streaming_content), file["Content-Type"]) == (PDF, "application/pdf")
    assert result.title in client.get(drives.get_absolute_url()).content.decode()


def test_what_cannot_stand_is_said_at_its_field_and_nothing_is_lost(personas, client_for, drives):
    primary = client_for(personas.primary)
    url = reverse("projects:result_create", args=["drives"])
    for said, field in (
        ({"licence": ""}, "licence"),
        ({"link": ""}, "link"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"date": "2999-01-01"}, "date"),
        ({"eqf_level": "9"}, "eqf_level"),
        ({"kind": "poem"}, "kind"),
        ({"file": SimpleUploadedFile("course.exe", b"MZ\0\0")}, "file"),
    ):
        answer = primary.post(url, words(**said))
        assert answer.status_code == 422, said
        assert list(answer.context["form"].errors) == [field], said
        assert answer.context["form"]["summary"].value() == "Forty hours on high voltage."
    assert not Result.objects.exists()


def test_two_who_change_it_at_once_do_not_overwrite_each_other(personas, client_for, drives):
    result = ResultFactory(project=drives)
    primary = client_for(personas.primary)
    url = reverse("projects:result_edit", args=[result.pk])
    assert primary.post(url, words(title="New title", revision=0)).status_code == 302
    late = primary.post(url, words(title="Mine", revision=0))
    assert late.status_code == 409
    assert late.context["form"]["title"].value() == "Mine"
    result.refresh_from_db()
    assert (result.title, result.revision) == ("New title", 1)


def test_a_result_goes_from_the_project_to_use_in_a_group_and_is_retired(personas, client_for, client, drives):
    group = GroupFactory(title="Battery repair")
    lead = make_lead(group).user
    result = ResultFactory(project=drives, title="Course for technicians")
    tech = Committee.objects.get(code="TECH")

    def go(step, user, **said):
        answer = client_for(user).post(reverse(f"projects:result_{step}", args=[result.pk]), said)
        assert answer.status_code == 302, answer.content.decode()[:2000]
        result.refresh_from_db()
        return result.status

    assert go("propose", personas.primary, committee=tech.pk, note="It is tried.") == "proposed"
    desk = client_for(personas.chair).get(reverse("groups:committee_desk", args=["TECH"]))
    assert result.title in desk.content.decode()
    assert [item.url for item in waiting_for(personas.chair)] == [result.get_absolute_url()]
    assert waiting_for(personas.other_chair) == waiting_for(personas.primary) == []
    assert go("decline", personas.vice_chair, note="Not before spring.") == "offered"
    assert go("propose", personas.primary, committee=tech.pk) == "proposed"
    assert go("take_up", lead, group=group.pk) == "taken_up"
    assert ResultUse.objects.get().group == group
    told = Notification.objects.filter(event__verb="result.take_up").values_list("recipient", flat=True)
    assert set(told) == {personas.primary.pk}
    assert go("use", lead) == "in_use"
    page = client.get(group.get_absolute_url()).content.decode()
    assert "Taken up from projects" in page
    begin = reverse("projects:use_begin", args=[result.pk])
    assert client_for(personas.outsider).post(begin, {"note": "In our school."}).status_code == 302
    assert client_for(personas.outsider).post(begin, {"note": "Again."}).status_code == 302
    use = ResultUse.objects.get(organisation=personas.other_organisation)
    assert result.title in client.get(personas.other_organisation.get_absolute_url()).content.decode()
    assert go("retire", personas.office, note="A newer one is there.") == "retired"
    use.refresh_from_db()
    assert use.until is not None
    heard = Notification.objects.filter(event__verb="result.retire").values_list("recipient", flat=True)
    assert set(heard) >= {lead.pk, personas.outsider.pk}
    verbs = [event.verb for event in events.of(result).order_by("pk")]
    assert verbs == [
        "result.propose", "result.decline", "result.propose", "result.take_up", "result.use", "resultuse.begin",
        "result.retire",
    ]  # fmt: skip


def test_who_proposed_it_does_not_decide_and_a_lead_takes_it_up_for_an_own_group_alone(personas, client_for):
    result = ResultFactory()
    chair = client_for(personas.chair)
    tech = Committee.objects.get(code="TECH")
    group, other = GroupFactory(), GroupFactory()
    lead = make_lead(group).user
    chair.post(reverse("projects:result_propose", args=[result.pk]), {"committee": tech.pk})
    refused = chair.post(reverse("projects:result_take_up", args=[result.pk]), {"group": group.pk})
    assert refused.status_code == 403
    assert "You proposed it yourself" in refused.content.decode()
    take_up = reverse("projects:result_take_up", args=[result.pk])
    assert client_for(lead).post(take_up, {"group": other.pk}).status_code == 422
    assert client_for(lead).post(take_up, {"group": group.pk}).status_code == 302
    slower = client_for(personas.vice_chair).post(take_up, {"group": other.pk}, follow=True)
    assert "taken up" in slower.content.decode().lower()
    assert [use.group for use in ResultUse.objects.all()] == [group], "of two, the second is told"


def test_results_and_outputs_stand_in_one_library_with_filters(personas, client):
    course = ResultFactory(title="Course on batteries", eqf_level=4)
    roadmap = ResultFactory(title="The way to 2030", kind="roadmap", language="cs", status="retired")
    output = OutputFactory(title="Guide of the group")
    secret = OutputFactory(title="Draft of the group", visibility="body")
    url = reverse("projects:result_list")
    output.group.themes.add(*output.group.committee.themes.all()[:1])
    for params, there in (
        ({}, {course, output}),
        ({"kind": "training"}, {course, output}),
        ({"kind": "roadmap", "state": "retired"}, {roadmap}),
        ({"q": "battery"}, set()),
        ({"q": "BATTERIES"}, {course}),
        ({"eqf": "4"}, {course}),
        ({"eqf": "4' OR 1=1"}, {course, output}),
        ({"committee": "TECH"}, {output}),
        ({"project": "drives"}, {course}),
        ({"language": "cs"}, set()),
        ({"topic": output.group.themes.first().code}, {output}),
        ({"group": output.group.code}, {output}),
        ({"q": "%"}, set()),
    ):
        page = client.get(url, params).content.decode()
        shown = {one for one in (course, roadmap, output, secret) if one.title in page}
        assert shown == there, params


def test_the_library_and_a_project_take_the_same_number_of_queries_whatever_their_size(
    client, django_assert_max_num_queries
):
    project = Project.objects.get(slug="drives")

    def cost(url):
        with django_assert_max_num_queries(12) as queries:
            client.get(url)
        return len(queries)

    urls = [reverse("projects:result_list"), project.get_absolute_url()]
    ResultFactory.create_batch(2)
    before = [cost(url) for url in urls]
    ResultFactory.create_batch(40)
    OutputFactory.create_batch(3)
    assert [cost(url) for url in urls] == before


def test_taking_up_needs_a_committee_and_a_use_ends_once(personas):
    result = ResultFactory(proposed_to="TECH", status="taken_up")
    use = services.begin_use(result_id=result.pk, organisation=personas.organisation, actor=personas.primary)
    for _again in range(2):
        services.end_use(use_id=use.pk, actor=personas.primary)
    assert events.of(use).filter(verb="resultuse.end").count() == 1


def test_two_organisations_that_become_one_use_a_result_once_since_the_earlier_day(personas):
    from tests.members.test_merging import everything_about, merge, undo

    kept, merged = MemberFactory(legal_name="Kept"), MemberFactory(legal_name="Merged")
    both, theirs = ResultFactory(status="in_use"), ResultFactory(status="in_use")
    ResultUse.objects.create(result=both, organisation=kept, since="2023-05-01")
    earlier = ResultUse.objects.create(result=both, organisation=merged, since="2022-01-01", note="In two plants")
    ended = ResultUse.objects.create(result=both, organisation=merged, since="2020-01-01", until="2021-01-01")
    other = ResultUse.objects.create(result=theirs, organisation=merged)
    before = everything_about(kept, merged)
    done = merge(personas, kept, merged)
    assert set(ResultUse.objects.filter(organisation=kept)) == {earlier, ended, other}
    outcome = undo(personas, done).outcome
    assert outcome["kept"] == outcome["failed"] == []
    assert everything_about(kept, merged) == before
