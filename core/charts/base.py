"""What all charts share: their words, their table, and the sizes in which they are drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

from django.utils.translation import gettext

from core.charts import text
from core.charts.scales import Number, exact

Value = str | int | float | Decimal | date | None
Size = Literal["half", "full"]
Sign = Literal["area", "hatch", "dots", "lines", "line", "diamond"]
# How a figure that was reached looks, and one that is only planned.
REACHED, PLANNED = "chart-fill-1", "chart-span-planned"
# A chart is drawn once for each width and the page shows the one that fits its box: text keeps its size on a phone.
WIDTHS: dict[Size, tuple[int, ...]] = {"half": (328, 600), "full": (328, 680, 1080)}
FILE_WIDTH = 880  # of the file that a reader downloads


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: the value as it is (for files), its words (for readers), where it leads."""

    value: Value
    text: str = ""
    url: str = ""
    step: int = 0  # its shade in a matrix, from 1; 0 for none
    gap: bool = False


def at_most(value: Number | None, high: Number | None, missing: str = "") -> Cell:
    """The upper end of a range: the value itself where there is none, nothing where it has no end."""
    if high == math.inf:
        return Cell(None, gettext("not shown"))
    found = high if high is not None else value
    return Cell(found, exact(found, missing))


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a chart. The first cell of a row names the row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: frozenset[int] = frozenset()  # the columns that are set flush right

    @property
    def heads(self) -> list[tuple[str, bool]]:
        return [(column, index in self.numeric) for index, column in enumerate(self.columns)]


@dataclass(frozen=True, slots=True)
class Key:
    """One line of a legend: a swatch by class, with a pattern or a sign beside its colour."""

    label: str
    css: str
    sign: Sign = "area"
    marker: int = 0  # the colour of a line, from 1
    path: str = ""  # and the shape of its marker


@dataclass(frozen=True, slots=True)
class Tip:
    """What a mark says when it is pointed at or has the focus."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[tuple[float, str], ...]  # the baseline and the words of each line
    heads: int = 1  # how many of them are the name


@dataclass(frozen=True, slots=True)
class Hit:
    """A clear area over a mark: it takes pointer and focus, shows the tip, and leads to `url` if there is one."""

    x: float
    y: float
    width: float
    height: float
    name: str
    url: str
    tip: Tip


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of text at its baseline; `anchor` is start, middle or end."""

    x: float
    y: float
    words: str
    anchor: str = "start"
    css: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    css: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """A drawing: everything in it is in pixels of its own frame."""

    template: ClassVar[str]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class View:
    """One drawing of a chart on a page."""

    uid: str
    css: str
    geometry: Geometry


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart with its words, its table and its drawings; `id` is unique on its page and names its files."""

    id: str
    kind: str
    title: str
    table: Table
    draw: Callable[[int], Geometry] = field(repr=False)
    unit: str = ""
    source: str = ""
    as_of: date | None = None
    note: str = ""
    credit: str = ""
    summary: str = ""  # one sentence for those who cannot see it
    empty: str = ""  # what to say instead of a drawing; set when there is nothing to draw
    legend: tuple[Key, ...] = ()
    legend_inside: bool = False  # the wide drawings carry the legend or labels themselves
    widths: tuple[int, ...] = WIDTHS["half"]
    large: bool = False  # hundreds of shapes: better sent when the reader comes to it (core.charts.alone)
    interactive: bool = False  # holds links or marks that take the focus: a group, not an image

    def __post_init__(self) -> None:
        for name in ("title", "unit", "source", "note", "summary", "empty"):
            object.__setattr__(self, name, text.clean(getattr(self, name)))

    @property
    def role(self) -> str:
        return "group" if self.interactive else "img"

    @property
    def is_map(self) -> bool:
        return self.kind == "map"

    @property
    def views(self) -> list[View]:
        """The drawings for a page, from phone to full width."""
        if self.empty:
            return []
        drawn = [self.draw(width) for width in self.widths]
        names = "sml"[: len(drawn)]
        css = [f"chart-view-{name}" for name in names] if len(drawn) > 1 else ["chart-view-only"]
        css[-1] += " chart-view-last"
        return [
            View(f"chart-{self.id}-{name}", one, geometry)
            for name, one, geometry in zip(names, css, drawn, strict=True)
        ]

    @property
    def has_legend(self) -> bool:
        return bool(self.legend) and not self.empty


def tip(x: float, y: float, lines: tuple[str, ...], *, frame: tuple[float, float], heads: int = 1) -> Tip:
    """A small box of words above (x, y), moved as far as needed to stay inside the frame."""
    size = 13.0
    room = min(340.0, frame[0] - 24)
    lines = tuple(text.shorten(line, room, size, bold=index < heads) for index, line in enumerate(lines))
    wide = max(text.width(line, size, bold=index < heads) for index, line in enumerate(lines)) + 20
    high = len(lines) * (size + 5) + 12
    left = min(max(x - wide / 2, 1), max(frame[0] - wide - 1, 1))
    top = y - high - 8
    if top < 1:
        top = min(max(y + 8, 1), max(frame[1] - high - 1, 1))
    return Tip(
        x=round(left, 1),
        y=round(top, 1),
        width=round(wide, 1),
        height=round(high, 1),
        lines=tuple((round(6 + (index + 1) * (size + 5) - 4, 1), line) for index, line in enumerate(lines)),
        heads=heads,
    )
