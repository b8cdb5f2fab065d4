"""Drawings as markup: inside a page, as a file of its own, and as a picture."""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache
from pathlib import Path

import typst
from django.conf import settings
from django.core.cache import cache as store
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from core.charts import text
from core.charts.base import FILE_WIDTH, Chart, Geometry, Table, Words
from core.charts.scales import day

MARGIN = 24.0
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
PIXELS_PER_INCH = 144  # twice the pixels of the drawing: sharp on paper and in slides
# Typst brings no proportional font without serifs: a font of the system comes first, and its own Libertinus where the
# system has none (a bare container), so that the measured widths still hold.
FONT = '"Source Sans 3", "Segoe UI", "Liberation Sans", Arial, "DejaVu Sans", "Libertinus Serif", sans-serif'
PAGE = """#set page(width: {width}pt, height: {height}pt, margin: 0pt)
#image(bytes(sys.inputs.drawing), format: "svg", width: 100%)"""


KEPT = 256  # drawings and tables of a process, a few kilobytes each


def draw(chart: Chart, geometry: Geometry, uid: str) -> SafeString:
    """One drawing inside a page: it has links and takes the focus; colours come from the page's style sheet."""
    write = _drawn.__wrapped__ if chart.large else _drawn
    return SafeString(write(geometry, uid, chart.role, chart.title, chart.summary))


@lru_cache(maxsize=KEPT)
def _drawn(geometry: Geometry, uid: str, role: str, title: str, summary: str) -> str:
    """Remembered by all that it says: two readers who get different numbers, words or links never share one."""
    chart = {"role": role, "title": title, "summary": summary}
    return _render("charts/drawing.svg", {"chart": chart, "g": geometry, "uid": uid, "linked": True})


def tabulate(chart: Chart) -> SafeString:
    """The figures of a chart as a table inside a page."""
    write = _tabulated.__wrapped__ if chart.large else _tabulated
    return SafeString(write(chart.table, chart.id, chart.title))


@lru_cache(maxsize=KEPT)
def _tabulated(table: Table, id: str, title: str) -> str:
    return _render("charts/table.html", {"table": table, "chart": {"id": id, "title": title}})


def _render(template: str, context: dict[str, object]) -> str:
    return NOT_XML.sub("", render_to_string(template, context))


def svg_file(chart: Chart, width: int = FILE_WIDTH) -> str:
    """The chart as a file that needs nothing else: words, legend and fixed light colours included."""
    geometry = chart.draw(width)
    left = max((width - geometry.width) / 2, 0.0)
    frame = max(width, geometry.width) + 2 * MARGIN
    room = frame - 2 * MARGIN
    words = []
    y = MARGIN + 16
    for line in text.wrap(chart.title, room, 19, lines=3, bold=True):
        words.append(Words(MARGIN, y, line, css="chart-file-title"))
        y += 25
    if chart.unit:
        words.append(Words(MARGIN, y, text.shorten(chart.unit, room, 13), css="chart-file-unit"))
        y += 20
    keys = []
    if chart.legend and not chart.legend_inside:
        x = MARGIN
        for key in chart.legend:
            need = text.width(key.label, 13) + 46
            if x > MARGIN and x + need > frame - MARGIN:
                x, y = MARGIN, y + 22
            keys.append((x, y - 6, Words(x + 24, y + 5, key.label), key))
            x += need
        y += 26
    top = y
    y = top + geometry.height + 26
    for part in (chart.note, _source(chart)):
        for line in text.wrap(part, room, 12, lines=4) if part else ():
            words.append(Words(MARGIN, y, line, css="chart-file-foot"))
            y += 17
    return _render(
        "charts/file.svg",
        {
            "chart": chart, "g": geometry, "uid": f"chart-{chart.id}", "linked": False, "words": words, "keys": keys,
            "left": MARGIN + left, "top": top, "width": round(frame, 1), "height": round(y - 17 + MARGIN, 1),
            "css": SafeString(light_style()),
        },
    )  # fmt: skip


def _source(chart: Chart) -> str:
    parts = [gettext("Source: %(source)s") % {"source": chart.source} if chart.source else ""]
    parts += [gettext("as of %(day)s") % {"day": day(chart.as_of)} if chart.as_of else "", chart.credit]
    return " · ".join(part for part in parts if part)


@cache
def light_style() -> str:
    """The rules of static/css/charts.css that draw, with the light value of each colour written out."""
    folder = Path(settings.BASE_DIR) / "static/css"
    tokens, sheet = ((folder / name).read_text(encoding="utf-8") for name in ("tokens.css", "charts.css"))
    light = dict(re.findall(r"(--[\w-]+):\s*light-dark\(\s*(#\w+)\s*,", tokens + sheet))
    light["--chart-font"] = FONT
    rules = sheet.split("/* drawing: begin */")[1].split("/* drawing: end */")[0]
    rules = re.sub(r"var\((--[\w-]+)\)", lambda name: light[name[1]], rules)
    return re.sub(r"\s+", " ", rules).strip()


def png_file(chart: Chart, width: int = FILE_WIDTH) -> bytes:
    """The same file as a picture, by typst; kept for a day, since nobody should make the server draw it in a loop."""
    drawing = svg_file(chart, width)
    key = "chart-png-" + hashlib.sha256(drawing.encode()).hexdigest()
    picture = store.get(key)
    if picture is None:
        size = re.search(r'width="([\d.]+)" height="([\d.]+)"', drawing)
        if size is None:
            raise ValueError("A drawing without a size.")
        page = PAGE.format(width=size[1], height=size[2])
        picture = typst.compile(page.encode(), format="png", ppi=PIXELS_PER_INCH, sys_inputs={"drawing": drawing})
        store.set(key, picture, 86_400)
    return picture
