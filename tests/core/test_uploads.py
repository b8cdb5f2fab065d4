"""What is taken for a document, by its content; by what name it is kept."""

from __future__ import annotations

import io
import zipfile

import pytest

from core.uploads import MOST_MB, NotTaken, accept

MANIFEST = "application/vnd.oasis.opendocument."


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


WORD = archive(word__document_xml=b"<w/>")


def damaged_odt() -> bytes:
    """Its first part says of itself that it is packed otherwise."""
    data = bytearray(archive(mimetype=(MANIFEST + "text").encode()))
    start = data.index(b"mimetype") + len("mimetype")
    data[start : start + 8] = b"\xff" * 8
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(WORD)
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.pdf", b"", "empty"),
        ("a.txt", b"a" * (MOST_MB * 1024 * 1024 + 1), "larger than 10 MB"),
        ("a.gif", b"GIF89a\0", "Please send"),
        ("a.pdf", b"MZ\x90\0program", "Please send"),
        ("run.pdf", b"#!/bin/sh\nrm -rf .\n", "ends in .pdf, but what is in it is .txt / .csv"),
        ("page.html", b"<script>alert(1)</script>", "ends in .html"),
        ("a.exe", b"%PDF-1.7", "ends in .exe"),
        ("a.zip", archive(evil_exe=b"MZ"), "Please send"),
        ("a.odt", archive(mimetype=b"application/java-archive"), "Please send"),
        ("a.xlsx", archive(xl__workbook_xml=b"x", xl__vbaProject_bin=b"x"), "macros"),
        ("a.docx", archive(word__document_xml=b"<w/>" * 20_000_000), "far larger than a document can be"),
        ("a.docx", b"PK\x03\x04 broken", "damaged"),
        ("a.docx", WORD[: len(WORD) // 2], "damaged"),
        ("a.odt", damaged_odt(), "damaged"),
        ("a.docx", encrypted(), "password"),
    ],
    ids=lambda part: part if isinstance(part, str) else "data",  # an archive carries the time, and is another each run
)
def test_what_is_no_document_is_refused_with_the_reason(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(NotTaken, match=reason):
        accept(name, data)


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.pdf", b"%PDF-1.7\n", "application/pdf"),
        ("a.docx", WORD, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.ods", archive(mimetype=(MANIFEST + "spreadsheet").encode()), MANIFEST + "spreadsheet"),
        ("a.csv", "Zuzana;Žižková".encode(), "text/plain; charset=utf-8"),
        ("a.csv", "Zoë;12".encode("cp1252"), "text/plain; charset=windows-1252"),
    ],
)
def test_ordinary_documents_are_taken_by_their_content(name: str, data: bytes, media_type: str) -> None:
    assert accept(name, data).media_type == media_type


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("minutes.PDF", "minutes.pdf"),
        ("C:\\Users\\me\\minutes.pdf", "minutes.pdf"),
        ("../../etc/minutes.pdf", "minutes.pdf"),
        ("minutes", "minutes.pdf"),
        ("fdp\u202e.exe\r\nX: 1.pdf", "fdp.exeX: 1.pdf"),
        ("é" * 300 + ".pdf", "é" * 196 + ".pdf"),
        ("", "file.pdf"),
        ("Návrh plánu 2027.pdf", "Návrh plánu 2027.pdf"),
    ],
)
def test_a_file_keeps_its_name_as_far_as_it_is_safe(sent: str, kept: str) -> None:
    assert accept(sent, b"%PDF-1.7\n").name == kept
