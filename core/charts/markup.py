"""The markup of what stands in a drawing or a table by the hundred. A template takes ten times as long for it, and a
page with two maps of regions is to be there in a tenth of a second."""

from __future__ import annotations

from html import escape

from django.utils.safestring import SafeString

from core.charts.base import Table
from core.charts.maps import MapGeometry


def shapes(geometry: MapGeometry, uid: str) -> SafeString:
    """The outlines of regions, for use by their ids."""
    return SafeString("".join(f'<path id="{uid}-{one.code}" d="{one.path}"/>' for one in geometry.areas))


def areas(geometry: MapGeometry, uid: str) -> SafeString:
    """The regions in their shades."""
    without = f'chart-unknown" fill="url(#{uid}-hatch)'
    return SafeString(
        "".join(
            f'<use href="#{uid}-{one.code}" class="chart-area {f"chart-class-{one.step}" if one.step else without}"/>'
            for one in geometry.areas
        )
    )


def places(geometry: MapGeometry, uid: str) -> SafeString:
    """What takes pointer and focus over each region, with its name and value beside the map."""
    parts = []
    for one in geometry.areas:
        words = escape(one.words)
        if one.url:
            start, end = f'<a href="{escape(one.url)}" class="chart-place" aria-label="{words}">', "</a>"
        else:
            stop = ' tabindex="0"' if one.focus else ""
            start, end = f'<g class="chart-place"{stop} role="img" aria-label="{words}">', "</g>"
        parts.append(
            f'{start}<title></title><use href="#{uid}-{one.code}" class="chart-outline"/>'
            f'<g class="chart-readout" aria-hidden="true">'
            f'<text class="chart-readout-name" x="690" y="{geometry.note_y}">{escape(one.name)}</text>'
            f'<text class="chart-readout-value" x="690" y="{geometry.value_y}">{escape(one.value)}</text></g>{end}'
        )
    return SafeString("\n".join(parts))


def rows(table: Table) -> SafeString:
    """The body of a table: the first cell of each line is its head."""
    lines = []
    for line in table.rows:
        cells = []
        for index, cell in enumerate(line):
            words = escape(cell.text)
            if cell.url:
                words = f'<a href="{escape(cell.url)}">{words}</a>'
            if index == 0:
                cells.append(f'<th scope="row">{words}</th>')
            else:
                cells.append(f'<td class="num">{words}</td>' if index in table.numeric else f"<td>{words}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return SafeString("\n".join(lines))
