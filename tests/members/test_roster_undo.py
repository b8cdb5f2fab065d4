"""Undoing an import: what it wrote goes, what somebody has changed or used since stays."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import events
from core.imports import services
from core.imports.models import Import
from core.models import Job
from core.workflow import InvalidTransition
from members.models import Membership, Organisation
from tests.factories.imports import applied, run, undone
from tests.factories.members import MemberFactory, OrganisationFactory
from tests.members.test_roster_command import REAL, import_roster
from tests.personas import Personas

pytestmark = pytest.mark.django_db
THREE = "name,country,pic\nFirst Works,CZ,000000001\nSecond Plants,DE,\nThird Parts,FR,\n"


@pytest.fixture
def office(personas: Personas, client_for: Callable[[Any], Client]) -> Client:
    return client_for(personas.office)


def undo(number: int) -> dict[str, Any]:
    out = io.StringIO()
    call_command("undo_import", str(number), "--json", stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def export(client: Client, ending: str) -> bytes:
    return client.get(reverse("members:directory_export", args=[ending])).content


@pytest.mark.parametrize("ending", ["xlsx", *(pytest.param(one, marks=pytest.mark.thorough) for one in ("csv", "ods"))])
def test_the_export_is_the_same_before_an_import_and_after_undoing_it_byte_for_byte(
    office: Client, ending: str
) -> None:
    MemberFactory(legal_name="Fachhochschule Burgenland", country_code="AT", website="https://old.example")
    OrganisationFactory(legal_name="Fachhochschule JOANNEUM", country_code="AT", email_domain="fh-joanneum.at")
    before = export(office, ending)
    done = import_roster(REAL, "--member-type", "EDU-HE", "--apply")
    assert export(office, ending) != before
    assert undo(done["import"]) == {"reversed": done["applied"], "kept": 0, "failed": 0}
    assert export(office, ending) == before
    assert Membership.objects.count() == Organisation.objects.members().count()


def test_a_new_member_that_somebody_edited_is_kept_and_listed_and_the_rest_is_gone(
    office: Client, personas: Personas
) -> None:
    batch = applied(personas.office, THREE)
    second = Organisation.objects.get(legal_name="Second Plants")
    second.website = "https://second.example"
    second._history_user = personas.office
    second.save()
    assert undo(batch.pk) == {"reversed": 2, "kept": 1, "failed": 0}
    assert not Organisation.objects.filter(legal_name__in=["First Works", "Third Parts"]).exists()
    second.refresh_from_db()
    assert second.memberships.get().status == "active"
    page = office.get(batch.get_absolute_url()).content.decode()
    assert "Second Plants" in page
    assert f"{personas.office} changed it on" in page
    assert "Third Parts" not in page
    assert "Third Parts" in office.get(batch.get_absolute_url(), {"rows": "reversed"}).content.decode()


def test_a_new_member_that_is_in_use_is_kept_with_the_reason(personas: Personas) -> None:
    batch = applied(personas.office, THREE)
    first = Organisation.objects.get(legal_name="First Works")
    first.representations.create(user=personas.delegate, role="delegate")
    third = Organisation.objects.get(legal_name="Third Parts")
    third.workforces.create(year=2026, people=10)
    assert undo(batch.pk) == {"reversed": 1, "kept": 2, "failed": 0}
    notes = dict(batch.rows.values_list("label", "note"))
    assert notes["First Works"] == "It is in use since: representation."
    assert "workforce" in notes["Third Parts"]


def test_a_suspended_membership_keeps_its_organisation(personas: Personas) -> None:
    from members.services import memberships

    batch = applied(personas.office, THREE)
    held = Membership.objects.get(organisation__legal_name="First Works")
    memberships.suspend_membership(membership_id=held.pk, actor=personas.office, note="Asked for it.")
    assert undo(batch.pk) == {"reversed": 2, "kept": 1, "failed": 0}


def test_changed_organisations_become_what_they_were_with_their_history(personas: Personas) -> None:
    acme = MemberFactory(legal_name="Acme Drives", pic="000000009", nace=["29.32"], website="https://old.example")
    outsider = OrganisationFactory(legal_name="Out Side")
    batch = applied(
        personas.office, "name,country,pic,web\nAcme Drives,CZ,000000009,new.example\nOut Side,CZ,,\nNew One,CZ,,\n"
    )
    assert outsider.memberships.count() == 1
    assert undo(batch.pk) == {"reversed": 3, "kept": 0, "failed": 0}
    acme.refresh_from_db()
    assert (acme.website, acme.pic, acme.nace) == ("https://old.example", "000000009", ["29.32"])
    reasons = [version.history_change_reason for version in acme.history.all()]
    assert reasons[:2] == [f"undo of import {batch.pk}", f"import {batch.pk}"]
    assert outsider.memberships.count() == 0
    assert Organisation.objects.search("new one").count() == 0


def test_an_organisation_that_is_gone_is_told_as_failed(personas: Personas) -> None:
    batch = applied(personas.office, THREE)
    gone = Organisation.objects.get(legal_name="First Works")
    gone.memberships.all().delete()
    gone.delete()
    assert undo(batch.pk) == {"reversed": 2, "kept": 0, "failed": 1}
    assert "no longer on record" in batch.rows.get(result="failed").note


def test_an_identifier_that_was_taken_meanwhile_fails_that_row_only(personas: Personas) -> None:
    one = MemberFactory(legal_name="One Works", website="https://one.example")
    MemberFactory(legal_name="Two Works", website="https://old.example")
    one.history.update(pic="000000001")  # it had this number before the import
    batch = applied(personas.office, "name,country,web\nOne Works,CZ,new.example\nTwo Works,CZ,new.example\n")
    MemberFactory(pic="000000001")
    assert undo(batch.pk) == {"reversed": 1, "kept": 0, "failed": 1}
    assert "database refused" in batch.rows.get(result="failed").note
    assert Organisation.objects.get(legal_name="Two Works").website == "https://old.example"


def test_undoing_twice_changes_nothing_and_tells_the_same(office: Client, personas: Personas) -> None:
    batch = applied(personas.office, THREE)
    for _time in range(2):
        assert office.post(reverse("members:roster_undo", args=[batch.pk])).status_code == 302
    assert Job.objects.filter(kind="import.undo").count() == 1
    batch = run(batch)
    assert batch.status == "undone"
    told = undo(batch.pk)
    assert told == {"reversed": 3, "kept": 0, "failed": 0}
    assert undo(batch.pk) == told
    assert Job.objects.filter(kind="import.undo").count() == 1
    recorded = events.of(batch).get(verb="roster.undo")
    assert (recorded.data["reversed"], recorded.actor) == (3, personas.office)
    assert (
        "Nothing was changed"
        in office.post(reverse("members:roster_undo", args=[batch.pk]), follow=True).content.decode()
    )


def test_undoing_shows_its_progress_and_can_be_stopped(office: Client, personas: Personas) -> None:
    batch = applied(personas.office, THREE)
    page = office.post(reverse("members:roster_undo", args=[batch.pk]), follow=True).content.decode()
    assert "The import is being undone" in page
    office.post(reverse("members:roster_stop", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.status == "applied"
    assert Organisation.objects.filter(legal_name="First Works").exists()


def test_an_import_without_kept_rows_cannot_be_undone(office: Client, personas: Personas) -> None:
    batch = applied(personas.office, THREE)
    batch.rows.all().delete()
    page = office.post(reverse("members:roster_undo", args=[batch.pk]), follow=True).content.decode()
    assert "no longer kept" in page
    with pytest.raises(CommandError, match="no longer kept"):
        undo(batch.pk)
    with pytest.raises(CommandError, match="no import"):
        undo(999_999)


def test_an_undone_file_can_be_imported_again(personas: Personas) -> None:
    undone(personas.office, THREE)
    assert applied(personas.office, THREE).counts["created"] == 3


def test_only_what_was_applied_is_undone(personas: Personas) -> None:
    batch = undone(personas.office, THREE)
    with pytest.raises(InvalidTransition):
        services.start_undo(import_id=batch.pk, actor=personas.office)


@pytest.mark.thorough
def test_undoing_a_thousand_rows_takes_a_bounded_number_of_queries(personas: Personas) -> None:
    many = "name,country\n" + "".join(f"Works Number {n} of Somewhere,CZ\n" for n in range(1000))
    batch = applied(personas.office, many)
    services.start_undo(import_id=batch.pk, actor=personas.office)
    with CaptureQueriesContext(connection) as queries:
        batch = run(batch)
    assert batch.counts["reversed"] == 1000
    assert len(queries) < 200
    assert Import.objects.get(pk=batch.pk).rows.filter(result="reversed").count() == 1000
