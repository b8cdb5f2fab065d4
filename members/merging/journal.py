"""The undo record of a merge: each write as it is done, and how every written row looked when the merge was over.

The writes go past managers and `save`: a reference moves even where the row is otherwise closed to changes (an approved
plan, a locked report), and states stay as they are.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, models, transaction
from django.db.models.deletion import Collector, ProtectedError
from django.utils.translation import gettext as _

from members.merging.errors import CannotMerge

_AT_ONCE = 500
Rows = dict[str, set[int]]
M = TypeVar("M", bound=models.Model)


class _WithDependents(Collector):
    """Reads what would be deleted, instead of deleting it unread."""

    def can_fast_delete(self, *args: Any, **kwargs: Any) -> bool:
        return False


def label_of(model: type[models.Model]) -> str:
    return model._meta.label_lower


def row_of(obj: models.Model) -> dict[str, Any]:
    """All columns of a row, as JSON."""
    values = {field.attname: field.value_from_object(obj) for field in obj._meta.concrete_fields}
    values |= {
        field.attname: str(values[field.attname])
        for field in obj._meta.concrete_fields
        if isinstance(field, models.FileField)
    }
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))


def insert_row(model: type[M], values: dict[str, Any]) -> M:
    """The row as it was, with its key; past `save`, so that nothing is derived or stamped anew."""
    known = {field.attname: field for field in model._meta.concrete_fields}
    obj = model(**{name: known[name].to_python(value) for name, value in values.items() if name in known})
    obj.save_base(raw=True, force_insert=True)
    return obj


def prints(model: type[models.Model], pks: Iterable[int]) -> dict[int, str]:
    """{key: how the row looks}, of those that are there."""
    found = {}
    for some in _parts(sorted(pks)):
        for row in model._base_manager.filter(pk__in=some):
            text = json.dumps(row_of(row), sort_keys=True)
            found[row.pk] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return found


def _parts(pks: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(pks), _AT_ONCE):
        yield pks[start : start + _AT_ONCE]


class Journal:
    """Writes, and remembers."""

    def __init__(self, derived: frozenset[type[models.Model]] = frozenset()) -> None:
        self.entries: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self._derived = derived

    # -- Writing ------------------------------------------------------------------------------------------------------
    def move(self, model: type[models.Model], column: str, old: int, new: int) -> None:
        """Point every row from the old organisation to the new one. A row that cannot stand beside one that is there
        (the database says so) is set aside."""
        rows = model._base_manager.filter(**{column: old}).order_by("pk")
        pks = list(rows.values_list("pk", flat=True))
        if not pks:
            return
        try:
            with transaction.atomic():
                rows.update(**{column: new})
        except IntegrityError:
            pks = [pk for pk in pks if self._moves_alone(model, pk, column, new)]
        if pks:
            self.entries.append(
                {"op": "move", "model": label_of(model), "column": column, "pks": pks, "old": old, "new": new}
            )

    def _moves_alone(self, model: type[models.Model], pk: int, column: str, new: int) -> bool:
        try:
            with transaction.atomic():
                model._base_manager.filter(pk=pk).update(**{column: new})
        except IntegrityError:
            self.set_aside(model._base_manager.get(pk=pk))
            return False
        return True

    def set(self, obj: models.Model, **values: Any) -> None:
        """Change columns of a row (by attname)."""
        model = type(obj)
        before = row_of(model._base_manager.get(pk=obj.pk))
        model._base_manager.filter(pk=obj.pk).update(**values)
        after = row_of(model._base_manager.get(pk=obj.pk))
        self.entries.append(
            {
                "op": "set",
                "model": label_of(model),
                "pk": obj.pk,
                "old": {name: before[name] for name in values},
                "new": {name: after[name] for name in values},
            }
        )

    def add(self, model: type[M], **values: Any) -> M:
        obj: M = model._base_manager.create(**values)
        self.entries.append({"op": "add", "model": label_of(model), "pk": obj.pk})
        return obj

    def set_aside(self, obj: models.Model) -> None:
        """Take a row out, with what hangs on it. It is kept in the journal and comes back when the merge is undone."""
        collector = _WithDependents(using=DEFAULT_DB_ALIAS)
        try:
            collector.collect([obj])
        except ProtectedError as problem:
            raise CannotMerge(
                _("“%(what)s” exists for both, and other records depend on it: %(who)s.")
                % {"what": obj, "who": ", ".join(str(one) for one in list(problem.protected_objects)[:3])}
            ) from problem
        rows = [
            {"model": label_of(model), "values": row_of(one)}
            for model, found in collector.data.items()
            if model not in self._derived
            for one in found
        ]
        label, kind = str(obj)[:250], str(obj._meta.verbose_name)
        obj.delete()
        self.entries.append({"op": "aside", "model": label_of(type(obj)), "label": label, "kind": kind, "rows": rows})

    def note(self, text: str) -> None:
        """Something that a person should know of."""
        self.notes.append(text)

    # -- Keeping ------------------------------------------------------------------------------------------------------
    def as_record(self) -> dict[str, Any]:
        touched = _touched(self.entries)
        looks = {name: prints(apps.get_model(name), pks) for name, pks in touched.items()}
        return {
            "entries": self.entries,
            "notes": self.notes,
            "prints": {name: {str(pk): look for pk, look in of.items()} for name, of in looks.items()},
        }


def _touched(entries: list[dict[str, Any]]) -> Rows:
    touched: Rows = defaultdict(set)
    for entry in entries:
        if entry["op"] == "move":
            touched[entry["model"]].update(entry["pks"])
        elif entry["op"] in {"set", "add"}:
            touched[entry["model"]].add(entry["pk"])
    return touched


class Summary:
    """What a journal did, for people."""

    def __init__(self, record: dict[str, Any]) -> None:
        counted: Counter[str] = Counter()
        for entry in record.get("entries", []):
            if entry["op"] == "move":
                counted[_plural(entry["model"])] += len(entry["pks"])
        self.moved = sorted(counted.items())
        self.aside = [
            {"kind": entry["kind"], "label": entry["label"]}
            for entry in record.get("entries", [])
            if entry["op"] == "aside"
        ]
        self.notes = list(record.get("notes", []))


def _plural(name: str) -> str:
    return str(apps.get_model(name)._meta.verbose_name_plural)


class Undoing:
    """Takes a journal back, last write first. What somebody has changed since stays as it is."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.entries: list[dict[str, Any]] = record.get("entries", [])
        self.moved = 0
        self.kept: list[str] = []
        self.failed: list[str] = []
        self._unchanged: dict[str, set[int]] = {}
        self._there: dict[str, set[int]] = {}
        for name, looks in record.get("prints", {}).items():
            now = prints(apps.get_model(name), [int(pk) for pk in looks])
            self._there[name] = set(now)
            self._unchanged[name] = {pk for pk, look in now.items() if look == looks[str(pk)]}
        self._told: set[tuple[str, int]] = set()

    def run(self) -> None:
        for entry in reversed(self.entries):
            getattr(self, f"_undo_{entry['op']}")(entry)

    def _undo_move(self, entry: dict[str, Any]) -> None:
        name, column = entry["model"], entry["column"]
        model = apps.get_model(name)
        mine = [pk for pk in entry["pks"] if self._may_touch(name, pk)]
        for some in _parts(mine):
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk__in=some).update(**{column: entry["old"]})
                self.moved += len(some)
            except IntegrityError:
                for pk in some:
                    self._set_one(model, pk, {column: entry["old"]})

    def _undo_set(self, entry: dict[str, Any]) -> None:
        if self._may_touch(entry["model"], entry["pk"]):
            self._set_one(apps.get_model(entry["model"]), entry["pk"], entry["old"])

    def _undo_add(self, entry: dict[str, Any]) -> None:
        if self._may_touch(entry["model"], entry["pk"]):
            apps.get_model(entry["model"])._base_manager.filter(pk=entry["pk"]).delete()

    def _undo_aside(self, entry: dict[str, Any]) -> None:
        """Rows come back in the order in which they depend on each other; together or not at all."""
        try:
            with transaction.atomic():
                for row in _parents_first(entry["rows"]):
                    insert_row(apps.get_model(row["model"]), row["values"])
                tables = {apps.get_model(row["model"])._meta.db_table for row in entry["rows"]}
                connection.check_constraints(table_names=sorted(tables))
            self.moved += 1
        except IntegrityError:
            self.failed.append(f"{entry['kind']}: {entry['label']}")

    def _may_touch(self, name: str, pk: int) -> bool:
        if pk in self._unchanged.get(name, ()):
            return True
        if (name, pk) not in self._told:  # several writes may have gone to one row
            self._told.add((name, pk))
            model = apps.get_model(name)
            if pk in self._there.get(name, ()):
                self.kept.append(f"{model._meta.verbose_name}: {model._base_manager.get(pk=pk)}")
            else:
                self.failed.append(f"{model._meta.verbose_name} {pk}")
        return False

    def _set_one(self, model: type[models.Model], pk: int, values: dict[str, Any]) -> None:
        fields = {field.attname: field for field in model._meta.concrete_fields}
        try:
            with transaction.atomic():
                model._base_manager.filter(pk=pk).update(
                    **{name: fields[name].to_python(value) for name, value in values.items()}
                )
            self.moved += 1
        except IntegrityError:
            self.failed.append(f"{model._meta.verbose_name}: {model._base_manager.get(pk=pk)}")


def _parents_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row before those that point at it."""
    here = {apps.get_model(row["model"]) for row in rows}
    order: list[type[models.Model]] = []

    def visit(model: type[models.Model]) -> None:
        if model in order:
            return
        for field in model._meta.concrete_fields:
            target = field.related_model
            if isinstance(target, type) and target in here and target is not model:
                visit(target)
        order.append(model)

    for model in sorted(here, key=label_of):
        visit(model)
    return sorted(rows, key=lambda row: order.index(apps.get_model(row["model"])))
