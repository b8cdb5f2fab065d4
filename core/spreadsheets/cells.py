"""The cells of a sheet, and their text."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

Cell = str | int | float | bool | date | datetime | time | timedelta | None
_NOTHING = {
    "null",
    "none",
    "n/a",
    "n.a.",
    "#n/a",
    "#name?",
    "#ref!",
    "#value!",
    "#null!",
    "#div/0!",
    "nan",
    "-",
    "–",
    "—",
}
# What a spreadsheet would read as a formula, and the same behind the apostrophe that `writing.neutralise` puts there.
FORMULA = re.compile("[\\s\\0]*[=+\\-@＝＋－＠]|[\t\r]")
GUARDED = re.compile("'+[\\s\\0]*[=+\\-@＝＋－＠]|'+[\t\r]")
_MARKS = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")  # invisible, and they make two equal cells differ


def as_text(cell: Cell) -> str:
    """The text of a cell: no outer spaces, 12.0 as 12, a date as 2026-03-31; empty for nothing, also for a typed
    "null" or "n/a". An apostrophe that keeps a spreadsheet from reading the rest as a formula is taken away."""
    text = as_written(cell)
    return "" if text.lower() in _NOTHING else text


def as_written(cell: Cell) -> str:
    """The same, where a typed "n/a" is something: in a cell that asks for a number it is no number, and no blank."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="minutes")
    if not isinstance(cell, str):
        return str(cell)
    return unguarded(cell.strip() if cell.isascii() else _MARKS.sub("", cell).replace("\u00a0", " ").strip()).strip()


def unguarded(text: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from reading the rest as a formula."""
    return text[1:] if text[:1] == "'" and GUARDED.match(text) else text


def as_number(text: str) -> Decimal:
    """A number as people write it: "1 234,5", "1.234,5", "1,234.5", "1'234". Raises ValueError when it is none.

    One separator followed by exactly three digits is read as one of thousands ("12.345", "12,345"), any other as the
    decimal one; spreadsheets hand over real numbers, this is for numbers stored as text."""
    bare = re.sub(r"[\s\u00a0\u202f'’]", "", text)
    if not re.fullmatch(r"[+-]?[\d.,]*\d[\d.,]*", bare):
        raise ValueError(text)
    last = max(bare.rfind(","), bare.rfind("."))
    if last >= 0:
        mark, other = bare[last], "." if bare[last] == "," else ","
        whole, part = bare[:last], bare[last + 1 :]
        thousands = mark in whole or (other not in whole and len(part) == 3 and whole.lstrip("+-") != "0")
        bare = bare.replace(",", "").replace(".", "") if thousands else whole.replace(other, "") + "." + part
    try:
        return Decimal(bare)
    except InvalidOperation as problem:
        raise ValueError(text) from problem


_FIRST_DAY = date(1899, 12, 30)  # day 0 of Excel's 1900 system, as it counts from March 1900 on


def as_date(text: str) -> date:
    """A day: 2026-03-31, 31.3.2026, 31/03/2026, or the serial number of a spreadsheet (46112). ValueError if none."""
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _FIRST_DAY + timedelta(days=int(float(text)))
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?", text):
        year, month, day = (int(part) for part in found.groups())
        return date(year, month, day)
    if found := re.fullmatch(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4})", text):
        day, month, year = (int(part) for part in found.groups())
        return date(year, month, day)
    raise ValueError(text)
