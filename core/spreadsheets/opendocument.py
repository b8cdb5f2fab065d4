"""Writes one table as an OpenDocument spreadsheet (.ods).

The format is a ZIP with three small XML files, so that the standard library is enough. Every text is written as text:
no cell is a formula. The same table is the same file, byte for byte, whenever it is written.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
Value = str | int | float | Decimal | date | bool | None
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}"'
    for prefix, name in (
        ("office", "office:1.0"),
        ("table", "table:1.0"),
        ("text", "text:1.0"),
        ("style", "style:1.0"),
        ("fo", "xsl-fo-compatible:1.0"),
        ("number", "datastyle:1.0"),
    )
)
_STYLES = """<office:automatic-styles>
<number:date-style style:name="day"><number:year number:style="long"/><number:text>-</number:text>\
<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/></number:date-style>
<style:style style:name="date" style:family="table-cell" style:data-style-name="day"/>
<style:style style:name="header" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>
</office:automatic-styles>"""
_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIMETYPE}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(" {2,}|^ | $")


def _paragraph(line: str) -> str:
    text = escape(_NOT_XML.sub("", line)).replace("\t", "<text:tab/>")
    return f"<text:p>{_SPACES.sub(lambda run: f'<text:s text:c={quoteattr(str(len(run[0])))}/>', text)}</text:p>"


def _cell(value: Value, style: str = "") -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, bool):
        word = str(value).lower()
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{word}"/>'
    if isinstance(value, int | float | Decimal):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    if isinstance(value, date):
        day = value.isoformat()
        return (
            f'<table:table-cell table:style-name="date" office:value-type="date" office:date-value="{day}">'
            f"{_paragraph(day[:10])}</table:table-cell>"
        )
    lines = "".join(map(_paragraph, re.split(r"\r\n|\r|\n", value)))
    return f'<table:table-cell{style} office:value-type="string">{lines}</table:table-cell>'


def table(header: Sequence[Value], rows: Iterable[Sequence[Value]], *, sheet: str) -> bytes:
    """The bytes of the file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:

        def part(name: str, packed: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
            about = zipfile.ZipInfo(name)  # dated 1980, the first day of ZIP
            about.compress_type = packed
            return about

        file.writestr(part("mimetype", zipfile.ZIP_STORED), MIMETYPE)  # first and unpacked, as the format wants it
        file.writestr(part("META-INF/manifest.xml"), _MANIFEST)
        with file.open(part("content.xml"), "w") as content:
            content.write(
                f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {_NAMESPACES} office:version="1.3">'
                f"{_STYLES}<office:body><office:spreadsheet><table:table table:name={quoteattr(sheet)}>".encode()
            )
            cells = "".join(_cell(one, ' table:style-name="header"') for one in header)
            content.write(f"<table:table-row>{cells}</table:table-row>\n".encode())
            for row in rows:
                content.write(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>\n".encode())
            content.write(b"</table:table></office:spreadsheet></office:body></office:document-content>")
    return out.getvalue()
