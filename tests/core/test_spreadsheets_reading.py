"""Reading tables as people keep them."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from core.spreadsheets import reading, writing
from core.spreadsheets.cells import as_date, as_number, as_text
from core.spreadsheets.errors import UnreadableFile
from core.spreadsheets.headers import Field, find_table, map_columns

FIELDS = (
    Field("legal_name", "Legal name", ("name", "Firma", "raison sociale", "název"), required=True),
    Field("country", "Country", ("Land", "pays", "země"), required=True),
    Field("pic", "PIC"),
    Field("website", "Website", ("Webseite", "site web")),
)
TABLE = "Název;Země;PIC\nŠkoda Auto;Česko;001234567\n"


def texts(data: bytes, sheet: int = 0) -> list[list[str]]:
    return [[as_text(cell) for cell in row] for row in reading.read(data).sheets[sheet].rows]


def workbook(*sheets: tuple[str, list[list[object]]], **options: object) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_text_table_is_read_in_every_usual_encoding_and_with_every_usual_separator(
    encoding: str, delimiter: str
) -> None:
    assert texts(TABLE.replace(";", delimiter).encode(encoding)) == [
        ["Název", "Země", "PIC"],
        ["Škoda Auto", "Česko", "001234567"],
    ]


def test_the_western_code_page_of_windows_is_read() -> None:
    assert texts("Firma;Land\nMüller & Söhne;Österreich\nL’Étoile;France\n".encode("cp1252"))[1:] == [
        ["Müller & Söhne", "Österreich"],
        ["L’Étoile", "France"],
    ]


def test_a_separator_inside_of_quotes_and_a_line_break_belong_to_the_cell() -> None:
    assert texts(b'name,country\n"Axle, Ltd\nWorks",IE\n') == [["name", "country"], ["Axle, Ltd\nWorks", "IE"]]


def test_commas_in_names_do_not_win_over_the_semicolons_between_cells() -> None:
    rows = "Name;Land\n" + "".join(f"Firma {n}, Abteilung A, Werk B;Deutschland\n" for n in range(30))
    assert texts(rows.encode())[1] == ["Firma 0, Abteilung A, Werk B", "Deutschland"]


def test_the_hint_that_excel_writes_about_the_separator_is_followed_and_keeps_the_count_of_rows() -> None:
    assert texts(b"sep=;\nname;country\nA;CZ\n") == [[], ["name", "country"], ["A", "CZ"]]


def test_leading_zeros_numbers_dates_and_yes_keep_their_meaning() -> None:
    data = workbook(("S", [["001234567", 12.0, 12.5, date(2026, 3, 31), True, None, "null", "#N/A", " x\u00a0"]]))
    assert texts(data)[0] == ["001234567", "12", "12.5", "2026-03-31", "yes", "", "", "", "x"]


def test_rows_and_columns_are_counted_as_the_reader_of_the_file_counts_them() -> None:
    book = openpyxl.Workbook()
    book.active["C4"] = "Name"
    out = io.BytesIO()
    book.save(out)
    rows = texts(out.getvalue())
    assert len(rows) == 4
    assert rows[3] == ["", "", "Name"]


def test_a_cell_merged_over_rows_holds_for_each_of_them() -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in (["Name", "Country"], ["A", "CZ"], ["B", None], ["C", "DE"]):
        page.append(row)
    page.merge_cells("B2:B3")
    out = io.BytesIO()
    book.save(out)
    assert texts(out.getvalue()) == [["Name", "Country"], ["A", "CZ"], ["B", "CZ"], ["C", "DE"]]


def test_an_opendocument_table_is_read() -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        f"<table:table-row>{''.join(cell.format(text) for text in row)}</table:table-row>"
        for row in (["Name", "Country"], ["Škoda", "CZ"])
    )
    content = (
        '<?xml version="1.0"?><office:document-content office:version="1.2" '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Members">{rows}'
        '<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="1024"/>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    book = reading.read(out.getvalue())
    assert book.sheets[0].name == "Members"
    assert [[as_text(cell) for cell in row] for row in book.sheets[0].rows][:2] == [
        ["Name", "Country"],
        ["Škoda", "CZ"],
    ]


# -- Where the table is ------------------------------------------------------------------------------------------------
def test_titles_above_the_header_and_empty_rows_and_columns_are_passed_over() -> None:
    rows: list[list[object]] = [
        ["Members of the network"],
        [],
        [None, "as of", "31.3.2026"],
        [],
        [None, "Raison sociale", None, "Pays", "Site web"],
        [],
        [None, "Ateliers du Pont", None, "France", "www.pont.example"],
    ]
    table = find_table(reading.read(workbook(("Feuil1", rows))), FIELDS)
    assert table.header_row == 5
    assert table.mapping == {1: "legal_name", 3: "country", 4: "website"}


def test_the_second_sheet_is_taken_when_it_is_the_right_one() -> None:
    data = workbook(
        ("Readme", [["This file lists our members"], ["Name of the author", "Somebody"]]),
        ("Liste", [["Firma", "Land"], ["A GmbH", "Deutschland"], ["B GmbH", "Deutschland"]]),
    )
    assert find_table(reading.read(data), FIELDS).sheet == "Liste"


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("LEGAL NAME", "legal_name"),
        ("Legal  name *", "legal_name"),
        ("Legal nmae", "legal_name"),
        ("Name (official)", "legal_name"),
        ("name_legal", "legal_name"),
        ("NÁZEV", "legal_name"),
        ("PIC", "pic"),
        ("Country / Land", None),
        ("PICK", None),
        ("Contact name", None),
        ("Remarks", None),
        ("", None),
    ],
)
def test_a_header_is_recognised_by_what_it_means_and_not_by_what_it_resembles(header: str, field: str | None) -> None:
    assert map_columns([header], FIELDS).get(0) == field


def test_each_field_is_given_to_one_column_the_surest_first() -> None:
    assert map_columns(["Nmae", "Name", "Land", "Country"], FIELDS) == {1: "legal_name", 2: "country"}


def test_what_a_person_chose_for_a_header_goes_before_the_guess() -> None:
    assert map_columns(["Name", "Institution"], FIELDS, {"institution": "legal_name", "name": ""}) == {1: "legal_name"}


def test_a_file_without_a_header_is_refused_with_the_names_that_it_needs() -> None:
    with pytest.raises(UnreadableFile, match="“Legal name”, “Country”"):
        find_table(reading.read(b"12;13\n14;15\n16;17\n"), FIELDS)


# -- Numbers and dates as text -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234", "1234"),
        ("1 234,5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1'234", "1234"),
        ("12.345", "12345"),
        ("1.234.567", "1234567"),
        ("12,5", "12.5"),
        ("0.125", "0.125"),
        ("-3", "-3"),
    ],
)
def test_numbers_stored_as_text_are_read(text: str, number: str) -> None:
    assert as_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "abc", "1e5", "--1", "12a", "."])
def test_what_is_no_number_is_not_read_as_one(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        as_number(text)


@pytest.mark.parametrize("text", ["2026-03-31", "31.3.2026", "31/03/2026", "46112", "2026-03-31 00:00", "31. 3. 2026"])
def test_dates_are_read_also_as_the_serial_number_of_a_spreadsheet(text: str) -> None:
    assert as_date(text) == date(2026, 3, 31)


# -- Writing -----------------------------------------------------------------------------------------------------------
NASTY = ["=1+1", "+32 2 123", "-5", "@SUM(A1)", "\t=1", " =1", "'=1", "''@x", "plain", "a=b", "12", "ＡＢ", "＝1"]


@pytest.mark.parametrize("write", [writing.write_csv, writing.write_xlsx, writing.write_ods])
def test_what_looks_like_a_formula_is_written_as_text_and_read_as_it_was(write: object) -> None:
    data = write(["h", "i"], [[text, "x"] for text in NASTY])  # type: ignore[operator]
    raw = [row[0] for row in reading.read(data).sheets[0].rows[1:]]
    assert all(str(cell)[:1] not in "=+-@\t" for cell in raw)
    assert [as_text(cell) for cell in raw] == [text.strip() for text in NASTY]


def test_numbers_and_dates_stay_what_they_are() -> None:
    data = writing.write_xlsx(["a", "b", "c", "d"], [[-5, Decimal("1.5"), date(2026, 3, 31), None]])
    assert reading.read(data).sheets[0].rows[1][:3] == [-5.0, 1.5, date(2026, 3, 31)]


def old_workbook(rows: list[list[str | float]]) -> bytes:
    """A .xls by hand, because no package of the portal writes one: BIFF8 records in an OLE container."""

    def record(kind: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def text(words: str) -> bytes:
        return struct.pack("<HB", len(words), 1) + words.encode("utf-16-le")

    cells = b"".join(
        record(0x0204, struct.pack("<HHH", row, column, 0) + text(cell))
        if isinstance(cell, str)
        else record(0x0203, struct.pack("<HHHd", row, column, 0, cell))
        for row, line in enumerate(rows)
        for column, cell in enumerate(line)
    )
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0x0600)
    name = b"Members"
    globals_length = len(record(0x0809, begin)) + len(record(0x0085, bytes(8) + name)) + len(record(0x000A))
    stream = (
        record(0x0809, begin)
        + record(0x0085, struct.pack("<IBBBB", globals_length, 0, 0, len(name), 0) + name)
        + record(0x000A)
        + record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0x0600))
        + cells
        + record(0x000A)
    )
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    fat = [0xFFFFFFFD, end, *range(3, sectors + 2), end]
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0)
        + struct.pack("<109I", 0, *[free] * 108)
    )

    def entry(words: str, kind: int, child: int, start: int, size: int) -> bytes:
        label = words.encode("utf-16-le").ljust(64, b"\0")
        return struct.pack("<64sHBBIII36xIQ", label, 2 * len(words) + 2, kind, 1, free, free, child, start, size)

    directory = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream)) + bytes(256)
    return header + struct.pack("<128I", *fat, *[free] * (128 - len(fat))) + directory + stream


def test_an_old_workbook_is_read() -> None:
    data = old_workbook([["Název", "Země", "PIC"], ["Škoda Auto", "Česko", 12345678.0]])
    book = reading.read(data)
    assert book.sheets[0].name == "Members"
    assert texts(data) == [["Název", "Země", "PIC"], ["Škoda Auto", "Česko", "12345678"]]


@pytest.mark.thorough
def test_twenty_thousand_rows_are_read_in_seconds() -> None:
    import time

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet()
    for number in range(20_000):
        page.write_row(number, 0, [f"Organisation {number}", "DE", "supplier", f"www.o{number}.example"])
    book.close()
    began = time.monotonic()
    assert len(reading.read(out.getvalue()).sheets[0].rows) == 20_000
    assert time.monotonic() - began < 5
