"""Two people, or one person clicking twice, at the same moment."""

from __future__ import annotations

import pytest

from core.uploads import accept
from core.workflow import InvalidTransition
from groups import services
from groups.errors import ChangedMeanwhile
from groups.models import Document
from tests.factories.groups import PDF, GroupFactory, make_document, make_lead
from tests.groups.test_documents import words
from tests.kpis.test_at_once import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def leads():
    group = GroupFactory()
    return [make_lead(group, role=role).user for role in ("lead", "co_lead")], group


def revise(found, actor, data):
    file = accept("a.pdf", PDF + data)
    return lambda: services.revise_document(document_id=found.pk, seen=1, actor=actor, file=file, change="Mine.")


def test_of_two_new_versions_one_is_taken_and_the_other_told(leads):
    (one, other), group = leads
    found = make_document(group)
    results = together(revise(found, one, b"one"), revise(found, other, b"other"))
    assert {type(result) for result in results} == {Document, ChangedMeanwhile}
    assert [version.number for version in found.versions.all()] == [2, 1]


def test_a_form_sent_twice_at_once_is_one_document(leads):
    (one, _other), group = leads
    file = accept("a.pdf", PDF)

    def send():
        return services.add_document(body=group, actor=one, file=file, **words())

    assert {result.pk for result in together(send, send)} == {Document.objects.get().pk}


def test_of_two_who_withdraw_one_does_and_the_other_is_told(leads):
    (one, other), group = leads
    found = make_document(group)

    def withdraw(actor):
        return lambda: services.withdraw_document(document_id=found.pk, actor=actor, note="Old.")

    results = together(withdraw(one), withdraw(other))
    assert {type(result) for result in results} == {Document, InvalidTransition}
