"""Cells of a file of results to values, or to a sentence about what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import translation
from django.utils.translation import gettext as _

from core.imports.kinds import SourceRow
from core.languages import LANGUAGES
from core.models import Licence, Theme
from core.spreadsheets.cells import as_date
from core.text import fold
from groups.models import Output
from projects.imports.naming import ProjectNames
from projects.models import Project, Result

One = TypeVar("One")
_TITLE, _SUMMARY, _LINK = 200, 2000, 500
_is_address = URLValidator(schemes=["http", "https"])


def _own_name(code: str) -> list[str]:
    """Of a language, in itself: Deutsch, čeština. Maltese is not among those that are known."""
    return [LANG_INFO[code]["name_local"]] if code in LANG_INFO else []


@dataclass
class Entry:
    """A row of the file after cleaning; `words` has what its cells say, by the fields of a result. Nothing stands there
    for an empty cell: it leaves what is on record."""

    number: int
    label: str
    errors: dict[str, str] = field(default_factory=dict)
    of_group: bool = False
    result: int | None = None  # its number in the portal
    project: Project | None = None
    projects: list[Project] = field(default_factory=list)  # those that the word in the file may mean
    words: dict[str, Any] = field(default_factory=dict)
    themes: list[Theme] | None = None


def _by_word(pairs: Iterable[tuple[One, Iterable[str]]]) -> dict[str, One]:
    found: dict[str, One] = {}
    for one, words in pairs:
        for word in words:
            found.setdefault(fold(word), one)
    return found


def _in_words(label: Any) -> tuple[str, str]:
    """A name as the reader has it, and in English: files are exchanged between people of several languages."""
    with translation.override("en"):
        english = str(label)
    return str(label), english


class Cleaner:
    """Knows what there is to name; everything is read once."""

    def __init__(self) -> None:
        self.names = ProjectNames()
        self.kinds = _by_word((code, (code, *_in_words(label))) for code, label in Result.Kind.choices)
        self.languages = _by_word((code, (code, *_own_name(code), *_in_words(name))) for code, name in LANGUAGES)
        # What is no longer in use stays on what has it; `_judge` refuses it to everything else.
        licences = Licence.objects.order_by("-active", "pk")
        self.licences = _by_word((one, (one.code, one.name)) for one in licences)
        self.licence_codes = [one.code for one in licences if one.active]
        self.themes = _by_word((one, (one.code, one.name)) for one in Theme.objects.order_by("-active", "pk"))
        codes = Output.objects.order_by().values_list("group__code", flat=True).distinct()
        self.groups = {fold(code) for code in codes}

    def clean(self, row: SourceRow) -> Entry:
        cells = row.cells
        entry = Entry(row.number, label=" · ".join(cells[name] for name in ("project", "title") if name in cells))
        if fold(cells.get("project", "")) in self.groups:  # of an export of the whole library
            entry.of_group = True
            return entry
        for name, read in _READERS.items():
            if text := cells.get(name, ""):
                try:
                    read(self, entry, text)
                except ValueError as problem:
                    entry.errors[name] = str(problem)
        if "project" not in cells:
            entry.errors["project"] = _("Name the project that left it: its acronym or grant number.")
        return entry

    # -- One column each ----------------------------------------------------------------------------------------------
    def _number(self, entry: Entry, text: str) -> None:
        if not re.fullmatch(r"\d{1,9}", text):
            raise ValueError(_("“%(text)s” is no number of a result.") % {"text": text[:40]})
        entry.result = int(text)

    def _project(self, entry: Entry, text: str) -> None:
        entry.projects = self.names.called(text)
        if not entry.projects:
            raise ValueError(
                _("The portal has no project with the acronym or grant number “%(text)s”.") % {"text": text[:60]}
            )
        if len(entry.projects) == 1:
            entry.project = entry.projects[0]

    def _kind(self, entry: Entry, text: str) -> None:
        entry.words["kind"] = _known(self.kinds, text, [str(label) for _code, label in Result.Kind.choices])

    def _title(self, entry: Entry, text: str) -> None:
        entry.words["title"] = _of_length(" ".join(text.split()), _TITLE)

    def _summary(self, entry: Entry, text: str) -> None:
        entry.words["summary"] = _of_length(text, _SUMMARY)

    def _language(self, entry: Entry, text: str) -> None:
        entry.words["language"] = _known(self.languages, text, [code for code, _name in LANGUAGES])

    def _date(self, entry: Entry, text: str) -> None:
        try:
            entry.words["date"] = as_date(text)
        except ValueError as problem:
            raise ValueError(_("“%(text)s” is no day. Write it as 2022-03-31.") % {"text": text[:40]}) from problem

    def _licence(self, entry: Entry, text: str) -> None:
        entry.words["licence"] = _known(self.licences, text, self.licence_codes)

    def _link(self, entry: Entry, text: str) -> None:
        try:
            _is_address(text)
        except ValidationError as problem:
            sentence = _("“%(text)s” is no address of a page: it begins with https:// or http://.")
            raise ValueError(sentence % {"text": text[:80]}) from problem
        entry.words["link"] = _of_length(text, _LINK)

    def _eqf_level(self, entry: Entry, text: str) -> None:
        if not re.fullmatch(r"[1-8]", text):
            raise ValueError(_("“%(text)s” is no level from 1 to 8.") % {"text": text[:40]})
        entry.words["eqf_level"] = int(text)

    def _themes(self, entry: Entry, text: str) -> None:
        whole = self.themes.get(fold(text))  # the name of one may have a comma or a slash in it
        parts = [text] if whole else [part for part in re.split(r"[;\n]", text) if part.strip()]
        if len(parts) == 1 and not whole:
            parts = [part for part in text.split(",") if part.strip()]
        unknown = [part.strip() for part in parts if fold(part) not in self.themes]
        if unknown:
            raise ValueError(
                _("No topic is called %(names)s. Write codes or names, with semicolons between.")
                % {"names": ", ".join(f"“{name[:40]}”" for name in unknown)}
            )
        entry.themes = list({self.themes[fold(part)].pk: self.themes[fold(part)] for part in parts}.values())


_READERS: dict[str, Callable[[Cleaner, Entry, str], None]] = {
    "number": Cleaner._number,
    "project": Cleaner._project,
    "kind": Cleaner._kind,
    "title": Cleaner._title,
    "summary": Cleaner._summary,
    "language": Cleaner._language,
    "date": Cleaner._date,
    "licence": Cleaner._licence,
    "link": Cleaner._link,
    "eqf_level": Cleaner._eqf_level,
    "themes": Cleaner._themes,
}


def _known(known: dict[str, One], text: str, names: list[str]) -> One:
    found = known.get(fold(text))
    if found is None:
        raise ValueError(_("“%(text)s” is none of %(names)s.") % {"text": text[:60], "names": ", ".join(names)})
    return found


def _of_length(text: str, most: int) -> str:
    if len(text) > most:
        raise ValueError(_("This has %(n)s characters; %(most)s are possible.") % {"n": len(text), "most": most})
    return text
