"""Small documents made out of nothing: a page of text as PDF, and bars as a picture."""

from __future__ import annotations

import struct
import unicodedata
import zlib
from collections.abc import Sequence

_TOP, _LEFT, _LEADING = 780, 60, 18  # points on A4


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """One page of text in the reader's Helvetica, which has the letters of Western Europe; others lose their marks."""
    words = [f"BT /F1 16 Tf {_LEFT} {_TOP} Td ({_escaped(title)}) Tj ET"]
    for number, line in enumerate(lines, start=2):
        words.append(f"BT /F1 11 Tf {_LEFT} {_TOP - _LEADING * number} Td ({_escaped(line)}) Tj ET")
    content = "\n".join(words).encode("cp1252")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        font,
    ]
    file, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(file))
    return file + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


def _escaped(text: str) -> str:
    known = "".join(letter if _is_western(letter) else unicodedata.normalize("NFKD", letter)[0] for letter in text)
    plain = known.encode("cp1252", errors="replace").decode("cp1252")
    return plain.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _is_western(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def bars(values: Sequence[int], *, bar: int = 24, gap: int = 12, height: int = 160) -> bytes:
    """A picture (PNG, greys) of a bar for each value, the largest as high as the picture but for a margin."""
    largest = max([*values, 1])
    tops = [height - round((height - gap) * value / largest) for value in values]
    rows = []
    for y in range(height):
        row = bytes([255]) * gap
        for top in tops:
            row += bytes([60 if y >= top else 255]) * bar + bytes([255]) * gap
        rows.append(b"\0" + row)  # each row says by what filter: none
    head = struct.pack(">IIBBBBB", gap + len(tops) * (bar + gap), height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
