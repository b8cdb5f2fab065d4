"""The library of the partnership: kept by the Office, read by everybody."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core import events
from core.models import Notification
from core.permissions import Denied
from core.uploads import accept
from groups import services
from groups.models import Document
from tests.factories.groups import PDF, make_document
from tests.groups.test_documents import file, read, words

pytestmark = pytest.mark.django_db
LIBRARY = reverse("groups:library")


@pytest.fixture(autouse=True)
def _own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_the_office_publishes_a_document_and_its_next_version_and_visitors_read_both(personas, client_for, client):
    office = client_for(personas.office)
    create = reverse("groups:library_create")
    assert [value for value, _label in office.get(create).context["form"].fields["visibility"].choices] == [
        "members",
        "public",
    ]
    assert office.post(create, words(file=file(), visibility="body")).status_code == 422
    office.post(create, words(title="Joint proposal", file=file(), visibility="public", description="Of 2020."))
    found = Document.objects.get()
    assert (found.body, found.latest.number) == (None, 1)
    revise = reverse("groups:document_revise", args=[found.pk])
    office.post(revise, {"file": file(PDF + b"2"), "change": "With the members of today.", "seen": 1})
    page = client.get(LIBRARY)
    assert "Of 2020." in page.text
    assert not page.cookies
    page = client.get(found.get_absolute_url())
    assert "With the members of today." in page.text
    assert "History" not in page.text  # nor any name
    assert [read(client, one.get_absolute_url()) for one in found.versions.all()] == [PDF + b"2", PDF]
    assert [event.verb for event in events.of(found)] == ["document.revise", "document.add"]
    assert not Notification.objects.exists()  # whoever publishes writes to nobody by it


def test_nobody_but_the_office_keeps_the_library(personas, client_for, client):
    found = make_document(None, title="Joint proposal", visibility="public")
    for who in (personas.chair, personas.primary, personas.administrator):
        with pytest.raises(Denied):
            services.add_document(body=None, actor=who, file=accept("a.pdf", PDF), **words(visibility="public"))
        with pytest.raises(Denied):
            services.withdraw_document(document_id=found.pk, actor=who, note="Mine.")
    services.withdraw_document(document_id=found.pk, actor=personas.office, note="Replaced.")
    assert client.get(found.get_absolute_url()).status_code == 404
    assert "Joint proposal" not in client.get(LIBRARY).text
    assert "Replaced." in client_for(personas.office).get(found.get_absolute_url()).text


def test_the_library_is_searched_and_takes_as_many_queries_however_large_it_is(
    client, client_for, personas, django_assert_num_queries
):
    make_document(None, title="Joint proposal", visibility="public")
    for number in range(9):
        make_document(None, title=f"Paper {number}", visibility="members" if number % 2 else "public")
    client.get(LIBRARY)
    with django_assert_num_queries(2):
        assert len(client.get(LIBRARY).context["page"]) == 6
    assert len(client_for(personas.outsider).get(LIBRARY).context["page"]) == 10
    assert [one.title for one in client.get(LIBRARY, {"q": "proposal JOINT"}).context["page"]] == ["Joint proposal"]
    assert "No document fits" in client.get(LIBRARY, {"q": "%"}).text
