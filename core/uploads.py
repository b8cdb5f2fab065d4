"""Files that people send for others to read: what is taken, by what name it is kept, and when it goes. Ordinary
documents and pictures, known by their content. Nothing of them is ever run or shown by the portal itself:
core/views/files.py hands them out."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import archives

MOST_MB = 10  # unless a kind of file may be larger
_STARTS = ((b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
_OFFICE = "application/vnd.openxmlformats-officedocument."
_PARTS = {
    "word/document.xml": _OFFICE + "wordprocessingml.document",
    "xl/workbook.xml": _OFFICE + "spreadsheetml.sheet",
    "ppt/presentation.xml": _OFFICE + "presentationml.presentation",
}
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
# By what the name of such a file ends; the first is added where there is no ending.
_ENDINGS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    _PARTS["word/document.xml"]: (".docx",),
    _PARTS["xl/workbook.xml"]: (".xlsx",),
    _PARTS["ppt/presentation.xml"]: (".pptx",),
    _OPEN_DOCUMENT + "text": (".odt",),
    _OPEN_DOCUMENT + "spreadsheet": (".ods",),
    _OPEN_DOCUMENT + "presentation": (".odp",),
    "text/plain": (".txt", ".csv"),
}
ENDINGS = ",".join(ending for endings in _ENDINGS.values() for ending in endings)


class NotTaken(ValueError):
    """The file is not taken; `str()` says why and what helps."""


@dataclass(frozen=True)
class Upload:
    """A file that is taken: `accept` alone makes it."""

    name: str
    media_type: str
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.data).hexdigest()


def accept(name: str, data: bytes, *, most_mb: int = MOST_MB) -> Upload:
    """Raises NotTaken for anything but documents and pictures of at most so many megabytes."""
    check_size(len(data), most_mb)
    media_type = _media_type_of(data)
    return Upload(_safe_name(name, media_type.partition(";")[0]), media_type, data)


def check_size(size: int, most_mb: int) -> None:
    """Raises NotTaken. Nothing has to be read for it."""
    if not size:
        raise NotTaken(_("The file is empty."))
    if size > most_mb * 1024 * 1024:
        raise NotTaken(_("The file is larger than %(most)s MB. Please send a smaller one.") % {"most": most_mb})


def _media_type_of(data: bytes) -> str:
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
        archive = archives.opened(data)
        names = set(archive.namelist())
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise NotTaken(_("The document has macros. Save it without them, for example as .xlsx or .pdf."))
        found = next((media_type for part, media_type in _PARTS.items() if part in names), "")
        if not found and "mimetype" in names:
            said = archives.head_of(archive, "mimetype").decode("ascii", errors="replace")
            found = said if said.startswith(_OPEN_DOCUMENT) and said in _ENDINGS else ""
        if not found:
            raise _other()
        for _part, _piece in archives.parts(data, archive):
            pass  # whoever opens the document unpacks it: it must stay of a bearable size
    except archives.Damaged:
        raise NotTaken(_("The file is damaged and cannot be opened.")) from None
    except archives.Encrypted:
        raise NotTaken(_("The file is protected by a password. Save it without one, and send it again.")) from None
    except archives.TooLargeInside:
        raise NotTaken(
            _("Unpacked, the file is far larger than a document can be. Save it anew, for example as PDF.")
        ) from None
    return found


def _other() -> NotTaken:
    return NotTaken(_("Please send a document or picture: PDF, PNG, JPEG, Word, Excel, OpenDocument, CSV or text."))


def _safe_name(name: str, media_type: str) -> str:
    """Without folders and control characters, and ending as its content does. Raises NotTaken where the name says
    something else than the content: whoever downloads the file trusts its name."""
    last = PurePath(name.replace("\\", "/")).name
    # No control characters, and none that turn the direction of reading: "fdp.exe" must not be shown as "exe.pdf".
    plain = "".join(one for one in last if unicodedata.category(one)[0] != "C").strip(". ")
    stem, ending = PurePath(plain).stem, PurePath(plain).suffix.lower()
    endings = _ENDINGS[media_type]
    if not ending:
        stem, ending = stem or _("file"), endings[0]
    elif ending not in endings:
        raise NotTaken(
            _("The name of the file ends in %(ending)s, but what is in it is %(kind)s. Save it anew, and send that.")
            % {"ending": ending, "kind": " / ".join(endings)}
        )
    return stem[: 200 - len(ending)] + ending


def drop_unused(storage: Any, names: Iterable[str | None], *, is_needed: Callable[[str], bool]) -> None:
    """Delete these files when the transaction is committed, and if nothing refers to them then."""
    candidates = set(filter(None, names))

    def delete_files() -> None:
        for name in candidates:
            if not is_needed(name):
                storage.delete(name)

    transaction.on_commit(delete_files, robust=True)  # a file does not come back when the transaction fails
