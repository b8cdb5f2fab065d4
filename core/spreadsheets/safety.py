"""Looks at a file before any reader does: is it what it claims, and will it stay of a bearable size?

The readers trust what they are given. A few kilobytes can unpack to gigabytes, and two cells in opposite corners of
a sheet make a reader reserve memory for everything between them."""

from __future__ import annotations

import re
import zipfile
from xml.etree.ElementTree import ParseError, iterparse

from django.conf import settings
from django.utils.translation import gettext as _

from core import archives
from core.spreadsheets.errors import UnreadableFile

CELL_LIMIT = 4_000_000  # cells that a reader reserves memory for
COLUMN_LIMIT = 1_000
ROW_LIMIT = 1_048_576  # of a sheet, as far as its programs go; a caller who knows better asks for less

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFERENCE = re.compile(rb"""\br=["']([A-Z]{0,3})(\d{1,9})["']""")


def check_size(size: int) -> None:
    if size == 0:
        raise UnreadableFile(_("The file is empty. Was it saved before it was sent?"))
    if size > settings.MAX_UPLOAD_MB * 1024 * 1024:
        raise UnreadableFile(
            _(
                "The file is %(size)s MB; at most %(limit)s MB are taken. Remove pictures and unused sheets, or save "
                "it as .csv."
            )
            % {"size": round(size / 1024 / 1024), "limit": settings.MAX_UPLOAD_MB}
        )


def kind_of(data: bytes, rows: int = ROW_LIMIT) -> str:
    """ "xlsx" (also .xlsm, .xlsb), "ods", "xls" or "text", by content and whatever the name. A sheet has at most
    `rows`. Raises UnreadableFile."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(data, rows)
    if data.startswith(_OLE):
        return _kind_of_ole(data)
    for start, what in _FOREIGN:
        # Two letters may also begin a header ("BMW plants"); a binary file has zeros soon after them.
        if data.startswith(start) and (len(start) > 2 or b"\0" in data[:200]):
            raise _foreign(what)
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    lowered = head[:1500].lower()
    if lowered.startswith((b"<!doctype html", b"<html", b"<table")) or b"<html" in lowered[:400]:
        raise UnreadableFile(
            _(
                "This is a web page with the name of a spreadsheet. Open it in your spreadsheet program and save it "
                "as .xlsx."
            )
        )
    if lowered.startswith(b"<?xml"):
        raise UnreadableFile(_("This is an XML file. Open it in your spreadsheet program and save it as .xlsx."))
    if b"\0" in data[:65536] and not data.startswith((b"\xff\xfe", b"\xfe\xff")) and not looks_like_utf16(data):
        raise _foreign(_("a file of a program"))
    return "text"


_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"RIFF", "WebP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"BM", "BMP"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"{\\rtf", "RTF"),
    (b"SQLite format", "SQLite"),
    (b"\x7fELF", "ELF"),
    (b"MZ", "EXE"),
)


def _foreign(what: str) -> UnreadableFile:
    return UnreadableFile(
        _(
            "This is no spreadsheet, whatever its name says: its content is %(what)s. Please send .xlsx, .xls, .ods "
            "or .csv."
        )
        % {"what": what}
    )


def looks_like_utf16(data: bytes) -> bool:
    """UTF-16 without a mark at its start: every other byte of plain text is zero."""
    head = data[:2000]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return len(head) > 3 and (odd > 0.4 * len(head) / 2 > 20 * even or even > 0.4 * len(head) / 2 > 20 * odd)


def _kind_of_ole(data: bytes) -> str:
    """Old Excel files, and the wrapping of encrypted new ones, are OLE containers; so are Word and Outlook files."""
    if _wide("EncryptedPackage") in data or _wide("EncryptionInfo") in data:
        raise UnreadableFile(
            _("The file is protected by a password. Open it, save it without a password, and send it again.")
        )
    if _wide("Workbook") in data or _wide("Book") in data:
        return "xls"
    raise _foreign(_("that of another program, such as Word or Outlook"))


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def _kind_of_zip(data: bytes, rows: int) -> str:
    try:
        archive = archives.opened(data)
        names = set(archive.namelist())
        if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
            kind = "xlsx"
        elif "content.xml" in names and "mimetype" in names:
            kind = "ods"
        elif any(name.startswith("word/") for name in names):
            raise _foreign("Word")
        elif any(name.startswith("ppt/") for name in names):
            raise _foreign("PowerPoint")
        else:
            raise _foreign("ZIP")
        _check_zip(data, archive, kind, rows)
    except archives.Damaged as problem:
        raise _corrupt() from problem
    except archives.TooLargeInside as problem:
        raise too_large_inside() from problem
    except archives.Encrypted as problem:
        raise UnreadableFile(
            _("Parts of the file are encrypted. Save it without a password and send it again.")
        ) from problem
    return kind


def _corrupt() -> UnreadableFile:
    return UnreadableFile(
        _("The file is damaged and cannot be opened. Open it in your spreadsheet program, save it anew, and send that.")
    )


def too_large_inside() -> UnreadableFile:
    return UnreadableFile(
        _(
            "Unpacked, the file is far larger than a list can be; it was not opened. Copy the table alone into a new "
            "file."
        )
    )


def _check_zip(data: bytes, archive: zipfile.ZipFile, kind: str, rows: int) -> None:
    """Unpack every part once, and look at the corners of sheets on the way."""
    extents: dict[str, _Extent] = {}
    for entry, piece in archives.parts(data, archive):
        if re.match(r"xl/worksheets/[^/]+\.xml$", entry.filename):
            extents.setdefault(entry.filename, _Extent(rows)).look(piece)
    if kind == "ods":
        manifest = "META-INF/manifest.xml"
        if manifest in archive.NameToInfo and b"encryption-data" in archives.head_of(archive, manifest, 1_000_000):
            raise UnreadableFile(
                _("The file is protected by a password. Open it, save it without a password, and send it again.")
            )
        _check_ods(archive, rows)


class _Extent:
    """The corners of a sheet of .xlsx, from the references that pass by."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.rows, self.columns, self.tail = 0, 0, b""
        self.first_row, self.first_column = 1 << 30, 1 << 30

    def look(self, chunk: bytes) -> None:
        text = self.tail + chunk
        for letters, digits in _REFERENCE.findall(text):
            row = int(digits)
            self.rows, self.first_row = max(self.rows, row), min(self.first_row, row)
            if letters:
                column = 0
                for letter in letters:
                    column = column * 26 + letter - 64
                self.columns, self.first_column = max(self.columns, column), min(self.first_column, column)
        self.tail = text[-24:]
        check_extent(self.rows, self.columns, self.most)


def check_extent(rows: int, columns: int, most: int = ROW_LIMIT) -> None:
    """Raises UnreadableFile for a sheet with more than `most` rows, or with more cells than a reader bears."""
    if rows * max(columns, 1) > CELL_LIMIT or columns > COLUMN_LIMIT or rows > most:
        raise UnreadableFile(
            _(
                "A sheet reaches to row %(rows)s and column %(columns)s, far beyond any list. Delete what stands "
                "outside of the table, or copy the table alone into a new file."
            )
            % {"rows": rows, "columns": columns}
        )


_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}


def _check_ods(archive: zipfile.ZipFile, most: int) -> None:
    """A row or cell with content may be "repeated" a million times in a few bytes."""
    rows = columns = column = 0
    try:
        # Entities cannot blow up: expat itself stops their amplification since 2.4.
        for event, node in iterparse(archive.open("content.xml"), events=("start", "end")):  # noqa: S314
            if event == "start":
                if node.tag == f"{_TABLE}table":
                    rows = columns = 0
                elif node.tag == f"{_TABLE}table-row":
                    column = 0
            elif node.tag in _CELLS:
                if len(node) or any(name.startswith(_OFFICE) for name in node.attrib):  # has text or a value
                    column += int(node.get(f"{_TABLE}number-columns-repeated", "1"))
                    columns = max(columns, column)
                node.clear()
            elif node.tag == f"{_TABLE}table-row":
                rows += int(node.get(f"{_TABLE}number-rows-repeated", "1")) if column else 1
                check_extent(rows, columns, most)
                node.clear()
    except (ParseError, ValueError, KeyError, zipfile.BadZipFile) as problem:
        raise _corrupt() from problem
