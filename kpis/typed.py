"""Figures as people type them: the text of every cell, read into lines, with what is wrong at the cell where it is.

The form and the spreadsheet of a report both end here, so that the same text means the same in both. A step has up to
1,500 cells, too many for a field object each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from kpis.context import Definition
from kpis.lines import MISSING, Cell, Key, Line
from kpis.models.reports import LARGEST, State

NUMBER = "number"
NO_NUMBER = (State.NA, State.NOT_COLLECTED)
NOTE_LENGTH = 2000
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f']")


class NotANumber(ValueError):
    """The text is no whole number; `str()` says what to write instead."""


def read_number(text: str) -> int | None:
    """A whole number, or nothing. Spaces between thousands are fine; points and commas are refused, because 1.234 is
    a thousand to one reader and a fraction to the next. Raises NotANumber."""
    digits = _SPACES.sub("", text)
    if not digits:
        return None
    if re.fullmatch(r"[0-9]+", digits):
        if len(digits.lstrip("0")) > len(str(LARGEST)) or int(digits) > LARGEST:
            raise NotANumber(_("This number is too large to be right."))
        return int(digits)
    shown = {"text": text.strip()[:40]}
    if re.fullmatch(r"[-−–][0-9.,]+", digits):
        raise NotANumber(_("A figure is never below zero."))
    if re.fullmatch(r"[0-9]+([.,][0-9]+)+", digits):
        raise NotANumber(
            _("Write whole numbers without points and commas, such as 1234: “%(text)s” can be read in two ways.")
            % shown
        )
    raise NotANumber(
        _("“%(text)s” is not a number. If there is none, leave it empty and choose what holds beside it.") % shown
    )


def as_number(text: str) -> int | None:
    """For what is left to a total: the number, where it is one."""
    try:
        return read_number(text)
    except NotANumber:
        return None


@dataclass
class TypedLine:
    """A line with the text of its cells. `errors`: {cell: messages}; cells are named total, state, note, region, whose,
    others, or breakdown.category, and "" is the line as a whole."""

    region: str
    series: str = "achieved"
    whose: str = "own"
    others: int | None = None
    initiative: str = ""
    total: str = ""
    state: str = NUMBER
    note: str = ""
    parts: dict[tuple[str, str], str] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, line: Line) -> TypedLine:
        return cls(
            region=line.region,
            series=line.series,
            whose=line.whose,
            others=line.others,
            initiative=line.initiative,
            total=_text(line.total),
            state=line.total.state if line.total.state in NO_NUMBER else NUMBER,
            note=line.note,
            parts={place: _text(cell) for place, cell in line.parts.items()},
        )

    def fault(self, cell: str, message: str) -> None:
        said = self.errors.setdefault(cell, [])
        if message not in said:
            said.append(message)

    def read(self, definition: Definition, stored: Mapping[Key, Line]) -> Line:
        """The line; cells that cannot be read are missing in it, and said to be wrong in `errors`. `stored`: lines by
        their key. A part of which it is on record that there is no number keeps that where nothing is typed."""
        total = self._cell("total", self.total)
        if self.state in NO_NUMBER:
            if self.total.strip():
                self.fault("state", _("There is a number in this row: is it a number, or is there none?"))
            total = Cell(self.state)
        elif self.state != NUMBER:
            self.fault("state", _("Choose whether it is a number, not applicable or not collected."))
        if len(self.note) > NOTE_LENGTH:
            self.fault("note", _("At most %(n)s characters: this note is longer.") % {"n": NOTE_LENGTH})
        line = Line(
            indicator=definition.code,
            region=self.region,
            total=total,
            series=self.series,
            whose=self.whose,
            others=self.others if self.whose == "others" else None,
            initiative=self.initiative,
            note=self.note.strip(),
        )
        before = stored[line.key].parts if line.key in stored else {}
        for place in {**self.parts, **before}:
            cell = self._cell(".".join(place), self.parts.get(place, ""))
            if cell is MISSING and place in before and before[place].state in NO_NUMBER:
                cell = before[place]
            if cell is not MISSING:
                line.parts[place] = cell
        return line

    def _cell(self, name: str, text: str) -> Cell:
        try:
            return Cell.of(read_number(text))
        except NotANumber as problem:
            self.fault(name, str(problem))
            return MISSING


def _text(cell: Cell) -> str:
    return "" if cell.value is None else str(cell.value)
