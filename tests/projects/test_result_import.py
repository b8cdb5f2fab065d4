"""The Office records results of projects from a spreadsheet, and takes them back; the library goes out as a file."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import events, jobs
from core.imports.models import Import
from core.models import Event, Licence, Notification, Theme
from core.spreadsheets import reading
from projects import services
from projects.models import Project, Result
from tests.factories.groups import GroupFactory, OutputFactory
from tests.factories.projects import ResultFactory

pytestmark = pytest.mark.django_db
HEADER = "Project;Type;Title;Summary;Language;Published;License;URL;EQF;Topics"
COURSE = "DRIVES;Training;Course on high voltage;Forty hours.;en;31.3.2022;CC-BY-4.0;https://example.org/c;4;"
MAP = "albatts;roadmap;Map of skills;Who needs what.;Deutsch;2023-05-01;CC-BY-4.0;https://example.org/m;;TECH-BATTERIES"


@pytest.fixture
def office(personas, client_for):
    return client_for(personas.office)


def upload(office, *rows: str, header: str = HEADER) -> Import:
    file = io.BytesIO("\n".join((header, *rows, "")).encode())
    file.name = "results.csv"
    answer = office.post(reverse("projects:import_list"), {"file": file})
    assert answer.status_code == 302, answer.text
    return Import.objects.latest("pk")


def act(office, batch: Import, name: str, **said: str) -> Import:
    """Take a step on the page, and let the worker do its job."""
    assert office.post(reverse(f"projects:import_{name}", args=[batch.pk]), said).status_code == 302
    found = Import.objects.get(pk=batch.pk)
    if found.is_running and found.job:
        jobs.run(found.job.pk)
    return Import.objects.get(pk=batch.pk)


def checked(office, *rows: str, **more: str) -> Import:
    batch = upload(office, *rows, **more)
    return act(office, batch, "columns", **{f"column_{position}": name for position, name in batch.mapping.items()})


def faults(batch: Import) -> dict[int, dict[str, str]]:
    return {row.number: row.errors for row in batch.rows.all() if row.errors}


def test_from_the_upload_to_the_library_and_back(personas, office, client):
    batch = checked(office, COURSE, MAP)
    assert batch.mapping == {
        "0": "project", "1": "kind", "2": "title", "3": "summary", "4": "language", "5": "date", "6": "licence",
        "7": "link", "8": "eqf_level", "9": "themes",
    }  # fmt: skip
    assert (batch.status, batch.counts["new"], batch.counts["errors"]) == ("checked", 2, 0)
    assert not Result.objects.exists(), "a dry run writes nothing"
    told = Notification.objects.count()
    batch = act(office, batch, "confirm")
    assert (batch.status, batch.counts["created"]) == ("applied", 2)
    course, skills = Result.objects.order_by("date")
    assert (course.project.acronym, course.kind, course.language, str(course.date)) == (
        "DRIVES",
        "training",
        "en",
        "2022-03-31",
    )
    assert (course.licence.code, course.link, course.eqf_level) == ("CC-BY-4.0", "https://example.org/c", 4)
    assert (skills.language, skills.eqf_level, skills.recorded_by) == ("de", None, personas.office)
    assert [one.code for one in skills.themes.all()] == ["TECH-BATTERIES"]
    assert events.of(course).get().data == {"file": "results.csv", "import": batch.pk}
    assert Notification.objects.count() == told, "hundreds of rows are no news to anybody"
    assert "Course on high voltage" in client.get(reverse("projects:result_list")).text

    again = checked(office, COURSE, MAP)
    assert [again.counts[name] for name in ("new", "changed", "unchanged", "errors")] == [0, 0, 2, 0]
    batch = act(office, batch, "undo")
    assert (batch.status, batch.counts["reversed"]) == ("undone", 2)
    assert not Result.objects.exists()


def test_every_fault_is_named_by_row_and_column(office):
    batch = checked(
        office,
        "NOWHERE;song;Title;Text;xx;soon;free;ftp://example.org;9;Cooking",
        "DRIVES;;;;;;;;;",
        "DRIVES;tool;Title;Text;;2090-01-01;CC-BY-4.0;https://example.org;;",
        COURSE,
        COURSE.replace("high voltage", "HIGH  Voltage"),
    )
    found = faults(batch)
    assert sorted(found) == [2, 3, 4, 6]
    assert set(found[2]) == {"project", "kind", "language", "date", "licence", "link", "eqf_level", "themes"}
    assert "no project with the acronym or grant number “NOWHERE”" in found[2]["project"]
    assert "CC-BY-4.0" in found[2]["licence"], "what there is to choose from"
    assert "No topic is called “Cooking”" in found[2]["themes"]
    assert set(found[3]) == {"kind", "title", "summary", "date", "licence"}
    assert "without one nobody knows" in found[3]["licence"]
    assert found[4] == {"date": "This day is still to come: a result is recorded when it is there."}
    assert found[6] == {"title": "The same result stands in row 5 already."}
    page = office.get(batch.get_absolute_url() + "?rows=error").text
    for words in ("<strong>Project</strong>", "NOWHERE", "stands in row 5"):
        assert words in page
    refused = office.post(reverse("projects:import_confirm", args=[batch.pk]), follow=True)
    assert "4 rows have errors" in refused.text
    assert not Result.objects.exists()
    back = office.get(reverse("projects:import_errors", args=[batch.pk, "csv"]))
    assert len(reading.read(back.content).sheets[0].rows) == 5
    act(office, batch, "confirm", skip_errors="on")
    assert Result.objects.get().title == "Course on high voltage"


def test_a_new_result_needs_a_link_in_the_file(office):
    batch = checked(office, COURSE.replace("https://example.org/c", ""))
    assert "cannot bring the files along" in faults(batch)[2]["link"]


def test_a_file_corrects_what_is_on_record_and_undoing_puts_it_back(personas, office):
    known = ResultFactory(title="Course on high voltage", summary="Forty hours.", eqf_level=4, link="https://old.test")
    other = ResultFactory(title="Another")
    renamed = f"DRIVES;;Another name;;;;;;;TECH-BATTERIES;{other.pk}"
    batch = checked(office, COURSE, renamed, header=HEADER + ";Result no.")
    assert batch.counts["changed"] == 2, faults(batch)
    page = office.get(batch.get_absolute_url() + "?rows=changed").text
    assert "<del>https://old.test</del>" in page
    assert "<ins>https://example.org/c</ins>" in page
    batch = act(office, batch, "confirm")
    for one in (known, other):
        one.refresh_from_db()
    assert (known.link, known.revision, known.summary) == ("https://example.org/c", 1, "Forty hours.")
    assert (other.title, other.summary) == ("Another name", "Forty hours on high voltage."), "empty leaves it"
    services.change_result(
        result_id=other.pk, revision=1, actor=personas.office, title="A third name", themes=other.themes.all()
    )
    batch = act(office, batch, "undo")
    assert {row.number: row.result for row in batch.rows.all()} == {2: "reversed", 3: "kept"}
    assert "Somebody has changed it since." in office.get(batch.get_absolute_url() + "?rows=kept").text
    for one in (known, other):
        one.refresh_from_db()
    assert (known.link, other.title) == ("https://old.test", "A third name")


def test_what_was_proposed_since_stays_when_the_import_is_undone(personas, office):
    batch = act(office, checked(office, COURSE, MAP), "confirm")
    course = Result.objects.get(project__acronym="DRIVES")
    tech = Project.objects.get(slug="drives").committee or ResultFactory(proposed_to="TECH").committee
    services.propose_result(result_id=course.pk, committee=tech, actor=personas.office)
    batch = act(office, batch, "undo")
    assert (batch.counts["reversed"], batch.counts["kept"]) == (1, 1)
    assert Result.objects.filter(pk=course.pk).exists()


def test_a_retired_result_is_not_rewritten_by_a_file_and_none_changes_its_project(office):
    retired = ResultFactory(title="Course on high voltage", status="retired")
    batch = checked(office, COURSE, f"ALBATTS;;Elsewhere;;;;;;;;{retired.pk}", header=HEADER + ";Result no.")
    found = faults(batch)
    assert "is retired and stays as it was" in found[2]["title"]
    assert "does not change projects" in found[3]["project"]


def test_two_of_one_title_are_told_apart_by_their_number(office):
    one, two = (ResultFactory(title="Course on high voltage") for _number in range(2))
    batch = checked(office, COURSE)
    assert f"no. {one.pk}, {two.pk}" in faults(batch)[2]["title"]


def test_a_name_that_two_projects_have_is_an_error_that_says_how_to_name_one(office, client):
    first = Project.objects.get(slug="drives")
    second = Project.objects.create(slug="drives-2", acronym="Drives", title="Of today", starts="2025-01-01")
    batch = checked(office, COURSE, COURSE.replace("DRIVES", second.get_absolute_url()))
    assert f"{first.grant_number} (" in faults(batch)[2]["project"]
    assert "/projects/drives-2/ (" in faults(batch)[2]["project"]
    assert set(faults(batch)) == {2}
    act(office, batch, "confirm", skip_errors="on")
    made = Result.objects.get()
    assert made.project == second

    mine = ResultFactory(title="Of the first", project=first)
    by_number = checked(office, f"DRIVES;;Of the first;;;;;;;;{mine.pk}", header=HEADER + ";Result no.")
    assert by_number.counts["unchanged"] == 1, faults(by_number)
    exported = client.get(reverse("projects:result_export", args=["csv"])).content
    named = {str(row[3]): str(row[1]) for row in reading.read(exported).sheets[0].rows}
    assert (named["Course on high voltage"], named["Of the first"]) == ("/projects/drives-2/", first.grant_number)


def test_what_is_out_of_use_stays_where_it_is_and_comes_nowhere_else(office, client):
    old, theme = Licence.objects.get(code="CC-BY-4.0"), Theme.objects.get(code="TECH-BATTERIES")
    has, other = ResultFactory(title="Has them"), ResultFactory(licence=Licence.objects.exclude(pk=old.pk).first())
    has.themes.add(theme)
    exported = client.get(reverse("projects:result_export", args=["csv"])).content.decode("utf-8-sig")
    Licence.objects.filter(pk=old.pk).update(active=False)
    Theme.objects.filter(pk=theme.pk).update(active=False)
    header, *rows = exported.splitlines()
    batch = checked(office, *rows, header=header)
    assert (batch.counts["unchanged"], batch.counts["errors"]) == (2, 0), faults(batch)

    changed = f"DRIVES;;;;;;CC-BY-4.0;;;TECH-BATTERIES;{other.pk}"
    batch = checked(office, changed, COURSE, header=HEADER + ";Result no.")
    assert "“CC-BY-4.0” is no longer in use" in faults(batch)[2]["licence"]
    assert theme.name in faults(batch)[2]["themes"]
    assert set(faults(batch)[3]) == {"licence"}


def test_an_export_is_imported_as_it_is_and_runs_no_formula(office, client):
    result = ResultFactory(title="=1+1", summary="+420 is no number\nbut a text", eqf_level=5)
    result.themes.set(Theme.objects.all()[:3])
    ResultFactory(title="Retired", status="retired")
    OutputFactory(group=GroupFactory(), title="Of a group", visibility="public")
    OutputFactory(group=GroupFactory(), title="For its members", visibility="members")
    page = client.get(reverse("projects:result_list"), {"q": "number"}).text
    assert reverse("projects:result_export", args=["ods"]) + "?q=number" in page
    for ending in ("csv", "xlsx", "ods"):
        answer = client.get(reverse("projects:result_export", args=[ending]))
        assert f'.{ending}"' in answer["Content-Disposition"]
        cells = [str(cell) for row in reading.read(answer.content).sheets[0].rows for cell in row]
        assert "'=1+1" in cells
        assert "=1+1" not in cells
        assert "Of a group" in cells
        assert not {"For its members", "Retired"} & set(cells)
        file = io.BytesIO(answer.content)
        file.name = f"results.{ending}"
        office.post(reverse("projects:import_list"), {"file": file})
        batch = Import.objects.latest("pk")
        mapped = {f"column_{position}": name for position, name in batch.mapping.items()}
        batch = act(office, batch, "columns", **mapped)
        assert (batch.counts["unchanged"], batch.counts["rows"]) == (2, 2), faults(batch)
    only = reading.read(client.get(reverse("projects:result_export", args=["csv"]), {"eqf": "5"}).content)
    assert len(only.sheets[0].rows) == 2


def test_an_export_takes_as_many_queries_for_few_as_for_many(client):
    url, costs = reverse("projects:result_export", args=["csv"]), []
    for _round in range(2):
        for _n in range(8):
            ResultFactory().themes.set(Theme.objects.all()[:2])
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_the_command_does_the_same_and_writes_nothing_in_a_dry_run(tmp_path, capsys):
    path = tmp_path / "results.csv"
    path.write_text(f"{HEADER}\n{COURSE}\n{MAP}\n", encoding="utf-8")

    def run(*options: str) -> dict:
        call_command("import_results", path, "--json", *options)
        return json.loads(capsys.readouterr().out)

    assert (run("--dry-run")["new"], Result.objects.count()) == (2, 0)
    assert run()["written"] == 2
    assert (run()["unchanged"], Event.objects.filter(verb="result.record").count()) == (2, 2)
    path.write_text(f"{HEADER}\n{COURSE.replace('DRIVES', 'NOWHERE')}\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command("import_results", path)
    assert "row 2, project:" in capsys.readouterr().err
    path.write_text("Name\nNothing\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command("import_results", path)
