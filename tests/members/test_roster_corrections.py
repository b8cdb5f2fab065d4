"""The rows that an import did not take, as a file that is corrected and uploaded again."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.imports import services
from core.imports.models import Import
from core.spreadsheets import reading
from core.spreadsheets.cells import as_text
from members.models import Organisation
from tests.core.test_spreadsheets_reading import workbook
from tests.factories.imports import applied, checked, run
from tests.members.test_roster_wizard import address, mapping_of
from tests.personas import Personas

pytestmark = pytest.mark.django_db
TABLE = [
    ["Members of the network"],
    [],
    ["Nr.", "Name", "Heimat", "Anmerkung", "PIC", None, "Umsatz"],
    [7, "Gute Werke", "Deutschland", "=1+1", "001234567", None, 12.5],
    [8, "Niemandswerke", "Atlantis", "+ call them", 12345678, "no header", None],
]


@pytest.fixture
def office(personas: Personas, client_for: Callable[[Any], Client]) -> Client:
    return client_for(personas.office)


def upload(client: Client, data: bytes, name: str) -> Import:
    client.post(reverse("members:roster_upload"), {"file": SimpleUploadedFile(name, data)})
    return Import.objects.order_by("-pk")[0]


def texts(data: bytes) -> list[list[str]]:
    return [[as_text(cell) for cell in row] for row in reading.read(data).sheets[0].rows]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_it_has_every_column_and_comes_back_with_its_mapping_and_without_a_question(
    office: Client, personas: Personas, ending: str
) -> None:
    batch = upload(office, workbook(("Liste", TABLE)), "liste.xlsx")
    if batch.header_row != 3:
        office.post(address(batch, "table"), {"sheet": "Liste", "header_row": "3"})
        batch.refresh_from_db()
    by_hand = {"column_1": "legal_name", "column_2": "country", "column_4": "pic", "member_type": "IND-SUP"}
    office.post(address(batch, "mapping"), by_hand)
    office.post(address(batch, "words"), {})  # Atlantis stays open
    batch = run(batch)
    assert (batch.counts["new"], batch.counts["errors"]) == (1, 1)
    office.post(address(batch, "confirm"), {"skip_errors": "on"})
    batch = run(batch)

    data = office.get(address(batch, "errors", ending)).content
    rows = texts(data)
    assert rows[0] == ["Nr.", "Name", "Heimat", "Anmerkung", "PIC", "", "Umsatz", "Row in the file", "What to correct"]
    assert rows[1][:8] == ["8", "Niemandswerke", "Atlantis", "+ call them", "12345678", "no header", "", "5"]
    assert rows[1][8].startswith("Country: “Atlantis” is no country")
    assert len(rows) == 2

    if ending == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data))
        book.active["C2"] = "Slowakei"
        out = io.BytesIO()
        book.save(out)
        data = out.getvalue()
    else:
        data = data.replace(b"Atlantis,", b"Slowakei,", 1)
    again = upload(office, data, f"corrected.{ending}")
    assert again.mapping == {"1": "legal_name", "2": "country", "4": "pic"}
    page = office.get(address(again)).content.decode()
    assert "What to correct" not in page
    assert "“Anmerkung”" in page
    assert '<option value="IND-SUP" selected>' in page
    office.post(address(again, "mapping"), mapping_of(again, member_type=again.options["member_type"]))
    again = run(again)
    assert (again.counts["new"], again.counts["errors"]) == (1, 0)
    services.confirm(import_id=again.pk, actor=personas.office)
    assert run(again).counts["applied"] == 1
    made = Organisation.objects.get(legal_name="Niemandswerke")
    assert (made.country_id, made.pic, made.member_type.code) == ("SK", "012345678", "IND-SUP")


def test_corrected_in_part_it_tells_its_reasons_once(office: Client, personas: Personas) -> None:
    batch = applied(personas.office)
    data = office.get(address(batch, "errors", "csv")).content
    second = checked(personas.office, data.decode("utf-8-sig"))
    rows = texts(office.get(address(second, "errors", "csv")).content)
    assert rows[0] == ["Organisation", "Country", "Type", "Website", "Row in the file", "What to correct"]
    assert rows[1][4] == "2"


def test_decided_rows_are_not_in_it_and_doubtful_ones_are_with_the_evidence(office: Client, personas: Personas) -> None:
    batch = checked(personas.office, "name,country,type\nAcme Mobilty,CZ,supplier\nAcme Mobiliti,CZ,supplier\n")
    office.post(address(batch, "decide", 2), {"choice": "new"})
    rows = texts(office.get(address(batch, "errors", "csv")).content)
    assert [row[0] for row in rows[1:]] == ["Acme Mobiliti"]
    assert personas.organisation.code in rows[1][4]
    assert "a similar name" in rows[1][4]


def test_when_the_file_was_deleted_it_has_what_the_import_kept(office: Client, personas: Personas) -> None:
    from core.imports.privacy import drop_file

    batch = applied(personas.office)
    drop_file(batch)
    rows = texts(office.get(address(batch, "errors", "csv")).content)
    assert rows[1][:2] == ["Nobody's Land", "Atlantis"]


def test_the_result_names_the_words_that_were_learnt(office: Client, personas: Personas) -> None:
    batch = checked(personas.office, "name;country;type\nA Works;Teutonia;Zulieferbude\n")
    office.post(address(batch, "words"), {"country-teutonia": "DE", "member_type-zulieferbude": "IND-SUP"})
    batch = run(batch)
    services.confirm(import_id=batch.pk, actor=personas.office)
    page = office.get(run(batch).get_absolute_url()).content.decode()
    assert "Words learnt with this file" in page
    assert "“Teutonia”</dt><dd>Germany" in page
    assert "“Zulieferbude”</dt><dd>Supplier" in page
