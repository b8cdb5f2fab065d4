"""What can be imported. An app registers a kind: its fields, its dry run, its writing; core.imports does the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from core.permissions import allow
from core.spreadsheets.headers import Field
from core.workflow import Transition

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

    from core.imports.models import Import, ImportRow

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of the file: its number in the sheet, and the text of each mapped cell that is not empty."""

    number: int
    cells: dict[str, str]


class NoSuchChoice(ValueError):
    """This cannot be decided about the row; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a doubtful row: as which record or earlier row of the file it counts, and when they
    become one, {field: what holds}, in the words of the kind."""

    choice: str
    match_id: int | None = None
    row: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class PlannedRow:
    """What will happen with a row. `payload` and `more` are for the kind's own writing and are kept in memory only;
    what the writing leaves in `trail` is kept with the row, for undoing it."""

    number: int
    outcome: str
    label: str = ""
    changes: list[dict[str, Any]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)
    match_id: int | None = None
    evidence: list[dict[str, Any]] = field(default_factory=list)
    payload: Any = None
    more: dict[str, Any] = field(default_factory=dict)
    trail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reversal:
    """What undoing made of a row: "reversed", or "kept" or "failed" and why."""

    result: str
    why: str = ""


@dataclass(frozen=True)
class Kind:
    """`plan` reads and judges every row and writes nothing; `write` runs inside the transaction of the import and
    returns {row number: id of the record written}. `reverse` gets the rows that were written, in the transaction of
    the undoing, and returns {row number: reversal}. `effect` tells what a decision "same" or "merge" about a row and
    one of its candidates (as in its evidence) will change, or raises NoSuchChoice. `right` is the right to run such
    imports."""

    key: str
    label: str | Promise
    right: str
    fields: Sequence[Field]
    apply: Transition
    undo: Transition
    plan: Callable[[Iterable[SourceRow], dict[str, Any], dict[int, Decision], Progress], list[PlannedRow]]
    write: Callable[[Import, Sequence[PlannedRow], User, Progress], dict[int, int]]
    reverse: Callable[[Import, Sequence[ImportRow], User, Progress], dict[int, Reversal]]
    effect: Callable[[Import, ImportRow, Mapping[str, Any], Decision], list[dict[str, str]]]
    url: Callable[[Import], str]
    is_whole: bool = False  # rows with errors are never left out: the file is taken as a whole or not at all

    def label_of(self, name: str) -> str:
        return next((str(one.label) for one in self.fields if one.name == name), name)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind of import known. Applying and undoing it is allowed to whoever may run the import."""
    from core.imports.models import Import
    from core.imports.permissions import may_run_it

    _kinds[kind.key] = kind
    for step in (kind.apply, kind.undo):
        allow(step.right(Import), may_run_it)
    return kind


def kind(key: str) -> Kind:
    return _kinds[key]


def kinds() -> list[Kind]:
    return list(_kinds.values())
