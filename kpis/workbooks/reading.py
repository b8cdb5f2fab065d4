"""Reads a template that comes back. Whatever is wrong is told by sheet and cell; nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core import signing
from django.utils import translation
from django.utils.translation import gettext as _

from core.spreadsheets import reading
from core.spreadsheets.cells import as_text
from core.spreadsheets.errors import UnreadableFile
from kpis.checks import Level, check
from kpis.context import Context, Definition
from kpis.forms.adding import find_organisations
from kpis.lines import Key, Line
from kpis.models import Report
from kpis.models.reports import State
from kpis.typed import NUMBER, TypedLine, as_number
from kpis.workbooks import stamp
from kpis.workbooks.layout import CODES, FIRST, ROWS, words_of
from members.models import Organisation


class NotThisTemplate(ValueError):
    """The file cannot be used for this report; `str()` says why."""


@dataclass(frozen=True)
class Fault:
    """What is wrong at a cell ("K1", "H5")."""

    sheet: str
    cell: str
    message: str


@dataclass
class Uploaded:
    """What the file says: the lines of the report as they would be, with faults, and cells that somebody else changed
    in the portal while the file was out, where the file says something else again."""

    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    conflicts: list[Fault] = field(default_factory=list)


@dataclass
class _Row:
    sheet: str
    number: int  # as in the sheet, from 1
    columns: Sequence[str]
    typed: TypedLine

    def ref(self, cell: str) -> str:
        return f"{_letters(self.columns.index(cell if cell in self.columns else 'region'))}{self.number}"


def read_template(report: Report, context: Context, now: Sequence[Line], data: bytes) -> Uploaded:
    """Raises UnreadableFile or NotThisTemplate. `now`: the lines on record."""
    book = reading.read(data, rows=ROWS)
    sheets = {sheet.name: sheet.rows for sheet in book.sheets}
    made = _stamp_of(sheets, report, context)
    if found := reading.formulas(data):
        raise NotThisTemplate(
            _("Sheet %(sheet)s, cell %(cell)s has a formula. Put in the value instead: nothing is computed.")
            % {"sheet": found[0][0], "cell": found[0][1]}
        )
    result, rows, lines = Uploaded(), [], []
    on_record = {line.key: line for line in now}
    known: set[Key] = set()
    people = _named(sheets, made.columns)
    for code, columns in made.columns.items():
        definition = context.definitions[code]
        base = made.lines_of(code)
        known |= {line.key for line in base}
        with translation.override(made.language):
            words = words_of(definition)
        for row, before in _rows(code, sheets.get(code), columns, base, words, people):
            line = _line(row, before, definition, on_record, result)
            if line is not None:
                rows.append(row)
                lines.append(line)
    untouched = [line for line in now if line.key not in known]  # added in the portal since
    for finding in check([*lines, *untouched], replace(context, reasons={})):
        if finding.level == Level.BLOCK and finding.line is not None and finding.line < len(rows):
            rows[finding.line].typed.fault(finding.cell, str(finding.message))
    for row in rows:
        for cell, texts in row.typed.errors.items():
            result.faults += [Fault(row.sheet, row.ref(cell), text) for text in texts]
    result.lines = [*lines, *untouched]
    return result


def _stamp_of(sheets: Mapping[str, list[list[Any]]], report: Report, context: Context) -> stamp.Stamp:
    rows = sheets.get(stamp.SHEET)
    if rows is None:
        raise NotThisTemplate(_("This is no template of a report. Download the one of this report and fill that in."))
    try:
        made = stamp.Stamp.of("".join(str(row[0]) for row in rows if row))
    except (signing.BadSignature, TypeError, ValueError):
        raise NotThisTemplate(
            _("The hidden part of the file, by which the portal knows it, was changed. Please download a new template.")
        ) from None
    if made.organisation != report.organisation.code:
        raise NotThisTemplate(
            _("This is the template of another organisation (%(code)s).") % {"code": made.organisation}
        )
    if made.round != str(report.round):
        raise NotThisTemplate(
            _("This is the template for %(theirs)s; this report is for %(ours)s.")
            % {"theirs": made.round, "ours": report.round}
        )
    if (made.report, made.revision) != (report.pk, report.revision):
        raise NotThisTemplate(
            _("This is the template of revision %(theirs)s; the report is at revision %(ours)s. Download a new one.")
            % {"theirs": made.revision, "ours": report.revision}
        )
    versions = {code: one.version.version for code, one in context.definitions.items()}
    if made.template != stamp.TEMPLATE:
        raise NotThisTemplate(_("The template has changed since this file was made. Please download a new one."))
    changed = sorted(
        code for code in made.versions.keys() | versions.keys() if made.versions.get(code) != versions.get(code)
    )
    if changed:
        raise NotThisTemplate(
            _("What is asked for %(codes)s has changed since this file was made. Please download a new template.")
            % {"codes": ", ".join(changed)}
        )
    return made


def _rows(
    code: str,
    rows: list[list[Any]] | None,
    columns: list[str],
    base: list[Line],
    words: dict[str, dict[str, str]],
    people: Mapping[str, Organisation | None],
) -> list[tuple[_Row, Line | None]]:
    """Each row of the sheet with the line that it was made from, none for a new one."""
    if rows is None or len(rows) <= CODES or [as_text(cell) for cell in rows[CODES][: len(columns)]] != columns:
        raise NotThisTemplate(
            _("The columns of sheet %(sheet)s are not those of the template any more. Please download a new one.")
            % {"sheet": code}
        )
    found: list[tuple[_Row, Line | None]] = []
    seen: set[int] = set()
    for index, cells in enumerate(rows[FIRST:], start=FIRST):
        said = {name: _text(cell) for name, cell in zip(columns, cells, strict=False)}
        if not any(text for name, text in said.items() if name != "before"):
            continue
        row = _Row(code, index + 1, columns, TypedLine(region=""))
        number = as_number(said.get("row", ""))
        if said.get("row"):
            before = base[number - 1] if number and 1 <= number <= len(base) and number not in seen else None
            if before is None:
                raise NotThisTemplate(
                    _("Row %(row)s of sheet %(sheet)s was copied or moved. Please download a new template.")
                    % {"row": index + 1, "sheet": code}
                )
            seen.add(number or 0)
            row.typed = _typed(said, words, people)
            if (changed := _about_changed(row.typed, before)) is not None:
                row.typed.errors.clear()
                row.typed.fault(changed, _("What a row is about cannot be changed. Use an empty row below instead."))
                row.typed.region = before.region
            found.append((row, before))
        else:
            row.typed = _typed(said, words, people)
            found.append((row, None))
    if len(seen) != len(base):
        raise NotThisTemplate(
            _("A row of sheet %(sheet)s was deleted. Empty its cells instead, or remove it in the portal.")
            % {"sheet": code}
        )
    return found


def _named(sheets: Mapping[str, list[list[Any]]], columns: Mapping[str, list[str]]) -> dict[str, Organisation | None]:
    """Every organisation that the sheets name, looked up together."""
    places = {code: names.index("others") for code, names in columns.items()}
    cells = [row[place] for code, place in places.items() for row in sheets.get(code, [])[FIRST:] if place < len(row)]
    return find_organisations({text for text in map(_text, cells) if text})


def _typed(
    said: Mapping[str, str], words: dict[str, dict[str, str]], people: Mapping[str, Organisation | None]
) -> TypedLine:
    def code_of(column: str, default: str) -> str:
        text = said.get(column, "")
        codes = {label.casefold(): code for code, label in words[column].items()}
        return codes.get(text.casefold(), text if text else default)

    typed = TypedLine(
        region=(said.get("region", "").split() or [""])[0].upper()[:10],
        series=code_of("series", next(iter(words["series"]))),
        whose=code_of("whose", next(iter(words["whose"]))),
        initiative=said.get("initiative", "")[:40],
        total=said.get("total", ""),
        state=code_of("state", NUMBER),
        note=said.get("note", ""),
        parts={
            (breakdown, code): text
            for name, text in said.items()
            for breakdown, dot, code in [name.partition(".")]
            if dot and text
        },
    )
    if named := said.get("others", ""):
        organisation = people.get(named)
        if organisation is None:
            typed.fault("others", _("There is no organisation of this name or code in the portal."))
        elif typed.whose != "others":
            typed.fault("whose", _("You named an organisation: choose that the workers are its staff."))
        else:
            typed.others = organisation.pk
    return typed


def _about_changed(typed: TypedLine, before: Line) -> str | None:
    pairs = {
        "region": (typed.region, before.region),
        "series": (typed.series, before.series),
        "whose": (typed.whose, before.whose),
        "others": (typed.others, before.others),
        "initiative": (typed.initiative, before.initiative),
    }
    return next((name for name, (one, other) in pairs.items() if one != other), None)


def _line(
    row: _Row, before: Line | None, definition: Definition, on_record: Mapping[Key, Line], result: Uploaded
) -> Line | None:
    """The line as it would be. A cell that the file leaves as it was says nothing against what is on record now."""
    if before is not None:
        now = on_record.get(before.key)
        was, kept = TypedLine.of(before), TypedLine.of(now) if now else None
        changed = _merge(row, was, kept or was, result)
        if now is None and not changed and not row.typed.errors:
            return None  # removed in the portal since, or offered by the template and not used
        if now is None and before.total.state != State.MISSING:
            message = _("The row was removed in the portal since you downloaded the file; this would bring it back.")
            result.conflicts.append(Fault(row.sheet, row.ref("region"), message))
    return row.typed.read(definition, on_record)


def _merge(row: _Row, was: TypedLine, now: TypedLine, result: Uploaded) -> bool:
    """Whether the file changed the line."""
    typed, changed = row.typed, False
    for name in ("total", "state", "note"):
        mine, old, theirs = getattr(typed, name), getattr(was, name), getattr(now, name)
        if _same(mine, old):
            setattr(typed, name, theirs)
        else:
            changed = True
            _note_conflict(row, name, old, theirs, mine, result)
    for place in {**typed.parts, **was.parts, **now.parts}:
        mine, old, theirs = typed.parts.get(place, ""), was.parts.get(place, ""), now.parts.get(place, "")
        if _same(mine, old):
            typed.parts[place] = theirs
        else:
            changed = True
            _note_conflict(row, ".".join(place), old, theirs, mine, result)
    return changed


def _note_conflict(row: _Row, cell: str, old: str, theirs: str, mine: str, result: Uploaded) -> None:
    if not _same(old, theirs) and not _same(mine, theirs):
        result.conflicts.append(
            Fault(
                row.sheet,
                row.ref(cell),
                _("In the portal it was changed from “%(old)s” to “%(theirs)s” since you downloaded the file.")
                % {"old": old or "–", "theirs": theirs or "–"},
            )
        )


def _same(one: str, other: str) -> bool:
    return one.strip() == other.strip() or (as_number(one) is not None and as_number(one) == as_number(other))


def _text(cell: Any) -> str:
    """As it stands in the cell, "n/a" included: nothing is read as a blank that is none."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e25:
        return str(int(cell))
    text = str(cell).strip()
    return as_text(text) or text if isinstance(cell, str) else text


def _letters(column: int) -> str:
    name, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


__all__ = ["Fault", "NotThisTemplate", "UnreadableFile", "Uploaded", "read_template"]
