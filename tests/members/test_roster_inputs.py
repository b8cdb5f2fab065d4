"""Every kind of file that people keep their lists in, from the upload to the dry run, and what is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.imports.models import Import
from core.spreadsheets import writing
from members.models import Organisation
from tests.core.test_spreadsheets_hostile import OLE, archive
from tests.core.test_spreadsheets_reading import old_workbook, workbook
from tests.factories.imports import run
from tests.members.test_roster_wizard import address, mapping_of
from tests.personas import Personas
from tests.variants import telling

pytestmark = pytest.mark.django_db
HEADER = ["Název", "Země", "PIC", "DIČ", "Počet zaměstnanců", "Datum vstupu"]
ROW = ["Žluté Závody", "Česko", "001234567", "CZ00177041", "1.250,0", "45000"]
TEXT = ";".join(HEADER) + "\n" + ";".join(ROW) + "\n"


@pytest.fixture
def office(personas: Personas, client_for: Callable[[Any], Client]) -> Client:
    return client_for(personas.office)


def upload(client: Client, data: bytes, name: str) -> Any:
    return client.post(reverse("members:roster_upload"), {"file": SimpleUploadedFile(name, data)})


def checked(client: Client, data: bytes, name: str) -> Import:
    """Upload, find the table, map, dry run: as the pages do it."""
    answer = upload(client, data, name)
    assert answer.status_code == 302, answer.content.decode()
    batch = Import.objects.get()
    client.post(address(batch, "mapping"), mapping_of(batch, member_type="IND-SUP"))
    return run(batch)


def written(client: Client, data: bytes, name: str) -> Organisation:
    batch = checked(client, data, name)
    assert (batch.counts["new"], batch.counts["errors"]) == (1, 0), list(batch.rows.values("cells", "errors"))
    client.post(address(batch, "confirm"))
    run(batch)
    return Organisation.objects.get(legal_name="Žluté Závody")


def expect_all(made: Organisation) -> None:
    assert (made.country_id, made.pic, made.vat) == ("CZ", "001234567", "CZ00177041")
    assert made.workforces.get().people == 1250
    assert made.memberships.get().starts == date(2023, 3, 15)


# -- Formats -----------------------------------------------------------------------------------------------------------
def as_xlsx() -> bytes:
    return workbook(("List", [HEADER, [*ROW[:4], 1250.0, date(2023, 3, 15)]]))


def as_xls() -> bytes:
    return old_workbook([HEADER, [*ROW[:4], 1250.0, 45000.0]])


@pytest.mark.parametrize(
    ("name", "data"),
    telling(
        [
            ("list.xlsx", as_xlsx()),
            ("text.xlsx", workbook(("List", [HEADER, ROW]))),  # every number stored as text
            ("list.xls", as_xls()),
            ("list.ods", writing.write_ods(HEADER, [[*ROW[:4], 1250, date(2023, 3, 15)]])),
            ("semicolon.csv", TEXT.encode()),
            ("comma.csv", writing.write_csv(HEADER, [ROW])),
            ("tab.csv", TEXT.replace(";", "\t").encode()),
            ("tab.tsv", TEXT.replace(";", "\t").encode("utf-16")),
        ],
        0,
        2,
        3,
        4,
    ),
)
def test_every_format_is_read_to_the_same_organisation(office: Client, name: str, data: bytes) -> None:
    expect_all(written(office, data, name))


@pytest.mark.parametrize("encoding", telling(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"], 1, 2))
def test_every_encoding_is_read(office: Client, encoding: str) -> None:
    expect_all(written(office, TEXT.encode(encoding), "roster.csv"))


def test_the_western_code_page_is_read(office: Client) -> None:
    batch = checked(office, "Firma;Land\nMüller & Söhne;Österreich\n".encode("cp1252"), "roster.csv")
    assert batch.rows.get().label == "Müller & Söhne"
    assert batch.counts["new"] == 1


# -- Where the table is ------------------------------------------------------------------------------------------------
def test_titles_empty_rows_and_columns_and_the_second_sheet_are_no_hindrance(office: Client) -> None:
    gap = [None, *HEADER[:2], None, *HEADER[2:]]
    rows = [["Our members"], [], [None, "as of", date(2026, 3, 31)], [], gap, []]
    rows += [[None, *ROW[:2], None, *ROW[2:]], []]
    data = workbook(("Notes", [["Somebody wrote this"], ["Name", "of the author"]]), ("Members", rows))
    expect_all(written(office, data, "members.xlsx"))
    batch = Import.objects.get()
    assert (batch.sheet, batch.header_row) == ("Members", 5)


def test_merged_cells_hold_for_each_of_their_rows(office: Client) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in (["Members of the alliance"], ["Firma", "Land"], ["Erste Werke", "Österreich"], ["Zweite Achsen", None]):
        page.append(row)
    page.merge_cells("A1:B1")
    page.merge_cells("B3:B4")
    out = io.BytesIO()
    book.save(out)
    batch = checked(office, out.getvalue(), "merged.xlsx")
    assert [row.cells["country"] for row in batch.rows.all()] == ["Österreich", "Österreich"]
    assert batch.counts["new"] == 2


@pytest.mark.parametrize(
    ("header", "row"),
    telling(
        [
            (
                "Organisation name;Country;Type of organisation;Number of employees;Date of joining;VAT number",
                "supplier",
            ),
            ("Name der Organisation;Land;Mitgliedstyp;Mitarbeiterzahl;Mitglied seit;USt-IdNr", "Zulieferer"),
            ("Raison sociale;Pays;Catégorie;Effectif;Membre depuis;N° TVA", "équipementier"),
            ("Název organizace;Země;Typ člena;Počet zaměstnanců;Člen od;DIČ", "dodavatel"),
        ],
        0,
        3,
    ),
)
def test_headers_in_four_languages_are_known(office: Client, header: str, row: str) -> None:
    batch = checked(office, f"{header}\nŽluté Závody;CZ;{row};1250;45000;CZ00177041\n".encode(), "roster.csv")
    assert sorted(batch.mapping.values()) == [
        "country",
        "legal_name",
        "member_since",
        "member_type",
        "vat",
        "workforce",
    ]
    assert batch.counts["new"] == 1, list(batch.rows.values("errors"))


# -- Values ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", telling(["1250", "1 250", "1.250", "1,250", "1.250,0", "1,250.0", "1250,00"], 1, 4))
def test_a_workforce_with_a_decimal_comma_or_stored_as_text_is_the_same_number(office: Client, text: str) -> None:
    made = written(office, TEXT.replace("1.250,0", f'"{text}"').encode(), "roster.csv")
    assert made.workforces.get().people == 1250


@pytest.mark.parametrize("text", telling(["45000", "2023-03-15", "15.3.2023", "15/03/2023", "15. 3. 2023"], 0, 4))
def test_days_are_read_also_as_serial_numbers(office: Client, text: str) -> None:
    made = written(office, TEXT.replace("45000", text).encode(), "roster.csv")
    assert made.memberships.get().starts == date(2023, 3, 15)


def test_leading_zeros_are_kept_and_put_back_where_a_spreadsheet_dropped_them(office: Client) -> None:
    rows = [
        ["Name", "Country", "PIC", "VAT number"],
        ["First Works", "CZ", "001234567", "00177041"],
        ["Second Plants", "CZ", 1234568, None],
    ]
    batch = checked(office, workbook(("S", rows)), "zeros.xlsx")
    office.post(address(batch, "confirm"))
    run(batch)
    first, second = Organisation.objects.filter(pic__startswith="00").order_by("pk")
    assert (first.pic, first.vat) == ("001234567", "CZ00177041")
    assert (second.pic, "zeros" in batch.rows.get(number=3).warnings["pic"]) == ("001234568", True)


def test_the_same_organisation_twice_becomes_one(office: Client) -> None:
    text = "Firma;Land;Webseite\nNeue Werke GmbH;DE;\nNEUE WERKE;Deutschland;www.neue.example\n"
    batch = checked(office, text.encode(), "roster.csv")
    office.post(address(batch, "confirm"))
    run(batch)
    assert Organisation.objects.get(legal_name="Neue Werke GmbH").website == "https://www.neue.example"
    assert not Organisation.objects.filter(legal_name="NEUE WERKE").exists()


# -- Refused -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("locked.xlsx", OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600), "without a password"),
        ("half.xlsx", as_xlsx()[:-900], "save it anew"),
        ("half.xls", as_xls()[:-4000], "save it anew"),
        ("photo.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        ("photo.csv", b"\xff\xd8\xff\xe0" + bytes(100), "JPEG"),
        ("bomb.xlsx", archive(xl__workbook_xml=b"<w/>", xl__worksheets__sheet1_xml=b"<a/>" * 20_000_000), "far larger"),
        ("big.csv", bytes(51 * 1024 * 1024), "at most 50 MB"),
        ("none.csv", b"1;2\n3;4\n", "column headers"),
    ],
)
def test_it_is_refused_beside_its_field_with_a_sentence_that_helps(
    office: Client, name: str, data: bytes, says: str
) -> None:
    answer = upload(office, data, name)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page
    assert 'aria-invalid="true"' in page
    assert not Import.objects.exists()


def test_without_a_required_column_no_check_starts_and_the_page_names_it(office: Client) -> None:
    upload(office, b"Firma;PIC;Webseite\nA Works;;\n", "roster.csv")
    batch = Import.objects.get()
    answer = office.post(address(batch, "mapping"), mapping_of(batch, member_type="OTH"))
    assert answer.status_code == 422
    assert "Say which column is “Country”" in answer.content.decode()
    batch.refresh_from_db()
    assert batch.job is None


def test_a_row_without_a_required_value_is_left_out_alone(office: Client) -> None:
    batch = checked(office, b"Firma;Land\nA Works;CZ\n;DE\nC Works;\nD Plants;SK\n", "roster.csv")
    assert (batch.counts["new"], batch.counts["errors"]) == (2, 2)
    assert [list(row.errors) for row in batch.rows.filter(outcome="error")] == [["legal_name"], ["country"]]
