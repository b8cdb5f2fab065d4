"""The totals of a year as a file, word by word as it is agreed."""

from __future__ import annotations

import csv
import io
import json
import os

import pytest
from django.core.management import CommandError, call_command

from core.models import Region
from kpis import rollup
from members.models import today
from tests.factories.kpis import ApprovedReportFactory, RoundFactory, line
from tests.factories.members import MemberFactory
from tests.factories.projects import InitiativeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def plant():
    InitiativeFactory(code="PILOT-A")
    one = MemberFactory(type="IND-SUP")
    school = MemberFactory(type="EDU-VET")
    round = RoundFactory(year=2024)
    lines = [
        line(120, region="CZ08", parts={"gender": {"f": 20, "m": 100}}),
        line(300, region="CZ08", series="planned"),
        line(0, indicator="K2", region="CZ08", initiative="PILOT-A"),
    ]
    ApprovedReportFactory(organisation=one, round=round, lines=lines)
    ApprovedReportFactory(
        organisation=school,
        round=round,
        lines=[line(30, whose="others", others=one), line(7, whose="others", region="DE", initiative="PILOT-A")],
    )
    ApprovedReportFactory(organisation=one, round=RoundFactory(year=2023), lines=[line(1)])
    rollup.rebuild()
    return one


def exported(capsys, *options: str) -> str:
    call_command("export_totals", "--year", "2024", *options)
    return capsys.readouterr().out


def test_the_columns_are_those_agreed_and_rows_of_totals_have_no_part(plant, capsys):
    text = exported(capsys)
    assert text.splitlines()[0] == "year,indicator,series,by,key,breakdown,category,gross,low,high,reporters"
    lines = text.splitlines()
    assert "2024,K1,achieved,region,ALL,,,157,120,127,2" in lines
    assert "2024,K1,achieved,region,CZ,,,150,120,120,2" in lines
    assert "2024,K1,achieved,region,CZ0,,,120,120,120,1" in lines
    assert "2024,K1,achieved,region,CZ08,,,120,120,120,1" in lines
    assert "2024,K1,achieved,region,DE,,,7,0,7,1" in lines
    assert "2024,K1,achieved,region,CZ08,gender,f,20,20,20,1" in lines
    assert "2024,K1,achieved,region,ALL,gender,unknown,37,0,7,1" in lines
    assert "2024,K1,planned,region,CZ,,,300,300,300,1" in lines
    assert "2024,K2,achieved,region,CZ,,,0,0,0,1" in lines  # a true zero is reported
    assert not [one for one in lines if one.startswith("2023")]


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("member_type", {"IND-SUP": 120, "EDU-VET": 0}),
        ("organisation", None),
        ("initiative", {"PILOT-A": 0}),
    ],
)
def test_the_keys_are_codes(plant, capsys, by, keys):
    rows = list(csv.DictReader(io.StringIO(exported(capsys, "--by", by))))
    assert {row["by"] for row in rows} == {by}
    found = {
        row["key"]: int(row["low"])
        for row in rows
        if row["indicator"] == "K1" and row["series"] == "achieved" and not row["breakdown"]
    }
    if by == "organisation":
        assert found[plant.code] == 120
        assert all(key.startswith("ORG-") for key in found)
        assert all(row["reporters"] == "1" for row in rows)
    else:
        assert found == keys


@pytest.mark.parametrize("by", ["region", "member_type", "organisation", "initiative"])
def test_json_says_the_same_as_csv(plant, capsys, by):
    told = json.loads(exported(capsys, "--by", by, "--format", "json"))
    assert [{name: str(value) for name, value in row.items()} for row in told] == list(
        csv.DictReader(io.StringIO(exported(capsys, "--by", by)))
    )
    assert all(isinstance(row[name], int) for row in told for name in ("year", "gross", "low", "high", "reporters"))


def test_a_year_without_figures_has_no_rows(plant, capsys):
    call_command("export_totals", "--year", "2001", "--format", "json")
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize("wrong", [["--by", "planet"], ["--format", "xml"]])
def test_other_words_are_refused(wrong):
    with pytest.raises(CommandError):
        call_command("export_totals", "--year", "2024", *wrong)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_reader_that_has_enough_is_no_error(plant, form):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as out:
        call_command("export_totals", "--year", "2024", "--format", form, stdout=out)
        out.write("and no more")  # goes nowhere, and closing is no error either


def test_the_coverage_of_k6_is_exported_beside_the_totals_and_never_among_them(capsys):
    for country, region in (("CZ", "CZ08"), ("CZ", "CZ06"), ("GB", None)):
        place = Region.objects.get(code=region, version=2024) if region else None
        MemberFactory(type="EDU-VET", country_code=country, region=place)
    MemberFactory(type="IND-SUP", country_code="CZ", region=None)
    this = str(today().year)

    def rows(*options: str) -> dict[str, list[str]]:
        call_command("export_totals", "--year", this, *options)
        found = list(csv.reader(io.StringIO(capsys.readouterr().out)))[1:]
        assert all(row[:4] == [this, "K6", "", row[3]] for row in found)
        return {row[4]: row[7:] for row in found}

    assert rows("--coverage") == {key: [n] * 4 for key, n in {
        "ALL": "4", "CZ": "3", "UK": "1", "CZ06": "1", "CZ08": "1",
    }.items()}  # fmt: skip
    assert rows("--coverage", "--by", "member_type") == {"EDU-VET": ["3"] * 4, "IND-SUP": ["1"] * 4}
    assert rows() == {}, "the totals are those of reported lines"
    with pytest.raises(CommandError):
        rows("--coverage", "--by", "initiative")
