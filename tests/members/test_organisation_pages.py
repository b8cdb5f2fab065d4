"""The inner pages of an organisation: who sees them, what can be changed, and what is kept of a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import events
from core.models import Region
from members.models import Organisation, Workforce
from members.services import invitations
from members.services.organisations import version_of
from tests.factories.members import MemberFactory, RepresentationFactory, WorkforceFactory
from tests.personas import Personas
from tests.variants import telling

pytestmark = pytest.mark.django_db


def address(organisation: Organisation, name: str) -> str:
    return reverse(f"members:{name}", args=[organisation.code])


def form_of(client: Client, organisation: Organisation, **changes: Any) -> dict[str, Any]:
    """What the browser would send back, with some fields filled in otherwise."""
    context = client.get(address(organisation, "organisation_edit")).context
    form, names = context["form"], context["names"]
    sent = {name: form[name].value() for name in form.fields}
    for rows in (names.management_form, *names.forms):
        sent |= {rows.add_prefix(name): rows[name].value() for name in rows.fields}
    return {name: value for name, value in (sent | changes).items() if value is not None}


def save(client: Client, organisation: Organisation, **changes: Any) -> Any:
    answer = client.post(address(organisation, "organisation_edit"), form_of(client, organisation, **changes))
    organisation.refresh_from_db()
    return answer


@pytest.fixture
def primary(personas: Personas, client_for: Callable[[Any], Client]) -> Client:
    return client_for(personas.primary)


def test_a_representative_keeps_the_profile(primary: Client, personas: Personas) -> None:
    acme = personas.organisation
    answer = save(
        primary,
        acme,
        short_name="Acme M.",
        website="www.acme.example",
        vat="CZ 00177041",
        pic="012345678",
        oid="e10000001",
        aliases="Acme Works\n\n Acme   Mobil ",
        **{
            "names-0-language": "de",
            "names-0-name": "Acme Mobilität",
            "names-1-language": "fr",
            "names-1-name": " Acme  Mobilité ",
        },
        nace="C29.32, 45.2",
        segments=["software", "materials"],
        region="cz08",
        national_id="001 77 041",
        size_class="large",
        email_domain="info@acme.example",
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert (acme.website, acme.vat, acme.pic, acme.oid) == (
        "https://www.acme.example",
        "CZ00177041",
        "012345678",
        "E10000001",
    )
    assert acme.other_names == {"de": "Acme Mobilität", "fr": "Acme Mobilité"}
    assert acme.aliases == ["Acme Works", "Acme Mobil"]
    assert (acme.region, acme.national_id) == (Region.objects.get(code="CZ08"), "00177041")
    assert (acme.nace, acme.segments, acme.email_domain) == (
        ["29.32", "45.2"],
        ["materials", "software"],
        "acme.example",
    )
    told = events.of(acme).get(verb="organisation.change")
    assert (told.actor, told.behalf_label) == (personas.primary, str(acme))
    assert "website" in told.data["fields"]
    page = primary.get(address(acme, "organisation_inside")).content.decode()
    assert "<ins>https://www.acme.example</ins>" in page


@pytest.mark.parametrize(
    ("field", "text", "says"),
    telling(
        [
            ("vat", "CZ00177042", "check digits"),
            ("pic", "1234", "nine digits"),
            ("oid", "12345678", "letter E"),
            ("website", "no address", "web address"),
            ("email_domain", "no domain", "e-mail domain"),
            ("nace", "cars", "NACE"),
            ("nace", "29.99", "Neither NACE Rev. 2 nor"),
            ("national_id", "00177042", "check digits"),
            ("segments", ["rockets"], "valid choice"),
            ("region", "999999", "no NUTS region"),
            ("region", "PT17", "NUTS 2021. In NUTS 2024 it is Grande Lisboa (PT1A) or"),
            ("region", "DE11", "is in Germany"),
        ],
        0,
        3,
        5,
        10,
    ),
)
def test_what_cannot_be_right_is_told_at_its_field_and_nothing_is_lost(
    primary: Client, personas: Personas, field: str, text: Any, says: str
) -> None:
    answer = save(primary, personas.organisation, **{field: text, "description": "Words to keep"})
    assert answer.status_code == 422
    assert says in str(answer.context["form"].errors[field])
    assert "Words to keep" in answer.content.decode()
    assert personas.organisation.description == ""


@pytest.mark.parametrize("text", telling(["CZ08", "Moravskoslezsko", "moravskoslezsko (CZ08)", "cz 08"], 0, 2))
def test_a_region_is_named_by_code_or_name(primary: Client, personas: Personas, text: str) -> None:
    assert save(primary, personas.organisation, region=text).status_code == 302
    assert personas.organisation.region == Region.objects.get(code="CZ08")
    assert "NUTS 2024" in primary.get(personas.organisation.get_absolute_url()).content.decode()


def test_names_are_rows_of_a_language_and_a_name(primary: Client, personas: Personas) -> None:
    acme = personas.organisation
    for rows, says in (
        ({"names-0-name": "Nowhere"}, "Which language"),
        (
            {"names-0-name": "One", "names-0-language": "de", "names-1-name": "Two", "names-1-language": "de"},
            "in this language already",
        ),
    ):
        answer = save(primary, acme, **rows)
        assert answer.status_code == 422
        assert says in answer.content.decode()
    save(primary, acme, **{"names-0-name": "Eins", "names-0-language": "de"})
    assert acme.other_names == {"de": "Eins"}
    save(primary, acme, **{"names-0-name": ""})
    assert acme.other_names == {}


def test_a_number_that_another_organisation_has_is_refused_at_its_field(primary: Client, personas: Personas) -> None:
    MemberFactory(pic="999999999")
    answer = save(primary, personas.organisation, pic="999999999")
    assert answer.status_code == 422
    assert "already" in str(answer.context["form"].errors["pic"])


def test_name_type_and_country_are_kept_by_the_office(
    primary: Client, personas: Personas, client_for: Callable[[Any], Client]
) -> None:
    acme = personas.organisation
    save(primary, acme, legal_name="Renamed by itself", country="DE")
    assert (acme.legal_name, acme.country_id) == ("Acme Mobility a.s.", "CZ")
    assert save(client_for(personas.office), acme, legal_name="Renamed by the Office").status_code == 302
    assert (acme.legal_name, acme.name_key) == ("Renamed by the Office", "renamed by the office")


def test_a_region_must_lie_in_the_country(personas: Personas, client_for: Callable[[Any], Client]) -> None:
    answer = save(client_for(personas.office), personas.organisation, region="DE11")
    assert answer.status_code == 422
    assert "Stuttgart" in str(answer.context["form"].errors["region"])


def test_nobody_overwrites_what_they_have_not_seen(
    primary: Client, personas: Personas, client_for: Callable[[Any], Client]
) -> None:
    acme = personas.organisation
    opened = form_of(primary, acme, description="Mine")
    save(client_for(personas.reporter), acme, description="Theirs")
    answer = primary.post(address(acme, "organisation_edit"), opened)
    acme.refresh_from_db()
    assert answer.status_code == 422
    assert "Somebody else has saved" in answer.content.decode()
    assert acme.description == "Theirs"


def test_saving_without_a_change_records_nothing(primary: Client, personas: Personas) -> None:
    before = version_of(personas.organisation)
    assert save(primary, personas.organisation).status_code == 302
    assert version_of(personas.organisation) == before
    assert not events.of(personas.organisation).filter(verb="organisation.change").exists()


def test_the_workforce_is_declared_by_year_and_again_for_the_same_year(primary: Client, personas: Personas) -> None:
    acme = personas.organisation
    for people in ("1200", "1300", "1300"):
        primary.post(address(acme, "workforce_declare"), {"year": "2024", "people": people, "source": "own count"})
    assert Workforce.objects.get(organisation=acme).people == 1300
    assert events.of(acme).filter(verb="workforce.declare").count() == 2
    answer = primary.post(address(acme, "workforce_declare"), {"year": "1900", "people": "-5"})
    assert answer.status_code == 422


def test_a_declared_year_is_corrected_and_taken_back(primary: Client, personas: Personas) -> None:
    acme = personas.organisation
    WorkforceFactory(organisation=acme, year=2023, people=10, source="own count")
    edit = reverse("members:workforce_edit", args=[acme.code, 2023])
    assert edit in primary.get(address(acme, "organisation_inside")).content.decode()
    assert primary.post(edit, {"people": "", "source": ""}).status_code == 422
    primary.post(edit, {"people": "12", "source": "annual report"})
    declared = Workforce.objects.get(organisation=acme)
    assert (declared.year, declared.people, declared.source) == (2023, 12, "annual report")
    remove = reverse("members:workforce_remove", args=[acme.code, 2023])
    assert "is taken back" in primary.post(remove, follow=True).content.decode()
    assert "any more" in primary.post(remove, follow=True).content.decode()
    assert not Workforce.objects.filter(organisation=acme).exists()
    assert events.of(acme).get(verb="workforce.withdraw").data["before"] == 12
    assert primary.get(edit).status_code == 404


def test_the_office_sees_the_last_change_of_each_field(
    primary: Client, personas: Personas, client_for: Callable[[Any], Client]
) -> None:
    acme, office = personas.organisation, client_for(personas.office)
    save(primary, acme, description="First words", website="acme.example")
    save(client_for(personas.reporter), acme, description="Second words")
    page = address(acme, "organisation_inside")
    record = {line.field: line for line in office.get(page).context["record"].lines}
    change = record["what it does"].changed
    assert (change.who, change.old, change.new) == ("Reporter", "First words", "Second words")
    assert record["website"].changed.who == "Primary"
    assert record["legal name"].changed is None
    assert "Each field and its last change" in office.get(page).content.decode()
    assert "Each field and its last change" not in primary.get(page).content.decode()


def test_the_page_says_what_the_profile_still_lacks(primary: Client, personas: Personas) -> None:
    page = primary.get(reverse("pages:my_organisation")).content.decode()
    assert "Still missing" in page
    assert "declared workforce" in page


def test_an_outsider_does_not_learn_that_inner_pages_exist(
    personas: Personas, client_for: Callable[[Any], Client]
) -> None:
    outsider = client_for(personas.outsider)
    for name in ("organisation_inside", "organisation_edit"):
        assert outsider.get(address(personas.organisation, name)).status_code == 404
        assert outsider.get(address(personas.other_organisation, name)).status_code == 200


def test_who_represents_no_member_is_told_so(personas: Personas, client_for: Callable[[Any], Client]) -> None:
    answer = client_for(personas.stranger).get(reverse("pages:my_organisation"))
    assert answer.status_code == 403
    assert "You do not represent a member" in answer.content.decode()


@pytest.mark.thorough
def test_the_inner_page_costs_the_same_for_many_people_and_changes(primary: Client, personas: Personas) -> None:
    acme = personas.organisation

    def cost() -> int:
        primary.get(address(acme, "organisation_inside"))
        with CaptureQueriesContext(connection) as queries:
            primary.get(address(acme, "organisation_inside"))
        return len(queries)

    save(primary, acme, description="First", region="CZ08")
    before = cost()
    for number in range(10):
        RepresentationFactory(organisation=acme)
        save(primary, acme, description=f"Version {number}")
    assert cost() == before


def test_organisations_made_at_the_same_time_get_codes_of_their_own() -> None:
    made = [MemberFactory() for _number in range(3)]
    assert [one.code for one in made] == [f"ORG-{one.pk:05d}" for one in made]
    assert "code" not in [field.name for field in Organisation.history.model._meta.fields]


def test_the_history_tells_a_reader_nothing_about_things_that_they_may_not_see(
    personas: Personas, client_for: Callable[[Any], Client]
) -> None:
    acme = personas.organisation
    invitations.invite_person(
        organisation_id=acme.pk, email="new.colleague@acme.example", role="delegate", actor=personas.primary
    )
    shown = {
        name: "new.colleague@acme.example" in client_for(personas[name]).get(address(acme, "organisation_inside")).text
        for name in ("primary", "office", "delegate")
    }
    assert shown == {"primary": True, "office": True, "delegate": False}
