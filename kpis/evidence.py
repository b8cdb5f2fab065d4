"""What is taken as evidence for figures: ordinary documents, known by their content and not by their name."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib

from django.utils.translation import gettext as _

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 40  # of a report
_STARTS = ((b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
_OFFICE = "application/vnd.openxmlformats-officedocument."
_PARTS = {
    "word/document.xml": _OFFICE + "wordprocessingml.document",
    "xl/workbook.xml": _OFFICE + "spreadsheetml.sheet",
    "ppt/presentation.xml": _OFFICE + "presentationml.presentation",
}
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
# What zipfile and its unpackers raise over archives that are cut off, altered or made up.
_DAMAGED = (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError, OSError, OverflowError,
            lzma.LZMAError, struct.error, zlib.error)  # fmt: skip
ENDINGS = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.pptx,.odt,.ods,.odp,.csv,.txt"


class NotEvidence(ValueError):
    """The file is not taken; `str()` says why."""


def media_type_of(data: bytes) -> str:
    """Raises NotEvidence for anything but documents and pictures. Nothing is unpacked but a few bytes."""
    if not data:
        raise NotEvidence(_("The file is empty."))
    if len(data) > MAX_BYTES:
        raise NotEvidence(_("The file is larger than 10 MB. Please send a smaller one."))
    for start, media_type in _STARTS:
        if data.startswith(start):
            return media_type
    if data.startswith(b"PK\x03\x04"):
        return _type_of_archive(data)
    if b"\0" not in data:
        return "text/plain; charset=utf-8" if _is_utf8(data) else "text/plain; charset=windows-1252"
    raise _other()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _type_of_archive(data: bytes) -> str:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = set(archive.namelist())
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise NotEvidence(_("The document has macros. Save it without them, for example as .xlsx or .pdf."))
        for part, media_type in _PARTS.items():
            if part in names:
                return media_type
        if "mimetype" in names:
            with archive.open("mimetype") as file:
                said = file.read(100).decode("ascii", errors="replace")
            if said.startswith(_OPEN_DOCUMENT) and said.removeprefix(_OPEN_DOCUMENT) in (
                "text",
                "spreadsheet",
                "presentation",
            ):
                return said
    except _DAMAGED as problem:
        if isinstance(problem, NotEvidence):
            raise
        raise NotEvidence(_("The file is damaged and cannot be opened.")) from None
    raise _other()


def _other() -> NotEvidence:
    return NotEvidence(_("Please send a document or picture: PDF, PNG, JPEG, Word, Excel, OpenDocument, CSV or text."))
