"""A field for a single figure."""

from __future__ import annotations

from typing import Any

from django import forms

from kpis.typed import NotANumber, read_number


class WholeNumberField(forms.CharField):
    """A whole number, or nothing, as `kpis.typed` reads it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(
            max_length=40,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "figure-input"}),
            **kwargs,
        )

    def clean(self, value: Any) -> int | None:
        try:
            return read_number(super().clean(value))
        except NotANumber as problem:
            raise forms.ValidationError(str(problem)) from None
