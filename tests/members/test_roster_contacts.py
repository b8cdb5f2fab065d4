"""Contact persons of a roster: listed for the Office, invited when it says so, never by the import itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import jobs
from core.models import Job, Letter
from members.models import Invitation, Organisation, Representation, StaffRole
from members.resources import OrganisationResource
from members.roster.inviting import KIND
from members.services.invitations import withdraw_invitation
from tests.factories.imports import applied, checked
from tests.personas import Personas

pytestmark = pytest.mark.django_db
PEOPLE = """name;country;type;Ansprechpartner;E-Mail;Rolle
Nordlicht Federn;DE;supplier;Ada Muster;ada@nordlicht.example;Hauptkontakt
Nordlicht Federn GmbH;DE;supplier;Ben Muster;BEN@nordlicht.example;
Ateliers Exemple;FR;supplier;Chloé Exemple;chloe@ateliers.example;rapporteur
Wrong Works;CZ;supplier;Dan;no address;delegate
"""


@pytest.fixture
def office(personas: Personas, client_for: Callable[[Any], Client]) -> Client:
    return client_for(personas.office)


def test_the_import_sends_nothing_and_the_office_chooses_whom_to_invite(office: Client, personas: Personas) -> None:
    batch = applied(personas.office, PEOPLE)
    assert batch.counts["created"] == 2
    assert "is no e-mail address" in batch.rows.get(outcome="error").errors["contact_email"]
    assert not Invitation.objects.exists()
    assert not Letter.objects.exists()
    assert "Choose whom to invite" in office.get(batch.get_absolute_url()).content.decode()
    page = reverse("members:roster_contacts", args=[batch.pk])
    shown = office.get(page).content.decode()
    for email in ("ada@nordlicht.example", "ben@nordlicht.example", "chloe@ateliers.example"):
        assert email in shown
    assert "Dan" not in shown

    first = batch.rows.get(label="Nordlicht Federn").number
    for _time in range(2):  # two clicks are one job
        office.post(page, {"who": "chosen", "row": [first]})
    assert not Letter.objects.exists()
    assert "Waiting for the worker" in office.get(page).content.decode()
    assert jobs.run_waiting() == 1
    ada = Invitation.objects.get()
    assert (ada.email, ada.name, ada.role) == ("ada@nordlicht.example", "Ada Muster", "primary")
    assert ada.organisation.legal_name == "Nordlicht Federn"
    assert Letter.objects.count() == 1
    assert "One invitation was sent" in office.get(page).content.decode()
    office.post(page, {"who": "all"})
    jobs.run_waiting()
    roles = dict(Invitation.objects.values_list("email", "role"))
    assert roles["ben@nordlicht.example"] == "delegate"
    assert roles["chloe@ateliers.example"] == "reporter"
    assert not Representation.objects.filter(organisation__legal_name="Nordlicht Federn").exists()
    assert "so nothing is sent" in office.post(page, {"who": "chosen"}, follow=True).content.decode()


def test_who_has_the_role_already_is_not_invited_and_contacts_are_no_change(office: Client, personas: Personas) -> None:
    email = personas.primary.email
    batch = checked(personas.office, f"name,country,contact email,role\nAcme Mobility,CZ,{email},primary\n")
    assert batch.counts["unchanged"] == 1
    page = reverse("members:roster_contacts", args=[batch.pk])
    assert "has this role" in office.get(page).content.decode()
    assert "so nothing is sent" in office.post(page, {"who": "all"}, follow=True).content.decode()
    assert not Job.objects.filter(kind=KIND).exists()


def test_contacts_are_in_no_export(office: Client, personas: Personas) -> None:
    applied(personas.office, PEOPLE)
    text = office.get(reverse("members:directory_export", args=["csv"])).content.decode()
    assert "Nordlicht" in text
    assert "ada@" not in text
    assert Organisation.objects.filter(legal_name="Nordlicht Federn").exists()


def test_the_resource_writes_nothing_past_the_batch_service() -> None:
    with pytest.raises(TypeError, match="import_roster"):
        OrganisationResource().import_data(None)


# -- The sending -------------------------------------------------------------------------------------------------------
def with_contacts(count: int, name: str = "Works") -> str:
    lines = (f"{name} Number {n} of Somewhere,CZ,{name.lower()}{n}@contact.example\n" for n in range(count))
    return "name,country,contact email\n" + "".join(lines)


@pytest.mark.thorough
def test_asking_takes_as_many_queries_for_many_people_as_for_few(office: Client, personas: Personas) -> None:
    counts = []
    for number, name in ((3, "Works"), (150, "Plants")):
        batch = applied(personas.office, with_contacts(number, name))
        page = reverse("members:roster_contacts", args=[batch.pk])
        for ask in (lambda: office.post(page, {"who": "all"}), lambda: office.get(page)):  # noqa: B023
            with CaptureQueriesContext(connection) as queries:
                ask()
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    jobs.run_waiting()
    assert Letter.objects.count() == Invitation.objects.count() == 153


def test_two_choices_are_two_jobs_and_none_is_lost(office: Client, personas: Personas) -> None:
    batch = applied(personas.office, with_contacts(3))
    page = reverse("members:roster_contacts", args=[batch.pk])
    first, second, third = batch.rows.order_by("number").values_list("number", flat=True)
    office.post(page, {"who": "chosen", "row": [first]})
    office.post(page, {"who": "chosen", "row": [first, third]})
    assert Job.objects.filter(kind=KIND).count() == 2
    jobs.run_waiting()
    assert set(Invitation.objects.values_list("email", flat=True)) == {
        batch.rows.get(number=number).cells["contact_email"] for number in (first, third)
    }
    assert Letter.objects.count() == 2
    assert second not in {number for job in Job.objects.filter(kind=KIND) for number in job.payload["rows"]}


def test_a_second_attempt_writes_to_nobody_again_even_if_the_invitation_was_withdrawn(
    office: Client, personas: Personas
) -> None:
    """As after a worker that died before it could say that the work is done."""
    batch = applied(personas.office, with_contacts(2))
    office.post(reverse("members:roster_contacts", args=[batch.pk]), {"who": "all"})
    jobs.run_waiting()
    job = Job.objects.get(kind=KIND)
    assert job.result == {"sent": 2, "chosen": 2}
    withdraw_invitation(invitation_id=Invitation.objects.first().pk, actor=personas.office)
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
    jobs.run_waiting()
    job.refresh_from_db()
    assert (job.state, job.attempt, job.result) == (Job.State.DONE, 2, {"sent": 2, "chosen": 2})
    assert Letter.objects.count() == Invitation.objects.count() == 2


def test_who_lost_the_office_sends_nothing_more_and_the_page_says_so(office: Client, personas: Personas) -> None:
    batch = applied(personas.office, with_contacts(2))
    page = reverse("members:roster_contacts", args=[batch.pk])
    office.post(page, {"who": "all"})
    StaffRole.objects.filter(user=personas.office).update(user=personas.administrator)
    jobs.run_waiting()
    assert Job.objects.get(kind=KIND).state == Job.State.FAILED
    assert not Invitation.objects.exists()
    StaffRole.objects.filter(user=personas.administrator, role="office").update(user=personas.office)
    assert "Not everybody was invited" in office.get(page).content.decode()


def test_the_progress_ends_itself_when_all_are_written(office: Client, personas: Personas) -> None:
    batch = applied(personas.office, with_contacts(2))
    progress = reverse("members:roster_inviting", args=[batch.pk])
    office.post(reverse("members:roster_contacts", args=[batch.pk]), {"who": "all"})
    ask = {"headers": {"HX-Request": "true"}}
    assert "Waiting for the worker" in office.get(progress, **ask).content.decode()
    jobs.run_waiting()
    answer = office.get(progress, **ask)
    assert (answer.status_code, answer["HX-Refresh"]) == (286, "true")
