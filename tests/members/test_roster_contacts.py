"""Contact persons of a roster: listed for the Office, invited when it says so, never by the import itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import Letter
from members.models import Invitation, Organisation, Representation
from members.resources import OrganisationResource
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
    for _time in range(2):  # two clicks are one letter
        office.post(page, {"who": "chosen", "row": [first]})
    ada = Invitation.objects.get()
    assert (ada.email, ada.name, ada.role) == ("ada@nordlicht.example", "Ada Muster", "primary")
    assert ada.organisation.legal_name == "Nordlicht Federn"
    assert Letter.objects.count() == 1
    office.post(page, {"who": "all"})
    roles = dict(Invitation.objects.values_list("email", "role"))
    assert roles["ben@nordlicht.example"] == "delegate"
    assert roles["chloe@ateliers.example"] == "reporter"
    assert not Representation.objects.filter(organisation__legal_name="Nordlicht Federn").exists()
    assert "Nobody is chosen" in office.post(page, {"who": "chosen"}, follow=True).content.decode()


def test_who_has_the_role_already_is_not_invited_and_contacts_are_no_change(office: Client, personas: Personas) -> None:
    email = personas.primary.email
    batch = checked(personas.office, f"name,country,contact email,role\nAcme Mobility,CZ,{email},primary\n")
    assert batch.counts["unchanged"] == 1
    page = reverse("members:roster_contacts", args=[batch.pk])
    assert "has this role" in office.get(page).content.decode()
    office.post(page, {"who": "all"})
    assert not Invitation.objects.exists()


def test_contacts_are_in_no_export(office: Client, personas: Personas) -> None:
    applied(personas.office, PEOPLE)
    text = office.get(reverse("members:directory_export", args=["csv"])).content.decode()
    assert "Nordlicht" in text
    assert "ada@" not in text
    assert Organisation.objects.filter(legal_name="Nordlicht Federn").exists()


def test_the_resource_writes_nothing_past_the_batch_service() -> None:
    with pytest.raises(TypeError, match="import_roster"):
        OrganisationResource().import_data(None)
