"""The roster import through its pages: upload, columns, dry run, preview, decisions, confirmation, result."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import events
from core.imports import services
from core.imports.models import HeaderMemory, Import, ImportRow
from core.models import Job
from members.models import Organisation
from tests.core.test_spreadsheets_reading import workbook
from tests.factories.imports import applied, checked, checking, run, uploaded
from tests.factories.members import MemberFactory
from tests.personas import Personas

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(personas: Personas, client_for: Callable[[Any], Client]) -> Client:
    return client_for(personas.office)


def upload(client: Client, data: bytes, name: str = "roster.csv") -> Any:
    return client.post(reverse("members:roster_upload"), {"file": SimpleUploadedFile(name, data)}, follow=True)


def address(batch: Import, step: str = "detail", *args: Any) -> str:
    return reverse(f"members:roster_{step}", args=[batch.pk, *args])


def mapping_of(batch: Import, **more: str) -> dict[str, str]:
    return {f"column_{position}": name for position, name in batch.mapping.items()} | more


def test_a_roster_goes_from_upload_to_the_directory(office: Client) -> None:
    data = workbook(
        ("Notes", [["Somebody's notes"]]),
        (
            "Members",
            [
                ["Our members"],
                [],
                ["Firma", "Land", "Typ", "Bemerkung"],
                ["Nordwind Achsen GmbH", "Deutschland", "Zulieferer", "x"],
                ["Ateliers du Grand Pont SA", "Frankreich", "Berufsschule", "y"],
            ],
        ),
    )
    answer = upload(office, data, "members.xlsx")
    batch = Import.objects.get()
    assert (batch.sheet, batch.header_row) == ("Members", 3)
    page = answer.content.decode()
    assert "“Bemerkung”" in page
    assert "Our members" in page

    answer = office.post(address(batch, "mapping"), mapping_of(batch), follow=True)
    assert "Waiting for the worker" in answer.content.decode()
    assert not Organisation.objects.filter(legal_name__startswith="Nordwind").exists()
    batch = run(batch)
    page = office.get(address(batch)).content.decode()
    assert "Nordwind Achsen GmbH" in page
    assert "Write 2 rows" in page

    answer = office.post(address(batch, "confirm"), follow=True)
    assert "The members are being written" in answer.content.decode()
    batch = run(batch)
    page = office.get(address(batch)).content.decode()
    assert "2 organisations were written" in page
    assert "Nordwind Achsen GmbH" in office.get("/members/?q=nordwind").content.decode()
    assert Organisation.objects.get(legal_name="Ateliers du Grand Pont SA").member_type.code == "EDU-VET"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("photo.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG"),
        ("empty.csv", b"", "The file is empty"),
        ("headless.csv", b"1;2\n3;4\n", "column headers"),
        ("big.csv", bytes(60 * 1024 * 1024), "60 MB; at most 50 MB"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_at_its_field_and_not_kept(
    office: Client, name: str, data: bytes, says: str
) -> None:
    answer = upload(office, data, name)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Import.objects.exists()


def test_an_upload_without_a_file_says_so(office: Client) -> None:
    answer = office.post(reverse("members:roster_upload"), {})
    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()


def test_an_upload_sent_twice_is_one_import(office: Client) -> None:
    for _time in range(2):
        upload(office, b"name,country\nA Works,CZ\n")
    assert Import.objects.count() == 1


# -- Columns -----------------------------------------------------------------------------------------------------------
def test_no_check_starts_without_the_columns_that_every_row_needs(office: Client, personas: Personas) -> None:
    batch = uploaded(personas.office, "Firma;Hinweis;Typ\nA;CZ;supplier\n")
    answer = office.post(address(batch, "mapping"), mapping_of(batch))
    assert answer.status_code == 422
    assert "Say which column is “Country”" in answer.content.decode()
    assert not Job.objects.exists()


def test_two_columns_cannot_fill_one_field(office: Client, personas: Personas) -> None:
    batch = uploaded(personas.office)
    answer = office.post(address(batch, "mapping"), mapping_of(batch, column_3="legal_name"))
    assert answer.status_code == 422
    assert "Another column is mapped to this already" in answer.content.decode()


def test_the_type_must_be_chosen_when_no_column_names_it(office: Client, personas: Personas) -> None:
    batch = uploaded(personas.office, "name,country\nA Works,CZ\n")
    answer = office.post(address(batch, "mapping"), mapping_of(batch))
    assert answer.status_code == 422
    assert "choose one for all rows" in answer.content.decode()
    office.post(address(batch, "mapping"), mapping_of(batch, member_type="EDU-HE"))
    batch = run(batch)
    assert batch.rows.get().outcome == "new"
    assert batch.options["member_type"] == "EDU-HE"


def test_a_corrected_column_is_remembered_for_the_next_file(office: Client, personas: Personas) -> None:
    text = "Name;Heimat;Notiz\nA Works;Deutschland;x\n"
    batch = uploaded(personas.office, text)
    assert batch.mapping == {"0": "legal_name"}
    office.post(address(batch, "mapping"), mapping_of(batch, column_1="country", member_type="OTH"))
    assert HeaderMemory.objects.get().key == "heimat"
    assert uploaded(personas.office, "Notiz;Heimat;Name\nx;CZ;B Works\n").mapping == {"1": "country", "2": "legal_name"}


def test_the_header_can_be_pointed_at(office: Client, personas: Personas) -> None:
    batch = uploaded(personas.office, "Name;Land\nName of organisation;Country;PIC\nA Works;CZ;999999999\n")
    assert batch.header_row == 2
    office.post(address(batch, "table"), {"sheet": "", "header_row": "1"})
    batch.refresh_from_db()
    assert (batch.header_row, batch.columns) == (1, ["Name", "Land"])
    answer = office.post(address(batch, "table"), {"sheet": "", "header_row": "99"})
    assert answer.status_code == 422
    assert "there is no row 99" in answer.content.decode()


# -- Preview and decisions ---------------------------------------------------------------------------------------------
def test_the_preview_shows_old_and_new_of_each_cell_and_errors_in_words(office: Client, personas: Personas) -> None:
    MemberFactory(legal_name="Known Works", website="https://old.example")
    batch = checked(personas.office, "name,country,web\nKnown Works,CZ,new.example\nBad,Atlantis,\n")
    page = office.get(address(batch), {"rows": "changed"}).content.decode()
    assert "<del>https://old.example</del>" in page
    assert "<ins>https://new.example</ins>" in page
    assert "no country that the portal knows" in office.get(address(batch), {"rows": "error"}).content.decode()


def test_a_doubtful_row_is_decided_by_a_person_and_the_decision_is_recorded(office: Client, personas: Personas) -> None:
    batch = checked(personas.office, "name,country,web\nAcme Mobilty,CZ,acme.example\n")
    row = batch.rows.get()
    page = office.get(address(batch)).content.decode()
    assert "a similar name" in page
    assert personas.organisation.code in page

    office.post(address(batch, "decide", row.number), {"choice": f"same-{personas.organisation.pk}"})
    row.refresh_from_db()
    assert (row.decision, row.decided_match, row.decided_by) == ("same", personas.organisation.pk, personas.office)
    assert events.of(batch).filter(verb="import.decide").exists()
    office.post(address(batch, "confirm"))
    assert run(batch).counts["applied"] == 1
    personas.organisation.refresh_from_db()
    assert personas.organisation.website == "https://acme.example"
    assert (personas.organisation.legal_name, personas.organisation.aliases) == ("Acme Mobility a.s.", ["Acme Mobilty"])
    again = checked(personas.office, "name,country,web\nACME MOBILTY,CZ,acme.example\n")
    assert again.counts["unchanged"] == 1


@pytest.mark.parametrize("choice", ["same-999999", "same-x", "", "nonsense", "same"])
def test_a_decision_that_makes_no_sense_changes_nothing(office: Client, personas: Personas, choice: str) -> None:
    batch = checked(personas.office, "name,country\nAcme Mobilty,CZ\n")
    office.post(address(batch, "decide", 2), {"choice": choice}, follow=True)
    assert batch.rows.get().decision == ("same" if choice == "same" else "")


def test_open_rows_can_be_decided_at_once(office: Client, personas: Personas) -> None:
    batch = checked(personas.office, "name,country\nAcme Mobilty,CZ\nAcme Mobiliti,CZ\n")
    office.post(address(batch, "decide_all"), {"choice": "new"})
    assert list(batch.rows.values_list("decision", flat=True)) == ["new", "new"]


def test_errors_stop_the_file_until_their_rows_are_left_out_by_choice(office: Client, personas: Personas) -> None:
    batch = checked(personas.office)
    answer = office.post(address(batch, "confirm"))
    assert answer.status_code == 422
    assert "Rows with errors stop the whole file" in answer.content.decode()
    office.post(address(batch, "confirm"), {"skip_errors": "on"})
    assert run(batch).counts["applied"] == 2


# -- Twice, at once, interrupted ---------------------------------------------------------------------------------------
def test_confirming_twice_writes_once(office: Client, personas: Personas) -> None:
    batch = checked(personas.office, "name,country\nA Works,CZ\n")
    for _time in range(2):
        assert office.post(address(batch, "confirm")).status_code == 302
    assert Job.objects.filter(kind="import.apply").count() == 1
    run(batch)
    office.post(address(batch, "confirm"))
    assert Job.objects.filter(kind="import.apply").count() == 1
    assert Organisation.objects.filter(legal_name="A Works").count() == 1


def test_asking_for_the_check_twice_checks_once(office: Client, personas: Personas) -> None:
    batch = uploaded(personas.office, "name,country,type\nA Works,CZ,supplier\n")
    for _time in range(2):
        office.post(address(batch, "mapping"), mapping_of(batch))
    assert Job.objects.filter(kind="import.check").count() == 1


def test_a_discarded_file_writes_nothing_and_can_no_longer_be_confirmed(office: Client, personas: Personas) -> None:
    batch = checked(personas.office)
    office.post(address(batch, "discard"))
    answer = office.post(address(batch, "confirm"), {"skip_errors": "on"}, follow=True)
    assert "Nothing was changed" in answer.content.decode()
    assert not Job.objects.filter(kind="import.apply").exists()


def test_work_that_waits_can_be_stopped_and_begun_again(office: Client, personas: Personas) -> None:
    batch = checking(personas.office)
    office.post(address(batch, "stop"))
    batch = run(batch)
    assert batch.status == "mapped"
    office.post(address(batch, "check"))
    assert run(batch).status == "checked"


def test_the_progress_ends_itself_and_the_page_is_loaded_anew(office: Client, personas: Personas) -> None:
    batch = checking(personas.office)
    ask = {"headers": {"HX-Request": "true"}}
    assert office.get(address(batch, "progress"), **ask).status_code == 200
    run(batch)
    answer = office.get(address(batch, "progress"), **ask)
    assert (answer.status_code, answer["HX-Refresh"]) == (286, "true")
    assert office.get(address(batch, "progress")).status_code == 302


def test_a_second_import_says_that_it_waits_for_the_first(office: Client, personas: Personas) -> None:
    checking(personas.office)
    second = checking(personas.office, "name,country\nA Works,CZ\n")
    assert "one other import goes first" in office.get(address(second)).content.decode()


# -- Size --------------------------------------------------------------------------------------------------------------
def many(count: int) -> str:
    return "name,country\n" + "".join(f"Works Number {n} of Somewhere,CZ\n" for n in range(count))


@pytest.mark.thorough
@pytest.mark.parametrize("step", ["checked", "applied"])
def test_the_number_of_queries_does_not_grow_with_the_file(office: Client, personas: Personas, step: str) -> None:
    make = checked if step == "checked" else applied
    small, large = make(personas.office, many(10)), make(personas.office, many(1000).replace("Works", "Plants"))
    counts = []
    for batch in (small, large):
        office.get(address(batch))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            office.get(address(batch))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.thorough
def test_an_import_of_a_thousand_rows_takes_a_bounded_number_of_queries(personas: Personas) -> None:
    batch = checking(personas.office, many(1000))
    with CaptureQueriesContext(connection) as check:
        batch = run(batch)
    assert batch.counts["new"] == 1000
    assert len(check) < 130
    with CaptureQueriesContext(connection) as writing:
        services.confirm(import_id=batch.pk, actor=personas.office)
        run(batch)
    assert len(writing) < 260


def test_the_list_of_imports_is_one_page_of_constant_cost(office: Client, personas: Personas) -> None:
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert office.get(reverse("members:roster_list")).status_code == 200
        counts.append(len(queries))
        for number in range(12):
            uploaded(personas.office, f"name,country\nWorks {number} {_round},CZ\n")
    assert counts[1] <= counts[0] + 2


def test_rows_are_searched_by_name_and_number(office: Client, personas: Personas) -> None:
    batch = checked(personas.office, many(120))
    page = office.get(address(batch), {"rows": "new", "q": "number 77 "}).content.decode()
    assert "Works Number 77 of" in page
    assert "Works Number 78 of" not in page
    assert "Works Number 0 of" in office.get(address(batch), {"rows": "new", "q": "2"}).content.decode()
    assert "No row matches" in office.get(address(batch), {"rows": "new", "q": "zzz"}).content.decode()


def test_a_row_keeps_what_was_written_of_it(office: Client, personas: Personas) -> None:
    batch = applied(personas.office)
    row = batch.rows.get(label="Northwind Axles GmbH")
    assert row.result == ImportRow.Result.CREATED
    assert row.object_id == Organisation.objects.get(legal_name="Northwind Axles GmbH").pk


def test_a_formula_in_a_cell_stays_text_on_the_way_out(office: Client, personas: Personas) -> None:
    batch = checked(personas.office, "name,country\n=HYPERLINK(1),Atlantis\n")
    answer = office.get(address(batch, "errors", "csv"))
    assert b"'=HYPERLINK(1)" in answer.content
    assert io.BytesIO(answer.content).read(3) == b"\xef\xbb\xbf"


def test_two_on_record_that_may_be_one_lead_to_the_page_that_makes_one_of_them(
    office: Client, personas: Personas
) -> None:
    first, second = (MemberFactory(legal_name="Twin Works", country_code="AT") for _n in range(2))
    batch = checked(personas.office, "name,country\nTwin Works,AT\n")
    page = office.get(address(batch)).content.decode()
    assert reverse("members:merge_compare", args=[first.code, second.code]) in page
