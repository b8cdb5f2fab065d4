"""Opens a workbook in a process of its own, which `reading` starts, with bounded memory and time.

The library that reads .xlsx, .xls and .ods trusts the file: one cell in a far corner makes it reserve memory for all
that lies between. What looks like that is refused before (`safety`); here it holds in every format and for whatever
was not thought of. Imports nothing of the portal, so that it starts at once.
"""

from __future__ import annotations

import io
import pickle
import resource
import sys
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

MEMORY = 3 * 1024**3  # bytes of addresses; a sheet of 1.5 million texts takes a fifth of it
SECONDS = 120  # of computing


def sheets_of(data: bytes, cells: int, columns: int, rows: int) -> tuple[str, Any]:
    """("sheets", [(name, rows, merged ranges)]), ("extent", (rows, columns)), ("password", None), ("damaged", why)."""
    found = []
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for about in book.sheets_metadata:
                if about.typ != SheetTypeEnum.WorkSheet:
                    continue
                sheet = book.get_sheet_by_name(about.name)
                if sheet.end is not None:
                    height, width = sheet.end[0] + 1, sheet.end[1] + 1
                    if height * width > cells or width > columns or height > rows:
                        return "extent", (height, width)
                found.append((about.name, sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or []))
    except PasswordError:
        return "password", None
    except (CalamineError, OSError, ValueError) as problem:
        return "damaged", str(problem)
    return "sheets", found


def formulas_of(data: bytes, most: int = 20) -> tuple[str, Any]:
    """("formulas", [(sheet, cell)]) or ("damaged", why). The other reader sees only what formulas came to."""
    from openpyxl import load_workbook  # slow to load, and only templates need it

    found: list[tuple[str, str]] = []
    try:
        book = load_workbook(io.BytesIO(data), read_only=True)
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                found += [(sheet.title, cell.coordinate) for cell in row if cell.data_type == "f"]
                if len(found) >= most:
                    return "formulas", found
    except Exception as problem:
        return "damaged", str(problem)
    return "formulas", found


def main() -> None:
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    data = sys.stdin.buffer.read()
    answer = formulas_of(data) if "formulas" in sys.argv[4:] else sheets_of(data, *map(int, sys.argv[1:4]))
    pickler = pickle.Pickler(sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
    pickler.fast = True  # no table of what was written already: no cell is twice the same object on purpose
    pickler.dump(answer)


if __name__ == "__main__":
    main()
