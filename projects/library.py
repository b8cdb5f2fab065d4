"""One list of what there is to use: results of projects and outputs of groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import F, PositiveSmallIntegerField, QuerySet, Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.languages import LANGUAGES
from core.spreadsheets.writing import Value as Cell
from groups.models import Output
from projects.imports.fields import LABELS
from projects.imports.naming import ProjectNames
from projects.models import Result, ResultUse

# Both name their types by the same codes, where they have the same types.
KINDS: dict[str, str | Promise] = {**dict(Result.Kind.choices), **dict(Output.Kind.choices)}
_COLUMNS = ("source", "pk", "title", "summary", "kind", "language", "date", "licence_code", "origin", "state", "level")


@dataclass(frozen=True)
class Entry:
    """A row of the library."""

    source: str  # result or output
    pk: int
    title: str
    summary: str
    kind: str
    language: str
    date: date
    licence_code: str
    origin: str  # acronym of the project, or code of the group
    state: str
    level: int | None

    @property
    def url(self) -> str:
        return reverse("projects:result_detail" if self.source == "result" else "groups:output_detail", args=[self.pk])

    @property
    def kind_name(self) -> str:
        return str(KINDS.get(self.kind, self.kind))

    @property
    def language_name(self) -> str:
        return str(dict(LANGUAGES).get(self.language, self.language))

    @property
    def state_name(self) -> str:
        return str(Result.Status(self.state).label) if self.source == "result" else ""


FILTERS = ("q", "kind", "topic", "language", "eqf", "committee", "state", "project", "group")


def entries(user: Any, chosen: dict[str, str]) -> QuerySet[Any, Any]:
    """Tuples of `_COLUMNS`, the newest first, in one query over both tables; what is retired only where it is asked
    for. A filter that only results can fit leaves the outputs out."""
    results = Result.objects.visible_to(user).search(chosen["q"])
    outputs = Output.objects.visible_to(user).current().search(chosen["q"])
    if chosen["state"] in Result.Status.values:
        results = results.filter(status=chosen["state"])
    else:
        results = results.exclude(status=Result.Status.RETIRED)
    if chosen["kind"]:
        results, outputs = results.filter(kind=chosen["kind"]), outputs.filter(kind=chosen["kind"])
    if chosen["topic"]:
        results = results.filter(themes__code=chosen["topic"])
        outputs = outputs.filter(group__themes__code=chosen["topic"])
    if chosen["language"]:
        results, outputs = results.filter(language=chosen["language"]), outputs.filter(language=chosen["language"])
    if chosen["committee"]:
        results = results.filter(committee__code=chosen["committee"])
        outputs = outputs.filter(group__committee__code=chosen["committee"])
    if chosen["group"]:
        results = results.filter(pk__in=_used_by(chosen["group"]))
        outputs = outputs.filter(group__code=chosen["group"])
    if chosen["project"]:
        results = results.filter(project__slug=chosen["project"])
    if chosen["eqf"]:
        results = results.filter(eqf_level=int(chosen["eqf"]))
    only_results = any(chosen[name] for name in ("state", "project", "eqf"))
    rows = _row(results, "result", "project__acronym", F("eqf_level"))
    if only_results:
        return rows.order_by("-date", "-pk")
    no_level = Value(None, output_field=PositiveSmallIntegerField())
    return rows.union(_row(outputs, "output", "group__code", no_level), all=True).order_by("-date", "-pk")


def _used_by(code: str) -> QuerySet[Any, Any]:
    return ResultUse.objects.current().filter(group__code=code).values("result")


def _row(found: QuerySet[Any], source: str, origin: str, level: Any) -> QuerySet[Any, Any]:
    """`source`, where it comes from and its level beside the columns that both tables have by the same names."""
    return (
        found.order_by()
        .annotate(
            source=Value(source), licence_code=F("licence__code"), origin=F(origin), state=F("status"), level=level
        )
        .values_list(*_COLUMNS)
    )


def table(user: Any, chosen: dict[str, str]) -> tuple[list[str], list[list[Cell]]]:
    """(header, rows) of a file with what is filtered; its columns are those of an import, so that the Office corrects
    results in it and sends it back. In a fixed number of queries."""
    results = Result.objects.visible_to(user).values_list("pk", "link", "project")
    links = {
        "result": {pk: link for pk, link, _project in results},
        "output": dict(Output.objects.visible_to(user).values_list("pk", "link")),
    }
    projects, names = {pk: project for pk, _link, project in results}, ProjectNames()
    topics: dict[int, list[str]] = {}
    for pk, name in Result.themes.through.objects.order_by("theme__name").values_list("result", "theme__name"):
        topics.setdefault(pk, []).append(name)
    header = [*(str(label) for label in LABELS.values()), _("Uptake"), _("Page in the portal")]
    rows: list[list[Cell]] = []
    for one in (Entry(*row) for row in entries(user, chosen)):
        is_result = one.source == "result"
        cells: dict[str, Cell] = {
            "number": one.pk if is_result else "",
            "project": names.of(names.projects[projects[one.pk]]) if is_result else one.origin,
            "kind": one.kind_name,
            "title": one.title,
            "summary": one.summary,
            "language": one.language_name,
            "date": one.date,
            "licence": one.licence_code,
            "link": links[one.source].get(one.pk, ""),
            "eqf_level": one.level,
            "themes": "; ".join(topics.get(one.pk, [])) if is_result else "",
        }
        state = one.state_name if is_result else _("Output of a group")
        rows.append([*(cells[name] for name in LABELS), state, settings.PORTAL_URL + one.url])
    return header, rows


def chosen_of(params: Any) -> dict[str, str]:
    """The filters of an address; what is none of them, or no level, is left out."""
    found = {name: str(params.get(name, "")).strip()[:200] for name in FILTERS}
    if found["eqf"] not in {str(level) for level in range(1, 9)}:
        found["eqf"] = ""
    if found["kind"] not in KINDS:
        found["kind"] = ""
    return found
