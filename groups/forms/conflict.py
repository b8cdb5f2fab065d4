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
    return str(value)


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
            found.append(Difference(str(field.label), left, right))
    return found
