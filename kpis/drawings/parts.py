"""Who and what: member types and the breakdowns of the indicator."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.catalogues.indicators import UNKNOWN
from core.charts import Chart, bar_chart
from kpis.drawings.frame import Frame
from kpis.selectors.figures import Amount

RANKED = {"profile", "topic"}  # the others have an order of their own


def member_types(frame: Frame) -> Chart:
    found, chosen = frame.figures.member_types, frame.figures.selection
    return bar_chart(
        id="member-types",
        title=_("%(what)s by member type, %(year)s") % frame.words + frame.place_only,
        rows=[
            frame.bar(
                frame.member_types.get(code, code),
                amount,
                frame.link(region=chosen.region, member_type=code),
                "chosen" if code == chosen.member_type else "",
            )
            for code, amount in found.items()
        ],
        unit=frame.unit,
        note=frame.note(*found.values()),
        row_name=_("Member type"),
        value_name=frame.unit,
        **frame.foot,
    )


def present(frame: Frame, codes: Iterable[str]) -> list[str]:
    """Those that the indicator has; in editions, parts of a country or a member type are not shown."""
    if not frame.live and frame.figures.selection.is_filtered:
        return []
    return [code for code in codes if code in frame.figures.breakdowns and code in frame.categories]


def breakdowns(frame: Frame, codes: Iterable[str]) -> list[Chart]:
    return [_breakdown(frame, code) for code in present(frame, codes)]


def in_order(code: str, found: dict[str, Amount], categories: dict[str, str]) -> list[tuple[str, str]]:
    """Categories with a figure and their names: by size where they are ranked; what is not known stands last."""
    shown = [(part, label) for part, label in categories.items() if part in found]
    if code in RANKED:
        # By what is shown: the order of hidden figures would say which is larger.
        shown.sort(key=lambda one: (found[one[0]].hidden, -(found[one[0]].shown_low or 0)))
    return sorted(shown, key=lambda one: one[0] == UNKNOWN)


def _breakdown(frame: Frame, code: str) -> Chart:
    name, categories = frame.categories[code]
    found, region = frame.figures.breakdowns[code], frame.figures.selection.region
    return bar_chart(
        id=f"by-{code}",
        title=_("%(what)s in %(year)s: %(name)s") % {**frame.words, "name": name} + frame.where,
        rows=[
            frame.bar(label, found[part], frame.link(region=region, breakdown=code, category=part))
            for part, label in in_order(code, found, categories)
        ],
        unit=frame.unit,
        note=frame.note(*found.values()),
        ranked=False,
        row_name=name,
        value_name=frame.unit,
        **frame.foot,
    )
