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
_OPEN_DOCUMENTS = {f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet", "presentation")}
# What zipfile and its unpackers raise over archives that are cut off, altered or made up.
_DAMAGED = (
    zipfile.BadZipFile,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    OverflowError,
    lzma.LZMAError,
    struct.error,
    zlib.error,
)
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
    names, said = _opened(data)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise NotEvidence(_("The document has macros. Save it without them, for example as .xlsx or .pdf."))
    for part, media_type in _PARTS.items():
        if part in names:
            return media_type
    if said in _OPEN_DOCUMENTS:
        return said
    raise _other()


def _opened(data: bytes) -> tuple[set[str], str]:
    """The names of the parts, and what an OpenDocument file says that it is."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = set(archive.namelist())
        if "mimetype" not in names:
            return names, ""
        with archive.open("mimetype") as file:
            return names, file.read(100).decode("ascii", errors="replace")
    except _DAMAGED:
        raise NotEvidence(_("The file is damaged and cannot be opened.")) from None


def _other() -> NotEvidence:
    return NotEvidence(_("Please send a document or picture: PDF, PNG, JPEG, Word, Excel, OpenDocument, CSV or text."))
