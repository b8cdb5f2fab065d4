"""One calculation: for the same choice, every form of a number says the same: tile, drawing and its spoken labels,
table on the page, CSV, XLSX, the file of the drawing, and `export_totals`. What a visitor may not see is in none of
them."""

from __future__ import annotations

import csv
import html
import io
import json
import re

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from kpis import rollup
from kpis.models import EditionCell
from tests.factories.kpis import ApprovedReportFactory, RoundFactory, line, publish
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db
DASHBOARD = reverse("kpis:dashboard")
PLACES = {"CZ": "Czechia", "DE": "Germany", "AT": "Austria", "SK": "Slovakia"}
TYPES = {"IND-SUP": "Supplier", "IND-OEM": "Vehicle manufacturer", "EDU-VET": "Vocational training"}
thorough = pytest.mark.thorough
CHOICES = [
    ("K1", "achieved"),
    pytest.param("K1", "planned", marks=thorough),
    pytest.param("K3", "achieved", marks=thorough),
]
YEARS = [pytest.param(2023, marks=thorough), 2024]
FILTERS = ["", "&country=CZ", "&member_type=IND-OEM", "&country=DE&member_type=IND-SUP"]


@pytest.fixture
def partnership(personas):
    """Two years; Slovakia has one reporter, and one claim of 321 people is contested."""
    for number, (country, kind) in enumerate(
        [(c, k) for c in ("CZ", "DE", "AT") for k in TYPES] * 3 + [("SK", "IND-SUP")]
    ):
        member = MemberFactory(country_code=country, type=kind)
        for year in (2023, 2024):
            women, base = 30 + number, 1000 * (year - 2022) + 7 * number
            lines = [
                line(base + women, region=country, parts={"gender": {"f": women, "m": base}}),
                line(base + 5000, region=country, series="planned"),
                line(women, indicator="K3", region=country),
            ]
            ApprovedReportFactory(organisation=member, round=RoundFactory(year=year), lines=lines)
    for country in ("CZ", "CZ", "CZ"):
        ApprovedReportFactory(
            organisation=MemberFactory(country_code=country, type="EDU-VET"),
            lines=[line(107, whose="others", region=country)],
        )
    rollup.rebuild()


def number(words: str) -> int | None:
    """What a cell for readers says; None for a cell that is not shown or has nothing."""
    words = words.strip().replace(",", "")
    if words in ("", "–", "not shown", "no data"):
        return None
    assert re.fullmatch(r"-?\d+", words), words
    return int(words)


def text(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup)).strip()


class Drawn:
    """A chart as a reader of the page gets it, and as its files say it."""

    def __init__(self, client, query: str, id: str, markup: str):
        self.id = id
        heads = re.search(r"<thead><tr>(.*?)</tr>", markup, re.S).group(1)
        self.numeric = ['class="num"' in one for one in re.findall(r"<th [^>]*>", heads)]
        body = re.search(r"<tbody>(.*?)</tbody>", markup, re.S).group(1)
        self.table = [
            [text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
            for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)
        ]
        self.labels = {html.unescape(one) for one in re.findall(r'aria-label="([^"]*)"', markup)}
        self.file = lambda ending: client.get(f"{DASHBOARD}?{query}&chart={id}&download={ending}")
        self.has_drawing = "chart-svg" in markup

    @property
    def rows(self) -> dict[str, tuple[int | None, ...]]:
        """{name: numbers}, after all forms said the same."""
        page = [self._numbers(row) for row in self.table]
        assert page == self._csv(), self.id
        assert page == self._xlsx(), self.id
        if self.has_drawing:
            self._drawn(page)
        return self._named(page)

    @property
    def on_the_page(self) -> dict[str, tuple[int | None, ...]]:
        return self._named([self._numbers(row) for row in self.table])

    def _named(self, page):
        return {
            row[0]: tuple(cell for cell, is_number in zip(row, self.numeric, strict=True) if is_number) for row in page
        }

    def _numbers(self, row):
        return [number(cell) if is_number else cell for cell, is_number in zip(row, self.numeric, strict=True)]

    def _csv(self):
        content = self.file("csv").content.decode("utf-8-sig")
        return [self._numbers(row) for row in list(csv.reader(io.StringIO(content)))[1:]]

    def _xlsx(self):
        sheet = load_workbook(io.BytesIO(self.file("xlsx").content)).active
        rows = [list(row)[: len(self.numeric)] for row in sheet.iter_rows(min_row=5, values_only=True)]
        return [
            [cell if is_number or cell is not None else "" for cell, is_number in zip(row, self.numeric, strict=True)]
            for row in rows[: len(self.table)]
        ]

    def _drawn(self, page):
        """Each mark says its number, aloud and in print, or that it is not shown."""
        svg = self.file("svg").content.decode()
        spoken = {html.unescape(one) for one in re.findall(r'aria-label="([^"]*)"', svg)} | self.labels
        if self.id == "headline":
            return
        for row in page:
            shown = [cell for cell, is_number in zip(row, self.numeric, strict=True) if is_number]
            low, high = pair(shown) if self.id != "trend" else (shown[0], shown[0])
            said = {one for one in spoken if one.startswith(f"{row[0]}: ")}
            assert said, (self.id, row)
            for one in said:
                numbers = [int(n.replace(",", "")) for n in re.findall(r"(?<![\d,.])\d[\d,]*", one[len(row[0]) + 1 :])]
                if low is None:
                    assert "not shown" in one or "no data" in one, one
                    assert set(numbers) <= set(shown) - {None}, one
                else:
                    assert numbers[0] == low, (one, row)
                    assert high == low or numbers[1] == high, (one, row)


def charts(client, query: str) -> dict[str, Drawn]:
    answer = client.get(f"{DASHBOARD}?{query}&section=all")
    assert answer.status_code == 200
    found = re.findall(r'<figure class="chart[^"]*" id="chart-([\w-]+)"(.*?)</figure>', answer.content.decode(), re.S)
    return {
        id: Drawn(client, query, id, markup)
        for id, markup in found
        # K6 is counted from the register; the years of other indicators are read where they are the chosen one.
        if "<tbody>" in markup and not id.startswith(("members-", "years-"))
    }


def tiles(client, query: str) -> list[tuple[int | None, int | None]]:
    """(low, high) of each indicator."""
    page = client.get(f"{DASHBOARD}?{query}").content.decode().split("kpi-tiles")[1].split("</nav>")[0]
    found = []
    for value, note in re.findall(r'stat-value">(.*?)</p>\s*<p class="stat-note">(.*?)</p>', page, re.S):
        low, up_to = number(text(value)), re.search(r"up to ([\d,]+)", note)
        found.append((low, number(up_to.group(1)) if up_to else low))
    return found


def exported(capsys, year: int, by: str) -> dict[tuple[str, ...], tuple[int, int]]:
    """What the command writes, after its two formats said the same."""
    call_command("export_totals", year=year, by=by, format="json")
    told = json.loads(capsys.readouterr().out)
    call_command("export_totals", year=year, by=by, format="csv")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [{key: str(value) for key, value in row.items()} for row in told] == rows
    names = ("indicator", "series", "key", "breakdown", "category")
    return {tuple(row[name] for name in names): (row["low"], row["high"]) for row in told}


def pair(numbers: tuple[int | None, ...]) -> tuple[int | None, int | None]:
    return numbers[0], numbers[1] if len(numbers) > 1 else numbers[0]


@pytest.mark.parametrize(
    "filters", [FILTERS[:1], pytest.param(FILTERS[1:], marks=thorough)], ids=["everywhere", "filtered"]
)
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(("indicator", "series"), CHOICES)
def test_the_office_reads_one_number_in_every_form(
    partnership, personas, client_for, capsys, year, indicator, series, filters
):
    office = client_for(personas.office)
    regions, types = exported(capsys, year, "region"), exported(capsys, year, "member_type")
    at = (indicator, series)
    for chosen in filters:
        query = f"year={year}&indicator={indicator}&series={series}{chosen}"
        seen = {id: one.rows for id, one in charts(office, query).items()}
        country = re.search(r"country=(\w+)", chosen)
        kind = re.search(r"member_type=([\w-]+)", chosen)
        total = pair(seen["trend"][str(year)])
        if not kind:
            assert total == regions[*at, country.group(1) if country else "ALL", "", ""]
            assert {name: pair(row) for name, row in seen["map"].items()} == {
                name: regions[*at, code, "", ""] for code, name in PLACES.items()
            }
        elif not country:
            assert total == types[*at, kind.group(1), "", ""]
        assert {name: pair(row) for name, row in seen["countries"].items()} == {
            name: pair(row) for name, row in seen["map"].items()
        }
        if country:
            assert pair(seen["map"][PLACES[country.group(1)]]) == total
        if not country:
            assert {name: pair(row) for name, row in seen["member-types"].items()} == {
                name: types[*at, code, "", ""] for code, name in TYPES.items()
            }
        if kind:
            assert pair(seen["member-types"][TYPES[kind.group(1)]]) == total
        else:
            assert [sum(column) for column in zip(*map(pair, seen["member-types"].values()), strict=True)] == list(
                total
            )
        headline = [row[0] for row in seen["headline"].values()]
        assert headline[0] == total[0]
        assert total[0] == total[1] or headline[1] == total[1]
        if series == "achieved":
            assert tiles(office, query)[{"K1": 0, "K3": 2}[indicator]] == total
        if series == "achieved" and indicator == "K1" and not chosen:
            assert pair(seen["by-gender"]["Women"]) == regions[*at, "ALL", "gender", "f"]


@pytest.mark.thorough
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(("indicator", "series"), CHOICES)
def test_a_visitor_reads_the_published_numbers_and_no_other(
    partnership, personas, client_for, capsys, year, indicator, series
):
    publish(2023, personas.office)
    publish(2024, personas.office)
    office, visitor = client_for(personas.office), client_for(None)
    regions = exported(capsys, year, "region")
    cells = EditionCell.objects.filter(
        year=year, indicator__code=indicator, series=series, by="region", breakdown="", region__in=[*PLACES, "ALL"]
    )
    secret = dict(cells.values_list("key", "hidden"))
    assert secret["SK"]
    assert (
        sum(secret.values()) == 2
    )  # of four countries the one that alone reports, and one more: the page stays useful
    for chosen in FILTERS:
        query = f"year={year}&indicator={indicator}&series={series}{chosen}"
        live = {id: one.on_the_page for id, one in charts(office, query).items()}
        for id, one in charts(visitor, query).items():
            for name, numbers in one.rows.items():
                if numbers[0] is None:
                    assert not any(numbers[:2]) or id in ("trend", "headline")
                elif id in live and name in live[id]:
                    assert pair(numbers) == pair(live[id][name]), (id, name)
        assert visitor.get(f"{reverse('kpis:drill_down')}?{query}").status_code in (302, 404)
    seen = charts(visitor, f"year={year}&indicator={indicator}&series={series}")
    for code, name in PLACES.items():
        expected = (None, None) if secret[code] else regions[indicator, series, code, "", ""]
        assert pair(seen["map"].rows[name]) == pair(seen["countries"].rows[name]) == expected
    for ending in ("csv", "xlsx"):
        file = visitor.get(reverse("kpis:edition_export", args=[f"{year}-1", "figures", ending])).content
        for row in records(file, ending):
            if (row["indicator"], row["series"], row["by"], row["breakdown"] or "") == (
                indicator,
                series,
                "region",
                "",
            ):
                hidden = secret.get(row["key"])
                low = None if row["low"] in ("", None) else int(row["low"])
                assert hidden is None or low == (None if hidden else regions[indicator, series, row["key"], "", ""][0])


def records(file: bytes, ending: str) -> list[dict]:
    if ending == "csv":
        return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"))))
    rows = list(load_workbook(io.BytesIO(file)).active.iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
