"""Whom an umbrella organisation represents: many are named at once, one a line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from core.geography.names import Countries
from core.models import Country
from core.text import fold
from members.models import Organisation, today

AT_ONCE = 500


class RepresentedForm(forms.Form):
    named = forms.CharField(
        label=_("Organisations that it represents"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=100_000,
        help_text=_(
            "One a line: the name, a semicolon, and the country if it is another than its own. “Beispielwerke GmbH; DE”"
        ),
    )
    starts = DayField(
        label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Empty: today.")
    )
    source = forms.CharField(
        label=_("Source"), required=False, max_length=200, help_text=_("For example: list of members on its website.")
    )

    def __init__(self, *args: Any, umbrella: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.umbrella = umbrella

    def clean_named(self) -> list[tuple[str, Country]]:
        countries, found = Countries(), []
        lines = [line for line in self.cleaned_data["named"].splitlines() if line.strip()]
        if len(lines) > AT_ONCE:
            raise forms.ValidationError(_("Please name at most %(n)s at once.") % {"n": AT_ONCE})
        for line in lines:
            name, _semicolon, place = (part.strip() for part in line.rpartition(";")) if ";" in line else (line, "", "")
            country = countries.find(place) if place else self.umbrella.country
            if country is None:
                raise forms.ValidationError(
                    _("“%(text)s” is no country that the portal knows, in the line “%(line)s”.")
                    % {"text": place, "line": line.strip()}
                )
            name = " ".join(name.split())
            if not fold(name) or len(name) > 250:
                raise forms.ValidationError(_("“%(line)s” is no name.") % {"line": line.strip()[:80]})
            found.append((name, country))
        return found

    def clean_starts(self) -> Any:
        day = self.cleaned_data["starts"]
        if day and day > today():
            raise forms.ValidationError(_("This day is still to come."))
        return day
