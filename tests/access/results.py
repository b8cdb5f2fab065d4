"""Results from a spreadsheet: the Office alone."""

from core import jobs
from core.imports import services
from core.imports.models import Import
from tests.access import Row
from tests.personas import Personas

PUBLIC = {"projects:result_export"}
FILE = """Project;Type;Title;Summary;Date;Licence;Link
DRIVES;training;Course;Forty hours.;2022-03-01;CC-BY-4.0;https://example.org/course
DRIVES;song;;;;;
"""


def uploaded(p: Personas) -> list[int]:
    data = FILE.encode()
    return [services.start_import(kind_key="results", file_name="results.csv", data=data, actor=p.office).pk]


def checking(p: Personas) -> list[int]:
    one = Import.objects.get(pk=uploaded(p)[0])
    mapping = {int(position): name for position, name in one.mapping.items()}
    services.map_columns(import_id=one.pk, mapping=mapping, options={}, actor=p.office)
    return [services.start_check(import_id=one.pk, actor=p.office).pk]


def checked(p: Personas) -> list[int]:
    ids = checking(p)
    jobs.run(Import.objects.get(pk=ids[0]).job.pk)
    return ids


ROWS = [
    Row("projects:result_export", lambda p: ["csv"], everyone=200),
    Row("projects:import_list", signed_in=403, office=200),
    Row("projects:import_list", post={}, signed_in=403, office=422),
    Row("projects:import_detail", uploaded, signed_in=404, office=200),
    Row("projects:import_detail", checking, signed_in=404, office=200),
    Row("projects:import_detail", checked, signed_in=404, office=200),
    Row("projects:import_columns", checked, signed_in=404, office=200),
    Row("projects:import_columns", uploaded, post={}, signed_in=404, office=422),
    Row("projects:import_table", uploaded, post={"sheet": "", "header_row": 1}, signed_in=404, office=302),
    Row("projects:import_progress", checking, signed_in=404, office=302),
    Row("projects:import_confirm", checked, post={}, signed_in=404, office=302),
    Row("projects:import_check", checked, post={}, signed_in=404, office=302),
    Row("projects:import_stop", checking, post={}, signed_in=404, office=302),
    Row("projects:import_discard", checked, post={}, signed_in=404, office=302),
    Row("projects:import_undo", checked, post={}, signed_in=404, office=302),
    Row("projects:import_errors", lambda p: [*checked(p), "csv"], signed_in=404, office=200),
]
