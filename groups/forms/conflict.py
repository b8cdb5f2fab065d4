"""Two people wrote at once: what the other one saved, beside what this one wants to save."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format


@dataclass(frozen=True)
class Difference:
    label: str
    theirs: str
    mine: str
    name: str = ""


@dataclass(frozen=True)
class Merge:
    """What becomes of a form whose thing was saved by somebody else since it was opened. `contents` is what this person
    alone changed, `theirs` what the other one alone changed (it stays), `conflicts` what both did, differently. `data`
    is the form to go on with: theirs where this person wrote nothing."""

    contents: dict[str, Any]
    theirs: list[Difference]
    conflicts: list[Difference]
    data: dict[str, Any]


def _words(field: forms.Field, value: Any) -> str:
    if value is None or value == "" or value == []:
        return "–"
    if (
        isinstance(value, str | int)
        and isinstance(field, forms.ChoiceField)
        and not isinstance(field, forms.ModelChoiceField)
    ):
        flat = {str(key): str(label) for key, label in _flat(list(field.choices))}  # type: ignore[arg-type]
        return flat.get(str(value), str(value))
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(sorted(str(one) for one in value)) or "–"
    return str(value).replace("\r\n", "\n")


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield key, label


def differences(mine: forms.BaseForm, theirs: dict[str, Any]) -> list[Difference]:
    """Field by field, what the portal has now (`theirs`: {field: value}) against the cleaned form of this person."""
    found = []
    for name, value in theirs.items():
        field, own = mine.fields[name], mine.cleaned_data.get(name)
        left, right = _words(field, value), _words(field, own)
        if left != right:
            found.append(Difference(str(field.label), left, right, name))
    return found


def merge(mine: Any, current: dict[str, Any]) -> Merge:
    """Three pictures of each field: as it was when the form was opened (the hidden initial values that it sends), as
    the portal has it now (`current`), and as this person wants it."""
    different = {one.name: one for one in differences(mine, current)}
    theirs, conflicts, data = [], [], mine.data.copy()
    for name, one in different.items():
        opened_with = _opened_with(mine, name)
        if opened_with == one.mine:  # this person left it alone
            theirs.append(one)
            data[mine.add_prefix(name)] = mine[name].field.prepare_value(current[name])
        elif opened_with != one.theirs:
            conflicts.append(one)
        data[mine.add_initial_prefix(name)] = mine[name].field.prepare_value(current[name])
    taken = {one.name for one in theirs}
    contents = {name: mine.cleaned_data.get(name) for name in different if name not in taken}
    return Merge(contents, theirs, conflicts, data)


def _opened_with(form: Any, name: str) -> str | None:
    """In words; None where the form does not say, so that it counts as written by this person."""
    sent = form.data.get(form.add_initial_prefix(name))
    if sent is None:
        return None
    try:
        return _words(form.fields[name], form.fields[name].to_python(sent))
    except forms.ValidationError:
        return None
