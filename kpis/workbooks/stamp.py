"""What a template says of itself, signed: whose it is, for which round and revision, how it is built, and what the
report said when it was handed out. Held against the latter, a file changes only what its person changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from django.core import signing

from kpis.lines import Cell, Line

TEMPLATE = 1  # to be raised when sheets, rows or columns change their places
SALT = "kpis.workbook"
SHEET = "_stamp"
_ROOM = 30_000  # characters; a cell takes 32,767


@dataclass
class Stamp:
    """`columns`: {sheet: codes of its columns}; `lines`: as they were, in the order of the rows of their sheet."""

    report: int
    organisation: str
    round: str
    revision: int
    language: str
    versions: dict[str, int]
    columns: dict[str, list[str]]
    lines: list[Any] = field(default_factory=list)
    template: int = TEMPLATE

    def signed(self) -> list[str]:
        """In pieces that fit into cells."""
        text = signing.dumps(asdict(self), salt=SALT, compress=True)
        return [text[start : start + _ROOM] for start in range(0, len(text), _ROOM)]

    @classmethod
    def of(cls, text: str) -> Stamp:
        """Raises signing.BadSignature when it was not written by this portal, or not like this."""
        return cls(**signing.loads(text, salt=SALT))

    def lines_of(self, indicator: str) -> list[Line]:
        return [line for line in map(unpacked, self.lines) if line.indicator == indicator]


def packed(line: Line) -> list[Any]:
    parts = [[*place, str(cell.state), cell.value] for place, cell in line.parts.items()]
    return [
        line.indicator, line.region, str(line.total.state), line.total.value, line.series, line.whose, line.others,
        line.initiative, line.note, parts,
    ]  # fmt: skip


def unpacked(row: list[Any]) -> Line:
    indicator, region, state, value, series, whose, others, initiative, note, parts = row
    return Line(
        indicator=indicator,
        region=region,
        total=Cell(state, value),
        series=series,
        whose=whose,
        others=others,
        initiative=initiative,
        note=note,
        parts={(breakdown, code): Cell(kind, number) for breakdown, code, kind, number in parts},
    )
