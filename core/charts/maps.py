"""Maps of Europe shaded by value, by country or by NUTS 2 region."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from django.utils.translation import gettext, ngettext

from core.charts import text
from core.charts.base import Cell, Chart, Geometry, Key, Table, Words, at_most
from core.charts.scales import Number, between, exact, known, locale, plain, step
from core.geography import shapes

Steps = Literal["quantile", "equal"]
INSET = 92.0  # the height of the row of tiles for the regions overseas


@dataclass(frozen=True, slots=True)
class MapRegion:
    """A country (ISO or NUTS code) or a NUTS 2 region with its value; None is shown as no data, or as `missing`."""

    code: str
    value: Number | None
    high: Number | None = None
    url: str | None = None
    label: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Class:
    """One class of values and how many regions are in it; `low` and `high` are values that occur or the steps."""

    low: float
    high: float
    count: int
    words: str


@dataclass(frozen=True, slots=True)
class Area:
    """A drawn region. `step` is its shade from 1, 0 for no data; `words` are name and value."""

    code: str
    path: str
    step: int
    name: str
    value: str
    words: str
    url: str
    focus: bool  # takes the focus although it leads nowhere; 244 regions would be too many stops


@dataclass(frozen=True, slots=True)
class Tile:
    """A region overseas, drawn as a tile."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    text_y: float
    area: Area


@dataclass(frozen=True, slots=True)
class Swatch:
    """One line of the legend inside the map."""

    y: float
    text_y: float
    step: int
    words: str
    count: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapGeometry(Geometry):
    template: ClassVar[str] = "charts/map.svg"
    ground: str  # the outlines of all that carries no value, as one path
    borders: str  # the outlines of countries, over regions
    areas: tuple[Area, ...]
    tiles: tuple[Tile, ...]
    codes: tuple[Words, ...]
    legend: tuple[Swatch, ...]
    legend_title: str
    note_y: float
    value_y: float


def classify(values: Sequence[float], count: int = 5, steps: Steps = "quantile") -> list[float]:
    """The lower bounds of at most `count` classes. Equal values are always in the same class."""
    ordered = sorted(values)
    if not ordered:
        return []
    if steps == "equal":
        size = step(ordered[-1] - min(ordered[0], 0.0), count)
        first = min(ordered[0], 0.0) // size * size
        bounds = [first + size * index for index in range(count + 1)]
        return [bound for bound in bounds if bound <= ordered[-1]][:count]
    bounds = [ordered[min(len(ordered) * index // count, len(ordered) - 1)] for index in range(count)]
    return sorted(set(bounds))


def class_of(value: float, bounds: Sequence[float]) -> int:
    """The number of the class, from 1; 1 also for what lies below the first bound."""
    return max(bisect_right(bounds, value), 1)


def shade(number: int, count: int) -> int:
    """The shade (1 to 5) of a class: few classes are spread over the ramp."""
    return {1: (4,), 2: (2, 4), 3: (1, 3, 5), 4: (1, 2, 4, 5)}.get(count, (1, 2, 3, 4, 5))[number - 1]


def _classes(values: Sequence[float], bounds: Sequence[float]) -> list[Class]:
    result = []
    for number in range(1, len(bounds) + 1):
        members = [value for value in values if class_of(value, bounds) == number]
        low, high = (min(members), max(members)) if members else (bounds[number - 1], bounds[number - 1])
        result.append(Class(low, high, len(members), between(plain(low), plain(high)) if members else "–"))
    return result


def _missing(regions: Sequence[MapRegion]) -> str:
    """What the hatch says: no data, not shown, or both."""
    words = (one.missing or gettext("no data") for one in regions if known(one.value) is None)
    return ", ".join(dict.fromkeys(words))


def draw_map(regions: Sequence[MapRegion], level: Literal[0, 2], steps: Steps, unit: str, width: int) -> MapGeometry:
    """The frame of the shapes, whatever the width: the drawing is scaled as a whole."""
    del width
    known_shapes = shapes.shapes(level)
    values = [value for region in regions if (value := known(region.value)) is not None]
    bounds = classify(values, steps=steps)
    language = locale()
    areas, tiles, codes, given = [], [], [], set()
    overseas = sorted(code for code, shape in known_shapes.items() if not shape.path)
    for region in regions:
        shape = known_shapes.get(shapes.nuts_code(region.code))
        if shape is None:
            continue
        given.add(shape.code)
        value = known(region.value)
        name = (region.label or shapes.place_name(shape.code, language)) + "*" * (shape.code[:2] == "XK")
        shown = f"{between(region.value, region.high, region.missing)} {unit if value is not None else ''}".strip()
        area = Area(
            code=shape.code,
            path=shape.path,
            step=shade(class_of(value, bounds), len(bounds)) if value is not None else 0,
            name=name,
            value=shown,
            words=f"{name}: {shown}",
            url=region.url or "",
            focus=level == 0,
        )
        if not shape.path:
            place = overseas.index(shape.code)
            tiles.append(
                Tile(12 + place * 109, shapes.HEIGHT + 38, 100, 44, 62 + place * 109, shapes.HEIGHT + 66, area)
            )
            continue
        areas.append(area)
        if level == 0:
            codes.append(
                Words(
                    shape.x,
                    shape.y + 5,
                    shapes.iso_code(shape.code) + "*" * (shape.code == "XK"),
                    "middle",
                    f"chart-on-{area.step}" + " chart-code-small" * (shape.code in shapes.SMALL),
                )
            )
    classes = _classes(values, bounds)
    entries = [(shade(place + 1, len(classes)), one.words, one.count) for place, one in enumerate(classes)][::-1]
    if missing := sum(known(region.value) is None for region in regions):
        entries.append((0, _missing(regions), missing))
    legend = [
        Swatch(52 + place * 29, 69 + place * 29, number, words, f"({count})")
        for place, (number, words, count) in enumerate(entries)
    ]
    return MapGeometry(
        width=shapes.WIDTH,
        height=shapes.HEIGHT + (INSET if tiles else 0),
        ground=" ".join(
            [
                *(shape.path for code, shape in known_shapes.items() if code not in given and shape.path),
                *([shapes.without_regions()] if level else []),
            ]
        ),
        borders=shapes.outlines() if level else "",
        areas=tuple(areas),
        tiles=tuple(tiles),
        codes=tuple(codes),
        legend=tuple(legend),
        legend_title=text.shorten(unit, 300, 19),
        note_y=52 + len(legend) * 29 + 44,
        value_y=52 + len(legend) * 29 + 74,
    )


def map_chart(
    *,
    id: str,
    title: str,
    regions: Sequence[MapRegion],
    level: Literal[0, 2] = 0,
    steps: Steps = "quantile",
    unit: str = "",
    source: str = "",
    as_of: date | None = None,
    note: str = "",
    value_name: str = "",
    empty: str = "",
) -> Chart:
    """Regions shaded in up to five classes. A region that is not listed is part of the ground, without a value."""
    regions = [
        MapRegion(shapes.nuts_code(one.code), one.value, one.high, one.url, text.clean(one.label), one.missing)
        for one in regions
    ]
    regions.sort(key=lambda one: (known(one.value) is None, -(known(one.value) or 0.0), one.code))
    language = locale()
    ranges = any(one.high is not None and one.high != one.value for one in regions)
    what = value_name or unit or gettext("Value")
    heads: tuple[str, ...] = (gettext("Country") if level == 0 else gettext("Region"), gettext("Code"))
    heads += (gettext("%(what)s, low") % {"what": what}, gettext("high")) if ranges else (what,)

    def cells(one: MapRegion) -> tuple[Cell, ...]:
        name = one.label or shapes.place_name(one.code, language)
        name += "*" * (one.code[:2] == "XK")
        code = shapes.iso_code(one.code) if level == 0 else one.code
        row = (Cell(name, name, one.url or ""), Cell(code, code), Cell(one.value, exact(one.value, one.missing)))
        return (*row, at_most(one.value, one.high, one.missing)) if ranges else row

    values = [value for one in regions if (value := known(one.value)) is not None]
    bounds = classify(values, steps=steps)
    classes = _classes(values, bounds)
    legend = [Key(one.words, f"chart-class-{shade(index + 1, len(classes))}") for index, one in enumerate(classes)][
        ::-1
    ]
    if len(values) < len(regions):
        legend.append(Key(_missing(regions), "chart-class-0", "hatch"))
    footnote = ""
    if any(one.code[:2] == "XK" for one in regions):  # its name has a star only where it is named
        footnote = gettext(
            "* This designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 and "
            "the ICJ Opinion on the Kosovo declaration of independence."
        )
    shown = ngettext("Map of Europe with values for %(n)s place.", "Map of Europe with values for %(n)s places.",
                     len(values)) % {"n": len(values)}  # fmt: skip
    if values:
        shown += " " + gettext("The highest: %(label)s, %(value)s %(unit)s.") % {
            "label": regions[0].label or shapes.place_name(regions[0].code, language),
            "value": between(regions[0].value, regions[0].high), "unit": unit,
        }  # fmt: skip
    return Chart(
        id=id,
        kind="map",
        title=title,
        unit=unit,
        source=source,
        as_of=as_of,
        note=" ".join(part for part in (note, footnote) if part),
        credit=shapes.CREDIT if regions else "",
        summary=shown,
        table=Table(heads, tuple(cells(one) for one in regions), frozenset(range(2, len(heads)))),
        draw=lambda width: draw_map(regions, level, steps, unit, width),
        empty="" if regions else empty or gettext("There are no figures for this map yet."),
        legend=tuple(legend),
        legend_inside=True,
        widths=(int(shapes.WIDTH),),
        large=level == 2,
        interactive=True,
    )
