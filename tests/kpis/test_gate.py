"""Every number that a visitor can read went through disclosure control: all public addresses and files are read, and
nothing that an edition hides stands in any of them."""

from __future__ import annotations

import html
import io
import re

import pytest
from django.urls import resolve, reverse
from openpyxl import load_workbook

from kpis.models import CountedLine, EditionCell
from tests.access import public_names
from tests.factories.kpis import ApprovedReportFactory, line, publish
from tests.factories.members import MemberFactory
from tests.factories.projects import InitiativeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
FIRST = 10_000  # figures are larger than any measure of a drawing
ENDINGS = ("csv", "xlsx", "svg", "png")


def addresses(page: str, url: str) -> set[str]:
    """All of figures and initiatives that the page leads to."""
    found = {html.unescape(one) for one in re.findall(r'(?:href|src|data-\w+)="([/?][^"#]*)', page)}
    found = {url.partition("?")[0] + one if one.startswith("?") else one for one in found}
    return {one for one in found if one.startswith(("/kpis/", "/initiatives/"))}


def numbers(answer) -> set[int]:
    """Whatever is written there in digits, however they are set apart."""
    kind = answer["Content-Type"]
    if "spreadsheet" in kind:
        rows = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
        words = " ; ".join(str(cell) for row in rows for cell in row)
    elif "png" in kind:
        return set()  # drawn from the same picture as the file of it, which is read
    else:
        words = html.unescape(answer.content.decode("utf-8-sig"))
    return {
        int(re.sub(r"[,\u00a0\u202f]", "", one)) for one in re.findall(r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+|\d+", words)
    }


def test_nothing_that_is_hidden_stands_at_any_public_address(personas, client_for):
    initiative = InitiativeFactory()
    members = []
    for number, (country, kind) in enumerate(
        [("CZ", "IND-SUP")] * 4 + [("AT", "IND-SUP")] * 4 + [("DE", "EDU-VET"), ("SK", "IND-OEM")]
    ):
        people, women = FIRST + 1013 * number + 7, FIRST + 101 * number
        member = MemberFactory(country_code=country, type=kind)
        members.append(member)
        own = line(
            people + women,
            region="CZ07" if number == 1 else country,
            parts={"gender": {"f": women, "m": people}},
            initiative=initiative.code if number == 2 else "",
        )
        more = [line(FIRST + 53 * number, indicator="K3", region=country)] if number < 2 else []
        claim = [line(FIRST + 4321, whose="others", region="CZ")] if number == 3 else []
        ApprovedReportFactory(organisation=member, lines=[own, *more, *claim])
    edition = publish(2024, personas.office)
    cells = EditionCell.objects.filter(edition=edition)
    shown = {number for cell in cells.filter(hidden=False) for number in (cell.low, cell.shown_high)}
    secret = {number for cell in cells.filter(hidden=True) for number in (cell.low, cell.high, cell.gross)}
    secret |= {cell.high for cell in cells.filter(high_hidden=True)}
    secret |= set(CountedLine.objects.values_list("gross", flat=True))
    secret = {number for number in secret - shown if number >= FIRST}
    assert len(secret) > 20

    visitor, read, seen = client_for(None), set(), set()
    waiting = {"/", *(reverse(name) for name in ("kpis:dashboard", "kpis:edition_list"))}
    waiting |= {reverse("members:organisation_detail", args=[members[0].code]), initiative.get_absolute_url()}
    waiting.add(reverse("kpis:edition_changes", args=[edition.code]))
    dashboard = reverse("kpis:dashboard")
    waiting |= {f"{dashboard}?year=2024{more}" for more in ("&country=CZ", "&member_type=IND-SUP", "&indicator=K3")}
    while waiting:
        url = waiting.pop()
        read.add(url)
        answer = visitor.get(url)
        if answer.status_code != 200:
            continue
        seen.add(resolve(url.partition("?")[0]).view_name)
        assert not numbers(answer) & secret, (url, numbers(answer) & secret)
        if "html" in answer["Content-Type"]:
            found = addresses(answer.content.decode(), url)
            # The files of one dashboard: those of the others are made in the same way.
            files = {one for one in found if "download=" in one}
            waiting |= (
                {one for one in found - files if "indicator=" not in one} | (files if url == dashboard else set())
            ) - read
    assert {name for name in public_names() if name.startswith("kpis:")} <= seen
    for ending in ENDINGS:
        assert any(f"download={ending}" in url for url in read), ending
