"""Files that are not what they say, or that would harm who opens them: each is refused with a sentence that helps."""

from __future__ import annotations

import contextlib
import io
import re
import struct
import zipfile
import zlib
from typing import Any

import pytest

from core.archives import TOTAL_LIMIT
from core.spreadsheets import reading, safety
from core.spreadsheets.errors import UnreadableFile
from tests.core.test_spreadsheets_reading import workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableFile) as refused:
        reading.read(data)
    return str(refused.value)


def archive(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in entries.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\n\n  \n;;;\n", "no content"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "JPEG"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"GIF89a" + bytes(100), "GIF"),
        (b"BM" + bytes(100), "BMP"),
        (b"MZ" + bytes(100), "EXE"),
        (b"Rar!\x1a\x07", "RAR"),
        (bytes(range(256)) * 20, "no spreadsheet"),
        (b"<!DOCTYPE html><html><table><tr><td>Name</td></tr></table>", "web page"),
        (b'<?xml version="1.0"?><Workbook/>', "XML"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600), "password"),
        (OLE + bytes(600) + "WordDocument".encode("utf-16-le") + bytes(600), "Word or Outlook"),
        (OLE + bytes(600) + "Workbook".encode("utf-16-le") + bytes(600), "damaged"),
        (b"PK\x03\x04" + bytes(200), "damaged"),
        (archive(word__document_xml=b"<w/>"), "Word"),
        (archive(ppt__presentation_xml=b"<p/>"), "PowerPoint"),
        (archive(readme=b"hello"), "ZIP"),
        (archive(xl__workbook_xml=b"not xml at all"), "damaged"),
        (b'name,country\n"' + b"x" * 1_200_000, "quotation mark"),
    ],
)
def test_it_is_refused_with_a_sentence_that_helps(data: bytes, says: str) -> None:
    assert says in refusal(data)


def test_two_letters_at_the_start_of_a_header_are_no_picture() -> None:
    assert reading.read(b"BM plants,country\nA,CZ\n").sheets


def test_a_workbook_cut_in_half_is_refused() -> None:
    data = workbook(("S", [["Name", "Country"]] + [[f"Organisation {n}", "CZ"] for n in range(500)]))
    assert "damaged" in refusal(data[: len(data) // 2])


def test_a_workbook_with_a_flipped_byte_is_read_or_refused_but_never_breaks() -> None:
    data = workbook(("S", [["Name", "Country"], ["A", "CZ"]]))
    for position in range(0, len(data), 97):
        broken = bytearray(data)
        broken[position] ^= 0xFF
        with contextlib.suppress(UnreadableFile):
            reading.read(bytes(broken))


def test_a_file_over_the_limit_is_refused_by_its_size() -> None:
    assert "60 MB; at most 50 MB" in refusal(bytes(60 * 1024 * 1024))


def test_a_bomb_in_a_zip_is_not_unpacked() -> None:
    bomb = archive(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=b"<a/>" * 20_000_000)
    assert len(bomb) < 200_000
    assert "far larger" in refusal(bomb)


def test_a_bomb_that_lies_about_its_size_is_not_unpacked() -> None:
    """The archive says one kilobyte; the packed bytes hold eighty million."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(80_000_000)) + packer.flush()
    name = b"xl/workbook.xml"
    crc, claimed = zlib.crc32(bytes(1024)), 1024
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(packed), claimed, len(name), 0) + name
    entry = (
        struct.pack(
            "<4sHHHHHHIIIHHHHHII",
            b"PK\x01\x02",
            20,
            20,
            0,
            8,
            0,
            0,
            crc,
            len(packed),
            claimed,
            len(name),
            0,
            0,
            0,
            0,
            0,
            0,
        )
        + name
    )
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), len(local) + len(packed), 0)
    assert "far larger" in refusal(local + packed + entry + end)


@pytest.mark.thorough
def test_many_parts_that_are_large_together_are_not_unpacked(settings: Any) -> None:
    settings.MAX_UPLOAD_MB = 200
    out = io.BytesIO()
    part = b"".join(b"<c r='A%d'><v>%d</v></c>" % (n, n * 7919) for n in range(400_000))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr("xl/workbook.xml", b"<workbook/>")
        for number in range(TOTAL_LIMIT // len(part) + 1):
            file.writestr(f"xl/media/{number}.bin", part)
    assert "far larger" in refusal(out.getvalue())


def test_a_cell_in_the_last_corner_does_not_reserve_memory_for_all_between() -> None:
    sheet = b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    data = archive(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=sheet)
    assert "row 1048576" in refusal(data)


def test_a_row_repeated_a_million_times_is_refused() -> None:
    content = (
        b'<d xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:t="t"><table:table>'
        b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="900">'
        b"<t:p>x</t:p></table:table-cell></table:table-row></table:table></d>"
    )
    data = archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content_xml=content)
    assert "far beyond any list" in refusal(data)


@pytest.mark.parametrize("cell", ["table-cell", "covered-table-cell"])
def test_a_number_without_text_repeated_a_million_times_is_refused_too(cell: str) -> None:
    content = (
        b'<d xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        b' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"><table:table>'
        b'<table:table-row table:number-rows-repeated="20000"><table:%(cell)s office:value-type="float"'
        b' office:value="1" table:number-columns-repeated="900"/></table:table-row></table:table></d>'
    ) % {b"cell": cell.encode()}
    with pytest.raises(UnreadableFile, match="far beyond any list"):
        safety.kind_of(archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content_xml=content))


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ('<row><c r="xfd1048576"><v>1</v></c></row>', "worksheets/sheet1.xml"),
        ('<row><c r = "XFD1048576"><v>1</v></c></row>', "worksheets/sheet1.xml"),
        ('<row><c r="XFD1048576"><v>1</v></c></row>', "elsewhere/sheet.xml"),
    ],
)
def test_a_far_corner_in_disguise_harms_only_the_process_that_reads_it(cell: str, part: str) -> None:
    """Spellings and places that the readers take and no spreadsheet program writes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(("S", [["Name"], ["A"]])))) as plain,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file,
    ):
        for name in plain.namelist():
            text = plain.read(name).decode()
            text = re.sub("<dimension[^>]*>", "", text).replace("</sheetData>", f"{cell}</sheetData>")
            target = name.replace("worksheets/sheet1.xml", part) if name.endswith("sheet1.xml") else name
            file.writestr(target, text.replace("worksheets/sheet1.xml", part))
    assert "far larger" in refusal(out.getvalue())


def test_nested_entities_do_not_blow_up() -> None:
    levels = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
    content = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "lolololol">' + levels + b"]><d>&l11;</d>"
    data = archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content_xml=content)
    assert "damaged" in refusal(data)


def test_an_encrypted_opendocument_file_says_that_it_needs_its_password_taken_off() -> None:
    data = archive(
        mimetype=b"application/vnd.oasis.opendocument.spreadsheet",
        **{"META-INF__manifest_xml": b"<manifest><encryption-data/></manifest>"},
        content_xml=b"\x00\x01\x02",
    )
    assert "password" in refusal(data)
