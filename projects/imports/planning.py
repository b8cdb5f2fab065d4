"""What a file of results would do: judged in bulk, with every fault, and nothing written.

A row is one result. It is one on record if it has its number, or its project, title and language; those are compared
without case, accents and signs. An empty cell leaves what is on record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.imports.kinds import PlannedRow, Progress, SourceRow
from core.imports.models import ImportRow
from core.models import Theme
from core.text import fold
from projects.imports.cleaning import Cleaner, Entry
from projects.models import Result, ResultFile
from projects.services.results import WORDS

O = ImportRow.Outcome  # noqa: E741
REQUIRED = ("kind", "title", "summary", "date", "licence")
_STEP = 500
_Key = tuple[int, str, str]  # project, title, language


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of one result: all its words. `result` is the one on record."""

    result: Result | None
    project_id: int
    words: dict[str, Any]
    themes: list[Theme]


def _key(project_id: int, title: str, language: str) -> _Key:
    return project_id, fold(title), language


class Planner:
    """One dry run over one file."""

    def __init__(self) -> None:
        self.cleaner = Cleaner()
        found = Result.objects.select_related("licence", "project").prefetch_related("themes").order_by("pk")
        self.known = {one.pk: one for one in found}
        self.by_name: dict[_Key, list[Result]] = {}
        for one in self.known.values():
            self.by_name.setdefault(_key(one.project_id, one.title, one.language), []).append(one)
        self.with_file = set(ResultFile.objects.values_list("result", flat=True))
        self._in_file: dict[Any, int] = {}

    def plan(self, rows: Sequence[SourceRow], progress: Progress) -> list[PlannedRow]:
        planned = []
        for done, row in enumerate(rows):
            if done % _STEP == 0:
                progress(done, len(rows), "")
            planned.append(self._judge(self.cleaner.clean(row)))
        return planned

    def _judge(self, entry: Entry) -> PlannedRow:
        row = PlannedRow(entry.number, O.UNCHANGED, label=entry.label, errors=entry.errors)
        if entry.of_group:
            row.warnings["project"] = _("An output of a group is kept on the pages of its group: left aside.")
            return row
        found = self._on_record(entry)
        self._name_one(entry, found)
        self._refuse_what_is_out_of_use(entry, found)
        self._find_twice(entry, found)
        words, themes = self._whole(entry, found)
        if not row.errors:
            self._check(row, Result(**words), found)
        if row.errors or entry.project is None:
            row.outcome, row.changes = O.ERROR, []
            return row
        row.changes = _changes(found, words, themes) if found else []
        if found is not None and found.status == Result.Status.RETIRED and row.changes:
            sentence = _("This result is retired and stays as it was: propose it anew first, or leave the row out.")
            row.outcome, row.changes, row.errors["title"] = O.ERROR, [], sentence
            return row
        row.outcome = O.NEW if found is None else O.CHANGED if row.changes else O.UNCHANGED
        row.match_id = found.pk if found else None
        row.payload = Plan(found, entry.project.pk, words, themes)
        return row

    def _name_one(self, entry: Entry, found: Result | None) -> None:
        """Of several projects of one name it is that of the result whose number stands there."""
        if entry.project is None and found is not None:
            entry.project = next((one for one in entry.projects if one.pk == found.project_id), None)
        if entry.project is None and entry.projects and "number" not in entry.errors:
            names = ", ".join(f"{self.cleaner.names.of(one)} ({one.period})" for one in entry.projects)
            entry.errors["project"] = _("This is the name of several projects. Write which: %(names)s.") % {
                "names": names
            }

    def _refuse_what_is_out_of_use(self, entry: Entry, found: Result | None) -> None:
        licence = entry.words.get("licence")
        if licence and not licence.active and (found is None or found.licence_id != licence.pk):
            entry.errors["licence"] = _("“%(name)s” is no longer in use: choose one of %(names)s.") % {
                "name": licence.code,
                "names": ", ".join(self.cleaner.licence_codes),
            }
        has = {one.pk for one in found.themes.all()} if found else set()
        gone = [one.name for one in entry.themes or [] if not one.active and one.pk not in has]
        if gone:
            entry.errors["themes"] = _("No longer in use: %(names)s. Leave them out, or write others.") % {
                "names": ", ".join(gone)
            }

    def _on_record(self, entry: Entry) -> Result | None:
        if entry.result is not None:
            found = self.known.get(entry.result)
            if found is None:
                entry.errors["number"] = _("The portal has no result with the number %(n)s.") % {"n": entry.result}
            elif entry.project and found.project_id != entry.project.pk:
                entry.errors["project"] = _(
                    "Result %(n)s is one of %(project)s: a result does not change projects."
                ) % {
                    "n": found.pk,
                    "project": found.project.acronym,
                }
            return found
        title = entry.words.get("title", "")
        if entry.project is None or not title:
            return None
        same = self.by_name.get(_key(entry.project.pk, title, entry.words.get("language", "en")), [])
        if len(same) > 1:
            numbers = ", ".join(str(one.pk) for one in same)
            entry.errors["title"] = _(
                "Several results of this project have this title (no. %(numbers)s): say which, by its number."
            ) % {"numbers": numbers}
        return same[0] if same else None

    def _find_twice(self, entry: Entry, found: Result | None) -> None:
        """The second row about one result is an error: nobody knows which of them is meant."""
        key: Any = found.pk if found else None
        if key is None and entry.project is not None and entry.words.get("title"):
            key = _key(entry.project.pk, entry.words["title"], entry.words.get("language", "en"))
        if key is None:
            return
        first = self._in_file.setdefault(key, entry.number)
        if first != entry.number:
            entry.errors.setdefault("title", _("The same result stands in row %(n)s already.") % {"n": first})

    def _whole(self, entry: Entry, found: Result | None) -> tuple[dict[str, Any], list[Theme]]:
        if found is not None:
            words = {name: entry.words.get(name, getattr(found, name)) for name in WORDS}
            return words, list(found.themes.all()) if entry.themes is None else entry.themes
        for name in REQUIRED:
            if name not in entry.words and name not in entry.errors:
                entry.errors[name] = _EMPTY[name]()
        words = {"language": "en", "link": "", "eqf_level": None, **entry.words}
        return words, entry.themes or []

    def _check(self, row: PlannedRow, would_be: Result, found: Result | None) -> None:
        has_file = found is not None and found.pk in self.with_file
        row.errors.update(would_be.problems(has_file=has_file))
        if found is None and "link" in row.errors:
            row.errors["link"] = _("Say where it is found: a file of results cannot bring the files along.")


_EMPTY = {
    "kind": lambda: _("Say what type of result it is."),
    "title": lambda: _("A result has a title."),
    "summary": lambda: _("Say what it is, and for whom."),
    "date": lambda: _("Say when it was finished or published."),
    "licence": lambda: _("Name a licence: without one nobody knows what they may do with it."),
}


def shown(name: str, value: Any) -> str:
    """A value as people read it."""
    if name == "kind":
        return str(Result.Kind(value).label)
    if name == "themes":
        return "; ".join(sorted(one.name for one in value))
    return "" if value is None else str(value)


def _changes(found: Result, words: dict[str, Any], themes: list[Theme]) -> list[dict[str, Any]]:
    changes = [
        {"field": name, "old": shown(name, getattr(found, name)), "new": shown(name, words[name])}
        for name in WORDS
        if getattr(found, name) != words[name]
    ]
    before = list(found.themes.all())
    if {one.pk for one in before} != {one.pk for one in themes}:
        changes.append({"field": "themes", "old": shown("themes", before), "new": shown("themes", themes)})
    return changes
