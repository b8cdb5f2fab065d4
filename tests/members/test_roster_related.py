"""What a roster says of an organisation that other tables keep: workforce by year, those represented, member since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.imports import services
from core.imports.models import Import
from members.models import Membership, Organisation, Represented, Workforce, today
from tests.factories.imports import applied, checked, run
from tests.factories.members import MemberFactory, WorkforceFactory
from tests.members.test_roster_matching import one
from tests.members.test_roster_undo import export, undo
from tests.members.test_roster_wizard import address, mapping_of
from tests.personas import Personas
from tests.variants import telling

pytestmark = pytest.mark.django_db
HEAD = "name;country;type;Mitarbeiterzahl;represents;Mitglied seit\n"


@pytest.fixture
def office(personas: Personas, client_for: Callable[[Any], Client]) -> Client:
    return client_for(personas.office)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("1250", {today().year: (1250, "")}),
        ("1.250,0", {today().year: (1250, "")}),
        ("1 250", {today().year: (1250, "")}),
        ("2024: 1200 (annual report; page 3); 2025: 1 250", {2024: (1200, "annual report; page 3"), 2025: (1250, "")}),
        ("2024: 1,200\n2025: 0", {2024: (1200, ""), 2025: (0, "")}),
    ],
)
def test_the_workforce_is_read_as_people_write_it(db: None, text: str, years: dict[int, Any]) -> None:
    row = one(legal_name="A Works", workforce=text)
    assert row.more["workforce"] == years, row.errors


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("workforce", "many", "no number of people"),
        ("workforce", "12,5", "no number of people"),
        ("workforce", "-3", "no number of people"),
        ("workforce", "2024: 12; 1066: 3", "no workforce of a year"),
        ("represents", "Somebody", "name and country"),
        ("represents", "Somebody (Atlantis)", "no country"),
        ("represents", "ORG-99999", "no organisation ORG-99999"),
        ("member_since", "long ago", "no day"),
        ("member_since", "2099-01-01", "yet to come"),
    ],
)
def test_what_cannot_be_read_is_an_error_of_its_cell(db: None, field: str, text: str, says: str) -> None:
    row = one(legal_name="A Works", **{field: text})
    assert says in row.errors[field]


def test_they_are_written_shown_in_the_preview_and_taken_back(office: Client, personas: Personas) -> None:
    member = MemberFactory(legal_name="Verband der Werke", country_code="DE")
    WorkforceFactory(organisation=member, year=2024, people=10, source="letter")
    other = MemberFactory(legal_name="Andere Werke", country_code="AT")
    before = {ending: export(office, ending) for ending in ("csv", "xlsx", "ods")}
    named = f"{other.code}; ANDERE WERKE (Österreich); Dritte & Co (CZ)"
    batch = checked(
        personas.office,
        HEAD
        + "Verband der Werke;DE;supplier;2024: 12, 2025;;\n"
        + f'Verband der Werke;DE;supplier;2024: 12 (survey);"{named}";\n'
        + "Neue Werke;DE;supplier;300;Andere Werke (AT);45000\n",
    )
    assert batch.counts["errors"] == 1
    page = office.get(address(batch), {"rows": "changed"}).content.decode()
    assert "2024: 12 (survey)" in page
    services.confirm(import_id=batch.pk, actor=personas.office, skip_errors=True)
    batch = run(batch)
    new = Organisation.objects.get(legal_name="Neue Werke")
    assert new.memberships.get().starts == date(2023, 3, 15)
    assert new.workforces.get().people == 300
    assert new.represented.get().organisation == other
    assert member.workforces.get().source == "survey"
    assert set(member.represented.values_list("organisation", "name", "country")) == {
        (other.pk, "", None),
        (None, "Dritte & Co", "CZ"),
    }
    assert undo(batch.pk) == {"reversed": 2, "kept": 0, "failed": 0}
    assert member.workforces.get().people == 10
    assert Represented.objects.count() == 0
    assert {ending: export(office, ending) for ending in before} == before


def test_what_somebody_changed_of_them_since_is_kept(personas: Personas) -> None:
    first, second = (MemberFactory(legal_name=name) for name in ("First Works", "Second Works"))
    batch = applied(
        personas.office,
        "name;country;type;employees;represents\nFirst Works;CZ;supplier;5;\nSecond Works;CZ;supplier;;Third (SK)\n",
    )
    assert batch.counts["updated"] == 2
    first.workforces.update(people=6)
    second.represented.update(ends=today())
    assert undo(batch.pk) == {"reversed": 0, "kept": 2, "failed": 0}
    assert (first.workforces.get().people, second.represented.count()) == (6, 1)


def test_rows_about_one_organisation_complete_each_other_and_contradictions_need_a_person(personas: Personas) -> None:
    text = "name;country;type;employees\nNeue Werke;DE;supplier;2024: 10\nNeue Werke;DE;supplier;{}\n"
    batch = applied(personas.office, text.format("2025: 11"))
    assert dict(Workforce.objects.values_list("year", "people")) == {2024: 10, 2025: 11}
    undo(batch.pk)
    batch = checked(personas.office, text.format("2024: 99"))
    assert "Automotive workforce" in batch.rows.get(outcome="doubtful").evidence[0]["reason"]


def test_since_when_a_member_is_one_is_not_changed(db: None) -> None:
    MemberFactory(legal_name="Known Works")
    row = one(legal_name="Known Works", member_since="1.1.2020")
    assert row.outcome == "unchanged"
    assert "2022-01-01" in row.warnings["member_since"]
    assert not one(legal_name="Known Works", member_since="2022-01-01").warnings
    assert Membership.objects.get().starts == date(2022, 1, 1)


@pytest.mark.parametrize("ending", telling(["csv", "xlsx", "ods"], 1))
def test_an_export_with_everything_filled_in_changes_nothing(office: Client, ending: str) -> None:
    other = MemberFactory(legal_name="Andere; Werke (Nord)", country_code="AT")
    full = MemberFactory(
        legal_name="Vollständige Werke GmbH",
        other_names={"en": "Complete Works; Inc", "fr": "Ateliers"},
        aliases=["Vollwerk", "-minus"],
        country_code="DE",
        pic="001234567",
        nace=["29.32", "45.2"],
        segments=["materials", "software"],
        size_class="large",
        address="Street 1\n12345 Town",
    )
    WorkforceFactory(organisation=full, year=2024, people=12, source="report; p. 3")
    WorkforceFactory(organisation=full, year=2025, people=0)
    for name, where in (("Dritte; & Co (West)", "CZ"), ("Vierte", "SK")):
        Represented(umbrella=full, country_id=where).named(name).save()
    Represented(umbrella=full, organisation=other).named("Andere").save()
    data = export(office, ending)
    office.post(reverse("members:roster_upload"), {"file": SimpleUploadedFile(f"export.{ending}", data)})
    batch = Import.objects.get()
    assert len(batch.mapping) == len(batch.columns) == 22
    office.post(address(batch, "mapping"), mapping_of(batch))
    batch = run(batch)
    assert batch.counts["unchanged"] == batch.counts["rows"], list(batch.rows.values("outcome", "errors", "changes"))
    assert not any(batch.rows.values_list("warnings", flat=True))
    assert export(office, ending) == data
