"""Drawings tell the truth: lengths are in proportion, everything stays inside its frame, null is not zero."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from core.charts import (
    BarRow,
    Column,
    GanttRow,
    HeatCell,
    HeatRow,
    MapRegion,
    Milestone,
    Series,
    Target,
    Trend,
    bar_chart,
    column_chart,
    gantt_chart,
    headline_bar,
    heat_table,
    line_chart,
    map_chart,
    sparkline,
)
from core.charts import text as words
from core.charts.maps import class_of, classify
from core.charts.scales import ticks
from core.geography import shapes

WIDTHS = [328, 600, 1080]
LONG = "Employers’ organisation and other representative bodies of the automotive sector in all countries"


def bars(rows, width=600, **more):
    return bar_chart(id="x", title="X", rows=rows, **more).draw(width)


@pytest.mark.parametrize("width", WIDTHS)
def test_bars_are_in_proportion_from_a_common_zero(width):
    drawn = bars([BarRow("a", 400), BarRow("b", 100), BarRow("c", Decimal("50.5"))], width).bars
    assert {bar.x for bar in drawn} == {drawn[0].x}
    assert drawn[1].width == pytest.approx(drawn[0].width / 4, abs=0.05)
    assert drawn[2].width == pytest.approx(drawn[0].width * 50.5 / 400, abs=0.05)


def test_the_uncertain_part_begins_where_the_certain_one_ends():
    bar = bars([BarRow("a", 300, high=400)]).bars[0]
    assert bar.more_x == pytest.approx(bar.x + bar.width, abs=0.05)
    assert bar.more_width == pytest.approx(bar.width / 3, abs=0.05)
    assert bar.value == "300–400"


def test_no_data_is_not_zero():
    zero, nothing = bars([BarRow("zero", 0), BarRow("nothing", None)]).bars
    assert (zero.value, zero.missing) == ("0", False)
    assert (nothing.value, nothing.missing) == ("no data", True)
    assert nothing.width == 0


def test_a_value_that_is_no_number_counts_as_no_data():
    assert bars([BarRow("odd", float("nan")), BarRow("endless", float("inf"))]).bars[0].value == "no data"


def test_bars_are_ranked_with_no_data_last_unless_the_page_has_an_order():
    rows = [BarRow("low", 1), BarRow("none", None), BarRow("high", 9)]
    assert [row[0].text for row in bar_chart(id="x", title="X", rows=rows).table.rows] == ["high", "low", "none"]
    kept = bar_chart(id="x", title="X", rows=rows, ranked=False)
    assert [row[0].text for row in kept.table.rows] == ["low", "none", "high"]


@pytest.mark.parametrize("width", WIDTHS)
def test_bars_and_their_words_stay_inside_the_frame(width):
    geometry = bars([BarRow(LONG, 12_345_678_901, 98_765_432_109), BarRow("short", 3), BarRow("W" * 200, None)], width)
    for bar in geometry.bars:
        need = words.width(bar.value, 13, bold=True)
        ends = (bar.value_x, bar.value_x + need) if bar.anchor == "start" else (bar.value_x - need, bar.value_x)
        assert ends[0] >= 0
        assert ends[1] <= width + 1
        assert bar.x >= 0
        assert bar.x + bar.width + bar.more_width <= width + 0.1
        for line in bar.lines:
            assert geometry.label_x + words.width(line.words, 13) <= (width if geometry.stacked_labels else bar.x + 1)
            assert 0 < line.y < geometry.height


def test_a_negative_bar_ends_at_zero():
    up, down = bars([BarRow("up", 10), BarRow("down", -5)]).bars
    assert down.x + down.width == pytest.approx(up.x, abs=0.05)
    assert down.anchor == "end"


@pytest.mark.parametrize("width", WIDTHS)
def test_columns_and_target_share_one_scale(width):
    columns = [Column("2024", 200), Column("2025", 400, high=600), Column("2026", None), Column("2027", 0)]
    geometry = column_chart(id="x", title="X", columns=columns, target=Target(800)).draw(width)
    first, second = geometry.blocks
    assert second.height == pytest.approx(2 * first.height, abs=0.1)
    assert geometry.baseline - geometry.targets[0].y1 == pytest.approx(4 * first.height, abs=0.1)
    assert geometry.ranges[0].y + geometry.ranges[0].height == pytest.approx(second.y, abs=0.1)
    assert geometry.ranges[0].height == pytest.approx(first.height, abs=0.1)
    assert [one.words for one in geometry.values][3] == "0"
    assert geometry.values[2].words in {"no data", "–"}


def test_targets_that_change_are_drawn_over_their_own_years():
    columns = [Column("2024", 1, target=10), Column("2025", 1, target=10), Column("2026", 1, target=20)]
    geometry = column_chart(id="x", title="X", columns=columns).draw(600)
    low, high = geometry.targets
    assert low.x2 == pytest.approx(high.x1, abs=0.2)
    assert low.x2 - low.x1 == pytest.approx(2 * (high.x2 - high.x1), abs=0.5)
    assert geometry.baseline - high.y1 == pytest.approx(2 * (geometry.baseline - low.y1), abs=0.1)


def test_stacked_parts_add_up_and_the_rest_is_shown():
    series = [Series("a", "A"), Series("b", "B")]
    columns = [Column("2025", 10, parts={"a": 4, "b": 4}), Column("2026", parts={"a": 5, "b": None})]
    chart = column_chart(id="x", title="X", columns=columns, series=series)
    geometry = chart.draw(600)
    assert [block.css for block in geometry.blocks] == ["chart-fill-1", "chart-fill-2", "chart-rest", "chart-fill-1"]
    assert geometry.blocks[2].y == pytest.approx(geometry.blocks[3].y - (geometry.blocks[3].height), abs=0.2)
    assert [cell.value for cell in chart.table.rows[1]] == ["2026", 5, None, 5]


def test_a_negative_column_is_refused():
    with pytest.raises(ValueError, match="negative"):
        column_chart(id="x", title="X", columns=[Column("2025", -1)])


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("count", [1, 2, 30])
def test_columns_stay_inside_whatever_their_number_and_size(width, count):
    columns = [Column(str(2000 + index), 10**12 + index, state="to_date") for index in range(count)]
    geometry = column_chart(id="x", title="X", columns=columns).draw(width)
    for block in geometry.blocks:
        assert geometry.left <= block.x
        assert block.x + block.width <= geometry.right + 0.2
        assert 0 <= block.y <= geometry.baseline
    for hit in geometry.hits:
        assert hit.tip.x >= 0
        assert hit.tip.x + hit.tip.width <= width
        assert hit.tip.y >= 0
        assert hit.tip.y + hit.tip.height <= geometry.height


def test_a_missing_value_breaks_the_line():
    chart = line_chart(id="x", title="X", labels=["1", "2", "3", "4"], trends=[Trend("A", (1, None, 3, 4))])
    stroke = chart.draw(600).strokes[0]
    assert len(stroke.points) == 3
    assert stroke.solid.count("M") == 1
    assert stroke.solid.startswith(f"M{stroke.points[1].x}")


def test_a_forecast_is_dashed_and_hollow():
    trend = Trend("A", (1, 2, 3, 4), forecast_from=2)
    stroke = line_chart(id="x", title="X", labels=["1", "2", "3", "4"], trends=[trend]).draw(600).strokes[0]
    assert stroke.dashed.startswith(f"M{stroke.points[1].x}")
    assert [point.hollow for point in stroke.points] == [False, False, True, True]


def test_the_words_at_the_ends_of_lines_do_not_meet():
    trends = [Trend(name, (1, 1000 + index)) for index, name in enumerate("ABCDE")]
    ends = line_chart(id="x", title="X", labels=["1", "2"], trends=trends).draw(600).ends
    assert all(after.y - before.y >= 15.9 for before, after in pairwise(ends))


def test_a_line_needs_a_value_for_each_label():
    with pytest.raises(ValueError, match="each label"):
        line_chart(id="x", title="X", labels=["1", "2"], trends=[Trend("A", (1,))])


@pytest.mark.parametrize("width", WIDTHS)
def test_the_headline_ends_at_its_target(width):
    geometry = headline_bar(id="x", title="X", value=350, high=420, target=Target(700), unit="persons").draw(width)
    assert geometry.certain == pytest.approx(width / 2, abs=0.1)
    assert geometry.more == pytest.approx(width / 10, abs=0.1)
    assert geometry.target_x == pytest.approx(width, abs=1.5)
    assert geometry.share.words == "50 %–60 %"


def test_a_headline_beyond_its_target_shows_where_the_target_was():
    geometry = headline_bar(id="x", title="X", value=1400, target=Target(700)).draw(600)
    assert geometry.certain == 600
    assert geometry.target_x == pytest.approx(300, abs=0.1)
    assert geometry.share.words == "200 %"


def test_a_headline_without_target_or_value_has_no_share():
    assert headline_bar(id="x", title="X", value=5).draw(600).share.words == ""
    assert headline_bar(id="x", title="X", value=5, target=Target(0)).draw(600).share.words == ""
    assert headline_bar(id="x", title="X", value=None, target=Target(7)).empty


DAY = date(2026, 7, 1)


@pytest.mark.parametrize("width", WIDTHS)
def test_activities_stand_where_their_days_are(width):
    rows = [
        GanttRow("half", date(2026, 1, 1), date(2026, 12, 31), 0.5, "active", milestones=(Milestone(DAY, "Report"),)),
        GanttRow("quarter", date(2026, 4, 1), date(2026, 6, 30), state="done"),
    ]
    geometry = gantt_chart(id="x", title="X", rows=rows, today=DAY).draw(width)
    whole, quarter = geometry.spans
    assert whole.x == geometry.left
    assert whole.x + whole.width <= geometry.width
    assert whole.width > geometry.width / 2
    assert whole.done_width == pytest.approx(whole.width / 2, abs=0.1)
    assert quarter.width == pytest.approx(whole.width * 91 / 365, abs=0.2)
    assert quarter.done_width == quarter.width
    assert geometry.today_x == pytest.approx(geometry.left + whole.width * 181 / 365, abs=0.2)
    assert geometry.diamonds[0].x == geometry.today_x
    assert len(geometry.months) == 12


def test_late_is_said_by_a_sign_and_a_word():
    rows = [
        GanttRow("late", date(2026, 1, 1), date(2026, 6, 30), 0.9, "active"),
        GanttRow("done in time", date(2026, 1, 1), date(2026, 6, 30), 1, "done"),
        GanttRow("due today", date(2026, 1, 1), DAY, 0.9, "active"),
        GanttRow("said to be late", date(2026, 8, 1), date(2026, 9, 1), late=True),
    ]
    chart = gantt_chart(id="x", title="X", rows=rows, today=DAY)
    geometry = chart.draw(1080)
    assert [span.sign for span in geometry.spans] == ["late", "done", "", "late"]
    assert ["late" in remark.words for remark in geometry.remarks] == [True, False, False, True]
    assert [row[4].text for row in chart.table.rows] == ["late", "done", "under way", "late"]


def test_groups_stand_together_in_the_order_of_their_first_row():
    rows = [GanttRow(name, DAY, DAY, group=group) for name, group in [("a", "One"), ("b", "Two"), ("c", "One")]]
    chart = gantt_chart(id="x", title="X", rows=rows, today=DAY)
    assert [row[0].text for row in chart.table.rows] == ["a", "c", "b"]
    assert [word.words for word in chart.draw(1080).labels] == ["One", "a", "c", "Two", "b"]


def test_an_activity_without_dates_is_listed_and_not_drawn():
    geometry = gantt_chart(id="x", title="X", rows=[GanttRow("some day", None, None)], today=DAY).draw(600)
    assert geometry.spans == ()
    assert [word.words for word in geometry.labels] == ["some day"]


@pytest.mark.parametrize("width", WIDTHS)
def test_words_of_a_timeline_stay_inside_whatever_their_length(width):
    rows = [GanttRow(LONG, date(2024, 5, 17), date(2027, 12, 31), 0.3, owner=LONG, group=LONG) for _ in range(3)]
    rows.append(GanttRow("end", date(2027, 12, 30), date(2027, 12, 31), owner=LONG, state="cancelled"))
    geometry = gantt_chart(id="x", title="X", rows=rows, today=DAY).draw(width)
    for remark in geometry.remarks:
        need = words.width(remark.words, 12)
        assert remark.x + (need if remark.anchor == "start" else 0) <= geometry.width + 1
        assert remark.x - (need if remark.anchor == "end" else 0) >= 0
    for label in geometry.labels:
        assert label.x + words.width(label.words, 13) <= geometry.width
    for hit in geometry.hits:
        assert hit.tip.x >= 0
        assert hit.tip.x + hit.tip.width <= geometry.width


def test_equal_values_are_in_one_class_and_every_value_in_one():
    bounds = classify([0, 0, 0, 0, 5, 5, 7, 9, 100, 1000])
    assert len(bounds) <= 5
    assert {class_of(0, bounds)} == {1}
    assert class_of(1000, bounds) == len(bounds)
    assert classify([]) == []
    assert classify([3, 3, 3]) == [3]


def test_equal_steps_are_round_and_begin_at_zero():
    assert classify([12, 480, 930], steps="equal") == [0, 200, 400, 600, 800]


def test_a_map_knows_both_ways_of_writing_greece_and_the_united_kingdom():
    for greece, britain in [("GR", "GB"), ("EL", "UK")]:
        chart = map_chart(id="x", title="X", regions=[MapRegion(greece, 5), MapRegion(britain, 3)])
        geometry = chart.draw(1000)
        assert [area.code for area in geometry.areas] == ["EL", "UK"]
        assert [area.name for area in geometry.areas] == ["Greece", "United Kingdom"]
        assert [one.words for one in geometry.codes] == ["GR", "GB"]
        assert [row[1].value for row in chart.table.rows] == ["GR", "GB"]


def test_a_country_without_data_is_hatched_and_one_that_is_not_listed_is_ground():
    geometry = map_chart(id="x", title="X", regions=[MapRegion("DE", 0), MapRegion("FR", None)]).draw(1000)
    by_code = {area.code: area for area in geometry.areas}
    assert by_code["FR"].step == 0
    assert by_code["DE"].step > 0
    assert by_code["FR"].value == "no data"
    assert shapes.shapes(0)["ES"].path in geometry.ground
    assert shapes.shapes(0)["DE"].path not in geometry.ground
    assert [one.words for one in geometry.legend] == ["0", "no data"]


def test_regions_overseas_are_tiles_under_the_map():
    geometry = map_chart(id="x", title="X", level=2, regions=[MapRegion("FRY1", 5), MapRegion("CZ01", 3)]).draw(1000)
    assert [tile.area.code for tile in geometry.tiles] == ["FRY1"]
    assert geometry.tiles[0].y > shapes.HEIGHT
    assert geometry.tiles[0].y + geometry.tiles[0].height <= geometry.height


def test_every_map_carries_its_credit_and_the_footnote():
    chart = map_chart(id="x", title="X", regions=[MapRegion("XK", 5)])
    assert chart.credit == "© EuroGeographics for the administrative boundaries"
    assert "UNSCR 1244/1999" in chart.note
    assert chart.draw(1000).areas[0].name.endswith("*")


def test_an_unknown_region_is_in_the_table_and_not_on_the_map():
    chart = map_chart(id="x", title="X", regions=[MapRegion("ZZ", 5), MapRegion("DE", 1)])
    assert [area.code for area in chart.draw(1000).areas] == ["DE"]
    assert len(chart.table.rows) == 2


def test_a_matrix_shades_by_value_and_marks_gaps():
    chart = heat_table(
        id="x",
        title="X",
        columns=["A", "B", "C"],
        rows=[HeatRow("r", (1, HeatCell(0, gap=True), None)), HeatRow("s", (9, 5, 1))],
    )
    first, second = chart.table.rows
    assert (first[2].step, first[2].gap, first[2].text) == (0, True, "0")
    assert (first[3].text, first[3].value) == ("–", None)
    assert first[1].step == second[3].step < second[2].step < second[1].step
    assert len(chart.draw(880).squares) == 6


def test_a_sparkline_needs_two_values_and_breaks_at_a_gap():
    assert sparkline([1, None], "x") is None
    spark = sparkline([1, 2, None, 4, 8], "x")
    assert spark is not None
    assert spark.path.count("M") == 2
    assert spark.y == 5
    assert sparkline([3, 3], "x").path


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 3), (0, 7), (0, 455_100), (0, 1e12), (-50, 20), (0, 0)])
def test_ticks_are_round_enclose_the_values_and_are_few(low, high):
    marks = ticks(low, high)
    assert marks[0] <= low
    assert marks[-1] >= high
    assert 2 <= len(marks) <= 7
    assert all(float(mark).is_integer() for mark in marks)


def test_every_kind_says_so_when_there_is_nothing_to_draw():
    empties = [
        bar_chart(id="x", title="X", rows=[]),
        column_chart(id="x", title="X", columns=[]),
        line_chart(id="x", title="X", labels=[], trends=[]),
        map_chart(id="x", title="X", regions=[]),
        gantt_chart(id="x", title="X", rows=[], today=DAY),
        heat_table(id="x", title="X", columns=["A"], rows=[]),
        headline_bar(id="x", title="X", value=None),
    ]
    assert all(chart.empty and chart.views == [] for chart in empties)


def test_text_is_cut_to_its_room_and_loses_control_characters():
    assert words.width(words.shorten(LONG, 120)) <= 120
    assert all(words.width(line) <= 90 for line in words.wrap(LONG, 90, lines=3))
    assert len(words.wrap("supercalifragilistic" * 5, 90, lines=2)) == 1
    assert words.clean("a\x00b\u2028c\n d\ud800") == "ab c d"


def test_very_many_columns_are_labelled_in_steps_that_can_be_read():
    columns = [Column(f"Q{1 + index % 4} {2020 + index // 4}", index * 1234) for index in range(24)]
    geometry = column_chart(id="x", title="X", columns=columns).draw(328)
    assert [one.words for one in geometry.labels][-1] == "Q4 2025"
    assert len(geometry.labels) < 10
    assert [one.words for one in geometry.values if one.words] == ["28.4K"]
    assert all(one.anchor == "end" or one.x + words.width(one.words, 12) / 2 <= 328 for one in geometry.labels)


def test_what_is_withheld_is_not_called_no_data():
    hidden = bar_chart(id="x", title="X", rows=[BarRow("a", None, missing="not shown"), BarRow("b", None)])
    assert [bar.value for bar in hidden.draw(600).bars] == ["not shown", "no data"]
    assert [row[1].text for row in hidden.table.rows] == ["not shown", "no data"]
    chart = map_chart(id="x", title="X", regions=[MapRegion("DE", None, missing="not shown"), MapRegion("FR", None)])
    assert chart.draw(1000).legend[-1].words == "not shown, no data"
    column = column_chart(id="x", title="X", columns=[Column("2026", missing="not shown"), Column("2027", 5)])
    assert column.draw(600).values[0].words == "not shown"


def test_what_is_planned_looks_like_no_result_wherever_it_stands():
    columns = [Column("2025", 5, planned=True), Column("2026", 4)]
    drawn = column_chart(id="x", title="X", columns=columns)
    assert [block.css for block in drawn.draw(600).blocks] == ["chart-span-planned", "chart-fill-1"]
    assert [key.label for key in drawn.legend] == ["planned"]
    for high, keys in ((None, ["chart-span-planned"]), (9, ["chart-span-planned", "chart-hatch"])):
        one = headline_bar(id="x", title="X", value=5, high=high, planned=True)
        assert one.draw(600).look == "chart-span-planned"
        assert [key.css for key in one.legend] == keys


def test_many_years_are_marked_by_year_and_not_by_month():
    rows = [GanttRow("a", date(2018, 1, 1), date(2028, 3, 31))]
    geometry = gantt_chart(id="x", title="X", rows=rows, today=DAY).draw(1080)
    assert geometry.months == ()
    assert [one.words for one in geometry.years] == [str(year) for year in range(2018, 2029)]
    assert [rule.css for rule in geometry.grid] == ["chart-year"] * 11


@pytest.mark.parametrize(("years", "step"), [(1, 1), (2, 1), (3, 3), (9, 12)])
def test_a_timeline_fits_a_phone_and_marks_what_can_be_told_apart(years, step):
    rows = [GanttRow("a", date(2020, 1, 1), date(2019 + years, 12, 31))]
    geometry = gantt_chart(id="x", title="X", rows=rows, today=DAY).draw(328)
    assert geometry.width == 328
    assert len(geometry.grid) == years * 12 // step + 1
    assert all(after.x - before.x >= 40 for before, after in pairwise(geometry.years))
