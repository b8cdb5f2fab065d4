"""Documents of committees and groups: uploaded, revised, opened and closed, withdrawn; who finds and reads them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committees.models import Committee
from core import events, privacy
from core.models import Notification
from core.permissions import Denied
from core.uploads import accept
from core.workflow import InvalidTransition
from groups import services
from groups.documents.retention import WITHDRAWN_DOCUMENTS
from groups.errors import ChangedMeanwhile
from groups.models import Document, Group
from members.models import today
from members.services import erasure
from tests.core.test_uploads import archive
from tests.factories.groups import PDF, GroupFactory, GroupMembershipFactory, MeetingFactory, add_version, make_document
from tests.factories.groups import make_lead as lead_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def group(personas) -> Group:
    found = GroupFactory(title="Battery repair")
    lead_of(found, user=personas.primary, organisation=personas.organisation)
    return found


def file(data=PDF, name="terms.pdf"):
    return SimpleUploadedFile(name, data)


def words(**more):
    return {"title": "Terms of reference", "description": "", "language": "en", "visibility": "body", **more}


def heard(user):
    return list(Notification.objects.filter(recipient=user).order_by("pk").values_list("event__verb", flat=True))


def read(client, url) -> bytes:
    return b"".join(client.get(url).streaming_content)


def test_a_document_from_its_upload_to_its_withdrawal(personas, client_for, group):
    other = GroupMembershipFactory(group=group).representative
    lead, member, outsider = (client_for(user) for user in (personas.primary, other, personas.outsider))
    sent = lead.post(reverse("groups:document_create", args=[group.code]), words(file=file()))
    found = Document.objects.get()
    assert sent.url == found.get_absolute_url()
    assert heard(other) == []  # of what is for the group alone nobody is told
    assert outsider.get(found.get_absolute_url()).status_code == 404
    answer = member.get(found.latest.get_absolute_url())
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="terms.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    revise = reverse("groups:document_revise", args=[found.pk])
    lead.post(revise, {"file": file(PDF + b"2"), "change": "The scope is narrower.", "seen": 1})
    edit = reverse("groups:document_edit", args=[found.pk])
    lead.post(edit, words(visibility="public", title="Terms", revision=0))
    found.refresh_from_db()
    assert (found.title, found.visibility, found.latest.number) == ("Terms", "public", 2)
    assert heard(other) == ["document.open"]
    page = member.get(found.get_absolute_url()).text
    assert "The scope is narrower." in page
    assert str(personas.primary) in page
    withdraw = reverse("groups:document_withdraw", args=[found.pk])
    assert lead.post(withdraw, {"note": ""}).status_code == 422
    lead.post(withdraw, {"note": "It is out of date."})
    assert "It is out of date." in member.get(found.get_absolute_url()).text
    assert member.get(found.latest.get_absolute_url()).status_code == 404
    assert read(lead, found.latest.get_absolute_url()) == PDF + b"2"
    verbs = "document.withdraw document.open document.change document.revise document.add".split()
    assert [event.verb for event in events.of(group) if event.verb.startswith("document.")] == verbs
    assert "withdrew the document" in lead.get(reverse("groups:workspace", args=[group.code])).text


def test_a_visitor_reads_what_is_public_and_no_names(personas, client, group):
    hidden = make_document(group, title="For us alone")
    shown = make_document(group, title="For everybody", visibility="public", meeting=MeetingFactory(group=group))
    page = client.get(reverse("groups:document_list", args=[group.code])).text
    assert "For everybody" in page
    assert "For us alone" not in page
    page = client.get(shown.get_absolute_url())
    assert shown.latest.uploaded_by.name not in page.text
    assert "Spring meeting" not in page.text  # meetings are for those inside
    assert not page.cookies
    assert read(client, shown.latest.get_absolute_url()).startswith(PDF)
    assert client.get(hidden.get_absolute_url()).status_code == 404
    for page in (group.get_absolute_url(), group.committee.get_absolute_url()):
        assert "For us alone" not in client.get(page).text
    assert "For everybody" in client.get(group.get_absolute_url()).text


def test_opening_a_document_opens_its_newest_version_alone(personas, client, group):
    found = make_document(group, title="Draft and more")
    add_version(found, change="Without names.")
    services.change_document(document_id=found.pk, revision=0, actor=personas.primary, visibility="public")
    first, second = found.versions.order_by("number")
    assert client.get(first.get_absolute_url()).status_code == 404
    assert client.get(second.get_absolute_url()).status_code == 200
    assert [one.number for one in client.get(found.get_absolute_url()).context["versions"]] == [2]
    services.change_document(document_id=found.pk, revision=1, actor=personas.primary, visibility="members")
    assert client.get(second.get_absolute_url()).status_code == 404
    assert [one.visibility for one in found.versions.order_by("number")] == ["body", "members"]
    verbs = [event.verb for event in events.of(found)]
    assert verbs == ["document.close", "document.open"]


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (None, "No file was submitted|required"),
        (("a.pdf", b""), "The file is empty"),
        (("a.pdf", b"MZ\x90\0program"), "Please send a document or picture"),
        (("a.pdf", b"#!/bin/sh\n"), "ends in .pdf, but what is in it is"),
        (("a.docx", archive(word__document_xml=b"<w/>" * 5_000_000)), "far larger than a document can be"),
        (("a.txt", b"a" * (25 * 1024 * 1024 + 1)), "larger than 25 MB"),
    ],
)
def test_what_is_no_document_is_refused_at_the_field_and_the_words_stay(personas, client_for, group, sent, reason):
    data = words(title="A title of its own") | ({"file": SimpleUploadedFile(*sent)} if sent else {})
    page = client_for(personas.primary).post(reverse("groups:document_create", args=[group.code]), data)
    assert page.status_code == 422
    assert any(part in str(page.context["form"].errors["file"]) for part in reason.split("|"))
    assert 'value="A title of its own"' in page.text
    assert not Document.objects.exists()


def test_the_second_of_two_new_versions_is_told_of_the_first(personas, client_for, group):
    found = make_document(group)
    revise = reverse("groups:document_revise", args=[found.pk])
    data = {"change": "Mine.", "seen": 1}
    assert client_for(personas.primary).post(revise, data | {"file": file(PDF + b"a")}).status_code == 302
    late = client_for(personas.chair).post(revise, data | {"file": file(PDF + b"b")})
    assert late.status_code == 409
    assert f"{personas.primary} uploaded version 2" in late.text
    assert ">\nMine.</textarea>" in late.text
    assert found.versions.count() == 2
    again = client_for(personas.chair).post(revise, data | {"file": file(PDF + b"b"), "seen": 2})
    assert again.status_code == 302
    same = client_for(personas.chair).post(revise, data | {"file": file(PDF + b"b"), "seen": 3})
    assert "This is the file of version 3" in same.text
    assert [one.number for one in found.versions.all()] == [3, 2, 1]


def test_two_who_change_the_words_and_a_form_sent_twice(personas, client_for, group):
    found = make_document(group)
    edit = reverse("groups:document_edit", args=[found.pk])
    assert client_for(personas.primary).post(edit, words(title="Theirs", revision=0)).status_code == 302
    late = client_for(personas.chair).post(edit, words(title="Mine", revision=0))
    assert late.status_code == 409
    assert "Theirs" in late.text
    create = reverse("groups:document_create", args=[group.code])
    for _time in range(2):
        client_for(personas.primary).post(create, words(title="Once", file=file()))
    assert Document.objects.filter(title="Once").count() == 1
    with pytest.raises(ChangedMeanwhile):
        services.change_document(document_id=found.pk, revision=0, actor=personas.chair, visibility="public")


def test_what_is_withdrawn_takes_nothing_new_and_a_closed_group_no_new_document(personas, group):
    found = make_document(group)
    services.withdraw_document(document_id=found.pk, actor=personas.office, note="Wrong file.")
    upload = accept("b.pdf", PDF + b"b")
    with pytest.raises(Denied, match="withdrawn"):
        services.revise_document(document_id=found.pk, seen=1, actor=personas.primary, file=upload, change="x")
    with pytest.raises(InvalidTransition):
        services.withdraw_document(document_id=found.pk, actor=personas.primary, note="Again.")
    other = make_document(group)
    Group._base_manager.filter(pk=group.pk).update(status="closed", ends=today())
    group = Group.objects.get(pk=group.pk)
    with pytest.raises(Denied, match="closed"):
        services.add_document(body=group, actor=personas.primary, file=upload, **words())
    services.withdraw_document(document_id=other.pk, actor=personas.office, note="It names people.")


def test_the_papers_of_a_meeting_stand_on_its_page(personas, client_for, group):
    meeting = MeetingFactory(group=group)
    lead = client_for(personas.primary)
    create = reverse("groups:document_create", args=[group.code])
    upload = f"{create}?meeting={meeting.pk}"
    assert upload in lead.get(meeting.get_absolute_url()).text
    lead.post(upload, words(title="Budget", file=file()))
    assert Document.objects.get().meeting == meeting
    assert "Budget" in lead.get(meeting.get_absolute_url()).text
    elsewhere = MeetingFactory(group=GroupFactory())
    lead.post(f"{create}?meeting={elsewhere.pk}", words(title="Other", file=file()))
    assert Document.objects.get(title="Other").meeting is None


def test_people_of_the_body_hear_of_what_is_open_to_more_than_them(personas, group):
    place = GroupMembershipFactory(group=group)
    services.add_document(body=group, actor=personas.primary, file=accept("a.pdf", PDF), **words(visibility="members"))
    assert heard(place.representative) == ["document.add"]
    assert heard(personas.outsider) == []
    tech = Committee.objects.get(code="TECH")
    services.add_document(body=tech, actor=personas.chair, file=accept("a.pdf", PDF), **words(visibility="public"))
    assert heard(personas.committee_member) == ["document.add"]


@pytest.mark.thorough
def test_the_list_takes_as_many_queries_however_long_it_is(personas, client_for, group):
    make_document(group)
    browser = client_for(personas.primary)
    pages = [reverse(f"groups:{name}", args=[group.code]) for name in ("document_list", "workspace", "group_detail")]

    def count(page):
        browser.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(page).status_code == 200
        return len(queries)

    first = [count(page) for page in pages]
    for number in range(24):
        add_version(make_document(group, title=f"Paper {number}"))
    assert [count(page) for page in pages] == first


def test_withdrawn_files_go_when_their_time_is_over_and_the_record_stays(
    personas, settings, group, client_for, django_capture_on_commit_callbacks
):
    found, kept = make_document(group), make_document(group, title="Kept")
    services.withdraw_document(document_id=found.pk, actor=personas.primary, note="Old.")
    now = timezone.now()
    assert not WITHDRAWN_DOCUMENTS.due(now)
    late = now + timedelta(days=settings.RETENTION_DOCUMENT_DAYS + 1)
    with django_capture_on_commit_callbacks(execute=True):
        WITHDRAWN_DOCUMENTS.forget(list(WITHDRAWN_DOCUMENTS.due(late)))
    assert not WITHDRAWN_DOCUMENTS.due(late)
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert len(files) == 1
    office = client_for(personas.office)
    page = office.get(found.get_absolute_url())
    assert "paper-1.pdf" in page.text
    assert office.get(found.versions.get().get_absolute_url()).status_code == 404
    assert office.get(kept.latest.get_absolute_url()).status_code == 200


def test_who_uploaded_can_have_the_list_and_be_forgotten(personas, group):
    file = accept("a.pdf", PDF)
    services.add_document(body=group, actor=personas.chair, file=file, **words(title="Mine"))
    assert [one["title"] for one in privacy.data_of(personas.chair)["documents"]] == ["Mine"]
    name = personas.chair.name
    erasure.forget_person(user_id=personas.chair.pk, actor=personas.office)
    assert name not in str(Document.objects.get().versions.get().uploaded_by)
