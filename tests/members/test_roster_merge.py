"""A doubtful row and what it resembles become one, field by field, as a person of the Office chooses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import events
from core.imports import deciding, services
from core.imports.kinds import NoSuchChoice
from core.imports.models import Import
from members.models import Organisation
from members.roster.contacts import contacts_of
from members.services.merging import merge_organisations
from tests.factories.imports import checked, run
from tests.factories.members import MemberFactory, WorkforceFactory
from tests.members.test_roster_undo import undo
from tests.members.test_roster_wizard import address
from tests.personas import Personas

pytestmark = pytest.mark.django_db
HEAD = "name;country;type;web;size;segments;aliases;e-mail;contact\n"
ROW = "Nordlicht Federnn;DE;supplier;new.example;small;software;Feder Nord;ada@nordlicht.example;Ada Muster\n"


@pytest.fixture
def office(personas: Personas, client_for: Callable[[Any], Client]) -> Client:
    return client_for(personas.office)


@pytest.fixture
def nordlicht(db: None) -> Organisation:
    return MemberFactory(
        legal_name="Nordlicht Federn GmbH",
        country_code="DE",
        website="https://old.example",
        size_class="large",
        segments=["materials"],
        aliases=["Lichtfedern"],
    )


def merged(batch: Import, number: int, other: Any, office: Client, **chosen: str) -> Any:
    return office.post(reverse("members:roster_merge", args=[batch.pk, number, str(other)]), chosen, follow=True)


def written(batch: Import, actor: Any) -> Import:
    services.confirm(import_id=batch.pk, actor=actor, skip_errors=True)
    return run(batch)


def test_each_field_becomes_what_was_chosen_the_preview_says_so_and_undoing_takes_it_back(
    office: Client, personas: Personas, nordlicht: Organisation
) -> None:
    batch = checked(personas.office, HEAD + ROW)
    page = office.get(reverse("members:roster_merge", args=[batch.pk, 2, str(nordlicht.pk)])).content.decode()
    assert "https://old.example" in page
    assert "https://new.example" in page
    assert "Lichtfedern, Feder Nord" in page  # what both would be

    page = merged(
        batch, 2, nordlicht.pk, office, legal_name="file", website="other", size_class="file", segments="both"
    ).content.decode()
    assert "Decided: the same, field by field" in page
    assert "As decided, this will be written" in page
    assert "<del>Nordlicht Federn GmbH</del>" in page
    assert "<ins>materials, software</ins>" in page
    assert "new.example</ins>" not in page
    told = events.of(batch).get(verb="import.decide").data
    assert told["fields"]["website"] == "other"

    batch = written(batch, personas.office)
    nordlicht.refresh_from_db()
    assert (nordlicht.legal_name, nordlicht.website, nordlicht.size_class) == (
        "Nordlicht Federnn",
        "https://old.example",
        "small",
    )
    assert nordlicht.segments == ["materials", "software"]
    assert nordlicht.aliases == ["Lichtfedern", "Feder Nord", "Nordlicht Federn GmbH"]
    assert nordlicht.history.first().history_change_reason == f"import {batch.pk}"

    assert undo(batch.pk) == {"reversed": 1, "kept": 0, "failed": 0}
    nordlicht.refresh_from_db()
    assert (nordlicht.legal_name, nordlicht.segments, nordlicht.aliases) == (
        "Nordlicht Federn GmbH",
        ["materials"],
        ["Lichtfedern"],
    )


def test_everything_that_both_say_stands_side_by_side(
    office: Client, personas: Personas, nordlicht: Organisation
) -> None:
    WorkforceFactory(organisation=nordlicht, year=2024, people=77)
    batch = checked(personas.office, HEAD + ROW)
    values = batch.rows.get().evidence[0]["values"]
    assert (values["segments"], values["size_class"], values["workforce"]) == ("materials", "large", "2024: 77")
    page = office.get(address(batch)).content.decode()
    assert "<td>materials</td>" in page
    assert "<td>2024: 77</td>" in page


def test_without_a_word_the_record_keeps_what_it_has_and_gets_what_it_has_not(
    office: Client, personas: Personas, nordlicht: Organisation
) -> None:
    nordlicht.size_class = ""
    nordlicht.save()
    batch = checked(personas.office, HEAD + ROW)
    page = office.get(reverse("members:roster_merge", args=[batch.pk, 2, str(nordlicht.pk)])).content.decode()
    chosen = dict(re.findall(r'name="(\w+)" value="(\w+)"[^>]* checked>', page))
    assert chosen == {
        "legal_name": "other",
        "aliases": "both",
        "website": "other",
        "size_class": "file",
        "segments": "both",
        "contact_email": "both",
    }
    merged(batch, 2, nordlicht.pk, office, legal_name="other", website="other", size_class="file", segments="other")
    written(batch, personas.office)
    nordlicht.refresh_from_db()
    assert (nordlicht.website, nordlicht.size_class, nordlicht.segments) == (
        "https://old.example",
        "small",
        ["materials"],
    )
    assert nordlicht.aliases == ["Lichtfedern", "Feder Nord", "Nordlicht Federnn"]


@pytest.mark.parametrize(("choice", "offered"), [("both", ["ada@nordlicht.example"]), ("other", [])])
def test_a_contact_of_the_file_is_offered_beside_those_on_record_or_left_aside(
    office: Client, personas: Personas, nordlicht: Organisation, choice: str, offered: list[str]
) -> None:
    batch = checked(personas.office, HEAD + ROW)
    merged(batch, 2, nordlicht.pk, office, contact_email=choice)
    batch = written(batch, personas.office)
    assert [one.email for one in contacts_of(batch)] == offered


def test_values_that_do_not_go_together_are_refused_in_words(office: Client, personas: Personas) -> None:
    one = MemberFactory(legal_name="Twin Plants", country_code="AT", pic="100000001")
    MemberFactory(legal_name="Somebody Else", national_id="4711", country_code="AT")
    text = "name;country;type;region;national id\nTwin Plantz;DE;supplier;DE11;4711\nTwin Plant;AT;supplier;;\n"
    batch = checked(personas.office, text)
    row = batch.rows.order_by("number")[0]
    row.outcome, row.evidence = "doubtful", [{"id": one.pk, "row": None, "code": one.code, "label": "", "values": {}}]
    row.save()
    answer = merged(batch, 2, one.pk, office, country="other", region="file")
    assert answer.status_code == 422
    assert "is not in Austria" in answer.content.decode()
    answer = merged(batch, 2, one.pk, office, country="other", region="other", national_id="file")
    assert "has this National registration number already" in answer.content.decode()
    assert batch.rows.get(number=2).decision == ""
    with pytest.raises(NoSuchChoice):
        deciding.decide_row(
            row_id=row.pk, choice="merge", match_id=one.pk, fields={"legal_name": "mine"}, actor=personas.office
        )


def test_what_changed_on_record_since_the_decision_stops_the_import(
    office: Client, personas: Personas, nordlicht: Organisation
) -> None:
    batch = checked(personas.office, HEAD + ROW)
    merged(batch, 2, nordlicht.pk, office, website="file")
    nordlicht.website = "https://meanwhile.example"
    nordlicht.save()
    batch = written(batch, personas.office)
    assert batch.status == "failed"
    nordlicht.refresh_from_db()
    assert nordlicht.website == "https://meanwhile.example"


# -- Two rows of one file ----------------------------------------------------------------------------------------------
CLASH = "name;country;type;size;web\nNeue Werke;DE;supplier;large;one.example\nNEUE WERKE GmbH;DE;supplier;small;\n"


@pytest.mark.parametrize(("choice", "size"), [("file", "small"), ("other", "large")])
def test_of_two_rows_that_contradict_each_other_the_chosen_value_is_written(
    office: Client, personas: Personas, choice: str, size: str
) -> None:
    batch = checked(personas.office, CLASH)
    assert batch.counts["doubtful"] == 1
    assert "Merge with row 2, field by field" in office.get(address(batch)).content.decode()
    merged(batch, 3, "row-2", office, size_class=choice)
    batch = written(batch, personas.office)
    one = Organisation.objects.get(legal_name="Neue Werke")
    assert (one.size_class, one.website, batch.counts["applied"]) == (size, "https://one.example", 1)
    assert undo(batch.pk) == {"reversed": 1, "kept": 0, "failed": 0}


@pytest.mark.parametrize(("choice", "size"), [("file", "small"), ("other", "large")])
def test_that_holds_for_rows_about_a_record_too_also_where_it_says_the_same_as_the_later_row(
    office: Client, personas: Personas, choice: str, size: str
) -> None:
    one = MemberFactory(legal_name="Neue Werke", country_code="DE", size_class="small")
    batch = checked(personas.office, CLASH)
    merged(batch, 3, "row-2", office, size_class=choice)
    batch = written(batch, personas.office)
    assert batch.status == "applied", batch.error
    one.refresh_from_db()
    assert one.size_class == size
    assert undo(batch.pk)["failed"] == 0
    one.refresh_from_db()
    assert (one.size_class, one.website) == ("small", "")


def test_the_first_of_two_rows_holds_when_both_are_said_to_be_the_same(office: Client, personas: Personas) -> None:
    batch = checked(personas.office, CLASH)
    office.post(address(batch, "decide", 3), {"choice": "same-row-2"})
    assert "As decided" in office.get(address(batch), {"rows": "doubtful"}).content.decode()
    written(batch, personas.office)
    assert Organisation.objects.get(legal_name="Neue Werke").size_class == "large"


def test_a_row_that_contradicts_another_can_be_another_organisation(office: Client, personas: Personas) -> None:
    batch = checked(personas.office, CLASH)
    office.post(address(batch, "decide", 3), {"choice": "new"})
    batch = written(batch, personas.office)
    assert (batch.status, batch.counts["created"]) == ("applied", 2)


def test_what_a_number_says_to_be_the_same_cannot_be_another(office: Client, personas: Personas) -> None:
    MemberFactory(legal_name="Twin Works", country_code="AT", pic="100000001", oid="E10000001")
    batch = checked(personas.office, "name;country;type;pic;oid\nTwin Works;AT;supplier;100000001;E10000002\n")
    page = office.post(address(batch, "decide", 2), {"choice": "new"}, follow=True).content.decode()
    assert "cannot be another one" in page
    assert "take it as new" not in page
    assert batch.rows.get().decision == ""
    assert deciding.decide_all(import_id=batch.pk, choice="new", actor=personas.office) == 0


def test_a_row_like_one_that_was_decided_to_be_new_does_not_stop_the_import(personas: Personas) -> None:
    """What a decision brings was not there when the other rows were judged."""
    MemberFactory(legal_name="Musterwerke Antriebe Nord", country_code="DE")
    text = "name;country;type\nMusterwerke Antriebe Nordd;DE;supplier\nMusterwerke Antriebe Nordde Ost;DE;supplier\n"
    batch = checked(personas.office, text)
    for row in batch.rows.filter(outcome="doubtful"):
        deciding.decide_row(row_id=row.pk, choice="new", actor=personas.office)
    batch = written(batch, personas.office)
    assert batch.status == "applied", batch.error


# -- Two records that are one ------------------------------------------------------------------------------------------
def test_a_row_that_fits_two_records_waits_until_they_are_one_and_is_then_decided(
    office: Client, personas: Personas
) -> None:
    first, second = (MemberFactory(legal_name="Twin Works", country_code="AT") for _n in range(2))
    batch = checked(personas.office, "name;country;type;size\nTwin Works;AT;supplier;small\n")
    page = office.get(address(batch)).content.decode()
    assert reverse("members:merge_compare", args=[first.code, second.code]) in page
    merge_organisations(kept_id=first.pk, merged_id=second.pk, actor=personas.office, choices={})
    page = office.get(address(batch)).content.decode()
    assert second.code not in page
    office.post(address(batch, "decide", 2), {"choice": f"same-{first.pk}"})
    batch = written(batch, personas.office)
    assert batch.status == "applied", batch.error
    first.refresh_from_db()
    assert first.size_class == "small"


def test_a_row_has_no_page_for_what_it_does_not_resemble(office: Client, personas: Personas) -> None:
    batch = checked(personas.office, CLASH)
    for other in ("1", "row-77", "nothing"):
        assert office.get(reverse("members:roster_merge", args=[batch.pk, 3, other])).status_code == 404
    office.post(address(batch, "decide", 3), {"choice": "merge"})
    assert batch.rows.get(number=3).decision == ""
